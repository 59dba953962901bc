"""Territories, sites, who operates a site, and the districts it produces in."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import _, lazy_
from observatory.records import Record

COUNTRY, DEPARTMENT, PROVINCE, DISTRICT = "country", "department", "province", "district"
LEVELS = {
    COUNTRY: lazy_("Country"),
    DEPARTMENT: lazy_("Department"),
    PROVINCE: lazy_("Province"),
    DISTRICT: lazy_("District"),
}
DIGITS = {2: DEPARTMENT, 4: PROVINCE, 6: DISTRICT}
"""How many digits the code of each level has; a country's is two letters."""
BELOW = {COUNTRY: DEPARTMENT, DEPARTMENT: PROVINCE, PROVINCE: DISTRICT}
SCALES = {COUNTRY: 8, DEPARTMENT: 60, PROVINCE: 200, DISTRICT: 600}
"""Units to a degree in which the boundaries of each level are drawn: fine enough for a map of what they lie in."""
STAGES = {
    "exploration": lazy_("Exploration"),
    "construction": lazy_("Construction"),
    "operation": lazy_("Operation"),
    "suspended": lazy_("Suspended"),
    "closing": lazy_("Closing"),
    "post_closure": lazy_("After closure"),
    "relinquished": lazy_("Relinquished"),
}
MINERALS = {
    "copper": lazy_("Copper"),
    "gold": lazy_("Gold"),
    "silver": lazy_("Silver"),
    "zinc": lazy_("Zinc"),
    "lead": lazy_("Lead"),
    "molybdenum": lazy_("Molybdenum"),
    "tin": lazy_("Tin"),
    "iron": lazy_("Iron"),
    "phosphate": lazy_("Phosphate"),
    "lithium": lazy_("Lithium"),
    "uranium": lazy_("Uranium"),
    "hydrocarbons": lazy_("Oil and gas"),
}
OPERATOR, OWNER = "operator", "owner"
ROLES = {OPERATOR: lazy_("Operator"), OWNER: lazy_("Owner")}


def level_of(code: str) -> str | None:
    """The level that a code's form says: two letters, or 2, 4 or 6 digits; None for anything else."""
    if not code.isascii():
        return None
    if len(code) == 2 and code.isalpha() and code.islower():
        return COUNTRY
    return DIGITS.get(len(code)) if code.isdigit() else None


def code(text: str) -> str:
    """A code of 2, 4 or 6 digits: a lost leading zero is put back, and the noughts that fill up a shorter one go."""
    digits = text.strip()
    if digits.endswith(".0"):
        digits = digits[:-2]
    if not digits.isascii() or not digits.isdigit() or not 1 <= len(digits) <= 6:
        raise ValueError(_("A code has 2, 4 or 6 digits."))
    digits = digits.zfill(len(digits) + len(digits) % 2)
    while len(digits) > 2 and digits.endswith("00"):
        digits = digits[:-2]
    return digits


