"""What is stored that a file of figures is read and compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.kernel.text import fold
from observatory.records.models import DRAFT, Source
from observatory.records.queries import records, visible
from observatory.rooms.indicators.models import Definition, Delivery, Indicator, Observation, SeriesPeriod
from observatory.rooms.indicators.models.words import SUBMITTED, VALIDATED
from observatory.rooms.indicators.queries.figure import standing
from observatory.rooms.indicators.queries.series import series_table
from observatory.rooms.places.models import Territory

MOST_WAITING = 200_000
observations = Observation.__table__.c

Stored = tuple[int | None, Decimal | None, str]
"""(number of the observation, value, status)"""


def places() -> list[Any]:
    """(id, slug, title, level, path, inei, reniec) of every place."""
    table = Territory.__table__.c
    statement = select(records.c.id, records.c.slug, records.c.title, table.level, table.path, table.inei, table.reniec)
    return list(db.session.execute(statement.join(Territory.__table__, table.id == records.c.id)))


def defined(actor: Actor) -> list[Any]:
    """The indicators with a definition in force that the actor may see, with what reading their figures needs."""
    definition, indicator = Definition.__table__.c, Indicator.__table__.c
    joined = records.join(Indicator.__table__, indicator.id == records.c.id)
    joined = joined.join(Definition.__table__, definition.id == indicator.definition_id)
    statement = select(
        records.c.id, records.c.slug, records.c.title, records.c.is_demo, records.c.state, definition.lineage, definition.unit,
        definition.kind.label("measure"), definition.frequency, definition.over_places,
    ).select_from(joined)  # fmt: skip
    return list(db.session.execute(statement.where(visible(actor), records.c.state != DRAFT).order_by(records.c.slug)))


def sources() -> dict[str, str]:
    """Key and folded title of every source → its key."""
    found: dict[str, str] = {}
    for row in db.session.execute(select(Source.key, Source.title)):
        found[row.key] = row.key
        found.setdefault(fold(row.title), row.key)
    return found


def source_ids() -> dict[str, int]:
    """Sources by key."""
    return {row.key: row.id for row in db.session.execute(select(Source.key, Source.id))}


def series(indicator_ids: Collection[int]) -> list[Any]:
    """The series of these indicators."""
    return list(db.session.execute(select(series_table).where(series_table.c.indicator_id.in_(list(indicator_ids)))))


def published_pairs(series_ids: Collection[int]) -> set[tuple[int, str]]:
    """The (series, period) for which something is published."""
    table = SeriesPeriod.__table__.c
    statement = select(table.series_id, table.period).where(table.series_id.in_(list(series_ids)))
    return {(row.series_id, row.period) for row in db.session.execute(statement)}


def published(series_id: int, period: str, places: Sequence[int]) -> dict[int, Stored]:
    """What is published of a series in a period, by place."""
    statement = select(observations.territory_id, observations.id, observations.value, observations.status).where(
        observations.series_id == series_id, observations.period == period, standing()
    )
    if len(places) <= 400:
        statement = statement.where(observations.territory_id.in_(places))
    return {row.territory_id: (row.id, row.value, row.status) for row in db.session.execute(statement)}


def waiting(actor: Actor) -> dict[tuple[int, str, int], Stored] | None:
    """What the actor's organisation (or the operator) has delivered and nobody has published yet, by (series, period,
    place); None where that is more than can be compared with."""
    where = _waits(actor)
    if (db.session.scalar(select(func.count()).where(*where)) or 0) > MOST_WAITING:
        return None
    columns = (
        observations.series_id,
        observations.period,
        observations.territory_id,
        observations.value,
        observations.status,
    )
    return {
        (row.series_id, row.period, row.territory_id): (None, row.value, row.status)
        for row in db.session.execute(select(*columns).where(*where).order_by(observations.id))
    }


def waits(actor: Actor, series_id: int, period: str, territory_id: int) -> Stored | None:
    """The same of one figure: what was delivered last."""
    where = (
        *_waits(actor), observations.series_id == series_id, observations.period == period,
        observations.territory_id == territory_id,
    )  # fmt: skip
    statement = select(observations.value, observations.status).where(*where).order_by(observations.id.desc())
    found = db.session.execute(statement.limit(1)).one_or_none()
    return None if found is None else (None, found.value, found.status)


def _waits(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    same = Delivery.organisation_id == actor.organisation_id  # IS NULL for the operator's
    own = select(Delivery.id).where(same, Delivery.state.in_((SUBMITTED, VALIDATED)))
    return observations.delivery_id.in_(own), observations.published_id.is_(None)


def history(series_id: int, periods: int = 6) -> Mapping[int, list[Decimal]]:
    """The values of the last periods of a series, in order of time, by place: to see whether a new one is a jump."""
    table = SeriesPeriod.__table__.c
    names = select(table.period).where(table.series_id == series_id, table.figures > 0).distinct()
    last = list(db.session.scalars(names.order_by(table.period.desc()).limit(periods)))
    found: dict[int, list[Decimal]] = {}
    statement = select(observations.territory_id, observations.value).where(
        observations.series_id == series_id, observations.period.in_(last), observations.value.is_not(None), standing()
    )
    for row in db.session.execute(statement.order_by(observations.period)):
        found.setdefault(row.territory_id, []).append(row.value)
    return found
