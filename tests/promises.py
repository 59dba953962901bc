"""Commitments that the walk through all routes needs, beside those of the demonstration: one in every state that matters
there, each at an address that the tests know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from observatory.aspects.attachments import service as attachments
from observatory.cli.story import acting
from observatory.kernel import clock, intake
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.models import Record
from observatory.rooms.commitments import service
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.queries import cases
from observatory.rooms.commitments.service import checking, deciding, reporting

DRAFT, PROPOSED, RUNNING, CLAIMED, STEWARDS = (
    f"prueba-{name}" for name in ("borrador", "propuesto", "en-curso", "declarado", "de-fuente")
)
OVERSEER = ("ruben.achulli@demo.example", "oficina-fiscalizacion-illapampa")


def whole(**more: Any) -> dict[str, Any]:
    """All that a company's obligation needs to be proposed, but whoever owes and oversees it."""
    return {
        "title": "Entregar doce bombas de agua a la comunidad", "nature": "company_obligation", "money": "company",
        "verbatim": "La empresa entregará doce bombas de agua.", "expected_result": "12 bombas entregadas.",
        "planned_evidence": "Actas de entrega.", "document": "Acta de prueba", "promised_on": clock.today(),
        "due_on": clock.today().replace(year=clock.today().year + 1, day=1), "place": "060505", **more,
    }  # fmt: skip


def add_commitments(database: Database, own: str, other: str, store: Any, address_of: Callable[[str], str]) -> None:
    """One draft, one proposed to the stranger's organisation, one in progress with a report, a dispute and a pledge, one
    claimed with evidence, and a draft of the stewards."""

    def by(who: str) -> Actor:
        from observatory.kernel import db

        person = db.session.scalars(select(Person).where(Person.email == address_of(who))).one()
        mandate = db.session.scalar(select(Mandate.id).where(Mandate.person_id == person.id).order_by(Mandate.id))
        return actor_of(person, mandate_id=mandate)

    def steward() -> Actor:
        return acting("efrain.ccorimanya@demo.example", "equipo-del-observatorio")

    with database.reading() as unit:
        ids = dict(unit.execute(select(Record.slug, Record.id).where(Record.kind == "organisation")).all())
    owed = {"accountable_id": ids[own], "oversight_id": ids[OVERSEER[1]]}

    def made(slug: str, who: Callable[[], Actor], **values: Any) -> None:
        with database.unit_of_work() as unit:
            commitment = service.create(who(), None, is_demo=True, **whole(**values))
            unit.flush()
            number = commitment.id
        with database.engine.begin() as connection:
            connection.execute(update(Record.__table__).where(Record.id == number).values(slug=slug))

    def act(slug: str, who: Callable[[], Actor], verb: Callable[..., Any], subject: Any = None, **values: Any) -> None:
        with database.unit_of_work() as unit:
            actor = who()
            commitment = unit.scalars(select(Commitment).where(Commitment.slug == slug)).one()
            case: Case = cases.case_of(actor, commitment)
            verb(actor, case.about(subject) if subject else case, **values)

    manager, stranger = (lambda: by("manager")), (lambda: by("stranger"))
    made(DRAFT, manager, **owed)
    made(STEWARDS, steward, accountable_id=ids[own])
    made(PROPOSED, manager, nature="civil_society", accountable_id=ids[other], money="own", place="180203")
    act(PROPOSED, manager, service.propose)
    for slug in (RUNNING, CLAIMED):
        made(slug, manager, **owed)
        act(slug, manager, service.propose)
        act(slug, lambda: acting(*OVERSEER), service.accept)
    told = {"narrative": "Se entregaron las primeras bombas.", "as_of": clock.today()}
    act(RUNNING, manager, reporting.report, percent=40, **told)
    act(RUNNING, lambda: by("citizen"), checking.dispute, words="Ninguna bomba llegó a mi caserío.")
    act(RUNNING, stranger, deciding.pledge, form="in_kind", what="Mano de obra para instalarlas")
    with database.unit_of_work() as unit:
        commitment = unit.scalars(select(Commitment).where(Commitment.slug == CLAIMED)).one()
        content = intake.receive(b"Acta de entrega de doce bombas.", "acta-de-entrega.txt")
        file = attachments.attach(manager(), commitment, content=content, title="Acta de entrega", files=store)
        unit.flush()
        evidence = [{"attachment_id": file.id}]
    act(CLAIMED, manager, reporting.report, percent=100, complete=True, evidence=evidence, files=store, **told)
