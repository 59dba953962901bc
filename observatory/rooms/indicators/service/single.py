"""A single figure, from a form. A verb."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.exact import plain
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Source
from observatory.rooms.indicators import policy
from observatory.rooms.indicators.formulas import frequency_of, identifies
from observatory.rooms.indicators.models import Definition, Delivery, Indicator, Observation
from observatory.rooms.indicators.models.words import PEOPLE, SUPPRESSED
from observatory.rooms.indicators.queries import is_kept, stored
from observatory.rooms.indicators.queries.figure import standing
from observatory.rooms.indicators.service.delivering import check_status, deliver, series_for
from observatory.rooms.indicators.service.targets import period_of
from observatory.rooms.indicators.service.writing import Ready
from observatory.rooms.indicators.tables.periods import Period, fitted
from observatory.rooms.indicators.tables.unreadable import Unreadable
from observatory.rooms.organisations.queries import territory_ids


@verb(policy.DELIVER)
def hand_in(
    actor: Actor, indicator: Indicator, *, place: str, period: str, value: Decimal | None, obs_status: str, as_of: str,
    source_id: int | None, scope: str = "", note: str = "",
) -> Delivery:  # fmt: skip
    """Hand in one figure, or a gap with its reason, for somebody of another organisation to validate."""
    if not is_kept(indicator.state) or indicator.definition_id is None:
        raise Invalid(lazy_("Figures can only be brought to an approved indicator."))
    definition = db.session.get(Definition, indicator.definition_id)
    assert definition is not None
    code = place.strip().lower()
    territory_id = territory_ids([code]).get(code)
    if territory_id is None:
        raise Invalid(lazy_("There is no place with this code."), field="place")
    name = period_of(period, "period")
    try:
        name = fitted(Period(name, frequency_of(name)), definition.frequency).text
    except Unreadable as problem:
        raise Invalid(problem.reason, field="period") from None
    if definition.kind == PEOPLE and value is not None and identifies(value):
        value, obs_status = None, SUPPRESSED
    check_status(value, obs_status)
    if value is not None and abs(value) >= Decimal(10) ** 15:
        raise Invalid(lazy_("This number is out of any range."), field="value")
    if source_id is None or db.session.get(Source, source_id) is None:
        raise Invalid(lazy_("A figure needs its source."), field="source_id")
    series = series_for(indicator, definition.lineage, scope=scope)
    former = db.session.execute(
        select(Observation.id, Observation.value, Observation.status).where(
            Observation.series_id == series.id, Observation.period == name, Observation.territory_id == territory_id,
            standing(),
        )
    ).one_or_none()  # fmt: skip
    if former is not None and (former.value, former.status) == (value, obs_status):
        raise Invalid(lazy_("This very figure is published already."), field="value")
    waits = stored.waits(actor, series.id, name, territory_id)
    if waits is not None and waits[1:] == (value, obs_status):
        raise Invalid(
            lazy_("Your organisation delivered this very figure already: it waits to be validated."), field="value"
        )
    row = Ready(
        series.id, territory_id, name, None if value is None else plain(value), obs_status, " ".join(as_of.split())[:40],
        " ".join(note.split())[:300], source_id,
    )  # fmt: skip
    return deliver(actor, None, rows=[row])
