"""A handover, the items of its inventory, and who signed it; the rules about one of them."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.cleaning import line, sane_day
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid, Stale
from observatory.kernel.text import lazy_, lazy_p
from observatory.records import Record
from observatory.records.models import CHANGED

OPEN, CLOSED = "open", "closed"
STATES = {OPEN: lazy_p("handover", "Under way"), CLOSED: lazy_p("handover", "Closed, signed by both")}
PREPARING, TRANSFER = "preparing", "transfer"
STAGES = {
    PREPARING: lazy_p("handover", "Being prepared"),
    TRANSFER: lazy_p("handover", "Being handed over"),
    CLOSED: lazy_p("handover", "Closed, signed by both"),
}
"""How far it has come: told from its state, its dates and its signatures."""
OUTGOING, INCOMING = "outgoing", "incoming"
SIDES = {OUTGOING: lazy_("The office that goes"), INCOMING: lazy_("The office that comes")}
RECEIVED, OBSERVED = "received", "observed"
ANSWERS = {RECEIVED: lazy_p("handover", "Received"), OBSERVED: lazy_p("handover", "Observed")}
CUSTODY = "custody"
"""The source of what was added by hand."""
KINDS = {
    "account": lazy_("Accounts and systems"),
    "seal": lazy_("Seals and stamps"),
    "key": lazy_("Keys and access"),
    "archive": lazy_("Archives and files"),
    "other": lazy_("Something else"),
}
"""What is in somebody's custody."""
LONGEST = 400
"""Days before the last day on which a handover can be opened."""
MOST_ITEMS = 3000


class Handover(Record):
    """The end of a term of the organisation that keeps it. Its slug is its number; it is public once it is opened.

    Whether it is being prepared or handed over, and what is orphaned, is never stored: `formulas` tells it.
    """

    __tablename__ = "handovers"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    term_ends_on: Mapped[dt.date] = mapped_column(index=True)
    """The last day of the term. It decides, whatever is signed or not."""
    act: Mapped[str] = mapped_column(String(400), default="")
    """Which proclaims the successors."""
    proclaimed_by: Mapped[str] = mapped_column(String(200), default="")

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "handover",
        "inherit_condition": id == Record.id,
    }

    def describe(self, *, term_ends_on: dt.date | None, act: str, proclaimed_by: str, today: dt.date) -> None:
        """Take the last day of the term and the act that proclaims the successors; raises Invalid naming the field."""
        last = sane_day("term_ends_on", term_ends_on)
        if last is None or last < today or (last - today).days > LONGEST:
            words = lazy_("Give the last day of the term: today or later, and not more than a year from now.")
            raise Invalid(words, field="term_ends_on")
        values = {"term_ends_on": last, "act": line(400, least=4)("act", act)}
        values["proclaimed_by"] = line(200, least=3)("proclaimed_by", proclaimed_by)
        for name, value in values.items():
            if value != getattr(self, name):
                setattr(self, name, value)

    def close(self) -> None:
        """Both have signed: it stays as it is."""
        self.state = CLOSED


class HandoverItem(Base):
    """Something that is handed over: drafted from what a room declares, or added by hand."""

    __tablename__ = "handover_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(40))
    """The source of holdings that knew of it; CUSTODY where a person did."""
    key: Mapped[str] = mapped_column(String(120))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"), index=True)
    """Whoever may see that may see the item; null where everybody may."""
    title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(5), default="es")
    url: Mapped[str] = mapped_column(String(500), default="")
    why: Mapped[str] = mapped_column(String(500), default="")
    """How it stood when it was written down."""
    kind: Mapped[str] = mapped_column(String(10), default="")
    """One of KINDS, of what is in custody."""
    detail: Mapped[str] = mapped_column(Text, default="")
    """Where it is and who has it: for the organisation's own people alone. Never a secret."""
    drafted_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    note: Mapped[str] = mapped_column(Text, default="")
    """What the outgoing office says of it."""
    confirmed_at: Mapped[dt.datetime | None]
    confirmed_under_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    answer: Mapped[str] = mapped_column(String(10), default="")
    """RECEIVED or OBSERVED by the incoming office; empty while it said neither."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[dt.datetime | None]
    answered_under_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    __table_args__ = (
        UniqueConstraint("handover_id", "number", name="uq_handover_items_number"),
        UniqueConstraint("handover_id", "key", name="uq_handover_items_key"),
    )

    def expect(self, version: int | None) -> None:
        """Raise Stale, with what stands now, unless the form showed this very version."""
        if version is not None and version != self.version:
            raise Stale(CHANGED, {"note_": self.note, "answer": self.answer, "reason": self.reason}, self.version)

    def confirm(self, note: str, *, confirmed: bool, mandate_id: int | None) -> None:
        """The outgoing office says that it is so, or what it has to say instead."""
        if self.answer:
            raise Invalid(lazy_("The office that comes has answered this item already."))
        if not confirmed and not note:
            raise Invalid(lazy_("Confirm it, or say why you can't: in what state it is, where it is."), field="note_")
        self.note = note
        self.confirmed_at = clock.now() if confirmed else None
        self.confirmed_under_id = mandate_id if confirmed else None

    def answer_as(self, answer: str, reason: str, *, mandate_id: int | None) -> None:
        """The incoming office receives it, or says what is wrong with it."""
        if answer not in ANSWERS:
            raise Invalid(lazy_("Choose one from the list."), field="answer")
        self.answer, self.reason = answer, reason if answer == OBSERVED else ""
        self.answered_at, self.answered_under_id = clock.now(), mandate_id


class HandoverSignature(Base):
    """An approval by mandate: who said, for which side, that the inventory is as it then was."""

    __tablename__ = "handover_signatures"
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"))
    role: Mapped[str] = mapped_column(String(30))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was signed, as canonical JSON."""
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[dt.datetime | None]
    """When the inventory was changed after it."""
