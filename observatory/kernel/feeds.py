"""Atom feeds as answers, with this instance's name, language and licence."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import get_locale

from observatory.kernel import atom
from observatory.kernel.pages import absolute, settings


def language() -> str:
    """The language of the page, as feeds and pages name it."""
    return str(get_locale() or "es").split("_")[0]


def response(*, title: str, address: str, page: str, entries: Sequence[atom.Entry]) -> Response:
    """The feed at `address` about the list at `page`; both are paths."""
    body = atom.feed(
        title=title,
        address=absolute(address),
        page=absolute(page),
        author=settings().site_name,
        entries=entries,
        language=language(),
        rights=settings().licence,
        licence_url=settings().licence_url,
    )
    return Response(body, content_type=atom.MEDIA_TYPE)
