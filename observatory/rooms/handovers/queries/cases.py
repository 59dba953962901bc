"""A handover as it stands for one actor: which side they are on follows from the dates of their mandate."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate
from observatory.records.queries import one_or_404, visible
from observatory.rooms.handovers.models import INCOMING, OUTGOING, Handover, HandoverItem
from observatory.rooms.handovers.policy import SPEAKERS, Case
from observatory.rooms.handovers.queries import find


def mandate_of(actor: Actor, organisation_id: int | None) -> Any:
    """The mandate in force under which the actor speaks for an organisation: (id, role, from_on, to_on), or None."""
    if actor.mandate_id is None or organisation_id is None:
        return None
    statement = select(Mandate.id, Mandate.role, Mandate.from_on, Mandate.to_on).where(
        Mandate.id == actor.mandate_id, Mandate.person_id == actor.person_id, Mandate.role.in_(SPEAKERS),
        Mandate.organisation_id == organisation_id, Mandate.is_live(clock.today()),
    )  # fmt: skip
    return db.session.execute(statement).one_or_none()


def case_of(actor: Actor, handover: Any) -> Case:
    """The handover (an entity, or a row of its page) as it stands for the actor today."""
    mandate = mandate_of(actor, handover.keeper_id)
    side = None
    if mandate is not None:
        side = INCOMING if mandate.from_on > handover.term_ends_on else OUTGOING
    return Case(handover, side, clock.today())


def case(actor: Actor, slug: str) -> Case:
    """The same, by the handover's address."""
    return case_of(actor, find(actor, slug))


def find_item(actor: Actor, handover: Handover, id: int) -> HandoverItem:
    """An item of a handover, as an entity: for whoever may see what it is about, or belongs to the organisation."""
    statement = select(HandoverItem).where(HandoverItem.id == id, HandoverItem.handover_id == handover.id)
    if handover.keeper_id not in actor.organisation_ids:
        statement = statement.where(HandoverItem.record_id.is_(None) | visible(actor, HandoverItem.record_id))
    found: HandoverItem = one_or_404(statement)
    return found
