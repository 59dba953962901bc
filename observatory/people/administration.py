"""What administrators see of people, and how the first one comes to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from observatory.kernel import clock, db, outbox
from observatory.kernel.errors import Invalid, NotFound, Refused
from observatory.kernel.paging import Page, page_of
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, fold, lazy_, slugify
from observatory.people import links, policy, sessions
from observatory.people.closing import forget, is_last_administrator, tell
from observatory.people.giving import required_reason
from observatory.people.models import Mandate, Person, SecondFactor, SecurityEvent, SessionRow
from observatory.people.passwords import Passwords
from observatory.people.queries import person_by_email
from observatory.people.service import record_security
from observatory.records import derived
from observatory.records.models import Record

records = Record.__table__
SETUP_LIFE = dt.timedelta(days=2)

_make_operator: list[Callable[[Actor, str], Record]] = []


def makes_operator(function: Callable[[Actor, str], Record]) -> Callable[[Actor, str], Record]:
    """Register how the organisation that runs the instance is created; the organisations' room does so."""
    _make_operator[:] = [function]
    return function


def _require_administrator(actor: Actor) -> None:
    if not policy.is_administrator.holds(actor):
        raise Refused(policy.is_administrator.reason(actor))


@verb(policy.is_administrator)
def overview(actor: Actor, subject: None = None) -> dict[str, Any]:
    """See what waits and whether the instance is well."""
    requested = select(func.count()).where(Mandate.approved_at.is_(None), Mandate.declined_at.is_(None))
    yesterday = clock.now() - dt.timedelta(days=1)
    failed = select(func.count()).where(SecurityEvent.what == "sign_in_failed", SecurityEvent.at > yesterday)
    return {
        "requested": db.session.scalar(requested) or 0,
        "mandates": db.session.scalar(select(func.count()).select_from(Mandate)) or 0,
        "people": db.session.scalar(select(func.count()).where(Person.closed_at.is_(None))) or 0,
        "sessions": db.session.scalar(select(func.count()).where(SessionRow.expires_at > clock.now())) or 0,
        "failures": db.session.scalar(failed) or 0,
        "queued": derived.queued(),
        "mail": outbox.state(),
    }


def people(actor: Actor, after: str | None, q: str) -> Page[Any]:
    """Every open account, newest first; for administrators."""
    _require_administrator(actor)
    statement = select(
        Person.id, (-Person.id).label("key"), Person.name, Person.email, Person.created_at, Person.verified_at
    )
    statement = statement.where(Person.closed_at.is_(None))
    if q:
        like = f"%{q.lower().replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(func.lower(Person.name).like(like), Person.email.like(f"%{fold(q)}%")))
    return page_of(statement, [(-Person.id, "key", int)], after)


def mandates(actor: Actor, after: str | None, state: str) -> Page[Any]:
    """Every mandate, newest first; for administrators."""
    _require_administrator(actor)
    statement = (
        select(Mandate, Mandate.id, (-Mandate.id).label("key"), Person.name, records.c.title, records.c.slug)
        .join(Person, Person.id == Mandate.person_id)
        .join(records, records.c.id == Mandate.organisation_id)
    )
    if state == "requested":
        statement = statement.where(Mandate.approved_at.is_(None), Mandate.declined_at.is_(None))
    elif state == "active":
        statement = statement.where(Mandate.is_live(clock.today()))
    return page_of(statement, [(-Mandate.id, "key", int)], after)


def security(actor: Actor, after: str | None, what: str) -> Page[Any]:
    """What happened to accounts, newest first: (id, at, what, network, device, person_id, name); for administrators."""
    _require_administrator(actor)
    event = SecurityEvent
    statement = select(
        event.id,
        (-event.id).label("key"),
        event.at,
        event.what,
        event.network,
        event.device,
        event.person_id,
        Person.name,
    ).outerjoin(Person, Person.id == event.person_id)
    if what:
        statement = statement.where(event.what == what)
    return page_of(statement, [(-event.id, "key", int)], after, size=50)


