"""What an organisation owes by when, and the dates of a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import Decision
from observatory.rooms.commitments.models.words import (
    CANCELLED,
    CLAIMED,
    OPEN,
    PARTS,
    RUNNING,
    SUPERSEDED,
    SUSPENDED,
)
from observatory.rooms.commitments.queries import rows
from observatory.rooms.commitments.queries.filtering import commitments, filtered, part_sql, party_of

MOST = 60
"""Rows of each group on the page; the list shows the rest."""
STOPPED = (SUSPENDED, CANCELLED, SUPERSEDED)
"""Whose dates no longer count: a calendar that has them is told so."""


@dataclass(frozen=True)
class Owing:
    """What is open of an organisation: counts by (horizon, part), and the first rows of each horizon."""

    counts: Mapping[tuple[str, str], int]
    rows: Mapping[str, Sequence[Any]]
    keepers: Mapping[int, Any]
    part: str | None

    def by_part(self, part: str) -> int:
        return sum(count for (_horizon, each), count in self.counts.items() if each == part)

    def by_horizon(self, horizon: str) -> int:
        """How many under the part that is looked at."""
        wanted = (self.part,) if self.part else PARTS
        return sum(self.counts.get((horizon, part), 0) for part in wanted)

    @property
    def all(self) -> int:
        return sum(self.counts.values())


def owing(actor: Actor, organisation_id: int, part: str | None = None) -> Owing:
    """What an organisation already shown owes, carries out, oversees or contributes to and is still open, in three
    statements however much that is."""
    today = clock.today()
    horizon, as_what = formulas.horizon_sql(today), part_sql(organisation_id)
    theirs = (records.c.kind == "commitment", records.c.state.in_(OPEN), party_of(organisation_id))
    counting = (
        select(horizon, as_what, func.count())
        .select_from(records.join(commitments, commitments.c.id == records.c.id))
        .where(visible(actor), *theirs)
        .group_by(horizon, as_what)
    )
    counts = {(row[0], row[1]): row[2] for row in db.session.execute(counting)}
    order = (commitments.c.due_key, records.c.id)
    nth = func.row_number().over(partition_by=horizon, order_by=order)
    shown = rows(actor, horizon.label("horizon"), as_what.label("part"), nth.label("nth")).where(*theirs)
    inner = (shown if part is None else shown.where(as_what == part)).subquery()
    first = select(inner).where(inner.c.nth <= MOST).order_by(inner.c.due_key, inner.c.id)
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(first):
        found.setdefault(row.horizon, []).append(row)
    keepers = named(actor, {row.keeper_id for each in found.values() for row in each if row.keeper_id})
    return Owing(counts, found, keepers, part)


def named(actor: Actor, ids: set[int]) -> dict[int, Any]:
    """Organisations as links by their number: those that the actor may see."""
    if not ids:
        return {}
    statement = select(records.c.id, records.c.slug, records.c.title, records.c.language)
    found = db.session.execute(statement.where(records.c.id.in_(sorted(ids)), visible(actor)))
    return {row.id: row for row in found}


def dated(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """What still falls due, or a milestone of it, soonest first: for the calendar. What was stopped since is among it."""
    today = clock.today()
    coming = formulas.days_left_sql(today) >= 0
    steps = and_(commitments.c.next_milestone_on >= today, records.c.state.in_(RUNNING))
    statement = filtered(rows(actor), filters).where(
        records.c.state.in_((*RUNNING, CLAIMED, *STOPPED)), or_(func.coalesce(coming, False), steps)
    )
    by_date: Select[Any] = statement.order_by(commitments.c.due_key, commitments.c.id)
    return db.session.execute(by_date.limit(limit)).all()


def sequences(actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """How many decisions were taken on each of these: what a calendar knows a later word by."""
    table = Decision.__table__
    statement = (
        select(table.c.commitment_id, func.count())
        .where(table.c.commitment_id.in_(ids), visible(actor, table.c.commitment_id))
        .group_by(table.c.commitment_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)} if ids else {}
