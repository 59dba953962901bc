"""Files that wait to be looked through: the file itself, its rows as they were read, and what would become of each.

They lie in a private folder of the instance, so that a page of a large file reads some lines and not the whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from observatory.kernel import sheets
from observatory.kernel.desk import CHANGED, NEW, REFUSED, SUSPICIOUS, UNCHANGED, Outcome, Register
from observatory.kernel.files import StoreDown
from observatory.kernel.logs import log
from observatory.kernel.sheets import Line, Sheet
from observatory.kernel.text import _

KINDS = (NEW, CHANGED, REFUSED, UNCHANGED)
_KEPT = (*KINDS, SUSPICIOUS)
_HEAD = 400
"""Lines, with the one before the first row."""


@dataclass(frozen=True)
class Shown:
    """A row of a preview, as it is shown."""

    number: int
    name: str
    changes: Sequence[tuple[str, str, str]]
    """(field, old, new)"""
    problems: Sequence[tuple[str, str, str, str]]
    """(column, value, reason, suggestion)"""
    doubt: str = ""


class Waiting:
    """The folder. StoreDown where it can't be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, id: str, data: bytes) -> None:
        """Keep a file that was sent, and read it: Invalid, and nothing kept, where it is no table."""
        place = self._place(id)
        try:
            place.mkdir(parents=True, mode=0o700)
            (place / "file").write_bytes(data)
            self.head(id, 0)
        except OSError as problem:
            self.drop(id)
            log.error("import_not_kept", error=problem.strerror)
            raise StoreDown from None
        except Exception:
            self.drop(id)
            raise

    def sheet(self, id: str, number: int) -> Sheet:
        """The rows of a file, of a workbook those of its sheet `number`; read once, then kept."""
        lines = self._place(id) / f"sheet-{number}"
        if not lines.exists():
            self._read(id, number)
        with lines.open(encoding="utf-8") as handle:
            return sheets.parsed(handle)

    def _read(self, id: str, number: int) -> None:
        lines = self._place(id) / f"sheet-{number}"
        partial = lines.with_suffix(".partial")
        sheets.read_into((self._place(id) / "file").read_bytes(), number, partial)
        partial.replace(lines)

    def lines(self, id: str, number: int) -> Iterator[Line]:
        """The rows of a file that was read already, one by one."""
        with (self._place(id) / f"sheet-{number}").open("rb") as handle:
            yield from sheets.streamed(handle)

    def head(self, id: str, number: int) -> Sheet:
        """The first rows of a file: for saying how it is read."""
        lines = self._place(id) / f"sheet-{number}"
        if not lines.exists():
            self._read(id, number)
        with lines.open("rb") as handle:
            return sheets.parsed(islice(handle, _HEAD))

    def keep_outcomes(self, id: str, register: Register, outcomes: Iterable[Outcome]) -> tuple[dict[str, int], str]:
        """Keep what would become of each row; answers how many of each kind, and the digest of all of it."""
        labels = {column.key: str(column.label) for column in register.columns}
        partials = {kind: self._place(id) / f"{kind}.partial" for kind in _KEPT}
        handles = {kind: path.open("w", encoding="utf-8") for kind, path in partials.items()}
        counts, mark = dict.fromkeys(KINDS, 0), Digest()
        doubts = 0
        try:
            for outcome in outcomes:
                mark.take(outcome)
                line = json.dumps(_line(outcome, labels), ensure_ascii=False) + "\n"
                if outcome.kind:
                    counts[outcome.kind] += 1
                    handles[outcome.kind].write(line)
                if outcome.doubt:
                    doubts += 1
                    handles[SUSPICIOUS].write(line)
        except OSError as problem:
            log.error("preview_not_kept", error=problem.strerror)
            raise StoreDown from None
        finally:
            for handle in handles.values():
                handle.close()
        for kind, path in partials.items():
            path.replace(self._place(id) / kind)
        return {**counts, **({SUSPICIOUS: doubts} if doubts or register.stream else {})}, mark.text

    def rows(self, id: str, kind: str, start: int, size: int) -> list[Shown]:
        """Some rows of one kind, from the one at `start`."""
        path = self._place(id) / kind
        if not path.exists():
            return []
        with path.open(encoding="utf-8") as handle:
            return [Shown(**json.loads(line)) for line in islice(handle, start, start + size)]

    def refused(self, id: str, register: Register, mapping: Mapping[str, Any]) -> bytes:
        """The refused rows as a workbook: their cells as they were sent, what is wrong in each marked and told. Mended,
        it can be sent as it is."""
        told: dict[int, list[Any]] = {}
        for row in self.rows(id, REFUSED, 0, sheets.MOST_ROWS):
            told.setdefault(row.number, []).extend(row.problems)
        number = int(mapping.get("sheet") or 0)
        header = next(cells for at, cells in self.lines(id, number) if at == mapping["header_row"])
        by_label = {str(column.label): mapping["columns"].get(column.key) for column in register.columns}
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as book:
            page, bold = book.add_worksheet(str(_("Refused rows"))[:31]), book.add_format({"bold": True})
            marked = book.add_format({"bg_color": "#FFE9A8"})
            page.freeze_panes(1, 0)
            for at, name in enumerate([_("What is wrong"), _("Row of the file"), *header]):
                page.write_string(0, at, str(name), bold)
            page.set_column(0, 0, 60)
            line = 0
            for at_row, cells in self.lines(id, number):
                problems = told.get(at_row)
                if problems is None:
                    continue
                line += 1
                page.write_string(line, 0, " ".join(_sentence(*problem) for problem in problems))
                page.write_string(line, 1, str(at_row))
                wrong = {by_label.get(column, column) for column, *_rest in problems}
                for at, text in enumerate(cells):
                    named = at < len(header) and header[at] in wrong
                    page.write_string(line, at + 2, text, marked if named else None)
        return out.getvalue()

    def drop(self, id: str) -> None:
        shutil.rmtree(self._place(id), ignore_errors=True)

    def sweep(self, older: float) -> None:
        """Delete what is older than `older` seconds."""
        for place in self.folder.glob("*"):
            if time.time() - place.stat().st_mtime > older:
                shutil.rmtree(place, ignore_errors=True)

    def _place(self, id: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9_-]{20,64}", id):
            raise ValueError("an upload is named at random")
        return self.folder / id


