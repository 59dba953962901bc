"""Reading what happens in a session: who is there, the quorum, notes and outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.speaking import SPEAKERS
from observatory.records.models import Record
from observatory.records.queries import one_or_404, records, visible
from observatory.rooms.commitments.models import Commitment, Decision
from observatory.rooms.commitments.models.words import OPEN
from observatory.rooms.roundtables import formulas
from observatory.rooms.roundtables.models import (
    AgendaItem,
    Attendance,
    Constituency,
    Minutes,
    NoteEntry,
    Outcome,
    Reservation,
    RoundtableSession,
    Seat,
)
from observatory.rooms.roundtables.models.words import (
    ACCOUNTABLE,
    AGREEMENT,
    DEADLINE,
    SOURCE_OF_MONEY,
    STANDING,
    VERIFIER,
)
from observatory.rooms.roundtables.policy import Case

MOST_OFFERED = 300
"""Commitments of which one is chosen."""
attendances, notes, outcomes = Attendance.__table__, NoteEntry.__table__, Outcome.__table__


def case_of(session: Any) -> Case:
    """A session (an entity, or a row of its page) with all that its rules ask about."""
    day = (session.opened_at or session.starts_at).astimezone(clock.LIMA).date()
    seat = Seat.__table__.c
    held = select(seat.organisation_id, seat.alternate_id).where(
        seat.roundtable_id == session.roundtable_id, seat.from_on <= day, or_(seat.to_on.is_(None), seat.to_on >= day)
    )
    sitting = {id for found in db.session.execute(held) for id in found if id is not None}
    there = select(attendances.c.organisation_id).where(
        attendances.c.session_id == session.id, attendances.c.seat_id.is_not(None)
    )
    present = frozenset(id for id in db.session.scalars(there.distinct()) if id is not None)
    minutes = db.session.get(Minutes, session.id)
    table = db.session.scalar(select(Record.__table__.c.state).where(Record.__table__.c.id == session.roundtable_id))
    return Case(session, minutes, frozenset(sitting | present), present, table in STANDING)


def seats(session: Any) -> list[Any]:
    """The seats of the roundtable on the day of a session already shown, each with its group and who is on it now."""
    day = (session.opened_at or session.starts_at).astimezone(clock.LIMA).date()
    seat, group, other = Seat.__table__, Constituency.__table__, aliased(Record.__table__, name="alternate")
    there, mandate, person = attendances.alias("there"), Mandate.__table__, Person.__table__
    joined = (
        seat.join(records, records.c.id == seat.c.organisation_id)
        .join(group, group.c.id == seat.c.constituency_id)
        .outerjoin(other, other.c.id == seat.c.alternate_id)
        .outerjoin(
            there, (there.c.seat_id == seat.c.id) & (there.c.session_id == session.id) & there.c.left_at.is_(None)
        )
        .outerjoin(mandate, mandate.c.id == there.c.mandate_id)
        .outerjoin(person, person.c.id == mandate.c.person_id)
    )
    statement = (
        select(
            seat.c.id, seat.c.organisation_id, seat.c.alternate_id, seat.c.constituency_id, group.c.name.label("group"),
            group.c.needed, records.c.title, records.c.slug, records.c.language, other.c.title.label("alternate"),
            there.c.organisation_id.label("taken_by"), there.c.mandate_id, func.coalesce(person.c.name, there.c.name).label("name"), there.c.sex, there.c.remote,
            there.c.arrived_at, there.c.id.label("attendance_id"),
        )
        .select_from(joined)
        .where(
            seat.c.roundtable_id == session.roundtable_id, seat.c.from_on <= day,
            or_(seat.c.to_on.is_(None), seat.c.to_on >= day),
        )
        .order_by(group.c.id, records.c.sort_title, seat.c.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def guests(session_id: int) -> list[Any]:
    """Those who are in a session already shown without a seat."""
    return list(
        db.session.execute(
            select(attendances)
            .where(attendances.c.session_id == session_id, attendances.c.seat_id.is_(None))
            .order_by(attendances.c.id)
        )
    )


def people_of(organisation_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """Who may sit for these organisations under a mandate in force today: organisation → (mandate, name)."""
    mandate, person = Mandate.__table__, Person.__table__
    statement = (
        select(mandate.c.id, mandate.c.organisation_id, person.c.name)
        .join(person, person.c.id == mandate.c.person_id)
        .where(
            mandate.c.organisation_id.in_(set(organisation_ids)), mandate.c.role.in_(SPEAKERS),
            Mandate.is_live(clock.today()), person.c.closed_at.is_(None),
        )
        .order_by(person.c.name, mandate.c.id)
    )  # fmt: skip
    found: dict[int, list[tuple[int, str]]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.organisation_id, []).append((row.id, row.name))
    return found


def notes_of(session_id: int) -> dict[int, list[Any]]:
    """The notes of a session already shown, by item, in the order in which they came."""
    statement = (
        select(notes, Person.__table__.c.name.label("author"))
        .select_from(notes.outerjoin(Person.__table__, Person.__table__.c.id == notes.c.person_id))
        .where(notes.c.session_id == session_id)
        .order_by(notes.c.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.item_id, []).append(row)
    return found


def outcomes_of(actor: Actor, session_id: int, *, standing: bool = False) -> dict[int, list[Any]]:
    """What came of the items of a session already shown, by item; with the commitment it became or changed, as far as
    the actor may see that. `standing`: without what was taken back."""
    commitment, changed = (
        aliased(Record.__table__, name="commitment"),
        aliased(Record.__table__, name="changed"),
    )
    promise, decision, verifier = (
        Commitment.__table__,
        Decision.__table__,
        aliased(Record.__table__, name="verifier"),
    )
    owes = aliased(Record.__table__, name="owes")
    joined = (
        outcomes.outerjoin(promise, promise.c.id == outcomes.c.commitment_id)
        .outerjoin(commitment, (commitment.c.id == outcomes.c.commitment_id) & visible(actor, commitment.c.id))
        .outerjoin(owes, owes.c.id == promise.c.accountable_id)
        .outerjoin(decision, decision.c.id == outcomes.c.decision_id)
        .outerjoin(changed, (changed.c.id == decision.c.commitment_id) & visible(actor, changed.c.id))
        .outerjoin(verifier, verifier.c.id == outcomes.c.verifier_id)
    )
    statement = (
        select(
            *outcomes.c, commitment.c.slug.label("commitment_slug"), commitment.c.title.label("commitment"),
            commitment.c.state.label("commitment_state"), promise.c.due_original, promise.c.money, promise.c.accountable_id,
            promise.c.oversight_id, promise.c.expected_result, promise.c.planned_evidence,
            owes.c.title.label("accountable"), owes.c.language.label("accountable_language"),
            verifier.c.title.label("verifier"), verifier.c.language.label("verifier_language"),
            decision.c.kind.label("change"), decision.c.due_before, decision.c.due_on, decision.c.reason,
            changed.c.slug.label("changed_slug"), changed.c.title.label("changed"),
        )
        .select_from(joined)
        .where(outcomes.c.session_id == session_id)
        .order_by(outcomes.c.id)
    )  # fmt: skip
    if standing:
        statement = statement.where(outcomes.c.taken_back == "")
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.item_id, []).append(row)
    return found


def reservations_of(session_id: int) -> dict[int, list[Any]]:
    """Who did not agree, or not to all of it, by outcome of a session already shown."""
    reservation = Reservation.__table__
    statement = (
        select(reservation, records.c.title, records.c.slug, records.c.language)
        .join(outcomes, outcomes.c.id == reservation.c.outcome_id)
        .join(records, records.c.id == reservation.c.organisation_id)
        .where(outcomes.c.session_id == session_id)
        .order_by(reservation.c.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.outcome_id, []).append(row)
    return found


def lacking(row: Any) -> list[str]:
    """What the scorecard still asks of an outcome, as `outcomes_of` answers it."""
    if row.type != AGREEMENT or row.decision_id is not None:
        return []
    known = {
        ACCOUNTABLE: row.accountable_id is not None,
        DEADLINE: row.due_original is not None,
        VERIFIER: row.verifier_id is not None,
        SOURCE_OF_MONEY: row.money not in (None, "not_known"),
    }
    return formulas.scorecard(known, row.exceptions)


def unclean(actor: Actor, session_id: int) -> list[tuple[Any, list[str]]]:
    """The agreements of a session already shown that still lack something, with what."""
    every = [row for rows in outcomes_of(actor, session_id, standing=True).values() for row in rows]
    return [(row, lacks) for row in every if (lacks := lacking(row))]


def find_item(actor: Actor, session: RoundtableSession, id: int) -> AgendaItem:
    """An item of a session that the actor may see, as an entity."""
    found = select(AgendaItem).where(
        AgendaItem.id == id, AgendaItem.session_id == session.id, visible(actor, AgendaItem.session_id)
    )
    return one_or_404(found)  # type: ignore[no-any-return]


def note_of(actor: Actor, session: RoundtableSession, key: str) -> Any:
    """The note that the actor wrote under a key, if it arrived: (id, key)."""
    own = (notes.c.session_id == session.id, notes.c.key == key, notes.c.person_id == actor.person_id)
    return db.session.execute(select(notes.c.id, notes.c.key).where(*own)).one_or_none()


def find_guest(actor: Actor, session: RoundtableSession, id: int) -> Attendance:
    """Somebody without a seat in a session that the actor may see, as an entity."""
    found = select(Attendance).where(
        Attendance.id == id, Attendance.session_id == session.id, Attendance.seat_id.is_(None),
        visible(actor, Attendance.session_id),
    )  # fmt: skip
    return one_or_404(found)  # type: ignore[no-any-return]


def find_outcome(actor: Actor, session: RoundtableSession, id: int) -> Outcome:
    """What came of an item of a session that the actor may see, as an entity."""
    found = select(Outcome).where(
        Outcome.id == id, Outcome.session_id == session.id, visible(actor, Outcome.session_id)
    )
    return one_or_404(found)  # type: ignore[no-any-return]


def pulse(session: Any) -> str:
    """A text that changes with whatever the live page of a session already shown shows: for asking whether it has."""
    id = session.id
    told = db.session.execute(
        select(
            select(func.max(notes.c.id)).where(notes.c.session_id == id).scalar_subquery(),
            select(func.max(outcomes.c.id)).where(outcomes.c.session_id == id).scalar_subquery(),
        )
    ).one()
    return "-".join(str(part or 0) for part in (session.version, *told))


def open_commitments(actor: Actor, session: RoundtableSession) -> dict[str, str]:
    """Titles by number of what the body posted that is neither verified nor closed, by due date: of what it may decide."""
    commitment = Commitment.__table__
    statement = (
        select(records.c.slug, records.c.title)
        .join(commitment, commitment.c.id == records.c.id)
        .where(records.c.keeper_id == session.keeper_id, records.c.state.in_(OPEN), visible(actor))
        .order_by(commitment.c.due_key, records.c.id)
    )
    return {row.slug: row.title for row in db.session.execute(statement.limit(MOST_OFFERED))}
