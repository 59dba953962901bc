"""An indicator, the versions of its definition, and its series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.exact import Exact
from observatory.kernel.text import fold, lazy_
from observatory.records import Record
from observatory.records.models import DRAFT, LANGUAGES, PUBLISHED
from observatory.rooms.indicators.models.words import (
    CURRENCIES,
    DEPRECATED,
    DIRECTIONS,
    FREQUENCIES,
    IN_FORCE,
    KINDS,
    LEVELS,
    MAINTAIN,
    MONEY,
    NO_DIRECTION,
    NO_RULE,
    OVER_PERIODS,
    OVER_PLACES,
    PERCENT,
    PROPOSED,
    SUPERSEDED,
    WEIGHTED,
)

VALUE = "{value}"


class Indicator(Record):
    """What is measured, for years on end. Its slug names it for machines too.

    What it means stands in its definitions: one is in force, and another may be drafted beside it.
    """

    __tablename__ = "indicators"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), default="")
    """How its producer or a plan numbers it, such as 16.6.1."""
    level: Mapped[str] = mapped_column(String(20), default="context")
    phrase_es: Mapped[str] = mapped_column(String(200), default="")
    """What is said of a figure, with {value} in its place: "se gastó el {value} del canon"."""
    phrase_en: Mapped[str] = mapped_column(String(200), default="")
    definition_id: Mapped[int | None] = mapped_column(
        ForeignKey("indicator_definitions.id", use_alter=True, name="fk_indicators_definition_id")
    )
    """The definition in force; null before the first was approved."""
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"))
    """The indicator that is kept instead of this one."""
    words: Mapped[str] = mapped_column(Text, default="", info={"told": False})
    """Title, summary and code folded, for finding it in the list."""

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "indicator",
        "inherit_condition": id == Record.id,
    }

    def describe(self, values: Mapping[str, Any]) -> None:
        """Take new words about it, checked one by one; raises Invalid naming the field."""
        if "title" in values:
            title = " ".join((values["title"] or "").split())
            if not 3 <= len(title) <= 200:
                raise Invalid(lazy_("Give the name in 3 to 200 characters."), field="title")
            if title != self.title:
                self.title = title
        if "summary" in values:
            self.summary = " ".join((values["summary"] or "").split())[:600]
        if "language" in values and values["language"] in LANGUAGES:
            self.language = values["language"]
        if "code" in values:
            self.code = " ".join((values["code"] or "").split())[:60]
        if "level" in values:
            self.level = _choice("level", values["level"], LEVELS)
        for name in ("phrase_es", "phrase_en"):
            if name in values:
                phrase = " ".join((values[name] or "").split())[:200]
                if phrase and phrase.count(VALUE) != 1:
                    raise Invalid(lazy_("Write {value} once, where the figure stands."), field=name)
                setattr(self, name, phrase)
        self.words = fold(f"{self.title} {self.summary or ''} {self.code or ''}")

    def propose(self) -> None:
        if self.state == DRAFT:
            self.state = PROPOSED

    def enforce(self, definition: Definition) -> None:
        """Let a definition hold from now on."""
        self.definition_id = definition.id
        self.state = PUBLISHED

    def deprecate(self, successor_id: int | None) -> None:
        """Say that nobody keeps it any more; what it says stays."""
        if self.state != PUBLISHED:
            raise Invalid(lazy_("Only an approved indicator can be given up."))
        self.state, self.successor_id = DEPRECATED, successor_id


class Definition(Base):
    """One version of what an indicator means: its fact sheet. Once proposed it never changes."""

    __tablename__ = "indicator_definitions"
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    lineage: Mapped[int]
    """The number of the first version with whose figures those of this one can be compared: its series carry on."""
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why the former version had to change."""
    unit: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(20), default="other")
    currency: Mapped[str] = mapped_column(String(3), default="")
    decimals: Mapped[int] = mapped_column(default=1)
    direction: Mapped[str] = mapped_column(String(20), default=NO_DIRECTION)
    tolerance: Mapped[Decimal | None] = mapped_column(Exact)
    """For what should stay as it is: how far from the target is still on it, in the unit."""
    frequency: Mapped[str] = mapped_column(String(20), default="year")
    release_days: Mapped[int | None]
    """How many days after the end of a period its figures are expected; null where nobody said."""
    over_places: Mapped[str] = mapped_column(String(20), default=NO_RULE)
    over_periods: Mapped[str] = mapped_column(String(20), default=NO_RULE)
    weight_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"))
    """By which indicator a mean over places is weighted."""
    per_head_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"))
    """The population by which it may be divided (F13)."""
    definition: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="")
    limitations: Mapped[str] = mapped_column(Text, default="")
    disaggregations: Mapped[str] = mapped_column(String(500), default="")
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    producer_name: Mapped[str] = mapped_column(String(200), default="")
    """Whoever produces it, where no organisation here is meant."""
    licence: Mapped[str] = mapped_column(String(200), default="")
    proposed_on: Mapped[dt.date | None]
    approved_on: Mapped[dt.date | None]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    __table_args__ = (UniqueConstraint("indicator_id", "number", name="uq_indicator_definitions_number"),)

    def describe(self, values: Mapping[str, Any]) -> None:
        """Take new values for what a draft says, checked one by one; raises Invalid naming the field."""
        if self.state != DRAFT:
            raise Invalid(lazy_("It was proposed, and never changes again: draft a new version."))
        for name, most in _TEXTS.items():
            if name in values:
                setattr(self, name, (values[name] or "").replace("\r\n", "\n").strip()[:most])
        for name, known in _CHOICES.items():
            if name in values:
                setattr(self, name, _choice(name, values[name], known))
        for name in ("weight_id", "per_head_id", "producer_id", "tolerance", "release_days"):
            if name in values:
                setattr(self, name, values[name])
        if "currency" in values:
            self.currency = (values["currency"] or "") if self.kind == MONEY else ""
            if self.currency and self.currency not in CURRENCIES:
                raise Invalid(lazy_("Choose one from the list."), field="currency")
        if values.get("decimals") is not None:
            if not 0 <= values["decimals"] <= 6:
                raise Invalid(lazy_("Between 0 and 6."), field="decimals")
            self.decimals = values["decimals"]
        if self.release_days is not None and not 0 <= self.release_days <= 3650:
            raise Invalid(lazy_("Between 0 and 3,650 days."), field="release_days")

    def missing(self) -> list[tuple[str, object]]:
        """(field, what to do) for everything that must be said before it is proposed."""
        found: list[tuple[str, object]] = []
        if len(self.definition) < 20:
            found.append(("definition", lazy_("Say what is measured, so that two people would measure the same.")))
        if not self.unit:
            found.append(("unit", lazy_("Name the unit.")))
        if not (self.producer_id or self.producer_name):
            found.append(("producer_name", lazy_("Say who produces the figures.")))
        if self.kind == MONEY and not self.currency:
            found.append(("currency", lazy_("Money needs its currency.")))
        if self.over_places == WEIGHTED and self.weight_id is None:
            found.append(("weight_id", lazy_("Name the indicator by which the mean is weighted.")))
        if self.direction == MAINTAIN and self.tolerance is None:
            found.append(("tolerance", lazy_("Say how far from the target is still on it.")))
        if self.number > 1 and len(self.reason) < 5:
            found.append(("reason", lazy_("Say why the definition changes: everyone will read it.")))
        return found

    def measures_as(self, other: Definition) -> bool:
        """Whether its figures are numbers of the same sort as those of another version; percent may be called as one likes."""
        same_unit = fold(self.unit) == fold(other.unit) or self.kind == PERCENT
        return (self.kind, self.currency) == (other.kind, other.currency) and same_unit

    def propose(self, *, today: dt.date) -> None:
        """Show it to everyone, as not approved yet."""
        if self.state != DRAFT:
            raise Invalid(lazy_("Only a draft can be proposed."))
        if found := self.missing():
            raise Invalid(found[0][1], field=found[0][0])
        self.state, self.proposed_on = PROPOSED, today

    def approve(self, *, today: dt.date, by: int | None) -> None:
        if self.state != PROPOSED:
            raise Invalid(lazy_("Only what is proposed can be approved."))
        self.state, self.approved_on, self.approved_by_id = IN_FORCE, today, by

    def send_back(self) -> None:
        if self.state != PROPOSED:
            raise Invalid(lazy_("Only what is proposed can be returned."))
        self.state = DRAFT

    def supersede(self) -> None:
        self.state = SUPERSEDED


