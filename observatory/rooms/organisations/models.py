"""Organisations, who controls whom, and what became of whom."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column
from stdnum.exceptions import ValidationError
from stdnum.pe import ruc as ruc_number

from observatory.kernel.cleaning import web_address
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_, lazy_p
from observatory.records import Record
from observatory.records.models import LANGUAGES

SECTORS = {
    "company": lazy_("Company"),
    "community": lazy_("Community"),
    "civil_society": lazy_("Civil society"),
    "academia": lazy_("Academia"),
    "state": lazy_("State"),
    "oversight": lazy_("Oversight"),
    "multilateral": lazy_("Multilateral"),
    "participation_body": lazy_("Participation body"),
    "other": lazy_("Other"),
}
LEVELS = {
    "national": lazy_p("level of government", "National"),
    "regional": lazy_p("level of government", "Regional"),
    "provincial": lazy_p("level of government", "Provincial"),
    "district": lazy_p("level of government", "District"),
}
LEVELLED = ("state", "oversight")
"""Sectors whose organisations belong to a level of government."""
HOW = {
    "renamed": lazy_("Renamed"),
    "merged": lazy_("Merged"),
    "split": lazy_("Split"),
    "followed": lazy_("Followed"),
    "duplicate": lazy_("Entered twice"),
}


class Organisation(Record):
    """A body that people act for. It is its own keeper."""

    __tablename__ = "organisations"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    acronym: Mapped[str] = mapped_column(String(40), default="")
    sector: Mapped[str] = mapped_column(String(30), index=True)
    level: Mapped[str | None] = mapped_column(String(20))
    """Level of government; null outside the state and its oversight."""
    ruc: Mapped[str | None] = mapped_column(String(11))
    """Peru's taxpayer number, with its check digit verified; null where none is known."""
    website: Mapped[str] = mapped_column(String(300), default="")

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "organisation",
        "inherit_condition": id == Record.id,
    }

    def describe(self, values: dict[str, Any]) -> None:
        """Take new values for any of its own fields, checked; raises Invalid naming the field."""
        for name, clean in _CLEAN.items():
            if name in values:
                setattr(self, name, clean(values[name]))
        if self.sector not in LEVELLED:
            if values.get("level"):
                raise Invalid(lazy_("Only public bodies have a level of government."), field="level")
            self.level = None
        elif self.level is None:
            raise Invalid(lazy_("Choose the level of government of this public body."), field="level")


class Control(Base):
    """One organisation is controlled by another between two dates: for conflicts of interest they count as one."""

    __tablename__ = "controls"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    from_on: Mapped[dt.date | None]
    """Null where the beginning is not known."""
    to_on: Mapped[dt.date | None]
    """Last day; null while it lasts."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))


class Succession(Base):
    """An organisation went over into another; both keep their pages and their history."""

    __tablename__ = "successions"
    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    on: Mapped[dt.date | None] = mapped_column("happened_on")
    how: Mapped[str] = mapped_column(String(10))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))


def check_period(from_on: dt.date | None, to_on: dt.date | None) -> None:
    """Raise Invalid when a period ends before it begins."""
    if from_on is not None and to_on is not None and to_on < from_on:
        raise Invalid(lazy_("The end can't be before the beginning."), field="to_on")


def _title(value: str) -> str:
    value = " ".join((value or "").split())
    if not 2 <= len(value) <= 300:
        raise Invalid(lazy_("Give the name in 2 to 300 characters."), field="title")
    return value


def _choice(field: str, allowed: dict[str, Any], value: str | None) -> str:
    if value not in allowed:
        raise Invalid(lazy_("Choose one from the list."), field=field)
    return str(value)


def _ruc(value: str | None) -> str | None:
    value = "".join((value or "").split())
    if not value:
        return None
    try:
        return str(ruc_number.validate(value))
    except ValidationError:
        raise Invalid(
            lazy_("This is not a valid RUC: it has 11 digits and the last one checks the others."), field="ruc"
        ) from None


_CLEAN = {
    "title": _title,
    "summary": lambda value: (value or "").replace("\r\n", "\n").strip()[:4000],
    "language": lambda value: _choice("language", LANGUAGES, value),
    "acronym": lambda value: " ".join((value or "").split())[:40],
    "sector": lambda value: _choice("sector", SECTORS, value),
    "level": lambda value: _choice("level", LEVELS, value) if value else None,
    "ruc": _ruc,
    "website": lambda value: web_address("website", value, 300),
}
