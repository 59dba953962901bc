"""Volumes in at the command line: read, compared and written row by row."""

from __future__ import annotations

import contextvars
import csv
import gc
import hashlib
import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click import ClickException

from observatory.aspects.desk import service
from observatory.kernel import db, sheets
from observatory.kernel.db import Database
from observatory.kernel.desk import CHANGED, NEW, REFUSED, SUSPICIOUS, UNCHANGED, Register
from observatory.kernel.errors import Invalid, Problem
from observatory.kernel.policy import Actor
from observatory.kernel.sheets import Line
from observatory.kernel.tables import cell

MOST_TOLD = 100_000
"""Refused figures that are written to standard error."""
_HEAD = 400
_BLOCK = 1 << 17
_PAUSE = 0.02


def bring(
    database: Database, register: Register, file: Path, *, only_propose: bool, mapping_file: Path | None, dry_run: bool,
    acting: Callable[[], Actor], publish: bool, folder: Path,
) -> int:  # fmt: skip
    """Take a file of volumes in; prints JSON, and the refused figures as CSV on standard error. Answers the exit code."""
    stream = register.stream
    assert stream is not None
    told: Mapping[str, Any]
    refused: list[Any] = []

    def watch(found: Any) -> None:
        if found.kind == REFUSED and len(refused) < MOST_TOLD:
            refused.append(show(found).row)

    try:
        given = _read(mapping_file) if mapping_file else None
        with (
            _settled(),
            tempfile.TemporaryDirectory(dir=folder) as place,
            _Table(file, _sheet(given or {}), Path(place) / "table") as table,
            database.unit_of_work(write=not (dry_run or only_propose)),
        ):
            actor = acting()
            show = stream.shower(actor)
            mapping = given or stream.propose(actor, _head(table.lines()))
            if only_propose:
                print(json.dumps({**mapping, "questions": stream.questions(actor, mapping)}, ensure_ascii=False))
                return 0
            _answered(stream.questions(actor, mapping), mapping)
            mapping = {**mapping, **({"publish": True} if publish else {})}
            if dry_run:
                told = {**_counted(stream.plan(actor, table.lines(), mapping), watch), "batch": None}
            else:
                told = _written(actor, register, file, table, mapping, watch, refused)
    except Problem as problem:
        raise ClickException(str(problem)) from None
    if told["batch"]:
        database.analyse()
    print(json.dumps(told))
    _complain(refused)
    return 1 if told[REFUSED] else 0


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise ClickException(f"{file.name} holds no mapping: print one with --propose.")
    return found


def _sheet(mapping: Mapping[str, Any]) -> int:
    number = mapping.get("sheet") or 0
    if type(number) is not int:
        raise ClickException("The sheet of a mapping is a number, from 0.")
    return number


def _written(
    actor: Actor,
    register: Register,
    file: Path,
    table: _Table,
    mapping: Mapping[str, Any],
    watch: Any,
    refused: list[Any],
) -> dict[str, Any]:
    counts: Counter[str] = Counter()

    def counted(found: Any) -> None:
        kind = found.kind
        counts[kind] += 1
        if found.doubt:
            counts[SUSPICIOUS] += 1
        if kind == REFUSED:
            watch(found)

    with file.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    try:
        told, batch = service.stream_in(
            actor, register, lines=table.lines(), mapping=mapping, file_name=file.name, sha256=digest, watch=counted
        )
    except Invalid:
        if table.failed is not None or not counts[REFUSED]:
            raise
        db.abandon()
        return {**_kinds(counts), "batch": None}
    return {**told, "batch": batch.id if batch is not None else None}


def _counted(planned: Iterator[Any], watch: Callable[[Any], None]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for found in planned:
        counts[found.kind] += 1
        if found.doubt:
            counts[SUSPICIOUS] += 1
        watch(found)
    return _kinds(counts)


def _kinds(counts: Counter[str]) -> dict[str, int]:
    return {kind: counts[kind] for kind in (NEW, CHANGED, UNCHANGED, REFUSED, SUSPICIOUS)}


@contextmanager
def _settled() -> Iterator[None]:
    """Let what is in memory already stay out of the search for garbage: a million rows would have it looked through again
    and again, which takes longer than reading them."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Table:
    """The lines of a file, to be had while its reader still writes them. What it finds wrong is raised after the last of them,
    so nothing may be kept before that."""

    def __init__(self, file: Path, sheet: int, path: Path) -> None:
        self._path = path
        self.failed: BaseException | None = None
        context = contextvars.copy_context()  # its messages are in the language of whoever asks
        self._reader = threading.Thread(target=context.run, args=(self._read, sheets.within(file), sheet))

    def __enter__(self) -> _Table:
        self._path.touch()
        self._reader.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._reader.join()

    def _read(self, data: bytes, sheet: int) -> None:
        try:
            sheets.read_into(data, sheet, self._path)
        except BaseException as problem:
            self.failed = problem

    def lines(self) -> Iterator[Line]:
        """All of them, from the first; as often as wished."""
        for block in self._blocks():
            yield from json.loads(block)

    def _blocks(self) -> Iterator[bytes]:
        """Some thousand lines at a time, as one JSON list: quicker read than line by line."""
        with self._path.open("rb") as handle:
            rest, begun = b"", False
            while True:
                ended = not self._reader.is_alive()
                read = handle.read(_BLOCK)
                if not read and not ended:
                    self._reader.join(_PAUSE)
                    continue
                if not read and self.failed is not None:
                    raise self.failed
                whole, _mark, rest = (rest + read).rpartition(b"\n") if read else (rest, b"", b"")
                if whole and not begun:  # the first line tells of the sheets
                    begun, (_names, _mark, whole) = True, whole.partition(b"\n")
                if whole:
                    yield b"[" + whole.replace(b"\n", b",") + b"]"
                if not read:
                    return


def _head(lines: Iterable[Line]) -> list[Line]:
    found = []
    for line in lines:
        found.append(line)
        if len(found) >= _HEAD:
            break
    return found


def _answered(open_: list[str], mapping: Mapping[str, Any]) -> None:
    if open_:
        shown = json.dumps({k: v for k, v in mapping.items() if k not in ("unused", "seen")}, ensure_ascii=False)
        raise ClickException(" ".join(open_) + f"\nPut the answer into a mapping and name it with --mapping:\n{shown}")


def _complain(refused: list[Any]) -> None:
    if not refused:
        return
    writer = csv.writer(sys.stderr)
    writer.writerow(["row", "column", "value", "reason", "suggestion"])
    for row in refused:
        for problem in row.problems:
            told = (problem.column, problem.value, problem.reason, problem.suggestion)
            writer.writerow([row.number, *map(cell, told)])