class Series(Base):
    """Figures that can be compared with one another: of one lineage of definitions, one breakdown, one scope."""

    __tablename__ = "indicator_series"
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id", ondelete="CASCADE"), index=True)
    lineage: Mapped[int]
    breakdown: Mapped[str] = mapped_column(String(200), default="")
    """Canonical: `ambito=rural;sexo=mujeres`; empty for the total."""
    dimensions: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """The same as people wrote it: [[key, name of the dimension, value], …]."""
    scope: Mapped[str] = mapped_column(String(200), default="")
    """What is counted, where two published values of one thing stand side by side; empty for the plain one."""
    scope_en: Mapped[str] = mapped_column(String(200), default="")
    top_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"))
    """The largest place for which there are figures, computed ones included. Derived."""
    __table_args__ = (
        UniqueConstraint("indicator_id", "lineage", "breakdown", "scope", name="uq_indicator_series_key"),
    )


_TEXTS = {
    "reason": 500, "unit": 40, "definition": 6000, "method": 6000, "limitations": 6000, "disaggregations": 500,
    "producer_name": 200, "licence": 200,
}  # fmt: skip
_CHOICES: dict[str, Mapping[str, object]] = {
    "kind": KINDS, "direction": DIRECTIONS, "frequency": FREQUENCIES, "over_places": OVER_PLACES,
    "over_periods": OVER_PERIODS,
}  # fmt: skip


def _choice(field: str, value: object, known: Mapping[str, object]) -> str:
    if value not in known:
        raise Invalid(lazy_("Choose one from the list."), field=field)
    return str(value)
