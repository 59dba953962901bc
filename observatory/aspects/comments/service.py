"""Saying, editing, reporting and moderating. Every function is a verb: its rule is asked before it runs.

A comment is its own record of what happened: its versions and the acts of moderation are kept beside it, in the
transaction that makes them, and shown in public.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from observatory.aspects.comments import naming, policy, queries, signals
from observatory.aspects.comments.models import (
    ACTS,
    APPEAL,
    COMMENT,
    DISPUTE,
    ERROR,
    FILE,
    HIDDEN,
    HIDE,
    OUTCOMES,
    REASONS,
    RESTORE,
    UPHOLD,
    VISIBLE,
    Comment,
    CommentReport,
    CommentVersion,
    ModerationAct,
)
from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.paging import Page
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Record, derived
from observatory.records.history import tell


@verb(policy.COMMENT)
def say(
    actor: Actor, record: Record, *, body: str, thread: Comment | None = None, kind: str = COMMENT, address: Any = None
) -> Comment:
    """Comment on a record, answer in a thread, or report an error; `address` makes the links of messages."""
    assert actor.person_id is not None
    if thread is not None and thread.record_id != record.id:
        raise Invalid(lazy_("That thread is about another page."))
    named = naming.named_in(actor, body)
    comment = Comment(
        record_id=record.id,
        thread_id=(thread.thread_id or thread.id) if thread else None,
        kind=kind if kind in {ERROR, FILE, DISPUTE} and thread is None else COMMENT,
        person_id=actor.person_id,
        organisation_id=actor.organisation_id if actor.acts else None,
        mandate_id=actor.mandate_id,
        at=clock.now(),
        state=VISIBLE,
    )
    comment.say(body, naming.linked(body, named))
    db.session.add(comment)
    db.session.flush()
    naming.keep(comment, named)
    if address is not None:
        link = address("comments.show", id=comment.id)
        naming.tell_named(actor, record, named, link)
        if comment.kind == ERROR:
            naming.tell_keeper(record, link)
    return comment


@verb(policy.EDIT)
def edit(actor: Actor, comment: Comment, *, body: str, version: int | None = None) -> None:
    """Change one's own comment within a quarter of an hour; what it said before stays to be seen."""
    naming.expect(comment, version, {"body": comment.body})
    before, named = comment.html, naming.named_in(actor, body)
    comment.say(body, naming.linked(body, named))
    if comment.html == before:
        return
    comment.edited_at = clock.now()
    db.session.add(CommentVersion(comment_id=comment.id, html=before))
    naming.keep(comment, named)


@verb(policy.REPORT)
def report(actor: Actor, comment: Comment, *, reason: str, words: str = "") -> None:
    """Ask the moderators to look at a comment; once for each person."""
    assert actor.person_id is not None
    _check(reason)
    same = select(CommentReport.id).where(
        CommentReport.comment_id == comment.id,
        CommentReport.person_id == actor.person_id,
        CommentReport.closed_at.is_(None),
    )
    if db.session.scalar(same) is not None:
        raise Invalid(lazy_("You have reported this already; a moderator will look at it."))
    db.session.add(CommentReport(comment_id=comment.id, person_id=actor.person_id, reason=reason, words=_short(words)))


@verb(policy.HIDE)
def hide(actor: Actor, comment: Comment, *, reason: str, words: str, version: int | None = None) -> None:
    """Hide a comment for a public reason; its place and the replies stay."""
    naming.expect(comment, version, {})
    _check(reason)
    if len(_short(words)) < 5:
        raise Invalid(lazy_("Say why: everyone will read it."), field="words")
    comment.state = HIDDEN
    _act(actor, comment, HIDE, reason, words)
    derived.queue([comment.record_id])  # a file that it announced is no longer found
    db.session.flush()
    tell(actor, comment.record, signals.CommentHidden(number=comment.id))
    _close_reports(comment)


@verb(policy.HIDE)
def dismiss(actor: Actor, comment: Comment, *, version: int | None = None) -> None:
    """Leave a reported comment as it is."""
    naming.expect(comment, version, {})
    _close_reports(comment)


@verb(policy.APPEAL)
def appeal(actor: Actor, comment: Comment, *, words: str) -> None:
    """Ask, once, that another moderator looks at one's hidden comment."""
    if any(act.act == APPEAL for act in _acts(comment)):
        raise Invalid(lazy_("You have appealed already: the second decision stands."))
    if len(_short(words)) < 5:
        raise Invalid(lazy_("Say why it should be shown."), field="words")
    _act(actor, comment, APPEAL, "", words)


@verb(policy.RESTORE)
def decide(actor: Actor, comment: Comment, *, decision: str, words: str, version: int | None = None) -> None:
    """Show a hidden comment again, or let it stay hidden after an appeal, which another moderator decides."""
    naming.expect(comment, version, {})
    acts = _acts(comment)
    if decision not in {RESTORE, UPHOLD}:
        raise Invalid(lazy_("Choose one from the list."), field="decision")
    if len(_short(words)) < 5:
        raise Invalid(lazy_("Say why: everyone will read it."), field="words")
    appealed = bool(acts) and acts[-1].act == APPEAL
    if decision == UPHOLD and not appealed:
        raise Invalid(lazy_("There is no appeal to decide."), field="decision")
    hider = next((act.person_id for act in reversed(acts) if act.act == HIDE), None)
    if appealed and hider == actor.person_id:
        raise Invalid(lazy_("You hid it yourself: another moderator decides the appeal."))
    if decision == RESTORE:
        comment.state = VISIBLE
        derived.queue([comment.record_id])
        db.session.flush()
        tell(actor, comment.record, signals.CommentShownAgain(number=comment.id))
    _act(actor, comment, decision, "", words)


@verb(policy.SETTLE)
def settle(actor: Actor, comment: Comment, *, outcome: str, words: str, version: int | None = None) -> Comment:
    """Answer a report of an error: corrected, or not an error, with words that stand below it."""
    naming.expect(comment, version, {})
    if outcome not in OUTCOMES:
        raise Invalid(lazy_("Choose one from the list."), field="outcome")
    comment.outcome = outcome
    return say(actor, comment.record, body=words, thread=comment)


@verb(policy.READ_QUEUE)
def read_queue(actor: Actor, subject: None, *, after: str | None = None) -> Page[Any]:
    """See what was reported and appealed."""
    return queries.queue(actor, after)


def _check(reason: str) -> None:
    if reason not in REASONS:
        raise Invalid(lazy_("Choose one from the list."), field="reason")


def _short(words: str) -> str:
    return " ".join((words or "").split())[:500]


def _act(actor: Actor, comment: Comment, act: str, reason: str, words: str) -> None:
    assert act in ACTS and actor.person_id is not None
    db.session.add(
        ModerationAct(
            comment_id=comment.id, act=act, reason=reason, words=_short(words), at=clock.now(),
            person_id=actor.person_id, organisation_id=None if act == APPEAL else actor.organisation_id,
        )
    )  # fmt: skip


def _acts(comment: Comment) -> list[ModerationAct]:
    found = select(ModerationAct).where(ModerationAct.comment_id == comment.id).order_by(ModerationAct.id)
    return list(db.session.scalars(found))


def _close_reports(comment: Comment) -> None:
    open_ = update(CommentReport).where(CommentReport.comment_id == comment.id, CommentReport.closed_at.is_(None))
    db.session.execute(open_.values(closed_at=clock.now()))
