"""The parts of a commitment's page, each in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from observatory.aspects.attachments.models import SHOWN, Attachment
from observatory.aspects.comments.models import VISIBLE, Comment
from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.people.models import Person
from observatory.records.history import HistoryEntry
from observatory.records.models import DRAFT, Record
from observatory.records.queries import records, visible
from observatory.rooms.commitments.models import (
    CommitmentParty,
    Contribution,
    Decision,
    Dispute,
    Evidence,
    Finding,
    Milestone,
    MilestoneReport,
    ProgressUpdate,
    VerifierAsked,
)
from observatory.rooms.commitments.models.progress import GONE
from observatory.rooms.organisations.models import Organisation

_org = aliased(Record.__table__)
_ORG = (_org.c.slug.label("organisation_slug"), _org.c.title.label("organisation"))
_ORG += (_org.c.language.label("organisation_language"),)


@dataclass(frozen=True)
class Parts:
    """All that happened to a commitment."""

    parties: Sequence[Any]
    milestones: Sequence[Any]
    updates: Sequence[Any]
    """Newest first; `replaced` are those that a later one superseded."""
    findings: Sequence[Any]
    disputes: Sequence[Any]
    decisions: Sequence[Any]
    contributions: Sequence[Any]
    asked: Sequence[Any]
    turns: Sequence[Any] = ()
    """When it was proposed, accepted, returned and the like."""
    evidence: dict[tuple[str, int], list[Any]] = field(default_factory=dict)
    """By ("update" or "finding", its id)."""
    claimed: dict[int, list[Any]] = field(default_factory=dict)
    """What a report claims of each milestone, by its id; only where there are milestones."""
    where: dict[int, Any] = field(default_factory=dict)
    """The places that reports speak of, by their id."""


def parts(actor: Actor, commitment_id: int) -> Parts:
    """Everything on the page of a commitment already shown, in thirteen statements."""
    return Parts(
        parties=_of(CommitmentParty, actor, commitment_id, CommitmentParty.role, CommitmentParty.id),
        milestones=milestones(actor, commitment_id),
        updates=_of(ProgressUpdate, actor, commitment_id, ProgressUpdate.id.desc()),
        findings=_of(Finding, actor, commitment_id, Finding.id.desc()),
        disputes=disputes(actor, commitment_id),
        decisions=decisions(actor, commitment_id),
        contributions=_of(Contribution, actor, commitment_id, Contribution.id),
        asked=_of(VerifierAsked, actor, commitment_id, VerifierAsked.id),
        turns=turns(actor, commitment_id),
        evidence=evidence(actor, commitment_id),
        claimed=claimed(actor, commitment_id),
        where=where(actor, commitment_id),
    )


def _of(cls: Any, actor: Actor, commitment_id: int, *order: Any) -> Sequence[Any]:
    """The rows of a table about a commitment, with the organisation that each is of."""
    organisation = Organisation.__table__
    statement = (
        select(*cls.__table__.c, *_ORG, organisation.c.sector)
        .select_from(cls.__table__)
        .outerjoin(_org, and_(_org.c.id == cls.organisation_id, _org.c.state != DRAFT))
        .outerjoin(organisation, organisation.c.id == _org.c.id)
        .where(cls.commitment_id == commitment_id, visible(actor, cls.commitment_id))
        .order_by(*order)
    )
    return db.session.execute(statement).all()


def milestones(actor: Actor, commitment_id: int) -> Sequence[Any]:
    """The steps of a commitment already shown, in order."""
    table = Milestone.__table__
    statement = select(table).where(table.c.commitment_id == commitment_id, visible(actor, table.c.commitment_id))
    return db.session.execute(statement.order_by(table.c.position, table.c.id)).all()


def claimed(actor: Actor, commitment_id: int) -> dict[int, list[Any]]:
    """What each report on a commitment already shown claims of each milestone: title and percent, in their order."""
    statement = (
        select(MilestoneReport.update_id, MilestoneReport.percent, Milestone.title)
        .join(Milestone, Milestone.id == MilestoneReport.milestone_id)
        .where(Milestone.commitment_id == commitment_id, visible(actor, Milestone.commitment_id))
        .order_by(Milestone.position, Milestone.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.update_id, []).append(row)
    return found


def where(actor: Actor, commitment_id: int) -> dict[int, Any]:
    """The places that reports on a commitment already shown speak of, by id."""
    told = select(ProgressUpdate.territory_id).where(ProgressUpdate.commitment_id == commitment_id)
    statement = select(records.c.id, records.c.slug, records.c.title).where(records.c.id.in_(told), visible(actor))
    return {row.id: row for row in db.session.execute(statement)}


def disputes(actor: Actor, commitment_id: int) -> Sequence[Any]:
    """Who says that it is not done, newest first. What moderators hid has no words and no name here."""
    statement = (
        select(
            *Dispute.__table__.c, *_ORG, Comment.html, Comment.state.label("comment_state"), Person.name, Person.alias,
            Person.closed_at,
        )
        .select_from(Dispute.__table__)
        .join(Comment, Comment.id == Dispute.comment_id)
        .join(Person, Person.id == Dispute.person_id)
        .outerjoin(_org, and_(_org.c.id == Dispute.organisation_id, _org.c.state != DRAFT))
        .where(Dispute.commitment_id == commitment_id, visible(actor, Dispute.commitment_id))
        .order_by(Dispute.id.desc())
    )  # fmt: skip
    return db.session.execute(statement).all()


def decisions(actor: Actor, commitment_id: int) -> Sequence[Any]:
    """What participation bodies decided about it, newest first."""
    successor = aliased(Record.__table__)
    statement = (
        select(
            *Decision.__table__.c, *_ORG, successor.c.title.label("successor"), successor.c.slug.label("successor_slug"),
            successor.c.language.label("successor_language"),
        )
        .select_from(Decision.__table__)
        .outerjoin(_org, and_(_org.c.id == Decision.body_id, _org.c.state != DRAFT))
        .outerjoin(successor, and_(successor.c.id == Decision.successor_id, visible(actor, successor.c.id)))
        .where(Decision.commitment_id == commitment_id, visible(actor, Decision.commitment_id))
        .order_by(Decision.id.desc())
    )  # fmt: skip
    return db.session.execute(statement).all()


def replaces(actor: Actor, commitment_id: int) -> Sequence[Any]:
    """What this commitment took the place of, by decision."""
    statement = select(records.c.slug, records.c.title, records.c.language).join(
        Decision, Decision.commitment_id == records.c.id
    )
    return db.session.execute(statement.where(Decision.successor_id == commitment_id, visible(actor))).all()


def evidence(actor: Actor, commitment_id: int) -> dict[tuple[str, int], list[Any]]:
    """What reports and findings rest on. A file that is withdrawn or hidden is named as gone, without its title."""
    table = Evidence.__table__
    statement = (
        select(
            *table.c, Attachment.title.label("file_title"), Attachment.media_type, Attachment.size,
            Attachment.preview_sha256,
            or_(
                table.c.attachment_id.is_(None),
                and_(Attachment.state == SHOWN, or_(Comment.id.is_(None), Comment.state == VISIBLE)),
            ).label("stands"),
        )
        .select_from(table)
        .outerjoin(Attachment, Attachment.id == table.c.attachment_id)
        .outerjoin(Comment, Comment.id == Attachment.comment_id)
        .where(table.c.commitment_id == commitment_id, visible(actor, table.c.commitment_id))
        .order_by(table.c.id)
    )  # fmt: skip
    found: dict[tuple[str, int], list[Any]] = {}
    for row in db.session.execute(statement):
        key = ("update", row.update_id) if row.update_id else ("finding", row.finding_id)
        found.setdefault(key, []).append(row)
    return found


def standing_evidence(actor: Actor, commitment_id: int) -> list[Any]:
    """The evidence of reports that is there to be accepted or rejected, newest first."""
    replaced = select(ProgressUpdate.supersedes_id).where(ProgressUpdate.supersedes_id.is_not(None))
    superseded = set(db.session.scalars(replaced.where(ProgressUpdate.commitment_id == commitment_id)))
    rows = [row for each in evidence(actor, commitment_id).values() for row in each]
    return [
        row
        for row in sorted(rows, key=lambda row: -row.id)
        if row.update_id and row.update_id not in superseded and row.stands and row.state != GONE
    ]


@dataclass(frozen=True)
class Step:
    """An entry of the timeline: what kind of thing, when, and the row that tells it."""

    kind: str
    at: dt.datetime | dt.date
    row: Any = None


_TOLD = {
    "CommitmentProposed": "proposed", "CommitmentAccepted": "accepted", "CommitmentReturned": "returned",
    "CommitmentRecorded": "recorded", "CommitmentWithdrawn": "withdrawn", "EvidenceLost": "lost", "DutyPassed": "passed",
}  # fmt: skip


def turns(actor: Actor, commitment_id: int) -> Sequence[Any]:
    """When a commitment already shown was proposed, accepted, returned and the like, and by which organisation."""
    table = HistoryEntry.__table__
    statement = (
        select(table.c.id, table.c.at, table.c.event, table.c.facts, *_ORG)
        .select_from(table)
        .outerjoin(_org, and_(_org.c.id == table.c.organisation_id, _org.c.state != DRAFT))
        .where(table.c.record_id == commitment_id, table.c.event.in_(_TOLD), visible(actor, table.c.record_id))
        .order_by(table.c.id)
    )
    return db.session.execute(statement).all()


def timeline(commitment: Any, all: Parts) -> list[Step]:
    """What happened, newest first: the promise, how it was proposed and accepted, reports, findings, disputes, decisions."""
    steps = [Step("update", row.at, row) for row in all.updates]
    steps += [Step("finding", row.at, row) for row in all.findings]
    steps += [Step("dispute", row.at, row) for row in all.disputes]
    steps += [Step("decision", row.at, row) for row in all.decisions]
    steps += [Step(_TOLD[row.event], row.at, row) for row in all.turns]
    steps.sort(key=lambda step: (step.at, getattr(step.row, "id", 0)), reverse=True)
    return steps + ([Step("promised", commitment.promised_on)] if commitment.promised_on is not None else [])
