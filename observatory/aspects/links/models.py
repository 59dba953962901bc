"""Typed links between records."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.text import lazy_

RELATIONS = {
    "supports": (lazy_("Supports"), lazy_("Supported by")),
    "contradicts": (lazy_("Contradicts"), lazy_("Contradicted by")),
    "continues": (lazy_("Continues"), lazy_("Continued by")),
    "cites": (lazy_("Cites"), lazy_("Cited by")),
    "part_of": (lazy_("Is part of"), lazy_("Has as a part")),
    "see_also": (lazy_("See also"), lazy_("See also")),
}
"""How a link is called from the record it begins at, and from the one it leads to."""


class RecordLink(Base):
    """One record says something about another."""

    __tablename__ = "record_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    relation: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(300), default="")
    """Why, in a sentence; empty where the relation says it all."""
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    __table_args__ = (UniqueConstraint("from_id", "to_id", "relation"),)
