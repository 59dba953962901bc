"""How what people enter is cleaned and checked, field by field: each raises Invalid naming the field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_

FIRST_YEAR, LAST_YEAR = 1900, 2150
"""Of which a day that people speak of may be."""


def line(most: int, least: int = 0) -> Callable[[str, str | None], str]:
    """One line with single spaces, cut at `most` characters; refused below `least`."""

    def clean(field: str, value: str | None) -> str:
        value = " ".join((value or "").split())
        if len(value) < least or (least and len(value) > most):
            raise Invalid(lazy_("Give it in %(least)s to %(most)s characters.", least=least, most=most), field=field)
        return value[:most]

    return clean


def text(most: int) -> Callable[[str, str | None], str]:
    """Several lines, cut at `most` characters."""
    return lambda field, value: (value or "").replace("\r\n", "\n").strip()[:most]


def choice(allowed: Mapping[str, Any]) -> Callable[[str, str | None], str | None]:
    """One of these words; None where nothing was chosen."""

    def clean(field: str, value: str | None) -> str | None:
        if value and value not in allowed:
            raise Invalid(lazy_("Choose one from the list."), field=field)
        return value or None

    return clean


def whole(least: int, most: int) -> Callable[[str, int | None], int | None]:
    """A whole number between two others; None where there is none."""

    def clean(field: str, value: int | None) -> int | None:
        if value is not None and not least <= value <= most:
            raise Invalid(lazy_("Give a number from %(least)s to %(most)s.", least=least, most=most), field=field)
        return value

    return clean


def sane_day(field: str, value: dt.date | None) -> dt.date | None:
    """A day that people can speak of; raises Invalid for one that can only be a slip of the pen."""
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Invalid(lazy_("Look at the year again."), field=field)
    return value


def web_address(field: str, value: str | None, most: int = 500) -> str:
    """An address of the web, whole and without a password in it; empty where there is none."""
    value = (value or "").strip()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        good = False
    if not good or len(value) > most or " " in value:
        raise Invalid(lazy_("Give the full address, beginning with https:// or http://."), field=field)
    return value
