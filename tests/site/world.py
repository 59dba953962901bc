"""A small instance for the tests of the site and of the history: two people, three organisations, some changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from observatory.app import create_app
from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.db import Base, Database
from observatory.kernel.pagecache import ContentVersion
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.records import derived
from observatory.records.history import HistoryEntry, note
from observatory.records.models import DRAFT
from observatory.rooms.organisations import events
from observatory.rooms.organisations.models import Organisation
from tests.services import Home

SECRET = "zarigüeya"
"""Stands only in what the public may not see."""
BEGAN = dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC)
LONG = "La empresa explota una unidad de cobre en la sierra y mantiene un convenio con la provincia desde 2003. " * 2


@dataclasses.dataclass
class World:
    """The instance and who is in it. `open` and `draft` are the addresses' last parts."""

    app: Flask
    client: FlaskClient
    database: Database
    company_id: int
    rosa_id: int
    open: str = "minera-puna"
    published: str = "federacion"
    draft: str = "secreta"

    @property
    def rosa(self) -> Actor:
        """A person acting for the company."""
        labels = frozenset({"public", f"person:{self.rosa_id}", f"org:{self.company_id}"})
        return Actor(person_id=self.rosa_id, name="Rosa Quispe", organisation_id=self.company_id, labels=labels)

    def text(self, path: str, status: int = 200, **more: Any) -> str:
        """What is at `path`, which must answer with `status`."""
        answer = self.client.get(path, **more)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def feed(self, path: str) -> ET.Element:
        """The Atom feed at `path`, read."""
        return ET.fromstring(self.text(path))  # noqa: S314 - our own text

    def entries(self, slug: str) -> list[HistoryEntry]:
        """The history entries of an organisation, oldest first."""
        with self.database.reading() as unit:
            found = select(HistoryEntry).join(Organisation, Organisation.id == HistoryEntry.record_id)
            return list(unit.scalars(found.where(Organisation.slug == slug).order_by(HistoryEntry.id)))


@contextmanager
def a_world(home: Home) -> Iterator[World]:
    """An instance in an empty `home`, filled and indexed."""
    settings = Settings.load(
        {}, instance=home.folder, database_url=home.url, demo=True, argon2_memory_kib=64, argon2_time=1
    )
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE=True)
    database: Database = app.extensions["observatory.database"]
    Base.metadata.create_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(insert(ContentVersion).values(id=1, number=1))
    company_id, rosa_id = _fill(database)
    while derived.drain(database, app.extensions["observatory.shelf"]):
        pass
    try:
        yield World(app, app.test_client(), database, company_id, rosa_id)
    finally:
        database.close()


def _fill(database: Database) -> tuple[int, int]:
    with clock.frozen(BEGAN), database.unit_of_work() as unit:
        rosa = Person(email="rosa@example.org", name="Rosa Quispe", verified_at=clock.now())
        gone = Person(email=None, name="", closed_at=clock.now())
        unit.add_all([rosa, gone])
        unit.flush()
        company = _an_organisation("minera-puna", "Minera Puna", sector="company", summary=LONG, is_demo=True)
        note(Actor(person_id=rosa.id), company, events.OrganisationCreated())
        union = _an_organisation("federacion", "Federación de comunidades", summary=SECRET, state=DRAFT)
        note(Actor(person_id=rosa.id), union, events.OrganisationCreated())
        hidden = _an_organisation("secreta", f"Organización {SECRET}", state=DRAFT)
        note(Actor(person_id=rosa.id, organisation_id=company.id), hidden, events.OrganisationCreated())
        unit.add(Mandate(person_id=rosa.id, organisation_id=company.id, role="manager", from_on=BEGAN.date()))
    with clock.frozen(BEGAN + dt.timedelta(days=1)), database.unit_of_work() as unit:
        company = _found(unit, "minera-puna")
        company.title, company.summary = "Minera Puna <Alta>", LONG.replace("cobre", "zinc", 1)
        note(Actor(person_id=rosa.id, organisation_id=company.id), company, events.OrganisationEdited())
        union = _found(unit, "federacion")
        union.summary = "Texto público"
        note(Actor(), union, events.OrganisationEdited())
    with clock.frozen(BEGAN + dt.timedelta(days=2)), database.unit_of_work() as unit:
        union = _found(unit, "federacion")
        union.publish()
        note(Actor(person_id=gone.id, organisation_id=company.id), union, events.OrganisationPublished())
    return company.id, rosa.id


def _an_organisation(slug: str, title: str, **values: Any) -> Organisation:
    organisation = Organisation(slug=slug, title=title, **{"sector": "community", "state": "published", **values})
    db.session.add(organisation)
    db.session.flush()
    organisation.keeper_id = organisation.id
    db.session.flush()
    return organisation


def _found(unit: Any, slug: str) -> Organisation:
    found: Organisation = unit.scalars(select(Organisation).where(Organisation.slug == slug)).one()
    return found
