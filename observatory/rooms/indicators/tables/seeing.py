"""What only the values in the head of a file tell, and the lines before its header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from observatory.kernel.text import fold
from observatory.rooms.indicators.tables import numbers, periods
from observatory.rooms.indicators.tables.heads import Head, words
from observatory.rooms.indicators.tables.mapping import Known
from observatory.rooms.indicators.tables.numbers import evidence
from observatory.rooms.indicators.tables.unreadable import Unreadable

_SCALES = {
    "1000000": re.compile(r"\bmill(?:ones|ions)?\b"),
    "1000": re.compile(r"\b(?:miles|thousands?)\b(?! de millones)"),
}
_MOST_TEXTS, _FEWEST_OF_A_COLUMN = 6_000, 20
_UPDATED = ("last updated", "actualizado", "fecha de corte", "fecha de actualizacion", "ultima actualizacion")


def is_period(text: str) -> bool:
    """Whether a text names a period."""
    try:
        periods.period(text)
    except Unreadable:
        return False
    return True


def told_before(head: Head, mapping: dict[str, Any], known: Known) -> None:
    """Source and date of a file that says them in the lines before its header."""
    for cells in head.preamble:
        told = [cell.strip() for cell in cells if cell.strip()]
        for label, text in pairwise(told):
            key = known.sources.get(fold(text))
            if key and fold(label).startswith(("data source", "source", "fuente")):
                mapping.setdefault("source", key)
            if fold(label).startswith(_UPDATED) and is_period(text):
                mapping.setdefault("as_of", periods.period(text).text)


def seen_in(head: Head, mapping: dict[str, Any]) -> dict[str, Any]:
    """What only the values tell: decimal mark, size, order of dates, doubles; "settled" is what they prove."""
    settled: dict[str, Any] = {}
    seen: dict[str, Any] = {"rows": len(head.rows), "settled": settled}
    figures = list(mapping.get("values") or mapping.get("periods") or filter(None, [mapping["columns"].get("value")]))
    figures = figures or mapping["seen"].get("numbers", [])
    most = max(_FEWEST_OF_A_COLUMN, _MOST_TEXTS // max(1, len(figures)))
    texts = {name: head.texts(name)[:most] for name in figures}
    marked = {text: mark for name in figures for text in texts[name] if (mark := evidence(text))}
    proven = set(marked.values()) - {"?"}
    if len(proven) == 1:
        settled["decimal"] = next(iter(proven))
    elif marked:
        seen |= {"decimal": "ambiguous", "example": next(iter(marked))}
    seen["largest"] = _largest(texts, settled.get("decimal", ""), bool(mapping.get("periods")))
    if any("%" in text for name in figures for text in texts[name]):
        seen["signs"] = True
    period = mapping["columns"].get("period")
    if period and not mapping["columns"].get("month"):
        orders = {periods.order_of(text) for text in head.texts(period)} - {""}
        if len(orders - {"?"}) == 1:
            settled["dates"] = next(iter(orders - {"?"}))
        elif orders:
            seen["dates"] = "ambiguous"
        if re.search(r"fecha|date|dia|day", words(period)) and head.all_of(period, periods.serial_day):
            settled["serials"] = True
    said = " ".join([*(fold(cell) for cells in head.preamble for cell in cells), *(words(name) for name in figures)])
    scale = next((factor for factor, called in _SCALES.items() if called.search(said)), "")
    if scale:
        seen["scale"] = scale
    if _doubles(head, mapping):
        seen["same"] = True
    return seen


def _largest(texts: Mapping[str, Sequence[str]], decimal: str, together: bool) -> dict[str, str]:
    """The largest size of a figure in each column, or of all columns `together`, under the name ""."""
    found: dict[str, Decimal] = {}
    for name, column in texts.items():
        values = [abs(value) for text in column if (value := _value(text, decimal)) is not None]
        key = "" if together else name
        if values:
            found[key] = max(found.get(key, Decimal(0)), *values)
    return {name: format(value, "f") for name, value in found.items()}


def _value(text: str, decimal: str) -> Decimal | None:
    try:
        return numbers.number(text, decimal).value
    except Unreadable:
        return None


def _doubles(head: Head, mapping: dict[str, Any]) -> bool:
    """Whether some rows say the same of everything that tells figures apart."""
    columns, only = mapping["columns"], mapping.get("only") or {}
    roles = [columns.get(role) for role in ("place", "period", "month", "quarter", "half", "indicator", "scope")]
    telling = [
        name
        for name in [*roles, *(mapping.get("place_columns") or {}).values(), *(mapping.get("breakdowns") or {})]
        if name
    ]
    if not telling:
        return len(head.rows) > 1
    rows = list(zip(*(head.column(name) for name in telling), strict=True))
    kept = [
        all(head.column(name)[at] in ([o] if isinstance(o, str) else o) for name, o in only.items())
        for at in range(len(rows))
    ]
    rows = [row for row, keep in zip(rows, kept, strict=True) if keep and any(row)]
    return len(set(rows)) < len(rows)
