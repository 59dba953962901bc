"""Figures as pictures: what of a selection is drawn, and how."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import url_for
from markupsafe import Markup

from observatory.kernel import charts
from observatory.kernel.exact import decimals
from observatory.kernel.formats import number
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.queries.figure import Figure, Strand
from observatory.rooms.indicators.queries.page import Aim
from observatory.rooms.indicators.queries.selection import Selection
from observatory.rooms.indicators.views import sentences

_CLASSES = 5
MANY = 5
"""With more lines than these there are small charts beside the large one."""


def points(row: Any, strand: Strand, periods: Sequence[str]) -> list[charts.Point]:
    """The points of a strand: one for each period, a gap where nothing is published."""
    found = []
    for name in periods:
        figure = strand.figures.get(name)
        value = figure.value if figure is not None else None
        found.append(
            charts.Point(
                formulas.position(name), sentences.period(name), value,
                formulas.MARKS.get(figure.status, "") if figure is not None else "",
                sentences.figure(row, value) if value is not None else "",
                sentences.gap(figure) if figure is not None and value is None else "",
            )
        )  # fmt: skip
    return found


def lines(row: Any, chosen: Selection) -> list[charts.Line]:
    """What is drawn: at most five strands."""
    return [charts.Line(strand.name, points(row, strand, chosen.periods)) for strand in chosen.drawn]


def marks(row: Any, aims: Sequence[Aim], strand: Strand | None) -> list[charts.Mark]:
    """The targets of the place that is drawn first, former ones included, and its baseline."""
    found: list[charts.Mark] = []
    for aim in aims:
        if strand is None or aim.current.territory_id != strand.place.id:
            continue
        since = formulas.position(aim.current.baseline_period) if aim.current.baseline_period else None
        for version in (*reversed(aim.former), aim.current):
            label = sentences.target_label(row, version, former=version is not aim.current)
            found.append(
                charts.Mark(
                    label, version.value, formulas.position(version.period), since, former=version is not aim.current
                )
            )
    return found


def chart(row: Any, chosen: Selection, aims: Sequence[Aim], title: str) -> Markup:
    """The chart of a selection, wide and narrow."""
    drawn = lines(row, chosen)
    first = chosen.drawn[0] if chosen.drawn else None
    shown = marks(row, aims, first) if chosen.is_plain and not chosen.per_head and chosen.step == "fine" else []
    return charts.chart(
        drawn, title=title, description=sentences.described(row, chosen.drawn), unit=str(row.unit), marks=shown,
        number=plain_number,
    )  # fmt: skip


def plain_number(value: Decimal) -> str:
    """A number of an axis: all the digits it is given."""
    return number(value, decimals(value))


def spark(row: Any, figures: dict[str, Figure], title: str) -> Markup:
    """A small line of what a place has had so far."""
    names = sorted(figures)
    found = [
        charts.Point(formulas.position(name), sentences.period(name), figures[name].value, "", "", "") for name in names
    ]
    return charts.sparkline(found, title=title)


def multiples(row: Any, chosen: Selection, title: str) -> Markup:
    """A small chart for each place, all on one scale."""
    drawn = [
        charts.Line(strand.name, points(row, strand, chosen.periods), url_for("places.show", slug=strand.place.slug))
        for strand in chosen.strands
    ]
    return charts.small_multiples(drawn, title=title, unit=str(row.unit), number=plain_number)


def classes(values: Sequence[Decimal | None]) -> tuple[list[str], list[tuple[str, Decimal]]]:
    """The colour class of each value, k1 to k5 by rising fifths of the places, k0 where there is none; and the upper bound
    of each class that is used."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return ["k0"] * len(values), []
    bounds: list[Decimal] = []
    for part in range(1, _CLASSES):
        bound = known[min(len(known) - 1, len(known) * part // _CLASSES)]
        if not bounds or bound > bounds[-1]:
            bounds.append(bound)
    if bounds and bounds[0] == known[0] and len(bounds) > 1:
        bounds = bounds[1:]
    found = ["k0" if value is None else f"k{1 + sum(value >= bound for bound in bounds)}" for value in values]
    steps = [*bounds, known[-1]]
    return found, [(f"k{at}", bound) for at, bound in enumerate(steps, 1)]
