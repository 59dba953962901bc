"""Of which dates an organisation is to be reminded today, and was not yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.queries import records
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import CommitmentParty, CommitmentReminder, Milestone
from observatory.rooms.commitments.models.reminder import KEEPS, OWES
from observatory.rooms.commitments.models.words import RESPONSIBLE, RUNNING, shift_of
from observatory.rooms.commitments.queries import commitments, rows, waiting_steps
from observatory.rooms.organisations.models import Organisation

BODY = "participation_body"
CHUNK = 500
Wanted = tuple[int, str]
"""An organisation, and as what it is reminded."""


@dataclass(frozen=True)
class Notice:
    """A date to be reminded of: of a commitment, or of one of its milestones."""

    row: Any
    milestone: Any
    due_on: dt.date
    """The last day in time."""
    step: int
    days: int
    """From that day to today: below zero before it."""

    @property
    def key(self) -> tuple[int, int | None, dt.date, int]:
        return self.row.id, self.milestone.id if self.milestone else None, self.due_on, self.step


def pending(actor: Actor, *, organisation_id: int | None = None) -> dict[Wanted, list[Notice]]:
    """What each organisation, or one of them, is to be reminded of: what is late longest first, then what comes soonest."""
    today = clock.today()
    found: dict[Wanted, list[Notice]] = {}
    near = list(db.session.execute(_near(actor, today, organisation_id)))
    for at in range(0, len(near), CHUNK):
        part = near[at : at + CHUNK]
        ids = [row.id for row in part]
        carriers, steps, sent = _carriers(ids), waiting_steps(ids), _sent(ids)
        bodies = _bodies({row.keeper_id for row in part})
        for row in part:
            for wanted, notice in _notices(row, carriers.get(row.id, []), steps.get(row.id, []), bodies, today):
                if (*wanted, *notice.key) not in sent and organisation_id in (None, wanted[0]):
                    found.setdefault(wanted, []).append(notice)
    for notices in found.values():
        notices.sort(key=lambda notice: (-notice.days, notice.row.id))
    return found


def _near(actor: Actor, today: dt.date, organisation_id: int | None) -> Any:
    """What runs and has a date about which there may be something to say."""
    first, last = formulas.STEPS[0], formulas.STEPS[-1] + formulas.CATCH_UP_DAYS
    left = formulas.days_left_sql(today)
    table = Milestone.__table__.c
    step_left = formulas.step_left_sql(table.due_on, today)
    waiting = (table.commitment_id == commitments.c.id, table.claimed < 100, step_left <= -first, step_left >= -last)
    steps = select(table.id).where(*waiting).exists()
    statement = rows(actor).where(
        records.c.kind == "commitment",
        records.c.state.in_(RUNNING),
        commitments.c.covers == 1,
        or_(and_(left <= -first, left >= -last), steps),
    )
    if organisation_id is not None:
        statement = statement.where(_theirs(organisation_id))
    return statement.order_by(commitments.c.due_key, records.c.id)


def _theirs(organisation_id: int) -> ColumnElement[bool]:
    carried = select(CommitmentParty.commitment_id).where(
        CommitmentParty.organisation_id == organisation_id, CommitmentParty.role == RESPONSIBLE
    )
    return or_(
        commitments.c.accountable_id == organisation_id,
        records.c.keeper_id == organisation_id,
        records.c.id.in_(carried),
    )


def _notices(
    row: Any, carriers: Sequence[int], steps: Sequence[Any], bodies: set[int], today: dt.date
) -> Iterator[tuple[Wanted, Notice]]:
    owing = list(dict.fromkeys(id for id in (row.accountable_id, *carriers) if id is not None))
    due_on = formulas.last_day(row)
    dates: list[tuple[Any, dt.date]] = [(None, due_on)] if due_on is not None else []
    moved = shift_of(row.due_original, row.due_current) + dt.timedelta(days=row.grace_days)
    dates += [(step, step.due_on + moved) for step in steps]
    for milestone, day in dates:
        if (own := _notice(row, milestone, day, formulas.STEPS, today)) is not None:
            yield from (((id, OWES), own) for id in owing)
    if due_on is not None and row.keeper_id in bodies and row.keeper_id not in owing:
        told = _notice(row, None, due_on, formulas.BODY_STEPS, today)
        if told is not None:
            yield (row.keeper_id, KEEPS), told


def _notice(row: Any, milestone: Any, day: dt.date, steps: tuple[int, ...], today: dt.date) -> Notice | None:
    """What there is to say of a date; nothing of steps that lie before it was accepted."""
    days = (today - day).days
    step = formulas.step_of(days, steps)
    if step is None or (row.accepted_on is not None and day + dt.timedelta(days=step) < row.accepted_on):
        return None
    return Notice(row, milestone, day, step, days)


def _carriers(ids: Sequence[int]) -> dict[int, list[int]]:
    table = CommitmentParty.__table__
    statement = select(table.c.commitment_id, table.c.organisation_id)
    statement = statement.where(table.c.commitment_id.in_(ids), table.c.role == RESPONSIBLE).order_by(table.c.id)
    found: dict[int, list[int]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.commitment_id, []).append(row.organisation_id)
    return found


def _bodies(ids: set[int | None]) -> set[int]:
    statement = select(Organisation.id).where(
        Organisation.sector == BODY, Organisation.id.in_([id for id in ids if id])
    )
    return set(db.session.scalars(statement))


def _sent(ids: Sequence[int]) -> set[tuple[int, str, int, int | None, dt.date, int]]:
    table = CommitmentReminder.__table__.c
    columns = (table.organisation_id, table.part, table.commitment_id, table.milestone_id, table.due_on, table.step)
    return {tuple(row) for row in db.session.execute(select(*columns).where(table.commitment_id.in_(ids)))}


def told_today(organisation_id: int, part: str) -> bool:
    """Whether an organisation got its message of this day in Lima."""
    begun = dt.datetime.combine(clock.today(), dt.time(), clock.LIMA)
    statement = select(CommitmentReminder.id).where(
        CommitmentReminder.organisation_id == organisation_id,
        CommitmentReminder.part == part,
        CommitmentReminder.sent_at >= begun,
    )
    return db.session.scalar(statement.limit(1)) is not None
