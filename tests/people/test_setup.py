"""The first administrator: a one-time link, no default password."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from observatory.app import create_app
from observatory.cli import running
from observatory.kernel import clock
from observatory.people.models import Mandate, Person
from tests.app import Demo, settings_of
from tests.people.test_factors import switch_on
from tests.services import Home

VALUES = {
    "organisation": "Equipo de prueba",
    "name": "Primera Persona",
    "email": "primera@prueba.example",
    "password": "otra llama azul vuela lejos",
}


@pytest.fixture
def empty(home: Home) -> Iterator[Demo]:
    """An instance that was only migrated, outside demo mode."""
    settings = settings_of(home, demo=False)
    running.upgrade(settings)
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE=True)
    database = app.extensions["observatory.database"]
    yield Demo(app, home, database, settings)
    database.close()


def path_of(made: Demo) -> str:
    link = running.setup_link(made.settings, "http://observatorio.example/")
    assert link is not None
    assert link.startswith("http://observatorio.example/setup/")
    return link.removeprefix("http://observatorio.example")


def test_a_fresh_instance_knows_nobody_and_its_pages_answer(empty: Demo) -> None:
    assert empty.scalar(select(func.count()).select_from(Person)) == 0
    for path in ("/", "/organisations", "/places", "/sites", "/search?q=agua", "/activity", "/sign-in", "/tags"):
        assert empty.guest().get(path).status_code == 200, path
    assert empty.guest().get("/demo/mail").status_code == 404
    assert empty.guest().get("/styleguide").status_code == 404
    guest = empty.guest()
    assert guest.post("/demo/sign-in", {"csrf_token": guest.token(), "email": "a@b.example"}).status_code == 404


def test_the_link_makes_the_first_administrator_and_then_nothing_more(empty: Demo) -> None:
    path = path_of(empty)
    guest = empty.guest()
    weak = guest.send(path, **{**VALUES, "password": "equipo de prueba"})
    assert weak.status_code == 422
    made = guest.send(path, **VALUES)
    assert (made.status_code, made.location) == (303, "/account/second-factor")
    assert guest.get("/administration/people").status_code == 403, "not with the password alone"
    switch_on(guest, VALUES["password"])
    assert guest.get("/administration/people").status_code == 200
    with empty.database.reading() as unit:
        roles = set(unit.scalars(select(Mandate.role).join(Person, Person.id == Mandate.person_id)))
    assert {"administrator", "manager", "steward"} <= roles
    assert running.setup_link(empty.settings, "http://x") is None
    other = empty.guest()
    assert other.get(path).status_code == 404
    again = other.post(path, {**VALUES, "csrf_token": other.token(), "mandate": "", "email": "otra@prueba.example"})
    assert again.status_code == 422
    assert empty.scalar(select(func.count()).select_from(Person)) == 1


def test_a_newer_link_replaces_the_older_and_two_days_are_its_life(empty: Demo) -> None:
    older, newer = path_of(empty), path_of(empty)
    guest = empty.guest()
    assert guest.send(older, **VALUES).status_code == 422
    with clock.frozen(clock.now() + dt.timedelta(hours=49)):
        late = empty.guest()
        assert late.send(newer, **VALUES).status_code == 422
    assert guest.send(newer, **VALUES).status_code == 303
