"""What a record is called and said to be in other languages."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base


class RecordTranslation(Base):
    """The title and summary of a record in one other language."""

    __tablename__ = "record_translations"
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    original: Mapped[str] = mapped_column(String(64))
    """The mark of the title and summary that were translated: another one now means that it is out of date."""
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)


def mark_of(title: str, summary: str) -> str:
    """What is kept of the original that was translated."""
    return hashlib.sha256(f"{title}\n{summary}".encode()).hexdigest()
