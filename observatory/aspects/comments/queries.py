"""Reading comments: threads of a record, one comment, what was said of one's organisations, and moderation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from observatory.aspects.comments.models import (
    APPEAL,
    ERROR,
    HIDDEN,
    VISIBLE,
    Comment,
    CommentMention,
    CommentReport,
    CommentVersion,
    ModerationAct,
)
from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.people.models import Person
from observatory.records.queries import one_or_404, records, visible

THREADS = 20
comments = Comment.__table__
_speaker = aliased(records)
_COLUMNS = (
    comments.c.id, comments.c.record_id, comments.c.thread_id, comments.c.kind, comments.c.html, comments.c.at,
    comments.c.edited_at, comments.c.person_id, comments.c.organisation_id, comments.c.state, comments.c.outcome,
    Person.name, Person.alias, Person.closed_at, _speaker.c.slug.label("organisation_slug"),
    _speaker.c.title.label("organisation"), _speaker.c.language.label("organisation_language"),
)  # fmt: skip


@dataclass(frozen=True)
class Thread:
    """A comment and what was answered, oldest first; `acts` are the last acts of moderation by comment."""

    first: Any
    replies: Sequence[Any]


@dataclass(frozen=True)
class Threads:
    """One page of threads, newest first, and the last act of moderation on each hidden comment among them."""

    threads: Sequence[Thread]
    acts: dict[int, Any]
    next_after: str | None = None
    first: bool = True


def _rows(actor: Actor, *more: Any) -> Select[Any]:
    """Comments with whoever spoke. What the alias hides is not read beyond these columns: see `speaker` in the views."""
    joined = comments.join(Person, Person.id == comments.c.person_id).outerjoin(
        _speaker, and_(_speaker.c.id == comments.c.organisation_id, visible(actor, _speaker.c.id))
    )
    return select(*_COLUMNS, *more).select_from(joined)


def find(actor: Actor, id: int) -> Comment:
    """A comment with its record, if the actor may see that one."""
    statement = (
        select(Comment).options(joinedload(Comment.record)).where(Comment.id == id, visible(actor, Comment.record_id))
    )
    found: Comment = one_or_404(statement)
    return found


def count(actor: Actor, record_id: int) -> int:
    """How many comments a record already shown has."""
    return db.session.scalar(select(func.count()).where(comments.c.record_id == record_id)) or 0


def threads(actor: Actor, record_id: int, after: str | None = None, *, size: int = THREADS) -> Threads:
    """The threads about a record already shown, newest first, each whole."""
    begun = _rows(actor, (-comments.c.id).label("key")).where(
        comments.c.record_id == record_id, comments.c.thread_id.is_(None)
    )
    page = paging.page_of(begun, [(-comments.c.id, "key", int)], after, size=size)
    return replace(_whole(actor, page.rows), next_after=page.next_after, first=page.first)


def thread(actor: Actor, comment: Comment) -> Threads:
    """The one thread in which a comment stands."""
    begun = _rows(actor).where(comments.c.id == (comment.thread_id or comment.id))
    return _whole(actor, db.session.execute(begun).all())


def _whole(actor: Actor, begun: Sequence[Any]) -> Threads:
    ids = [row.id for row in begun]
    replies: dict[int, list[Any]] = {id: [] for id in ids}
    if ids:
        for row in db.session.execute(_rows(actor).where(comments.c.thread_id.in_(ids)).order_by(comments.c.id)):
            replies[row.thread_id].append(row)
    shown = [*begun, *(row for found in replies.values() for row in found)]
    acts = last_acts(actor, [row.id for row in shown if row.state == HIDDEN])
    return Threads([Thread(row, replies[row.id]) for row in begun], acts)


def last_acts(actor: Actor, ids: Iterable[int]) -> dict[int, Any]:
    """The last act of moderation on each of these comments, with the organisation that did it."""
    wanted = list(ids)
    if not wanted:
        return {}
    newest = select(func.max(ModerationAct.id)).where(
        ModerationAct.comment_id.in_(wanted), ModerationAct.act != APPEAL
    ).group_by(ModerationAct.comment_id)  # fmt: skip
    statement = (
        select(ModerationAct.comment_id, ModerationAct.reason, ModerationAct.words, ModerationAct.at, records.c.title)
        .outerjoin(records, records.c.id == ModerationAct.organisation_id)
        .where(ModerationAct.id.in_(newest))
    )
    return {row.comment_id: row for row in db.session.execute(statement)}


def versions(actor: Actor, comment: Comment) -> list[Any]:
    """What a comment already shown said before, newest first."""
    found = select(CommentVersion.html, CommentVersion.until).where(CommentVersion.comment_id == comment.id)
    return list(db.session.execute(found.order_by(CommentVersion.id.desc())))


def acts_of(actor: Actor, comment: Comment) -> list[Any]:
    """All that moderators and the author's appeal did to a comment, oldest first."""
    statement = (
        select(ModerationAct.act, ModerationAct.reason, ModerationAct.words, ModerationAct.at, records.c.title)
        .outerjoin(records, records.c.id == ModerationAct.organisation_id)
        .where(ModerationAct.comment_id == comment.id)
    )
    return list(db.session.execute(statement.order_by(ModerationAct.id)))


