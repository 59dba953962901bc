"""Invitations to act for an organisation: sent, seen, sent again, withdrawn, accepted.

Its history tells that somebody was invited and in which role, never the address.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select

from observatory.kernel import clock, db, outbox
from observatory.kernel.db import Database
from observatory.kernel.errors import Invalid, NotFound
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _
from observatory.people import policy
from observatory.people.events import InvitationSent, InvitationWithdrawn
from observatory.people.giving import check, note_given, organisation_of
from observatory.people.models import OPERATOR_ROLES, Invitation, Mandate, Person
from observatory.people.sessions import hashed
from observatory.records.history import note
from observatory.records.models import Record

LIFE = dt.timedelta(days=2)
KEPT = dt.timedelta(days=30)
"""How long an invitation that was accepted, withdrawn or ran out is kept, for those who sent it to see."""


@verb(policy.INVITE)
def invite(
    actor: Actor,
    organisation: Record,
    *,
    email: str,
    role: str,
    title: str,
    from_on: dt.date,
    to_on: dt.date | None,
    appointing_act: str,
    address: Any,
) -> Invitation:
    """Invite an address to act for the organisation; whoever opens the link gets the mandate."""
    check(actor, role, from_on, to_on)
    assert actor.person_id is not None
    own = db.session.scalar(select(Person.email).where(Person.id == actor.person_id))
    if email.strip().lower() == own:
        raise Invalid(_("Nobody invites themselves: ask another manager or an administrator."), field="email")
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email.strip().lower(),
        role=role,
        title=title,
        from_on=from_on,
        to_on=to_on,
        appointing_act=appointing_act,
        invited_by_id=actor.person_id,
        token_hash=hashed(token),
        expires_at=clock.now() + LIFE,
    )
    db.session.add(invitation)
    note(actor, organisation, InvitationSent(role=role))
    _mail(invitation, organisation.title, address("invitations.show", token=token))
    return invitation


@verb(policy.ANSWER_INVITATION)
def invite_again(actor: Actor, invitation: Invitation, *, address: Any) -> None:
    """Send an invitation that was not answered once more; the earlier link stops working."""
    if invitation.used_at is not None:
        raise Invalid(_("This invitation was accepted already."))
    token = secrets.token_urlsafe(32)
    assert actor.person_id is not None
    invitation.token_hash, invitation.expires_at = hashed(token), clock.now() + LIFE
    invitation.invited_by_id = actor.person_id  # it is worth as much as whoever sent it last
    organisation = organisation_of(invitation)
    note(actor, organisation, InvitationSent(role=invitation.role))
    _mail(invitation, organisation.title, address("invitations.show", token=token))


@verb(policy.ANSWER_INVITATION)
def withdraw(actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back: its link stops working this minute."""
    if not invitation.is_open():
        raise Invalid(_("This invitation is not open any more."))
    invitation.expires_at = clock.now()
    organisation = organisation_of(invitation)
    note(actor, organisation, InvitationWithdrawn(role=invitation.role))


@verb(policy.is_signed_in)
def accept(actor: Actor, token: str) -> Mandate:
    """Accept an invitation sent to the actor's own address."""
    person = db.session.get(Person, actor.person_id)
    invitation = opened_by(token)
    if invitation is None or person is None or person.email != invitation.email:
        raise Invalid(_("This invitation has expired, was used already, or was sent to another address."))
    inviter = _inviting(invitation)
    if inviter is None:
        raise Invalid(_("Whoever invited you may no longer do so. Ask the organisation for a new invitation."))
    invitation.used_at = clock.now()
    mandate = Mandate(
        person_id=person.id,
        organisation_id=invitation.organisation_id,
        role=invitation.role,
        title=invitation.title,
        from_on=invitation.from_on,
        to_on=invitation.to_on,
        appointing_act=invitation.appointing_act,
        approved_at=clock.now(),
        approved_by_id=invitation.invited_by_id,
    )
    db.session.add(mandate)
    by_inviter = replace(
        actor, person_id=inviter.person_id, organisation_id=inviter.organisation_id, mandate_id=inviter.id
    )
    note_given(by_inviter, mandate)
    return mandate


def opened_by(token: str) -> Invitation | None:
    """The invitation that `token` opens, if it still can be accepted."""
    found = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == hashed(token[:100])).with_for_update()
        if db.session.info.get("write")
        else select(Invitation).where(Invitation.token_hash == hashed(token[:100]))
    )
    return found if found and found.is_open() else None


def sent(actor: Actor, organisation_id: int) -> Sequence[Any]:
    """The invitations of an organisation that are still kept, newest first, for its managers and administrators:
    (invitation, whoever sent it, whether that one may still invite)."""
    manages = (organisation_id, "manager") in actor.roles or any(role == "administrator" for _, role in actor.roles)
    if not manages:
        raise NotFound
    rows = db.session.execute(
        select(Invitation, Person.name)
        .outerjoin(Person, Person.id == Invitation.invited_by_id)
        .where(Invitation.organisation_id == organisation_id)
        .order_by(Invitation.id.desc())
        .limit(100)
    ).all()
    senders = {row.Invitation.invited_by_id for row in rows}
    live = db.session.scalars(
        select(Mandate).where(Mandate.person_id.in_(senders), Mandate.is_live(clock.today()))
    ).all()
    return [(row.Invitation, row.name, any(_covers(mandate, row.Invitation) for mandate in live)) for row in rows]


def find(actor: Actor, id: int) -> Invitation:
    """An invitation of an organisation that the actor manages; NotFound otherwise."""
    invitation = db.session.get(Invitation, id)
    if invitation is None:
        raise NotFound
    manages = (invitation.organisation_id, "manager") in actor.roles
    if not (manages or any(role == "administrator" for _, role in actor.roles)):
        raise NotFound
    return invitation


def sweep(database: Database) -> None:
    """Forget invitations that nobody can accept any more, with the addresses in them."""
    with database.side_transaction() as unit:
        unit.execute(delete(Invitation).where(Invitation.expires_at < clock.now() - KEPT))


def _inviting(invitation: Invitation) -> Mandate | None:
    """The mandate under which the inviter may still invite: manager of the organisation, or administrator."""
    live = db.session.scalars(
        select(Mandate).where(Mandate.person_id == invitation.invited_by_id, Mandate.is_live(clock.today()))
    ).all()
    return next((mandate for mandate in live if _covers(mandate, invitation)), None)


def _covers(mandate: Mandate, invitation: Invitation) -> bool:
    """Whether a mandate lets its holder send this invitation."""
    if mandate.person_id != invitation.invited_by_id:
        return False
    manages = mandate.role == "manager" and mandate.organisation_id == invitation.organisation_id
    return mandate.role == "administrator" or (manages and invitation.role not in OPERATOR_ROLES)


def _mail(invitation: Invitation, title: str, link: str) -> None:
    outbox.send(
        invitation.email,
        _("You are invited to act for %(organisation)s", organisation=title),
        _("Open this address within two days: %(link)s", link=link),
    )
