"""Running a session: opening it, who is there, what is noted down, ending it. Verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    NoteEntry,
    Roundtable,
    RoundtableSession,
)
from observatory.rooms.roundtables.models.words import HELD, MOST_GUESTS, MOST_NOTES, SEXES
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting


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
def record_attendance(actor: Actor, case: Case, *, seats: Mapping[int, Taken | None]) -> None:
    """Record who is on these seats now, and from which somebody has gone. Seats that are not named stay as they are."""
    session = held(case)
    known = {row.id: row for row in meeting.seats(session)}
    people = meeting.people_of(id for row in known.values() for id in (row.organisation_id, row.alternate_id) if id)
    for id, taken in seats.items():
        row = known.get(id)
        if row is None:
            raise Invalid(lazy_("Who sits there has changed since you looked at it: look again."))
        there = db.session.get(Attendance, row.attendance_id) if row.attendance_id else None
        if taken is None:
            if there is not None:
                there.left_at = clock.now()
            continue
        organisation = row.alternate_id if taken.instead else row.organisation_id
        if organisation is None:
            raise Invalid(lazy_("No other organisation may sit for this one."))
        if taken.mandate_id is not None and taken.mandate_id not in {
            one for one, _name in people.get(organisation, ())
        }:
            raise Invalid(lazy_("This mandate is not in force today, or is of another organisation."))
        if there is not None and there.organisation_id != organisation:  # another one took over
            there.left_at, there = clock.now(), None
            db.session.flush()
        if there is None:
            there = Attendance(session_id=session.id, seat_id=id, organisation_id=organisation, arrived_at=clock.now())
            db.session.add(there)
        there.mandate_id, there.name = taken.mandate_id, line(120)("name", taken.name)
        there.sex, there.remote, there.person_id = choice(SEXES)("sex", taken.sex), taken.remote, actor.person_id
    db.session.flush()
    _count(actor, session)


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


@verb(policy.NOTE)
def write_note(actor: Actor, case: Case, *, item: AgendaItem, key: str, words: str) -> NoteEntry:
    """Append what was said on an item. The same key again is the same note: it may be sent as often as the line is bad."""
    db.session.refresh(case.session, with_for_update=True)  # so that the same key twice at once waits for its turn
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
def end_session(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """End a session: held where there was a quorum at any moment, else without quorum. Whoever is still there leaves now."""
    session = held(case, version)
    session.end()
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
    """The session of a case, held until the commit; Stale where its state has changed since, or the form showed another."""
    session: RoundtableSession = case.session
    seen = session.state
    db.session.refresh(session, with_for_update=True)
    session.expect(version, {})
    if session.state != seen:
        session.expect(-1, {})
    return session


def _count(actor: Actor, session: RoundtableSession) -> None:
    """Tell how many seats are taken, and keep the first moment of a quorum."""
    every = meeting.seats(session)
    quorum = meeting.quorum_of(session, every)
    if quorum is not None and quorum.reached and session.quorum_at is None:
        session.quorum_at = clock.now()
    present = sum(row.attendance_id is not None for row in every)
    note(actor, session, events.AttendanceRecorded(present=present, seats=len(every)))