def _about(actor: Actor, *more: Any) -> Select[Any]:
    """Comments with the record they are about, as far as the actor may see that one."""
    statement = _rows(
        actor, records.c.kind.label("record_kind"), records.c.slug, records.c.title, records.c.language,
        (-comments.c.id).label("key"), *more,
    )  # fmt: skip
    return statement.join(records, records.c.id == comments.c.record_id).where(visible(actor))


def naming(actor: Actor, after: str | None) -> paging.Page[Any]:
    """The comments that name one of the organisations the actor acts for, newest first."""
    named = select(CommentMention.comment_id).where(CommentMention.organisation_id.in_(actor.organisation_ids))
    statement = _about(actor).where(comments.c.id.in_(named), comments.c.state == VISIBLE)
    return paging.page_of(statement, [(-comments.c.id, "key", int)], after)


def errors(actor: Actor, after: str | None) -> paging.Page[Any]:
    """Open reports of errors on pages that the actor's organisations keep; a steward sees all."""
    statement = _about(actor).where(comments.c.kind == ERROR, comments.c.outcome.is_(None), comments.c.state == VISIBLE)
    if not any(role == "steward" for _, role in actor.roles):
        statement = statement.where(records.c.keeper_id.in_(actor.organisation_ids))
    return paging.page_of(statement, [(-comments.c.id, "key", int)], after)


def latest(actor: Actor, limit: int, record_id: int | None = None) -> list[Any]:
    """The newest visible comments, on one record or on all: for the feed."""
    statement = _about(actor).where(comments.c.state == VISIBLE)
    if record_id is not None:
        statement = statement.where(comments.c.record_id == record_id)
    return list(db.session.execute(statement.order_by(comments.c.id.desc()).limit(limit)))


def queue(actor: Actor, after: str | None) -> paging.Page[Any]:
    """What waits for moderators: reported comments, and hidden ones whose authors appealed; oldest first."""
    open_ = select(CommentReport.comment_id).where(CommentReport.closed_at.is_(None))
    newest = select(func.max(ModerationAct.id)).group_by(ModerationAct.comment_id)
    appealed = select(ModerationAct.comment_id).where(ModerationAct.id.in_(newest), ModerationAct.act == APPEAL)
    waits = or_(comments.c.id.in_(open_), and_(comments.c.state == HIDDEN, comments.c.id.in_(appealed)))
    return paging.page_of(_about(actor).where(waits), [(comments.c.id, "id", int)], after)


def reports_of(actor: Actor, comment: Comment) -> list[Any]:
    """The open reports of a comment, without who made them; none for those who are not moderators."""
    if not actor.holds("moderator"):
        return []
    found = select(CommentReport.reason, CommentReport.words, CommentReport.at).where(
        CommentReport.comment_id == comment.id, CommentReport.closed_at.is_(None)
    )
    return list(db.session.execute(found.order_by(CommentReport.id)))


def log(actor: Actor, after: str | None) -> paging.Page[Any]:
    """Every act of moderation on pages the actor may see, newest first: the public log. No author is named."""
    done_by = aliased(records)
    statement = (
        select(
            ModerationAct.id, (-ModerationAct.id).label("key"), ModerationAct.comment_id, ModerationAct.act,
            ModerationAct.reason, ModerationAct.words, ModerationAct.at, records.c.kind, records.c.slug,
            records.c.title, done_by.c.title.label("organisation"),
        )
        .join(Comment, Comment.id == ModerationAct.comment_id)
        .join(records, records.c.id == Comment.record_id)
        .outerjoin(done_by, done_by.c.id == ModerationAct.organisation_id)
        .where(visible(actor))
    )  # fmt: skip
    return paging.page_of(statement, [(-ModerationAct.id, "key", int)], after)


def own(actor: Actor) -> list[dict[str, Any]]:
    """Everything the actor said, for the file of their data."""
    found = select(Comment.id, Comment.body, Comment.at, Comment.state).where(Comment.person_id == actor.person_id)
    return [
        {"id": row.id, "at": row.at.isoformat(), "text": row.body, "state": row.state}
        for row in db.session.execute(found.order_by(Comment.id))
    ]


def public(actor: Actor) -> Select[Any]:
    """Comments as their pages show them: hidden ones without their words, citizens under their alias or nobody's name."""
    shown = comments.c.state == VISIBLE
    return (
        select(
            comments.c.id, comments.c.record_id, comments.c.thread_id, comments.c.kind, comments.c.at, comments.c.edited_at,
            comments.c.organisation_id, case((comments.c.organisation_id.is_(None), Person.alias), else_=None).label("alias"),
            comments.c.state, comments.c.outcome, case((shown, comments.c.body), else_=None).label("body"),
        )
        .join(Person, Person.id == comments.c.person_id)
        .where(visible(actor, comments.c.record_id))
        .order_by(comments.c.id)
    )  # fmt: skip


def public_acts(actor: Actor) -> Select[Any]:
    """Every act of moderation, without who did it in person."""
    act = ModerationAct
    return (
        select(act.id, act.comment_id, act.act, act.reason, act.words, act.at, act.organisation_id)
        .join(Comment, Comment.id == act.comment_id)
        .where(visible(actor, Comment.record_id))
        .order_by(act.id)
    )
