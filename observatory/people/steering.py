"""What administrators do to the instance: its settings and its mail. Each act is public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select, update

from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.errors import Invalid, NotFound, Stale
from observatory.kernel.outbox import ATTEMPTS, Outgoing
from observatory.kernel.paging import Page, page_of
from observatory.kernel.policy import Actor, verb
from observatory.kernel.preferences import KINDS, AdministrationAct, Preference, stored
from observatory.kernel.text import lazy_
from observatory.people import policy
from observatory.people.giving import required_reason
from observatory.records.models import Record

SET, SENT_AGAIN, DROPPED = "setting_changed", "mail_sent_again", "mail_dropped"
ACTS = {
    SET: lazy_("Changed a setting"),
    SENT_AGAIN: lazy_("Had messages sent again"),
    DROPPED: lazy_("Gave a message up"),
}
records = Record.__table__


def acts(actor: Actor, after: str | None) -> Page[Any]:
    """What administrators did to the instance, newest first: for everyone."""
    columns = (
        AdministrationAct.id, (-AdministrationAct.id).label("key"), AdministrationAct.at, AdministrationAct.act,
        AdministrationAct.facts, AdministrationAct.reason, records.c.title, records.c.slug,
    )  # fmt: skip
    statement = select(*columns).outerjoin(records, records.c.id == AdministrationAct.organisation_id)
    return page_of(statement, [(-AdministrationAct.id, "key", int)], after)


def times_set() -> int:
    """How often settings were changed: two administrators who change them at once are told."""
    found = select(func.count()).where(AdministrationAct.act == SET)
    return int(db.session.scalar(found) or 0)


@verb(policy.is_administrator)
def set_preferences(
    actor: Actor, settings: Settings, *, version: int | None = None, **values: str
) -> Mapping[str, tuple[Any, Any]]:
    """Change settings of the instance; answers what changed, as name → (old, new)."""
    before, now = stored(), times_set()
    if version is not None and version != now:
        raise Stale(lazy_("Somebody else changed the settings meanwhile: compare and decide."), before, now)
    changed: dict[str, tuple[Any, Any]] = {}
    for name, text in values.items():
        if name not in KINDS or name in settings.given:
            continue
        try:
            value = KINDS[name].read(str(text))
        except Invalid as problem:
            raise Invalid(problem.message, field=name) from None
        if value != before[name]:
            changed[name] = (before[name], value)
            db.session.merge(Preference(name=name, value=str(value)))
            _act(actor, SET, {"name": name, "old": before[name], "new": value})
    return changed


@verb(policy.is_administrator)
def read_mail(actor: Actor, subject: None, *, after: str | None = None) -> Page[Any]:
    """See which messages wait and which were given up, without their words."""
    columns = (
        Outgoing.id, (-Outgoing.id).label("key"), Outgoing.recipient, Outgoing.created_at, Outgoing.next_try_at,
        Outgoing.attempts, Outgoing.failure,
    )  # fmt: skip
    return page_of(select(*columns).where(Outgoing.sent_at.is_(None)), [(-Outgoing.id, "key", int)], after)


@verb(policy.is_administrator)
def send_again(actor: Actor, subject: None, *, id: int | None = None) -> int:
    """Try once more to send the messages that were given up, or one of them; answers how many."""
    dead = [Outgoing.sent_at.is_(None), Outgoing.attempts >= ATTEMPTS]
    if id is not None:
        dead.append(Outgoing.id == id)
    told = db.session.execute(update(Outgoing).where(*dead).values(attempts=0, next_try_at=clock.now()))
    count = int(told.rowcount)  # type: ignore[attr-defined]
    if count:
        _act(actor, SENT_AGAIN, {"messages": count})
    return count


@verb(policy.is_administrator)
def drop(actor: Actor, message: Outgoing, *, reason: str) -> None:
    """Give up a message for good, with a public reason."""
    if message.attempts < ATTEMPTS or message.sent_at is not None:
        raise Invalid(lazy_("Only what could not be sent is given up."))
    _act(actor, DROPPED, {"messages": 1}, required_reason(reason))
    db.session.delete(message)


def message(actor: Actor, id: int) -> Outgoing:
    """A message that was given up, for administrators; NotFound otherwise."""
    found = db.session.get(Outgoing, id) if policy.is_administrator.holds(actor) else None
    if found is None or found.sent_at is not None or found.attempts < ATTEMPTS:
        raise NotFound
    return found


def masked(address: str) -> str:
    """An address of which enough is shown to know what is wrong, and no more."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _act(actor: Actor, act: str, facts: dict[str, Any], reason: str = "") -> None:
    db.session.add(
        AdministrationAct(
            at=clock.now(), act=act, facts=facts, reason=reason, person_id=actor.person_id,
            organisation_id=actor.organisation_id,
        )
    )  # fmt: skip


def public(actor: Actor) -> Select[Any]:
    """What administrators did to the instance, without who did it in person."""
    act = AdministrationAct
    return select(act.id, act.at, act.act, act.facts, act.reason, act.organisation_id).order_by(act.id)
