"""What happens in a session: who is there, what is noted down, and what came of each item."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base


class Attendance(Base):
    """Somebody was in a session between two moments: on a seat, or as a guest. Whoever comes back has a second one."""

    __tablename__ = "attendances"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"))
    """Null for guests: they count for no quorum."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """For whom they sit there: the organisation of the seat, or its alternate."""
    as_written: Mapped[str] = mapped_column(String(200), default="")
    """Where a guest comes from."""
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    """Under which somebody who has an account sits there."""
    name: Mapped[str] = mapped_column(String(120), default="")
    """Shown to those who sit there only."""
    sex: Mapped[str | None] = mapped_column(String(1))
    """Null where nobody said it."""
    remote: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who recorded it."""
    __table_args__ = (
        Index(
            "uq_attendances_seat", "session_id", "seat_id", unique=True, sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )  # fmt: skip


class NoteEntry(Base):
    """What somebody wrote down while an item was dealt with. Appended, never changed: two may write at once."""

    __tablename__ = "note_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    """Made where it was written: however often it is sent, it stands here once."""
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    """The text, which is Markdown, rendered once."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    at: Mapped[dt.datetime]
    __table_args__ = (UniqueConstraint("session_id", "key", name="uq_note_entries_key"),)


class Outcome(Base):
    """What came of an item: an information, a deferral or an agreement, with the quorum of that moment."""

    __tablename__ = "outcomes"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    type: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    adopted_at: Mapped[dt.datetime]
    present: Mapped[int] = mapped_column(default=0)
    """Seats that were taken when it was adopted."""
    seats: Mapped[int] = mapped_column(default=0)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitments.id"), unique=True)
    """What it became: at most one commitment, of which it is the source."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    """What it changed of a commitment."""
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    exceptions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """{what the scorecard asks for: why this agreement has none}: public."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taken_back: Mapped[str] = mapped_column(String(500), default="")
    """Why it was taken back before the session ended; empty while it stands."""


class Reservation(Base):
    """An organisation that did not agree, or not to all of it, and says so."""

    __tablename__ = "reservations"
    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    text: Mapped[str] = mapped_column(String(1000), default="")
    __table_args__ = (UniqueConstraint("outcome_id", "organisation_id", name="uq_reservations_organisation"),)
