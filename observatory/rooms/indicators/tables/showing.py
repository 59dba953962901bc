"""What would become of a figure of a file, as the desk shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from observatory.kernel.desk import CHANGED, NEW, Outcome, Problem, Row
from observatory.kernel.exact import plain
from observatory.kernel.policy import Actor
from observatory.kernel.sheets import Line
from observatory.kernel.text import _
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
    return Comparison(actor, known).found(read(lines, mapping, known))


def outcome(found: Found) -> Outcome:
    """A figure as an outcome of the desk; its number of a series is left out, since a series may not be there yet."""
    if found.refusal is not None:
        each = found.refusal
        row = Row(each.row, {}, {}, [Problem(each.column, each.value, each.reason, each.suggestion)])
        return Outcome(row, found.kind)
    cell = found.cell
    assert cell is not None
    told = ", ".join(value for _key, value in cell.breakdown)
    name = " · ".join(part for part in (cell.indicator, f"#{cell.territory}", cell.period, told, cell.scope) if part)
    new = cell.status if cell.value is None else plain(cell.value)
    old = None
    if found.former is not None:
        old = found.former[2] if found.former[1] is None else plain(found.former[1])
    changes = {cell.column: (old, new)} if found.kind in (NEW, CHANGED) else {}
    return Outcome(Row(cell.row, {}, {}), found.kind, changes, name, _doubt(found))


def _doubt(found: Found) -> str:
    words: dict[str, Callable[[], str]] = {
        JUMP: lambda: _("far from the figure before it, %(last)s", last=found.beside),
        PARTS: lambda: _("its parts add up to %(sum)s", sum=found.beside),
        FEW: lambda: _("fewer than five people: suppressed"),
    }
    return words[found.doubt]() if found.doubt else ""
