"""Numbers, dates and moments as the reader's language writes them (es_PE: 1,234,567.89)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

import flask_babel
from flask import Flask

from observatory.kernel import clock
from observatory.kernel.text import _, _n

_MONTH = re.compile(r"\d{4}-\d{2}")


def number(value: int | float | Decimal | None, digits: int | None = None) -> str:
    """`value` with the language's separators; an em dash where there is none — null is never zero."""
    if value is None:
        return "—"
    if digits is None:
        return str(flask_babel.format_decimal(value))
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(flask_babel.format_decimal(value, format=pattern))


def percent(value: Decimal | float | None, digits: int = 1) -> str:
    """A share that is already out of 100: `33.75` as "33.75 %" — trailing zeros dropped."""
    if value is None:
        return "—"
    return str(flask_babel.format_decimal(value, format="#,##0." + "#" * max(digits, 2))) + " %"


def date(value: dt.date | dt.datetime | str | None) -> str:
    """A date as people write it: 24 nov. 2026. Of a text, a day or a month in ISO form is; any other stays as it is."""
    if value is None or value == "":
        return "—"
    if isinstance(value, dt.datetime):
        return _day(value)
    if isinstance(value, dt.date):
        return str(flask_babel.format_date(value, "medium"))
    try:
        if _MONTH.fullmatch(value):
            return str(flask_babel.format_date(dt.date.fromisoformat(f"{value}-01"), "MMM y"))
        return str(flask_babel.format_date(dt.date.fromisoformat(value), "medium"))
    except ValueError:
        return value


def _day(value: dt.datetime) -> str:
    return str(flask_babel.format_date(value.astimezone(clock.LIMA).date(), "medium"))


def hour(value: dt.datetime | None) -> str:
    """The time of day in Lima, as clocks show it."""
    return value.astimezone(clock.LIMA).strftime("%H:%M") if value is not None else "—"


def moment(value: dt.datetime | None) -> str:
    """A date with the time in Lima."""
    if value is None:
        return "—"
    local = value.astimezone(clock.LIMA)
    return f"{flask_babel.format_date(local.date(), 'medium')}, {local:%H:%M}"


def ago(value: dt.datetime) -> str:
    """How long ago in whole days, as people say it."""
    days = (clock.today() - value.astimezone(clock.LIMA).date()).days
    if days <= 0:
        return str(_("today"))
    if days == 1:
        return str(_("yesterday"))
    if days < 31:
        return str(_n("%(num)s day ago", "%(num)s days ago", days))
    return _day(value)


def iso(value: dt.date | dt.datetime) -> str:
    """For `<time datetime>`."""
    return value.isoformat()


def bytes_(value: int) -> str:
    """A file's size as people say it: 850 kB, 2.3 MB."""
    if value < 1_000_000:
        return f"{number(max(1, round(value / 1000)))} kB"
    if value < 1_000_000_000:
        return f"{number(Decimal(value) / 1_000_000, 1)} MB"
    return f"{number(Decimal(value) / 1_000_000_000, 1)} GB"


def counted(counts: Mapping[str, int], words: Mapping[str, object]) -> str:
    """Counts by kind in words, noughts left out: "New: 3, Changed: 2"."""
    return ", ".join(f"{words.get(kind, kind)}: {number(count)}" for kind, count in counts.items() if count)


def install(app: Flask) -> None:
    """Make them filters of every template."""
    app.jinja_env.filters.update(
        counted=counted,
        number=number,
        percent=percent,
        date=date,
        moment=moment,
        hour=hour,
        ago=ago,
        iso=iso,
        bytes=bytes_,
    )
