"""A line as strokes: broken at gaps, dotted where values may still change, as few characters as will do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from observatory.kernel.charts.series import UNSETTLED, Point

Spot = tuple[float, float]


def short(value: float) -> str:
    """A coordinate to one decimal, without a needless zero."""
    return _tenths(round(value * 10))


def _tenths(tenths: int) -> str:
    sign, (whole, rest) = "-" if tenths < 0 else "", divmod(abs(tenths), 10)
    return f"{sign}{whole or '' if rest else whole}{f'.{rest}' if rest else ''}"


def path(spots: Sequence[Spot]) -> str:
    """Straight strokes through `spots`; each step counts from the rounded spot before it, so no error adds up."""
    at = [(round(x * 10), round(y * 10)) for x, y in spots]
    steps = [f"{_tenths(x - a)} {_tenths(y - b)}" for (a, b), (x, y) in pairwise(at)]
    start = f"M{_tenths(at[0][0])} {_tenths(at[0][1])}"
    return (start + ("l" + " ".join(steps) if steps else "")).replace(" -", "-")


@dataclass(frozen=True)
class Dot:
    spot: Spot
    point: Point
    hollow: bool
    needed: bool
    """It ends the line, or there would be nothing to be seen of the point."""


@dataclass(frozen=True)
class Trace:
    """`settled` and `unsettled` strokes, the double ticks of `breaks`, and the points that deserve a dot."""

    settled: str
    unsettled: str
    breaks: str
    dots: tuple[Dot, ...]


def trace(points: Sequence[Point], x: Callable[[float], float], y: Callable[[Decimal], float]) -> Trace:
    """Strokes through `points`; dots for the last, for those that are not normal, and for those that stand alone."""
    spots = [None if point.known is None else (x(point.x), y(point.known)) for point in points]
    joined = [
        bool(index and spots[index] and spots[index - 1] and points[index].mark != "break")
        for index in range(len(points))
    ]
    last = max((index for index, spot in enumerate(spots) if spot), default=-1)
    runs: dict[bool, list[list[Spot]]] = {False: [], True: []}
    ticks: list[str] = []
    dots: list[Dot] = []
    for index, (point, spot) in enumerate(zip(points, spots, strict=True)):
        if spot is None:
            continue
        before = spots[index - 1] if index else None
        if joined[index] and before:
            run = runs[point.mark in UNSETTLED]
            if run and run[-1][-1] == before:
                run[-1].append(spot)
            else:
                run.append([before, spot])
        elif before:
            ticks.append(_double_tick(before, spot))
        alone = not joined[index] and not any(joined[index + 1 : index + 2])
        if point.mark or alone or index == last:
            hollow = point.mark in UNSETTLED or point.mark == "low"
            dots.append(Dot(spot, point, hollow, needed=alone or index == last))
    return Trace(_together(runs[False]), _together(runs[True]), "".join(ticks), tuple(dots))


def _together(runs: Iterable[Sequence[Spot]]) -> str:
    return "".join(path(run) for run in runs)


def _double_tick(before: Spot, after: Spot) -> str:
    """Two slanted strokes half way between the points that must not be compared."""
    x, y = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
    return "".join(path([(x + shift - 2, y + 6), (x + shift + 2, y - 6)]) for shift in (-2.5, 2.5))
