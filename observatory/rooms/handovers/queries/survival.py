"""What survived: what became, since the end of a term, of what the office then had. Computed when it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import Commitment, ProgressUpdate
from observatory.rooms.commitments.models.words import CANCELLED, OPEN, SUPERSEDED, VERIFIED
from observatory.rooms.roundtables.models import Seat

commitments = Commitment.__table__


@dataclass(frozen=True)
class Survival:
    """Counts of what was there at the end of the term, and of what became of it until today."""

    commitments: int
    open: int
    advanced: int
    """Still open, and with more progress claimed than at the end of the term."""
    late: int
    verified: int
    closed: int
    """Cancelled or superseded by a decision."""
    seats: int
    seats_kept: int
    mandates: int
    mandates_now: int


def survival(actor: Actor, row: Any) -> Survival:
    """What survived of the term that a handover ends; before its last day is over, how it stands today."""
    today = clock.today()
    last = min(row.term_ends_on, today)
    over = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), clock.LIMA)
    found = _commitments(actor, row.keeper_id, last, today)
    before, since = _progress(found, over)
    still = [each for each in found if each.state in OPEN]
    seats, seats_kept = _seats(actor, row.keeper_id, last, today)
    mandates, mandates_now = _mandates(row.keeper_id, last, over, today)
    return Survival(
        commitments=len(found),
        open=len(still),
        advanced=sum(each.id in since and each.progress > before[each.id] for each in still),
        late=sum(bool(each.late) for each in still),
        verified=sum(each.state == VERIFIED for each in found),
        closed=sum(each.state in (CANCELLED, SUPERSEDED) for each in found),
        seats=seats, seats_kept=seats_kept, mandates=mandates, mandates_now=mandates_now,
    )  # fmt: skip


def _commitments(actor: Actor, organisation_id: int, last: dt.date, today: dt.date) -> list[Any]:
    """What an organisation owed and had not kept on a day."""
    own = commitments.c
    was_open = and_(
        own.accepted_on <= last, or_(own.verified_on.is_(None), own.verified_on > last),
        or_(own.closed_on.is_(None), own.closed_on > last), records.c.state.in_((*OPEN, VERIFIED, CANCELLED, SUPERSEDED)),
    )  # fmt: skip
    late = func.coalesce(formulas.is_late_sql(today), False).label("late")
    statement = (
        select(records.c.id, records.c.state, own.progress, own.recorded, late)
        .join(commitments, own.id == records.c.id)
        .where(own.accountable_id == organisation_id, own.covers == 1, was_open, visible(actor))
    )
    return list(db.session.execute(statement))


def _progress(found: Sequence[Any], over: dt.datetime) -> tuple[dict[int, int], set[int]]:
    """What was claimed of each at the end of the term, in hundredths of a percent; and which were reported on since.

    Of what was taken over from a source without a report before, nobody knows: the first report since is what counts."""
    table = ProgressUpdate.__table__.c
    recorded = {each.id for each in found if each.recorded}
    counting: dict[int, int] = {}  # the report that `before` is of
    before: dict[int, int] = {each.id: 0 for each in found if not each.recorded}
    since: set[int] = set()
    statement = select(table.id, table.commitment_id, table.percent, table.at, table.supersedes_id).where(
        table.commitment_id.in_([each.id for each in found])
    )
    for report in db.session.execute(statement.order_by(table.id)) if found else ():
        number = report.commitment_id
        if report.at >= over:
            since.add(number)
        is_first = number in recorded and number not in before
        # A report that replaces a mistaken one says what that should have said.
        if report.at < over or is_first or counting.get(number) == report.supersedes_id is not None:
            before[number], counting[number] = report.percent, report.id
    return before, since


def _seats(actor: Actor, organisation_id: int, last: dt.date, today: dt.date) -> tuple[int, int]:
    table = Seat.__table__.c

    def lasts(day: dt.date) -> ColumnElement[bool]:
        return and_(table.from_on <= day, or_(table.to_on.is_(None), table.to_on >= day))

    own = (table.organisation_id == organisation_id, visible(actor, table.roundtable_id))
    statement = select(func.count(), func.count().filter(lasts(today))).where(*own, lasts(last))
    there, kept = db.session.execute(statement).one()
    return there, kept


def _mandates(organisation_id: int, last: dt.date, over: dt.datetime, today: dt.date) -> tuple[int, int]:
    """How many people could act for an organisation at the end of the term, and how many can today."""
    then = and_(
        Mandate.declined_at.is_(None), Mandate.approved_at.is_not(None), Mandate.from_on <= last,
        or_(Mandate.to_on.is_(None), Mandate.to_on >= last), or_(Mandate.revoked_at.is_(None), Mandate.revoked_at >= over),
    )  # fmt: skip
    own = Mandate.organisation_id == organisation_id
    return (
        db.session.scalar(select(func.count()).where(own, then)) or 0,
        db.session.scalar(select(func.count()).where(own, Mandate.is_live(today))) or 0,
    )
