"""A roundtable, the constituencies that sit in it, its seats and its commissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.cleaning import choice, line, sane_day, text, web_address, whole
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_
from observatory.records import Record
from observatory.records.models import DRAFT, LANGUAGES
from observatory.rooms.roundtables.models.words import (
    ACTIVE,
    CLOSED,
    DECISIONS,
    EXTENDED,
    FORMS,
    INSTALLED,
    STANDING,
)


class Roundtable(Record):
    """A body with seats. Its keeper is its own organisation, whose secretary runs it.

    Whether it meets, is slow or dormant is never stored: `formulas.health` tells it.
    """

    __tablename__ = "roundtables"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    form: Mapped[str] = mapped_column(String(20), default="other")
    founding_act: Mapped[str] = mapped_column(String(400), default="")
    founding_url: Mapped[str] = mapped_column(String(500), default="")
    founded_on: Mapped[dt.date | None]
    expires_on: Mapped[dt.date | None]
    """The last day of its term; null where none was set."""
    quorum_percent: Mapped[int | None]
    """Which part of the seats makes a quorum; null where that is not known."""
    quorum_strict: Mapped[bool] = mapped_column(default=True)
    """Whether more than that part of the seats must be there, and not just as much."""
    decision_rule: Mapped[str | None] = mapped_column(String(20))
    """Null where it is not known."""
    rhythm_days: Mapped[int | None]
    """After how many days it should meet again, at the latest; null where nobody said."""
    closed_on: Mapped[dt.date | None]

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "roundtable",
        "inherit_condition": id == Record.id,
    }

    def describe(self, values: Mapping[str, Any]) -> None:
        """Take new values for what it says of itself, checked one by one; raises Invalid naming the field."""
        for name, clean in _CLEAN.items():
            if name in values:
                cleaned = clean(name, values[name])
                if cleaned != getattr(self, name):
                    setattr(self, name, cleaned)
        if self.founded_on and self.expires_on and self.expires_on < self.founded_on:
            raise Invalid(lazy_("The end can't be before the beginning."), field="expires_on")

    def install(self) -> None:
        """Show it to everyone, as a body that can meet."""
        if self.state != DRAFT:
            raise Invalid(lazy_("Somebody has decided on this already: look at the page again."))
        if not self.founding_act:
            raise Invalid(lazy_("Name the act by which it was founded."), field="founding_act")
        self.state = INSTALLED

    def has_met(self) -> None:
        """It held a session."""
        if self.state == INSTALLED:
            self.state = ACTIVE

    def extend(self, until: dt.date, *, today: dt.date) -> None:
        """Set a later end of its term."""
        if self.state not in STANDING:
            raise Invalid(lazy_("It was closed."))
        if until <= max(today, self.expires_on or today):
            raise Invalid(lazy_("Give a later day than the end it has, and one that is still to come."), field="until")
        self.expires_on, self.state = until, EXTENDED

    def close(self, on: dt.date, *, today: dt.date) -> None:
        """End it; its page, its sessions and its minutes stay."""
        if self.state not in STANDING:
            raise Invalid(lazy_("It was closed."))
        if on > today or (self.founded_on is not None and on < self.founded_on):
            raise Invalid(lazy_("Give a day since it was founded that has come."), field="on")
        self.state, self.closed_on = CLOSED, on


class Constituency(Base):
    """Those who sit for one sector or group, and how many of their seats must be taken for a quorum."""

    __tablename__ = "constituencies"
    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    needed: Mapped[int] = mapped_column(default=0)
    __table_args__ = (UniqueConstraint("roundtable_id", "name", name="uq_constituencies_name"),)


class Seat(Base):
    """An organisation sits in a roundtable between two days; another may sit for it."""

    __tablename__ = "seats"
    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    constituency_id: Mapped[int] = mapped_column(ForeignKey("constituencies.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    alternate_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    act: Mapped[str] = mapped_column(String(300), default="")
    """By which it was given the seat."""
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]
    """The last day; null while it lasts."""


class Commission(Base):
    """A part of a roundtable with a task of its own."""

    __tablename__ = "commissions"
    id: Mapped[int] = mapped_column(primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    task: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[dt.date | None]
    __table_args__ = (UniqueConstraint("roundtable_id", "name", name="uq_commissions_name"),)


class CommissionMember(Base):
    """An organisation that works in a commission."""

    __tablename__ = "commission_members"
    commission_id: Mapped[int] = mapped_column(ForeignKey("commissions.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)


def _chosen(allowed: Mapping[str, Any]) -> Any:
    def clean(field: str, value: str | None) -> str:
        found = choice(allowed)(field, value)
        if found is None:
            raise Invalid(lazy_("Choose one from the list."), field=field)
        return found

    return clean


_CLEAN: dict[str, Any] = {
    "title": line(200, least=4),
    "summary": text(2000),
    "language": lambda field, value: value if value in LANGUAGES else "es",
    "form": _chosen(FORMS),
    "founding_act": line(400),
    "founding_url": web_address,
    "founded_on": sane_day,
    "expires_on": sane_day,
    "quorum_percent": whole(1, 100),
    "quorum_strict": lambda field, value: bool(value),
    "decision_rule": choice(DECISIONS),
    "rhythm_days": whole(1, 3650),
    "site_id": lambda field, value: value,
}
