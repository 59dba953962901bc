"""Preparing a session: when and where, its agenda, convening it. Verbs."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from observatory.kernel import clock, db
from observatory.kernel.cleaning import line, text, web_address
from observatory.kernel.errors import Invalid
from observatory.kernel.formats import moment
from observatory.kernel.offers import Matter
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people.speaking import tell
from observatory.records import given_reason, note
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import AgendaItem, Roundtable, RoundtableSession
from observatory.rooms.roundtables.models.words import CONVENED, MOST_ITEMS, PLANNED, STANDING
from observatory.rooms.roundtables.queries.sessions import mark_of, sitting, taken_up
from observatory.rooms.roundtables.service import brief, hold


@verb(policy.PLAN)
def plan_session(
    actor: Actor, roundtable: Roundtable, *, starts_at: dt.datetime, venue: str = "", online_url: str = "",
) -> RoundtableSession:  # fmt: skip
    """Begin to prepare the next session of a roundtable; only its body sees it yet."""
    db.session.refresh(roundtable, with_for_update=True)
    last = select(func.max(RoundtableSession.number)).where(RoundtableSession.roundtable_id == roundtable.id)
    number = (db.session.scalar(last) or 0) + 1
    session = RoundtableSession(
        roundtable_id=roundtable.id, number=number, keeper_id=roundtable.keeper_id, is_demo=roundtable.is_demo,
        language=roundtable.language, site_id=roundtable.site_id, state=PLANNED, slug=secrets.token_hex(16), summary="",
        title=_title(roundtable, number), starts_at=clock.now(), venue="", online_url="",
    )  # fmt: skip
    session.move(_moment(starts_at), line(300)("venue", venue), web_address("online_url", online_url))
    db.session.add(session)
    db.session.flush()
    session.slug = str(session.id)
    note(actor, session, events.SessionPlanned())
    return session


@verb(policy.MOVE)
def move_session(
    actor: Actor, session: RoundtableSession, *, starts_at: dt.datetime, venue: str = "", online_url: str = "",
    version: int | None = None, link: str = "",
) -> None:  # fmt: skip
    """Change when or where a session is; whoever was invited is told."""
    hold(session, version)
    if session.move(_moment(starts_at), line(300)("venue", venue), web_address("online_url", online_url)):
        note(actor, session, events.SessionMoved())
        if session.state == CONVENED:
            _invite(actor, session, link, lambda title: _("Moved: %(title)s", title=title))


@verb(policy.PREPARE)
def add_item(
    actor: Actor, session: RoundtableSession, *, title: str, known: str = "", version: int | None = None
) -> AgendaItem:
    """Put something of one's own on the agenda, at its end."""
    hold(session, version)
    return _append(actor, session, line(300, least=4)("title", title), text(4000)("known", known))


@verb(policy.PREPARE)
def take_up(
    actor: Actor, session: RoundtableSession, *, offered: Mapping[str, tuple[str, Matter]], chosen: Sequence[str],
    version: int | None = None,
) -> int:  # fmt: skip
    """Put matters that arose on the agenda, each once; answers how many. `offered`: key → (source, matter)."""
    hold(session, version)
    there = taken_up(session.id)
    count = 0
    for key in chosen:
        source, matter = offered.get(key, ("", None))
        if matter is None:
            raise Invalid(lazy_("Choose one from the list."), field="chosen")
        mark = mark_of(matter)
        if mark not in there:
            there.add(mark)
            _append(actor, session, matter.title, str(matter.why), matter.record_id, source, matter.origin_id)
            count += 1
    if not count:
        raise Invalid(lazy_("Choose at least one that is not on the agenda yet."), field="chosen")
    return count


