"""Looking through a delivery: its figures beside what is published now, and the doubts that a check found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import db, paging
from observatory.records.models import DRAFT, Record
from observatory.records.queries import records
from observatory.rooms.indicators.models import (
    Delivery,
    DeliveryPart,
    Doubt,
    Edition,
    Indicator,
    Observation,
    Series,
)

SIZE = 100
observations = Observation.__table__


def _brought(delivery: Delivery) -> ColumnElement[bool]:
    """The condition that an observation came with a delivery: not as a copy, when another was taken back."""
    own = select(Edition.id).where(Edition.delivery_id == delivery.id)
    came = or_(observations.c.published_id.is_(None), observations.c.published_id.in_(own))
    return and_(observations.c.delivery_id == delivery.id, came)


def _now() -> Any:
    """What is published at the same place, as another copy of the table."""
    return observations.alias("now")


def _rows(delivery: Delivery, *columns: Any) -> Any:
    now, series, place = _now(), Series.__table__, aliased(Record.__table__, name="place")
    indicators = Indicator.__table__
    same = and_(
        now.c.series_id == observations.c.series_id, now.c.period == observations.c.period,
        now.c.territory_id == observations.c.territory_id, now.c.published_id.is_not(None), now.c.superseded_id.is_(None),
        now.c.id != observations.c.id,
    )  # fmt: skip
    joined = (
        observations.join(series, series.c.id == observations.c.series_id)
        .join(records, records.c.id == series.c.indicator_id)
        .join(indicators, indicators.c.id == series.c.indicator_id)
        .join(place, place.c.id == observations.c.territory_id)
        .outerjoin(now, same)
    )
    statement = select(
        observations.c.id, observations.c.period, observations.c.value, observations.c.status, observations.c.as_of,
        observations.c.note, series.c.id.label("series_id"), series.c.breakdown, series.c.dimensions, series.c.scope,
        records.c.slug, records.c.title, records.c.language, place.c.slug.label("place_slug"), place.c.title.label("place"),
        now.c.value.label("now_value"), now.c.status.label("now_status"), now.c.id.label("now_id"), *columns,
    ).select_from(joined)  # fmt: skip
    return statement.where(_brought(delivery)), now


def rows(delivery: Delivery, after: str | None, *, only_changed: bool = False) -> paging.Page[Any]:
    """The figures of a delivery in the order of the file, with what is published in their place."""
    statement, now = _rows(delivery)
    if only_changed:
        statement = statement.where(now.c.id.is_not(None))
    return paging.page_of(statement, [(observations.c.id, "id", int)], after, size=SIZE)


def totals(delivery: Delivery) -> dict[str, int]:
    """How many of its figures are new, change a published one, or are gaps."""
    now = _now()
    same = and_(
        now.c.series_id == observations.c.series_id, now.c.period == observations.c.period,
        now.c.territory_id == observations.c.territory_id, now.c.published_id.is_not(None), now.c.superseded_id.is_(None),
        now.c.delivery_id != observations.c.delivery_id,
    )  # fmt: skip
    statement = select(
        func.count().label("all"), func.count(now.c.id).label("changed"),
        func.sum(case((observations.c.value.is_(None), 1), else_=0)).label("gaps"),
    ).select_from(observations.outerjoin(now, same))  # fmt: skip
    row = db.session.execute(statement.where(_brought(delivery))).one()
    return {"all": row.all, "changed": row.changed, "new": row.all - row.changed, "gaps": row.gaps or 0}


def about(delivery: Delivery) -> dict[str, Any]:
    """Which organisation brought a delivery and which validated it, as links."""
    ids = [id for id in (delivery.organisation_id, delivery.validated_for_id) if id is not None]
    statement = select(records.c.id, records.c.slug, records.c.title, records.c.language)
    found = {
        row.id: row for row in db.session.execute(statement.where(records.c.id.in_(ids), records.c.state != DRAFT))
    }
    return {"organisation": found.get(delivery.organisation_id), "checker": found.get(delivery.validated_for_id)}


def parts(delivery_id: int) -> list[Any]:
    """The indicators of a delivery, with how many figures of each."""
    statement = (
        select(records.c.slug, records.c.title, records.c.language, DeliveryPart.size)
        .join(DeliveryPart, DeliveryPart.indicator_id == records.c.id)
        .where(DeliveryPart.delivery_id == delivery_id)
        .order_by(records.c.sort_title)
    )
    return list(db.session.execute(statement))


def doubts(delivery_id: int) -> list[Any]:
    """What a check of its file found doubtful."""
    return list(db.session.scalars(select(Doubt.facts).where(Doubt.delivery_id == delivery_id).order_by(Doubt.id)))
