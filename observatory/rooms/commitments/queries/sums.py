"""How much was kept, of a place, a site, an organisation or all; and what one owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.kernel.text import fold
from observatory.records.models import DRAFT, WITHDRAWN
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import CommitmentParty, Contribution, Dispute, VerifierAsked
from observatory.rooms.commitments.models.plan import PLEDGED
from observatory.rooms.commitments.models.words import (
    CLAIMED,
    COMPANY_OBLIGATION,
    OPEN,
    PROPOSED,
    RESPONSIBLE,
    RUNNING,
    SUSPENDED,
    VERIFIED,
)
from observatory.rooms.commitments.queries import rows
from observatory.rooms.commitments.queries.filtering import commitments, party_of
from observatory.rooms.organisations.queries import belongs


@dataclass(frozen=True)
class Tally:
    """Commitments by standing, and how many are contested; real ones or fictitious ones, never both."""

    counts: Mapping[str, int]
    contested: int
    undated: int
    proposed: int

    @property
    def all(self) -> int:
        """All that count: ever accepted, neither cancelled nor superseded."""
        return sum(self.counts.get(standing, 0) for standing, _shape in formulas.BAR)

    @property
    def closed(self) -> int:
        return self.counts.get("cancelled", 0) + self.counts.get("superseded", 0)

    @property
    def completion(self) -> Decimal | None:
        """F12, in percent."""
        return formulas.completion(self.counts)

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """(standing, shape, count) for the bar."""
        return [(standing, shape, self.counts.get(standing, 0)) for standing, shape in formulas.BAR]

    def __bool__(self) -> bool:
        return bool(self.all or self.closed or self.proposed)


def tallies(actor: Actor, *conditions: ColumnElement[bool]) -> list[tuple[bool, Tally]]:
    """The commitments under `conditions` by standing, in one statement: first the real ones, then, as True, the fictitious
    ones; without any, they are left out."""
    today = clock.today()
    standing = formulas.standing_sql(today)
    contested = func.sum(case((formulas.is_contested_sql(), 1), else_=0))
    undated = func.sum(case((commitments.c.due_current.is_(None), 1), else_=0))
    grouped = (
        select(records.c.is_demo, standing, func.count(), contested, undated)
        .select_from(records.join(commitments, commitments.c.id == records.c.id))
        .where(
            records.c.kind == "commitment", records.c.state != DRAFT, commitments.c.covers == 1, visible(actor), *conditions
        )
        .group_by(records.c.is_demo, standing)
    )  # fmt: skip
    rows = db.session.execute(grouped).all()
    both = [(demo, _tally({row[1]: row[2:] for row in rows if bool(row[0]) == demo})) for demo in (False, True)]
    return [(demo, found) for demo, found in both if found]


def _tally(found: Mapping[str, Sequence[int]]) -> Tally:
    """From (how many, contested, undated) by standing."""
    counting = {standing for standing, _shape in formulas.BAR}
    return Tally(
        {name: row[0] for name, row in found.items()},
        contested=sum(row[1] or 0 for row in found.values()),
        undated=sum(row[2] or 0 for name, row in found.items() if name in counting),
        proposed=found[PROPOSED][0] if PROPOSED in found else 0,
    )


def at_place(path: str) -> ColumnElement[bool]:
    """The condition that a commitment belongs at the place of `path` or below it."""
    return belongs(path)


def at_site(site_id: int) -> ColumnElement[bool]:
    """The condition that a commitment is about a site."""
    return records.c.site_id == site_id


def kept_by(body_id: int | None) -> ColumnElement[bool]:
    """The condition that a commitment was posted by a body."""
    return records.c.keeper_id == body_id


def of_organisation(organisation_id: int) -> ColumnElement[bool]:
    """The condition that an organisation owes it: what others owe is not to its credit, whatever part it has in it."""
    return commitments.c.accountable_id == organisation_id


def takes_part(actor: Actor, organisation_id: int) -> int:
    """In how many commitments that others owe an organisation has part."""
    statement = select(func.count()).select_from(records.join(commitments, commitments.c.id == records.c.id))
    others = or_(commitments.c.accountable_id.is_(None), commitments.c.accountable_id != organisation_id)
    found = statement.where(
        records.c.kind == "commitment", records.c.state.not_in((DRAFT, WITHDRAWN)), visible(actor), others,
        party_of(organisation_id),
    )  # fmt: skip
    return db.session.scalar(found) or 0


def urgent(actor: Actor, *conditions: ColumnElement[bool], limit: int = 5) -> Sequence[Any]:
    """What is running under `conditions`, by due date: what is late comes first."""
    statement = rows(actor).where(
        records.c.kind == "commitment",
        records.c.state.in_(RUNNING),
        commitments.c.due_current.is_not(None),
        *conditions,
    )
    return db.session.execute(statement.order_by(commitments.c.due_key, records.c.id).limit(limit)).all()


def waiting(actor: Actor, limit: int = 5) -> Sequence[Any]:
    """What is claimed to be done and nobody has verified, longest first."""
    statement = rows(actor).where(records.c.state == CLAIMED)
    return db.session.execute(statement.order_by(commitments.c.claimed_on, records.c.id).limit(limit)).all()


def overdue(actor: Actor, limit: int = 5) -> Sequence[Any]:
    """What is late, longest first."""
    statement = rows(actor).where(formulas.is_late_sql(clock.today()))
    return db.session.execute(statement.order_by(commitments.c.due_key, records.c.id).limit(limit)).all()


def kept_lately(actor: Actor, since: dt.date, *, demo: bool) -> int:
    """How many were verified since a day."""
    statement = select(func.count()).select_from(records.join(commitments, commitments.c.id == records.c.id))
    return db.session.scalar(
        statement.where(
            records.c.state == VERIFIED, commitments.c.verified_on >= since, records.c.is_demo == demo, visible(actor)
        )
    ) or 0  # fmt: skip


MOST_DUTIES = 500
"""Of each kind."""


@dataclass(frozen=True)
class Duty:
    """Something that an organisation has to do about a commitment."""

    what: str
    row: Any


def duties(actor: Actor) -> list[Duty]:
    """What the organisation that the actor acts for owes, by date: what to accept, keep, answer, verify."""
    own = actor.organisation_id
    if own is None:
        return []
    accepts = or_(
        and_(commitments.c.nature == COMPANY_OBLIGATION, commitments.c.oversight_id == own),
        and_(commitments.c.nature != COMPANY_OBLIGATION, commitments.c.accountable_id == own),
    )
    disputed = select(Dispute.commitment_id).where(Dispute.state == "open")
    asked = select(VerifierAsked.commitment_id).where(
        VerifierAsked.organisation_id == own, VerifierAsked.told_at.is_not(None), VerifierAsked.done_at.is_(None)
    )
    carried = select(CommitmentParty.commitment_id).where(
        CommitmentParty.organisation_id == own, CommitmentParty.role == RESPONSIBLE
    )
    pledged = select(Contribution.commitment_id).where(
        Contribution.organisation_id == own, Contribution.state == PLEDGED
    )
    owed = commitments.c.accountable_id == own
    wanted = (
        ("answer", and_(owed, records.c.id.in_(disputed), records.c.state.in_((*OPEN, VERIFIED)))),
        ("accept", and_(records.c.state == PROPOSED, accepts)),
        ("verify", and_(records.c.id.in_(asked), records.c.state.in_((*RUNNING, CLAIMED)))),
        ("keep", and_(records.c.state.in_((*RUNNING, SUSPENDED)), or_(owed, records.c.id.in_(carried)))),
        ("deliver", and_(records.c.id.in_(pledged), records.c.state.in_(OPEN))),
        ("finish", and_(records.c.state == DRAFT, records.c.keeper_id == own)),
    )
    found: list[Duty] = []
    for what, condition in wanted:
        statement = rows(actor).where(records.c.kind == "commitment", condition)
        for row in db.session.execute(statement.order_by(commitments.c.due_key, records.c.id).limit(MOST_DUTIES)):
            found.append(Duty(what, row))
    return found


def count(actor: Actor) -> int:
    """How many real commitments were accepted or at least proposed."""
    return db.session.scalar(
        select(func.count())
        .select_from(records)
        .where(
            records.c.kind == "commitment", records.c.is_demo.is_(False), visible(actor),
            records.c.state.in_((PROPOSED, *OPEN, VERIFIED)),
        )
    ) or 0  # fmt: skip


def alike(actor: Actor, title: str, accountable_id: int | None, *, besides: int | None = None) -> Sequence[Any]:
    """Commitments that may be the same one: of the same party, or at least with most words of its title."""
    words = {word for word in fold(title).split() if len(word) > 4}
    if len(words) < 2:
        return []
    some = or_(*(records.c.sort_title.like(f"%{word.replace('ñ', 'n~')}%") for word in sorted(words)[:12]))
    statement = rows(actor).where(records.c.kind == "commitment", records.c.id != (besides or 0), some)
    found = []
    for row in db.session.execute(statement.order_by(records.c.id.desc()).limit(400)):
        theirs = {word for word in fold(row.title).split() if len(word) > 4}
        common = len(words & theirs) / max(1, min(len(words), len(theirs)))
        if common >= 0.75 or (common >= 0.5 and accountable_id is not None and row.accountable_id == accountable_id):
            found.append((common, row))
    return [row for _common, row in sorted(found, key=lambda pair: -pair[0])[:3]]
