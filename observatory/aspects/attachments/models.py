"""Files attached to records, their words, and what was sent and is not published yet."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from observatory.aspects.comments.models import VISIBLE, Comment
from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_
from observatory.records import Record

SHOWN, WITHDRAWN, ERASED = "shown", "withdrawn", "erased"
STATES = {SHOWN: lazy_("Published"), WITHDRAWN: lazy_("Withdrawn"), ERASED: lazy_("Erased")}
WAITS = dt.timedelta(days=1)
"""How long something sent waits to be published."""


class Attachment(Base):
    """A file on a record. Its content never changes: another version is another attachment.

    It was announced by a comment, under which it is discussed, reported and moderated; while that is hidden, so is the file.
    """

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    """What it is; of a picture, what it shows, read aloud to whoever can't see it."""
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    preview_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    covered: Mapped[bool] = mapped_column(default=False)
    """Whether parts of the picture were covered before it was published."""
    state: Mapped[str] = mapped_column(String(10), default=SHOWN)
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was withdrawn or erased."""
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    read_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    """When its words were read for search; null while that waits, and never null for pictures."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    version: Mapped[int] = mapped_column()

    record: Mapped[Record] = relationship(lazy="raise_on_sql")
    comment: Mapped[Comment | None] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    __table_args__ = (Index("ix_attachments_record_id_id", "record_id", "id"),)

    @property
    def is_hidden(self) -> bool:
        """Whether a moderator hides it, with the comment that announced it."""
        return self.comment is not None and self.comment.state != VISIBLE

    @property
    def is_open(self) -> bool:
        """Whether it can be read by whoever may see the record."""
        return self.state == SHOWN and not self.is_hidden

    def withdraw(self, reason: str) -> None:
        """Take it off the page; what it was and why it went stays to be read."""
        if self.state != SHOWN:
            raise Invalid(lazy_("This file is not published."))
        self.state, self.reason = WITHDRAWN, reason

    def bring_back(self) -> None:
        """Publish anew what was withdrawn."""
        if self.state != WITHDRAWN:
            raise Invalid(lazy_("This file was not withdrawn, or was erased."))
        self.state, self.reason = SHOWN, ""

    def erase(self, reason: str) -> None:
        """Give up the content for good. Its SHA-256 stays: a copy that somebody kept can still be recognised."""
        if self.state == ERASED:
            raise Invalid(lazy_("This file was erased already."))
        self.state, self.reason = ERASED, reason


class AttachmentText(Base):
    """The words of a document, as its library read them: for search."""

    __tablename__ = "attachment_texts"
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class AttachmentDraft(Base):
    """Something sent and not published yet. Its content is sealed beside the database, for its sender's session alone."""

    __tablename__ = "attachment_drafts"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    at: Mapped[dt.datetime] = mapped_column(default=clock.now, index=True)

    record: Mapped[Record] = relationship(lazy="raise_on_sql")
