"""What stands on the page of one indicator beside its figures: targets, whoever validated, and other published values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.models import DRAFT, Record, Source
from observatory.records.queries import one_or_404, records, visible
from observatory.rooms.indicators.models import Delivery, DeliveryPart, Edition, Target
from observatory.rooms.indicators.models.words import DELIVERED, SUBMITTED, VALIDATED
from observatory.rooms.indicators.queries import series
from observatory.rooms.indicators.queries.figure import Figure
from observatory.rooms.indicators.queries.progress import Progress, progress
from observatory.rooms.places.models import Territory


@dataclass(frozen=True)
class Aim(Progress):
    """A target with its former versions and how far one has come."""

    current: Any
    former: Sequence[Any]


def targets(row: Any, territory_ids: Sequence[int] | None = None) -> list[Any]:
    """The targets of an indicator, with their place, source and whoever set them; the first ones first."""
    by = aliased(Record.__table__)
    table = Target.__table__
    joined = table.join(records, records.c.id == table.c.territory_id)
    joined = joined.join(Territory.__table__, Territory.__table__.c.id == table.c.territory_id)
    joined = joined.outerjoin(Source, Source.id == table.c.source_id)
    joined = joined.outerjoin(by, and_(by.c.id == table.c.organisation_id, by.c.state != DRAFT))
    statement = (
        select(
            *table.c, records.c.slug.label("place_slug"), records.c.title.label("place"), Territory.__table__.c.level,
            Source.title.label("source_title"), Source.url.label("source_url"), by.c.title.label("organisation"),
            by.c.slug.label("organisation_slug"), by.c.language.label("organisation_language"),
        )
        .select_from(joined)
        .where(table.c.indicator_id == row.id, table.c.lineage == row.lineage)
        .order_by(table.c.id)
    )  # fmt: skip
    if territory_ids is not None:
        statement = statement.where(table.c.territory_id.in_(list(territory_ids)))
    return list(db.session.execute(statement))


def targets_of(ids: Sequence[int]) -> list[Any]:
    """The targets that hold now of indicators already shown, with their place, the nearest in time first."""
    table, later = Target.__table__, Target.__table__.alias("later")
    statement = (
        select(*table.c, records.c.title.label("place"))
        .join(records, records.c.id == table.c.territory_id)
        .where(table.c.indicator_id.in_(list(ids)), ~select(later.c.id).where(later.c.supersedes_id == table.c.id).exists())
        .order_by(table.c.period, table.c.id)
    )  # fmt: skip
    return list(db.session.execute(statement)) if ids else []


def aims(row: Any, territory_ids: Sequence[int] | None = None) -> list[Aim]:
    """The targets that hold now, each with its former versions and its achievement (F4, F5) by the last figure."""
    every = targets(row, territory_ids)
    if not every:
        return []
    by_id = {target.id: target for target in every}
    superseded = {target.supersedes_id for target in every}
    own = [each for each in series.series_of(row.id, row.lineage) if not each.breakdown and not each.scope]
    ids = [each.id for each in own[:1]]
    periods = sorted({each.period for each in series.periods_of(ids)})
    places = list({target.territory_id for target in every})
    values = series.figures(ids, places, periods)
    found = []
    for target in every:
        if target.id in superseded:
            continue
        former, at = [], target.supersedes_id
        while at is not None:
            former.append(by_id[at])
            at = by_id[at].supersedes_id
        so_far = {p: figure for (_s, place, p), figure in values.items() if place == target.territory_id}
        found.append(Aim(**vars(progress(row, so_far, target)), current=target, former=former))
    return found


def find_target(actor: Actor, indicator_id: int, id: int) -> Target:
    """A target of an indicator that the actor may see, as an entity."""
    statement = select(Target).where(Target.id == id, Target.indicator_id == indicator_id)
    found: Target = one_or_404(statement.where(visible(actor, Target.indicator_id)))
    return found


def deliveries(actor: Actor, indicator_id: int, *, limit: int = 10) -> list[Any]:
    """The last deliveries of figures of an indicator, with who brought and who validated them."""
    by, checker = aliased(Record.__table__), aliased(Record.__table__)
    table, part = Delivery.__table__, DeliveryPart.__table__
    joined = (
        table.join(part, part.c.delivery_id == table.c.id)
        .outerjoin(by, and_(by.c.id == table.c.organisation_id, by.c.state != DRAFT))
        .outerjoin(checker, and_(checker.c.id == table.c.validated_for_id, checker.c.state != DRAFT))
    )
    statement = (
        select(
            table.c.id, table.c.at, table.c.state, table.c.reason, table.c.note, part.c.size, table.c.validated_at,
            by.c.title.label("organisation"), by.c.slug.label("organisation_slug"),
            by.c.language.label("organisation_language"), checker.c.title.label("checker"),
            checker.c.slug.label("checker_slug"), checker.c.language.label("checker_language"),
        )
        .select_from(joined)
        .where(part.c.indicator_id == indicator_id)
        .order_by(table.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(db.session.execute(statement))


def validators(indicator_id: int) -> list[Any]:
    """The organisations that validated published figures of an indicator."""
    table, part = Delivery.__table__, DeliveryPart.__table__
    statement = (
        select(records.c.slug, records.c.title, records.c.language)
        .join(table, table.c.validated_for_id == records.c.id)
        .join(part, part.c.delivery_id == table.c.id)
        .where(part.c.indicator_id == indicator_id, table.c.state == DELIVERED, records.c.state != DRAFT)
        .distinct()
        .order_by(records.c.title)
    )
    return list(db.session.execute(statement))


def waiting(actor: Actor, *, limit: int = 50) -> list[Any]:
    """The deliveries that wait to be validated or published, oldest first, with how many indicators each is about."""
    by = aliased(Record.__table__)
    table, part = Delivery.__table__, DeliveryPart.__table__
    hidden = select(part.c.delivery_id).where(~visible(actor, part.c.indicator_id))
    statement = (
        select(
            table.c.id, table.c.at, table.c.state, table.c.size, table.c.note, table.c.is_demo, by.c.title.label("organisation"),
            by.c.slug.label("organisation_slug"), by.c.language.label("organisation_language"),
        )
        .select_from(table.outerjoin(by, and_(by.c.id == table.c.organisation_id, by.c.state != DRAFT)))
        .where(table.c.state.in_((SUBMITTED, VALIDATED)), table.c.id.not_in(hidden))
        .order_by(table.c.id)
        .limit(limit)
    )  # fmt: skip
    return list(db.session.execute(statement))


def editions(indicator_id: int, *, limit: int = 12) -> list[Any]:
    """The editions in which figures of an indicator changed, newest first."""
    table, part = Edition.__table__, DeliveryPart.__table__
    statement = (
        select(table.c.id, table.c.at, table.c.taken_back, table.c.reason, table.c.delivery_id)
        .join(part, part.c.delivery_id == table.c.delivery_id)
        .where(part.c.indicator_id == indicator_id)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))


def side_by_side(row: Any, place_ids: Sequence[int]) -> list[tuple[int, Any, str, Figure]]:
    """The published values of one thing under different scopes: (place, series, period, figure) of the last period for
    which there are at least two, in the first of these places that has such. What was added up here is none of them."""
    scopes = [each for each in series.series_of(row.id, row.lineage) if not each.breakdown]
    if len(scopes) < 2 or not place_ids:
        return []
    ids = [each.id for each in scopes]
    periods = sorted({each.period for each in series.periods_of(ids)}, reverse=True)
    values = series.figures(ids, place_ids, periods)
    for place_id in place_ids:
        for period in periods:
            own = ((each, values.get((each.id, place_id, period))) for each in scopes)
            found = [
                (place_id, each, period, figure) for each, figure in own if figure is not None and not figure.computed
            ]
            if len(found) > 1:
                return found
    return []
