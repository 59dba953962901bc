"""Between sessions: when a roundtable last met, who comes, what became of what it agreed, what happened since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas as promises
from observatory.rooms.commitments.models import Decision
from observatory.rooms.commitments.models.words import CLAIMED, VERIFIED
from observatory.rooms.commitments.queries import commitments, rows
from observatory.rooms.commitments.queries.sums import kept_by
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.roundtables.models import AgendaItem, Attendance, Outcome, RoundtableSession, Seat
from observatory.rooms.roundtables.models.words import AGREEMENT, HELD, OVER

SESSIONS = 6
"""Of how many of the last sessions the attendance is told."""
MOST = 50
sessions = RoundtableSession.__table__


@dataclass(frozen=True)
class Part:
    """How many seats of a sector were taken, of those that could have been, over the last sessions."""

    sector: str
    taken: int
    seats: int

    @property
    def percent(self) -> int:
        return round(100 * self.taken / self.seats)


@dataclass(frozen=True)
class Carried:
    """How many agreements that bind somebody a roundtable adopted, and how many of them were carried out: a changed
    commitment at once, a new one once it is verified."""

    agreements: int
    done: int


@dataclass(frozen=True)
class Since:
    """What happened to what a body keeps since a day: rows of commitments."""

    day: dt.date | None
    accepted: Sequence[Any]
    claimed: Sequence[Any]
    verified: Sequence[Any]
    contested: Sequence[Any]
    late: Sequence[Any]


def last_held(roundtable_ids: Sequence[int]) -> dict[int, Any]:
    """The last session that each of these roundtables, already shown, held: (slug, number, opened_at)."""
    latest = (
        select(sessions.c.roundtable_id, func.max(sessions.c.opened_at).label("at"))
        .join(records, records.c.id == sessions.c.id)
        .where(sessions.c.roundtable_id.in_(list(roundtable_ids)), records.c.state == HELD)
        .group_by(sessions.c.roundtable_id)
        .subquery()
    )
    statement = (
        select(sessions.c.roundtable_id, sessions.c.number, sessions.c.opened_at, records.c.slug)
        .join(records, records.c.id == sessions.c.id)
        .join(latest, and_(latest.c.roundtable_id == sessions.c.roundtable_id, latest.c.at == sessions.c.opened_at))
        .where(records.c.state == HELD)
    )
    return {row.roundtable_id: row for row in db.session.execute(statement)}


def lima_day(moment: dt.datetime | None) -> dt.date | None:
    """The day of a moment in Lima."""
    return moment.astimezone(clock.LIMA).date() if moment is not None else None


def attendance(roundtable_id: int) -> list[Part]:
    """Who took the seats of a roundtable already shown, sector by sector, in the last sessions that were run here."""
    statement = (
        select(sessions.c.id, sessions.c.opened_at)
        .join(records, records.c.id == sessions.c.id)
        .where(sessions.c.roundtable_id == roundtable_id, records.c.state.in_(OVER), ~sessions.c.recorded)
        .order_by(sessions.c.opened_at.desc())
        .limit(SESSIONS)
    )
    held = {row.id: row.opened_at.astimezone(clock.LIMA).date() for row in db.session.execute(statement)}
    if not held:
        return []
    seat, organisation, there = Seat.__table__, Organisation.__table__, Attendance.__table__
    every = db.session.execute(
        select(seat.c.id, seat.c.from_on, seat.c.to_on, organisation.c.sector)
        .join(organisation, organisation.c.id == seat.c.organisation_id)
        .where(seat.c.roundtable_id == roundtable_id)
    ).all()
    taken = select(there.c.session_id, there.c.seat_id).where(
        there.c.session_id.in_(held), there.c.seat_id.is_not(None)
    )
    on = {(row.session_id, row.seat_id) for row in db.session.execute(taken.distinct())}
    counts: dict[str, list[int]] = {}
    for session, day in held.items():
        for row in every:
            if row.from_on <= day and (row.to_on is None or row.to_on >= day):
                count = counts.setdefault(row.sector, [0, 0])
                count[0] += (session, row.id) in on
                count[1] += 1
    return [Part(sector, taken, seats) for sector, (taken, seats) in sorted(counts.items())]


def carried(roundtable_id: int) -> Carried:
    """What became of the agreements of a roundtable already shown."""
    outcome, promise = Outcome.__table__, Record.__table__.alias("promise")
    statement = (
        select(outcome.c.decision_id, promise.c.state)
        .join(sessions, sessions.c.id == outcome.c.session_id)
        .outerjoin(promise, promise.c.id == outcome.c.commitment_id)
        .where(
            sessions.c.roundtable_id == roundtable_id, outcome.c.type == AGREEMENT, outcome.c.taken_back == "",
            or_(outcome.c.decision_id.is_not(None), outcome.c.commitment_id.is_not(None)),
        )
    )  # fmt: skip
    found = db.session.execute(statement).all()
    return Carried(len(found), sum(row.decision_id is not None or row.state == VERIFIED for row in found))


def since(actor: Actor, body_id: int | None, day: dt.date | None) -> Since:
    """What was accepted, claimed, verified and contested since a day of what a body keeps, and what became late; of all
    times where no day is known."""
    today, begin = clock.today(), day or dt.date.min
    own = (records.c.kind == "commitment", kept_by(body_id), commitments.c.covers == 1)
    disputed = (
        select(HistoryEntry.id)
        .where(
            HistoryEntry.record_id == records.c.id, HistoryEntry.event.in_(("CommitmentDisputed", "CommitmentRefuted")),
            HistoryEntry.at >= dt.datetime.combine(max(begin, dt.date(1900, 1, 1)), dt.time(), clock.LIMA),
        )
        .exists()
    )  # fmt: skip

    def found(*conditions: ColumnElement[bool]) -> Sequence[Any]:
        statement = rows(actor).where(*own, *conditions).order_by(commitments.c.due_key, records.c.id).limit(MOST)
        return db.session.execute(statement).all()

    return Since(
        day,
        accepted=found(commitments.c.accepted_on >= begin, ~commitments.c.recorded),
        claimed=found(records.c.state == CLAIMED, commitments.c.claimed_on >= begin),
        verified=found(records.c.state == VERIFIED, commitments.c.verified_on >= begin),
        contested=found(promises.is_contested_sql(), disputed),
        late=found(promises.is_late_sql(today), commitments.c.due_current >= begin),
    )


def source_of(actor: Actor, commitment_id: int) -> list[Any]:
    """The sessions in which a commitment already shown was agreed or changed: with the item and what was said of it, once
    that is public or where the actor may see it."""
    outcome = Outcome.__table__
    decision, item = Decision.__table__, AgendaItem.__table__
    statement = (
        select(
            outcome.c.id, outcome.c.decision_id, item.c.title.label("item"), item.c.position, records.c.slug, records.c.title,
            records.c.language, sessions.c.opened_at,
        )
        .select_from(
            outcome.join(item, item.c.id == outcome.c.item_id)
            .join(sessions, sessions.c.id == outcome.c.session_id)
            .join(records, records.c.id == sessions.c.id)
            .outerjoin(decision, decision.c.id == outcome.c.decision_id)
        )
        .where(
            or_(outcome.c.commitment_id == commitment_id, decision.c.commitment_id == commitment_id),
            outcome.c.taken_back == "", visible(actor),
        )
        .order_by(outcome.c.id)
    )  # fmt: skip
    return list(db.session.execute(statement))
