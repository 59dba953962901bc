"""Mandates: asked for, given, refused and ended — each told on the organisation's history."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _
from observatory.people import policy
from observatory.people.events import MandateRevoked
from observatory.people.giving import check, note_given, organisation_of, required_reason, tell_managers, tell_person
from observatory.people.models import Mandate, Person
from observatory.records.history import note
from observatory.records.models import Record


@verb(policy.REQUEST)
def request(
    actor: Actor,
    organisation: Record,
    *,
    role: str,
    title: str,
    from_on: dt.date,
    to_on: dt.date | None,
    appointing_act: str,
    message: str,
) -> Mandate:
    """Ask to act for an organisation; its managers are told."""
    check(actor, role, from_on, to_on)
    assert actor.person_id is not None
    _refuse_second(actor.person_id, organisation, role)
    mandate = Mandate(
        person_id=actor.person_id,
        organisation_id=organisation.id,
        role=role,
        title=title,
        from_on=from_on,
        to_on=to_on,
        appointing_act=appointing_act,
        message=message,
    )
    db.session.add(mandate)
    tell_managers(organisation)
    return mandate


@verb(policy.ANSWER)
def approve(actor: Actor, mandate: Mandate) -> None:
    """Give the mandate that was asked for."""
    mandate.approve(by=actor.person_id)
    note_given(actor, mandate)
    tell_person(mandate, lambda title: _("You may now act for %(organisation)s", organisation=title))


@verb(policy.ANSWER)
def decline(actor: Actor, mandate: Mandate, *, reason: str) -> None:
    """Refuse the request, with the reason."""
    mandate.decline(required_reason(reason))
    tell_person(mandate, lambda title: _("Your request to act for %(organisation)s was declined", organisation=title))


@verb(policy.REVOKE)
def revoke(actor: Actor, mandate: Mandate, *, reason: str) -> None:
    """End a mandate this minute, with the reason."""
    if mandate.role == "administrator" and _count_live("administrator") <= 1:
        raise Invalid(_("This is the last administrator: give somebody else that mandate first."))
    mandate.revoke(required_reason(reason))
    fact = MandateRevoked(person_id=mandate.person_id, role=mandate.role, reason=mandate.reason)
    note(actor, organisation_of(mandate), fact)
    tell_person(mandate, lambda title: _("Your mandate for %(organisation)s was ended", organisation=title))


@verb(policy.is_administrator)
def appoint(
    actor: Actor,
    organisation: Record,
    *,
    person: Person,
    role: str,
    from_on: dt.date,
    to_on: dt.date | None,
    title: str = "",
    appointing_act: str = "",
    tell: bool = False,
) -> Mandate:
    """Give a mandate directly: an organisation's first manager, for whom nobody could approve."""
    check(actor, role, from_on, to_on)
    _refuse_second(person.id, organisation, role)
    mandate = Mandate(
        person_id=person.id,
        organisation_id=organisation.id,
        role=role,
        title=title,
        from_on=from_on,
        to_on=to_on,
        appointing_act=appointing_act,
        approved_at=clock.now(),
        approved_by_id=actor.person_id,
    )
    db.session.add(mandate)
    db.session.flush()
    note_given(actor, mandate)
    if tell:
        tell_person(mandate, lambda title: _("You may now act for %(organisation)s", organisation=title))
    return mandate


def _refuse_second(person_id: int, organisation: Record, role: str) -> None:
    earlier = db.session.scalars(
        select(Mandate).where(
            Mandate.person_id == person_id, Mandate.organisation_id == organisation.id, Mandate.role == role
        )
    )
    if any(mandate.state() in {"requested", "active", "coming"} for mandate in earlier):
        raise Invalid(_("There is such a mandate already, or a request for it."))


def _count_live(role: str) -> int:
    live = select(Mandate.id).where(Mandate.role == role, Mandate.is_live(clock.today())).with_for_update()
    return len(db.session.scalars(live).all())
