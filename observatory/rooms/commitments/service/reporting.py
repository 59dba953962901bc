"""Reporting progress. What is reported is never edited: a mistake is superseded, in view of everyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from observatory.aspects.attachments import service as attachments
from observatory.aspects.attachments.models import SHOWN, Attachment
from observatory.kernel import clock, db
from observatory.kernel.cleaning import sane_day
from observatory.kernel.errors import Invalid
from observatory.kernel.files import Files
from observatory.kernel.intake import Content
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_, render_markdown
from observatory.records import given_reason, note
from observatory.rooms.commitments import events, formulas, policy
from observatory.rooms.commitments.models import Commitment, Evidence, Milestone, MilestoneReport, ProgressUpdate
from observatory.rooms.commitments.models.words import CLAIMED
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.service import locked
from observatory.rooms.commitments.service.asking import tell_asked
from observatory.rooms.commitments.service.parts import milestones_of
from observatory.rooms.organisations.queries import territory_ids

LONGEST = 8_000


@verb(policy.REPORT)
def report(
    actor: Actor, case: Case, *, narrative: str, as_of: dt.date, percents: Sequence[int] | None = None,
    percent: int | None = None, complete: bool = False, place: str = "", evidence: Sequence[Mapping[str, Any]] = (),
    files: Files | None = None, version: int | None = None, link: str = "",
) -> ProgressUpdate:  # fmt: skip
    """Say what was done until a day. `percents` are those of its milestones, `percent` of the whole where it has none.

    A piece of evidence is {"title", "url"}, {"title", "content"} for a new file, or {"attachment_id"} for one that is
    on the page already.
    """
    locked(case, version)
    return _file(actor, case, narrative, as_of, percents, percent, complete, place, evidence, files, link)


@verb(policy.SUPERSEDE)
def supersede(
    actor: Actor, case: Case, *, reason: str, narrative: str, as_of: dt.date, percents: Sequence[int] | None = None,
    percent: int | None = None, complete: bool = False, place: str = "", evidence: Sequence[Mapping[str, Any]] = (),
    files: Files | None = None, version: int | None = None, link: str = "",
) -> ProgressUpdate:  # fmt: skip
    """Replace the last report, which was mistaken, by another; both stay to be read."""
    commitment = locked(case, version)
    mistaken: ProgressUpdate = case.subject
    if mistaken.id != _last(commitment):
        raise Invalid(lazy_("Only the last report can be replaced: what an older one said, a new report corrects."))
    reason = given_reason(reason)
    made = _file(
        actor, case, narrative, as_of, percents, percent, complete, place, evidence, files, link, mistaken, reason
    )
    note(actor, commitment, events.ReportSuperseded(number=mistaken.id, by=made.id, reason=reason))
    return made


def _file(
    actor: Actor, case: Case, narrative: str, as_of: dt.date, percents: Sequence[int] | None,
    percent: int | None, complete: bool, place: str, evidence: Sequence[Mapping[str, Any]], files: Files | None,
    link: str, mistaken: ProgressUpdate | None = None, reason: str = "",
) -> ProgressUpdate:  # fmt: skip
    commitment: Commitment = case.commitment
    narrative = narrative.replace("\r\n", "\n").strip()[:LONGEST]
    if len(narrative) < 10:
        raise Invalid(lazy_("Say in a sentence or more what was done."), field="narrative")
    today = clock.today()
    if as_of > today:
        raise Invalid(lazy_("A report speaks of a day that has come."), field="as_of")
    sane_day("as_of", as_of)
    if commitment.promised_on is not None and as_of < commitment.promised_on:
        raise Invalid(lazy_("A report speaks of a day after it was promised."), field="as_of")
    steps = milestones_of(commitment)
    claimed = _claimed(steps, percents, percent, complete)
    whole = formulas.share({step.id: step.weight for step in steps}, claimed) if steps else claimed[0] * 100
    if complete and whole < formulas.WHOLE:
        raise Invalid(lazy_("It can't be complete while something of it is below 100 %."), field="complete")
    made = ProgressUpdate(
        commitment_id=commitment.id, narrative=narrative, html=render_markdown(narrative), as_of=as_of, percent=whole,
        complete=complete, territory_id=_place(place), supersedes_id=mistaken.id if mistaken else None, reason=reason,
        person_id=actor.person_id, organisation_id=actor.organisation_id, mandate_id=actor.mandate_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for step in steps:
        step.claimed = claimed[step.id]
        db.session.add(MilestoneReport(update_id=made.id, milestone_id=step.id, percent=claimed[step.id]))
    _add_evidence(actor, commitment, made, evidence, files)
    waiting = [step.due_on + commitment.shift for step in steps if step.due_on and step.claimed < 100]
    is_news = commitment.state != CLAIMED
    commitment.report(
        progress=whole, complete=complete, next_milestone_on=min(waiting) if waiting else None, today=today
    )
    if complete:
        note(actor, commitment, events.CompletionClaimed(number=made.id))
        tell_asked(actor, case, link, is_news=is_news)
    else:
        note(actor, commitment, events.ProgressReported(number=made.id, percent=str(whole // 100)))
    return made


def _claimed(
    steps: Sequence[Milestone], percents: Sequence[int] | None, percent: int | None, complete: bool
) -> dict[int, int]:
    """What is claimed by milestone; of a commitment without any, by 0."""
    if complete and percents is None and percent is None:
        given: list[int] = [100] * max(1, len(steps))
    elif steps:
        given = list(percents or ())
        if len(given) != len(steps):
            raise Invalid(lazy_("Give a percentage for each milestone."), field="percents")
    elif percent is None:
        raise Invalid(lazy_("Give the percentage that is done."), field="percent")
    else:
        given = [percent]
    field = "percents" if steps else "percent"
    if any(not 0 <= each <= 100 for each in given):
        raise Invalid(lazy_("A percentage lies between 0 and 100."), field=field)
    return {step.id: each for step, each in zip(steps, given, strict=True)} if steps else {0: given[0]}


def _place(code: str) -> int | None:
    if not code.strip():
        return None
    found = territory_ids([code.strip().lower()]).get(code.strip().lower())
    if found is None:
        raise Invalid(lazy_("No place has this code."), field="place")
    return found


def _add_evidence(
    actor: Actor,
    commitment: Commitment,
    made: ProgressUpdate,
    evidence: Sequence[Mapping[str, Any]],
    files: Files | None,
) -> None:
    for piece in evidence:
        db.session.add(
            Evidence(commitment_id=commitment.id, update_id=made.id, **evidence_of(actor, commitment, piece, files))
        )
    db.session.flush()


def evidence_of(actor: Actor, commitment: Commitment, piece: Mapping[str, Any], files: Files | None) -> dict[str, Any]:
    """A piece of evidence as the columns of its row; a new file is attached to the commitment first."""
    content: Content | None = piece.get("content")
    if content is not None:
        assert files is not None
        attached = attachments.attach(actor, commitment, content=content, title=piece["title"], files=files)
        return {"attachment_id": attached.id, "title": ""}
    if piece.get("attachment_id"):
        known = db.session.scalar(
            select(Attachment.id).where(
                Attachment.id == piece["attachment_id"], Attachment.record_id == commitment.id,
                Attachment.state == SHOWN,
            )
        )  # fmt: skip
        if known is None:
            raise Invalid(lazy_("Choose from the files on this page."), field="attachments")
        return {"attachment_id": known, "title": ""}
    url = str(piece.get("url") or "").strip()
    title = " ".join(str(piece.get("title") or "").split())[:200]
    if not url.startswith(("https://", "http://")) or " " in url or len(url) > 500:
        raise Invalid(lazy_("Give the full address, beginning with https:// or http://."), field="evidence_url")
    return {"url": url, "title": title or url[:200]}


def _last(commitment: Commitment) -> int | None:
    replaced = select(ProgressUpdate.supersedes_id).where(ProgressUpdate.supersedes_id.is_not(None))
    return db.session.scalar(
        select(ProgressUpdate.id)
        .where(ProgressUpdate.commitment_id == commitment.id, ProgressUpdate.id.not_in(replaced))
        .order_by(ProgressUpdate.id.desc())
        .limit(1)
    )
