"""The lines of a table under a mapping, as observations or refusals. One row at a time, a million of them if need be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from observatory.kernel.errors import Invalid
from observatory.kernel.sheets import Line
from observatory.kernel.text import _
from observatory.rooms.indicators.models.words import ABSENT, MISSING, SUPPRESSED
from observatory.rooms.indicators.tables import numbers
from observatory.rooms.indicators.tables.answers import Kept, LeftOut, Problem
from observatory.rooms.indicators.tables.frames import Frames
from observatory.rooms.indicators.tables.mapping import ADD, MEAN, Cell, Known, Refusal, header
from observatory.rooms.indicators.tables.numbers import Number
from observatory.rooms.indicators.tables.placing import placing
from observatory.rooms.indicators.tables.repeats import Seen
from observatory.rooms.indicators.tables.scales import Scale
from observatory.rooms.indicators.tables.sums import Sums
from observatory.rooms.indicators.tables.unreadable import Unreadable

MOST_FIGURES = 5_000_000
_new = tuple.__new__  # a Cell without its constructor's argument handling: a third of the time


def read(
    lines: Iterable[Line], mapping: Mapping[str, Any], known: Known, left_out: MutableMapping[str, int] | None = None
) -> Iterator[Cell | Refusal]:
    """What a file says, row by row; where rows are added up, the sums come at the end.

    A missing mark ("-", "s/d") is an observation without a value, of status O unless the row says another. A cell left
    empty is one too in a long file; in a wide one it is nothing at all, as the World Bank means it. `left_out` counts
    rows that are neither figure nor fault: "blank" (notes), "totals", "only". Raises Invalid where the mapping doesn't fit
    the file or leaves open what must be known.
    """
    rows = iter(lines)
    names = header(rows, mapping)
    frames = Frames(names, mapping, known)
    sums = Sums(mapping["same"]) if mapping.get("same") in (ADD, MEAN) else None
    yield from _figures(rows, names, mapping, known, frames, sums, {} if left_out is None else left_out)
    if sums is not None:
        yield from sums.cells()


def _figures(
    rows: Iterator[Line], names: Sequence[str], mapping: Mapping[str, Any], known: Known, frames: Frames,
    sums: Sums | None, left_out: MutableMapping[str, int],
) -> Iterator[Cell | Refusal]:  # fmt: skip
    decimal = str(mapping.get("decimal") or "")
    plain = numbers.plain(decimal).fullmatch
    read_number = Kept(lambda text: _number(text, decimal))
    context, targets_of = _getter(frames.indexes), frames.of
    place_indexes, place_of = placing(names, mapping, known)
    where, when = _getter(place_indexes), _getter(frames.period_indexes)
    figures = [at for at, *_rest in frames.slots]
    wide = any(period is not None for _at, _name, period, _slug in frames.slots)
    width = 1 + max([*figures, *frames.indexes, *place_indexes, *frames.period_indexes])
    timed = bool(frames.period_indexes)
    order: dict[int, int] = {}
    count = 0
    for row, cells in rows:
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        targets = targets_of[context(cells)]
        place = place_of[where(cells)]
        if type(targets) is not list or type(place) is not int:
            answer = targets if type(targets) is not list else place
            if type(answer) is LeftOut:
                left_out[answer.why] = left_out.get(answer.why, 0) + 1
            elif not any(cells[at] for at in figures):
                left_out["blank"] = left_out.get("blank", 0) + 1
            else:
                yield Refusal(row, *answer)
            continue
        time = when(cells)
        for (
            at, column, period, periods, indicator, breakdown, said, usual, source, as_of, scope, scale, exact, before
        ) in targets:  # fmt: skip
            text = cells[at]
            if period is None:
                period = periods[time]
            elif type(period) is str and text:
                period = _within(periods[time], period, column)
            if exact and plain(text):
                value, status = Decimal(text), ""
            elif not text and (wide or (timed and not any(time))):
                if not wide:
                    left_out["blank"] = left_out.get("blank", 0) + 1
                continue
            else:
                answer = _answer(Number(Decimal(text)) if plain(text) else read_number[text], scale, said)
                if type(answer) is Problem:
                    yield Refusal(row, column, text, answer.reason, answer.suggestion)
                    continue
                value, status = answer
            if type(period) is Problem:
                yield Refusal(row, *period)
                if not wide:
                    break
                continue
            if value is not None:
                if said and said in ABSENT:
                    yield Refusal(row, column, text, *_contradiction(said))
                    continue
                status = said or status or period[2] or usual
            if sums is not None:
                problem = sums.take(
                    Cell(row, column, indicator, place, period[0], breakdown, value, status, source, as_of, scope),
                    scale,
                )
                if problem is not None:
                    yield Refusal(row, column, text, *problem)
                continue
            there = before.get(period[0])
            if there is None:
                there = before[period[0]] = Seen(order)
            first = there.first(place, row)
            if first:
                yield Refusal(row, column, text, *_twice(first, row))
                continue
            count += 1
            if count > MOST_FIGURES:
                raise Invalid(_("There are more figures in this file than can be read at once: send it in parts."))
            if not exact and value is not None and scale.hides(value):
                value, status = None, SUPPRESSED
            yield _new(Cell, (row, column, indicator, place, period[0], breakdown, value, status, source, as_of, scope))


def _getter(indexes: Sequence[int]) -> Callable[[Sequence[str]], Any]:
    return itemgetter(*indexes) if indexes else lambda cells: ""


def _number(text: str, decimal: str) -> Number | Problem:
    try:
        return numbers.number(text, decimal)
    except Unreadable as problem:
        return Problem("", text, problem.reason, problem.suggestion)


def _answer(number: Number | Problem, scale: Scale, said: str) -> tuple[Decimal | None, str] | Problem:
    """The value of a cell as its indicator counts, and the status that the cell itself says."""
    if isinstance(number, Problem):
        return number
    if number.value is None:
        if said and said not in ABSENT:
            return Problem(
                "", "", _("There is no value, and its status is %(status)s.", status=said),
                _("Give the value, or one of the statuses O missing, L not collected, M can't exist, Q suppressed."),
            )  # fmt: skip
        return None, said or number.status or MISSING
    try:
        return scale.of(number), number.status
    except Unreadable as problem:
        return Problem("", "", problem.reason, problem.suggestion)


def _within(year: Any, part: str, column: str) -> Any:
    """The period of a column that is a part of the row's year: 2024 and "-03"."""
    if isinstance(year, Problem):
        return year
    if year.kind != "year":
        return Problem(column, year.text, _("This is no year."), _("Write the year with four digits."))
    return year._replace(text=year.text + part)


def _contradiction(said: str) -> tuple[str, str]:
    return (
        _("There is a value, and its status %(status)s says that there is none.", status=said),
        _("Take the value out, or correct the status."),
    )


def _twice(first: int, row: int) -> tuple[str, str]:
    if first == row:
        return _("Two columns of this row say something of the same place and period."), _("Take one of them out.")
    return (
        _("Row %(number)s says something of the same place and period already.", number=first),
        _("Take one of the two out; say what tells them apart; or say that such rows are added up or averaged."),
    )
