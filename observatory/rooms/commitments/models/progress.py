"""Milestones, what is reported of them, and the evidence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.text import lazy_

OFFERED, ACCEPTED, REJECTED, GONE = "offered", "accepted", "rejected", "gone"
EVIDENCE_STATES = {
    OFFERED: lazy_("Offered"),
    ACCEPTED: lazy_("Accepted by the verifier"),
    REJECTED: lazy_("Rejected by the verifier"),
    GONE: lazy_("Withdrawn"),
}


class Milestone(Base):
    """A step of a commitment with its part of the whole. Fixed once the commitment is proposed."""

    __tablename__ = "milestones"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    weight: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    """Percent of the whole; those of one commitment add up to 100."""
    due_on: Mapped[dt.date | None]
    claimed: Mapped[int] = mapped_column(default=0)
    """What the standing report claims of it, in percent."""


class ProgressUpdate(Base):
    """What a party reports at a moment. Never edited: a mistake is superseded by another report."""

    __tablename__ = "progress_updates"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    narrative: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    as_of: Mapped[dt.date]
    """The day of which it speaks."""
    percent: Mapped[int]
    """What is claimed of the whole, in hundredths of a percent."""
    complete: Mapped[bool]
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("progress_updates.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it replaces the one before."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class MilestoneReport(Base):
    """What a report claims of a milestone, in percent."""

    __tablename__ = "milestone_reports"
    update_id: Mapped[int] = mapped_column(ForeignKey("progress_updates.id", ondelete="CASCADE"), primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"), primary_key=True)
    percent: Mapped[int]


class Evidence(Base):
    """A file or a page elsewhere that a report or a finding rests on. A verifier accepts or rejects that of a report."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("progress_updates.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    """The finding that rests on it, where it is not a report's."""
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default=OFFERED)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
