"""What a commitment, and whatever else has a page, is measured by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base
from observatory.kernel.exact import Exact


class Measure(Base):
    """A record names an indicator in a place, where it stood and where it should be by a period. Never edited: ended."""

    __tablename__ = "measures"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    lineage: Mapped[int]
    """That of the definition in force when it was named: baseline and target are in its unit, and so are the figures."""
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    baseline_period: Mapped[str] = mapped_column(String(10), default="")
    baseline_value: Mapped[Decimal | None] = mapped_column(Exact)
    period: Mapped[str] = mapped_column(String(10), default="")
    """By when; empty where no target is named."""
    value: Mapped[Decimal | None] = mapped_column(Exact)
    set_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it no longer measures it."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
