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
from observatory.rooms.indicators.queries.figure import Figure

measures = Measure.__table__


@dataclass(frozen=True)
class Measured:
    """A measure with the figures so far, and how far one has come (F4, F5)."""

    measure: Any
    row: Any
    place: Any
    figures: Mapping[str, Figure]
    actual: tuple[str, Figure] | None
    achievement: Achievement
    track: str


def of_record(actor: Actor, record_id: int) -> list[Measured]:
    """By what a record already shown is measured now."""
    statement = select(measures).where(measures.c.record_id == record_id, measures.c.ended_on.is_(None))
    found = list(db.session.execute(statement.order_by(measures.c.id)))
    if not found:
        return []
    by_id = {
        row.id: row
        for row in db.session.execute(rows(actor).where(indicators.c.id.in_([each.indicator_id for each in found])))
    }
    places = {
        row.id: row
        for row in db.session.execute(
            select(records.c.id, records.c.slug, records.c.title).where(
                records.c.id.in_([each.territory_id for each in found])
            )
        )
    }
    told = []
    for each in found:
        row = by_id.get(each.indicator_id)
        if row is not None:
            told.append(_measured(each, row, places[each.territory_id]))
    return told


def _measured(each: Any, row: Any, place: Any) -> Measured:
    plain = [one for one in series.series_of(row.id, row.lineage) if not one.breakdown and not one.scope]
    ids = [one.id for one in plain]
    periods = sorted({one.period for one in series.periods_of(ids) if one.figures})
    values = series.figures(ids, [each.territory_id], periods)
    own = {period: figure for (_s, _p, period), figure in values.items()}
    actual = series.latest(values, ids[0], each.territory_id) if ids else None
    done = formulas.achievement(
        baseline=each.baseline_value, target=each.value, actual=actual[1].value if actual else None,
        direction=row.direction, tolerance=row.tolerance,
    )  # fmt: skip
    share: Decimal | None = None
    if each.baseline_period and each.period and actual:
        start, end = formulas.bounds(each.baseline_period)[1], formulas.bounds(each.period)[1]
        share = formulas.elapsed(start, end, min(clock.today(), formulas.bounds(actual[0])[1]))
    return Measured(each, row, place, own, actual, done, formulas.on_track(done.percent, share))


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
