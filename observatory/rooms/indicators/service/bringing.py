"""Figures from files: handed over in one batch, or by a steward published at once; and taken back whole. Verbs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.desk import CHANGED, NEW, REFUSED, UNCHANGED
from observatory.kernel.errors import Invalid
from observatory.kernel.exact import plain
from observatory.kernel.policy import Actor, verb
from observatory.kernel.sheets import Line
from observatory.kernel.text import _, lazy_
from observatory.rooms.indicators import policy, tables
from observatory.rooms.indicators.models import Delivery, Indicator
from observatory.rooms.indicators.models.words import DELIVERED
from observatory.rooms.indicators.policy import Handed
from observatory.rooms.indicators.queries import cases, stored
from observatory.rooms.indicators.service import delivering
from observatory.rooms.indicators.service.writing import Ready
from observatory.rooms.indicators.tables.comparing import Comparison, Found, known_to
from observatory.rooms.indicators.tables.mapping import dimensions_of, named

SUSPICIOUS = "suspicious"
_new = tuple.__new__  # a Ready without its constructor's argument handling


class Counts(Counter[str]):
    """How many figures of each kind, and how many are worth a second look."""

    def told(self) -> dict[str, int]:
        return {kind: self[kind] for kind in (NEW, CHANGED, UNCHANGED, REFUSED, SUSPICIOUS)}


@verb(policy.DELIVER)
def bring(
    actor: Actor, subject: None, *, lines: Iterable[Line], mapping: Mapping[str, Any], batch_id: int,
    watch: Any = lambda found: None,
) -> dict[str, int]:  # fmt: skip
    """Hand over the figures of a file, all or none, in one batch; `watch` is told of each. Answers counts by kind.

    Raises Invalid where a figure is refused, unless the mapping says to leave such ones out.
    """
    if mapping.get("publish"):
        refused = policy.PUBLISH_AT_ONCE.reason(actor)
        if refused is not None:
            raise Invalid(_("Only a steward may publish figures without somebody else's validation."))
    known = known_to(actor)
    acting = replace(actor, via="import", batch_id=batch_id)
    indicators: dict[int, Indicator] = {}
    names = dimensions_of(mapping)

    def make(row: Any, breakdown: tuple[tuple[str, str], ...], scope: str) -> int:
        indicator = indicators.get(row.id) or db.session.get_one(Indicator, row.id)
        indicators[row.id] = indicator
        dimensions = [(key, names.get(key) or named(key), value) for key, value in breakdown]
        return delivering.series_for(indicator, row.lineage, dimensions, scope).id

    comparison = Comparison(actor, known, make, beside_waiting=not mapping.get("publish"))
    counts, doubts = Counts(), []
    source_ids = stored.source_ids()
    places = {place.id: place.title for place in known.places.by_slug.values()}

    source, as_of = str(mapping.get("source") or ""), str(mapping.get("as_of") or "")

    def ready() -> Iterator[Ready]:
        for found in comparison.found(tables.read(lines, mapping, known)):
            watch(found)
            counts[found.kind] += 1
            if found.doubt:
                counts[SUSPICIOUS] += 1
                if len(doubts) < delivering.MOST_DOUBTS:
                    doubts.append(_doubt(found, places))
            if found.kind in (NEW, CHANGED):
                yield _ready(found, source, as_of, source_ids)

    stream = ready()
    first = next(stream, None)
    if first is None:
        _check(counts, mapping)
        return counts.told()
    verb_ = delivering.deliver_published if mapping.get("publish") else delivering.deliver
    verb_(
        acting, None, rows=_with(first, stream), batch_id=batch_id, doubts=doubts,
        remark=str(mapping.get("remark") or ""),
    )  # fmt: skip
    _check(counts, mapping)
    return counts.told()


def _with(first: Ready, rest: Iterator[Ready]) -> Iterator[Ready]:
    yield first
    yield from rest


def _check(counts: Counts, mapping: Mapping[str, Any]) -> None:
    if counts[REFUSED] and not mapping.get("skip_refused"):
        raise Invalid(lazy_("Some figures are refused, so nothing was written."))


def _ready(found: Found, source: str, as_of: str, source_ids: Mapping[str, int]) -> Ready:
    """A figure as it is written; `source` and `as_of` are those of the whole file."""
    _kind, cell, _refusal, series_id, former, _doubt, _beside = found
    assert cell is not None
    _row, _column, _indicator, place, period, _groups, value, status, own_source, own_as_of, _scope = cell
    digits = None
    if value is not None:
        digits = str(value)
        if not digits.isdigit():
            digits = plain(value)
    return _new(
        Ready,
        (series_id, place, period, digits, status, (own_as_of or as_of)[:40], "", source_ids.get(own_source or source),
         former[0] if former is not None else None),
    )  # fmt: skip


def _doubt(found: Found, places: Mapping[int, str]) -> dict[str, Any]:
    cell = found.cell
    assert cell is not None
    return {
        "row": cell.row, "indicator": cell.indicator, "place": places.get(cell.territory, ""), "period": cell.period,
        "value": None if cell.value is None else plain(cell.value), "doubt": found.doubt,
        "last" if found.doubt == "jump" else "sum": found.beside,
    }  # fmt: skip


@verb(policy.DELIVER)
def take_back_batch(actor: Actor, batch: Any, *, reason: str) -> None:
    """Take back, whole, what a batch of figures published, or withdraw it where it waits."""
    handed = _of_batch(actor, batch.id)
    if handed is None:
        raise Invalid(lazy_("Nothing of this batch can be taken back."))
    if handed.delivery.state == DELIVERED:
        delivering.take_back(actor, handed, reason=reason)
    else:
        delivering.withdraw(actor, handed, reason=reason)


def may_take_back(actor: Actor, batch_id: int) -> bool:
    """Whether the actor may take back, or withdraw, what a batch brought."""
    handed = _of_batch(actor, batch_id)
    return handed is not None and any(rule.holds(actor, handed) for rule in (policy.TAKE_BACK, policy.WITHDRAW))


def _of_batch(actor: Actor, batch_id: int) -> Handed | None:
    delivery = db.session.scalars(select(Delivery).where(Delivery.batch_id == batch_id)).one_or_none()
    return None if delivery is None else cases.handed_of(actor, delivery)
