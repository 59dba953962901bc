"""Drawings the size of a word: one little chart a place on the same scale, and a line for a card."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from observatory.kernel.charts import scales, words
from observatory.kernel.charts.lettering import safe
from observatory.kernel.charts.plan import extent
from observatory.kernel.charts.series import Line, Number, Point, last_known, values
from observatory.kernel.charts.strokes import short, trace
from observatory.kernel.text import _

SMALL = (160, 56)
SPARK = (120, 28)
_MARGIN = 5
"""Room for half a dot."""


def small_multiples(
    lines: Sequence[Line], *, title: str, unit: str = "", number: Number = words.exact, zero: bool | None = None
) -> Markup:
    """A list of little charts that can be compared, since all have one scale; each says its name and its last value."""
    points = [point for line in lines for point in line.points]
    known = values(points)
    if not known:
        return Markup()
    axis = scales.axis(known, zero)
    span = extent([point.x for point in points])
    low, high = (number(words.plain(axis.scaled(tick))) for tick in (axis.ticks[0], axis.ticks[-1]))
    scale = _("All on the same scale: %(low)s to %(high)s %(unit)s", low=low, high=high, unit=words.in_power(unit, axis.power))  # fmt: skip
    latest = max(point.x for point in points if point.known is not None)
    items = "".join(f"<li>{_small(line, axis, span, number, latest)}</li>" for line in lines)
    return Markup(  # noqa: S704 - every name and value went through `safe`
        f'<div class="multiples"><p class="small quiet">{safe(scale)}</p>'
        f'<ul class="multiples-list" aria-label="{safe(title)}">{items}</ul></div>'
    )


def _small(line: Line, axis: scales.Axis, span: tuple[float, float], number: Number, latest: float) -> str:
    last = last_known(line.points)
    if last is None:
        reason = next((point.reason for point in reversed(line.points) if point.reason), "")
        text = f"<span>{safe(line.name)}</span> <i>{safe(words.missing(reason))}</i>"
    else:
        when = f" <small>{safe(last.label)}</small>" if last.x < latest else ""
        zero = short(SMALL[1] - _MARGIN - axis.share(Decimal(0)) * (SMALL[1] - 2 * _MARGIN))
        ground = f'<path class="axis" d="M0 {zero}H{SMALL[0]}"/>' if axis.ticks[0] <= 0 <= axis.ticks[-1] else ""
        drawn = ground + _strokes(line.points, SMALL, span, (axis.ticks[0], axis.ticks[-1]))
        text = (
            f"<span>{safe(line.name)}</span> <b>{safe(words.written(last, number))}</b>{when}"
            f'<svg viewBox="0 0 {SMALL[0]} {SMALL[1]}" aria-hidden="true">{drawn}</svg>'
        )
    return f'<a href="{safe(line.url)}">{text}</a>' if line.url else f"<div>{text}</div>"


def _strokes(
    points: Sequence[Point], size: tuple[int, int], span: tuple[float, float], ends: tuple[Decimal, Decimal]
) -> str:
    across, down = (side - 2 * _MARGIN for side in size)
    strokes = trace(
        points,
        lambda x: _MARGIN + (x - span[0]) / (span[1] - span[0]) * across,
        lambda value: _MARGIN + (1 - scales.share(value, *ends)) * down,
    )
    kinds = (("settled", strokes.settled), ("unsettled", strokes.unsettled))
    lines = "".join(f'<path class="{kind}" d="{d}"/>' for kind, d in kinds if d)
    dots = "".join(
        f'<circle class="{"hollow" if dot.hollow else "dot"}" cx="{short(dot.spot[0])}" cy="{short(dot.spot[1])}" r="3"/>'
        for dot in strokes.dots
        if dot.needed
    )
    return f'<g class="c1">{lines}{dots}</g>'


def sparkline(points: Sequence[Point], *, title: str) -> Markup:
    """The course of a figure beside it, on a scale of its own; its last point is marked."""
    known = values(points)
    if not known:
        return Markup()
    drawn = _strokes(points, SPARK, extent([point.x for point in points]), scales.reach(known, zero=False))
    return Markup(  # noqa: S704 - the title went through `safe`
        f'<svg class="spark" viewBox="0 0 {SPARK[0]} {SPARK[1]}" role="img"><title>{safe(title)}</title>{drawn}</svg>'
    )
