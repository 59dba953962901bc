"""The base table of everything with a page, who may see it, where it belongs and where its figures come from."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid, Stale
from observatory.kernel.text import lazy_, sort_key

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
STATES = {DRAFT: lazy_("Draft"), PUBLISHED: lazy_("Published"), WITHDRAWN: lazy_("Withdrawn")}


LANGUAGES = {"es": lazy_("Spanish"), "en": lazy_("English"), "qu": lazy_("Quechua"), "ay": lazy_("Aymara")}
"""Languages a record's own words may be in; the pages around them are in fewer."""
CHANGED = lazy_("Somebody else changed this while you were writing. Nothing of yours is lost: compare and decide.")


class Source(Base):
    """Where a figure or a fact comes from."""

    __tablename__ = "sources"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(400))
    publisher: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")
    as_of: Mapped[str] = mapped_column(String(40), default="")
    """The date or vintage as the source states it; empty where it states none."""
    note: Mapped[str] = mapped_column(Text, default="")


class RecordPlace(Base):
    """A record belongs at a place; the place's ancestors follow from its path."""

    __tablename__ = "record_places"
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(
        ForeignKey("territories.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RecordAudience(Base):
    """Who may see a record: it is visible to whoever carries one of its labels."""

    __tablename__ = "record_audience"
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    __table_args__ = (Index("ix_record_audience_label_record_id", "label", "record_id"),)


class Record(Base):
    """Something with its own page: an organisation, a place, a site and every later kind.

    Withdrawn, never deleted. `version` counts changes; a form carries the one it showed.
    """

    __tablename__ = "records"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    slug: Mapped[str] = mapped_column(String(90))
    title: Mapped[str] = mapped_column(String(300))
    sort_title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="es")
    keeper_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", use_alter=True, name="fk_records_keeper_id"), index=True
    )
    territory_id: Mapped[int | None] = mapped_column(
        ForeignKey("territories.id", use_alter=True, name="fk_records_territory_id"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(
        ForeignKey("sites.id", use_alter=True, name="fk_records_site_id"), index=True
    )
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    state: Mapped[str] = mapped_column(String(20), default=PUBLISHED)
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Fictitious: shown as such on every page, never summed with real records."""
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_on": "kind",
        "polymorphic_abstract": True,
        "version_id_col": version,
    }
    __table_args__ = (
        UniqueConstraint("kind", "slug", name="uq_records_kind_slug"),
        Index("ix_records_kind_sort_title", "kind", "sort_title", "id"),
        Index("ix_records_updated_at", "updated_at"),
        Index("ix_records_kind_state_is_demo", "kind", "state", "is_demo"),
    )

    source: Mapped[Source | None] = relationship(lazy="raise_on_sql", foreign_keys=[source_id])

    @validates("title")
    def _sorted(self, key: str, title: str) -> str:
        self.sort_title = sort_key(title)
        return title

    def publish(self) -> None:
        """Show it to everyone."""
        if self.state == PUBLISHED:
            raise Invalid(lazy_("This is already published."))
        self.state = PUBLISHED

    def withdraw(self) -> None:
        """Take it out of lists; its page stays with the reason."""
        if self.state != PUBLISHED:
            raise Invalid(lazy_("Only what is published can be withdrawn."))
        self.state = WITHDRAWN

    def expect(self, version: int | None, current: dict[str, object]) -> None:
        """Raise Stale, with the `current` values, unless the form showed this very version."""
        if version is not None and version != self.version:
            raise Stale(
                CHANGED,
                current,
                self.version,
            )


class Contradiction(Base):
    """Sources that say different things about a record. Each claim is shown beside the others; none is chosen."""

    __tablename__ = "contradictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    question_es: Mapped[str] = mapped_column(String(300))
    question_en: Mapped[str] = mapped_column(String(300), default="")
    consequence_es: Mapped[str] = mapped_column(Text, default="")
    """What depends on the answer."""
    consequence_en: Mapped[str] = mapped_column(Text, default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))


class Fact(Base):
    """One sourced sentence about a record, with the date it holds for."""

    __tablename__ = "facts"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    text_es: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")
    value: Mapped[str] = mapped_column(String(120), default="")
    """The figure as its source writes it, with its unit; empty where the sentence says it all."""
    contradiction_id: Mapped[int | None] = mapped_column(ForeignKey("contradictions.id"))
    as_of: Mapped[str] = mapped_column(String(40), default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
