"""The whole program over the filled demonstration, and visitors who use it as a browser does.

The demonstration is loaded once for each database and run; every test gets a copy. To the demonstration's own accounts
(`representative` is its liaison) come a few people whom the walk through all routes needs; see CAST.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from observatory.app import create_app, open_database
from observatory.aspects.attachments import queries as attachments_read
from observatory.aspects.attachments import service as attachments
from observatory.aspects.comments import queries as comments_read
from observatory.aspects.comments import service as comments
from observatory.aspects.desk import service as desk
from observatory.aspects.links import service as links
from observatory.aspects.translations import service as translations
from observatory.cli import loading, running
from observatory.kernel import clock, files, intake
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.desk import Row
from observatory.kernel.outbox import Outgoing
from observatory.kernel.policy import Actor
from observatory.people.models import Invitation, Mandate, Person
from observatory.people.queries import actor_of
from observatory.people.sessions import hashed
from observatory.records.models import Record
from observatory.records.queries import find_record
from observatory.rooms.organisations.room import room as organisations
from observatory.rooms.places import service as places
from tests.figures import add_indicators
from tests.offices import add_handovers
from tests.promises import add_commitments
from tests.services import ENGINES, Home, Homes
from tests.tables import add_roundtables

PASSWORD = "una mula verde cruza el puente"
OWN, OTHER = "minera-puna-alta", "comunidad-campesina-jacha-qalani"
OWN_SITE, OTHER_SITE = "puna-alta", "sallqa-verde"
OWN_DRAFT, OTHER_DRAFT = "borrador-propio", "sallqa-verde-ampliacion"
DRAFT_ORGANISATION = "red-de-radios-cuenca-alta"
INVITATION = "an-invitation-for-the-citizen-only"
CAST: dict[str, tuple[str, str, str] | None] = {
    "citizen": None,
    "ended": (OWN, "manager", "yesterday"),
    "manager": (OWN, "manager", "open"),
    "stranger": (OTHER, "manager", "open"),
    "applicant": (OWN, "representative", "requested"),
    "outsider": (OTHER, "representative", "requested"),
}
"""Who else can sign in: organisation, role and how their mandate stands."""
DEMO_ROLES = {"representative": "liaison"}
_networks = itertools.count(1)


def settings_of(home: Home, **more: Any) -> Settings:
    """Settings of a demo in `home`, with passwords that cost nothing to check."""
    values: dict[str, Any] = {"demo": True, "argon2_memory_kib": 64, "argon2_time": 1}
    values |= {"page_cache": False, "instance": home.folder, "database_url": home.url} | more
    return Settings.load({}, **values)


def fill(home: Home) -> None:
    """For Homes.clone: the demonstration with the cast."""
    settings = settings_of(home)
    running.upgrade(settings)
    loading.load_once(settings, say=lambda words: None)
    database = open_database(settings)
    with database.unit_of_work() as unit:
        _add_cast(unit, loading.passwords_of(settings).hash(PASSWORD))
        _add_comments(unit, files.of(settings))
    add_commitments(database, OWN, OTHER, files.of(settings), address_of)
    add_indicators(database, OWN, OWN_SITE, address_of)
    add_roundtables(settings, database)
    add_handovers(database, settings, OWN)
    with database.side_transaction() as unit:
        unit.execute(Outgoing.__table__.delete())  # what the commitments and indicators above told people
    database.analyse()  # the cast came after what loading looked at
    database.close()


def _add_comments(unit: Any, store: files.Files) -> None:
    """What the walk through all routes needs: a comment of the manager, one of theirs that is hidden, and a report of
    an error by the citizen, all just now on the page of their own site."""

    def actor(who: str, role: str = "") -> Actor:
        email = Person.email == (address_of(who) if not role else Person.email)
        person = unit.scalars(select(Person).where(email, *_holding(role))).first()
        mandate = unit.scalar(select(Mandate.id).where(Mandate.person_id == person.id).order_by(Mandate.id))
        return actor_of(person, mandate_id=mandate)

    manager, citizen, moderator = actor("manager"), actor("citizen"), actor("", "moderator")
    site = find_record(manager, "site", OWN_SITE)
    comments.say(manager, site, body="Esto acaba de decirse.")
    comments.say(citizen, site, body="La superficie no es esa.", kind="error")
    torata = unit.scalar(select(Record.id).where(Record.slug == "180106"))
    for name in ("prueba.txt", "retirado.txt"):
        content = intake.receive(b"Palabras de prueba.", name)
        file = attachments.attach(manager, site, content=content, title="Un archivo de prueba", files=store)
    attachments.withdraw(manager, attachments_read.find(manager, file.id), reason="Se retira para la prueba.")
    register = organisations.registers[0]
    row = Row(2, {}, {"slug": OTHER, "summary": "Lo dice un archivo."})
    steward = actor("", "steward")
    outcomes = register.plan(steward, [row], {"columns": {}})
    desk.take_in(steward, register, outcomes=outcomes, mapping={}, file_name="prueba.csv", sha256="0" * 64)
    links.link(manager, site, target_id=torata, relation="see_also")
    translations.translate(manager, site, language="qu", title="Hanaq Puna")
    hidden = comments.say(actor("stranger"), site, body="Esto se va a ocultar.")
    comments.hide(moderator, comments_read.find(moderator, hidden.id), reason="spam", words="Publicidad de otra cosa.")


def _holding(role: str) -> list[Any]:
    return [Person.id.in_(select(Mandate.person_id).where(Mandate.role == role))] if role else []


def _add_cast(unit: Any, password_hash: str) -> None:
    ids = dict(unit.execute(select(Record.slug, Record.id).where(Record.slug.in_((OWN, OTHER)))).all())
    places.create_site(
        Actor.operator(via="seed"), None, slug=OWN_DRAFT, title="Borrador propio", stage="exploration",
        minerals=["copper"], keeper_id=ids[OWN], is_demo=True,
    )  # fmt: skip
    for name, mandate in CAST.items():
        person = Person(email=address_of(name), name=f"{name.title()} Prueba", password_hash=password_hash)
        person.verified_at = clock.now()
        unit.add(person)
        unit.flush()
        if mandate is None:
            continue
        slug, role, how = mandate
        given = {} if how == "requested" else {"approved_at": clock.now()}
        if how == "yesterday":
            given["to_on"] = clock.today() - dt.timedelta(days=1)
        start = clock.today() - dt.timedelta(days=400)
        unit.add(Mandate(person_id=person.id, organisation_id=ids[slug], role=role, from_on=start, **given))
        unit.flush()
        if name == "manager":
            unit.add(
                Invitation(
                    organisation_id=ids[slug], email=address_of("citizen"), role="representative", from_on=start,
                    invited_by_id=person.id, token_hash=hashed(INVITATION), expires_at=clock.now() + dt.timedelta(days=2),
                )
            )  # fmt: skip


def address_of(name: str) -> str:
    return f"{name}@prueba.example"


@dataclass
class Visitor:
    """A browser with its cookies, each in a network of its own."""

    app: Flask
    name: str = "guest"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        number = next(_networks)
        self.client.environ_base["REMOTE_ADDR"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **more)

    def post(self, path: str, values: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.client.post(path, data=dict(values or {}), buffered=True, **more)

    def text(self, path: str, status: int = 200) -> str:
        """What is at `path`, which must answer with `status`."""
        answer = self.get(path)
        assert answer.status_code == status, f"{self.name} {path}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def form(self, path: str, action: str = "") -> dict[str, Any]:
        """What a browser would send of the form at `path` as it stands; `action` chooses among several."""
        return form_in(self.text(path), action)

    def send(self, path: str, to: str = "", **values: Any) -> TestResponse:
        """Open the form at `path`, fill it in, and send it to where it goes (`to`, else its own page)."""
        return self.post(to or path, self.form(path, to) | values)

    def token(self) -> str:
        """The token that forms of this session carry."""
        return str(self.form("/sign-in", "/sign-in")["csrf_token"])

    def cookie(self, name: str = "obs") -> str:
        found = self.client.get_cookie(name)
        return found.value if found else ""


def words(page: str) -> str:
    """The main part of a page as one line of text."""
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


def form_in(page: str, action: str = "") -> dict[str, Any]:
    """The values of a form in the text of a page, as `Visitor.form` gives them: by default the first in its main part
    that is not one of the demonstration's buttons."""
    found = [form for form in html.fromstring(page).forms if form.method == "POST" and "csrf_token" in form.fields]
    if action:
        found = [form for form in found if (form.action or "").partition("?")[0] == action]
    else:
        found = [form for form in found if form.xpath("ancestor::main") and "/demo/" not in (form.action or "")]
    assert found, f"no form goes to {action or 'this page'}"
    values: dict[str, Any] = {}
    for name, value in found[0].form_values():
        values[name] = [*_listed(values[name]), value] if name in values else value
    return values


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass
class Demo:
    """The program over a copy of the filled demonstration."""

    app: Flask
    home: Home
    database: Database
    settings: Settings
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def guest(self) -> Visitor:
        """Somebody who has not signed in, with no cookies yet."""
        return Visitor(self.app)

    def client_as(self, role: str) -> Visitor:
        """A visitor signed in as one of the demonstration's roles (with one click) or of CAST (with the password)."""
        visitor = Visitor(self.app, role)
        if role in CAST:
            values = {"email": address_of(role), "password": PASSWORD}
            answer = visitor.send("/sign-in", "/sign-in", **values)
        else:
            account = next(a for a in self.accounts() if a["role"] == DEMO_ROLES.get(role, role))
            token = visitor.form("/sign-in", "/demo/sign-in")["csrf_token"]
            answer = visitor.post("/demo/sign-in", {"csrf_token": token, "email": account["email"]})
        assert answer.status_code == 303, f"{role} could not sign in: {answer.status_code}"
        return visitor

    def once_as(self, role: str) -> Visitor:
        """The same, but signed in only once for all tests that share this demo."""
        if role not in self._visitors:
            self._visitors[role] = self.guest() if role == "guest" else self.client_as(role)
        return self._visitors[role]

    def accounts(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.home.folder / "demo-accounts.json").read_text())
        return found

    def scalar(self, statement: Any) -> Any:
        """The first value that `statement` answers now."""
        return self.database.scalar(statement)


