"""By what a record is measured, and what is measured by an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.models import DRAFT
from observatory.records.queries import one_or_404, records, visible
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.formulas import Achievement
from observatory.rooms.indicators.models import Measure
from observatory.rooms.indicators.queries import indicators, rows, series
from observatory.rooms.indicators.queries.figure import Figure, Key

measures = Measure.__table__


@dataclass(frozen=True)
class Measured:
    """A measure with the figures so far, and how far one has come (F4, F5)."""

    measure: Any
    """With `place` and `place_slug`."""
    row: Any
    figures: Mapping[str, Figure]
    actual: tuple[str, Figure] | None
    achievement: Achievement
    track: str


def of_record(actor: Actor, record_id: int) -> list[Measured]:
    """By what a record already shown is measured now; as many statements for one measure as for ten."""
    statement = (
        select(measures, records.c.slug.label("place_slug"), records.c.title.label("place"))
        .join(records, records.c.id == measures.c.territory_id)
        .where(measures.c.record_id == record_id, measures.c.ended_on.is_(None))
        .order_by(measures.c.id)
    )
    found = list(db.session.execute(statement))
    if not found:
        return []
    named = rows(actor).where(indicators.c.id.in_({each.indicator_id for each in found}))
    by_id = {row.id: row for row in db.session.execute(named)}
    plain = series.plain_of(list(by_id.values()))
    ids = list(plain.values())
    periods = sorted({one.period for one in series.periods_of(ids) if one.figures})
    values = series.figures(ids, {each.territory_id for each in found}, periods)
    return [
        _measured(each, by_id[each.indicator_id], plain.get(each.indicator_id), values)
        for each in found
        if each.indicator_id in by_id
    ]


def _measured(each: Any, row: Any, series_id: int | None, values: Mapping[Key, Figure]) -> Measured:
    own = {
        period: figure
        for (one, place, period), figure in values.items()
        if (one, place) == (series_id, each.territory_id)
    }  # fmt: skip
    actual = series.latest(values, series_id, each.territory_id) if series_id is not None else None
    done = formulas.achievement(
        baseline=each.baseline_value, target=each.value, actual=actual[1].value if actual else None,
        direction=row.direction, tolerance=row.tolerance,
    )  # fmt: skip
    share: Decimal | None = None
    if each.baseline_period and each.period and actual:
        start, end = formulas.bounds(each.baseline_period)[1], formulas.bounds(each.period)[1]
        share = formulas.elapsed(start, end, min(clock.today(), formulas.bounds(actual[0])[1]))
    return Measured(each, row, own, actual, done, formulas.on_track(done.percent, share))


def by_indicator(actor: Actor, indicator_id: int, *, limit: int = 12) -> list[Any]:
    """What is measured by an indicator: records of any kind that the actor may see."""
    statement = (
        select(records.c.kind, records.c.slug, records.c.title, records.c.language, records.c.state, records.c.is_demo)
        .join(measures, measures.c.record_id == records.c.id)
        .where(
            measures.c.indicator_id == indicator_id,
            measures.c.ended_on.is_(None),
            records.c.state != DRAFT,
            visible(actor),
        )
        .distinct()
        .order_by(records.c.title)
        .limit(limit)
    )
    return list(db.session.execute(statement))


def find(actor: Actor, record_id: int, id: int) -> Measure:
    """A measure of a record that the actor may see, as an entity."""
    found: Measure = one_or_404(
        select(Measure).where(Measure.id == id, Measure.record_id == record_id, visible(actor, Measure.record_id))
    )
    return found


def public(actor: Actor) -> Any:
    shown = [column for column in measures.c if column.name != "person_id"]
    seen = (visible(actor, measures.c.record_id), visible(actor, measures.c.indicator_id))
    return select(*shown).where(*seen).order_by(measures.c.id)
