"""An indicator, and a delivery, with all that their rules ask about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.history import HistoryEntry
from observatory.records.queries import one_or_404, records, visible
from observatory.rooms.indicators.models import Definition, Delivery, DeliveryPart, Edition, Indicator
from observatory.rooms.indicators.policy import Case, Handed
from observatory.rooms.indicators.queries import find, pending
from observatory.rooms.organisations.queries.succession import allies, same_world

_DRAFTING = ("IndicatorDrafted", "DefinitionDrafted", "IndicatorEdited", "DefinitionProposed")


def case_of(actor: Actor, indicator: Any) -> Case:
    """The indicator (an entity, or a row of its page) as it stands for the actor."""
    draft = pending(indicator.id)
    since = (draft.proposed_on if draft is not None else None) or clock.today()
    return Case(
        indicator,
        draft=draft,
        bound=allies({indicator.keeper_id} - {None}, since),
        drafted=draft is not None and _drafted(actor, indicator.id, draft),
        same_world=same_world(actor.organisation_id, fictitious=bool(indicator.is_demo)),
    )


def case(actor: Actor, slug: str) -> Case:
    """The same, by the indicator's address."""
    return case_of(actor, find(actor, slug))


def _drafted(actor: Actor, indicator_id: int, draft: Definition) -> bool:
    if actor.person_id is None:
        return False
    if draft.drafted_by_id == actor.person_id:
        return True
    former = select(HistoryEntry.id).where(
        HistoryEntry.record_id == indicator_id, HistoryEntry.event == "DefinitionApproved"
    )
    since = db.session.scalar(former.order_by(HistoryEntry.id.desc()).limit(1)) or 0
    found = select(HistoryEntry.id).where(
        HistoryEntry.record_id == indicator_id, HistoryEntry.person_id == actor.person_id,
        HistoryEntry.event.in_(_DRAFTING), HistoryEntry.id > since,
    )  # fmt: skip
    return db.session.scalar(found.limit(1)) is not None


def handed_of(actor: Actor, delivery: Delivery) -> Handed:
    """The delivery as it stands for the actor."""
    keepers = set(
        db.session.scalars(
            select(records.c.keeper_id)
            .join(DeliveryPart, DeliveryPart.indicator_id == records.c.id)
            .where(DeliveryPart.delivery_id == delivery.id)
        )
    )
    return Handed(
        delivery,
        bound=allies({delivery.organisation_id} - {None}, delivery.at.astimezone(clock.LIMA).date()),
        keeps=actor.organisation_id is not None and keepers == {actor.organisation_id},
        same_world=same_world(actor.organisation_id, fictitious=delivery.is_demo),
        ever_published=db.session.scalar(select(Edition.id).where(Edition.delivery_id == delivery.id).limit(1))
        is not None,
    )


def find_delivery(actor: Actor, id: int) -> Delivery:
    """A delivery whose indicators the actor may all see; NotFound otherwise."""
    hidden = select(DeliveryPart.delivery_id).where(~visible(actor, DeliveryPart.indicator_id))
    found: Delivery = one_or_404(select(Delivery).where(Delivery.id == id, Delivery.id.not_in(hidden)))
    return found


def parts_of(delivery: Delivery) -> Sequence[tuple[Indicator, int]]:
    """The indicators of a delivery with how many figures of each, as entities: for what is noted on them. They are held as
    they are now, since reading a file may have taken minutes."""
    statement = select(Indicator, DeliveryPart.size).join(DeliveryPart, DeliveryPart.indicator_id == Indicator.id)
    statement = statement.where(DeliveryPart.delivery_id == delivery.id).order_by(Indicator.id)
    held = statement.with_for_update(of=(records, Indicator.__table__)).execution_options(populate_existing=True)
    return [(indicator, size) for indicator, size in db.session.execute(held)]
