"""The quorum of a session: as it stands, and when there was one first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.rooms.roundtables import formulas
from observatory.rooms.roundtables.models import Attendance, Constituency, Roundtable
from observatory.rooms.roundtables.queries.meeting import seats

attendances = Attendance.__table__


def quorum_of(session: Any, every: Sequence[Any] | None = None) -> formulas.Quorum | None:
    """The quorum of a session already shown as it stands now; None where nobody has said what makes one. `every`: its seats."""
    rule = db.session.execute(
        select(Roundtable.quorum_percent, Roundtable.quorum_strict).where(Roundtable.id == session.roundtable_id)
    ).one()
    if rule.quorum_percent is None:
        return None
    every = seats(session) if every is None else every
    return formulas.quorum(
        {row.id: row.constituency_id for row in every},
        [row.id for row in every if row.attendance_id is not None],
        _minima(session.roundtable_id),
        percent=rule.quorum_percent,
        strict=rule.quorum_strict,
    )


def first_quorum(session: Any) -> tuple[dt.datetime | None, dict[str, Any] | None]:
    """When there was a quorum first, as attendance and rule tell it now, and the seats of that moment, or of the last one:
    {at, present, seats, needed, percent, more_than, lacking: [{group, present, needed}]}. None where nobody has said what
    makes one."""
    rule = db.session.execute(
        select(Roundtable.quorum_percent, Roundtable.quorum_strict).where(Roundtable.id == session.roundtable_id)
    ).one()
    if rule.quorum_percent is None:
        return None, None
    on = db.session.execute(
        select(attendances.c.seat_id, attendances.c.arrived_at, attendances.c.left_at)
        .where(attendances.c.session_id == session.id, attendances.c.seat_id.is_not(None))
        .order_by(attendances.c.arrived_at)
    ).all()
    every, minima, names = seats(session), _minima(session.roundtable_id), groups(session.roundtable_id)

    def at(moment: dt.datetime) -> formulas.Quorum:
        there = [
            row.seat_id for row in on if row.arrived_at <= moment and (row.left_at is None or row.left_at > moment)
        ]
        return formulas.quorum(
            {row.id: row.constituency_id for row in every}, there, minima, percent=rule.quorum_percent, strict=rule.quorum_strict
        )  # fmt: skip

    first = next((row.arrived_at for row in on if at(row.arrived_at).reached), None)
    moment = first or session.ended_at or clock.now()
    found = at(moment)
    told = {
        "at": moment.astimezone(clock.LIMA).isoformat(timespec="minutes"), "present": found.present, "seats": found.seats,
        "needed": found.needed, "percent": rule.quorum_percent, "more_than": rule.quorum_strict,
        "lacking": [{"group": names.get(id, ""), "present": n, "needed": least} for id, n, least in found.lacking],
    }  # fmt: skip
    return first, told


def _minima(roundtable_id: int) -> dict[int, int]:
    """What groups need that a quorum cannot do without, those without any seat included."""
    group = Constituency.__table__.c
    found = select(group.id, group.needed).where(group.roundtable_id == roundtable_id, group.needed > 0)
    return {row.id: row.needed for row in db.session.execute(found)}


def groups(roundtable_id: int) -> dict[int, str]:
    """The names of the groups of a roundtable already shown."""
    group = Constituency.__table__.c
    found = select(group.id, group.name).where(group.roundtable_id == roundtable_id)
    return {row.id: row.name for row in db.session.execute(found)}
