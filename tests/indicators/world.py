"""The small country with ways to act in it.

Every act is a unit of work of its own, as a request is: who may see an indicator is written down at the commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records import Source
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.indicators import queries, service
from observatory.rooms.indicators.models import Definition, Delivery, Indicator, Observation
from observatory.rooms.indicators.models.words import SUBMITTED
from observatory.rooms.indicators.queries import cases, selection, series
from observatory.rooms.indicators.queries.figure import Figure, standing
from observatory.rooms.indicators.queries.selection import Selection
from observatory.rooms.indicators.service import delivering
from observatory.rooms.indicators.service.writing import Ready
from tests.indicators.country import PEOPLE, TODAY, fill, organisations_of
from tests.land import Land, a_land
from tests.services import Home, Homes
from tests.visits import Visits

SHEET: dict[str, Any] = {
    "title": "Canon minero gastado",
    "summary": "Cuánto del canon minero se gastó en el año.",
    "unit": "%",
    "kind": "percent",
    "definition": "Gasto devengado del canon dividido entre su presupuesto modificado.",
    "producer_name": "Ministerio de las Cifras",
    "direction": "increase",
}
Figures = Mapping[str, Mapping[str, Any]]
"""place → period → a value, or (value, status); None where there is none, of status O unless it says so."""


@dataclass
class World(Visits):
    """The land, its organisations and mandates, and short words for what people do with indicators."""

    land: Land
    home: Home
    organisations: dict[str, int]
    mandates: dict[tuple[str, str], int]
    """By person and organisation."""
    sources: dict[str, int]
    today: dt.date = TODAY
    _seconds: int = 0

    def actor(self, who: str, under: str | None = None) -> Actor:
        """Who a request of this person comes from, within a unit of work: under the mandate of `under`, or the first."""
        if who == "guest":
            return Actor.guest()
        if who == "operator":
            return Actor.operator()
        found = queries.db.session.scalars(select(Person).where(Person.name == who)).one()
        held = PEOPLE.get(who) or [("", "")]
        return actor_of(found, mandate_id=self.mandates.get((who, under or held[0][0])))

    # --- Defining ---------------------------------------------------------------------------------------------------

    def do(self, who: str, verb: Callable[..., Any], slug: str, *, under: str | None = None, **values: Any) -> Any:
        """Let somebody do a verb to an indicator."""
        with self.unit():
            actor = self.actor(who, under)
            return verb(actor, cases.case(actor, slug), **values)

    def draft(self, who: str = "analista", **sheet: Any) -> str:
        with self.unit():
            return str(service.create(self.actor(who), None, **(SHEET | sheet)).slug)

    def proposed(self, who: str = "analista", **sheet: Any) -> str:
        slug = self.draft(who, **sheet)
        self.do(who, service.propose, slug)
        return slug

    def an_indicator(self, approved: bool = True, who: str = "analista", by: str = "rectora", **sheet: Any) -> str:
        """An indicator that `who` drafted and proposed and `by` approved; its slug."""
        slug = self.proposed(who, **sheet)
        if approved:
            self.do(by, service.approve, slug)
        return slug

    def redefined(
        self, slug: str, *, comparable: bool, who: str = "analista", by: str = "rectora", **sheet: Any
    ) -> None:
        """A new version of what it means, approved."""
        self.do(who, service.redefine, slug, reason="Cambió el método de cálculo.")
        if sheet:
            self.do(who, service.edit, slug, **sheet)
        self.do(who, service.propose, slug, comparable=comparable)
        self.do(by, service.approve, slug)

    # --- Figures ----------------------------------------------------------------------------------------------------

    def rows(
        self, slug: str, figures: Figures, *, scope: str = "", breakdown: Sequence[tuple[str, str, str]] = (),
        source: str | None = "inei", as_of: str = "2026", note: str = "",
    ) -> list[Ready]:  # fmt: skip
        """Observations as they are written, in the series of the definition in force; within a unit of work."""
        indicator = queries.db.session.scalars(select(Indicator).where(Indicator.slug == slug)).one()
        definition = (
            select(Definition).where(Definition.indicator_id == indicator.id).order_by(Definition.number.desc())
        )
        lineage = queries.db.session.scalars(definition).first().lineage
        id = delivering.series_for(indicator, lineage, breakdown, scope).id
        source_id = self.sources[source] if source else None
        made = []
        for place, by_period in figures.items():
            for period, told in by_period.items():
                value, status = told if isinstance(told, tuple) else (told, "O" if told is None else "A")
                text = None if value is None else str(value)
                made.append(Ready(id, self.place(place), period, text, status, as_of, note, source_id))
        return made

    def deliver(
        self, slug: str, figures: Figures, *, who: str = "analista", under: str | None = None, **more: Any
    ) -> int:
        """The number of a delivery that waits to be validated."""
        with self.unit():
            rows = self.rows(slug, figures, **more)
            return int(delivering.deliver(self.actor(who, under), None, rows=rows).id)

    def handle(
        self, who: str, verb: Callable[..., Any], delivery: int, *, under: str | None = None, **values: Any
    ) -> Any:
        """Let somebody do a verb to a delivery; an edition is answered by its number."""
        with self.unit():
            actor = self.actor(who, under)
            done = verb(actor, cases.handed_of(actor, cases.find_delivery(actor, delivery)), **values)
            return getattr(done, "id", None)

    def publish(self, delivery: int, by: str = "profesora") -> int:
        """Validate and publish a delivery; the number of its edition."""
        return int(self.handle(by, delivering.validate, delivery, publish=True))

    def figures(self, slug: str, figures: Figures, *, by: str = "profesora", **more: Any) -> int:
        """Published figures; the number of their edition."""
        return self.publish(self.deliver(slug, figures, **more), by)

    # --- Looking ----------------------------------------------------------------------------------------------------

    def place(self, code: str) -> int:
        statement = select(Record.id).where(Record.kind == "territory", Record.slug == code)
        return int(queries.db.session.scalar(statement))

    def figure(
        self, slug: str, place: str, period: str, *, edition: int | None = None, scope: str = "", lineage: int | None = None
    ) -> Figure | None:  # fmt: skip
        """A figure of the plain series as everybody reads it; None where there is none."""
        with self.reading():
            row = queries.row(Actor.guest(), slug)
            own = [
                each.id for each in series.series_of(row.id, lineage or row.lineage)
                if not each.breakdown and each.scope == scope
            ]  # fmt: skip
            found = series.figures(own, [self.place(place)], [period], edition=edition)
            return next(iter(found.values()), None)

    def value(self, slug: str, place: str, period: str, **more: Any) -> Decimal | None:
        found = self.figure(slug, place, period, **more)
        return found.value if found is not None else None

    def former(self, slug: str, place: str, period: str) -> list[Any]:
        """All that was ever published of one figure, newest first."""
        with self.reading():
            row = queries.row(Actor.guest(), slug)
            own = [each for each in series.series_of(row.id, row.lineage) if not each.breakdown and not each.scope]
            return series.former(own[0].id, self.place(place), period) if own else []

    def selection(self, slug: str, language: str = "en", **asked: str) -> Selection:
        """What an address shows to everybody; `from_` is `from`."""
        with self.reading(language):
            told = {name.rstrip("_"): value for name, value in asked.items()}
            row = queries.row(Actor.guest(), slug, queries.asked_version(told.get("version", "")))
            return selection.select(Actor.guest(), row, told)

    def shown(self, slug: str, **asked: str) -> dict[str, dict[str, str]]:
        """The same as name of the line → period → digits ("–" for a gap)."""
        chosen = self.selection(slug, **asked)
        return {
            strand.name: {
                period: "–" if each.value is None else f"{each.value.normalize():f}"
                for period, each in strand.figures.items()
            }
            for strand in chosen.strands
        }

    def find(self, slug: str) -> Indicator:
        """The indicator as it is stored, whoever may see it."""
        with self.reading() as unit:
            return unit.scalars(select(Indicator).where(Indicator.slug == slug)).one()

    def definitions(self, slug: str) -> list[Definition]:
        with self.reading() as unit:
            joined = select(Definition).join(Indicator, Indicator.id == Definition.indicator_id)
            return list(unit.scalars(joined.where(Indicator.slug == slug).order_by(Definition.number)))

    def delivery(self, id: int) -> Delivery:
        with self.reading() as unit:
            return unit.get_one(Delivery, id)

    def waiting(self) -> list[int]:
        """The deliveries that nobody has answered, oldest first."""
        with self.reading() as unit:
            return list(unit.scalars(select(Delivery.id).where(Delivery.state == SUBMITTED).order_by(Delivery.id)))

    def count(self, *where: Any) -> int:
        """How many observations are stored."""
        with self.reading() as unit:
            return int(unit.scalar(select(func.count()).select_from(Observation).where(*where)) or 0)

    def published(self) -> int:
        return self.count(standing())

    def events(self, slug: str) -> list[str]:
        """What happened to an indicator, oldest first."""
        with self.reading() as unit:
            joined = select(HistoryEntry.event).join(Record, Record.id == HistoryEntry.record_id)
            return list(unit.scalars(joined.where(Record.slug == slug).order_by(HistoryEntry.id)))


@contextmanager
def a_world(homes: Homes, engine: str) -> Iterator[World]:
    """A copy of this country of its own."""
    home = homes.clone(engine, "indicators", fill)
    with a_land(home) as land:
        land.app.config.update(LOGIN_DISABLED=True, WTF_CSRF_ENABLED=True)  # who asks is said by `act_as`
        with land.database.reading() as unit:
            ids = organisations_of(unit)
            held = unit.execute(
                select(Person.name, Record.slug, Mandate.id)
                .join(Mandate, Mandate.person_id == Person.id)
                .join(Record, Record.id == Mandate.organisation_id)
            )
            mandates = {(name, slug): id for name, slug, id in held}
            sources = {row.key: row.id for row in unit.execute(select(Source.key, Source.id))}
        yield World(land, home, ids, mandates, sources)
    homes.discard(home)
