"""A session of a roundtable and its agenda."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.cleaning import sane_day
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_
from observatory.records import Record
from observatory.records.models import WITHDRAWN
from observatory.rooms.roundtables.models.words import CANCELLED, CONVENED, HELD, IN_SESSION, NO_QUORUM, OVER, PLANNED


def must_have_been(day: dt.date, founded_on: dt.date | None, today: dt.date) -> None:
    """Raise Invalid unless a roundtable that was founded then can have met on this day."""
    sane_day("held_on", day)
    if day > today:
        raise Invalid(lazy_("That day is still to come: prepare and convene the session instead."), field="held_on")
    if founded_on is not None and day < founded_on:
        raise Invalid(lazy_("The roundtable was founded later: look at both dates again."), field="held_on")


TOO_EARLY = dt.timedelta(hours=12)
"""A session can be opened that much before the time for which it was convened, and no earlier."""


class RoundtableSession(Record):
    """A meeting of a roundtable. Its keeper is the body; its slug is its number among all sessions."""

    __tablename__ = "roundtable_sessions"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtables.id"), index=True)
    number: Mapped[int]
    """Counted within the roundtable."""
    starts_at: Mapped[dt.datetime] = mapped_column(index=True)
    venue: Mapped[str] = mapped_column(String(300), default="")
    online_url: Mapped[str] = mapped_column(String(500), default="")
    convened_on: Mapped[dt.date | None]
    sequence: Mapped[int] = mapped_column(default=0)
    """How often what calendars hold of it changed since it was convened."""
    opened_at: Mapped[dt.datetime | None]
    quorum_at: Mapped[dt.datetime | None]
    """When there was a quorum first; null where there never was one."""
    quorum: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Seats and rule as they were then, or at the end: what the minutes say of it. Null where nobody said what makes one."""
    ended_at: Mapped[dt.datetime | None]
    recorded: Mapped[bool] = mapped_column(default=False)
    """It is known from a document and was not run here."""
    document: Mapped[str] = mapped_column(String(400), default="")
    """Where it was recorded: the document that tells of it."""
    document_url: Mapped[str] = mapped_column(String(500), default="")

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "session",
        "inherit_condition": id == Record.id,
    }
    __table_args__ = (UniqueConstraint("roundtable_id", "number", name="uq_roundtable_sessions_number"),)

    @property
    def day(self) -> dt.date:
        """The day on which it began, or is to begin, in Lima: wherever those who take part in it are."""
        return (self.opened_at or self.starts_at).astimezone(clock.LIMA).date()

    def convene(self, *, items: int, today: dt.date) -> None:
        """Invite to it: from now on everyone sees when it is, where, and its agenda."""
        self.must_be(PLANNED)
        if not items:
            raise Invalid(lazy_("Write an agenda first: there is nothing to meet about."))
        self._must_come()
        self.state, self.convened_on = CONVENED, today

    def move(self, starts_at: dt.datetime, venue: str, online_url: str) -> bool:
        """Give it another time or place; answers whether anything changed."""
        self.must_be(PLANNED, CONVENED)
        if (starts_at, venue, online_url) == (self.starts_at, self.venue, self.online_url):
            return False
        self.starts_at, self.venue, self.online_url = starts_at, venue, online_url
        self._must_come()
        if self.state == CONVENED:
            self.sequence += 1
        return True

    def cancel(self) -> None:
        """It will not take place; its page stays with the reason."""
        self.must_be(PLANNED, CONVENED)
        self.state, self.sequence = CANCELLED, self.sequence + 1

    def open(self) -> None:
        """Begin it: from now on attendance, notes and outcomes are recorded."""
        self.must_be(CONVENED)
        if clock.now() < self.starts_at - TOO_EARLY:
            raise Invalid(lazy_("It is too early: change first for when it was convened."))
        self.state, self.opened_at = IN_SESSION, clock.now()

    def end(self, *, ruled: bool) -> None:
        """It is over: held where there was a quorum at any moment, or where the body has no rule (`ruled`) that says so."""
        self.must_be(IN_SESSION)
        self.state, self.ended_at = HELD if self.quorum_at or not ruled else NO_QUORUM, clock.now()

    def met(self, day: dt.date, *, quorum: bool | None) -> None:
        """It was held on that day, as a document has it, or ended without a quorum; `quorum` None: it does not say.

        Nobody knows at what time: it stands at noon.
        """
        noon = dt.datetime.combine(day, dt.time(12), clock.LIMA)
        self.starts_at = self.opened_at = noon
        self.quorum_at = noon if quorum else None
        self.state, self.recorded, self.convened_on = NO_QUORUM if quorum is False else HELD, True, day

    def withdraw(self) -> None:
        """What was recorded of it was wrong: its page stays, and its number can be recorded anew."""
        if not self.recorded:
            raise Invalid(lazy_("It was run here: its minutes can be added to."))
        self.must_be(*OVER)
        self.state = WITHDRAWN

    def _must_come(self) -> None:
        if self.starts_at <= clock.now():
            raise Invalid(lazy_("Give a time that is still to come."), field="starts_at")
        if not self.venue and not self.online_url:
            raise Invalid(lazy_("Say where it is, or at which address."), field="venue")

    def must_be(self, *states: str) -> None:
        """Raise Invalid unless it is in one of these states."""
        if self.state not in states:
            raise Invalid(lazy_("Somebody has decided on this already: look at the page again."))


class AgendaItem(Base):
    """What a session deals with, in order: a matter that arose in the Observatory, or one of its own."""

    __tablename__ = "agenda_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("roundtable_sessions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text, default="")
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id"))
    """What it is about, where that has a page."""
    matter: Mapped[str] = mapped_column(String(40), default="")
    """Why that came up: the name of a source of matters."""
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    """The item of an earlier session that was left for this one."""
    discussion: Mapped[str] = mapped_column(Text, default="")
    """What the minutes say of what was said."""