class Territory(Record):
    """A country or a part of one. Its slug is its code: `pe`, `18`, `1801`, `180106` (INEI)."""

    __tablename__ = "territories"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), index=True)
    inei: Mapped[str | None] = mapped_column(String(6), unique=True)
    reniec: Mapped[str | None] = mapped_column(String(6), unique=True)
    """Null where no pair is recorded; never guessed from the other code."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"), index=True)
    path: Mapped[str] = mapped_column(String(40).with_variant(String(40, collation="C"), "postgresql"))
    """Codes from the country down to itself, such as pe/18/1801/180106; sorted by character, so that what lies below a
    place is a range."""
    capital: Mapped[str] = mapped_column(String(120), default="")
    population: Mapped[int | None]
    population_source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    altitude: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))
    """Metres above the sea."""
    short: Mapped[str] = mapped_column(String(6), default="")
    """What stands on its tile in the tile map."""
    tile_row: Mapped[int | None]
    tile_column: Mapped[int | None]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"))
    """The territory it was part of before it was created."""

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "territory",
        "inherit_condition": id == Record.id,
    }
    __table_args__ = (Index("ix_territories_path", "path"),)

    def describe(self, values: dict[str, Any]) -> None:
        """Take new values for what a steward may correct, checked; raises Invalid naming the field."""
        if "title" in values:
            title = " ".join((values["title"] or "").split())
            if not title:
                raise Invalid(lazy_("Give the name."), field="title")
            self.title = title[:300]
        if "capital" in values:
            self.capital = " ".join((values["capital"] or "").split())[:120]
        if "reniec" in values:
            self.reniec = self._reniec(values["reniec"])
        if "population" in values:
            if values["population"] is not None and not 0 <= values["population"] <= 10**9:
                raise Invalid(lazy_("Give a whole number, or nothing where it is not known."), field="population")
            self.population = values["population"]
        for name, most in (("latitude", 90), ("longitude", 180), ("altitude", 9_000)):
            if name in values:
                if values[name] is not None and abs(values[name]) > most:
                    raise Invalid(lazy_("This is nowhere on earth."), field=name)
                setattr(self, name, values[name])
        if "population_source_id" in values:
            self.population_source_id = values["population_source_id"]
        if self.population is not None and self.population_source_id is None:
            raise Invalid(lazy_("A population needs its source."), field="population_source_id")

    def _reniec(self, code: str | None) -> str | None:
        code = (code or "").strip()
        if not code:
            return None
        if level_of(code) != self.level or not code.isdigit():
            raise Invalid(lazy_("A RENIEC code has as many digits as the INEI code of the same place."), field="reniec")
        return code


class Site(Record):
    """An extractive unit: a mine, a deposit or a field, from exploration to after its closure."""

    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), index=True)
    minerals: Mapped[list[str]] = mapped_column(JSON, default=list)

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "site",
        "inherit_condition": id == Record.id,
    }

    def describe(self, values: dict[str, Any]) -> None:
        """Take new values for any of its own fields, checked; raises Invalid naming the field."""
        if "title" in values:
            title = " ".join((values["title"] or "").split())
            if not 2 <= len(title) <= 300:
                raise Invalid(lazy_("Give the name in 2 to 300 characters."), field="title")
            self.title = title
        if "summary" in values:
            self.summary = (values["summary"] or "").replace("\r\n", "\n").strip()[:4000]
        if "language" in values:
            self.language = values["language"]
        if "stage" in values:
            if values["stage"] not in STAGES:
                raise Invalid(lazy_("Choose one from the list."), field="stage")
            self.stage = values["stage"]
        if "minerals" in values:
            minerals = list(dict.fromkeys(values["minerals"] or ()))
            if any(mineral not in MINERALS for mineral in minerals):
                raise Invalid(lazy_("Choose from the list."), field="minerals")
            if set(minerals) != set(self.minerals or ()):  # in another order they are the same
                self.minerals = minerals


class SiteOperator(Base):
    """An organisation operates a site or owns a share of it between two dates."""

    __tablename__ = "site_operators"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    share: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    """Percent, 0 to 100; null where it is not known, which is not zero."""
    role: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[dt.date | None]
    to_on: Mapped[dt.date | None]
    """Last day; null while it lasts."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))

    @staticmethod
    def is_current(from_on: dt.date | None, to_on: dt.date | None, today: dt.date) -> bool:
        """Whether a period covers `today`; an unknown beginning has begun."""
        return (from_on is None or from_on <= today) and (to_on is None or today <= to_on)


class SiteDistrict(Base):
    """A document says that a site produces in a district: that decides who receives the producing district's part."""

    __tablename__ = "site_districts"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    share: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    """Percent of the site's production, 0 to 100; null where it is not known."""
    basis_es: Mapped[str] = mapped_column(Text, default="")
    """The document that says so, as cited."""
    basis_en: Mapped[str] = mapped_column(Text, default="")
    contradiction_id: Mapped[int | None] = mapped_column(ForeignKey("contradictions.id"))
    """Set where another document says otherwise: both are shown side by side and none counts as the truth."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))


class Boundary(Base):
    """Where a territory lies, as part of a map: all of a level have one `scale` and `parallel`, so that they fit together.

    Units are whole; see `kernel.outlines`. The box around it is in them too.
    """

    __tablename__ = "boundaries"
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), index=True)
    path: Mapped[str] = mapped_column(Text)
    """SVG path data, relative but for its start."""
    west: Mapped[int]
    north: Mapped[int]
    east: Mapped[int]
    south: Mapped[int]
    scale: Mapped[int]
    """Units to a degree of latitude."""
    parallel: Mapped[int]
    """The latitude along which a degree of longitude is as long as there."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))

    def told(self, source: str) -> list[object]:
        """What the history keeps of it: how many corners it has, and where it is from."""
        return [corners_of(self.path), source]


def corners_of(path: str) -> int:
    """How many corners the path of a boundary has."""
    return len(re.findall(r"-?\d+", path)) // 2


def check_share(share: Decimal | None) -> None:
    """Raise Invalid unless a share is unknown or between 0 and 100 percent."""
    if share is not None and not (share.is_finite() and Decimal(0) <= share <= Decimal(100)):
        raise Invalid(
            lazy_("A share is between 0 and 100 percent; leave it empty where it is not known."), field="share"
        )
