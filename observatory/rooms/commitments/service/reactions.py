"""What follows here from what happens elsewhere: in the same transaction, and told in the history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from observatory.aspects.attachments.events import FileBroughtBack
from observatory.aspects.attachments.models import SHOWN, Attachment
from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records import note
from observatory.records.models import Record
from observatory.rooms.commitments import events
from observatory.rooms.commitments.models import Commitment, CommitmentParty, Contribution, Dispute, Evidence
from observatory.rooms.commitments.models.plan import DELIVERED, PLEDGED
from observatory.rooms.commitments.models.progress import GONE, OFFERED
from observatory.rooms.commitments.models.words import KEPT_TRACK, PROPOSED
from observatory.rooms.commitments.service.checking import lose, recount
from observatory.rooms.organisations.models import Succession


def file_gone(actor: Actor, commitment: Commitment, fact: Any) -> None:
    """A file was withdrawn or erased: a verification that rests on it alone does not stand."""
    lose(actor, commitment, fact.number)


def file_back(actor: Actor, commitment: Commitment, fact: Any) -> None:
    """A withdrawn file is there again: it is offered anew, and a verifier looks at it anew."""
    shown = select(Attachment.id).where(Attachment.id == fact.number, Attachment.state == SHOWN)
    pieces = list(
        db.session.scalars(
            select(Evidence).where(
                Evidence.commitment_id == commitment.id, Evidence.attachment_id.in_(shown), Evidence.state == GONE
            )
        )
    )
    if not pieces:
        return
    for piece in pieces:
        piece.state, piece.judged_by_id = OFFERED, None
    told = ([[piece.id, GONE] for piece in pieces], [[piece.id, OFFERED] for piece in pieces])
    note(actor, commitment, events.EvidenceIsBack(number=fact.number), evidence=told)


def comment_hidden(actor: Actor, commitment: Commitment, fact: Any) -> None:
    """Moderators hid a comment: what it said against the commitment does not count, nor does the file it announced."""
    for attachment_id in db.session.scalars(select(Attachment.id).where(Attachment.comment_id == fact.number)):
        lose(actor, commitment, attachment_id)
    _recount_for(actor, commitment, fact.number)


def comment_shown(actor: Actor, commitment: Commitment, fact: Any) -> None:
    """A hidden comment is shown again; a file is offered anew."""
    for attachment_id in db.session.scalars(select(Attachment.id).where(Attachment.comment_id == fact.number)):
        file_back(actor, commitment, FileBroughtBack(number=attachment_id))
    _recount_for(actor, commitment, fact.number)


def _recount_for(actor: Actor, commitment: Commitment, comment_id: int) -> None:
    before = commitment.open_disputes
    recount(commitment)
    if commitment.open_disputes != before:
        dispute = db.session.scalars(select(Dispute.id).where(Dispute.comment_id == comment_id)).one()
        note(actor, commitment, events.DisputeModerated(number=dispute))


def went_over(actor: Actor, organisation: Record, fact: Any) -> None:
    """An organisation became another one: what it owes goes along. After a split nobody can tell to whom, so it stays,
    and its page shows that it is owed by an organisation that has ended."""
    heirs = db.session.scalars(
        select(Succession.successor_id).where(Succession.predecessor_id == organisation.id).order_by(Succession.id)
    ).all()
    if len(set(heirs)) != 1:
        return
    heir = db.session.get_one(Record, heirs[0])
    table = CommitmentParty
    parties = list(db.session.scalars(select(table).where(table.organisation_id == organisation.id)))
    waiting = select(Contribution).where(
        Contribution.organisation_id == organisation.id, Contribution.state.in_((PLEDGED, DELIVERED))
    )
    pledged = list(db.session.scalars(waiting))
    owed = (Commitment.accountable_id == organisation.id) | (Commitment.oversight_id == organisation.id)
    statement = select(Commitment).where(
        or_(owed, Commitment.id.in_({row.commitment_id for row in (*parties, *pledged)})),
        Commitment.state.in_((*KEPT_TRACK, PROPOSED, "draft")),
    )
    for commitment in list(db.session.scalars(statement.order_by(Commitment.id))):
        for name in ("accountable_id", "oversight_id"):
            if getattr(commitment, name) == organisation.id:
                setattr(commitment, name, heir.id)
        for row in pledged:
            if row.commitment_id == commitment.id:
                row.organisation_id = heir.id
        _pass_on(commitment, [each for each in parties if each.commitment_id == commitment.id], heir.id)
        note(actor, commitment, events.DutyPassed(before=organisation.title, after=heir.title))


def _pass_on(commitment: Commitment, parties: list[CommitmentParty], heir_id: int) -> None:
    for party in parties:
        twin = select(CommitmentParty.id).where(
            CommitmentParty.commitment_id == commitment.id, CommitmentParty.role == party.role,
            CommitmentParty.organisation_id == heir_id,
        )  # fmt: skip
        if db.session.scalar(twin) is None:
            party.organisation_id = heir_id
        else:
            db.session.delete(party)
        db.session.flush()
    # Whoever owes it is not also named as carrying it out.
    twice = select(CommitmentParty).where(
        CommitmentParty.commitment_id == commitment.id, CommitmentParty.organisation_id == commitment.accountable_id
    )
    for party in list(db.session.scalars(twice)):
        db.session.delete(party)
    db.session.flush()
