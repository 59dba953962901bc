"""Reading people and mandates, and building the actor of a request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import NotFound
from observatory.kernel.policy import PUBLIC, Actor
from observatory.people.models import GUARDED_ROLES, Mandate, Person, SecondFactor, SecurityEvent, SessionRow
from observatory.people.sessions import IDLE, IDLE_ADMINISTRATOR
from observatory.records.models import Record

records = Record.__table__
STEWARDS = "stewards"
_LIVE = (
    Mandate.id,
    Mandate.organisation_id,
    Mandate.role,
    Mandate.title,
    records.c.title.label("organisation"),
    records.c.slug.label("organisation_slug"),
)


def live_mandates(person_id: int) -> Sequence[Any]:
    """The mandates a person may act under today, as rows."""
    sector = db.Base.metadata.tables["organisations"].c
    return db.session.execute(
        select(*_LIVE, sector.sector)
        .join(records, records.c.id == Mandate.organisation_id)
        .join(sector.sector.table, sector.id == Mandate.organisation_id)
        .where(Mandate.person_id == person_id, Mandate.is_live(clock.today()))
        .order_by(Mandate.id)
    ).all()


def actor_of_session(row: SessionRow | None, *, demands_factor: bool = False) -> Actor:
    """Who is behind a session now. Read anew for every request: a mandate that ended a minute ago gives nothing.

    With `demands_factor`, mandates of GUARDED_ROLES give nothing to an account without a second factor.
    """
    if row is None or row.person_id is None:
        return Actor.guest()
    person = db.session.get(Person, row.person_id)
    current = db.session.get(SessionRow, row.id)
    if person is None or current is None or not person.may_sign_in():
        return Actor.guest()
    actor = actor_of(person, mandate_id=current.mandate_id, session_id=current.id, demands_factor=demands_factor)
    allowed = IDLE_ADMINISTRATOR if actor.holds("administrator", "moderator", "steward") else IDLE
    lasting = current.expires_at - current.created_at > dt.timedelta(days=1)
    if clock.now() - current.seen_at > allowed and not (lasting and allowed == IDLE):
        return Actor.guest()
    return actor


def actor_of(
    person: Person,
    *,
    mandate_id: int | None,
    session_id: int | None = None,
    via: str = "web",
    demands_factor: bool = False,
) -> Actor:
    """`person` acting under `mandate_id` if that mandate is live, else under none."""
    mandates = live_mandates(person.id)
    if demands_factor and db.session.get(SecondFactor, person.id) is None:
        mandates = [row for row in mandates if row.role not in GUARDED_ROLES]
    active = next((row for row in mandates if row.id == mandate_id), None)
    labels = {PUBLIC, f"person:{person.id}"} | {f"org:{row.organisation_id}" for row in mandates}
    if any(row.role in {"steward", "administrator"} for row in mandates):
        labels.add(STEWARDS)
    return Actor(
        person_id=person.id,
        name=person.name,
        language=person.language,
        mandate_id=active.id if active else None,
        organisation_id=active.organisation_id if active else None,
        organisation_name=active.organisation if active else "",
        sector=active.sector if active else None,
        role=active.role if active else None,
        organisation_ids=frozenset(row.organisation_id for row in mandates),
        roles=frozenset((row.organisation_id, row.role) for row in mandates),
        labels=frozenset(labels),
        session_id=session_id,
        via=via,
    )


def needs_factor(actor: Actor) -> bool:
    """Whether a mandate of the actor waits for their second factor."""
    if actor.is_guest or db.session.get(SecondFactor, actor.person_id) is not None:
        return False
    return any(row.role in GUARDED_ROLES for row in live_mandates(int(actor.person_id or 0)))


def person_signing_in(person_id: int, since: dt.datetime) -> Person | None:
    """Whoever gave their password at `since` and owes the second factor; None if the password was changed since."""
    person = db.session.get(Person, person_id)
    if person is None or not person.may_sign_in() or db.session.get(SecondFactor, person_id) is None:
        return None
    changed = select(SecurityEvent.id).where(
        SecurityEvent.person_id == person_id,
        SecurityEvent.what.in_(("password_reset", "password_changed", "sessions_ended_by_administrator")),
        SecurityEvent.at >= since,
    )
    return None if db.session.scalar(changed.limit(1)) is not None else person


def person_by_email(email: str) -> Person | None:
    """The open account with this address. For signing in: not an answer to show."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def own_account(actor: Actor) -> Person:
    """The actor's own account."""
    person = db.session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise NotFound
    return person


def mandates_of_organisation(actor: Actor, organisation_id: int) -> Sequence[Any]:
    """Who speaks, spoke or asks to speak for an organisation, newest first.

    Requests and refusals are seen by its managers and administrators alone; the rest is public.
    """
    rows = db.session.execute(
        select(Mandate, Person.name, Person.closed_at)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.organisation_id == organisation_id)
        .order_by(Mandate.from_on.desc(), Mandate.id.desc())
    ).all()
    insider = (organisation_id, "manager") in actor.roles or any(role == "administrator" for _, role in actor.roles)
    return [row for row in rows if insider or row.Mandate.state() not in {"requested", "declined"}]


def own_mandates(actor: Actor) -> Sequence[Any]:
    """All of the actor's mandates, whatever their state, with the organisation's title and slug."""
    return db.session.execute(
        select(Mandate, records.c.title.label("organisation"), records.c.slug.label("organisation_slug"))
        .join(records, records.c.id == Mandate.organisation_id)
        .where(Mandate.person_id == actor.person_id)
        .order_by(Mandate.from_on.desc(), Mandate.id.desc())
    ).all()


def earlier_mandates(actor: Actor) -> list[int]:
    """The actor's own mandates of the same organisation that are over: what the present one renews."""
    return [
        row.Mandate.id
        for row in own_mandates(actor)
        if row.Mandate.organisation_id == actor.organisation_id and row.Mandate.state() in {"ended", "revoked"}
    ]


def find_mandate(actor: Actor, id: int) -> Mandate:
    """A mandate the actor may deal with: their own, or one of an organisation they manage; NotFound otherwise."""
    mandate = db.session.get(Mandate, id)
    if mandate is None or actor.is_guest:
        raise NotFound
    manages = (mandate.organisation_id, "manager") in actor.roles
    if not (mandate.person_id == actor.person_id or manages or any(r == "administrator" for _, r in actor.roles)):
        raise NotFound
    return mandate


def own_sessions(actor: Actor) -> Sequence[SessionRow]:
    """The actor's open sessions, last used first."""
    return db.session.scalars(
        select(SessionRow)
        .where(SessionRow.person_id == actor.person_id, SessionRow.expires_at > clock.now())
        .order_by(SessionRow.seen_at.desc())
    ).all()


def own_security_events(actor: Actor, limit: int = 20) -> Sequence[SecurityEvent]:
    """What happened to the actor's account lately."""
    return db.session.scalars(
        select(SecurityEvent)
        .where(SecurityEvent.person_id == actor.person_id)
        .order_by(SecurityEvent.id.desc())
        .limit(limit)
    ).all()
