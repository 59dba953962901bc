"""Baselines and targets: per place and period, in versions. A revised one never hides the original."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base
from observatory.kernel.exact import Exact


class Target(Base):
    """Where an indicator should be in a place by a period, and where it stood. Never edited: a later one takes its place."""

    __tablename__ = "indicator_targets"
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id", ondelete="CASCADE"))
    lineage: Mapped[int]
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    period: Mapped[str] = mapped_column(String(10))
    value: Mapped[Decimal] = mapped_column(Exact)
    baseline_period: Mapped[str] = mapped_column(String(10), default="")
    baseline_value: Mapped[Decimal | None] = mapped_column(Exact)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    document: Mapped[str] = mapped_column(String(300), default="")
    """The plan or agreement that sets it."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why the former one was revised."""
    set_on: Mapped[dt.date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("indicator_targets.id"), unique=True)
    __table_args__ = (Index("ix_indicator_targets_place", "indicator_id", "territory_id"),)
