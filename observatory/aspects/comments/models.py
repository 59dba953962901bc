"""Comments with their versions, what was reported, and every act of moderation."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_, render_markdown
from observatory.people.models import Person
from observatory.records import Record

COMMENT, ERROR, FILE, DISPUTE = "comment", "error", "file", "dispute"
VISIBLE, HIDDEN = "visible", "hidden"
EDITABLE = dt.timedelta(minutes=15)
LONGEST = 8_000
REASONS = {
    "insult": lazy_("It insults or threatens somebody."),
    "private": lazy_("It exposes somebody's private data."),
    "accusation": lazy_("It accuses a person of a crime without anything to show for it."),
    "off_topic": lazy_("It has nothing to do with this page."),
    "spam": lazy_("It is advertising."),
    "duplicate": lazy_("It says the same as another comment of the same person."),
}
"""For which a comment is reported or hidden; the list is short so that each can be argued about."""
OUTCOMES = {"corrected": lazy_("Corrected"), "no_error": lazy_("No error")}
HIDE, RESTORE, APPEAL, UPHOLD = "hide", "restore", "appeal", "uphold"
ACTS = {
    HIDE: lazy_("Hidden"),
    RESTORE: lazy_("Shown again"),
    APPEAL: lazy_("Appealed by its author"),
    UPHOLD: lazy_("Stays hidden after the appeal"),
}


class Comment(Base):
    """What somebody says about a record: for an organisation, or as a citizen. Never deleted."""

    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"), index=True)
    """The comment that began the thread; null for that one itself."""
    kind: Mapped[str] = mapped_column(String(20), default=COMMENT)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[dt.datetime | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """For whom they spoke; null: as a citizen, under the alias or the name of the account."""
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    state: Mapped[str] = mapped_column(String(10), default=VISIBLE)
    outcome: Mapped[str | None] = mapped_column(String(20))
    """Of a report of an error: what the record's keeper found; null while it is open."""
    version: Mapped[int] = mapped_column()

    record: Mapped[Record] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    __table_args__ = (
        Index("ix_comments_record_id_thread_id_id", "record_id", "thread_id", "id"),
        Index("ix_comments_kind_outcome", "kind", "outcome"),
    )

    def say(self, body: str, linked: str) -> None:
        """Take a text, checked and rendered once; `linked` is the same with the names of organisations as links."""
        body = body.replace("\r\n", "\n").strip()
        if len(body) < 2:
            raise Invalid(lazy_("Write something."), field="body")
        if len(body) > LONGEST:
            raise Invalid(lazy_("Shorten it to 8,000 characters, or say it in two comments."), field="body")
        self.body, self.html = body, render_markdown(linked)

    def is_editable(self) -> bool:
        """Whether its author may still change it; afterwards a correction is a reply."""
        return self.state == VISIBLE and clock.now() - self.at < EDITABLE


class CommentVersion(Base):
    """What a comment said before it was edited."""

    __tablename__ = "comment_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    html: Mapped[str] = mapped_column(Text)
    until: Mapped[dt.datetime] = mapped_column(default=clock.now)


class CommentMention(Base):
    """An organisation that a comment names: its people find it in their list."""

    __tablename__ = "comment_mentions"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, index=True)


class CommentReport(Base):
    """Somebody finds that a comment should be hidden. Seen by moderators alone."""

    __tablename__ = "comment_reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class ModerationAct(Base):
    """Something a moderator did to a comment, or an author's appeal against it. Public, append-only."""

    __tablename__ = "moderation_acts"
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
