"""Deliveries of figures: handed over, validated by somebody else, published, returned, taken back. Every function is a verb."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from observatory.kernel import db
from observatory.kernel.errors import Invalid, Refused, Stale
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people.speaking import tell
from observatory.records import given_reason, note
from observatory.records.models import PUBLISHED
from observatory.rooms.indicators import events, policy
from observatory.rooms.indicators.models import Delivery, DeliveryPart, Doubt, Edition, Indicator, Series, breakdown_of
from observatory.rooms.indicators.models.words import ABSENT, SUBMITTED
from observatory.rooms.indicators.policy import Handed
from observatory.rooms.indicators.queries.cases import handed_of, parts_of
from observatory.rooms.indicators.service import writing
from observatory.rooms.indicators.service.writing import Ready

MOST_DOUBTS = 300


@verb(policy.DELIVER)
def deliver(
    actor: Actor, subject: None, *, rows: Iterable[Ready], batch_id: int | None = None, remark: str = "",
    doubts: Sequence[Mapping[str, Any]] = (),
) -> Delivery:  # fmt: skip
    """Hand figures over, to be validated by somebody of another organisation.

    `rows` may be a stream, and `doubts` may be filled while it is read.
    """
    delivery = _begun(actor, batch_id=batch_id, remark=remark)
    written = writing.write(rows, delivery_id=delivery.id, edition_id=None)
    for indicator, size in _parts(actor, delivery, written, doubts):
        note(actor, indicator, events.FiguresDelivered(number=delivery.id, size=size))
    return delivery


@verb(policy.PUBLISH_AT_ONCE)
def deliver_published(
    actor: Actor, subject: None, *, rows: Iterable[Ready], batch_id: int | None = None, remark: str = "",
    doubts: Sequence[Mapping[str, Any]] = (),
) -> Delivery:  # fmt: skip
    """As a steward, publish what one brings oneself: reference data whose source stands beside each figure."""
    delivery = _begun(actor, batch_id=batch_id, remark=remark)
    delivery.publish_at_once()
    writing.take_turns()
    edition = _edition(actor, delivery)
    written = writing.write(rows, delivery_id=delivery.id, edition_id=edition.id)
    parts = _parts(actor, delivery, written, doubts)
    _all_approved(parts)
    writing.refresh(written)
    for indicator, size in parts:
        note(actor, indicator, events.FiguresPublished(number=delivery.id, size=size, edition=edition.id))
    return delivery


@verb(policy.VALIDATE)
def validate(actor: Actor, handed: Handed, *, reason: str = "", publish: bool = False) -> Edition | None:
    """Say that what another organisation delivered is right; published with it if `publish`."""
    delivery = _locked(handed)
    delivery.validate(person_id=actor.person_id, organisation_id=actor.organisation_id, reason=" ".join(reason.split()))
    for indicator, size in parts_of(delivery):
        note(actor, indicator, events.FiguresValidated(number=delivery.id, size=size))
    return _publish(actor, delivery) if publish else None


@verb(policy.PUBLISH)
def publish(actor: Actor, handed: Handed) -> Edition:
    """Publish what was validated, as a new edition: what it replaces is kept, superseded."""
    return _publish(actor, _locked(handed))


@verb(policy.SEND_BACK)
def return_delivery(actor: Actor, handed: Handed, *, reason: str) -> None:
    """Return a delivery with a reason; its figures are never published."""
    delivery = _locked(handed)
    reason = given_reason(reason)
    delivery.send_back(reason)
    for indicator, size in parts_of(delivery):
        note(actor, indicator, events.FiguresReturned(number=delivery.id, size=size, reason=reason))

    def words() -> tuple[str, str]:
        return _("The figures of delivery %(number)s were returned", number=delivery.id), reason

    tell(delivery.organisation_id, words, but=actor.person_id)


@verb(policy.WITHDRAW)
def withdraw(actor: Actor, handed: Handed, *, reason: str) -> None:
    """Withdraw what one delivered, before it is published; whoever validated it is told."""
    delivery = _locked(handed)
    reason = given_reason(reason)
    delivery.withdraw(reason)
    for indicator, size in parts_of(delivery):
        note(actor, indicator, events.FiguresWithdrawn(number=delivery.id, size=size, reason=reason))

    def words() -> tuple[str, str]:
        return _("The figures of delivery %(number)s were withdrawn", number=delivery.id), reason

    tell(delivery.validated_for_id, words, but=actor.person_id)


@verb(policy.TAKE_BACK)
def take_back(actor: Actor, handed: Handed, *, reason: str) -> Edition:
    """Take a published delivery back whole: what stood before holds again, and what it said stays in the history."""
    delivery = _locked(handed)
    reason = given_reason(reason)
    delivery.take_back(reason)
    edition = _edition(actor, delivery, taken_back=True, reason=reason)
    pairs = writing.pairs_of(delivery.id)
    writing.withdraw(delivery.id, edition.id)
    writing.refresh(pairs)
    for indicator, size in parts_of(delivery):
        note(
            actor, indicator,
            events.FiguresTakenBack(number=delivery.id, size=size, edition=edition.id, reason=reason),
        )  # fmt: skip
    return edition


def _begun(actor: Actor, *, batch_id: int | None, remark: str) -> Delivery:
    delivery = Delivery(
        batch_id=batch_id, person_id=actor.person_id, organisation_id=actor.organisation_id,
        note=" ".join(remark.split())[:500], state=SUBMITTED,
    )  # fmt: skip
    db.session.add(delivery)
    db.session.flush()
    return delivery


def _parts(
    actor: Actor, delivery: Delivery, written: Mapping[tuple[int, str], int], doubts: Sequence[Mapping[str, Any]]
) -> Sequence[tuple[Indicator, int]]:
    delivery.size = sum(written.values())
    for indicator_id, size in _by_indicator(written).items():
        db.session.add(DeliveryPart(delivery_id=delivery.id, indicator_id=indicator_id, size=size))
    for each in list(doubts)[:MOST_DOUBTS]:
        db.session.add(Doubt(delivery_id=delivery.id, facts=dict(each)))
    db.session.flush()
    parts = parts_of(delivery)
    if not parts:
        raise Invalid(lazy_("There is no figure in it."))
    worlds = {indicator.is_demo for indicator, _size in parts}
    if len(worlds) > 1:
        raise Invalid(lazy_("This mixes fictitious indicators with real ones: send them apart."))
    delivery.is_demo = worlds.pop()
    apart = policy.is_of_the_same_world.reason(actor, handed_of(actor, delivery))
    if apart is not None:
        raise Refused(apart)
    return parts


def _publish(actor: Actor, delivery: Delivery) -> Edition:
    parts = parts_of(delivery)
    _all_approved(parts)
    delivery.publish()
    edition = _edition(actor, delivery)
    pairs = writing.pairs_of(delivery.id)
    writing.supersede(delivery.id, edition.id)
    try:
        writing.publish(delivery.id, edition.id)
    except IntegrityError:
        raise Stale(writing.MEANWHILE) from None
    writing.refresh(pairs)
    for indicator, size in parts:
        note(actor, indicator, events.FiguresPublished(number=delivery.id, size=size, edition=edition.id))
    return edition


def _all_approved(parts: Sequence[tuple[Indicator, int]]) -> None:
    for indicator, _size in parts:
        if indicator.definition_id is None or indicator.state != PUBLISHED:
            raise Invalid(_("%(title)s is not approved: its figures can't be published yet.", title=indicator.title))


def _edition(actor: Actor, delivery: Delivery, *, taken_back: bool = False, reason: str = "") -> Edition:
    edition = Edition(
        delivery_id=delivery.id, taken_back=taken_back, person_id=actor.person_id,
        organisation_id=actor.organisation_id, reason=reason,
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    return edition


def _locked(handed: Handed) -> Delivery:
    delivery: Delivery = handed.delivery
    seen = delivery.state
    db.session.refresh(delivery, with_for_update=True)
    if delivery.state != seen:
        raise Stale(lazy_("Somebody has answered it already."))
    writing.take_turns()
    return delivery


def _by_indicator(written: Mapping[tuple[int, str], int]) -> dict[int, int]:
    by_series: Counter[int] = Counter()
    for (series_id, _period), count in written.items():
        by_series[series_id] += count
    statement = select(Series.id, Series.indicator_id).where(Series.id.in_(list(by_series)))
    found: Counter[int] = Counter()
    for row in db.session.execute(statement) if by_series else ():
        found[row.indicator_id] += by_series[row.id]
    return dict(sorted(found.items()))


def series_for(
    indicator: Indicator,
    lineage: int,
    dimensions: Sequence[tuple[str, str, str]] = (),
    scope: str = "",
    scope_en: str = "",
) -> Series:
    """The series of an indicator with this breakdown, (key, name, value) each, and scope; made if there is none yet."""
    breakdown = breakdown_of((key, value) for key, _name, value in dimensions)
    scope = " ".join(scope.split())[:200]
    found = db.session.scalars(
        select(Series).where(
            Series.indicator_id == indicator.id, Series.lineage == lineage, Series.breakdown == breakdown,
            Series.scope == scope,
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        found = Series(
            indicator_id=indicator.id, lineage=lineage, breakdown=breakdown, scope=scope, scope_en=scope_en[:200],
            dimensions=[[key, name, value] for key, name, value in sorted(dimensions)],
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def check_status(value: object, status: str) -> None:
    """Invariant 8: only what is not there may carry M, L, O or Q, and must carry one of them."""
    if (value is None) != (status in ABSENT):
        raise Invalid(lazy_("Only a missing figure may be marked as missing, and it must say why."), field="obs_status")
