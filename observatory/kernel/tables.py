"""Tables as files: CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

BOM = "\ufeff"
"""Excel reads a CSV file as UTF-8 only when it begins with this."""
_DANGEROUS = ("=", "+", "-", "@", "\t")
_LINES_A_PART = 200


def guarded(text: str) -> str:
    """`text` with one `'` before it when a spreadsheet would take it for a formula.

    A text that already carries such a quote gets one more, so that taking exactly one away always gives `text` back.
    """
    return f"'{text}" if text.lstrip("'").startswith(_DANGEROUS) else text


def cell(value: object) -> str:
    """`value` as a cell: plain decimals, ISO dates, true or false, empty for what is not known; text is guarded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return guarded(str(value).replace("\x00", ""))


def workbook(rows: Iterable[Any], columns: Sequence[tuple[str, Callable[[Any], object]]], name: str, into: Any) -> int:
    """Write a list as one sheet of an XLSX file; every cell is text, as in the CSV. Answers how many rows.

    `into` is a path or a binary file.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    count = 0
    with xlsxwriter.Workbook(into, options) as book:
        sheet = book.add_worksheet(name[:31])
        sheet.write_row(0, 0, [key for key, _value in columns])
        for count, row in enumerate(rows, 1):
            for at, (_key, value) in enumerate(columns):
                if text := cell(value(row)):
                    sheet.write_string(count, at, text[:MOST_IN_A_CELL])
    return count


MOST_IN_A_CELL = 32_767
"""Characters that Excel takes."""


def unguarded(text: str) -> str:
    """What `guarded` made of a text, as it was; any other text stays."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_DANGEROUS) else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_parts(
    rows: Iterable[Any], columns: Sequence[tuple[str, Callable[[Any], object]]], *, bom: bool = False
) -> Iterator[str]:
    """A CSV file (RFC 4180) in parts of some hundred lines, so that a long list never stands whole in memory.

    `columns` are (name in the first line, value of a row).
    """
    writer = csv.writer(_Echo())
    part = [BOM if bom else "", writer.writerow([name for name, _ in columns])]
    for row in rows:
        part.append(writer.writerow([cell(value(row)) for _, value in columns]))
        if len(part) > _LINES_A_PART:
            yield "".join(part)
            part = []
    yield "".join(part)
