"""Tables as people have them: CSV of any kind, XLSX, XLS and ODS, read as rows of text in a process of its own."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from observatory.kernel import confined
from observatory.kernel.errors import Invalid
from observatory.kernel.text import fold, lazy_

LARGEST = 60_000_000
"""Bytes of a file; and four times as many of what an XLSX or ODS file unpacks to."""
MOST_RATIO = 200
"""Times that a packed file may grow when it is unpacked; beyond a few megabytes, more is made to exhaust."""
MOST_ROWS = 1_100_000
MISSING = frozenset(
    {"", "-", "–", "—", "s/d", "n.d.", "n/d", "nd", "na", "n.a.", "n/a", "sin dato", "sin datos", "null"}
)
"""What people write where they have no value. Compared folded; a nought is a value."""
_SAMPLE = 40
_MOST_CELLS = 400
_MOST_MERGED = 20_000
_PART = 500
_MOST_BESIDE = 12

Line = tuple[int, list[str]]
"""A row's number in the file, from 1, and its cells."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a table as text, empty ones left out; of a workbook, which sheet it is and how all are called."""

    rows: list[Line]
    names: list[str] = field(default_factory=list)
    number: int = 0


def read(source: Path | bytes, number: int = 0) -> Sheet:
    """A table, of a workbook its sheet `number`. Raises Invalid, saying what to do."""
    return parsed(confined.run("table", within(source), str(number)).splitlines())


def read_into(data: bytes, number: int, path: Path) -> None:
    """Read a table into a file of lines, for `parsed`; what is large never stands whole in memory."""
    with path.open("wb") as out:
        confined.run("table", within(data), str(number), out=out)


def parsed(lines: Iterable[bytes | str]) -> Sheet:
    """A table from the lines that its reader wrote."""
    found = iter(lines)
    head = json.loads(next(found))
    rows = [(number, cells) for number, cells in map(json.loads, found)]
    if not rows:
        raise Invalid(lazy_("There is nothing in this file."))
    return Sheet(rows, head["names"], head["number"])


def streamed(lines: Iterable[bytes | str]) -> Iterator[Line]:
    """The same table, line by line: for what must not stand whole in memory."""
    found = iter(lines)
    next(found)
    for line in found:
        number, cells = json.loads(line)
        yield number, cells


def missing(text: str) -> bool:
    """Whether `text` says that there is no value."""
    return fold(text) in MISSING


def within(source: Path | bytes) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > LARGEST:
        raise Invalid(lazy_("The file is larger than 60 MB: send it in parts."))
    return source if isinstance(source, bytes) else source.read_bytes()


# --- In the child ---------------------------------------------------------------------------------------------------


def lines_of(data: bytes, arguments: list[str]) -> Iterator[bytes]:
    """The table in `data` as lines of JSON: first which sheets there are, then each row that holds something."""
    head: dict[str, Any] = {"names": [], "number": int(arguments[0])}
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        rows = _workbook(data, head)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        rows = _objects(data) or _delimited(data)
    else:
        rows = _delimited(data)
    part = [json.dumps(head).encode()]
    for number, cells in rows:
        if any(cells):
            part.append(json.dumps([number, cells], ensure_ascii=False).encode("utf-8", "replace"))
        if len(part) > _PART:
            yield b"\n".join(part) + b"\n"
            part = []
    yield b"\n".join(part)


def _workbook(data: bytes, head: dict[str, Any]) -> Iterator[Line]:
    import python_calamine

    if data.startswith(b"PK"):
        _weigh(data)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        head["names"] = list(book.sheet_names)
        head["number"] = min(int(head["number"]), len(head["names"]) - 1)
        sheet = book.get_sheet_by_index(head["number"])
    except (python_calamine.CalamineError, OSError, ValueError, IndexError):
        raise Invalid(lazy_("This file could not be read as a table: save it as CSV or XLSX.")) from None
    if sheet.height > MOST_ROWS:
        raise Invalid(lazy_("This sheet has more rows than can be read: save it as CSV in parts."))
    return _cells(sheet)


