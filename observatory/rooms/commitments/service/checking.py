"""Verifying and disputing: whoever checks a commitment is never one of its parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from observatory.aspects.comments import service as comments
from observatory.aspects.comments.models import DISPUTE, VISIBLE, Comment
from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.files import Files
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_, render_markdown
from observatory.people.speaking import tell
from observatory.records import given_reason, note
from observatory.rooms.commitments import events, policy
from observatory.rooms.commitments.models import FINDINGS, Commitment, Dispute, Evidence, Finding, VerifierAsked
from observatory.rooms.commitments.models.checking import CONFIRMED, NOT_CONFIRMED, SETTLED
from observatory.rooms.commitments.models.progress import ACCEPTED, GONE, OFFERED, REJECTED
from observatory.rooms.commitments.models.words import VERIFIED
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.queries.page import standing_evidence
from observatory.rooms.commitments.service import locked
from observatory.rooms.commitments.service.reporting import evidence_of

_EVENTS = {
    CONFIRMED: events.CommitmentConfirmed,
    "partly": events.CommitmentPartlyConfirmed,
    NOT_CONFIRMED: events.CommitmentRefuted,
    "cannot_determine": events.CommitmentUndetermined,
}


@verb(policy.VERIFY)
def verify(
    actor: Actor, case: Case, *, finding: str, method: str, narrative: str, looked_on: dt.date,
    accepted: Collection[int] = (), rejected: Collection[int] = (), evidence: Sequence[Mapping[str, Any]] = (),
    files: Files | None = None, version: int | None = None,
) -> Finding:  # fmt: skip
    """File what one found: how one looked, what one saw, and which evidence of the parties holds."""
    commitment = locked(case, version)
    if finding not in FINDINGS:
        raise Invalid(lazy_("Choose one from the list."), field="finding")
    method = " ".join(method.split())[:500]
    narrative = narrative.replace("\r\n", "\n").strip()[:8_000]
    if len(method) < 4:
        raise Invalid(lazy_("Say how you looked: a visit, a measurement, a review of documents …"), field="method")
    if len(narrative) < 10:
        raise Invalid(lazy_("Say in a sentence or more what you found."), field="narrative")
    if looked_on > clock.today():
        raise Invalid(lazy_("Give a day that has come."), field="looked_on")
    if commitment.accepted_on is not None and looked_on < commitment.accepted_on:
        raise Invalid(lazy_("Give a day after it was accepted."), field="looked_on")
    if set(accepted) & set(rejected):
        raise Invalid(lazy_("A piece of evidence is either accepted or rejected."), field="rejected")
    standing = {row.id for row in standing_evidence(actor, commitment.id)}
    if not {*accepted, *rejected} <= standing:
        raise Invalid(lazy_("Some of this evidence is gone: look at the page again."), field="accepted")
    made = Finding(
        commitment_id=commitment.id, finding=finding, method=method, narrative=narrative,
        html=render_markdown(narrative), looked_on=looked_on, person_id=actor.person_id,
        organisation_id=actor.organisation_id, mandate_id=actor.mandate_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    stand = 0
    before: list[list[object]] = []
    after: list[list[object]] = []
    for piece in db.session.scalars(select(Evidence).where(Evidence.commitment_id == commitment.id)):
        if piece.id in accepted or piece.id in rejected:
            judged = ACCEPTED if piece.id in accepted else REJECTED
            if piece.state != judged:
                before.append([piece.id, piece.state])
                after.append([piece.id, judged])
            piece.state, piece.judged_by_id = judged, made.id
        stand += piece.state == ACCEPTED and piece.id in standing
    for each in evidence:
        row = evidence_of(actor, commitment, each, files)
        db.session.add(Evidence(commitment_id=commitment.id, finding_id=made.id, **row))
    if finding == CONFIRMED and commitment.state != VERIFIED and not accepted:
        raise Invalid(lazy_("To confirm it, accept at least one piece of evidence."), field="accepted")
    before_it = commitment.state
    commitment.take_finding(finding, accepted=stand, verifier_id=actor.organisation_id, today=clock.today())
    if before_it == VERIFIED and commitment.state != VERIFIED:
        _reopen(commitment)
    if finding in (CONFIRMED, NOT_CONFIRMED):
        settle_all(commitment, "finding" if finding == CONFIRMED else "upheld")
    asked = select(VerifierAsked).where(
        VerifierAsked.commitment_id == commitment.id, VerifierAsked.organisation_id == actor.organisation_id
    )
    for row in db.session.scalars(asked):
        row.done_at = clock.now()
    judged_now = {"evidence": (before, after)} if after else {}
    note(actor, commitment, _EVENTS[finding](number=made.id), **judged_now)
    return made


@verb(policy.DISPUTE)
def dispute(actor: Actor, case: Case, *, words: str, address: Any = None, link: str = "") -> Dispute:
    """Say that it is not done; whoever owes it must answer. As a citizen, under one's alias, or for an organisation."""
    commitment = locked(case, None)
    if len(words.split()) < 3:
        raise Invalid(lazy_("Say what is missing, and where one can see it."), field="words")
    mine = select(Dispute.id).where(
        Dispute.commitment_id == commitment.id, Dispute.person_id == actor.person_id, Dispute.state != SETTLED
    )
    if db.session.scalar(mine.limit(1)) is not None:
        raise Invalid(lazy_("You have said so already, and it is not settled: add to it in the discussion."))
    said = comments.say(actor, commitment, body=words, kind=DISPUTE, address=address)
    assert actor.person_id is not None
    made = Dispute(
        commitment_id=commitment.id, comment_id=said.id, person_id=actor.person_id,
        organisation_id=said.organisation_id, at=clock.now(), state="open",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    recount(commitment)
    note(actor, commitment, events.CommitmentDisputed(number=made.id))
    title = commitment.title

    def told() -> tuple[str, str]:
        return _("Somebody says that this is not done: %(title)s", title=title), _(
            "Answer it here: %(link)s", link=link
        )

    tell(commitment.accountable_id, told, but=actor.person_id)
    return made


@verb(policy.ANSWER)
def answer(actor: Actor, case: Case, *, words: str, version: int | None = None) -> None:
    """Answer, for whoever owes it, somebody who says that it is not done. It stays contested until that is settled."""
    commitment = locked(case, version)
    if len(words.split()) < 3:
        raise Invalid(lazy_("Answer in a sentence or more."), field="words")
    case.subject.answer(render_markdown(words.strip()[:8_000]), actor.organisation_id)
    note(actor, commitment, events.DisputeAnswered(number=case.subject.id))


@verb(policy.SETTLE)
def settle(actor: Actor, case: Case, *, reason: str = "", version: int | None = None) -> None:
    """No longer say that it is not done; or, for a participation body, close with a reason what was answered."""
    commitment = locked(case, version)
    own = case.subject.person_id == actor.person_id
    told = "" if own else given_reason(reason)
    how = ("accepted" if case.subject.answered_at else "withdrawn") if own else "body"
    case.subject.settle(how)
    db.session.flush()
    recount(commitment)
    number = case.subject.id
    note(
        actor,
        commitment,
        events.DisputeSettled(number=number) if own else events.DisputeClosed(number=number, reason=told),
    )


def settle_all(commitment: Commitment, how: str) -> None:
    """Settle all that is said against a commitment."""
    open_ = select(Dispute).where(Dispute.commitment_id == commitment.id, Dispute.state != SETTLED)
    for each in db.session.scalars(open_):
        each.settle(how)
    db.session.flush()
    recount(commitment)


def recount(commitment: Commitment) -> None:
    """Count what is said against it and not settled; what moderators hid does not count."""
    statement = select(func.count()).select_from(Dispute).join(Comment, Comment.id == Dispute.comment_id)
    found = db.session.scalar(
        statement.where(
            Dispute.commitment_id == commitment.id, Dispute.state != SETTLED, Comment.state == VISIBLE
        )
    )  # fmt: skip
    commitment.open_disputes = found or 0


def lose(actor: Actor, commitment: Commitment, attachment_id: int) -> None:
    """A file of a commitment is gone: what rests on it rests on it no more. A reaction, not a verb of anybody's."""
    pieces = list(
        db.session.scalars(
            select(Evidence).where(
                Evidence.commitment_id == commitment.id, Evidence.attachment_id == attachment_id,
                Evidence.state.in_((OFFERED, ACCEPTED)),
            )
        )
    )  # fmt: skip
    if not pieces:
        return
    before = [[piece.id, piece.state] for piece in pieces]
    for piece in pieces:
        piece.state = GONE
    db.session.flush()
    state = commitment.state
    if not any(row.state == ACCEPTED for row in standing_evidence(actor, commitment.id)):
        commitment.lose_evidence()
        if commitment.state != state:
            _reopen(commitment)
    after = [[piece.id, piece.state] for piece in pieces]
    note(actor, commitment, events.EvidenceLost(number=attachment_id), evidence=(before, after))


def _reopen(commitment: Commitment) -> None:
    """What a verification had settled is open again, since that one no longer stands."""
    settled = select(Dispute).where(Dispute.commitment_id == commitment.id, Dispute.how == "finding")
    for each in db.session.scalars(settled):
        each.reopen()
    db.session.flush()
    recount(commitment)
