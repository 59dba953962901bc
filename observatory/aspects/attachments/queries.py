"""Reading attachments: those of a record, one of them, what waits to be published, and words for search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from observatory.aspects.attachments.models import (
    ERASED,
    SHOWN,
    WAITS,
    Attachment,
    AttachmentDraft,
    AttachmentText,
)
from observatory.aspects.comments.models import VISIBLE, Comment
from observatory.kernel import clock, db, paging
from observatory.kernel.policy import Actor
from observatory.records.queries import one_or_404, records, visible

PANEL = 6
MOST_SEARCHED = 600_000
"""Characters of all documents of one record that are searched."""
_of = aliased(records)


def _open() -> ColumnElement[bool]:
    """The condition that a file is neither withdrawn nor hidden with its comment."""
    return and_(Attachment.state == SHOWN, or_(Comment.id.is_(None), Comment.state == VISIBLE))


def _rows(actor: Actor, record_id: int) -> Select[Any]:
    return (
        select(
            Attachment.id, Attachment.title, Attachment.file_name, Attachment.media_type, Attachment.size,
            Attachment.width, Attachment.height, Attachment.preview_sha256, Attachment.at, Attachment.comment_id,
            Attachment.covered, _of.c.slug.label("organisation_slug"), _of.c.title.label("organisation"),
            _of.c.language.label("organisation_language"), (-Attachment.id).label("key"),
        )
        .outerjoin(Comment, Comment.id == Attachment.comment_id)
        .outerjoin(_of, and_(_of.c.id == Attachment.organisation_id, visible(actor, _of.c.id)))
        .where(Attachment.record_id == record_id, _open())
    )  # fmt: skip


def of(actor: Actor, record_id: int, limit: int = PANEL) -> list[Any]:
    """The newest files of a record already shown."""
    return list(db.session.execute(_rows(actor, record_id).order_by(Attachment.id.desc()).limit(limit)))


def page(actor: Actor, record_id: int, after: str | None) -> paging.Page[Any]:
    """All files of a record already shown, newest first."""
    return paging.page_of(_rows(actor, record_id), [(-Attachment.id, "key", int)], after)


def count(actor: Actor, record_id: int) -> int:
    """How many files of a record already shown can be read."""
    found = select(func.count(Attachment.id)).outerjoin(Comment, Comment.id == Attachment.comment_id)
    return db.session.scalar(found.where(Attachment.record_id == record_id, _open())) or 0


def find(actor: Actor, id: int) -> Attachment:
    """A file with its record and the comment that announced it, if the actor may see the record."""
    found: Attachment = one_or_404(
        select(Attachment)
        .options(joinedload(Attachment.record), joinedload(Attachment.comment))
        .where(Attachment.id == id, visible(actor, Attachment.record_id))
    )
    return found


def added_by(actor: Actor, attachment: Attachment) -> Any:
    """The organisation for which a file already shown was added, as far as the actor may see it; or None."""
    statement = select(records.c.slug, records.c.title, records.c.language)
    return db.session.execute(statement.where(records.c.id == attachment.organisation_id, visible(actor))).one_or_none()


def text_of(actor: Actor, attachment: Attachment) -> str:
    """The words of a file already shown; empty where there are none, or they were not read yet."""
    found = select(AttachmentText.text).where(AttachmentText.attachment_id == attachment.id)
    return db.session.scalar(found) or ""


def draft(actor: Actor, id: str) -> AttachmentDraft:
    """Something the actor sent on a record they may see, and did not publish yet."""
    found: AttachmentDraft = one_or_404(
        select(AttachmentDraft)
        .options(joinedload(AttachmentDraft.record))
        .where(
            AttachmentDraft.id == id, AttachmentDraft.person_id == actor.person_id,
            AttachmentDraft.at > clock.now() - WAITS, visible(actor, AttachmentDraft.record_id),
        )
    )  # fmt: skip
    return found


def drafts(actor: Actor, record_id: int) -> list[AttachmentDraft]:
    """What the actor sent to a record already shown and did not publish yet, oldest first."""
    statement = select(AttachmentDraft).where(
        AttachmentDraft.record_id == record_id, AttachmentDraft.person_id == actor.person_id,
        AttachmentDraft.at > clock.now() - WAITS,
    )  # fmt: skip
    return list(db.session.scalars(statement.order_by(AttachmentDraft.at, AttachmentDraft.id)))


def used(actor: Actor, organisation_id: int | None) -> int:
    """Bytes that the files of an organisation take; equal content counts each time."""
    found = select(func.coalesce(func.sum(Attachment.size), 0))
    return int(
        db.session.scalar(
            found.where(Attachment.organisation_id == organisation_id, Attachment.state != ERASED)
        ) or 0
    )  # fmt: skip


def texts(ids: Sequence[int]) -> Mapping[int, str]:
    """The words of the open files of each of these records, for the search index."""
    statement = (
        select(Attachment.record_id, Attachment.title, AttachmentText.text)
        .outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .outerjoin(Comment, Comment.id == Attachment.comment_id)
        .where(Attachment.record_id.in_(ids), _open())
        .order_by(Attachment.id)
    )
    found: dict[int, str] = {}
    for row in db.session.execute(statement):
        told = f"{found.get(row.record_id, '')}\n{row.title}\n{row.text or ''}"
        found[row.record_id] = told[:MOST_SEARCHED]
    return found


def contents(connection: Connection) -> Iterator[str]:
    """The stored files that attachments speak of, erased ones excepted."""
    found = select(Attachment.sha256, Attachment.preview_sha256).where(Attachment.state != ERASED)
    for row in connection.execute(found):
        yield row.sha256
        if row.preview_sha256:
            yield row.preview_sha256


def own(actor: Actor) -> list[dict[str, Any]]:
    """The files that the actor added, for the file of their data."""
    found = select(Attachment.id, Attachment.file_name, Attachment.sha256, Attachment.at, Attachment.state)
    return [
        {"id": row.id, "name": row.file_name, "sha256": row.sha256, "at": row.at.isoformat(), "state": row.state}
        for row in db.session.execute(found.where(Attachment.person_id == actor.person_id).order_by(Attachment.id))
    ]


def public(actor: Actor) -> Select[Any]:
    """The files of records that the actor may see; of those that are hidden, withdrawn or erased, only that they were."""
    open_ = _open()

    def shown(column: Any) -> Any:
        return case((open_, column), else_=None).label(column.key)

    return (
        select(
            Attachment.id, Attachment.record_id, Attachment.comment_id, shown(Attachment.title), shown(Attachment.file_name),
            Attachment.media_type, Attachment.size, Attachment.sha256, Attachment.at, Attachment.organisation_id,
            Attachment.state, Attachment.reason, open_.label("is_open"),
        )
        .outerjoin(Comment, Comment.id == Attachment.comment_id)
        .where(visible(actor, Attachment.record_id))
        .order_by(Attachment.id)
    )  # fmt: skip


def public_files(actor: Actor) -> list[str]:
    """The SHA-256 of every file that the actor may read."""
    found = select(Attachment.sha256).outerjoin(Comment, Comment.id == Attachment.comment_id)
    return sorted(set(db.session.scalars(found.where(visible(actor, Attachment.record_id), _open()))))