def _cells(sheet: Any) -> Iterator[Line]:
    merged = _merged(sheet)
    left = sheet.start[1] if sheet.start else 0  # the library leaves out empty columns at the left, and no rows
    for row, cells in enumerate(sheet.iter_rows()):
        texts = [""] * left + [_text(cell) for cell in cells[:_MOST_CELLS]]
        for (top, column), covered in merged.get(row, ()):
            origin = texts[column] if top == row and column < len(texts) else covered.text
            covered.text = origin
            for at in range(column, min(covered.until + 1, len(texts))):
                texts[at] = texts[at] or origin
        yield row + 1, texts


@dataclass
class _Covered:
    """A merged range: the last column of it, and the text of its first cell, once that was read."""

    until: int
    text: str = ""


def _merged(sheet: Any) -> dict[int, list[tuple[tuple[int, int], _Covered]]]:
    """Merged ranges by each row that they cover: a value merged over several rows holds for each of them."""
    found: dict[int, list[tuple[tuple[int, int], _Covered]]] = {}
    budget = _MOST_MERGED * 10
    for start, end in (sheet.merged_cell_ranges or ())[:_MOST_MERGED]:
        covered = _Covered(end[1])
        for row in range(start[0], end[0] + 1):
            budget -= 1
            if budget < 0:
                return found
            found.setdefault(row, []).append(((start[0], start[1]), covered))
    return found


def _weigh(data: bytes) -> None:
    """Refuse what unpacks to more than is sensible, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise Invalid(lazy_("This workbook is damaged: open it and save it anew.")) from None
    unpacked = sum(entry.file_size for entry in entries)
    steep = unpacked > 20_000_000 and unpacked > MOST_RATIO * len(data)
    if len(entries) > 2_000 or unpacked > LARGEST * 4 or steep:
        raise Invalid(lazy_("This workbook unpacks to more than is sensible: save the one sheet as CSV."))


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


def _delimited(raw: bytes) -> Iterator[Line]:
    if raw.startswith((b"MZ", b"\x7fELF", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")):
        raise Invalid(lazy_("This file could not be read as a table: save it as CSV or XLSX."))
    text = _decoded(raw)
    lines = text.splitlines()[:_SAMPLE]
    delimiter = max(",;\t|", key=lambda mark: _steadiness(lines, mark))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for count, cells in enumerate(reader):
            if count > MOST_ROWS:
                raise Invalid(lazy_("This file has more rows than can be read: send it in parts."))
            yield reader.line_num, [cell.replace("\x00", "").strip() for cell in cells[:_MOST_CELLS]]
    except csv.Error:
        raise Invalid(lazy_("This file could not be read as a table: save it as CSV or XLSX.")) from None


def _objects(raw: bytes) -> Iterator[Line] | None:
    """JSON that holds a list of objects, as a table: a column for each name, in the order of their first appearance. What
    stands beside the list, such as whose list it is, is repeated in each row. None for what is no JSON."""
    try:
        told = json.loads(_decoded(raw))
    except (ValueError, RecursionError):
        return None
    beside: dict[str, str] = {}
    if isinstance(told, dict):
        lists = [
            value for value in told.values() if isinstance(value, list) and any(isinstance(v, dict) for v in value)
        ]
        texts = {name: _scalar(value) for name, value in told.items() if isinstance(value, str | int | float)}
        beside = {name: text for name, text in texts.items() if len(text) <= 200 and len(name) <= 100}
        told = max(lists, key=len, default=[])
    objects = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    if not objects:
        raise Invalid(lazy_("This JSON holds no list of objects that could be a table."))
    if len(objects) > MOST_ROWS:
        raise Invalid(lazy_("This file has more rows than can be read: send it in parts."))
    return _rows_of(objects, dict(list(beside.items())[:_MOST_BESIDE]))


def _rows_of(objects: list[dict[str, Any]], beside: dict[str, str]) -> Iterator[Line]:
    names = list(dict.fromkeys([*(name for each in objects for name in each), *beside]))[:_MOST_CELLS]
    yield 1, [_text(name) for name in names]
    for number, each in enumerate(objects, 2):
        yield number, [_scalar(each[name]) if name in each else beside.get(name, "") for name in names]


def _scalar(value: object) -> str:
    if isinstance(value, list) and all(not isinstance(each, dict | list) for each in value):
        return ", ".join(_scalar(each) for each in value)
    return "" if isinstance(value, dict | list) else _text(value)


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
