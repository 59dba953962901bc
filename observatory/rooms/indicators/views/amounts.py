"""Figures and periods as people write them: with their unit, in few characters, with all digits."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from observatory.kernel.exact import decimals
from observatory.kernel.formats import date, number
from observatory.kernel.text import _
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models.words import MONEY, PERCENT

_SYMBOLS = {"PEN": "S/", "USD": "US$", "EUR": "€"}
_MILLION, _BILLION = Decimal(10) ** 6, Decimal(10) ** 9


def period(name: str) -> str:
    """A period as people write it."""
    year, rest = name[:4], name[5:]
    if not rest:
        return year
    kind = formulas.frequency_of(name)
    if kind == "half":
        return _("half %(number)s of %(year)s", number=rest[1:], year=year)
    if kind == "quarter":
        return _("quarter %(number)s of %(year)s", number=rest[1:], year=year)
    return date(name)


def digits(row: Any, value: Decimal) -> int:
    """How many decimals a figure is shown with: those of its indicator, fewer where they are noughts."""
    most = int(row.decimals)
    rounded = round(value, most)
    while most and rounded == round(rounded, most - 1):
        most -= 1
    return most


def plain(row: Any, value: Decimal | None) -> str:
    """A figure without its unit, for tables."""
    return "—" if value is None else number(value, int(row.decimals))


def figure(row: Any, value: Decimal | None) -> str:
    """A figure with its unit, as short as people say it: 71 %, S/ 7,844 millions."""
    if value is None:
        return "—"
    if row.measure == MONEY:
        return money(value, _SYMBOLS.get(row.currency, row.currency), int(row.decimals))
    if row.measure == PERCENT:
        return f"{number(value, digits(row, value))} %"
    return f"{number(value, digits(row, value))} {row.unit}".strip()


def money(value: Decimal, symbol: str, decimals: int = 0) -> str:
    """An amount of money with its currency; millions where it has many."""
    if abs(value) >= 10 * _MILLION:
        millions = round(value / _MILLION, 1)
        return _("%(currency)s %(amount)s million", currency=symbol, amount=number(millions, 1 if millions % 1 else 0))
    return f"{symbol} {number(value, 0 if abs(value) >= 1000 else decimals)}"


def short(row: Any, value: Decimal | None) -> str:
    """A figure in the four or five characters that a tile has room for."""
    if value is None:
        return "–"
    size = abs(value)
    for bound, sign in ((_BILLION * 1000, "T"), (_BILLION, "G"), (_MILLION, "M"), (Decimal(10_000), "k")):
        if size >= bound:
            divided = value / (1000 if sign == "k" else bound)
            return f"{number(round(divided, 1 if abs(divided) < 10 else 0))} {sign}"
    return number(round(value, 0 if size >= 100 else 1 if size >= 1 else 2))


def exact(value: Decimal) -> str:
    """A figure with all its digits, for whoever checks it."""
    return number(value, decimals(value))


def per_head(row: Any, values: Iterable[Decimal | None]) -> Any:
    """The indicator as it is read where its figures are divided by the population: its unit, and decimals enough for the
    smallest of them."""
    sizes = [value.adjusted() for value in values if value]
    fine = max(2, int(row.decimals), 1 - min(sizes, default=0))
    told = {"unit": _("%(unit)s per inhabitant", unit=row.unit), "measure": "ratio", "decimals": min(fine, 8)}
    return SimpleNamespace(**{**vars(without_phrase(row)), **told, "currency": ""})


def without_phrase(row: Any) -> Any:
    """The indicator without the words in which it is read out, which are those of its figures as they are counted now."""
    return SimpleNamespace(**{**row._mapping, "phrase_es": "", "phrase_en": ""})
