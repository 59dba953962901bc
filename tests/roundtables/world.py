"""A small country with two bodies, and those who sit and act in them: filled once, copied for each test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.organisations import service as organisations
from observatory.rooms.roundtables import service
from observatory.rooms.roundtables.models import Constituency, Roundtable, Seat
from observatory.rooms.roundtables.service import seating
from tests.indicators.country import give, organisations_of
from tests.land import Land, a_land, seeder
from tests.services import Home, Homes
from tests.visits import Visits

TODAY = dt.date(2026, 3, 2)
ORGANISATIONS = {
    "mesa": ("Mesa del Valle", "participation_body", None),
    "otra-mesa": ("Comité de la Cuenca", "participation_body", None),
    "mesa-inventada": ("Mesa Inventada", "participation_body", None),
    "ministerio": ("Ministerio de las Cifras", "state", "national"),
    "contraloria": ("Contraloría de Prueba", "oversight", "national"),
    "ong": ("Agua para Todos", "civil_society", None),
    "inventada": ("Red Inventada", "civil_society", None),
}
FICTITIOUS = ("inventada", "mesa-inventada")
PEOPLE: dict[str, tuple[str, str] | None] = {
    "secretaria": ("mesa", "secretary"),
    "presidenta": ("mesa", "manager"),
    "otra": ("otra-mesa", "secretary"),
    "alcaldesa": ("ministerio", "representative"),
    "auditor": ("contraloria", "verifier"),
    "vocera": ("ong", "representative"),
    "minero": ("minera-alta", "representative"),
    "comunera": ("comunidad", "representative"),
    "guardiana": ("equipo", "steward"),
    "ciudadana": None,
}


def fill(home: Home) -> None:
    with a_land(home, new=True) as land, land.app.test_request_context("/"):
        with land.database.unit_of_work() as unit:
            for slug, (title, sector, level) in ORGANISATIONS.items():
                told: Any = {"title": title, "sector": sector, "level": level, "places": ["180106"]}
                organisations.create(seeder(), None, slug=slug, publish=True, is_demo=slug in FICTITIOUS, **told)
        with land.database.unit_of_work() as unit:  # who may see an organisation is known once it is committed
            ids = organisations_of(unit)
            for number, (name, mandate) in enumerate(PEOPLE.items()):
                person = Person(email=f"t{number}@example.org", name=name)
                person.verified_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
                unit.add(person)
                unit.flush()
                if mandate is not None:
                    give(unit, person.id, ids[mandate[0]], mandate[1])


@dataclass
class World(Visits):
    """The land, its organisations and mandates, and short words for what people do with roundtables."""

    land: Land
    home: Home
    organisations: dict[str, int]
    today: dt.date = TODAY
    _seconds: int = 0

    def actor(self, who: str, under: str | None = None) -> Actor:
        """Who a request of this person comes from, within a unit of work."""
        if who == "guest":
            return Actor.guest()
        if who == "operator":
            return Actor.operator()
        found = db.session.scalars(select(Person).where(Person.name == who)).one()
        mandate = db.session.scalar(select(Mandate.id).where(Mandate.person_id == found.id))
        return actor_of(found, mandate_id=mandate)

    def find(self, slug: str) -> Roundtable:
        """The roundtable, within a unit of work."""
        return db.session.scalars(select(Roundtable).where(Roundtable.slug == slug)).one()

    def do(self, who: str, verb: Callable[..., Any], slug: str, **values: Any) -> Any:
        """Let somebody do a verb to a roundtable; what is made is answered by its number."""
        with self.unit():
            done = verb(self.actor(who), self.find(slug), **values)
            db.session.flush()
            return getattr(done, "id", done)

    def a_roundtable(self, who: str = "secretaria", *, install: bool = True, **values: Any) -> str:
        """The page of the body of `who`; its slug."""
        told = {
            "title": "Mesa del Valle",
            "founding_act": "Resolución 12-2025",
            "quorum_percent": 50,
            "place": "180106",
        }
        with self.unit():
            slug = str(service.create(self.actor(who), None, **(told | values)).slug)
        if install:
            self.do(who, service.install, slug)
        return slug

    def seated(
        self, slug: str, groups: dict[str, tuple[int, tuple[str, ...]]], who: str = "secretaria"
    ) -> dict[str, int]:
        """Constituencies with how many of their seats a quorum needs and who sits there; seats by organisation."""
        found = {}
        for name, (needed, members) in groups.items():
            group = self.do(who, seating.set_constituency, slug, name=name, needed=needed)
            for member in members:
                found[member] = self.do(
                    who, seating.give_seat, slug, constituency_id=group, organisation_id=self.organisations[member],
                    from_on=dt.date(2025, 1, 1),
                )  # fmt: skip
        return found

    def part(self, cls: type[Seat] | type[Constituency], id: int) -> Any:
        """Within a unit of work."""
        return db.session.get_one(cls, id)

    def events(self, slug: str) -> list[str]:
        """What happened to a roundtable, oldest first."""
        with self.reading() as unit:
            joined = select(HistoryEntry.event).join(Record, Record.id == HistoryEntry.record_id)
            return list(
                unit.scalars(joined.where(Record.slug == slug, Record.kind == "roundtable").order_by(HistoryEntry.id))
            )


@contextmanager
def a_world(homes: Homes, engine: str) -> Iterator[World]:
    """A copy of this country of its own."""
    home = homes.clone(engine, "roundtables", fill)
    with a_land(home) as land:
        land.app.config.update(LOGIN_DISABLED=True, WTF_CSRF_ENABLED=True)  # who asks is said by `act_as`
        with land.database.reading() as unit:
            found = organisations_of(unit)
        yield World(land, home, found)
    homes.discard(home)
