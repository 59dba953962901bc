"""By what a record is measured, and what is measured by an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.models import DRAFT
from observatory.records.queries import one_or_404, records, visible
from observatory.rooms.indicators.models import Measure
from observatory.rooms.indicators.queries import of_lineages, rows, series
from observatory.rooms.indicators.queries.figure import Figure, Key
from observatory.rooms.indicators.queries.progress import Progress, progress

measures = Measure.__table__


@dataclass(frozen=True)
class Measured(Progress):
    """A measure with the figures so far, and how far one has come; one that was ended says why."""

    measure: Any
    """With `place` and `place_slug`."""
    row: Any
    """The indicator as it was defined when it was named."""
    figures: Mapping[str, Figure]


def of_record(actor: Actor, record_id: int) -> list[Measured]:
    """By what a record already shown is measured, and was; as many statements for one measure as for ten."""
    statement = (
        select(measures, records.c.slug.label("place_slug"), records.c.title.label("place"))
        .join(records, records.c.id == measures.c.territory_id)
        .where(measures.c.record_id == record_id)
        .order_by(measures.c.id)
    )
    found = list(db.session.execute(statement))
    if not found:
        return []
    named = rows(actor, meaning=of_lineages({(each.indicator_id, each.lineage) for each in found}))
    by_key = {(row.id, row.lineage): row for row in db.session.execute(named)}
    plain = series.plain_of(list(by_key.values()))
    ids = list(plain.values())
    periods = sorted({one.period for one in series.periods_of(ids) if one.figures})
    values = series.figures(ids, {each.territory_id for each in found}, periods)
    return [
        _measured(each, by_key[key], plain.get(key), values)
        for each in found
        if (key := (each.indicator_id, each.lineage)) in by_key
    ]


def _measured(each: Any, row: Any, series_id: int | None, values: Mapping[Key, Figure]) -> Measured:
    own = {p: figure for (one, place, p), figure in values.items() if (one, place) == (series_id, each.territory_id)}
    line = series.line(values, series_id, each.territory_id) if series_id is not None else {}
    return Measured(**vars(progress(row, own, each)), measure=each, row=row, figures=line)


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
