"""The small country of tests.land with those who promise, oversee, check and decide, and ways to act in it.

Every act is a unit of work of its own, as a request is: who may see a commitment is written down at the commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from observatory.kernel import clock
from observatory.kernel.intake import receive
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.commitments import queries, service
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.policy import Case, Sitting
from observatory.rooms.commitments.queries import cases, page
from observatory.rooms.commitments.service import checking, deciding, reporting
from observatory.rooms.organisations import service as organisations
from observatory.rooms.organisations.models import Organisation
from tests.land import Land, a_land, seeder
from tests.services import Home, Homes

TODAY = dt.date(2026, 3, 2)
PROMISED, DUE = dt.date(2026, 1, 10), dt.date(2026, 12, 31)
ORGANISATIONS = {
    "municipalidad": ("Municipalidad Distrital de Torata", "state", "district"),
    "fiscalizadora": ("Organismo de Fiscalización", "oversight", "national"),
    "filial": ("Transportes de la Minera", "company", None),
    "fundacion": ("Fundación de la Minera", "civil_society", None),
    "instituto": ("Instituto de la Minera", "academia", None),
    "ong": ("Agua para Todos", "civil_society", None),
    "universidad": ("Universidad del Sur", "academia", None),
    "comite": ("Comité de Diálogo de Torata", "participation_body", None),
    "sinsector": ("Asociación Sin Sector", "other", None),
}
CONTROLLED = ("filial", "fundacion", "instituto")
"""All by minera-alta."""
PEOPLE: dict[str, list[tuple[str, str]]] = {
    "alcaldesa": [("municipalidad", "representative")],
    "perito municipal": [("municipalidad", "verifier")],
    "fiscal": [("fiscalizadora", "representative")],
    "minero": [("minera-alta", "representative")],
    "perito minero": [("minera-alta", "verifier")],
    "gerente de la filial": [("filial", "manager")],
    "perita de la fundación": [("fundacion", "verifier")],
    "perito del instituto": [("instituto", "verifier")],
    "comunera": [("comunidad", "representative")],
    "perita comunal": [("comunidad", "verifier")],
    "vocera de la ong": [("ong", "representative")],
    "veedora": [("ong", "verifier")],
    "profesor": [("universidad", "verifier")],
    "rectora": [("universidad", "representative")],
    "secretaria": [("comite", "secretary")],
    "veedor del comité": [("comite", "verifier")],
    "perito sin sector": [("sinsector", "verifier")],
    "doble": [("universidad", "verifier"), ("minera-alta", "representative")],
    "moderadora": [("equipo", "moderator")],
    "ciudadana": [],
}
DRAFT = {
    "title": "Entregar agua potable a 340 familias de Torata",
    "nature": "public_service",
    "verbatim": "La municipalidad entregará agua potable a 340 familias.",
    "expected_result": "340 familias con agua día y noche",
    "planned_evidence": "Acta de recepción de la obra",
    "document": "Acta 14 de la mesa de diálogo, punto 3",
    "promised_on": PROMISED,
    "money": "public_budget",
    "due_on": DUE,
    "place": "180106",
}
STEPS = [{"title": "Zanjas", "weight": 40, "due_on": dt.date(2026, 6, 30)}, {"title": "Conexiones", "weight": 60}]
PAGE = {"title": "Acta de recepción", "url": "https://example.org/acta.pdf"}
DONE = "Se entregó el agua a todas las familias."


@dataclass
class World:
    """The land, its organisations and mandates, and short words for what people do with commitments."""

    land: Land
    organisations: dict[str, int]
    mandates: dict[tuple[str, str], int]
    """By person and organisation."""
    today: dt.date = TODAY
    _seconds: int = 0

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One unit of work, in the afternoon of the world's day and after the one before: a version counts on with the
        time of the change. In the context that messages need."""
        self._seconds += 1
        moment = dt.datetime.combine(self.today, dt.time(12), clock.LIMA) + dt.timedelta(seconds=self._seconds % 20_000)
        with clock.frozen(moment), self.request(), self.land.database.unit_of_work() as unit:
            yield unit

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.request(), self.land.database.reading() as unit:
            yield unit

    def request(self) -> Any:
        return self.land.app.test_request_context("/", headers={"Accept-Language": "en"})

    def actor(self, who: str, under: str | None = None) -> Actor:
        """Who a request of this person comes from, within a unit of work: under the mandate of `under`, or the first."""
        if who == "guest":
            return Actor.guest()
        person = Person.__table__
        found = queries.db.session.scalars(select(Person).where(person.c.name == who)).one()
        held = PEOPLE.get(who) or [("", "")]
        return actor_of(found, mandate_id=self.mandates.get((who, under or held[0][0])))

    def case(self, actor: Actor, slug: str) -> Case:
        return cases.case_of(actor, queries.find(actor, slug))

    def do(
        self, who: str, verb: Callable[..., Any], slug: str, *, under: str | None = None, update: int | None = None,
        dispute: int | None = None, contribution: int | None = None, **values: Any,
    ) -> Any:  # fmt: skip
        """Let somebody do a verb to a commitment, about one of its parts where one is named."""
        with self.unit():
            actor = self.actor(who, under)
            case = self.case(actor, slug)
            for find, id in (
                (cases.find_update, update), (cases.find_dispute, dispute), (cases.find_contribution, contribution),
            ):  # fmt: skip
                if id is not None:
                    case = case.about(find(actor, case.commitment, id))
            return verb(actor, case, **values)

    def draft(self, who: str = "comunera", **values: Any) -> str:
        """A draft, complete unless `values` say otherwise; its number."""
        with self.unit():
            told = DRAFT | {"accountable_id": self.organisations["municipalidad"]} | values
            return str(service.create(self.actor(who), None, **told).slug)

    def proposed(self, who: str = "comunera", **values: Any) -> str:
        slug = self.draft(who, **values)
        self.do(who, service.propose, slug)
        return slug

    def accepted(self, by: str = "alcaldesa", **values: Any) -> str:
        slug = self.proposed(**values)
        self.do(by, service.accept, slug)
        return slug

    def of_the_company(self, **values: Any) -> str:
        """An accepted obligation of Minera Alta, which the oversight body accepted."""
        ids = self.organisations
        told = {"nature": "company_obligation", "accountable_id": ids["minera-alta"], "money": "company"}
        return self.accepted("fiscal", oversight_id=ids["fiscalizadora"], **told, **values)

    def report(self, slug: str, who: str = "alcaldesa", **values: Any) -> Any:
        told: dict[str, Any] = {"narrative": DONE, "as_of": self.today, "evidence": [PAGE]}
        return self.do(who, reporting.report, slug, **(told | values))

    def claimed(self, who: str = "alcaldesa", **values: Any) -> str:
        """A commitment of the municipality that it reported complete, with a page elsewhere as evidence."""
        slug = self.accepted(**values)
        self.report(slug, who, complete=True)
        return slug

    def verify(self, slug: str, who: str = "profesor", finding: str = "confirmed", **values: Any) -> Any:
        told = {"finding": finding, "method": "Visita", "narrative": "Visitamos cada casa.", "looked_on": self.today}
        return self.do(who, checking.verify, slug, **(told | values))

    def verified(self, **values: Any) -> str:
        slug = self.claimed(**values)
        self.verify(slug, accepted=self.evidence(slug))
        return slug

    def decide(self, slug: str, kind: str, who: str = "secretaria", **values: Any) -> Any:
        told = {"reason": "Lo acordó la mesa."}
        return self.do(who, decide_in_session, slug, kind=kind, **(told | values))

    def file(self, name: str = "acta.txt", words: str = "Se recibió la obra.") -> dict[str, Any]:
        """A new file as a piece of evidence."""
        return {"title": "Acta de recepción", "content": receive(words.encode(), name)}

    @property
    def files(self) -> Any:
        return self.land.app.extensions["observatory.files"]

    def find(self, slug: str) -> Commitment:
        """The commitment as it is stored, whoever may see it."""
        with self.reading() as unit:
            return unit.scalars(select(Commitment).where(Commitment.slug == slug)).one()

    def evidence(self, slug: str) -> list[int]:
        """The evidence of its reports that stands, as everyone sees it."""
        with self.reading() as unit:
            id = unit.scalars(select(Commitment.id).where(Commitment.slug == slug)).one()
            return [row.id for row in page.standing_evidence(Actor.guest(), id)]

    def events(self, slug: str) -> list[str]:
        """What happened to a commitment, oldest first."""
        with self.reading() as unit:
            joined = select(HistoryEntry.event).join(Commitment, Commitment.id == HistoryEntry.record_id)
            return list(unit.scalars(joined.where(Commitment.slug == slug).order_by(HistoryEntry.id)))


