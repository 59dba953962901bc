"""Running a session: opening it, who is there, what is noted down, ending it. Verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import func, select

from observatory.kernel import clock, db
from observatory.kernel.cleaning import choice, line, text
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_, render_markdown
from observatory.records import note
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import (
    AgendaItem,
    Attendance,
    Minutes,
    NoteEntry,
    Roundtable,
    RoundtableSession,
)
from observatory.rooms.roundtables.models.words import HELD, MOST_GUESTS, MOST_NOTES, SEXES
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting, quorum
from observatory.rooms.roundtables.service import hold


class Gone(Enum):
    """Why nobody is on a seat."""

    LEFT = "left"
    MISTAKEN = "mistaken"
    """Nobody was on it: that was recorded by mistake."""


@dataclass(frozen=True)
class Taken:
    """Who is on a seat: for the organisation of the seat or its alternate, under a mandate or by name."""

    instead: bool = False
    """For the alternate."""
    mandate_id: int | None = None
    name: str = ""
    sex: str | None = None
    remote: bool = False


@verb(policy.BEGIN)
def open_session(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """Begin a session: from now on it is recorded who is there, what is noted down and what comes of each item."""
    session = held(case, version)
    session.open()
    note(actor, session, events.SessionOpened())


@verb(policy.ATTEND)
def record_attendance(actor: Actor, case: Case, *, seats: Mapping[int, Taken | Gone]) -> None:
    """Record who is on these seats now, from which somebody has gone, and on which nobody was. Others stay as they are."""
    session = held(case)
    known = {row.id: row for row in meeting.seats(session)}
    people = meeting.people_of(id for row in known.values() for id in (row.organisation_id, row.alternate_id) if id)
    for id, taken in seats.items():
        row = known.get(id)
        if row is None:
            raise Invalid(lazy_("Who sits there has changed since you looked at it: look again."))
        there = db.session.get(Attendance, row.attendance_id) if row.attendance_id else None
        if isinstance(taken, Taken):
            _take(actor, session, row, there, taken, people)
        elif there is not None and taken is Gone.MISTAKEN:
            db.session.delete(there)
        elif there is not None:
            there.left_at = clock.now()
        db.session.flush()
    _count(actor, session)


def _take(
    actor: Actor, session: RoundtableSession, row: Any, there: Attendance | None, taken: Taken,
    people: Mapping[int, list[tuple[int, str]]],
) -> None:  # fmt: skip
    organisation = row.alternate_id if taken.instead else row.organisation_id
    if organisation is None:
        raise Invalid(lazy_("No other organisation may sit for this one."))
    if taken.mandate_id is not None:
        if taken.mandate_id not in {one for one, _name in people.get(organisation, ())}:
            raise Invalid(lazy_("This mandate is not in force today, or is of another organisation."))
        elsewhere = select(Attendance.id).where(
            Attendance.session_id == session.id, Attendance.left_at.is_(None), Attendance.mandate_id == taken.mandate_id,
            Attendance.seat_id != row.id,
        )  # fmt: skip
        if db.session.scalar(elsewhere) is not None:
            raise Invalid(lazy_("Nobody is on two seats at once: %(name)s is.", name=row.title))
    if there is not None and there.organisation_id != organisation:  # another one took over
        there.left_at, there = clock.now(), None
        db.session.flush()
    if there is None:
        there = Attendance(session_id=session.id, seat_id=row.id, organisation_id=organisation, arrived_at=clock.now())
        db.session.add(there)
    there.mandate_id, there.person_id = taken.mandate_id, actor.person_id
    there.name = (
        "" if taken.mandate_id is not None else line(120)("name", taken.name)
    )  # whoever has an account is named there
    there.sex, there.remote = choice(SEXES)("sex", taken.sex), taken.remote


@verb(policy.ATTEND)
def add_guest(
    actor: Actor, case: Case, *, name: str = "", as_written: str = "", sex: str | None = None, remote: bool = False
) -> Attendance:
    """Record somebody who is there without a seat: they count for no quorum."""
    session = held(case)
    as_written = line(200, least=2)("as_written", as_written)
    count = select(func.count()).where(Attendance.session_id == session.id, Attendance.seat_id.is_(None))
    if (db.session.scalar(count) or 0) >= MOST_GUESTS:
        raise Invalid(lazy_("There are as many guests as can be recorded."), field="as_written")
    guest = Attendance(
        session_id=session.id, as_written=as_written, name=line(120)("name", name), sex=choice(SEXES)("sex", sex),
        remote=remote, arrived_at=clock.now(), person_id=actor.person_id,
    )  # fmt: skip
    db.session.add(guest)
    db.session.flush()
    _count(actor, session)
    return guest


@verb(policy.ATTEND)
def remove_guest(actor: Actor, case: Case, *, guest: Attendance) -> None:
    """Take out a guest who was recorded by mistake."""
    session = held(case)
    db.session.delete(guest)
    db.session.flush()
    _count(actor, session)


@verb(policy.NOTE)
def write_note(actor: Actor, case: Case, *, item: AgendaItem, key: str, words: str) -> NoteEntry:
    """Append what was said on an item. The same key again is the same note: it may be sent as often as the line is bad."""
    held(case)  # so that the same key twice at once waits for its turn
    key = line(64, least=8)("key", key)
    known = select(NoteEntry).where(NoteEntry.session_id == case.session.id, NoteEntry.key == key)
    found = db.session.scalars(known).one_or_none()
    if found is not None:
        if found.person_id != actor.person_id:
            raise Invalid(lazy_("Send it once more: somebody else's note has this key."), field="key")
        return found
    words = text(20_000)("text", words)
    if not words:
        raise Invalid(lazy_("Write what was said."), field="text")
    count = select(func.count()).where(NoteEntry.session_id == case.session.id)
    if (db.session.scalar(count) or 0) >= MOST_NOTES:
        raise Invalid(lazy_("There are as many notes as a session can have."), field="text")
    entry = NoteEntry(
        session_id=case.session.id, item_id=item.id, key=key, text=words, html=render_markdown(words), person_id=actor.person_id,
        mandate_id=actor.mandate_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    return entry


@verb(policy.END)
def end_session(actor: Actor, case: Case) -> None:
    """End a session: held where there was a quorum at any moment, else without quorum. Whoever is still there leaves now."""
    session = held(case)
    settle_quorum(session)
    session.end(ruled=session.quorum is not None)
    still = select(Attendance).where(Attendance.session_id == session.id, Attendance.left_at.is_(None))
    for each in db.session.scalars(still):
        each.left_at = session.ended_at
    if session.state == HELD:
        note(actor, session, events.SessionHeld())
        roundtable = db.session.get_one(Roundtable, session.roundtable_id)
        met(actor, roundtable, session)
    else:
        note(actor, session, events.SessionWithoutQuorum())


def met(actor: Actor, roundtable: Roundtable, session: RoundtableSession) -> None:
    """Let the roundtable know of a session that was held."""
    db.session.refresh(roundtable, with_for_update=True)
    roundtable.has_met()
    note(actor, roundtable, events.RoundtableMet(session=session.title))


def held(case: Case, version: int | None = None) -> RoundtableSession:
    """The session of a case, held until the commit; Stale where it, or the state of its minutes, has changed since."""
    session: RoundtableSession = case.session
    hold(session, version)
    now = db.session.scalar(select(Minutes.state).where(Minutes.session_id == session.id))
    if now != (case.minutes.state if case.minutes is not None else None):
        session.expect(-1, {})
    return session


def settle_quorum(session: RoundtableSession) -> None:
    """Keep the first moment of a quorum, as attendance and rule tell it now, with the seats of then; or how it stands."""
    session.quorum_at, session.quorum = quorum.first_quorum(session)


def _count(actor: Actor, session: RoundtableSession) -> None:
    """Tell how many seats are taken, and keep the first moment of a quorum."""
    settle_quorum(session)
    every = meeting.seats(session)
    present = sum(row.attendance_id is not None for row in every)
    note(actor, session, events.AttendanceRecorded(present=present, seats=len(every)))
