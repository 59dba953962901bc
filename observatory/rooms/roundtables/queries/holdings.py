"""The roundtables that an office runs or sits in: for the end of its term."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from observatory.kernel import clock, db
from observatory.kernel.formats import date
from observatory.kernel.offers import Holding
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.records.queries import records, visible
from observatory.rooms.roundtables.models import Attendance, Minutes, RoundtableSession, Seat, Signature
from observatory.rooms.roundtables.models.words import (
    CIRCULATED,
    CONVENED,
    IN_SESSION,
    OVER,
    PLANNED,
    STANDING,
    STATES,
)


def run(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """The one that it is."""
    statement = select(records.c.id, records.c.slug, records.c.title, records.c.language, records.c.state).where(
        records.c.kind == "roundtable", records.c.keeper_id == organisation_id, records.c.state.in_(STANDING), visible(actor)
    )  # fmt: skip
    return [
        Holding(str(row.id), row.id, row.title, row.language, f"/roundtables/{row.slug}", str(STATES[row.state]))
        for row in db.session.execute(statement.order_by(records.c.sort_title))
    ]


def seats(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """The seats that it has, or in which it may sit for another."""
    today, seat = clock.today(), Seat.__table__.c
    statement = (
        select(
            seat.id.label("key"), seat.from_on, seat.organisation_id, records.c.id, records.c.slug, records.c.title,
            records.c.language,
        )
        .join(records, records.c.id == seat.roundtable_id)
        .where(
            or_(seat.organisation_id == organisation_id, seat.alternate_id == organisation_id), seat.from_on <= today,
            or_(seat.to_on.is_(None), seat.to_on >= today), records.c.state.in_(STANDING), visible(actor),
        )
        .order_by(records.c.sort_title, seat.id)
    )  # fmt: skip
    found = []
    for row in db.session.execute(statement):
        own = row.organisation_id == organisation_id
        why = _("seat since %(date)s", date=date(row.from_on)) if own else _("may sit there for another")
        found.append(Holding(str(row.key), row.id, row.title, row.language, f"/roundtables/{row.slug}", why))
    return found


def to_sign(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """The minutes that circulate and that it has not signed: as the body, or for the seat that it took."""
    there = Attendance.__table__.c
    sat = select(there.session_id).where(there.organisation_id == organisation_id, there.seat_id.is_not(None))
    signed = select(Signature.id).where(
        Signature.session_id == records.c.id,
        Signature.organisation_id == organisation_id,
        Signature.digest == Minutes.digest,
    )
    statement = (
        select(records.c.id, records.c.slug, records.c.title, records.c.language, Minutes.amend_until)
        .join(Minutes, Minutes.session_id == records.c.id)
        .where(
            Minutes.state == CIRCULATED, ~signed.exists(), visible(actor),
            or_(records.c.keeper_id == organisation_id, records.c.id.in_(sat)),
        )
        .order_by(Minutes.amend_until, records.c.id)
    )  # fmt: skip
    return [
        Holding(
            str(row.id), row.id, row.title, row.language, f"/sessions/{row.slug}/minutes",
            _("its minutes circulate until %(date)s, not signed", date=date(row.amend_until)),
        )
        for row in db.session.execute(statement)
    ]  # fmt: skip


def to_run(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """The sessions of the body that are still to be held, or whose minutes are not written."""
    written = select(Minutes.session_id).where(Minutes.session_id == records.c.id).exists()
    session = RoundtableSession.__table__
    statement = (
        select(records.c.id, records.c.slug, records.c.title, records.c.language, records.c.state, session.c.starts_at)
        .join(session, session.c.id == records.c.id)
        .where(
            records.c.keeper_id == organisation_id, visible(actor), ~session.c.recorded, ~written,
            records.c.state.in_((PLANNED, CONVENED, IN_SESSION, *OVER)),
        )
        .order_by(session.c.starts_at)
    )  # fmt: skip
    found = []
    for row in db.session.execute(statement):
        over = row.state in OVER
        day = date(row.starts_at)
        why = _("held on %(date)s, no minutes yet", date=day) if over else _("for %(date)s", date=day)
        found.append(Holding(str(row.id), row.id, row.title, row.language, f"/sessions/{row.slug}", why))
    return found
