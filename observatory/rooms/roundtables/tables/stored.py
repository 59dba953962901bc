"""What is stored of everything that a file of past sessions speaks of, read in a fixed number of statements for each five hundred."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.kernel.text import fold
from observatory.records.models import PUBLISHED, WITHDRAWN
from observatory.records.queries import records, visible
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.roundtables.models import AgendaItem, Outcome
from observatory.rooms.roundtables.models.words import CANCELLED
from observatory.rooms.roundtables.queries import rows, sessions


@dataclass
class Known:
    """A session that is here: its items and what came of them, as they are compared."""

    id: int
    number: int
    day: dt.date
    state: str
    recorded: bool
    title: str
    items: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    @property
    def is_free(self) -> bool:
        """Whether it was withdrawn, and can be recorded anew."""
        return self.recorded and self.state == WITHDRAWN


class Stored:
    """The roundtables that rows name, their sessions, organisations by any name, commitments by number."""

    def __init__(self, actor: Actor, names: Iterable[str], numbers: Iterable[str]) -> None:
        every = list(db.session.execute(rows(actor)))
        self._named: dict[str, set[int]] = {}
        for row in every:
            for name in (row.slug, row.title, row.body_slug, row.body):
                self._named.setdefault(fold(name or ""), set()).add(row.id)
        self.roundtables = {row.id: row for row in every}
        own = [row.id for row in every if actor.organisation_id and row.keeper_id == actor.organisation_id]
        self.own = own[0] if len(own) == 1 else None
        wanted = {id for name in names if (id := self.roundtable(name))} | set(own)
        self._sessions = _sessions(actor, sorted(wanted))
        self._organisations = _organisations(actor)
        self.commitments = _commitments(actor, sorted(set(numbers)))

    def roundtable(self, name: str) -> int | None:
        """The one roundtable of this name or address, or of the body of this name; None where none or several are."""
        found = self._named.get(fold(name), set())
        return next(iter(found)) if len(found) == 1 else None

    def last_number(self, roundtable: int) -> int:
        """The highest number that a session of a roundtable has."""
        return max((each.number for each in self._sessions.get(roundtable, ())), default=0)

    def session(self, roundtable: int, named: int | str | None, day: dt.date | None) -> Known | None:
        """The session of this number, or called so; or without one, the session of that day, rather one that was not
        withdrawn."""
        every = self._sessions.get(roundtable, ())
        if isinstance(named, int):
            return next((each for each in every if each.number == named), None)
        if named is not None:
            called = [each for each in every if each.recorded and each.title.split(",")[0].endswith(f" {named}")]
            if called:
                return next((each for each in called if each.state != WITHDRAWN), called[0])
        of_day = [each for each in every if each.day == day and each.state != CANCELLED]
        return next((each for each in of_day if each.state != WITHDRAWN), of_day[0] if of_day else None)

    def organisation(self, name: str, *, is_demo: bool) -> int | None:
        """The one organisation of this name, acronym or address; None where none or several are."""
        found = self._organisations.get((fold(name), is_demo), set())
        return next(iter(found)) if len(found) == 1 else None


def parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Some hundreds at a time, as a statement takes them."""
    for at in range(0, len(values), 500):
        yield values[at : at + 500]


def plain(text: str) -> str:
    """A text as it is compared: without regard to capitals, accents, spaces and line breaks."""
    return fold(text)


def _sessions(actor: Actor, roundtables: Sequence[int]) -> dict[int, list[Known]]:
    found: dict[int, list[Known]] = {}
    by_id: dict[int, Known] = {}
    for part in parts(roundtables):
        statement = sessions.rows(actor).where(sessions.sessions.c.roundtable_id.in_(part))
        for row in db.session.execute(statement.order_by(records.c.id)):
            day = (row.opened_at or row.starts_at).astimezone(clock.LIMA).date()
            known = Known(row.id, row.number, day, row.state, row.recorded, row.title)
            found.setdefault(row.roundtable_id, []).append(known)
            by_id[row.id] = known
    for part in parts(sorted(by_id)):
        for item in db.session.execute(
            select(AgendaItem.session_id, AgendaItem.title).where(AgendaItem.session_id.in_(part))
        ):
            by_id[item.session_id].items.add(plain(item.title))
        standing = select(Outcome.session_id, Outcome.text).where(
            Outcome.session_id.in_(part), Outcome.taken_back == ""
        )
        for outcome in db.session.execute(standing):
            by_id[outcome.session_id].texts.add(plain(outcome.text))
    return found


def _organisations(actor: Actor) -> dict[tuple[str, bool], set[int]]:
    organisation = Organisation.__table__
    statement = (
        select(records.c.id, records.c.slug, records.c.title, records.c.is_demo, organisation.c.acronym)
        .join(organisation, organisation.c.id == records.c.id)
        .where(records.c.state == PUBLISHED, visible(actor))
    )
    found: dict[tuple[str, bool], set[int]] = {}
    for row in db.session.execute(statement):
        for name in {fold(row.slug), fold(row.title), fold(row.acronym or "")} - {""}:
            found.setdefault((name, row.is_demo), set()).add(row.id)
    return found


@dataclass(frozen=True)
class Promise:
    """A commitment that a row names: whether it is invented, and whether an agreement is it already."""

    is_demo: bool
    is_taken: bool


def _commitments(actor: Actor, numbers: Sequence[str]) -> dict[str, Promise]:
    found: dict[str, Promise] = {}
    for part in parts(numbers):
        statement = (
            select(records.c.slug, records.c.is_demo, Outcome.id.label("outcome"))
            .select_from(
                records.join(Commitment.__table__, Commitment.__table__.c.id == records.c.id).outerjoin(
                    Outcome.__table__, Outcome.__table__.c.commitment_id == records.c.id
                )
            )
            .where(records.c.kind == "commitment", records.c.slug.in_(part), visible(actor))
        )
        for row in db.session.execute(statement):
            found[row.slug] = Promise(row.is_demo, row.outcome is not None)
    return found
