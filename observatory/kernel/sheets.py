"""Tables as people have them: CSV of any kind, XLSX, XLS and ODS, read as rows of text."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from observatory.kernel.errors import Invalid
from observatory.kernel.text import fold, lazy_

LARGEST = 60_000_000
"""Bytes of a file; and four times as many of what an XLSX or ODS file unpacks to."""
MOST_ROWS = 1_100_000
MISSING = frozenset(
    {"", "-", "–", "—", "s/d", "n.d.", "n/d", "nd", "na", "n.a.", "n/a", "sin dato", "sin datos", "null"}
)
"""What people write where they have no value. Compared folded; a nought is a value."""
_SAMPLE = 40
_MOST_CELLS = 400


@dataclass(frozen=True)
class Sheet:
    """The rows of a table as text, with the number each has in the file (from 1)."""

    rows: list[tuple[int, list[str]]]


def read(path: Path) -> Sheet:
    """The first sheet of a file; empty rows are left out. Raises Invalid, saying what to do."""
    size = path.stat().st_size
    if size > LARGEST:
        raise Invalid(lazy_("The file is larger than 60 MB: send it in parts."))
    with path.open("rb") as handle:
        head = handle.read(8)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        found = _workbook(path, zipped=head.startswith(b"PK"))
    else:
        found = _delimited(path.read_bytes())
    rows = [(number, cells) for number, cells in found if any(cells)]
    if not rows:
        raise Invalid(lazy_("There is nothing in this file."))
    return Sheet(rows)


def missing(text: str) -> bool:
    """Whether `text` says that there is no value."""
    return fold(text) in MISSING


def _workbook(path: Path, *, zipped: bool) -> list[tuple[int, list[str]]]:
    if zipped:
        try:
            with zipfile.ZipFile(path) as packed:
                entries = packed.infolist()
        except zipfile.BadZipFile:
            raise Invalid(lazy_("This workbook is damaged: open it and save it anew.")) from None
        # Before anything of it is unpacked: a small file may unpack to more than the machine holds.
        if len(entries) > 2_000 or sum(entry.file_size for entry in entries) > LARGEST * 4:
            raise Invalid(lazy_("This workbook unpacks to more than is sensible: save the one sheet as CSV."))
    try:
        sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
        if sheet.height > MOST_ROWS:
            raise Invalid(lazy_("This sheet has more rows than can be read: save it as CSV in parts."))
        rows = []
        for number, cells in enumerate(sheet.iter_rows(), sheet.start[0] + 1 if sheet.start else 1):
            if any(cell != "" for cell in cells):
                rows.append((number, [_text(cell) for cell in cells[:_MOST_CELLS]]))
    except python_calamine.CalamineError:
        raise Invalid(lazy_("This file could not be read as a table: save it as CSV or XLSX.")) from None
    return rows


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.date | dt.datetime):
        return cell.isoformat()
    return str(cell).replace("\x00", "").strip()


def _delimited(raw: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(raw)
    lines = text.splitlines()[:_SAMPLE]
    delimiter = max(",;\t|", key=lambda mark: _steadiness(lines, mark))
    rows = []
    try:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        for cells in reader:
            rows.append((reader.line_num, [cell.replace("\x00", "").strip() for cell in cells[:_MOST_CELLS]]))
            if len(rows) > MOST_ROWS:
                raise Invalid(lazy_("This file has more rows than can be read: send it in parts."))
    except csv.Error:
        raise Invalid(lazy_("This file could not be read as a table: save it as CSV or XLSX.")) from None
    return rows


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _steadiness(lines: list[str], mark: str) -> float:
    """How much a mark looks like what divides the columns: often in a line, and equally often in most."""
    counts = [line.count(mark) for line in lines if line.strip()]
    usual = max(set(counts), key=counts.count) if counts else 0
    return usual * counts.count(usual) / (len(counts) or 1)
