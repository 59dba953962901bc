"""What a meeting might deal with among the commitments of its body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from observatory.kernel import clock, db
from observatory.kernel.formats import date
from observatory.kernel.offers import Matter, Meeting
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, _n
from observatory.records.queries import records
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models.words import CLAIMED
from observatory.rooms.commitments.queries import commitments, rows
from observatory.rooms.commitments.queries.sums import kept_by

MOST = 50


def late(actor: Actor, meeting: Meeting) -> Sequence[Matter]:
    """Those whose date is over."""
    today = clock.today()

    def why(row: Any) -> object:
        days = formulas.days_late_now(row, today) or 0
        return _n("%(num)s day late", "%(num)s days late", days)

    return _matters(actor, meeting, formulas.is_late_sql(today), why)


def at_risk(actor: Actor, meeting: Meeting) -> Sequence[Matter]:
    """Those that are slow, past a milestone or silent."""

    def why(row: Any) -> object:
        return _("at risk; due on %(date)s", date=date(row.due_current)) if row.due_current else _("at risk")

    return _matters(actor, meeting, formulas.is_at_risk_sql(clock.today()), why)


def claimed(actor: Actor, meeting: Meeting) -> Sequence[Matter]:
    """Those reported complete that nobody of another sector has looked at."""
    return _matters(
        actor, meeting, records.c.state == CLAIMED,
        lambda row: _("reported complete on %(date)s, not verified", date=date(row.claimed_on)),
    )  # fmt: skip


def _matters(
    actor: Actor, meeting: Meeting, condition: ColumnElement[bool], why: Callable[[Any], object]
) -> list[Matter]:
    statement = rows(actor).where(
        records.c.kind == "commitment", kept_by(meeting.body_id), commitments.c.covers == 1, condition
    )
    found = db.session.execute(statement.order_by(commitments.c.due_key, records.c.id).limit(MOST))
    return [Matter(row.id, row.title, row.language, f"/commitments/{row.slug}", why(row)) for row in found]
