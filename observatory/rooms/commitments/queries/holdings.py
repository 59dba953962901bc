"""What of commitments an office hands over at the end of its term: what it owes, oversees, and must still answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from observatory.kernel import clock, db
from observatory.kernel.formats import date
from observatory.kernel.offers import Holding
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, _n
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import CommitmentParty, Contribution, Dispute, VerifierAsked
from observatory.rooms.commitments.models.checking import OPEN as UNANSWERED
from observatory.rooms.commitments.models.plan import PLEDGED
from observatory.rooms.commitments.models.words import (
    CLAIMED,
    COMPANY_OBLIGATION,
    OPEN,
    PROPOSED,
    RESPONSIBLE,
    SUSPENDED,
)
from observatory.rooms.commitments.queries import commitments, rows


def owed(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What it owes and has not kept."""
    return _holdings(actor, and_(records.c.state.in_(OPEN), commitments.c.accountable_id == organisation_id), _standing)


def carried(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What it carries out for another."""
    own = select(CommitmentParty.commitment_id).where(
        CommitmentParty.organisation_id == organisation_id, CommitmentParty.role == RESPONSIBLE
    )
    return _holdings(actor, and_(records.c.state.in_(OPEN), records.c.id.in_(own)), _standing)


def overseen(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """The obligations of others that it oversees."""
    return _holdings(actor, and_(records.c.state.in_(OPEN), commitments.c.oversight_id == organisation_id), _standing)


def proposed(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What waits for it to say yes or no."""
    company = commitments.c.nature == COMPANY_OBLIGATION
    asked = or_(
        and_(company, commitments.c.oversight_id == organisation_id),
        and_(~company, commitments.c.accountable_id == organisation_id),
    )

    def why(row: Any) -> str:
        return _("proposed on %(date)s, waits for an answer", date=date(row.proposed_on))

    return _holdings(actor, and_(records.c.state == PROPOSED, asked), why)


def disputes(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What people say is not done, and it has not answered."""
    statement = (
        select(Dispute.id.label("key"), Dispute.at, records.c.id, records.c.slug, records.c.title, records.c.language)
        .join(records, records.c.id == Dispute.commitment_id)
        .join(commitments, commitments.c.id == records.c.id)
        .where(commitments.c.accountable_id == organisation_id, Dispute.state == UNANSWERED, visible(actor))
        .order_by(Dispute.at, Dispute.id)
    )
    return [
        _holding(row, row.key, _("said not to be done on %(date)s, not answered", date=date(row.at)))
        for row in db.session.execute(statement)
    ]


def verifications(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What it was asked or is named to look at, and has not."""
    statement = (
        select(VerifierAsked.id.label("key"), VerifierAsked.told_at, records.c.id, records.c.slug, records.c.title, records.c.language)
        .join(records, records.c.id == VerifierAsked.commitment_id)
        .where(
            VerifierAsked.organisation_id == organisation_id, VerifierAsked.done_at.is_(None),
            records.c.state.in_(OPEN), visible(actor),
        )
        .order_by(VerifierAsked.at, VerifierAsked.id)
    )  # fmt: skip
    return [
        _holding(
            row,
            row.key,
            _("asked on %(date)s to verify it", date=date(row.told_at))
            if row.told_at
            else _("an agreement names it to verify this"),
        )
        for row in db.session.execute(statement)
    ]


def pledged(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What it pledged to the commitments of others, and has not handed over."""
    statement = (
        select(
            Contribution.id.label("key"), Contribution.what, Contribution.pledged_on, records.c.id, records.c.slug,
            records.c.title, records.c.language,
        )
        .join(records, records.c.id == Contribution.commitment_id)
        .where(Contribution.organisation_id == organisation_id, Contribution.state == PLEDGED, visible(actor))
        .order_by(Contribution.pledged_on, Contribution.id)
    )  # fmt: skip
    return [
        _holding(row, row.key, _("pledged on %(date)s: %(what)s", date=date(row.pledged_on), what=row.what))
        for row in db.session.execute(statement)
    ]


def _standing(row: Any) -> str:
    """How it stands today, in a few words."""
    late = formulas.days_late_now(row, clock.today())
    if late and row.state in formulas.RUNNING:
        return _n("%(num)s day late", "%(num)s days late", late)
    if row.state == SUSPENDED:
        return _("suspended")
    if row.state == CLAIMED:
        return _("reported complete on %(date)s, not verified", date=date(row.claimed_on))
    return _("due on %(date)s", date=date(row.due_current)) if row.due_current else _("undated")


def _holdings(actor: Actor, condition: ColumnElement[bool], why: Callable[[Any], str]) -> list[Holding]:
    statement = rows(actor).where(records.c.kind == "commitment", condition)
    found = db.session.execute(statement.order_by(commitments.c.due_key, records.c.id))
    return [_holding(row, row.id, why(row)) for row in found]


def _holding(row: Any, key: int, why: str) -> Holding:
    return Holding(str(key), row.id, row.title, row.language, f"/commitments/{row.slug}", why)
