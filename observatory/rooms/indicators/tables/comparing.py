"""The figures of a file beside what is stored: new, changed, unchanged, refused; and those worth a second look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any, NamedTuple

from observatory.kernel.desk import CHANGED, NEW, REFUSED, UNCHANGED
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models import breakdown_of
from observatory.rooms.indicators.models.words import SUM, SUPPRESSED
from observatory.rooms.indicators.queries import is_kept, stored
from observatory.rooms.indicators.tables.mapping import Cell, Facts, Known, Refusal
from observatory.rooms.indicators.tables.places import DISTRICT, Place, Places

CHUNK = 5_000
MOST_SERIES = 5_000
_MOST_WATCHED = 300_000
JUMP, PARTS, FEW = "jump", "parts", "suppressed"
_NOTHING, _ZERO = ("", ""), Decimal(0)
_new = tuple.__new__  # a Found without its constructor's argument handling: a third of the time

Key = tuple[int, int, str, str]
"""(indicator, lineage, breakdown, scope)"""
Making = Callable[[Any, tuple[tuple[str, str], ...], str], int]
"""Makes the series of an indicator (a row of `stored.defined`) with a breakdown and a scope; answers its number."""


class Found(NamedTuple):
    """A figure of a file and what would become of it."""

    kind: str
    cell: Cell | None
    refusal: Refusal | None
    series_id: int
    former: tuple[int | None, Decimal | None, str] | None
    doubt: str
    beside: str
    """What the doubt is about: the value before, or the sum of the parts."""


def known_to(actor: Actor) -> Known:
    """What the reader of files may use: places, indicators, sources."""
    places = Places(Place(*row) for row in stored.places())
    return Known(
        places,
        {
            row.slug: Facts(row.slug, row.title, row.unit, row.measure, row.frequency)
            for row in stored.defined(actor)
            if is_kept(row.state)
        },
        stored.sources(),
    )


class Comparison:
    """Compares the figures of one file. `make` is given where series are to be made; without it they are only imagined.

    With `beside_waiting` also with what the actor's organisation has delivered and waits: not where it is published at once.
    """

    def __init__(self, actor: Actor, known: Known, make: Making | None = None, *, beside_waiting: bool = True) -> None:
        self._defined = {row.slug: row for row in stored.defined(actor)}
        self._known, self._make = known, make
        self._series: dict[Key, int] = {
            (row.indicator_id, row.lineage, row.breakdown, row.scope): row.id
            for row in stored.series([row.id for row in self._defined.values()])
        }
        self._published = stored.published_pairs(list(self._series.values()))
        waiting = stored.waiting(actor) if beside_waiting else {}
        if waiting is None:
            raise Invalid(_("Too many figures of your organisation wait to be validated: have those answered first."))
        self._waiting = waiting
        self._cache: dict[tuple[Any, ...], int] = {}
        self._watch = _Watch(known, self._defined)

    def found(self, cells: Iterable[Cell | Refusal]) -> Iterator[Found]:
        """What would become of each figure, in the order of the file; what concerns several of them comes last."""
        stream = iter(cells)
        while part := list(islice(stream, CHUNK)):
            yield from self._part(part)
        yield from self._watch.sums()

    def _part(self, part: list[Cell | Refusal]) -> Iterator[Found]:
        numbers: list[int] = []
        wanted: dict[tuple[int, str], list[int]] = {}
        for each in part:
            if type(each) is not Cell:
                numbers.append(0)
                continue
            number = self._cache.get((each.indicator, each.breakdown, each.scope)) or self._number(each)
            numbers.append(number)
            if self._published and (number, each.period) in self._published:
                wanted.setdefault((number, each.period), []).append(each.territory)
        there = {pair: stored.published(*pair, places) for pair, places in wanted.items()}
        look, waiting = self._watch.look, self._waiting
        for each, number in zip(part, numbers, strict=True):
            if type(each) is not Cell:
                assert isinstance(each, Refusal)
                yield Found(REFUSED, None, each, 0, None, "", "")
                continue
            former = there[number, each.period].get(each.territory) if (number, each.period) in there else None
            standing = waiting.get((number, each.period, each.territory), former) if waiting else former
            doubt, beside = look(each, number)
            if standing is None:
                yield _new(Found, (NEW, each, None, number, None, doubt, beside))
            elif standing[1] == each.value and standing[2] == each.status:
                yield _new(Found, (UNCHANGED, each, None, number, standing, "", ""))
            else:
                yield Found(CHANGED, each, None, number, former or standing, doubt, beside)

    def _number(self, cell: Cell) -> int:
        row = self._defined[cell.indicator]
        breakdown = breakdown_of(cell.breakdown)
        key = (row.id, row.lineage, breakdown, cell.scope)
        number = self._series.get(key)
        if number is None:
            if len(self._cache) >= MOST_SERIES:
                raise Invalid(
                    _("There are more than %(count)s different breakdowns in this file: is a column of it really one?", count=MOST_SERIES)
                )  # fmt: skip
            number = self._make(row, cell.breakdown, cell.scope) if self._make else -len(self._series) - 1
            self._series[key] = number
        self._cache[cell.indicator, cell.breakdown, cell.scope] = number
        return number


class _Watch:
    """Looks for jumps beyond the history of each place, and for totals that are not the sum of their parts."""

    def __init__(self, known: Known, defined: Mapping[str, Any]) -> None:
        places = known.places.by_slug.values()
        self._districts = {place.id for place in places if place.level == DISTRICT}
        by_path = {place.path: place.id for place in places}
        self._parent = {place.id: by_path.get(place.path.rpartition("/")[0]) for place in places}
        self._children: Counter[int] = Counter(parent for parent in self._parent.values() if parent is not None)
        self._added = {slug for slug, row in defined.items() if row.over_places == SUM}
        self._before: dict[int, dict[int, tuple[Decimal, Decimal, int]]] = {}
        """series → place → (last value, largest step, steps)"""
        self._own: dict[tuple[int, str], dict[int, tuple[Decimal, Cell]]] = {}
        self._parts: dict[tuple[int, str], dict[int, tuple[Decimal, int]]] = {}
        """(series, period) → larger place → (sum, how many)"""
        self._watched = self._summed = 0

    def look(self, cell: Cell, series_id: int) -> tuple[str, str]:
        """(doubt, what it is about) of one figure; empty where there is none."""
        value, place = cell.value, cell.territory
        if value is None:
            return (FEW, "") if cell.status == SUPPRESSED else _NOTHING
        places = self._before.get(series_id)
        if places is None:
            places = self._begin(series_id)
        if cell.indicator in self._added:
            self._add(cell, series_id, value)
        before = places.get(place)
        if before is None:
            if self._watched < _MOST_WATCHED:
                self._watched += 1
                places[place] = (value, _ZERO, 0)
            return _NOTHING
        last, largest, steps = before
        step = abs(value - last)
        if step <= largest:
            places[place] = (value, largest, steps + 1)
            if steps >= 3:
                return _NOTHING
        else:
            places[place] = (value, step, steps + 1)
        if formulas.is_jump(value, last, largest, steps):
            return JUMP, format(last, "f")
        return _NOTHING

    def _begin(self, series_id: int) -> dict[int, tuple[Decimal, Decimal, int]]:
        found = self._before[series_id] = {}
        for place, values in stored.history(series_id).items() if series_id > 0 else ():
            steps = [abs(later - earlier) for earlier, later in pairwise(values)]
            found[place] = (values[-1], max(steps, default=_ZERO), len(steps))
        self._watched += len(found)
        return found

    def _add(self, cell: Cell, series_id: int, value: Decimal) -> None:
        place = cell.territory
        parent = self._parent.get(place)
        if parent is not None:
            key = (series_id, cell.period)
            parts = self._parts.get(key)
            if parts is None:
                parts = self._parts[key] = {}
            known = parts.get(parent)
            if known is not None:
                parts[parent] = (known[0] + value, known[1] + 1)
            elif self._summed < _MOST_WATCHED:
                self._summed += 1
                parts[parent] = (value, 1)
        if place not in self._districts:
            self._own.setdefault((series_id, cell.period), {})[place] = (value, cell)

    def sums(self) -> Iterator[Found]:
        """Totals of the file that are not the sum of their parts, where all of these are in it too."""
        for (series_id, period), own in self._own.items():
            for place, (value, cell) in own.items():
                total, count = self._parts.get((series_id, period), {}).get(place, (_ZERO, 0))
                if count and count == self._children[place] and formulas.differs(total, value, count):
                    yield Found("", cell, None, series_id, None, PARTS, format(total, "f"))
