"""Saying by which indicator a commitment, or another record, is measured. Every function is a verb."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Record, given_reason, note
from observatory.rooms.indicators import events, policy
from observatory.rooms.indicators.models import Definition, Indicator, Measure
from observatory.rooms.indicators.queries import may_be_read
from observatory.rooms.indicators.service.targets import check_way, period_of
from observatory.rooms.organisations.queries import territory_ids


@verb(policy.MEASURE)
def measure(
    actor: Actor, record: Record, *, indicator_id: int | None, place: str, baseline_period: str = "",
    baseline_value: Decimal | None = None, period: str = "", value: Decimal | None = None, version: int | None = None,
) -> Measure:  # fmt: skip
    """Name the indicator by which a record is measured, with where it stood and where it should be."""
    db.session.refresh(record, with_for_update=True)
    record.expect(version, {})
    found = select(Indicator).where(Indicator.id == indicator_id, may_be_read(Indicator.state))
    indicator = db.session.scalars(found).one_or_none()
    if indicator is None or indicator.is_demo != record.is_demo:
        raise Invalid(lazy_("Choose one from the list."), field="indicator_id")
    definition = db.session.get_one(Definition, indicator.definition_id)
    code = place.strip().lower()
    territory_id = territory_ids([code]).get(code)
    if territory_id is None:
        raise Invalid(lazy_("There is no place with this code."), field="place")
    made = Measure(
        record_id=record.id, indicator_id=indicator.id, lineage=definition.lineage, territory_id=territory_id,
        set_on=clock.today(),
        baseline_period=period_of(baseline_period, "baseline_period") if baseline_period.strip() else "",
        baseline_value=baseline_value, period=period_of(period, "period") if period.strip() else "", value=value,
        person_id=actor.person_id, organisation_id=actor.organisation_id,
    )  # fmt: skip
    for told, when, field in (
        (made.baseline_value, made.baseline_period, "baseline_value"),
        (made.value, made.period, "value"),
    ):
        if (told is None) != (not when):
            raise Invalid(lazy_("Give a figure with its period, or neither."), field=field)
    if made.value is not None:
        check_way(definition, made)
    same = select(Measure.id).where(
        Measure.record_id == record.id, Measure.indicator_id == indicator.id, Measure.territory_id == territory_id,
        Measure.ended_on.is_(None),
    )  # fmt: skip
    if db.session.scalar(same.limit(1)) is not None:
        raise Invalid(
            lazy_("It is measured by this indicator in this place already: end that first."), field="indicator_id"
        )
    db.session.add(made)
    db.session.flush()
    note(actor, record, events.MeasureNamed(indicator=indicator.title, place=place))
    return made


@verb(policy.MEASURE)
def end_measure(actor: Actor, record: Record, *, measure: Measure, reason: str, version: int | None = None) -> None:
    """Say that an indicator no longer measures a record; that it did stays in the history."""
    db.session.refresh(record, with_for_update=True)
    record.expect(version, {})
    if measure.ended_on is not None:
        raise Invalid(lazy_("It was ended already."))
    measure.ended_on, measure.reason = clock.today(), given_reason(reason)
    title = db.session.get_one(Indicator, measure.indicator_id).title
    note(actor, record, events.MeasureEnded(indicator=title, reason=measure.reason))
