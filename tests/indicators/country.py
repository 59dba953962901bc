"""Those who define, deliver and validate figures, in the small country of tests.land: filled once, copied for each test."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from observatory.people.models import Mandate, Person
from observatory.records import Source
from observatory.records.models import Record
from observatory.rooms.organisations import service as organisations
from observatory.rooms.organisations.models import Organisation
from tests.land import a_land, seeder
from tests.services import Home

TODAY = dt.date(2026, 3, 2)
ORGANISATIONS = {
    "ministerio": ("Ministerio de las Cifras", "state", "national"),
    "direccion": ("Dirección de Estadística", "state", "national"),
    "contraloria": ("Contraloría de Prueba", "oversight", "national"),
    "filial": ("Transportes de la Minera", "company", None),
    "ong": ("Agua para Todos", "civil_society", None),
    "universidad": ("Universidad del Sur", "academia", None),
    "inventada": ("Red Inventada", "civil_society", None),
}
CONTROLLED = {"direccion": "ministerio", "filial": "minera-alta"}
FICTITIOUS = ("inventada",)
PEOPLE: dict[str, list[tuple[str, str]]] = {
    "analista": [("ministerio", "representative")],
    "jefa": [("ministerio", "manager")],
    "directora": [("direccion", "representative")],
    "auditor": [("contraloria", "verifier")],
    "vocera": [("ong", "representative")],
    "rectora": [("universidad", "representative")],
    "profesora": [("universidad", "verifier")],
    "minero": [("minera-alta", "representative")],
    "comunera": [("comunidad", "representative")],
    "guardiana": [("equipo", "steward")],
    "inventora": [("inventada", "representative")],
    "doble": [("universidad", "representative"), ("ministerio", "representative")],
    "ciudadana": [],
}


def fill(home: Home) -> None:
    with a_land(home, new=True) as land, land.app.test_request_context("/"):
        with land.database.unit_of_work() as unit:
            _organise(unit)
        with land.database.unit_of_work() as unit:  # who may see an organisation is known once it is committed
            _people(unit)


def _organise(unit: Session) -> None:
    for slug, (title, sector, level) in ORGANISATIONS.items():
        told: Any = {"title": title, "sector": sector, "level": level, "places": ["180106"]}
        organisations.create(seeder(), None, slug=slug, publish=True, is_demo=slug in FICTITIOUS, **told)
    unit.add(Source(key="mef", title="Consulta amigable", as_of="2026-01", url="https://example.org/mef"))


def _people(unit: Session) -> None:
    ids = organisations_of(unit)
    for slug, parent in CONTROLLED.items():
        organisations.record_control(seeder(), unit.get_one(Organisation, ids[slug]), parent_id=ids[parent])
    for number, (name, mandates) in enumerate(PEOPLE.items()):
        person = Person(email=f"p{number}@example.org", name=name)
        person.verified_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        unit.add(person)
        unit.flush()
        for slug, role in mandates:
            give(unit, person.id, ids[slug], role)


def give(unit: Session, person_id: int, organisation_id: int, role: str) -> None:
    """An approved mandate, since long ago."""
    since = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)
    told: dict[str, Any] = {"from_on": since.date(), "requested_at": since, "approved_at": since}
    unit.add(Mandate(person_id=person_id, organisation_id=organisation_id, role=role, **told))
    unit.flush()


def organisations_of(unit: Session) -> dict[str, int]:
    found = unit.execute(select(Record.slug, Record.id).where(Record.kind == "organisation"))
    return {row.slug: row.id for row in found}