def decide_in_session(actor: Actor, case: Case, *, held_on: dt.date | None = None, **values: Any) -> Any:
    """Decide as a session of the actor's body does."""
    sitting = Sitting(actor.organisation_id, held_on or clock.today(), "Acta 15, punto 2")
    return deciding.decide(actor, case.about(sitting), **values)


def _fill(home: Home) -> None:
    with a_land(home, new=True) as land, land.app.test_request_context("/"), land.database.unit_of_work() as unit:
        seed = seeder()
        for slug, (title, sector, level) in ORGANISATIONS.items():
            told: Any = {"title": title, "sector": sector, "level": level, "places": ["180106"]}
            organisations.create(seed, None, slug=slug, publish=True, **told)
        unit.flush()
        ids = _organisations(unit)
        for slug in CONTROLLED:
            controlled = unit.get_one(Organisation, ids[slug])
            organisations.record_control(seed, controlled, parent_id=ids["minera-alta"])
        for number, (name, mandates) in enumerate(PEOPLE.items()):
            person = Person(email=f"p{number}@example.org", name=name)
            unit.add(person)
            unit.flush()
            for slug, role in mandates:
                give(unit, person.id, ids[slug], role)


def give(unit: Session, person_id: int, organisation_id: int, role: str, **more: Any) -> Mandate:
    """An approved mandate, since long ago unless `more` says otherwise."""
    since = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)
    told: dict[str, Any] = {"from_on": since.date(), "requested_at": since, "approved_at": since} | more
    made = Mandate(person_id=person_id, organisation_id=organisation_id, role=role, **told)
    unit.add(made)
    unit.flush()
    return made


def _organisations(unit: Session) -> dict[str, int]:
    found = unit.execute(select(Record.slug, Record.id).where(Record.kind == "organisation"))
    return {row.slug: row.id for row in found}


@pytest.fixture
def world(homes: Homes, engine_name: str) -> Iterator[World]:
    """A copy of this country of a test's own, on each database in turn."""
    home = homes.clone(engine_name, "commitments", _fill)
    with a_land(home) as land:
        with land.database.reading() as unit:
            ids = _organisations(unit)
            held = unit.execute(
                select(Person.name, Record.slug, Mandate.id)
                .join(Mandate, Mandate.person_id == Person.id)
                .join(Record, Record.id == Mandate.organisation_id)
            )
            yielded = World(land, ids, {(name, slug): id for name, slug, id in held})
        yield yielded
    homes.discard(home)
