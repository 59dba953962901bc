"""The links around every page: sections, and the page in other languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from observatory.kernel import language
from observatory.kernel.config import LANGUAGES
from observatory.kernel.registry import NavItem


def languages(current: str) -> list[dict[str, Any]]:
    """The page in each language, under the filters that are in force."""
    arguments = {key: values for key, values in request.args.lists() if key != "lang"}
    found = []
    for code in LANGUAGES:
        url = _address({**arguments, "lang": [code]})
        found.append({"code": code, "name": language.NAMES[code], "url": url, "current": code == current})
    return found


def _address(arguments: dict[str, list[str]]) -> str:
    return f"{request.path}?{urlencode(arguments, doseq=True)}"


def sections(entries: Sequence[NavItem]) -> list[dict[str, Any]]:
    """The sections; the current one is that of the address, or else that of the room whose page it is."""
    paths = {item.endpoint: url_for(item.endpoint) for item in entries}
    plain = {endpoint: url.partition("?")[0] for endpoint, url in paths.items()}
    current = [
        endpoint
        for endpoint, path in plain.items()
        if request.path == path or (path != "/" and request.path.startswith(f"{path}/"))
    ]
    if not current:
        own = [endpoint for endpoint in paths if endpoint.partition(".")[0] == request.blueprint]
        current = own if len(own) == 1 else []
    return [{"label": each.label, "url": paths[each.endpoint], "current": each.endpoint in current} for each in entries]
