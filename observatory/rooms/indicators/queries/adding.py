"""What the figures of small places give for larger ones, under the rule of each indicator."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, String, and_, select, type_coerce

from observatory.kernel import db
from observatory.rooms.indicators.formulas import Part, total
from observatory.rooms.indicators.models import Definition, Indicator, Observation, Series
from observatory.rooms.indicators.models.words import IN_FORCE, NO_RULE, SUM, SUPERSEDED, WEIGHTED
from observatory.rooms.indicators.queries.figure import Figure, standing
from observatory.rooms.places.models import COUNTRY, DEPARTMENT, DISTRICT, PROVINCE, Territory

_RISING = (PROVINCE, DEPARTMENT, COUNTRY)
_AT_ONCE = 10
"""Periods of a series that are read together: with two thousand places each."""
_new = tuple.__new__  # a Part without its constructor's argument handling
_RANK = {DISTRICT: 0, PROVINCE: 1, DEPARTMENT: 2, COUNTRY: 3}


@dataclass(frozen=True)
class Tree:
    """Which place lies in which: two thousand numbers."""

    parent: Mapping[int, int | None]
    level: Mapping[int, str]
    children: Mapping[int, Sequence[int]]
    by_level: Mapping[str, Sequence[int]]
    below: Mapping[tuple[int, str], int]
    """How many places of a level lie within a place."""


def tree() -> Tree:
    """The places as they lie in one another."""
    table = Territory.__table__.c
    found = db.session.execute(select(table.id, table.parent_id, table.level)).all()
    parent = {row.id: row.parent_id for row in found}
    level = {row.id: row.level for row in found}
    children: dict[int, list[int]] = {}
    by_level: dict[str, list[int]] = {}
    below: dict[tuple[int, str], int] = {}
    for row in found:
        by_level.setdefault(row.level, []).append(row.id)
        if row.parent_id is not None:
            children.setdefault(row.parent_id, []).append(row.id)
        above = row.parent_id
        while above is not None:
            below[above, row.level] = below.get((above, row.level), 0) + 1
            above = parent.get(above)
    return Tree(parent, level, children, by_level, below)


def upwards(own: Mapping[int, Part], places: Tree, *, weighted: bool) -> dict[int, tuple[Part, int]]:
    """(what its parts give, how many parts there could be) for each place that has none of its own."""
    if not own:
        return {}
    levels = {places.level[id] for id in own}
    finest = min(levels, key=_RANK.__getitem__)
    known = dict(own)
    for id, larger in own.items() if len(levels) > 1 else ():
        if places.level[id] != finest:
            known[id] = larger._replace(parts=places.below.get((id, finest), 1))
    found: dict[int, tuple[Part, int]] = {}
    for level in _RISING:
        if _RANK[level] <= _RANK[finest]:
            continue
        for id in places.by_level.get(level, ()):
            if id in known:
                continue
            parts = [known[child] for child in places.children.get(id, ()) if child in known]
            part = total(parts, weighted=weighted)
            if part is not None:
                known[id] = part
                found[id] = (part, places.below.get((id, finest), 0))
    return found


def rules(series_ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """(rule over places, indicator of the weight) by series, for those that are added up at all: as the last version of
    each lineage says."""
    series, definition = Series.__table__, Definition.__table__
    statement = (
        select(series.c.id, definition.c.over_places, definition.c.weight_id)
        .join(definition, of_its_lineage(series.c))
        .where(series.c.id.in_(list(series_ids)))
        .order_by(definition.c.number)
    )
    found = {row.id: (row.over_places, row.weight_id) for row in db.session.execute(statement)}
    return {id: rule for id, rule in found.items() if rule[0] != NO_RULE}


def of_its_lineage(series: Any) -> ColumnElement[bool]:
    """The condition that a definition, once approved, is one of those that a series (its columns) counts by."""
    definition = Definition.__table__.c
    return and_(
        definition.indicator_id == series.indicator_id, definition.lineage == series.lineage,
        definition.state.in_((IN_FORCE, SUPERSEDED)),
    )  # fmt: skip


def weights_of(indicator_id: int, period: str, condition: Any, places: Tree) -> dict[int, Decimal]:
    """The values of the plain series of a weight, counted as its definition in force says, by place: published ones, and
    for the places above those what all of them give, where it adds up."""
    table, series = Observation.__table__.c, Series.__table__.c
    definition, indicator = Definition.__table__.c, Indicator.__table__.c
    joined = Observation.__table__.join(Series.__table__, series.id == table.series_id)
    joined = joined.join(Indicator.__table__, indicator.id == series.indicator_id)
    joined = joined.join(
        Definition.__table__, and_(definition.id == indicator.definition_id, definition.lineage == series.lineage)
    )
    statement = (
        select(table.territory_id, table.value, definition.over_places)
        .select_from(joined)
        .where(series.indicator_id == indicator_id, series.breakdown == "", series.scope == "", table.period == period,
               table.value.is_not(None), condition)
    )  # fmt: skip
    found = db.session.execute(statement).all()
    weights = {row.territory_id: row.value for row in found}
    if found and found[0].over_places == SUM:
        above = upwards({id: Part(value) for id, value in weights.items()}, places, weighted=False)
        weights |= {id: part.value for id, (part, whole) in above.items() if part.parts == whole}
    return weights


def groups(pairs: Iterable[tuple[int, str]], condition: Any) -> Iterator[tuple[int, str, dict[int, Part]]]:
    """(series, period, what is published by place) of each pair, read some thousand rows at a time."""
    table = Observation.__table__.c
    digits = type_coerce(table.value, String)  # made numbers below, which is quicker than row by row
    columns = (table.period, table.territory_id, digits, table.status, table.source_id, table.as_of)
    by_series: dict[int, list[str]] = {}
    for series, period in pairs:
        by_series.setdefault(series, []).append(period)
    one = Decimal(1)
    for series, periods in by_series.items():
        for part in _parts(periods, _AT_ONCE):
            statement = select(*columns).where(
                table.series_id == series, table.period.in_(part), table.value.is_not(None), condition
            )
            found: dict[str, dict[int, Part]] = {}
            for period, territory, value, status, source, when in db.session.execute(statement).all():
                own = found.get(period)
                if own is None:
                    own = found[period] = {}
                own[territory] = _new(Part, (Decimal(value), one, 1, status, source, when))
            for period, own in found.items():
                yield series, period, own


def computed(pairs: Collection[tuple[int, str]], condition: Any) -> Iterator[tuple[int, str, int, Part, int]]:
    """(series, period, territory, part, whole) of everything that adds up, for these (series, period)."""
    rule = rules({series for series, _period in pairs})
    wanted = [(series, period) for series, period in pairs if series in rule]
    if not wanted:
        return
    places = tree()
    for series_id, period, own in groups(wanted, condition):
        how, weight_id = rule[series_id]
        if how == WEIGHTED:
            weights = weights_of(weight_id, period, condition, places) if weight_id is not None else {}
            own = {id: part._replace(weight=weights.get(id)) for id, part in own.items()}
        for id, (part, whole) in upwards(own, places, weighted=how == WEIGHTED).items():
            yield series_id, period, id, part, whole


def as_of(series_ids: Collection[int], periods: Collection[str], edition: int) -> dict[tuple[int, int, str], Figure]:
    """What added up in a past edition, computed anew."""
    pairs = [(series, period) for series in series_ids for period in periods]
    return {
        (series, id, period): Figure(part.value, part.status, part.as_of, part.source_id, "", part.parts, whole)
        for series, period, id, part, whole in computed(pairs, standing(edition))
    }


def _parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
