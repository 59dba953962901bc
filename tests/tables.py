"""Roundtables that the walk through all routes needs, beside those of the demonstration."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from observatory.app import create_app
from observatory.kernel import clock
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.models import Record
from observatory.rooms.roundtables import service
from observatory.rooms.roundtables.models import (
    AgendaItem,
    Amendment,
    Attendance,
    Commission,
    Constituency,
    Minutes,
    Outcome,
    Roundtable,
    RoundtableSession,
    Seat,
)
from observatory.rooms.roundtables.queries import meeting as reading
from observatory.rooms.roundtables.service import meeting, outcomes, preparing

RUN, DRAFT = "mesa-de-desarrollo-puna-alta", "mesa-en-borrador"
"""What the visitor `secretary` runs, as the demonstration has it; a draft that stewards write for another body."""
DRAFTED_FOR, FREE = "eiti-peru", "comite-provisional-agua-illapunku"
"""The body of the draft, and one that has no page of its roundtable."""


def add_roundtables(settings: Settings, database: Database) -> None:
    with database.reading() as unit:
        body = unit.scalars(select(Record.id).where(Record.kind == "organisation", Record.slug == DRAFTED_FOR)).one()
    with database.unit_of_work():
        service.create(
            Actor.operator(),
            None,
            keeper_id=body,
            slug=DRAFT,
            title="Mesa en borrador",
            founding_act="Resolución de prueba",
        )
    app = create_app(settings)
    with (
        app.test_request_context("/"),
        closing(app.extensions["observatory.database"]),
    ):  # rooms are asked for the brief
        _run_a_session(database)


def _run_a_session(database: Database) -> None:
    """One more session of RUN, held, with an agreement that still lacks something and no minutes yet."""
    now = clock.now()
    with database.reading() as unit:
        own = select(Mandate).join(Record, Record.id == Mandate.organisation_id)
        mandate = unit.scalars(own.where(Record.slug == RUN, Mandate.role == "secretary").order_by(Mandate.id)).first()
        assert mandate is not None

    def act(at: dt.datetime, carry_out: Any) -> Any:
        with clock.frozen(at), database.unit_of_work() as unit:
            actor = actor_of(unit.get_one(Person, mandate.person_id), mandate_id=mandate.id)
            done = carry_out(actor, unit)
            unit.flush()
            return getattr(done, "id", done)

    def table(unit: Session) -> Roundtable:
        return unit.scalars(select(Roundtable).where(Roundtable.slug == RUN)).one()

    def session(unit: Session) -> RoundtableSession:
        return unit.get_one(RoundtableSession, number)

    def case(unit: Session) -> Any:
        return reading.case_of(session(unit))

    def everyone(unit: Session) -> dict[int, Any]:
        return {row.id: meeting.Taken() for row in reading.seats(session(unit))}

    before, on = now - dt.timedelta(hours=10), now - dt.timedelta(hours=2)
    number = act(before, lambda actor, unit: preparing.plan_session(actor, table(unit), starts_at=on, venue="Coliseo"))
    item = act(before, lambda actor, unit: preparing.add_item(actor, session(unit), title="Limpieza del canal"))
    act(before, lambda actor, unit: preparing.convene(actor, session(unit)))
    act(on, lambda actor, unit: meeting.open_session(actor, case(unit)))
    act(on, lambda actor, unit: meeting.record_attendance(actor, case(unit), seats=everyone(unit)))
    told = "Se limpia el canal antes de agosto."
    act(on, lambda actor, unit: outcomes.agree(actor, case(unit), item=unit.get_one(AgendaItem, item), statement=told))
    act(on, lambda actor, unit: meeting.end_session(actor, case(unit)))


def _of(number: int) -> Any:
    """A session of RUN by its number."""
    own = select(Roundtable.id).where(Roundtable.slug == RUN).scalar_subquery()
    return select(RoundtableSession).where(RoundtableSession.roundtable_id == own, RoundtableSession.number == number)


def _session(state: str) -> Any:
    """The number of a session that the demonstration has in this state."""
    return (
        select(RoundtableSession.slug).where(RoundtableSession.state == state).order_by(RoundtableSession.id).limit(1)
    )


def _first_item(state: str) -> Any:
    """An item of the same session."""
    own = select(RoundtableSession.id).where(RoundtableSession.state == state).order_by(RoundtableSession.id).limit(1)
    return select(AgendaItem.id).where(AgendaItem.session_id == own.scalar_subquery()).order_by(AgendaItem.id).limit(1)


def _numbers_of_sessions(unit: Session) -> dict[str, Any]:
    """Sessions in each state of their minutes, with the parts that addresses name."""
    found: dict[str, Any] = {}
    for name, number in (("published", 1), ("voided", 2), ("circulating", 3), ("live", 4), ("written", 7)):
        session = unit.scalars(_of(number)).one()
        found[f"{name}_session"] = session.slug
        own = select(AgendaItem.id).where(AgendaItem.session_id == session.id).order_by(AgendaItem.position)
        found[f"{name}_item"] = unit.scalars(own.limit(1)).one()
        made = select(Outcome.id).where(Outcome.session_id == session.id).order_by(Outcome.id)
        found[f"{name}_outcome"] = unit.scalars(made.limit(1)).first() or 0
        amendment = select(Amendment.id).where(Amendment.session_id == session.id).order_by(Amendment.id)
        found[f"{name}_amendment"] = unit.scalars(amendment.limit(1)).first() or 0
        guest = select(Attendance.id).where(Attendance.session_id == session.id, Attendance.seat_id.is_(None))
        found[f"{name}_guest"] = unit.scalars(guest.limit(1)).first() or 0
        found[f"{name}_digest"] = (
            unit.scalars(select(Minutes.digest).where(Minutes.session_id == session.id)).first() or ""
        )
    return found


def numbers(unit: Session) -> dict[str, Any]:
    """What addresses about these roundtables need, by the names under which paths of tests ask for it."""
    own = select(Roundtable.id).where(Roundtable.slug == RUN).scalar_subquery()

    def first(cls: Any) -> Any:
        return select(cls.id).where(cls.roundtable_id == own).order_by(cls.id).limit(1)

    free = select(Record.id).where(Record.kind == "organisation", Record.slug == FREE)
    seatless = select(Record.id).where(Record.kind == "organisation", Record.slug == "fondo-andino-del-agua")
    return {
        "constituency": unit.scalars(first(Constituency)).one(),
        "seat": unit.scalars(first(Seat)).one(),
        "commission": unit.scalars(first(Commission)).one(),
        "free_body": unit.scalars(free).one(),
        "seatless": unit.scalars(seatless).one(),
        **_numbers_of_sessions(unit),
        "recorded_session": unit.scalars(select(RoundtableSession.slug).where(RoundtableSession.recorded)).one(),
        "planned_item": unit.scalars(_first_item("draft")).one(),
        "planned_session": unit.scalars(_session("draft")).one(),
        "convened_session": unit.scalars(_session("convened")).one(),
    }
