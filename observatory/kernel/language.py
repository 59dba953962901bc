"""The language of a page: `?lang=`, then the cookie of an explicit choice, then what the browser asks for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from observatory.kernel.config import LANGUAGES, LOCALES, TRANSLATIONS

COOKIE = "obs_lang"
NAMES = {"es": "Español", "en": "English"}


def resolve(environ: Mapping[str, object]) -> str:
    """The language code for a request, one of LANGUAGES."""
    query = str(environ.get("QUERY_STRING") or "")
    if "lang=" in query:
        asked = parse_qs(query).get("lang", [""])[0]
        if asked in LANGUAGES:
            return asked
    cookies = str(environ.get("HTTP_COOKIE") or "")
    if COOKIE in cookies:
        chosen = parse_cookie(cookies).get(COOKIE)
        if chosen in LANGUAGES:
            return chosen
    accept = str(environ.get("HTTP_ACCEPT_LANGUAGE") or "")
    if not accept:
        return LANGUAGES[0]
    return parse_accept_header(accept, LanguageAccept).best_match(LANGUAGES, default=LANGUAGES[0]) or LANGUAGES[0]


def alone() -> Flask:
    """An application that knows nothing but languages: its context is for messages that no request causes. They say for
    whom they are, and so in which language."""
    app = Flask("observatory", static_folder=None)
    app.config.update(
        BABEL_DEFAULT_LOCALE=LOCALES[LANGUAGES[0]],
        BABEL_DEFAULT_TIMEZONE="America/Lima",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
    )
    Babel(app)
    return app
