"""A session that a test can run: convened, opened, with people on its seats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.rooms.roundtables.models import AgendaItem, NoteEntry, Outcome, RoundtableSession
from observatory.rooms.roundtables.queries import meeting as reading
from observatory.rooms.roundtables.service import meeting, minutes, outcomes, preparing
from observatory.rooms.roundtables.service.meeting import Taken
from tests.roundtables.world import World

GROUPS = {"Comunidades": (1, ("comunidad", "ong")), "Estado": (1, ("ministerio",)), "Empresa": (0, ("minera-alta",))}
DAY = dt.date(2026, 3, 20)
SOON = dt.datetime(2026, 3, 20, 9, 30)


@dataclass
class Meeting:
    """One session of a body with four seats, of which a quorum takes three, one of the communities and one of the State."""

    world: World
    table: str
    number: str
    seats: dict[str, int]
    items: dict[str, int] = field(default_factory=dict)

    def do(self, verb: Callable[..., Any], who: str = "secretaria", **values: Any) -> Any:
        """Let somebody do a verb to the session; items, outcomes and amendments are given by their numbers."""
        with self.world.unit() as unit:
            actor, found = self.world.actor(who), self.find()
            for name, cls in (
                ("item", AgendaItem),
                ("outcome", Outcome),
                ("amendment", minutes.Amendment),
                ("commitment", outcomes.Commitment),
            ):
                if isinstance(values.get(name), int):
                    values[name] = unit.get_one(cls, values[name])
            subject = found if verb.__module__.endswith("preparing") else reading.case_of(found)
            done = verb(actor, subject, **values)
            db.session.flush()
            return getattr(done, "id", done)

    def find(self) -> RoundtableSession:
        return db.session.scalars(select(RoundtableSession).where(RoundtableSession.slug == self.number)).one()

    def sit(self, *organisations: str, who: str = "secretaria", **more: Any) -> None:
        """Let somebody take the seats of these organisations."""
        seats = {self.seats[name]: Taken(**more) for name in organisations}
        self.do(meeting.record_attendance, who, seats=seats)

    def leave(self, *organisations: str) -> None:
        self.do(meeting.record_attendance, seats={self.seats[name]: meeting.Gone.LEFT for name in organisations})

    def agree(self, item: str, words: str = "El ministerio construye doce kilómetros de canal.", **values: Any) -> Any:
        return self.do(outcomes.agree, item=self.items[item], statement=words, **values)

    def state(self) -> str:
        with self.world.reading():
            return self.find().state

    def outcomes(self, actor: Actor | None = None) -> list[Any]:
        with self.world.reading():
            rows = reading.outcomes_of(actor or self.world.actor("secretaria"), self.find().id)
            return [row for each in rows.values() for row in each]

    def notes(self) -> list[str]:
        with self.world.reading() as unit:
            return list(unit.scalars(select(NoteEntry.text).order_by(NoteEntry.id)))


def convened(world: World, *titles: str) -> Meeting:
    """A session with an agenda, on the morning of its day, not opened yet."""
    slug = world.a_roundtable()
    seats = world.seated(slug, GROUPS)
    number = str(world.do("secretaria", preparing.plan_session, slug, starts_at=SOON, venue="Local comunal de Torata"))
    made = Meeting(world, slug, number, seats)
    for title in titles or ("Canal de riego", "Calidad del agua", "Fecha de la siguiente sesión"):
        made.items[title] = made.do(preparing.add_item, title=title)
    made.do(preparing.convene)
    world.today = DAY
    return made


def opened(
    world: World, *titles: str, sitting: tuple[str, ...] = ("comunidad", "ministerio", "minera-alta")
) -> Meeting:
    """A session that goes on, with people on these seats."""
    made = convened(world, *titles)
    made.do(meeting.open_session)
    if sitting:
        made.sit(*sitting)
    return made


COMPLETE: dict[str, Any] = {"due_on": dt.date(2026, 12, 31), "money": "public_budget"}


def whole(world: World) -> dict[str, Any]:
    """What an agreement that leaves nothing out says."""
    named = {"accountable_id": world.organisations["ministerio"], "verifier_id": world.organisations["ong"]}
    return COMPLETE | named


def circulated(world: World) -> Meeting:
    """A session that was held and whose minutes wait to be signed."""
    made = opened(world)
    made.agree("Canal de riego", **whole(world))
    made.do(
        outcomes.record_information, item=made.items["Calidad del agua"], statement="Se presentó el informe de marzo."
    )
    made.do(meeting.end_session)
    made.do(minutes.circulate, amend_until=DAY + dt.timedelta(7))
    return made
