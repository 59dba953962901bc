"""Who sits in a roundtable: constituencies, seats, commissions. Verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, or_, select

from observatory.kernel import clock, db
from observatory.kernel.cleaning import line, sane_day, text
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import given_reason, note
from observatory.records.models import PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import Commission, CommissionMember, Constituency, Roundtable, Seat
from observatory.rooms.roundtables.models.words import MOST_CONSTITUENCIES, MOST_SEATS
from observatory.rooms.roundtables.service import locked


@verb(policy.SEAT)
def set_constituency(
    actor: Actor, roundtable: Roundtable, *, name: str, needed: int = 0, constituency: Constituency | None = None,
    version: int | None = None,
) -> Constituency:  # fmt: skip
    """Name those who sit for one sector or group, and how many of their seats a quorum needs; or change that."""
    locked(roundtable, version)
    name = line(120, least=2)("name", name)
    if not 0 <= needed <= MOST_SEATS:
        raise Invalid(lazy_("Give a number from %(least)s to %(most)s.", least=0, most=MOST_SEATS), field="needed")
    own = select(Constituency).where(Constituency.roundtable_id == roundtable.id)
    every = list(db.session.scalars(own))
    if any(each.name == name and each is not constituency for each in every):
        raise Invalid(lazy_("There is one of this name already."), field="name")
    if constituency is None:
        if len(every) >= MOST_CONSTITUENCIES:
            raise Invalid(lazy_("There are as many as a roundtable can have."), field="name")
        constituency = Constituency(roundtable_id=roundtable.id)
        db.session.add(constituency)
    before = [constituency.name, constituency.needed] if constituency.id else None
    constituency.name, constituency.needed = name, needed
    db.session.flush()
    note(actor, roundtable, events.ConstituencySet(name=name), constituencies=(before, [name, needed]))
    return constituency


@verb(policy.SEAT)
def give_seat(
    actor: Actor, roundtable: Roundtable, *, constituency_id: int | None, organisation_id: int | None,
    alternate_id: int | None = None, from_on: dt.date | None = None, act: str = "", version: int | None = None,
) -> Seat:  # fmt: skip
    """Record that an organisation sits in a roundtable, and which one may sit for it."""
    locked(roundtable, version)
    constituency = db.session.get(Constituency, constituency_id) if constituency_id else None
    if constituency is None or constituency.roundtable_id != roundtable.id:
        raise Invalid(lazy_("Choose one from the list."), field="constituency_id")
    organisation = _organisation(actor, roundtable, organisation_id, "organisation_id")
    alternate = _organisation(actor, roundtable, alternate_id, "alternate_id") if alternate_id else None
    if alternate is not None and alternate.id == organisation.id:
        raise Invalid(lazy_("Another organisation sits for it: its own people do so anyway."), field="alternate_id")
    day = sane_day("from_on", from_on) or clock.today()
    live = select(Seat.id).where(
        Seat.roundtable_id == roundtable.id, or_(Seat.to_on.is_(None), Seat.to_on >= day)
    )  # fmt: skip
    if db.session.scalar(live.where(Seat.organisation_id == organisation.id).limit(1)) is not None:
        raise Invalid(lazy_("It has a seat already."), field="organisation_id")
    if (db.session.scalar(select(func.count()).select_from(live.subquery())) or 0) >= MOST_SEATS:
        raise Invalid(lazy_("There are as many as a roundtable can have."), field="organisation_id")
    seat = Seat(
        roundtable_id=roundtable.id, constituency_id=constituency.id, organisation_id=organisation.id,
        alternate_id=alternate.id if alternate else None, from_on=day, act=line(300)("act", act),
    )  # fmt: skip
    db.session.add(seat)
    db.session.flush()
    told = [organisation.title, constituency.name, alternate.title if alternate else ""]
    note(actor, roundtable, events.SeatGiven(organisation=organisation.title), seats=(None, told))
    return seat


@verb(policy.SEAT)
def end_seat(
    actor: Actor, roundtable: Roundtable, *, seat: Seat, reason: str, to_on: dt.date | None = None,
    version: int | None = None,
) -> None:  # fmt: skip
    """Record that an organisation no longer sits there, since when and why; that it did stays to be read."""
    locked(roundtable, version)
    day = sane_day("to_on", to_on) or clock.today()
    if seat.to_on is not None:
        raise Invalid(lazy_("It was ended already."))
    if day < seat.from_on:
        raise Invalid(lazy_("The end can't be before the beginning."), field="to_on")
    reason = given_reason(reason)
    seat.to_on = day
    title = db.session.get_one(Organisation, seat.organisation_id).title
    note(actor, roundtable, events.SeatEnded(organisation=title, reason=reason), seats=([title], None))


@verb(policy.COMMISSION)
def form_commission(
    actor: Actor, roundtable: Roundtable, *, name: str, task: str = "", members: Sequence[int] = (),
    version: int | None = None,
) -> Commission:  # fmt: skip
    """Form a commission with a task, out of organisations that have a seat."""
    locked(roundtable, version)
    name = line(200, least=3)("name", name)
    same = select(Commission.id).where(Commission.roundtable_id == roundtable.id, Commission.name == name)
    if db.session.scalar(same.limit(1)) is not None:
        raise Invalid(lazy_("There is one of this name already."), field="name")
    seated = set(db.session.scalars(select(Seat.organisation_id).where(Seat.roundtable_id == roundtable.id)))
    if not set(members) <= seated:
        raise Invalid(lazy_("Choose one from the list."), field="members")
    commission = Commission(roundtable_id=roundtable.id, name=name, task=text(2000)("task", task))
    db.session.add(commission)
    db.session.flush()
    for id in sorted(set(members)):
        db.session.add(CommissionMember(commission_id=commission.id, organisation_id=id))
    note(actor, roundtable, events.CommissionFormed(name=name))
    return commission


@verb(policy.COMMISSION)
def end_commission(actor: Actor, roundtable: Roundtable, *, commission: Commission, version: int | None = None) -> None:
    """Record that a commission has done its task, or is given up."""
    locked(roundtable, version)
    if commission.closed_on is not None:
        raise Invalid(lazy_("It was ended already."))
    commission.closed_on = clock.today()
    note(actor, roundtable, events.CommissionEnded(name=commission.name))


def _organisation(actor: Actor, roundtable: Roundtable, id: int | None, field: str) -> Organisation:
    found = db.session.scalars(
        select(Organisation).where(
            Organisation.id == id, records.c.state == PUBLISHED, Organisation.is_demo == roundtable.is_demo,
            visible(actor, Organisation.id),
        )
    ).one_or_none() if id else None  # fmt: skip
    if found is None:
        raise Invalid(lazy_("Choose one from the list."), field=field)
    return found
