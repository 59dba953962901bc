"""What every way of giving or ending a mandate has in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask_babel import force_locale
from sqlalchemy import select

from observatory.kernel import clock, db, outbox
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.people.events import MandateApproved
from observatory.people.models import OPERATOR_ROLES, ROLES, Invitation, Mandate, Person
from observatory.records.history import note
from observatory.records.models import Record


def check(actor: Actor, role: str, from_on: dt.date, to_on: dt.date | None) -> None:
    """Raise Invalid unless `actor` may give this role between these dates."""
    if role not in ROLES:
        raise Invalid(_("There is no such role."), field="role")
    if role in OPERATOR_ROLES and not (actor.holds("administrator") or actor.is_operator):
        raise Invalid(_("Only an administrator gives this role."), field="role")
    if to_on is not None and to_on < from_on:
        raise Invalid(_("A mandate can't end before it begins."), field="to_on")


def required_reason(reason: str) -> str:
    """`reason` without the spaces around it; Invalid where none is given."""
    if not reason.strip():
        raise Invalid(_("Give the reason: it is shown."), field="reason")
    return reason.strip()[:500]


def note_given(actor: Actor, mandate: Mandate) -> None:
    """Tell on the organisation's history that a mandate was given."""
    fact = MandateApproved(
        person_id=mandate.person_id,
        role=mandate.role,
        from_on=mandate.from_on.isoformat(),
        to_on=mandate.to_on.isoformat() if mandate.to_on else None,
    )
    note(actor, organisation_of(mandate), fact)


def organisation_of(paper: Mandate | Invitation) -> Record:
    """The organisation for which a mandate or an invitation counts."""
    return db.session.get_one(Record, paper.organisation_id)


def tell_managers(organisation: Record) -> None:
    """Tell an organisation's managers, each in their own language, that somebody asks to act for it."""
    for manager in _managers(organisation.id):
        with force_locale(LOCALES[manager.language]):
            outbox.send(
                str(manager.email),
                _("Somebody asks to act for %(organisation)s", organisation=organisation.title),
                _("Sign in and answer the request on the page of your organisation."),
            )


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


def tell_person(mandate: Mandate, subject: Callable[[str], str]) -> None:
    """Tell the person, in their own language, with the reason where one was given."""
    person = db.session.get(Person, mandate.person_id)
    if person is None or not person.email:
        return
    with force_locale(LOCALES[person.language]):
        words = subject(organisation_of(mandate).title)
        body = f"{words}.\n\n{mandate.reason}" if mandate.reason else f"{words}."
        outbox.send(person.email, words[:250], body)
