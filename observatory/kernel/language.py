"""The language of a page: `?lang=`, then the cookie of an explicit choice, then what the browser asks for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from observatory.kernel.config import LANGUAGES

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