def _sentence(column: str, value: str, reason: str, suggestion: str) -> str:
    where = f"{column} «{value}»: " if column and value else f"{column}: " if column else ""
    return where + reason + (f" → {suggestion}" if suggestion else "")


def _line(outcome: Outcome, labels: Mapping[str, str]) -> dict[str, Any]:
    row = outcome.row
    name = row.values.get("name") or row.texts.get("name") or outcome.plan or ""
    return {
        "number": row.number,
        "name": str(name),
        "changes": [[labels.get(key, key), shown(old), shown(new)] for key, (old, new) in outcome.changes.items()],
        "problems": [
            [labels.get(each.column, each.column), each.value, str(each.reason), str(each.suggestion)]
            for each in row.problems
        ],
        "doubt": str(outcome.doubt),
    }


def shown(value: object) -> str:
    """A value as a preview shows it; empty for none."""
    if value is None:
        return ""
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(str(part) for part in value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


class Digest:
    """The SHA-256 of all that would be done: equal only where the same would be."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def take(self, outcome: Outcome) -> None:
        told = f"{outcome.kind} {outcome.row.number} {outcome.plan} {_plain(outcome.changes)}\n"
        self._digest.update(told.encode())

    @property
    def text(self) -> str:
        return self._digest.hexdigest()


def digest_of(outcomes: Iterable[Outcome]) -> str:
    """The digest of outcomes that are all there."""
    mark = Digest()
    for outcome in outcomes:
        mark.take(outcome)
    return mark.text


def _plain(changes: Mapping[str, tuple[object, object]]) -> str:
    return json.dumps({key: [shown(old), shown(new)] for key, (old, new) in changes.items()}, sort_keys=True)
