"""What indicators say at a moment, in words: for documents that are frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from observatory.aspects.history import queries as histories
from observatory.aspects.history import story
from observatory.kernel import clock
from observatory.kernel.formats import date
from observatory.kernel.offers import Dossier, Reading
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models.words import NORMAL, STATUSES
from observatory.rooms.indicators.queries import page, series, with_sheets
from observatory.rooms.indicators.queries.figure import Figure, Strand
from observatory.rooms.indicators.views.amounts import figure, period

MOST_FIGURES, MOST_TOLD, MOST_TARGETS = 6, 12, 6
_UNTOLD = ("IndicatorDrafted", "IndicatorEdited", "Tagged", "Untagged", "Translated", "TranslationTakenBack")


def of(actor: Actor, ids: Sequence[int]) -> Mapping[int, Dossier]:
    """The dossiers of those of these indicators that the actor may see; their figures are those of the largest place."""
    found = with_sheets(actor, ids)
    known = [row.id for row in found]
    aims: dict[int, list[Any]] = {}
    for target in page.targets_of(known):
        aims.setdefault(target.indicator_id, []).append(target)
    strands = {row.id: strand for row, strand in series.outlines(found)}
    sources = series.sources_of(
        {one.source_id for strand in strands.values() if strand for _p, one in _last(strand)}
    )  # fmt: skip
    told = story.plainly(actor, histories.of_records(actor, known, MOST_TOLD, but=_UNTOLD), _("this indicator"))
    return {
        row.id: Dossier(
            facts=[(str(label), str(value)) for label, value in _facts(row, strands[row.id], aims.get(row.id, ())) if value],
            figures=[_reading(row, strands[row.id], each, sources) for each in _last(strands[row.id])],
            history=[(at.astimezone(clock.LIMA).date().isoformat(), words) for at, words in told.get(row.id, ())],
        )
        for row in found
    }  # fmt: skip


def _last(strand: Strand | None) -> list[tuple[str, Figure]]:
    """The last figures, newest first."""
    known = [(name, one) for name, one in (strand.figures if strand else {}).items() if one.value is not None]
    return sorted(known, key=lambda pair: formulas.order(pair[0]), reverse=True)[:MOST_FIGURES]


def _facts(row: Any, strand: Strand | None, aims: Sequence[Any]) -> list[tuple[object, object]]:
    found: list[tuple[object, object]] = [
        (_("What is measured"), row.definition),
        (_("Unit"), row.unit),
        (_("Produced by"), row.producer or row.producer_name),
        (_("Kept by"), row.keeper),
    ]
    own = [
        aim for aim in aims if aim.lineage == row.lineage and (strand is None or aim.territory_id == strand.place.id)
    ]
    found += [
        (_("Target"), ", ".join((aim.place, f"{period(aim.period)}: {figure(row, aim.value)}"))) for aim in own[:MOST_TARGETS]
    ]  # fmt: skip
    return found


def _reading(row: Any, strand: Strand | None, each: tuple[str, Figure], sources: Mapping[int, Any]) -> Reading:
    assert strand is not None
    name, one = each
    source = sources.get(one.source_id or 0)
    status = "" if one.status == NORMAL else str(STATUSES.get(one.status, one.status))
    return Reading(
        ", ".join((strand.place.title, period(name))), figure(row, one.value), date(one.as_of) if one.as_of else "",
        ". ".join(part for part in (source.title if source else "", status) if part),
    )  # fmt: skip
