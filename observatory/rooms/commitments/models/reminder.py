"""Which reminders of a due date went out: so that each goes out once, whoever sends it and whenever."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base

OWES, KEEPS = "owes", "keeps"
"""As what an organisation was reminded: it owes the commitment or carries it out, or it is the body that posted it."""


class CommitmentReminder(Base):
    """An organisation was reminded of a date: of the commitment itself, or of one of its milestones.

    A date that a decision moved is another date: its steps count anew.
    """

    __tablename__ = "commitment_reminders"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(10))
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[dt.date]
    """The last day in time, as it was then: the days of a suspension are in it."""
    step: Mapped[int]
    """Days from that date: below zero before it, above zero after."""
    sent_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index(
            "uq_commitment_reminders_due", "organisation_id", "part", "commitment_id", "due_on", "step", unique=True,
            sqlite_where=milestone_id.is_(None), postgresql_where=milestone_id.is_(None),
        ),
        Index(
            "uq_commitment_reminders_milestone", "organisation_id", "part", "milestone_id", "due_on", "step", unique=True,
            sqlite_where=milestone_id.is_not(None), postgresql_where=milestone_id.is_not(None),
        ),
        Index("ix_commitment_reminders_sent_at", "organisation_id", "part", "sent_at"),
    )  # fmt: skip
