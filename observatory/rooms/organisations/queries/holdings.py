"""What an organisation keeps, for the inventory at the end of a term: its drafts, and its pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from observatory.kernel import db
from observatory.kernel.formats import date
from observatory.kernel.offers import Holding
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, _n
from observatory.records.models import DRAFT, WITHDRAWN
from observatory.records.queries import records, visible

MOST = 100
"""Pages that are named one by one; more of them are one item, which leads to their list."""


def drafts(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """What it began to write and has not published."""
    found = db.session.execute(_kept(actor, organisation_id).where(records.c.state == DRAFT))
    return [_holding(row, _("draft, last changed on %(date)s", date=date(row.updated_at))) for row in found]


def kept(actor: Actor, organisation_id: int) -> Sequence[Holding]:
    """The pages that it keeps."""
    statement = _kept(actor, organisation_id).where(records.c.state.not_in((DRAFT, WITHDRAWN)))
    size = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    if size > MOST:
        own = db.session.execute(
            select(records.c.slug, records.c.language).where(records.c.id == organisation_id)
        ).one()
        title = _n("%(num)s page that it keeps here", "%(num)s pages that it keeps here", size)
        url = f"/organisations/{own.slug}/records"
        return [Holding("all", None, title, own.language, url, _("more than can be listed one by one"))]
    return [
        _holding(row, _("last changed on %(date)s", date=date(row.updated_at))) for row in db.session.execute(statement)
    ]


def _kept(actor: Actor, organisation_id: int) -> Any:
    columns = (records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.language, records.c.updated_at)
    return (
        select(*columns)
        .where(records.c.keeper_id == organisation_id, records.c.id != organisation_id, visible(actor))
        .order_by(records.c.kind, records.c.sort_title, records.c.id)
    )


def _holding(row: Any, why: str) -> Holding:
    return Holding(str(row.id), row.id, row.title, row.language, "", why)
