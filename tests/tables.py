"""Roundtables that the walk through all routes needs, beside those of the demonstration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.rooms.roundtables import service
from observatory.rooms.roundtables.models import Commission, Constituency, Roundtable, RoundtableSession, Seat

RUN, DRAFT = "mesa-de-desarrollo-puna-alta", "mesa-en-borrador"
"""What the visitor `secretary` runs, as the demonstration has it; a draft that stewards write for another body."""
DRAFTED_FOR, FREE = "eiti-peru", "comite-provisional-agua-illapunku"
"""The body of the draft, and one that has no page of its roundtable."""


def add_roundtables(database: Database) -> None:
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


def _session(state: str) -> Any:
    """The number of a session that the demonstration has in this state."""
    return (
        select(RoundtableSession.slug).where(RoundtableSession.state == state).order_by(RoundtableSession.id).limit(1)
    )


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
        **{f"{state}_session": unit.scalars(_session(state)).one() for state in ("planned", "convened")},
    }
