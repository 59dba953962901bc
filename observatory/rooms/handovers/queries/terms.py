"""The terms of offices: which end soon, or ended lately, without a handover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db
from observatory.people.models import Mandate
from observatory.records.models import PUBLISHED, Record
from observatory.records.queries import records
from observatory.rooms.handovers.models import Handover
from observatory.rooms.organisations.models import LEVELLED, Organisation

BEFORE, AFTER = 60, 30
"""Days before the last one of a term in which its handover is opened by itself, and after it, if that was missed."""
OFFICES = (*LEVELLED, "participation_body")
"""Sectors that have terms: a company's manager may change on any day."""


@dataclass(frozen=True)
class Term:
    """The last day on which anybody manages an organisation who manages it until then."""

    organisation_id: int
    ends_on: dt.date


def ending(organisation_id: int | None = None) -> list[Term]:
    """The terms of public bodies and participation bodies that end within BEFORE days, or ended within AFTER, and have no
    handover. Whoever manages on beside those who go ends no term."""
    today, own, other = clock.today(), aliased(Mandate), aliased(Mandate)
    handover, page = Handover.__table__, aliased(Record.__table__, name="opened")

    def counts(mandate: type[Mandate]) -> object:
        given = and_(mandate.approved_at.is_not(None), mandate.declined_at.is_(None), mandate.revoked_at.is_(None))
        return and_(given, mandate.role == "manager")

    stays = (
        select(other.id)
        .where(
            other.organisation_id == own.organisation_id, counts(other), other.from_on <= own.to_on,
            or_(other.to_on.is_(None), other.to_on > own.to_on),
        )
        .exists()
    )  # fmt: skip
    there = (
        select(handover.c.id)
        .join(page, page.c.id == handover.c.id)
        .where(page.c.keeper_id == own.organisation_id, handover.c.term_ends_on >= today - dt.timedelta(BEFORE))
        .exists()
    )
    statement = (
        select(own.organisation_id, func.max(own.to_on))
        .join(records, records.c.id == own.organisation_id)
        .join(Organisation.__table__, Organisation.__table__.c.id == records.c.id)
        .where(
            counts(own), own.to_on.between(today - dt.timedelta(AFTER), today + dt.timedelta(BEFORE)), ~stays, ~there,
            records.c.state == PUBLISHED, Organisation.__table__.c.sector.in_(OFFICES),
        )
        .group_by(own.organisation_id)
        .order_by(own.organisation_id)
    )  # fmt: skip
    if organisation_id is not None:
        statement = statement.where(own.organisation_id == organisation_id)
    return [Term(id, ends_on) for id, ends_on in db.session.execute(statement)]
