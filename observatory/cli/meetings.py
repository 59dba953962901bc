"""The sessions of the demonstration that have been run: from who was there to the signed minutes, as people would have."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from observatory.cli.story import acting
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people.models import Person
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.queries import cases
from observatory.rooms.roundtables.models import AgendaItem, Minutes, Outcome, RoundtableSession, Seat
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries.meeting import case_of
from observatory.rooms.roundtables.service import meeting, minutes, outcomes
from observatory.rooms.roundtables.service.meeting import Taken


class Run:
    """Runs one convened session as an entry of a seed tells it. Each act commits by itself, at its own time."""

    def __init__(self, database: Database, people: dict[str, str], organisations: dict[str, int]) -> None:
        self._database, self._people, self._organisations = database, people, organisations

    def run(self, number: int, body: str, by: str, told: dict[str, Any], begins: dt.datetime) -> None:
        """Session `number` of a body, run by its secretary `by`, from the moment at which it begins."""
        self._number, self._secretary = number, (by, body)
        self._at = begins
        self._act(lambda actor, case: meeting.open_session(actor, case))
        self._act(lambda actor, case: meeting.record_attendance(actor, case, seats=self._sitting(told["sitting"])))
        for guest in told.get("guests", ()):
            self._act(lambda actor, case, guest=guest: meeting.add_guest(actor, case, as_written=guest))
        for at, entry in enumerate(told.get("notes", ())):
            self._act(
                lambda actor, case, at=at, entry=entry: meeting.write_note(
                    actor, case, item=self._item(entry["item"]), key=f"seed-{number}-{at}", words=entry["text"]
                )
            )
        for entry in told.get("outcomes", ()):
            self._outcome(entry)
        if not told.get("ended"):
            return
        self._act(lambda actor, case: meeting.end_session(actor, case))
        if "circulated_after" in told:
            self._minutes(told, begins)

    def _outcome(self, entry: dict[str, Any]) -> None:
        def carry_out(actor: Actor, case: Case) -> None:
            item = self._item(entry["item"])
            if entry["type"] == "information":
                outcomes.record_information(actor, case, item=item, statement=entry["text"])
            elif entry["type"] == "deferral":
                outcomes.defer(actor, case, item=item, statement=entry["text"])
            elif entry.get("reason"):
                outcomes.agree(actor, case, item=item, statement=entry["text"], becomes=False, reason=entry["reason"])
            else:
                self._agree(actor, case, item, entry)

        self._act(carry_out)
        if entry.get("evidence"):
            self._act(lambda actor, case: self._fill_in(actor, entry))

    def _agree(self, actor: Actor, case: Case, item: AgendaItem, entry: dict[str, Any]) -> None:
        due = case.session.day + dt.timedelta(entry["due_days"]) if "due_days" in entry else None
        outcomes.agree(
            actor, case, item=item, statement=entry["text"], due_on=due,
            accountable_id=self._organisations[entry["accountable"]], verifier_id=self._organisations[entry["verifier"]],
            money=entry["money"], expected_result=entry.get("result", ""),
            reserved=[self._organisations[slug] for slug in entry.get("reserved", ())], reservation=entry.get("reservation", ""),
        )  # fmt: skip

    def _fill_in(self, actor: Actor, entry: dict[str, Any]) -> None:
        """Add to the draft that the last agreement became what it still lacked."""
        latest = select(Outcome.commitment_id).where(Outcome.session_id == self._number).order_by(Outcome.id.desc())
        commitment = db.session.get_one(Commitment, db.session.scalars(latest.limit(1)).one())
        told: dict[str, Any] = {"planned_evidence": entry["evidence"]}
        if entry.get("oversight"):
            told["oversight_id"] = self._organisations[entry["oversight"]]
        commitments.edit(actor, cases.case_of(actor, commitment), **told)

    def _minutes(self, told: dict[str, Any], begins: dt.datetime) -> None:
        """Circulated some days later, amended, signed and published as far as the entry says."""
        self._at = begins + dt.timedelta(told["circulated_after"])
        until = self._at.astimezone(clock.LIMA).date() + dt.timedelta(7)
        link = f"/sessions/{self._number}/minutes"
        self._act(lambda actor, case: minutes.circulate(actor, case, amend_until=until, link=link))
        for entry in told.get("amendments", ()):
            self._act(
                lambda actor, case, entry=entry: minutes.propose_amendment(
                    actor, case, item=self._item(entry["item"]), statement=entry["text"]
                ),
                by=(entry["by"], entry["for"]),
            )
        for who, slug in (told.get("signed") or {}).items():
            self._act(lambda actor, case: minutes.sign(actor, case, digest=self._digest()), by=(who, slug))
        if told.get("published"):
            self._act(lambda actor, case: minutes.publish(actor, case, link=link))
        for who, slug in (told.get("accepted") or {}).items():
            self._act(lambda actor, case: self._accept(actor), by=(who, slug))

    def _accept(self, actor: Actor) -> None:
        """Let an organisation accept what was proposed to it in this session."""
        own = (
            select(Commitment)
            .join(Outcome, Outcome.commitment_id == Commitment.id)
            .where(Outcome.session_id == self._number, Commitment.state == "proposed")
        )
        for commitment in db.session.scalars(own.order_by(Commitment.id)).all():
            if commitment.accepting_id() == actor.organisation_id:
                commitments.accept(actor, cases.case_of(actor, commitment))

    def _sitting(self, told: dict[str, str | None]) -> dict[int, Taken]:
        """Seat → who is on it: organisation → the person of the demonstration who sits for it, or a name."""
        seats = {
            seat.organisation_id: seat
            for seat in db.session.scalars(
                select(Seat)
                .join(RoundtableSession, RoundtableSession.roundtable_id == Seat.roundtable_id)
                .where(RoundtableSession.id == self._number)
            )
        }
        found = {}
        for slug, who in told.items():
            seat = seats[self._organisations[slug]]
            mandate = acting(self._people[who], slug).mandate_id if who in self._people else None
            name = (
                db.session.scalar(select(Person.name).where(Person.email == self._people[who]))
                if who in self._people
                else who
            )
            found[seat.id] = Taken(mandate_id=mandate, name=name or "")
        return found

    def _item(self, position: int) -> AgendaItem:
        own = select(AgendaItem).where(AgendaItem.session_id == self._number, AgendaItem.position == position)
        return db.session.scalars(own).one()

    def _digest(self) -> str:
        return db.session.scalars(select(Minutes.digest).where(Minutes.session_id == self._number)).one()

    def _act(self, carry_out: Any, by: tuple[str, str] | None = None) -> None:
        """Let the secretary, or `by`, do something in a unit of work of its own, five minutes after what came before."""
        who, slug = by or self._secretary
        self._at = min(self._at + dt.timedelta(minutes=5), dt.datetime.now(dt.UTC))
        with clock.frozen(self._at), self._database.unit_of_work() as unit:
            carry_out(acting(self._people[who], slug), case_of(unit.get_one(RoundtableSession, self._number)))
