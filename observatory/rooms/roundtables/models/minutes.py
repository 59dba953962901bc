"""The minutes of a session: circulated, amended, signed, published; afterwards only added to."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_, render_markdown
from observatory.rooms.roundtables.models.words import ACCEPTED, CIRCULATED, OPEN, PUBLISHED, REJECTED


def canonical(content: Any) -> bytes:
    """`content` as the bytes of which the hash is taken: JSON in UTF-8, keys in order, no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: Any) -> str:
    """The SHA-256 of `content`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


class Minutes(Base):
    """What is signed of a session: its content as it stood when it was circulated, or last amended, and the hash of that."""

    __tablename__ = "minutes"
    session_id: Mapped[int] = mapped_column(
        ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(12), default=CIRCULATED)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    html: Mapped[dict[str, str]] = mapped_column(JSON)
    """What was said, rendered once, by the number of the item."""
    digest: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=1)
    """Counts on with each amendment that is taken in: whoever had signed signs again."""
    circulated_at: Mapped[dt.datetime]
    amend_until: Mapped[dt.date]
    """The last day for proposing amendments."""
    published_at: Mapped[dt.datetime | None]
    unsigned: Mapped[str] = mapped_column(String(500), default="")
    """Why they were published although somebody had not signed; empty where all had."""

    def hold(self, content: dict[str, Any]) -> None:
        """Let the content be this from now on."""
        self.content, self.digest = content, digest_of(content)
        self.html = {str(item["item"]): render_markdown(item["discussion"]) for item in content["agenda"]}

    def amend(self, content: dict[str, Any], *, until: dt.date) -> None:
        """Take in what changed: signatures count for one revision only, and there are some days for the next one."""
        self._must_circulate()
        self.hold(content)
        self.revision += 1
        self.amend_until = max(self.amend_until, until)

    def publish(self, at: dt.datetime, unsigned: str) -> None:
        """Show them to everyone; they never change again."""
        self._must_circulate()
        self.state, self.published_at, self.unsigned = PUBLISHED, at, unsigned

    def _must_circulate(self) -> None:
        if self.state != CIRCULATED:
            raise Invalid(lazy_("The minutes are published: they can be added to, and not changed."))


class Amendment(Base):
    """What somebody who was there wants the minutes to say instead."""

    __tablename__ = "amendments"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[dt.datetime]

    def settle(self, *, taken_in: bool, answer: str) -> None:
        """Take it in or not, with an answer."""
        if self.state != OPEN:
            raise Invalid(lazy_("Somebody has decided on this already: look at the page again."))
        self.state, self.answer = ACCEPTED if taken_in else REJECTED, answer


class Signature(Base):
    """Somebody approved one revision of the minutes for an organisation, under a mandate that was in force."""

    __tablename__ = "signatures"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    role: Mapped[str] = mapped_column(String(30))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
    __table_args__ = (UniqueConstraint("session_id", "organisation_id", "digest", name="uq_signatures_organisation"),)


class Addendum(Base):
    """What was added to published minutes; its hash covers that of what stood before it."""

    __tablename__ = "addenda"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    at: Mapped[dt.datetime]
