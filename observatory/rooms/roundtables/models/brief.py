"""What a session was convened with, as it stood then, and which files belong to an item of its agenda."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base


class SessionBrief(Base):
    """The brief of a session, frozen when it was convened: later changes of what it tells of do not reach it."""

    __tablename__ = "session_briefs"
    session_id: Mapped[int] = mapped_column(
        ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON, to the letter what the digest is of."""
    digest: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of `content` in UTF-8."""
    made_at: Mapped[dt.datetime]


class AgendaDocument(Base):
    """A file of the session's page that belongs to an item of its agenda."""

    __tablename__ = "agenda_documents"
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
