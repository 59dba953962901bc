"""What a participation body decides about a commitment, and what others contribute to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_

DECISIONS = {
    "due_date": lazy_("A new due date"),
    "suspension": lazy_("Suspension"),
    "resumption": lazy_("Resumption after a suspension"),
    "cancellation": lazy_("Cancellation"),
    "supersession": lazy_("Superseded by another commitment"),
}
FORMS = {
    "cash": lazy_("Money"),
    "in_kind": lazy_("In kind"),
    "works_for_taxes": lazy_("Works for taxes (public money)"),
    "expertise": lazy_("Knowledge and work"),
}
PLEDGED, DELIVERED, CONFIRMED, LAPSED = "pledged", "delivered", "verified", "lapsed"
CONTRIBUTION_STATES = {
    PLEDGED: lazy_("Pledged"),
    DELIVERED: lazy_("Delivered, as its giver says"),
    CONFIRMED: lazy_("Delivery verified"),
    LAPSED: lazy_("Lapsed"),
}


class Decision(Base):
    """A decision of a participation body about a commitment: a session of it takes it."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    decided_on: Mapped[dt.date]
    document: Mapped[str] = mapped_column(String(400))
    document_url: Mapped[str] = mapped_column(String(500), default="")
    session_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"), index=True)
    """The session that took it, where that has a page here."""
    reason: Mapped[str] = mapped_column(String(1000))
    due_before: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class Contribution(Base):
    """What an organisation gives to a commitment that another one owes: it never replaces the duty of that one."""

    __tablename__ = "contributions"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    form: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(300))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = mapped_column(String(3), default="PEN")
    state: Mapped[str] = mapped_column(String(10), default=PLEDGED)
    pledged_on: Mapped[dt.date]
    delivered_on: Mapped[dt.date | None]
    settled_on: Mapped[dt.date | None]
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")

    def deliver(self, today: dt.date) -> None:
        """Its giver says that it was handed over."""
        self._must_be(PLEDGED)
        self.state, self.delivered_on = DELIVERED, today

    def confirm(self, verifier_id: int | None, today: dt.date) -> None:
        """A verifier of another sector saw it handed over."""
        self._must_be(DELIVERED)
        self.state, self.verifier_id, self.settled_on = CONFIRMED, verifier_id, today

    def lapse(self, reason: str, today: dt.date) -> None:
        """It will not come."""
        self._must_be(PLEDGED, DELIVERED)
        self.state, self.reason, self.settled_on = LAPSED, reason, today

    def _must_be(self, *states: str) -> None:
        if self.state not in states:
            raise Invalid(lazy_("Somebody has changed this already: look at the page again."))
