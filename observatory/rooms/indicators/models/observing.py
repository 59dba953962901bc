"""Observations, how they came, and the editions in which they were published. Volumes: narrow rows, written in bulk."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.exact import Exact
from observatory.kernel.text import lazy_
from observatory.rooms.indicators.models.words import (
    DELIVERED,
    RETURNED,
    SUBMITTED,
    TAKEN_BACK,
    VALIDATED,
    WITHDRAWN,
)


class Delivery(Base):
    """Observations that came together: a file, or a single one from a form. They are validated and published together."""

    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    state: Mapped[str] = mapped_column(String(20), default=SUBMITTED, index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(500), default="")
    size: Mapped[int] = mapped_column(default=0)
    """How many observations."""
    validated_at: Mapped[dt.datetime | None]
    validated_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    validated_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was returned or taken back; or what its validator says of it."""

    def validate(self, *, person_id: int | None, organisation_id: int | None, reason: str) -> None:
        """Somebody else has looked through it."""
        if self.state != SUBMITTED:
            raise Invalid(lazy_("Somebody has answered it already."))
        self.state, self.validated_at, self.reason = VALIDATED, clock.now(), reason[:500]
        self.validated_by_id, self.validated_for_id = person_id, organisation_id

    def publish(self) -> None:
        if self.state != VALIDATED:
            raise Invalid(lazy_("Only what was validated can be published."))
        self.state = DELIVERED

    def publish_at_once(self) -> None:
        """Published by whoever brought it: it says of nobody that they have looked through it."""
        if self.state != SUBMITTED:
            raise Invalid(lazy_("Somebody has answered it already."))
        self.state = DELIVERED

    def send_back(self, reason: str) -> None:
        if self.state not in (SUBMITTED, VALIDATED):
            raise Invalid(lazy_("Somebody has answered it already."))
        self.state, self.reason = RETURNED, reason

    def withdraw(self, reason: str) -> None:
        if self.state not in (SUBMITTED, VALIDATED):
            raise Invalid(lazy_("Somebody has answered it already."))
        self.state, self.reason = WITHDRAWN, reason

    def take_back(self, reason: str) -> None:
        if self.state != DELIVERED:
            raise Invalid(lazy_("Only what is published can be taken back."))
        self.state, self.reason = TAKEN_BACK, reason


class DeliveryPart(Base):
    """Which indicators a delivery is about."""

    __tablename__ = "delivery_parts"
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), primary_key=True, index=True)
    size: Mapped[int]


class Edition(Base):
    """A moment at which published figures changed. A selection as of an edition can be read for ever."""

    __tablename__ = "editions"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    taken_back: Mapped[bool] = mapped_column(default=False)
    """Whether the delivery was taken back with it; else it was published."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")


class Observation(Base):
    """One figure, or one gap with its reason. Never edited: only superseded.

    It is published from the edition `published_id` until, if ever, the edition `superseded_id`.
    """

    __tablename__ = "observations"
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("indicator_series.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    period: Mapped[str] = mapped_column(String(10).with_variant(String(10, collation="C"), "postgresql"))
    """2024, 2024-S1, 2024-Q2, 2024-03 or 2024-03-15: sorted by character, in order of time within one frequency."""
    value: Mapped[Decimal | None] = mapped_column(Exact)
    status: Mapped[str] = mapped_column(String(1))
    as_of: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    published_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    superseded_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    __table_args__ = (
        Index(
            "ix_observations_current", "series_id", "period", "territory_id", unique=True,
            sqlite_where=text("published_id IS NOT NULL AND superseded_id IS NULL"),
            postgresql_where=text("published_id IS NOT NULL AND superseded_id IS NULL"),
        ),
        Index(
            "ix_observations_former", "series_id", "period", "territory_id",
            sqlite_where=text("superseded_id IS NOT NULL"), postgresql_where=text("superseded_id IS NOT NULL"),
        ),
        Index(
            "ix_observations_waiting", "delivery_id",
            sqlite_where=text("published_id IS NULL"), postgresql_where=text("published_id IS NULL"),
        ),
    )  # fmt: skip


class ObservationSum(Base):
    """What published observations give for a larger place, by the rule of its indicator. Derived: made anew from them."""

    __tablename__ = "observation_sums"
    series_id: Mapped[int] = mapped_column(ForeignKey("indicator_series.id"), primary_key=True)
    period: Mapped[str] = mapped_column(
        String(10).with_variant(String(10, collation="C"), "postgresql"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    value: Mapped[Decimal] = mapped_column(Exact)
    parts: Mapped[int]
    """How many places went into it."""
    whole: Mapped[int]
    """How many there are of their level in this one."""
    status: Mapped[str] = mapped_column(String(1), default="A")
    """Provisional or estimated where one of the parts is."""
    as_of: Mapped[str] = mapped_column(String(40), default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    """The source of its parts, where they share one."""


class SeriesPeriod(Base):
    """How much is published of a series in a period. Derived."""

    __tablename__ = "series_periods"
    series_id: Mapped[int] = mapped_column(ForeignKey("indicator_series.id"), primary_key=True)
    period: Mapped[str] = mapped_column(
        String(10).with_variant(String(10, collation="C"), "postgresql"), primary_key=True
    )
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    figures: Mapped[int]
    gaps: Mapped[int]
    """Published as not there, with a reason."""


class Doubt(Base):
    """What a check of a file found beside each row's fate: kept with the delivery, for whoever validates it."""

    __tablename__ = "delivery_doubts"
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    facts: Mapped[dict[str, object]] = mapped_column(JSON)
    """{"row", "indicator", "place", "period", "value", "doubt"}: at most some hundred of one delivery."""
