"""What a meeting might deal with among the indicators by which what its body keeps is measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select

from observatory.kernel import clock, db
from observatory.kernel.formats import date
from observatory.kernel.offers import Matter, Meeting
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.records.models import Record
from observatory.records.queries import records
from observatory.rooms.indicators.models import DeliveryPart, Edition, Measure
from observatory.rooms.indicators.queries import rows

MOST = 30
LATELY = dt.timedelta(days=90)
"""What counts as new where nobody says since when."""


def moved(actor: Actor, meeting: Meeting) -> Sequence[Matter]:
    """Those of which figures were published or taken back since."""
    since = meeting.since or clock.today() - LATELY
    kept = Record.__table__.alias("kept")
    named = select(Measure.indicator_id).join(kept, kept.c.id == Measure.record_id).where(
        Measure.ended_on.is_(None), kept.c.keeper_id == meeting.body_id
    )  # fmt: skip
    last = (
        select(DeliveryPart.indicator_id, func.max(Edition.at).label("at"))
        .join(Edition, Edition.delivery_id == DeliveryPart.delivery_id)
        .where(Edition.at >= dt.datetime.combine(since, dt.time(), clock.LIMA))
        .group_by(DeliveryPart.indicator_id)
        .subquery()
    )
    statement = rows(actor, last.c.at)
    joined = statement.get_final_froms()[0].join(last, last.c.indicator_id == records.c.id)
    found = db.session.execute(
        statement.select_from(joined).where(records.c.id.in_(named)).order_by(records.c.sort_title).limit(MOST)
    )
    return [
        Matter(
            row.id, row.title, row.language, f"/indicators/{row.slug}", _("new figures on %(date)s", date=date(row.at))
        )
        for row in found
    ]