@verb(policy.PREPARE)
def set_order(
    actor: Actor, session: RoundtableSession, *, positions: Mapping[int, int | None], version: int | None = None
) -> None:
    """Put the agenda in order: item → its place; an item without a place is taken off."""
    hold(session, version)
    every = list(db.session.scalars(_items(session)))
    if set(positions) != {item.id for item in every}:
        raise Invalid(lazy_("The agenda has changed since you looked at it: look again."))
    kept = [item for item in every if positions[item.id] is not None]
    for item in every:
        if positions[item.id] is None:
            db.session.delete(item)
    for at, item in enumerate(sorted(kept, key=lambda item: (positions[item.id] or 0, item.position)), 1):
        item.position = at
    note(actor, session, events.AgendaChanged())


@verb(policy.PREPARE)
def convene(actor: Actor, session: RoundtableSession, *, version: int | None = None, link: str = "") -> None:
    """Invite everyone who sits there: from now on time, place and agenda are public, and the agenda stays as it is.

    What everyone may know of it at this moment is frozen as the brief.
    """
    hold(session, version)
    if db.session.scalar(select(Roundtable.state).where(Roundtable.id == session.roundtable_id)) not in STANDING:
        raise Invalid(lazy_("The roundtable was closed."))
    items = db.session.scalar(select(func.count()).where(AgendaItem.session_id == session.id)) or 0
    session.convene(items=items, today=clock.today())
    note(actor, session, events.SessionConvened(items=items))
    brief.freeze(session)
    _invite(actor, session, link, lambda title: _("You are invited: %(title)s", title=title))


@verb(policy.MOVE)
def cancel_session(
    actor: Actor, session: RoundtableSession, *, reason: str, version: int | None = None, link: str = ""
) -> None:
    """Say that a session will not take place, and why; whoever was invited is told."""
    hold(session, version)
    convened = session.state == CONVENED
    reason = given_reason(reason)
    session.cancel()
    note(actor, session, events.SessionCancelled(reason=reason))
    if convened:
        _invite(actor, session, link, lambda title: _("Cancelled: %(title)s", title=title), reason)


def _invite(
    actor: Actor, session: RoundtableSession, link: str, subject: Callable[[str], str], reason: str = ""
) -> None:
    """Write to those who speak for whoever sits there or may sit there."""
    title, starts_at, where = session.title, session.starts_at, session.venue or session.online_url

    def words() -> tuple[str, str]:
        body = _(
            "%(when)s, %(where)s\nAgenda, and for your calendar: %(link)s",
            when=moment(starts_at),
            where=where,
            link=link,
        )
        return subject(title), f"{body}\n{reason}".strip()

    for id in sitting(session.roundtable_id):
        tell(id, words, but=actor.person_id)


def _append(
    actor: Actor,
    session: RoundtableSession,
    title: str,
    told: str = "",
    record_id: int | None = None,
    matter: str = "",
    origin_id: int | None = None,
) -> AgendaItem:
    count = db.session.scalar(select(func.count()).where(AgendaItem.session_id == session.id)) or 0
    if count >= MOST_ITEMS:
        raise Invalid(lazy_("An agenda holds at most %(most)s items.", most=MOST_ITEMS), field="title")
    item = AgendaItem(
        session_id=session.id,
        position=count + 1,
        title=title[:300],
        note=told,
        record_id=record_id,
        matter=matter,
        origin_id=origin_id,
    )
    db.session.add(item)
    db.session.flush()
    note(actor, session, events.AgendaChanged(), agenda=(None, [title]))
    return item


def _items(session: RoundtableSession) -> Any:
    return select(AgendaItem).where(AgendaItem.session_id == session.id).order_by(AgendaItem.position, AgendaItem.id)


def _title(roundtable: Roundtable, number: int) -> str:
    words = "Session %s" if roundtable.language == "en" else "Sesión %s"
    return f"{words % number}, {roundtable.title}"[:300]


def _moment(value: dt.datetime | None) -> dt.datetime:
    """A moment as people in Lima write it."""
    if value is None:
        raise Invalid(lazy_("Say when it begins."), field="starts_at")
    return value if value.tzinfo else value.replace(tzinfo=clock.LIMA)
