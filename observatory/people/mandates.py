"""Mandates: asked for, invited to, given, refused and ended — each told on the organisation's history."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from observatory.kernel import clock, db, outbox
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _
from observatory.people import links, policy
from observatory.people.events import MandateApproved, MandateRevoked
from observatory.people.models import OPERATOR_ROLES, ROLES, Invitation, Mandate, Person
from observatory.people.sessions import hashed
from observatory.records.history import note
from observatory.records.models import Record

INVITATION_LIFE = dt.timedelta(days=2)


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
    _check(actor, role, from_on, to_on)
    earlier = db.session.scalars(
        select(Mandate).where(Mandate.person_id == actor.person_id, Mandate.organisation_id == organisation.id)
    )
    if any(mandate.state() in {"requested", "active", "coming"} and mandate.role == role for mandate in earlier):
        raise Invalid(_("You already have, or asked for, this mandate."))
    assert actor.person_id is not None
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
    for manager in _managers(organisation.id):
        with force_locale(LOCALES[manager.language]):
            outbox.send(
                str(manager.email),
                _("Somebody asks to act for %(organisation)s", organisation=organisation.title),
                _("Sign in and answer the request on the page of your organisation."),
            )
    return mandate


@verb(policy.ANSWER)
def approve(actor: Actor, mandate: Mandate) -> None:
    """Give the mandate that was asked for."""
    mandate.approve(by=actor.person_id)
    _note_given(actor, mandate)
    _tell(mandate, lambda title: _("You may now act for %(organisation)s", organisation=title))


@verb(policy.ANSWER)
def decline(actor: Actor, mandate: Mandate, *, reason: str) -> None:
    """Refuse the request, with the reason."""
    mandate.decline(_reason(reason))
    _tell(mandate, lambda title: _("Your request to act for %(organisation)s was declined", organisation=title))


@verb(policy.REVOKE)
def revoke(actor: Actor, mandate: Mandate, *, reason: str) -> None:
    """End a mandate this minute, with the reason."""
    if mandate.role == "administrator" and _count_live("administrator") <= 1:
        raise Invalid(_("This is the last administrator: give somebody else that mandate first."))
    mandate.revoke(_reason(reason))
    fact = MandateRevoked(person_id=mandate.person_id, role=mandate.role, reason=mandate.reason)
    note(actor, _organisation(mandate.organisation_id), fact)
    _tell(mandate, lambda title: _("Your mandate for %(organisation)s was ended", organisation=title))


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
    _check(actor, role, from_on, to_on)
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
        expires_at=clock.now() + INVITATION_LIFE,
    )
    db.session.add(invitation)
    outbox.send(
        invitation.email,
        _("You are invited to act for %(organisation)s", organisation=organisation.title),
        _("Open this address within two days: %(link)s", link=address("mandates.invitation", token=token)),
    )
    return invitation


@verb(policy.is_signed_in)
def accept(actor: Actor, token: str) -> Mandate:
    """Accept an invitation sent to the actor's own address."""
    person = db.session.get(Person, actor.person_id)
    invitation = open_invitation(token)
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
    _note_given(by_inviter, mandate)
    return mandate


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
) -> Mandate:
    """Give a mandate directly: an organisation's first manager, for whom nobody could approve."""
    _check(actor, role, from_on, to_on)
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
    _note_given(actor, mandate)
    return mandate


def open_invitation(token: str) -> Invitation | None:
    """The invitation that `token` opens, if it still can be accepted."""
    found = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == hashed(token[:100])).with_for_update()
        if db.session.info.get("write")
        else select(Invitation).where(Invitation.token_hash == hashed(token[:100]))
    )
    return found if found and found.used_at is None and found.expires_at > clock.now() else None


def _inviting(invitation: Invitation) -> Mandate | None:
    """The mandate under which the inviter may still invite: manager of the organisation, or administrator."""
    live = db.session.scalars(
        select(Mandate).where(Mandate.person_id == invitation.invited_by_id, Mandate.is_live(clock.today()))
    ).all()
    for mandate in live:
        manages = mandate.role == "manager" and mandate.organisation_id == invitation.organisation_id
        if mandate.role == "administrator" or (manages and invitation.role not in OPERATOR_ROLES):
            return mandate
    return None


def _check(actor: Actor, role: str, from_on: dt.date, to_on: dt.date | None) -> None:
    if role not in ROLES:
        raise Invalid(_("There is no such role."), field="role")
    if role in OPERATOR_ROLES and not (actor.holds("administrator") or actor.is_operator):
        raise Invalid(_("Only an administrator gives this role."), field="role")
    if to_on is not None and to_on < from_on:
        raise Invalid(_("A mandate can't end before it begins."), field="to_on")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Give the reason: it is shown."), field="reason")
    return reason.strip()[:500]


def _note_given(actor: Actor, mandate: Mandate) -> None:
    fact = MandateApproved(
        person_id=mandate.person_id,
        role=mandate.role,
        from_on=mandate.from_on.isoformat(),
        to_on=mandate.to_on.isoformat() if mandate.to_on else None,
    )
    note(actor, _organisation(mandate.organisation_id), fact)


def _organisation(id: int) -> Record:
    record = db.session.get(Record, id)
    assert record is not None
    return record


def _count_live(role: str) -> int:
    live = select(Mandate.id).where(Mandate.role == role, Mandate.is_live(clock.today())).with_for_update()
    return len(db.session.scalars(live).all())


def _managers(organisation_id: int) -> list[Person]:
    return list(
        db.session.scalars(
            select(Person)
            .join(Mandate, Mandate.person_id == Person.id)
            .where(
                Mandate.organisation_id == organisation_id,
                Mandate.role == "manager",
                Mandate.is_live(clock.today()),
                Person.email.is_not(None),
            )
            .distinct()
        )
    )


def _tell(mandate: Mandate, subject: Callable[[str], str]) -> None:
    """Tell the person, in their own language, with the reason where one was given."""
    person = db.session.get(Person, mandate.person_id)
    if person is None or not person.email:
        return
    with force_locale(LOCALES[person.language]):
        words = subject(_organisation(mandate.organisation_id).title)
        body = f"{words}.\n\n{mandate.reason}" if mandate.reason else f"{words}."
        outbox.send(person.email, words[:250], body)


__all__ = ["accept", "appoint", "approve", "decline", "invite", "links", "open_invitation", "request", "revoke"]
