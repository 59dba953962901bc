"""What is kept of changed sources. Facts and sources themselves stand with the records, which show them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base


class SourceChange(Base):
    """A source was added or corrected. Append-only: a source is no record, so this is its history."""

    __tablename__ = "source_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{field: [old, new]}; on adding old is empty."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
