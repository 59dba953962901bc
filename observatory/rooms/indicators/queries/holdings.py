"""The indicators that an office keeps or produces, and which of their figures are overdue: for the end of its term."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.formats import date
from observatory.kernel.offers import Holding
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.records.queries import records
from observatory.rooms.indicators.queries import coverage


def figures(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """Those approved, the overdue first."""
    today, found = clock.today(), []
    own = db.session.scalar(select(records.c.slug).where(records.c.id == organisation_id))
    for reach in coverage.reaches(actor):
        row = reach.row
        if row.keeper_id != organisation_id and row.producer_slug != own:
            continue
        if reach.late(today):
            why = _("figures of %(period)s expected since %(date)s", period=reach.due, date=date(reach.due_on))
        elif reach.last:
            why = _("figures until %(period)s", period=reach.last)
        else:
            why = _("no figures yet")
        found.append(Holding(str(row.id), row.id, row.title, row.language, f"/indicators/{row.slug}", why))
    return found
