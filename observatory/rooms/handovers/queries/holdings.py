"""The mandates under which people act for an organisation: part of what its office hands over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.formats import date
from observatory.kernel.offers import Holding
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.people.models import ROLES, Mandate
from observatory.records.queries import records, visible


def mandates(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """Those in force, by function and role: names stand on the organisation's page, and go with a closed account."""
    statement = (
        select(Mandate.id, Mandate.role, Mandate.title, Mandate.to_on, records.c.slug, records.c.language)
        .join(records, records.c.id == Mandate.organisation_id)
        .where(Mandate.organisation_id == organisation_id, Mandate.is_live(clock.today()), visible(actor))
        .order_by(Mandate.to_on.is_(None), Mandate.to_on, Mandate.id)
    )
    found = []
    for row in db.session.execute(statement):
        role = str(ROLES.get(row.role, row.role))
        why = _("mandate in force until %(date)s", date=date(row.to_on)) if row.to_on else _("mandate without an end")
        url = f"/organisations/{row.slug}"
        found.append(Holding(str(row.id), None, f"{row.title} · {role}" if row.title else role, row.language, url, why))
    return found
