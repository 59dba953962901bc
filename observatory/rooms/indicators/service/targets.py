"""Setting and revising targets. Every function is a verb."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Source, given_reason, note
from observatory.rooms.indicators import events, policy
from observatory.rooms.indicators.formulas import FIRST_YEAR, LAST_YEAR, achievement, bounds
from observatory.rooms.indicators.models import Definition, Indicator, Target
from observatory.rooms.indicators.models.words import MAINTAIN
from observatory.rooms.indicators.policy import Case
from observatory.rooms.organisations.queries import place_title, territory_ids


@verb(policy.SET_TARGET)
def set_target(
    actor: Actor, case: Case, *, place: str, period: str, value: Decimal, baseline_period: str = "",
    baseline_value: Decimal | None = None, document: str = "", source_id: int | None = None, reason: str = "",
    revises: Target | None = None, version: int | None = None,
) -> Target:  # fmt: skip
    """Set where an indicator should be in a place by a period; `revises` a former target, which stays visible beside it."""
    indicator: Indicator = case.indicator
    db.session.refresh(indicator, with_for_update=True)
    indicator.expect(version, {})
    definition = db.session.get(Definition, indicator.definition_id)
    assert definition is not None
    territory_id = territory_ids([place]).get(place)
    if territory_id is None:
        raise Invalid(lazy_("There is no place with this code."), field="place")
    target = Target(
        indicator_id=indicator.id, lineage=definition.lineage, territory_id=territory_id,
        period=period_of(period, "period"), value=value, set_on=clock.today(), person_id=actor.person_id,
        organisation_id=actor.organisation_id, document=" ".join(document.split())[:300], source_id=source_id,
    )  # fmt: skip
    if revises is not None:
        if revises.indicator_id != indicator.id or revises.territory_id != territory_id:
            raise Invalid(lazy_("A target is revised for the place for which it was set."), field="place")
        later = select(Target.id).where(Target.supersedes_id == revises.id)
        if db.session.scalar(later) is not None:
            indicator.expect(-1, {})
        target.supersedes_id, target.reason = revises.id, given_reason(reason)
        # Where one stood at the start does not change with where one wants to be.
        target.baseline_period, target.baseline_value = revises.baseline_period, revises.baseline_value
    else:
        _check_free(target)
        target.baseline_period = period_of(baseline_period, "baseline_period") if baseline_period else ""
        target.baseline_value = baseline_value
    if (target.baseline_value is None) != (not target.baseline_period):
        raise Invalid(lazy_("Give the baseline with its period, or neither."), field="baseline_value")
    if target.source_id is None and not target.document:
        raise Invalid(lazy_("Name the document or the source that sets it."), field="document")
    if target.source_id is not None and db.session.get(Source, target.source_id) is None:
        raise Invalid(lazy_("Choose one from the list."), field="source_id")
    check_way(definition, target)
    db.session.add(target)
    db.session.flush()
    words: dict[str, Any] = {"place": place_title(place) or place, "period": target.period, "value": str(value)}
    if revises is None:
        note(actor, indicator, events.TargetSet(**words))
    else:
        note(actor, indicator, events.TargetRevised(**words, before=str(revises.value), reason=target.reason))
    return target


def _check_free(target: Target) -> None:
    later = Target.__table__.alias()
    standing = select(Target.id).where(
        Target.indicator_id == target.indicator_id, Target.territory_id == target.territory_id,
        Target.lineage == target.lineage, Target.period == target.period,
        ~select(later.c.id).where(later.c.supersedes_id == Target.id).exists(),
    )  # fmt: skip
    if db.session.scalar(standing.limit(1)) is not None:
        raise Invalid(
            lazy_(
                "There is a target for this place and period already: revise it, so that the first one stays visible."
            ),
            field="period",
        )


def check_way(definition: Definition, target: Any) -> None:
    """Refuse what could never be computed: see F4."""
    if definition.direction == MAINTAIN or target.baseline_value is None:
        return
    if bounds(target.period)[1] <= bounds(target.baseline_period)[1]:
        raise Invalid(lazy_("A target lies after its baseline."), field="period")
    found = achievement(
        baseline=target.baseline_value, target=target.value, actual=target.baseline_value,
        direction=definition.direction,
    )  # fmt: skip
    if found.reason == "no_way":
        raise Invalid(lazy_("The target equals the baseline: there is no way to go."), field="value")
    if found.reason == "wrong_way":
        raise Invalid(lazy_("This target contradicts the direction in which the indicator is better."), field="value")


def period_of(text: str, field: str) -> str:
    """A period in its canonical form; Invalid, naming the field, for anything else."""
    period = text.strip().upper()
    try:
        first, _last = bounds(period)
    except ValueError:
        raise Invalid(lazy_("Write a period as 2026, 2026-S1, 2026-Q2 or 2026-03."), field=field) from None
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        told = lazy_("This is no year between %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        raise Invalid(told, field=field)
    return period
