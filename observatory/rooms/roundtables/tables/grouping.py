"""Rows that are about the same session: what the first of them says holds for the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from observatory.kernel.desk import Problem, Row
from observatory.kernel.sheets import missing
from observatory.kernel.text import _
from observatory.rooms.roundtables.tables.columns import day_of, is_total
from observatory.rooms.roundtables.tables.stored import Stored

OF_SESSION = ("state", "quorum", "venue", "document", "document_url")
"""What is said of a session as a whole."""


@dataclass
class Line:
    """A row with what the rows above it say of the same session."""

    row: Row
    said: dict[str, Any]
    roundtable: int | None = None
    day: dt.date | None = None

    def refuse(self, column: str, reason: str, value: object = None) -> None:
        text = self.row.texts.get(column, "") if value is None else str(value)
        self.row.problems.append(Problem(column, text, reason))

    @property
    def number(self) -> int | str | None:
        """As the file has it: a text where the count begins anew each year."""
        found: int | str | None = self.said.get("session")
        return found


@dataclass
class Group:
    """The rows of one session, in the order of the file."""

    roundtable: int
    named: int | str | None
    """By which number, or text that stands for one, the file has it; None where it has none."""
    day: dt.date | None
    number: int | None = None
    """Within the roundtable."""
    lines: list[Line] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    """Each as the first row that says it has it."""

    @property
    def is_wrong(self) -> bool:
        return any(line.row.problems for line in self.lines)


def lines_of(rows: Sequence[Row], mapping: Mapping[str, Any]) -> list[Line]:
    """The rows that tell something, each with what is carried down to it; totals are passed over."""
    order = str(mapping.get("dates") or "dmy")
    found: list[Line] = []
    for row in rows:
        if is_total(row):
            continue
        line = Line(row, {name: value for name, value in row.values.items() if value not in (None, "")})
        if "date" in line.said:
            line.day = day_of(str(line.said["date"]), order)
            if line.day is None:
                line.refuse("date", _("Give the day: a month or a year alone is none."))
        if found and _continues(line, found[-1]):
            _carry(line, found[-1])
        found.append(line)
    return found


def _continues(line: Line, above: Line) -> bool:
    """Whether a row is about the same session as the one above it, as far as it says."""
    if any(name not in line.said and not missing(line.row.texts.get(name, "")) for name in ("session", "date")):
        return False  # it says something that could not be read
    for name in ("roundtable", "session"):
        if name in line.said and line.said[name] != above.said.get(name):
            return False
    if "session" in line.said:
        return True  # with another day it is told to be wrong
    return "date" not in line.said or (line.day is not None and line.day == above.day)


def _carry(line: Line, above: Line) -> None:
    for name in ("roundtable", "session"):
        if name in above.said:
            line.said.setdefault(name, above.said[name])
    if "date" not in line.said and "date" in above.said:
        line.said["date"], line.day = above.said["date"], above.day
    if "item" not in line.said and "item" in above.said and {"agreement", "outcome"} & set(line.said):
        line.said["item"] = above.said["item"]


def grouped(lines: Sequence[Line], stored: Stored, mapping: Mapping[str, Any]) -> tuple[list[Line], Iterator[Group]]:
    """The lines whose session is not known, refused with a reason; and the sessions of all others."""
    lost: list[Line] = []
    for line in lines:
        _place(line, stored, str(mapping.get("roundtable") or "").strip())
    numbers: dict[tuple[int, dt.date | None], set[int | str]] = {}
    for line in lines:
        if line.roundtable is not None and line.number is not None and line.day is not None:
            numbers.setdefault((line.roundtable, line.day), set()).add(line.number)
    groups: dict[tuple[Any, ...], Group] = {}
    for line in lines:
        number = line.number
        if line.roundtable is not None and number is None and line.day is not None:
            of_day = numbers.get((line.roundtable, line.day), set())
            if len(of_day) == 1:
                number = next(iter(of_day))
            elif of_day:
                line.refuse("session", _("The file has several sessions of that day: give the number of this one."))
        if line.roundtable is None or (number is None and line.day is None):
            if not line.row.problems:
                line.refuse("date", _("Say on which day the session was."))
            lost.append(line)
            continue
        key = (line.roundtable, "number", number) if number is not None else (line.roundtable, "day", line.day)
        group = groups.setdefault(
            key, Group(line.roundtable, number, line.day, number if isinstance(number, int) else None)
        )
        _join(line, group)
    return lost, iter(groups.values())


def _place(line: Line, stored: Stored, standard: str) -> None:
    name = str(line.said.get("roundtable") or standard)
    if not name:
        line.roundtable = stored.own
        if line.roundtable is None:
            line.refuse("roundtable", _("Say which roundtable it is: its name or the last part of its address."))
        return
    line.roundtable = stored.roundtable(name)
    if line.roundtable is None:
        line.refuse("roundtable", _("No roundtable here, or more than one, has this name."), name)


def _join(line: Line, group: Group) -> None:
    first = group.lines[0] if group.lines else None
    group.lines.append(line)
    if group.day is None:
        group.day = line.day
    elif line.day is not None and line.day != group.day and first is not None:
        line.refuse("date", _("Row %(number)s has another day for the same session.", number=first.row.number))
    for name in OF_SESSION:
        if name not in line.said:
            continue
        if group.said.setdefault(name, line.said[name]) != line.said[name] and first is not None:
            line.refuse(name, _("Row %(number)s says something else of the same session.", number=first.row.number))
