"""Confirming, receiving, observing and signing. Verbs."""

from __future__ import annotations

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.cleaning import text
from observatory.kernel.errors import Invalid, Refused
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import given_reason, note
from observatory.rooms.handovers import events, policy
from observatory.rooms.handovers.models import (
    INCOMING,
    OBSERVED,
    OUTGOING,
    RECEIVED,
    HandoverItem,
    HandoverSignature,
)
from observatory.rooms.handovers.policy import Case
from observatory.rooms.handovers.queries import cases, inventory
from observatory.rooms.handovers.service import digests, locked, settle, without_secret


@verb(policy.CONFIRM)
def confirm_item(
    actor: Actor, case: Case, *, item: HandoverItem, confirmed: bool = True, note_: str = "", version: int | None = None
) -> None:
    """Say for the outgoing office that an item is so, or what is to be said instead: its state, where its file is."""
    handover = locked(case, None)
    _hold(item, version)
    told = without_secret("note_", text(2000)("note_", note_))
    item.confirm(told, confirmed=confirmed, mandate_id=actor.mandate_id)
    settle(handover)
    fact = events.ItemConfirmed if confirmed else events.ItemRemarked
    note(actor, handover, fact(number=item.number))


@verb(policy.CONFIRM)
def confirm_all(actor: Actor, case: Case, *, source: str, note_: str = "", version: int | None = None) -> int:
    """Confirm in one go everything in a group that is neither confirmed nor answered; answers how many.

    The note goes to those that have none."""
    handover = locked(case, None)
    told = without_secret("note_", text(2000)("note_", note_))
    found = inventory.entities(
        handover, HandoverItem.source == source, HandoverItem.confirmed_at.is_(None), HandoverItem.answer == ""
    )
    if not found:
        raise Invalid(lazy_("Nothing here waits to be confirmed."))
    for item in found:
        item.confirm(item.note or told, confirmed=True, mandate_id=actor.mandate_id)
    settle(handover)
    note(actor, handover, events.ItemsConfirmed(items=len(found)))
    return len(found)


@verb(policy.ANSWER)
def answer_item(
    actor: Actor, case: Case, *, item: HandoverItem, answer: str, reason: str = "", version: int | None = None
) -> None:
    """Receive an item for the incoming office, or observe it with a reason that everybody may read."""
    handover = locked(case, None)
    _hold(item, version)
    item.answer_as(answer, _reason(answer, reason), mandate_id=actor.mandate_id)
    settle(handover)
    fact = events.ItemReceived if answer == RECEIVED else events.ItemObserved
    note(actor, handover, fact(number=item.number))


@verb(policy.ANSWER)
def answer_all(
    actor: Actor, case: Case, *, source: str, answer: str, reason: str = "", version: int | None = None
) -> int:
    """Receive or observe in one go everything in a group that is not answered yet; answers how many."""
    handover = locked(case, None)
    told = _reason(answer, reason)
    found = inventory.entities(handover, HandoverItem.source == source, HandoverItem.answer == "")
    if not found:
        raise Invalid(lazy_("Nothing here waits to be received."))
    for item in found:
        item.answer_as(answer, told, mandate_id=actor.mandate_id)
    settle(handover)
    fact = events.ItemsReceived if answer == RECEIVED else events.ItemsObserved
    note(actor, handover, fact(items=len(found)))
    return len(found)


@verb(policy.SIGN)
def sign(actor: Actor, case: Case, *, version: int | None = None) -> HandoverSignature:
    """Sign the inventory as it stands, for the side on which one's mandate is; signed by both, it is closed.

    It ends no mandate and extends none: their dates decide."""
    handover = locked(case, version)
    mandate = cases.mandate_of(actor, handover.keeper_id)
    if mandate is None or actor.person_id is None or case.side is None:  # it ended since the case was looked at
        raise Refused(lazy_("your mandate is in force"))
    _must_be_whole(inventory.all_of(handover.id), case.side)
    own = select(HandoverSignature).where(
        HandoverSignature.handover_id == handover.id, HandoverSignature.voided_at.is_(None)
    )
    standing = list(db.session.scalars(own))
    if any(each.mandate_id == mandate.id for each in standing):
        raise Invalid(lazy_("You have signed it as it stands."))
    digest = digests(handover)[case.side]
    signature = HandoverSignature(
        handover_id=handover.id, side=case.side, person_id=actor.person_id, mandate_id=mandate.id, role=mandate.role,
        digest=digest,
    )  # fmt: skip
    db.session.add(signature)
    if {OUTGOING, INCOMING} <= {case.side, *(each.side for each in standing)}:
        handover.close()
    db.session.flush()
    fact = events.SignedByOutgoing if case.side == OUTGOING else events.SignedByIncoming
    note(actor, handover, fact(digest=digest[:12]))
    return signature


def _must_be_whole(items: list[HandoverItem], side: str) -> None:
    if side == OUTGOING and any(item.confirmed_at is None and not item.note for item in items):
        raise Invalid(lazy_("Confirm each item first, or say why you can't: some have neither."))
    if side == INCOMING and any(not item.answer for item in items):
        raise Invalid(lazy_("Receive or observe each item first: some wait for it."))


def _reason(answer: str, reason: str) -> str:
    """Why something is observed; nothing where it is received."""
    return without_secret("reason", given_reason(reason)) if answer == OBSERVED else ""


def _hold(item: HandoverItem, version: int | None) -> None:
    """Hold an item until the commit; Stale where somebody else changed it since the form was opened."""
    db.session.refresh(item, with_for_update=True)
    item.expect(version)
