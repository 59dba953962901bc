"""Places compared: on the map, on the grid of regions, and as a ranking. One period, one series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g, url_for

from observatory.kernel import charts
from observatory.kernel.text import _
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.queries import series
from observatory.rooms.indicators.queries.figure import Figure
from observatory.rooms.indicators.queries.selection import Selection
from observatory.rooms.indicators.views import pictures, sentences
from observatory.rooms.organisations.queries import path_of, place_title
from observatory.rooms.places.models import COUNTRY, DEPARTMENT, DISTRICT, LEVELS, PROVINCE
from observatory.rooms.places.queries import outlines

MOST_RANKED = 40


@dataclass(frozen=True)
class Comparison:
    """The places of one level with their figures in one period."""

    period: str
    periods: list[str]
    level: str
    levels: list[tuple[str, object]]
    """The levels with figures."""
    within: str
    """The code of the place within which they lie; empty for the country."""
    title: str
    rows: list[tuple[Any, Figure | None]]
    """By value, best first; those without a figure last."""
    known: int
    ranking: Any
    shapes: list[tuple[str, str, str, str | None, str]]
    """(path, name, address, value, class) for the map of outlines; empty where none are loaded."""
    box: str
    tiles: list[tuple[int, int, str, str, str, str | None, str]]
    legend: list[tuple[str, str]]
    most: int = MOST_RANKED


def comparison(row: Any, chosen: Selection, arguments: Mapping[str, str]) -> Comparison | None:
    """The places of the level asked for; None where there is nothing to compare."""
    if not chosen.strands or chosen.per_head:
        return None
    one = chosen.strands[0].series
    known = series.periods_of([one.id], chosen.edition.id if chosen.edition is not None else None)
    periods = sorted({each.period for each in known if each.figures and each.level != COUNTRY}, reverse=True)
    if not periods:
        return None
    period = arguments.get("period", "")
    period = period if period in periods else next((name for name in periods if name in chosen.periods), periods[0])
    own = {each.level for each in known if each.period == period and each.figures}
    finest = [level for level in (DISTRICT, PROVINCE, DEPARTMENT) if level in own]
    if not finest:
        return None
    computed = row.over_places != "none"
    levels = [
        level
        for level in (DEPARTMENT, PROVINCE, DISTRICT)
        if level in own or (computed and list(LEVELS).index(level) < list(LEVELS).index(finest[0]))
    ]
    level = arguments.get("level", "")
    level = level if level in levels else levels[0]
    within = arguments.get("within", "")
    path = path_of(within) if within else None
    found = series.of_level(
        one.id, period, level, within=path, edition=chosen.edition.id if chosen.edition is not None else None
    )
    figures = {place.slug: figure for place, figure in found}
    by_slug = {place.slug: place for place, _figure in found}
    values = {slug: figure.value if figure is not None else None for slug, figure in figures.items()}
    if not any(value is not None for value in values.values()):
        return None
    order = formulas.worst(values, row.direction)
    rest = [slug for slug in by_slug if values[slug] is None]
    rows = [(by_slug[slug], figures[slug]) for slug in (*order, *rest)]
    klass, steps = pictures.classes([values[slug] for slug in by_slug])
    klasses = dict(zip(by_slug, klass, strict=True))
    country = found[0][0].path.split("/")[0]
    shapes = _shapes(row, level, path or country, values, klasses)
    return Comparison(
        period, periods, level, [(each, LEVELS[each]) for each in levels], within if path else "",
        _title(row, period, level, within if path else ""), rows, len(order), _ranking(row, rows[:MOST_RANKED]),
        shapes[1], shapes[0], _tiles(row, level, by_slug, values, klasses) if not shapes[1] else [],
        [(name, sentences.plain(row, bound)) for name, bound in steps],
    )  # fmt: skip


def _title(row: Any, period: str, level: str, within: str) -> str:
    plural = {DEPARTMENT: _("by region"), PROVINCE: _("by province"), DISTRICT: _("by district")}[level]
    title = f"{row.title} {plural}, {sentences.period(period)}"
    return f"{title}, {place_title(within)}" if within else title


def _ranking(row: Any, rows: list[tuple[Any, Figure | None]]) -> Any:
    return charts.bar_list(
        [
            charts.Bar(
                place.title, figure.value if figure is not None else None,
                sentences.figure(row, figure.value) if figure is not None and figure.value is not None else "",
                url_for("indicators.show", slug=row.slug, place=place.slug),
                sentences.gap(figure) if figure is not None and figure.value is None else "" if figure is not None else _("not published"),
            )
            for place, figure in rows
        ],
        title=_("In order"),
        number=pictures.plain_number,
    )  # fmt: skip


def _shapes(
    row: Any, level: str, path: str, values: Mapping[str, Decimal | None], klasses: Mapping[str, str]
) -> tuple[str, list[tuple[str, str, str, str | None, str]]]:
    drawn = outlines.outlines(g.actor, level, path)
    if drawn is None:
        return "", []
    return drawn.box, [
        (
            shape.path, shape.title, url_for("indicators.show", slug=row.slug, place=shape.slug),
            sentences.figure(row, values.get(shape.slug)) if values.get(shape.slug) is not None else None,
            klasses.get(shape.slug, "k0"),
        )
        for shape in drawn.shapes
    ]  # fmt: skip


def _tiles(
    row: Any, level: str, places: Mapping[str, Any], values: Mapping[str, Decimal | None], klasses: Mapping[str, str]
) -> list[tuple[int, int, str, str, str, str | None, str]]:
    if level != DEPARTMENT:
        return []
    return [
        (
            place.tile_row, place.tile_column, place.short, place.title,
            url_for("indicators.show", slug=row.slug, place=slug),
            sentences.short(row, values[slug]) if values[slug] is not None else None, klasses[slug],
        )
        for slug, place in places.items()
        if place.tile_row is not None
    ]  # fmt: skip