@contextmanager
def a_demo(homes: Homes, engine: str, **more: Any) -> Iterator[Demo]:
    """The program over a copy of the demonstration on `engine`, which goes afterwards."""
    home = homes.clone(engine, "demo", fill)
    settings = settings_of(home, **more)
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE=True)
    database: Database = app.extensions["observatory.database"]
    try:
        yield Demo(app, home, database, settings)
    finally:
        database.close()
        homes.discard(home)


@pytest.fixture
def demo(homes: Homes, engine_name: str) -> Iterator[Demo]:
    """A copy of the demonstration of this test's own, on each database in turn."""
    with a_demo(homes, engine_name) as made:
        yield made


@pytest.fixture(scope="module", params=ENGINES)
def shared_demo(request: pytest.FixtureRequest, homes: Homes) -> Iterator[Demo]:
    """A copy that all tests of a module share, on each database in turn: for tests that leave it as it was."""
    with a_demo(homes, str(request.param)) as made:
        yield made


@pytest.fixture(scope="session")
def app_context() -> Iterator[None]:
    """Words can be translated outside a request: English ones, as in the source."""
    from flask_babel import Babel, force_locale

    app = Flask("words")
    Babel(app, default_locale="en")
    with app.test_request_context("/"), force_locale("en"):
        yield
