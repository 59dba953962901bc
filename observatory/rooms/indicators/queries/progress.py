"""How far one has come from a baseline towards a target, by the figures so far (F4, F5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from observatory.kernel import clock
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.formulas import Achievement
from observatory.rooms.indicators.models.words import FORECAST, SUM
from observatory.rooms.indicators.queries.figure import Figure
from observatory.rooms.indicators.queries.series import latest


@dataclass(frozen=True)
class Progress:
    """The figure that counts, what is achieved by it, and whether that is enough for the time that is over."""

    actual: tuple[str, Figure] | None
    achievement: Achievement
    share: Decimal | None
    """The share of its time that is over."""
    track: str
    """on_track, at_risk, off_track, or empty."""


def progress(row: Any, figures: Mapping[str, Figure], aim: Any) -> Progress:
    """By the definition in `row` and the figures of the aim's place: what was measured later than the aim's period does not
    count. `aim` is a row of targets or of measures."""
    actual = latest(_usable(row, figures, aim.period))
    done = formulas.achievement(
        baseline=aim.baseline_value, target=aim.value, actual=actual[1].value if actual else None,
        direction=row.direction, tolerance=row.tolerance,
    )  # fmt: skip
    share = None
    if aim.baseline_period and aim.period and actual:
        start, end = formulas.bounds(aim.baseline_period)[1], formulas.bounds(aim.period)[1]
        share = formulas.elapsed(start, end, min(clock.today(), formulas.bounds(actual[0])[1]))
    return Progress(actual, done, share, formulas.on_track(done.percent, share))


def _usable(row: Any, figures: Mapping[str, Figure], period: str) -> Mapping[str, Figure]:
    """What was measured until the end of a period, of its own frequency where there are such: what adds up over time says
    nothing of a year by one of its months, and what adds up over places nothing by some of them."""
    told = {
        name: figure for name, figure in figures.items()
        if figure.status != FORECAST and not (figure.of_some and row.over_places == SUM)
    }  # fmt: skip
    if not period:
        return told
    until, kind = formulas.bounds(period)[1], formulas.frequency_of(period)
    before = {name: figure for name, figure in told.items() if formulas.bounds(name)[1] <= until}
    same = {name: figure for name, figure in before.items() if formulas.frequency_of(name) == kind}
    return same if same or row.over_periods == SUM else before