@dataclass(frozen=True)
class Account:
    """An account as administrators see it."""

    person: Person
    mandates: Sequence[Any]
    sessions: int
    events: Sequence[SecurityEvent]
    has_factor: bool


def account(actor: Actor, id: int) -> Account:
    """One open account, for administrators; NotFound otherwise."""
    _require_administrator(actor)
    person = db.session.get(Person, id)
    if person is None or person.closed_at is not None:
        raise NotFound
    mandates = db.session.execute(
        select(Mandate, records.c.title, records.c.slug)
        .join(records, records.c.id == Mandate.organisation_id)
        .where(Mandate.person_id == id)
        .order_by(Mandate.id.desc())
    ).all()
    has_factor = db.session.get(SecondFactor, id) is not None
    live = select(func.count()).where(SessionRow.person_id == id, SessionRow.expires_at > clock.now())
    events = select(SecurityEvent).where(SecurityEvent.person_id == id).order_by(SecurityEvent.id.desc()).limit(20)
    return Account(person, mandates, db.session.scalar(live) or 0, db.session.scalars(events).all(), has_factor)


def person_with(actor: Actor, email: str) -> Person:
    """The confirmed account with this address, for administrators; Invalid, with what to do, if there is none."""
    _require_administrator(actor)
    person = person_by_email(email)
    if person is None or not person.may_sign_in():
        raise Invalid(_("Nobody has an account with this address yet: invite them instead."), field="email")
    return person


@verb(policy.MODERATE_ACCOUNT)
def end_sessions(actor: Actor, person: Person, *, reason: str) -> None:
    """Sign somebody out everywhere, and tell them why."""
    reason = required_reason(reason)
    sessions.end_all(person.id)
    record_security(person.id, "sessions_ended_by_administrator")
    tell(person, lazy_("An administrator signed you out everywhere"), reason)


@verb(policy.MODERATE_ACCOUNT)
def close_account(actor: Actor, person: Person, *, reason: str) -> None:
    """Close an account that was opened by fraud, and tell its address why."""
    reason = required_reason(reason)
    if is_last_administrator(person.id):
        raise Invalid(_("This is the last administrator: give somebody else that mandate first."))
    tell(person, lazy_("Your account was closed by an administrator"), reason)
    forget(actor, person)
    record_security(None, "account_closed_by_administrator")


def person_of(mandate: Mandate) -> Person | None:
    """Whose mandate it is."""
    return db.session.get(Person, mandate.person_id)


def setup_open() -> bool:
    """Whether the instance has no administrator: none yet, or none whose mandate is in force."""
    live = select(func.count()).where(Mandate.role == "administrator", Mandate.is_live(clock.today()))
    return (db.session.scalar(live) or 0) == 0


def setup_token() -> str:
    """A one-time link's token to create the first administrator; call it when `setup_open`."""
    return links.make(links.SETUP, None, life=SETUP_LIFE)


@verb(policy.is_anyone)
def create_first_administrator(
    actor: Actor, token: str, *, passwords: Passwords, organisation: str, name: str, email: str, password: str
) -> Person:
    """Create the operator organisation and its first administrator with the one-time link."""
    links.use(links.SETUP, token)
    if not setup_open():
        raise Refused(policy.is_administrator.reason(actor))
    passwords.judge(password, words=(name, email, organisation))
    person = Person(email=email.strip().lower(), name=name.strip(), password_hash=passwords.hash(password))
    person.verified_at = clock.now()
    db.session.add(person)
    db.session.flush()
    return install_administrator(person, organisation)


def install_administrator(person: Person, organisation: str) -> Person:
    """Make `person` administrator and manager of the operator organisation, which is created if need be."""
    from observatory.people.mandates import appoint

    operator = Actor.operator(via="setup")
    found = db.session.scalar(select(Record).where(Record.kind == "organisation", Record.slug == slugify(organisation)))
    record = found or _make_operator[0](operator, organisation)
    for role in ("administrator", "manager", "steward"):
        appoint(operator, record, person=person, role=role, from_on=clock.today(), to_on=None)
    return person
