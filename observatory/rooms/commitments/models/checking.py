"""What others find when they look, and what they say is not done."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_

CONFIRMED, PARTLY, NOT_CONFIRMED, UNDETERMINED = "confirmed", "partly", "not_confirmed", "cannot_determine"
FINDINGS = {
    CONFIRMED: lazy_("Confirmed: it is done"),
    PARTLY: lazy_("Partly: some of it is done"),
    NOT_CONFIRMED: lazy_("Not confirmed: it is not done"),
    UNDETERMINED: lazy_("Can't be determined"),
}
OPEN, ANSWERED, SETTLED = "open", "answered", "settled"
DISPUTE_STATES = {
    OPEN: lazy_("Waits for an answer"),
    ANSWERED: lazy_("Answered"),
    SETTLED: lazy_("Settled"),
}
HOW_SETTLED = {
    "accepted": lazy_("whoever said so accepts the answer"),
    "withdrawn": lazy_("whoever said so takes it back"),
    "finding": lazy_("a verifier looked and confirmed that it is done"),
    "body": lazy_("the participation body closed it, since it was answered"),
    "closed": lazy_("the commitment was closed by a decision"),
    "upheld": lazy_("a verifier looked and found that it is not done"),
}


class Finding(Base):
    """What a verifier of another organisation and another sector found. Never edited; another finding may follow."""

    __tablename__ = "findings"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    finding: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(500))
    narrative: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    looked_on: Mapped[dt.date]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class VerifierAsked(Base):
    """An organisation that the secretary of a participation body asked to look, or that an agreement names."""

    __tablename__ = "verifiers_asked"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    agreed: Mapped[bool] = mapped_column(default=False)
    """Named by the agreement: it is asked once the commitment is reported complete."""
    told_at: Mapped[dt.datetime | None]
    """When it was asked last; null while it is only named."""
    done_at: Mapped[dt.datetime | None]
    """When its finding came."""
    __table_args__ = (UniqueConstraint("commitment_id", "organisation_id", name="uq_verifiers_asked"),)


class Dispute(Base):
    """Somebody says that it is not done. What they say is a comment of the discussion, and is moderated there."""

    __tablename__ = "disputes"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    answer_html: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    settled_at: Mapped[dt.datetime | None]
    how: Mapped[str] = mapped_column(String(10), default="")

    def answer(self, html: str, organisation_id: int | None) -> None:
        """The accountable party answers."""
        if self.state != OPEN:
            raise Invalid(lazy_("This was answered already."))
        self.state, self.answer_html = ANSWERED, html
        self.answered_at, self.answered_by_id = clock.now(), organisation_id

    def reopen(self) -> None:
        """What settled it no longer stands."""
        self.state, self.how, self.settled_at = ANSWERED if self.answered_at else OPEN, "", None

    def settle(self, how: str) -> None:
        """It is at an end."""
        if self.state == SETTLED:
            raise Invalid(lazy_("This is settled already."))
        self.state, self.how, self.settled_at = SETTLED, how, clock.now()
