"""Tags and the records that carry them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base


class Tag(Base):
    """A subject. The list is short on purpose: a tag nobody filters by is noise."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    label_es: Mapped[str] = mapped_column(String(80))
    label_en: Mapped[str] = mapped_column(String(80))


class RecordTag(Base):
    """A record carries a tag."""

    __tablename__ = "record_tags"
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)
