"""How accounts end, what is forgotten then and by itself, and how people are told."""

from __future__ import annotations

import datetime as dt

from flask_babel import force_locale
from sqlalchemy import delete, func, select

from observatory.kernel import clock, db, outbox
from observatory.kernel.config import LOCALES
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people import sessions
from observatory.people.events import MandateClosed
from observatory.people.models import Invitation, MailLink, Mandate, Person, RecoveryCode, SecondFactor, SecurityEvent
from observatory.records.history import note
from observatory.records.models import Record

UNCONFIRMED = dt.timedelta(days=7)
"""How long an account waits for its address to be confirmed."""


def tell(person: Person, subject: object, body: object) -> None:
    """Write to a person in their own language; `subject` and `body` may be lazily translated."""
    if person.email:
        with force_locale(LOCALES[person.language]):
            outbox.send(person.email, str(subject), str(body))


def forget(actor: Actor, person: Person) -> None:
    """End all that an account can do and delete what names the person, wherever their address was written down."""
    for mandate in db.session.scalars(select(Mandate).where(Mandate.person_id == person.id)):
        if mandate.state() in {"active", "coming"}:
            mandate.revoke("")
            organisation = db.session.get_one(Record, mandate.organisation_id)
            note(actor, organisation, MandateClosed(role=mandate.role))
        elif mandate.state() == "requested":
            mandate.decline("")
    sessions.end_all(person.id)
    for table, condition in (
        (SecurityEvent, SecurityEvent.person_id == person.id),
        (MailLink, MailLink.person_id == person.id),
        (RecoveryCode, RecoveryCode.person_id == person.id),
        (SecondFactor, SecondFactor.person_id == person.id),
        (Invitation, Invitation.email == person.email),
    ):
        db.session.execute(delete(table).where(condition))
    person.close()


def is_last_administrator(person_id: int) -> bool:
    """Whether nobody would administer the instance without this person."""
    live = select(func.count()).where(Mandate.role == "administrator", Mandate.is_live(clock.today()))
    mine = db.session.scalar(live.where(Mandate.person_id == person_id)) or 0
    return bool(mine) and (db.session.scalar(live) or 0) <= mine


def sweep(database: Database) -> None:
    """Forget security events after a year, links a day after they ran out, and accounts whose address nobody
    confirmed within a week."""
    now = clock.now()
    never = select(Person.id).where(
        Person.verified_at.is_(None), Person.closed_at.is_(None), Person.created_at < now - UNCONFIRMED
    )
    with database.side_transaction() as unit:
        unit.execute(delete(SecurityEvent).where(SecurityEvent.at < now - dt.timedelta(days=365)))
        unit.execute(delete(MailLink).where(MailLink.expires_at < now - dt.timedelta(days=1)))
        unit.execute(delete(Person).where(Person.id.in_(never)))
