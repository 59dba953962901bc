"""Late, at risk, contested, and how much was kept: told when asked and never stored.

Each formula stands here twice, as an SQL expression over rows of `commitments` and as a function of one such row; the tests
hold the two together. Dates are days in Lima; a day is over when the next begins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, case, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from observatory.records.models import Record
from observatory.rooms.commitments.models.checking import NOT_CONFIRMED
from observatory.rooms.commitments.models.commitment import Commitment
from observatory.rooms.commitments.models.words import CLAIMED, IN_PROGRESS, KEPT_TRACK, RUNNING, SUSPENDED, VERIFIED

SILENT_DAYS = 60
MOSTLY_OVER, BEHIND = 80, 20
"""At risk when 80 % of the time is over and progress lies more than 20 points behind it (F11)."""
WHOLE = 10_000
LATE, AT_RISK, NOT_BEGUN = "late", "at_risk", "accepted"
_c = Commitment.__table__.c
_state = Record.__table__.c.state


class days_between(FunctionElement[int]):
    """Whole days from the second date to the first, alike on both databases."""

    inherit_cache = True
    type = Integer()


@compiles(days_between, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    later, earlier = (compiler.process(clause, **more) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    later, earlier = (compiler.process(clause, **more) for clause in element.clauses)
    return f"CAST({later} - {earlier} AS BIGINT)"


def _day(today: dt.date) -> Any:
    return bindparam(None, today, Date())


def is_late_sql(today: dt.date) -> ColumnElement[bool]:
    """Accepted, not claimed to be done, and its date is over; the days for which it was suspended do not count."""
    return and_(_state.in_(RUNNING), days_between(_day(today), _c.due_current) > _c.grace_days)


def is_late(row: Any, today: dt.date) -> bool:
    """Twin of `is_late_sql`."""
    return row.state in RUNNING and row.due_current is not None and (today - row.due_current).days > row.grace_days


def is_at_risk_sql(today: dt.date) -> ColumnElement[bool]:
    """Not late yet, but slow, past a milestone, or silent for too long (F11)."""
    day = _day(today)
    elapsed = days_between(day, _c.accepted_on) - _c.suspended_days
    span = days_between(_c.due_current, _c.accepted_on)
    slow = and_(
        _c.due_current > _c.accepted_on, elapsed * 100 >= span * MOSTLY_OVER,
        elapsed * WHOLE - _c.progress * span > span * BEHIND * 100,
    )  # fmt: skip
    begun = func.coalesce(_c.reported_on, case((_c.recorded.is_(False), _c.accepted_on)))
    begun = case((_c.resumed_on > begun, _c.resumed_on), else_=begun)
    silent = func.coalesce(days_between(day, begun) >= SILENT_DAYS, False)
    missed = func.coalesce(days_between(day, _c.next_milestone_on) > _c.grace_days, False)
    warned = or_(func.coalesce(slow, False), missed, silent)
    return and_(_state.in_(RUNNING), func.coalesce(~is_late_sql(today), True), warned)


def risks(row: Any, today: dt.date) -> list[str]:
    """Why it is at risk: `slow`, `milestone`, `silent`; empty where it is not. Twin of `is_at_risk_sql`."""
    if row.state not in RUNNING or is_late(row, today):
        return []
    found = []
    if row.due_current is not None and row.due_current > row.accepted_on:
        elapsed = (today - row.accepted_on).days - row.suspended_days
        span = (row.due_current - row.accepted_on).days
        if elapsed * 100 >= span * MOSTLY_OVER and elapsed * WHOLE - row.progress * span > span * BEHIND * 100:
            found.append("slow")
    if row.next_milestone_on is not None and (today - row.next_milestone_on).days > row.grace_days:
        found.append("milestone")
    begun = row.reported_on or (None if row.recorded else row.accepted_on)
    if begun is not None and row.resumed_on is not None and row.resumed_on > begun:
        begun = row.resumed_on
    if begun is not None and (today - begun).days >= SILENT_DAYS:
        found.append("silent")
    return found


def standing_sql(today: dt.date) -> ColumnElement[str]:
    """Its state, with what is late or at risk told apart: late outranks at risk."""
    return case((is_late_sql(today), LATE), (is_at_risk_sql(today), AT_RISK), else_=_state)


def standing(row: Any, today: dt.date) -> str:
    """Twin of `standing_sql`."""
    if is_late(row, today):
        return LATE
    return AT_RISK if risks(row, today) else str(row.state)


def is_contested_sql() -> ColumnElement[bool]:
    """Somebody says that it is not done, or the last finding does."""
    return and_(_state.in_(KEPT_TRACK), or_(_c.open_disputes > 0, func.coalesce(_c.last_finding, "") == NOT_CONFIRMED))


def is_contested(row: Any) -> bool:
    """Twin of `is_contested_sql`."""
    return row.state in KEPT_TRACK and (row.open_disputes > 0 or row.last_finding == NOT_CONFIRMED)


def days_late(row: Any, due: dt.date | None, today: dt.date) -> int | None:
    """Days after `due`, whichever of the two dates that is (F11); 0 on the day itself and before, None where none was
    promised or it never was accepted.

    The clock stops when it was claimed to be done, or closed. Days of suspension are not taken off: see `days_late_now`.
    """
    if due is None or row.accepted_on is None:
        return None
    done = row.claimed_on or row.closed_on or today
    return max(0, (done - due).days)


def days_late_now(row: Any, today: dt.date) -> int | None:
    """The same after the current date, without the days of suspension; None while it is suspended."""
    late = days_late(row, row.due_current, today)
    return None if late is None or row.state == SUSPENDED else max(0, late - row.grace_days)


def days_left(row: Any, today: dt.date) -> int | None:
    """Days until it is due, of what is running; None where that is over, or no date was promised."""
    if row.state not in RUNNING or row.due_current is None or is_late(row, today):
        return None
    return (row.due_current - today).days + row.grace_days


def days_left_sql(today: dt.date) -> ColumnElement[int]:
    """Days until it is due, below zero once that is over; of any state. Null where no date was promised."""
    return days_between(_c.due_current, _day(today)) + _c.grace_days


def step_left_sql(due_on: ColumnElement[Any], today: dt.date) -> ColumnElement[int]:
    """The same of a milestone: its date moves along with that of its commitment."""
    moved = days_between(_c.due_current, _c.due_original)
    return days_between(due_on, _day(today)) + case((moved > 0, moved), else_=0) + _c.grace_days


def last_day(row: Any) -> dt.date | None:
    """The last day in time: the days of suspension for which the date waits are in it."""
    return None if row.due_current is None else row.due_current + dt.timedelta(days=row.grace_days)


SOON_DAYS = 30
"""Days before it falls due in which something is due soon."""


def horizon_sql(today: dt.date) -> ColumnElement[str]:
    """Which of HORIZONS something open belongs to: `soon` is due within SOON_DAYS, today among them."""
    return case(
        (is_late_sql(today), LATE),
        (_state == CLAIMED, "claimed"),
        (_state == SUSPENDED, "suspended"),
        (_c.due_current.is_(None), "undated"),
        (days_left_sql(today) <= SOON_DAYS, "soon"),
        else_="later",
    )


def horizon(row: Any, today: dt.date) -> str:
    """Twin of `horizon_sql`."""
    if is_late(row, today):
        return LATE
    if row.state in (CLAIMED, SUSPENDED):
        return "claimed" if row.state == CLAIMED else "suspended"
    left = days_left(row, today)
    if left is None:
        return "undated"
    return "soon" if left <= SOON_DAYS else "later"


STEPS = (-30, -7, -1, 1, 8, 30)
"""On which days its parties are reminded: counted from the last day in time, below zero before it."""
BODY_STEPS = (1,)
"""And the body that posted it."""
CATCH_UP_DAYS = 14
"""For how long a step is still made up for, where nobody could send it on its day."""


def step_of(days: int, steps: tuple[int, ...]) -> int | None:
    """The step to take `days` after the last day in time: the latest one reached, and none of those missed before it."""
    reached = max((step for step in steps if step <= days), default=None)
    return reached if reached is not None and days - reached <= CATCH_UP_DAYS else None


def completion(counts: Mapping[str, int]) -> Decimal | None:
    """F12: verified ÷ (all − cancelled − superseded) of what was ever accepted, in percent, unrounded.

    `counts` are by standing. Nothing that is under way, or only claimed, counts. None where nothing was accepted.
    """
    whole = sum(counts.get(each, 0) for each in (*KEPT_TRACK, LATE, AT_RISK))
    return Decimal(counts.get(VERIFIED, 0)) * 100 / whole if whole else None


BAR = (
    (VERIFIED, "verified"), (CLAIMED, "claimed"), (IN_PROGRESS, "in_progress"), (AT_RISK, "at_risk"), (LATE, "late"),
    (NOT_BEGUN, "none"), (SUSPENDED, "suspended"),
)  # fmt: skip
"""The parts of the bar in order: a standing and the shape it is drawn with."""
SHAPES = {**dict(BAR), "proposed": "waiting", "draft": "draft", "withdrawn": "withdrawn"}
SHAPES |= {"cancelled": "ended", "superseded": "ended"}


def share(weights: Mapping[int, Decimal], percents: Mapping[int, int]) -> int:
    """What is claimed of the whole, in hundredths of a percent, from percents of its milestones."""
    whole = sum(weights.values())
    if not whole:
        return 0
    return int(sum(weights[key] * percents.get(key, 0) for key in weights) * 100 / whole)
