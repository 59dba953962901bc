"""Reading briefs, and which files belong to the items of an agenda."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from observatory.aspects.attachments.models import SHOWN, Attachment
from observatory.aspects.comments.models import VISIBLE, Comment
from observatory.kernel import db, printing
from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.records.queries import one_or_404, visible
from observatory.rooms.roundtables.models import AgendaDocument, AgendaItem, RoundtableSession, SessionBrief

NAME = "brief"
"""What the printed brief of a session is called among printed documents."""
items, chosen, briefs = AgendaItem.__table__, AgendaDocument.__table__, SessionBrief.__table__
_stands = and_(Attachment.state == SHOWN, or_(Comment.id.is_(None), Comment.state == VISIBLE))


def documents(actor: Actor, session_id: int) -> dict[int, list[Any]]:
    """The files of each item of a session's agenda that can be read, by item."""
    return _documents(session_id, visible(actor, items.c.session_id))


def documents_now(session: RoundtableSession) -> dict[int, list[Any]]:
    """The same of a session that is being convened, and shown to everyone only once that is committed."""
    return _documents(session.id)


def _documents(session_id: int, *conditions: Any) -> dict[int, list[Any]]:
    statement = (
        select(
            chosen.c.item_id, Attachment.id, Attachment.title, Attachment.file_name, Attachment.media_type, Attachment.size,
            Attachment.sha256,
        )
        .select_from(chosen.join(items, items.c.id == chosen.c.item_id))
        .join(Attachment, Attachment.id == chosen.c.attachment_id)
        .outerjoin(Comment, Comment.id == Attachment.comment_id)
        .where(items.c.session_id == session_id, _stands, *conditions)
        .order_by(chosen.c.item_id, Attachment.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.item_id, []).append(row)
    return found


def agenda_now(actor: Actor, session: RoundtableSession) -> list[Any]:
    """The items of a session that is being convened, in order, with what they are about as far as the actor may see it."""
    about = aliased(Record.__table__, name="about")
    columns = [about.c[name].label(f"about_{name}") for name in ("id", "kind", "slug", "title", "language", "is_demo")]
    statement = (
        select(*items.c, *columns)
        .select_from(items.outerjoin(about, and_(about.c.id == items.c.record_id, visible(actor, about.c.id))))
        .where(items.c.session_id == session.id)
        .order_by(items.c.position, items.c.id)
    )
    return list(db.session.execute(statement))


def find_item(actor: Actor, session: RoundtableSession, id: int) -> AgendaItem:
    """An item of a session that the actor may see, as an entity."""
    statement = select(AgendaItem).where(AgendaItem.id == id, AgendaItem.session_id == session.id)
    found: AgendaItem = one_or_404(statement.where(visible(actor, AgendaItem.session_id)))
    return found


def brief(actor: Actor, session_id: int) -> Any:
    """The brief of a session (content, digest, made_at), or None where there is none yet."""
    columns = (briefs.c.session_id, briefs.c.content, briefs.c.digest, briefs.c.made_at)
    statement = select(*columns).where(briefs.c.session_id == session_id, visible(actor, briefs.c.session_id))
    return db.session.execute(statement).one_or_none()


def links(actor: Actor, session: Any) -> Mapping[str, Any] | None:
    """Whether a session already shown has a brief, and whether that is printed."""
    statement = select(briefs.c.digest).where(briefs.c.session_id == session.id, visible(actor, briefs.c.session_id))
    digest = db.session.scalar(statement)
    if digest is None:
        return None
    return {"digest": digest, "printed": printing.printed(session.id, NAME, digest)}


def still_open(actor: Actor, session_id: int) -> set[int]:
    """The files of a session's page that can still be read."""
    statement = select(Attachment.id).outerjoin(Comment, Comment.id == Attachment.comment_id)
    return set(
        db.session.scalars(
            statement.where(Attachment.record_id == session_id, _stands, visible(actor, Attachment.record_id))
        )
    )


def public_briefs(actor: Actor) -> Select[Any]:
    """The brief of every session that the actor may see."""
    return select(*briefs.c).where(visible(actor, briefs.c.session_id)).order_by(briefs.c.session_id)


def public_documents(actor: Actor) -> Select[Any]:
    """Which files belong to which items, of the sessions that the actor may see."""
    statement = select(*chosen.c).join(items, items.c.id == chosen.c.item_id).where(visible(actor, items.c.session_id))
    return statement.order_by(chosen.c.item_id, chosen.c.attachment_id)
