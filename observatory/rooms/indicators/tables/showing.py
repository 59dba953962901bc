"""What would become of a figure of a file, as the desk shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from observatory.kernel.desk import CHANGED, NEW, Outcome, Problem, Row
from observatory.kernel.exact import plain
from observatory.kernel.policy import Actor
from observatory.kernel.sheets import Line
from observatory.kernel.text import _
from observatory.rooms.indicators.models.words import NORMAL, STATUSES
from observatory.rooms.indicators.queries import stored
from observatory.rooms.indicators.tables.comparing import FEW, JUMP, PARTS, Comparison, Found, known_to
from observatory.rooms.indicators.tables.mapping import Question, check
from observatory.rooms.indicators.tables.proposing import propose as propose_mapping
from observatory.rooms.indicators.tables.questions import questions as open_questions
from observatory.rooms.indicators.tables.reading import read


def propose(actor: Actor, head: Any) -> dict[str, Any]:
    """The mapping that the first rows of a file prove."""
    return propose_mapping(head, known_to(actor))


def questions(actor: Actor, mapping: Mapping[str, Any]) -> list[str]:
    """What a mapping leaves open, as sentences."""
    return [each.text for each in asked(actor, mapping)]


def asked(actor: Actor, mapping: Mapping[str, Any]) -> list[Question]:
    """What a mapping leaves open, by the key that answers it. Raises Invalid where it is none."""
    check(mapping)
    return open_questions(mapping, known_to(actor))


def plan(actor: Actor, lines: Iterable[Line], mapping: Mapping[str, Any]) -> Iterator[Found]:
    """What would become of each figure; nothing is written."""
    known = known_to(actor)
    return Comparison(actor, known, beside_waiting=not mapping.get("publish")).found(read(lines, mapping, known))


def shower(actor: Actor) -> Callable[[Found], Outcome]:
    """What shows a figure as an outcome of the desk. The number of its series is left out: it may not be there yet."""
    titles = {row.id: row.title for row in stored.places()}
    return lambda found: _outcome(found, titles)


def _outcome(found: Found, titles: Mapping[int, str]) -> Outcome:
    if found.refusal is not None:
        each = found.refusal
        row = Row(each.row, {}, {}, [Problem(each.column, each.value, each.reason, each.suggestion)])
        return Outcome(row, found.kind)
    cell = found.cell
    assert cell is not None
    told = ", ".join(value for _key, value in cell.breakdown)
    where = titles.get(cell.territory, "")
    name = " · ".join(part for part in (where, cell.period, cell.indicator, told, cell.scope) if part)
    old = None if found.former is None else _said(found.former[1], found.former[2])
    changes = {cell.column: (old, _said(cell.value, cell.status))} if found.kind in (NEW, CHANGED) else {}
    return Outcome(Row(cell.row, {}, {}), found.kind, changes, name, _doubt(found))


def _said(value: Decimal | None, status: str) -> str:
    """A value with its status, where that says something of it."""
    words = str(STATUSES[status])
    if value is None:
        return words
    return plain(value) if status == NORMAL else f"{plain(value)} ({words.lower()})"


def _doubt(found: Found) -> str:
    words: dict[str, Callable[[], str]] = {
        JUMP: lambda: _("far from the figure before it, %(last)s", last=found.beside),
        PARTS: lambda: _("its parts add up to %(sum)s", sum=found.beside),
        FEW: lambda: _("fewer than five people: suppressed"),
    }
    return words[found.doubt]() if found.doubt else ""
