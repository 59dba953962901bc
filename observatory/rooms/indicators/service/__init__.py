"""Defining indicators: drafting, proposing, approving, and giving up. Every function is a verb: its rule is asked before it
runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_, slugify
from observatory.people.speaking import tell
from observatory.records import given_reason, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.indicators import events, policy
from observatory.rooms.indicators.models import Definition, Indicator
from observatory.rooms.indicators.models.words import MAINTAIN, WEIGHTED
from observatory.rooms.indicators.policy import Case
from observatory.rooms.indicators.service import writing
from observatory.rooms.organisations.queries.succession import same_world

WORDS = ("title", "summary", "language", "code", "level", "phrase_es", "phrase_en")
SHEET = (
    "reason", "unit", "kind", "currency", "decimals", "direction", "tolerance", "frequency", "release_days",
    "over_places", "over_periods", "weight_id", "per_head_id", "definition", "method", "limitations",
    "disaggregations", "producer_id", "producer_name", "licence",
)  # fmt: skip


def current(indicator: Indicator, definition: Definition | None) -> dict[str, object]:
    """The stored values by field name, to set beside what somebody else entered."""
    found: dict[str, object] = {name: getattr(indicator, name) for name in WORDS}
    if definition is not None:
        found |= {name: getattr(definition, name) for name in SHEET}
    return found


@verb(policy.CREATE)
def create(
    actor: Actor, subject: None, *, is_demo: bool | None = None, keeper_id: int | None = None, slug: str | None = None,
    source_id: int | None = None, **values: Any,
) -> Indicator:  # fmt: skip
    """Draft an indicator for the organisation one acts for. Only its name is needed to begin."""
    keeper = actor.organisation_id if not actor.is_operator else keeper_id
    if is_demo is None:
        is_demo = not same_world(keeper, fictitious=False)
    indicator = Indicator(keeper_id=keeper, state=DRAFT, is_demo=is_demo, source_id=source_id, slug="", summary="")
    indicator.describe({"title": "", **_of(values, WORDS)})
    indicator.slug = _free_slug(slug or slugify(indicator.title))
    db.session.add(indicator)
    db.session.flush()
    definition = Definition(indicator_id=indicator.id, number=1, lineage=1, drafted_by_id=actor.person_id, state=DRAFT)
    db.session.add(definition)
    db.session.flush()
    _describe(actor, definition, values, besides=None, demo=is_demo)
    db.session.flush()
    note(actor, indicator, events.IndicatorDrafted(), **_told({}, _sheet(definition)))
    return indicator


@verb(policy.EDIT)
def edit(actor: Actor, case: Case, *, version: int | None = None, **values: Any) -> Indicator:
    """Change a draft: the words about the indicator and the version of its definition that is drafted."""
    indicator = _locked(case, version)
    definition: Definition = case.draft
    former = _sheet(definition)
    indicator.describe(_of(values, WORDS))
    _describe(actor, definition, values, besides=indicator.id, demo=indicator.is_demo)
    changes = _told(former, _sheet(definition))
    if changes or db.session.is_modified(indicator):
        note(actor, indicator, events.IndicatorEdited(), **changes)
    return indicator


@verb(policy.DESCRIBE)
def describe(actor: Actor, case: Case, *, version: int | None = None, **values: Any) -> Indicator:
    """Change the words about an indicator, without touching what it means: its name, its summary, how it is read out."""
    indicator = _locked(case, version)
    indicator.describe(_of(values, WORDS))
    if db.session.is_modified(indicator):
        note(actor, indicator, events.IndicatorEdited())
    return indicator


@verb(policy.PROPOSE)
def propose(actor: Actor, case: Case, *, version: int | None = None, comparable: bool | None = None) -> None:
    """Show a drafted version to everyone, for another organisation to approve.

    `comparable`: whether figures of the former version can stand in one series with those of this one; must be said from
    the second version on.
    """
    indicator = _locked(case, version)
    definition: Definition = case.draft
    if definition.number > 1:
        if comparable is None:
            raise Invalid(
                lazy_("Say whether the former figures can be compared with the new ones."), field="comparable"
            )
        former = db.session.get(Definition, indicator.definition_id)
        if comparable and former is not None and not definition.measures_as(former):
            raise Invalid(
                lazy_("Figures in another unit, or of another kind, can't be compared with the former ones."),
                field="comparable",
            )
        definition.lineage = former.lineage if comparable and former is not None else definition.number
    definition.propose(today=clock.today())
    indicator.propose()
    note(actor, indicator, events.DefinitionProposed(number=definition.number))


@verb(policy.APPROVE)
def approve(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """Approve what another organisation proposed: from now on it means that."""
    if case.indicator.definition_id:
        writing.take_turns()
    indicator = _locked(case, version)
    definition: Definition = case.draft
    former = db.session.get(Definition, indicator.definition_id) if indicator.definition_id else None
    definition.approve(today=clock.today(), by=actor.organisation_id)
    if former is not None:
        former.supersede()
    indicator.enforce(definition)
    if former is not None and _adds_up(former) != _adds_up(definition):
        writing.refresh(writing.all_of(indicator.id))
    note(actor, indicator, events.DefinitionApproved(number=definition.number))
    _write(indicator, actor, lambda title: _("Approved: %(title)s", title=title))


@verb(policy.RETURN)
def send_back(actor: Actor, case: Case, *, reason: str, version: int | None = None) -> None:
    """Return what was proposed, with a reason; it is a draft again."""
    indicator = _locked(case, version)
    reason = given_reason(reason)
    case.draft.send_back()
    note(actor, indicator, events.DefinitionReturned(number=case.draft.number, reason=reason))
    _write(indicator, actor, lambda title: _("Returned: %(title)s", title=title), reason)


@verb(policy.REDEFINE)
def redefine(actor: Actor, case: Case, *, reason: str, version: int | None = None) -> Definition:
    """Draft a new version of what an approved indicator means, beginning with what it means now."""
    indicator = _locked(case, version)
    former = db.session.get(Definition, indicator.definition_id)
    assert former is not None
    definition = Definition(
        indicator_id=indicator.id,
        number=former.number + 1,
        lineage=former.lineage,
        drafted_by_id=actor.person_id,
        state=DRAFT,
    )
    db.session.add(definition)
    db.session.flush()
    definition.describe({**{name: getattr(former, name) for name in SHEET}, "reason": given_reason(reason)})
    note(actor, indicator, events.DefinitionDrafted(number=definition.number))
    return definition


@verb(policy.DROP)
def drop(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """Drop the draft of a new version: what is in force stays."""
    indicator = _locked(case, version)
    number = case.draft.number
    db.session.delete(case.draft)
    note(actor, indicator, events.DefinitionDropped(number=number))


@verb(policy.GIVE_UP)
def give_up(
    actor: Actor, case: Case, *, reason: str, successor_id: int | None = None, version: int | None = None
) -> None:
    """Say that an indicator is not kept any more, and which one is instead."""
    indicator = _locked(case, version)
    reason = given_reason(reason)
    if successor_id is not None:
        _approved(actor, successor_id, besides=indicator.id, field="successor_id", demo=indicator.is_demo)
    indicator.deprecate(successor_id)
    note(actor, indicator, events.IndicatorGivenUp(reason=reason))


def _locked(case: Case, version: int | None) -> Indicator:
    indicator: Indicator = case.indicator
    seen, drafted = indicator.state, case.draft.state if case.draft is not None else None
    db.session.refresh(indicator, with_for_update=True)
    if version is not None and version != indicator.version:
        indicator.expect(version, current(indicator, case.draft))
    if case.draft is not None:
        db.session.refresh(case.draft)
    if indicator.state != seen or (case.draft is not None and case.draft.state != drafted):
        indicator.expect(-1, {})  # what the rule was asked about is no longer so
    return indicator


def _adds_up(definition: Definition) -> tuple[object, ...]:
    """What sums over places rest on."""
    return definition.lineage, definition.over_places, definition.weight_id


def _describe(
    actor: Actor, definition: Definition, values: Mapping[str, Any], *, besides: int | None, demo: bool
) -> None:
    given = _of(values, SHEET)
    for name in ("weight_id", "per_head_id"):
        if given.get(name) is not None:
            _approved(actor, given[name], besides=besides, field=name, demo=demo)
    if given.get("producer_id") is not None:
        found = select(records.c.id).where(
            records.c.id == given["producer_id"], records.c.kind == "organisation", records.c.state == PUBLISHED,
            visible(actor),
        )  # fmt: skip
        if db.session.scalar(found) is None:
            raise Invalid(lazy_("Choose one from the list."), field="producer_id")
    definition.describe(given)
    if definition.over_places != WEIGHTED:
        definition.weight_id = None
    if definition.direction != MAINTAIN:
        definition.tolerance = None


def _approved(actor: Actor, id: int, *, besides: int | None, field: str, demo: bool) -> None:
    """Refuse what is no approved indicator; and what was invented, for what is real to rest on."""
    found = select(records.c.id).where(
        records.c.id == id, records.c.kind == "indicator", records.c.state == PUBLISHED, visible(actor)
    )
    if not demo:
        found = found.where(records.c.is_demo.is_(False))
    if id == besides or db.session.scalar(found) is None:
        raise Invalid(lazy_("Choose one from the list."), field=field)


def _of(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _sheet(definition: Definition) -> dict[str, object]:
    return {name: getattr(definition, name) for name in SHEET}


def _told(former: Mapping[str, object], now: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    return {
        name: (former.get(name), value) for name, value in now.items() if (former.get(name) or None) != (value or None)
    }


def _free_slug(wanted: str) -> str:
    taken = set(
        db.session.scalars(
            select(records.c.slug).where(
                records.c.kind == "indicator", records.c.slug.startswith(wanted, autoescape=True)
            )
        )
    )
    taken |= {"coverage", "deliveries", "new"}
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted[:70]}-{number}"
    return slug


def _write(indicator: Indicator, actor: Actor, subject: Any, reason: str = "") -> None:
    title = indicator.title

    def words() -> tuple[str, str]:
        body = _("It was answered what version of this indicator holds.")
        return subject(title), f"{body}\n{reason}".strip()

    tell(indicator.keeper_id, words, but=actor.person_id)


__all__ = ["approve", "create", "current", "describe", "drop", "edit", "give_up", "propose", "redefine", "send_back"]
