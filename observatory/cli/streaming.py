"""Volumes in at the command line: read, compared and written row by row."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
            refused.append(stream.outcome(found).row)

    try:
        given = _read(mapping_file) if mapping_file else None
        with tempfile.TemporaryDirectory(dir=folder) as place:
            table = Path(place) / "table"
            sheets.read_into(sheets.within(file), _sheet(given or {}), table)
            with database.unit_of_work(write=not (dry_run or only_propose)):
                actor = acting()
                mapping = given or stream.propose(actor, _head(table))
                if only_propose:
                    print(json.dumps({**mapping, "questions": stream.questions(actor, mapping)}, ensure_ascii=False))
                    return 0
                _answered(stream.questions(actor, mapping), mapping)
                mapping = {**mapping, **({"publish": True} if publish else {})}
                if dry_run:
                    told = {**_counted(stream.plan(actor, _lines(table), mapping), watch), "batch": None}
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
    table: Path,
    mapping: Mapping[str, Any],
    watch: Any,
    refused: list[Any],
) -> dict[str, Any]:
    counts: Counter[str] = Counter()

    def counted(found: Any) -> None:
        counts[found.kind] += 1
        if found.doubt:
            counts[SUSPICIOUS] += 1
        watch(found)

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        told, batch = service.stream_in(
            actor, register, lines=_lines(table), mapping=mapping, file_name=file.name, sha256=digest, watch=counted
        )
    except Invalid:
        if not counts[REFUSED]:
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


def _lines(table: Path) -> Iterator[Line]:
    with table.open("rb") as handle:
        yield from sheets.streamed(handle)


def _head(table: Path) -> list[Line]:
    found = []
    for line in _lines(table):
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
