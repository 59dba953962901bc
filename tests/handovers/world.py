"""The small country of the roundtables, with a ministry whose office changes at the end of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.pages import registry
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment, Evidence
from observatory.rooms.commitments.queries import cases as promised
from observatory.rooms.commitments.service import checking, reporting
from observatory.rooms.handovers import service
from observatory.rooms.handovers.models import Handover, HandoverItem, HandoverSignature
from observatory.rooms.handovers.queries import cases
from observatory.rooms.handovers.service import transferring
from observatory.rooms.roundtables import service as roundtables
from observatory.rooms.roundtables.models import Roundtable
from observatory.rooms.roundtables.service import seating
from tests.indicators.country import organisations_of
from tests.land import Land, a_land
from tests.roundtables.world import fill as fill_bodies
from tests.services import Home, Homes
from tests.visits import Visits

BEFORE, LAST, AFTER = dt.date(2026, 12, 10), dt.date(2026, 12, 31), dt.date(2027, 1, 12)
"""While the term lasts, its last day, and when the new office is there."""
LONG_AGO = dt.date(2023, 1, 1)
OFFICE: dict[str, tuple[str, dt.date, dt.date | None]] = {
    "saliente": ("manager", LONG_AGO, LAST),
    "saliente2": ("secretary", LONG_AGO, dt.date(2026, 12, 15)),
    "permanente": ("representative", LONG_AGO, None),
    "verificadora": ("verifier", LONG_AGO, None),
    "entrante": ("manager", dt.date(2027, 1, 1), dt.date(2030, 12, 31)),
    "entrante2": ("representative", dt.date(2027, 1, 1), None),
}
"""The people of the ministry: role, first and last day."""
TERM: dict[str, Any] = {
    "term_ends_on": LAST, "act": "Resolución 1234-2026-JNE", "proclaimed_by": "Jurado Nacional de Elecciones",
}  # fmt: skip


def fill(home: Home) -> None:
    fill_bodies(home)
    with a_land(home) as land, land.app.test_request_context("/"), land.database.unit_of_work() as unit:
        ids = organisations_of(unit)
        body = unit.scalars(
            select(Mandate).join(Person, Person.id == Mandate.person_id).where(Person.name == "alcaldesa")
        )
        body.one().to_on = LAST
        for number, (name, (role, since, until)) in enumerate(OFFICE.items()):
            person = Person(email=f"o{number}@example.org", name=name)
            person.verified_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
            unit.add(person)
            unit.flush()
            given = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
            told: dict[str, Any] = {"from_on": since, "to_on": until, "requested_at": given, "approved_at": given}
            unit.add(Mandate(
                person_id=person.id, organisation_id=ids["ministerio"], role=role, title=f"Cargo de {name}", **told
            ))  # fmt: skip


@dataclass
class World(Visits):
    """The land, and short words for what the two offices of the ministry do."""

    land: Land
    home: Home
    organisations: dict[str, int]
    today: dt.date = BEFORE
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

    def opened(self, who: str = "saliente", **values: Any) -> int:
        """A handover of the organisation of `who`; its id."""
        with self.unit():
            made = service.open_handover(self.actor(who), None, sources=registry().holdings, **(TERM | values))
            return made.id

    def do(self, who: str, verb: Callable[..., Any], number: int, **values: Any) -> Any:
        """Let somebody do a verb to a handover; `item` is named by its number."""
        with self.unit() as unit:
            actor, handover = self.actor(who), unit.get_one(Handover, number)
            if "item" in values:
                values["item"] = self.item(number, values["item"])
            done = verb(actor, cases.case_of(actor, handover), **values)
            unit.flush()
            return getattr(done, "id", done)

    def item(self, number: int, at: int) -> HandoverItem:
        """Within a unit of work."""
        own = select(HandoverItem).where(HandoverItem.handover_id == number, HandoverItem.number == at)
        return db.session.scalars(own).one()

    def refreshed(self, who: str, number: int) -> int:
        with self.unit() as unit:
            actor = self.actor(who)
            case = cases.case_of(actor, unit.get_one(Handover, number))
            return service.refresh(actor, case, sources=registry().holdings)

    def items(self, number: int, source: str | None = None) -> list[HandoverItem]:
        with self.reading() as unit:
            own = select(HandoverItem).where(HandoverItem.handover_id == number)
            own = own.where(HandoverItem.source == source) if source else own
            return list(unit.scalars(own.order_by(HandoverItem.number)))

    def sources(self, number: int) -> list[str]:
        return list(dict.fromkeys(item.source for item in self.items(number)))

    def confirm_everything(self, number: int, who: str = "saliente") -> None:
        for source in self.sources(number):
            self.do(who, transferring.confirm_all, number, source=source)

    def receive_everything(self, number: int, who: str = "entrante") -> None:
        """Whatever is not answered yet."""
        for source in dict.fromkeys(item.source for item in self.items(number) if not item.answer):
            self.do(who, transferring.answer_all, number, source=source, answer="received")

    def signatures(self, number: int) -> list[tuple[str, str, bool]]:
        """(side, role, whether it stands)."""
        with self.reading() as unit:
            own = select(HandoverSignature).where(HandoverSignature.handover_id == number)
            return [
                (each.side, each.role, each.voided_at is None)
                for each in unit.scalars(own.order_by(HandoverSignature.id))
            ]

    def events(self, number: int) -> list[str]:
        with self.reading() as unit:
            own = select(HistoryEntry.event).where(HistoryEntry.record_id == number)
            return list(unit.scalars(own.order_by(HistoryEntry.id)))

    def state(self, number: int) -> str:
        with self.reading() as unit:
            return unit.get_one(Record, number).state

    # --- What the ministry owes, keeps and must answer ----------------------------------------------------------------

    def a_commitment(
        self, title: str = "Construir doce kilómetros de canal", *, accepted: bool = True, proposed: bool = True,
        who: str = "secretaria", due: dt.date = dt.date(2027, 6, 30), **values: Any,
    ) -> str:  # fmt: skip
        """One that the ministry owes; its number."""
        told: dict[str, Any] = {
            "nature": "public_service", "accountable_id": self.organisations["ministerio"], "due_on": due, "place": "180106",
            "document": "Acta 3", "promised_on": dt.date(2026, 1, 10), "expected_result": "12 km de canal.",
            "money": "public_budget", "verbatim": title, "planned_evidence": "Acta de recepción.",
        }  # fmt: skip
        with self.unit():
            slug = str(commitments.create(self.actor(who), None, title=title, **(told | values)).slug)
        if proposed:
            self.promise(who, commitments.propose, slug)
        if accepted and proposed:
            self.promise("alcaldesa", commitments.accept, slug)
        return slug

    def promise(self, who: str, verb: Callable[..., Any], slug: str, **values: Any) -> Any:
        """Let somebody do a verb to a commitment."""
        with self.unit() as unit:
            found = unit.scalars(select(Commitment).where(Commitment.slug == slug)).one()
            actor = self.actor(who)
            verb(actor, promised.case_of(actor, found), **values)
            unit.flush()

    def verified(self, slug: str, by: str) -> None:
        """Reported complete by `by`, and confirmed by the auditor."""
        evidence = [{"title": "Acta de recepción", "url": "https://example.org/acta"}]
        told = {"narrative": "La obra está terminada.", "as_of": self.today, "complete": True, "evidence": evidence}
        self.promise(by, reporting.report, slug, percent=100, **told)
        with self.reading() as unit:
            own = select(Evidence.id).join(Commitment, Commitment.id == Evidence.commitment_id)
            accepted = list(unit.scalars(own.where(Commitment.slug == slug)))
        self.promise(
            "auditor", checking.verify, slug, finding="confirmed", method="Visita", narrative="Visitamos toda la obra.",
            looked_on=self.today, accepted=accepted,
        )  # fmt: skip

    def a_seat(self) -> str:
        """A seat of the ministry in the roundtable of the valley; the roundtable's slug."""
        with self.unit():
            told: dict[str, Any] = {"title": "Mesa del Valle", "founding_act": "Resolución 12-2025", "place": "180106"}
            slug = str(roundtables.create(self.actor("secretaria"), None, **told).slug)
        found = select(Roundtable).where(Roundtable.slug == slug)
        with self.unit() as unit:
            roundtables.install(self.actor("secretaria"), unit.scalars(found).one())
        with self.unit() as unit:
            own = unit.scalars(found).one()
            group = seating.set_constituency(self.actor("secretaria"), own, name="Estado").id
            seating.give_seat(
                self.actor("secretaria"), own, constituency_id=group, organisation_id=self.organisations["ministerio"],
                from_on=dt.date(2025, 1, 1),
            )  # fmt: skip
        return slug


@contextmanager
def a_world(homes: Homes, engine: str) -> Iterator[World]:
    """A copy of this country of its own."""
    home = homes.clone(engine, "handovers", fill)
    with a_land(home) as land:
        land.app.config.update(LOGIN_DISABLED=True, WTF_CSRF_ENABLED=True)  # who asks is said by `act_as`
        with land.database.reading() as unit:
            found = organisations_of(unit)
        yield World(land, home, found)
    homes.discard(home)
