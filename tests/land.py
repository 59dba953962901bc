"""A small country with organisations and sites, for the tests of the rooms: filled once, copied for each test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from observatory.app import create_app
from observatory.kernel.config import Settings
from observatory.kernel.db import Base, Database
from observatory.kernel.pagecache import ContentVersion
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.records import Source
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.organisations import service as organisations
from observatory.rooms.places import service as places
from observatory.rooms.places.service import parts
from tests.services import Home

_LONG_AGO = dt.date(2020, 1, 1)
PEOPLE = {"steward": ("equipo", "steward"), "manager": ("minera-alta", "manager"), "stranger": ("comunidad", "manager")}
PLACES = [
    ("18", "Moquegua", "pe", "17", 203_000),
    ("1801", "Mariscal Nieto", "18", "1701", None),
    ("180101", "Moquegua", "1801", "170101", 69_000),
    ("180106", "Torata", "1801", "170105", 6_658),
    ("17", "Madre de Dios", "pe", None, None),
    ("1701", "Tambopata", "17", None, None),
    ("170105", "Ñuñoa", "1701", None, 0),
    ("170106", "San Juan", "1701", None, None),
    ("170107", "San Juan", "1701", None, 20),
]


def seeder() -> Actor:
    """Who fills the country: a steward at the command line."""
    return Actor.operator()


@dataclass
class Land:
    """The instance, and ways to act in it."""

    app: Flask
    client: FlaskClient
    database: Database
    people: dict[str, Actor]

    def act_as(self, who: str | None) -> None:
        """Let the next requests come from one of PEOPLE, or from nobody."""
        actor = self.people[who] if who else Actor.guest()
        self.app.extensions["observatory.actor"] = lambda: actor

    def text(self, path: str, status: int = 200, **more: Any) -> str:
        """What is at `path`, which must answer with `status`."""
        answer = self.client.get(path, headers={"Accept-Language": "en"}, **more)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form at `path`."""
        from lxml import html

        page = html.fromstring(self.text(path))
        return {field.get("name"): field.get("value") or "" for field in page.xpath("//main//input[@type='hidden']")}

    def send(self, path: str, **values: Any) -> Any:
        """Open the form at `path`, fill it in and send it."""
        return self.client.post(path, data=self.form(path) | values)

    def record(self, slug: str) -> Record:
        with self.database.reading() as unit:
            return unit.scalars(select(Record).where(Record.slug == slug)).one()

    def events(self, slug: str) -> list[HistoryEntry]:
        """What happened to a record, oldest first."""
        with self.database.reading() as unit:
            found = select(HistoryEntry).join(Record, Record.id == HistoryEntry.record_id).where(Record.slug == slug)
            return list(unit.scalars(found.order_by(HistoryEntry.id)))


@contextmanager
def a_land(home: Home, *, new: bool = False) -> Iterator[Land]:
    """The instance at `home`; with `new`, in an empty home, which is filled first."""
    settings = Settings.load(
        {}, instance=home.folder, database_url=home.url, argon2_memory_kib=64, argon2_time=1,
        page_cache=False,
    )  # fmt: skip
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE=True, WTF_CSRF_ENABLED=False)
    database: Database = app.extensions["observatory.database"]
    try:
        if new:
            Base.metadata.create_all(database.engine)
            with database.engine.begin() as connection:
                connection.execute(insert(ContentVersion).values(id=1, number=1))
            with app.test_request_context("/"), database.unit_of_work() as unit:
                _fill(unit)
        with database.reading() as unit:
            people = {row.name: _actor(row) for row in unit.execute(_MANDATES)}
        yield Land(app, app.test_client(), database, people)
    finally:
        database.close()


_MANDATES = (
    select(Person.name, Mandate.id, Mandate.person_id, Mandate.organisation_id, Mandate.role)
    .join(Person, Person.id == Mandate.person_id)
)  # fmt: skip


def _actor(row: Any) -> Actor:
    labels = {"public", f"person:{row.person_id}", f"org:{row.organisation_id}"}
    return Actor(
        person_id=row.person_id, name=row.name, mandate_id=row.id, organisation_id=row.organisation_id, role=row.role,
        organisation_ids=frozenset({row.organisation_id}), roles=frozenset({(row.organisation_id, row.role)}),
        labels=frozenset(labels | ({"stewards"} if row.role == "steward" else set())),
    )  # fmt: skip


def fill(home: Home) -> None:
    """For Homes.clone: the filled template."""
    with a_land(home, new=True):
        pass


def _fill(unit: Any) -> None:
    seed = seeder()
    source = Source(key="inei", title="Ubigeo INEI 2025", as_of="2025", url="https://example.org/inei")
    unit.add(source)
    unit.flush()
    country = places.add_territory(
        seed, None, code="pe", title="Perú", population=1_000_000, population_source_id=source.id
    )
    made = {"pe": country}
    unit.flush()
    for code, name, parent, reniec, population in PLACES:
        tile = {"short": name[:3].upper(), "tile_row": 1, "tile_column": 1} if len(code) == 2 else {}
        made[code] = places.add_territory(
            seed, None, code=code, title=name, parent=made[parent], reniec=reniec, population=population,
            population_source_id=source.id if population is not None else None, position=tile,
        )  # fmt: skip
        unit.flush()
    orgs = {
        slug: organisations.create(seed, None, slug=slug, title=title, sector=sector, publish=publish, places=where)
        for slug, title, sector, publish, where in (
            ("equipo", "Equipo del Observatorio", "other", True, ["pe"]),
            ("minera-alta", "Minera Alta", "company", True, ["180106"]),
            ("comunidad", "Comunidad de Torata", "community", True, ["180106"]),
            ("secreta", "Organización secreta", "civil_society", False, ["180106"]),
        )
    }
    site = places.create_site(
        seed, None, title="Alta", stage="operation", minerals=["copper"], publish=True,
        keeper_id=orgs["minera-alta"].id,
    )  # fmt: skip
    parts.record_operator(
        seed, site, organisation_id=orgs["minera-alta"].id, role="owner", share=Decimal("60"), source_id=source.id
    )
    parts.record_district(seed, site, code="180106", basis_es="Resolución", source_id=source.id)
    for name, (slug, role) in PEOPLE.items():
        person = Person(email=f"{name}@example.org", name=name)
        unit.add(person)
        unit.flush()
        unit.add(Mandate(person_id=person.id, organisation_id=orgs[slug].id, role=role, from_on=_LONG_AGO))
