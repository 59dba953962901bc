"""What is computed from figures, each formula once: achievement (F4), being on track (F5), figures per head (F13), and how
figures of small places add up for a larger one. Nothing here is stored but the sums of places."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache, reduce
from typing import Any, NamedTuple

from observatory.rooms.indicators.models.words import (
    BREAK,
    DECREASE,
    ESTIMATED,
    FORECAST,
    IMPUTED,
    INCREASE,
    MAINTAIN,
    NORMAL,
    PROVISIONAL,
    UNRELIABLE,
)

HUNDRED = Decimal(100)
EXACT = Context(prec=80)
"""Sums lose no digit, whatever the thread's own context says; what is divided is rounded as that says."""
ON_TRACK, AT_RISK = Decimal("0.9"), Decimal("0.6")


@dataclass(frozen=True)
class Achievement:
    """How much of the way from baseline to target is done, in percent and never clamped; or why that can't be said."""

    percent: Decimal | None
    reason: str = ""
    """no_actual, no_target, no_baseline, no_way (target equals baseline), wrong_way (the target contradicts the direction),
    out_of_band; empty where there is a percentage of a way."""
    distance: Decimal | None = None
    """From the actual value to the target, in the unit; positive where the actual one is larger."""

    @property
    def word(self) -> str:
        """regressed, exceeded, reached, under_way, in_band, out_of_band or unknown."""
        if self.reason == "out_of_band":
            return "out_of_band"
        if self.percent is None:
            return "unknown"
        if self.reason == "in_band":
            return "in_band"
        if self.percent < 0:
            return "regressed"
        return "exceeded" if self.percent > HUNDRED else "reached" if self.percent == HUNDRED else "under_way"


def achievement(
    *, baseline: Decimal | None, target: Decimal | None, actual: Decimal | None, direction: str,
    tolerance: Decimal | None = None,
) -> Achievement:  # fmt: skip
    """F4: (actual − baseline) ÷ (target − baseline) × 100; for what should stay as it is, whether it lies in the band."""
    if target is None:
        return Achievement(None, "no_target")
    if actual is None:
        return Achievement(None, "no_actual")
    distance = actual - target
    if direction == MAINTAIN:
        inside = abs(distance) <= (tolerance or Decimal(0))
        return Achievement(HUNDRED if inside else None, "in_band" if inside else "out_of_band", distance)
    if baseline is None:
        return Achievement(None, "no_baseline", distance)
    way = target - baseline
    if not way:
        return Achievement(None, "no_way", distance)
    if (direction == INCREASE and way < 0) or (direction == DECREASE and way > 0):
        return Achievement(None, "wrong_way", distance)
    return Achievement((actual - baseline) / way * HUNDRED, "", distance)


def elapsed(start: dt.date, end: dt.date, today: dt.date) -> Decimal | None:
    """The share of a period that is over, 0 to 1; None before it began or where it is none."""
    if today < start or end <= start:
        return None
    return min(Decimal(1), Decimal((today - start).days) / Decimal((end - start).days))


def on_track(percent: Decimal | None, share: Decimal | None) -> str:
    """F5: achievement ÷ elapsed share. on_track from 0.9, at_risk from 0.6, else off_track; empty where it can't be said."""
    if percent is None or not share:
        return ""
    ratio = percent / HUNDRED / share
    return "on_track" if ratio >= ON_TRACK else "at_risk" if ratio >= AT_RISK else "off_track"


def per_head(amount: Decimal | None, population: Decimal | None) -> Decimal | None:
    """F13: None where either is missing, or nobody lives there."""
    return None if amount is None or not population else amount / population


FEWEST = 5


def identifies(people: Decimal) -> bool:
    """Whether a number of people is so small that they could be recognised (invariant 18)."""
    return 0 < people < FEWEST


# --- Periods --------------------------------------------------------------------------------------------------------


FIRST_YEAR, LAST_YEAR = 1800, 2100
"""Of which something may be measured or aimed at: other years are slips of whoever wrote them."""
_PERIOD = re.compile(r"\d{4}(-(S[12]|Q[1-4]|\d{2}(-\d{2})?))?", re.ASCII)


def bounds(period: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a period in its canonical form. ValueError for anything else."""
    if not _PERIOD.fullmatch(period):
        raise ValueError(period)
    year = int(period[:4])
    rest = period[5:]
    if not rest:
        first, last = 1, 12
    elif rest.startswith("S"):
        last = 6 * int(rest[1:])
        first = last - 5
    elif rest.startswith("Q"):
        last = 3 * int(rest[1:])
        first = last - 2
    elif len(rest) == 2:
        first = last = int(rest)
    else:
        day = dt.date.fromisoformat(period)
        return day, day
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def frequency_of(period: str) -> str:
    """year, half, quarter, month or day."""
    rest = period[5:]
    if not rest:
        return "year"
    return {"S": "half", "Q": "quarter"}.get(rest[0]) or ("month" if len(rest) == 2 else "day")


_COARSE = ("year", "half", "quarter", "month", "day")


@lru_cache(maxsize=8192)
def order(period: str) -> tuple[dt.date, int]:
    """A key for putting periods in order of time: by their last day; of two that end together the longer one is last."""
    first, last = bounds(period)
    return last, -first.toordinal()


def by_frequency(periods: Iterable[str]) -> dict[str, list[str]]:
    """Periods by their frequency, the one with most of them first, the coarser of two alike: no line mixes years with
    months."""
    kinds: dict[str, list[str]] = {}
    for period in periods:
        kinds.setdefault(frequency_of(period), []).append(period)
    return dict(sorted(kinds.items(), key=lambda kind: (-len(kind[1]), _COARSE.index(kind[0]))))


def position(period: str) -> float:
    """Where the beginning of a period lies, in years, for an axis."""
    first, _last = bounds(period)
    days = 366 if calendar.isleap(first.year) else 365
    return first.year + (first.timetuple().tm_yday - 1) / days


def before(period: str) -> str:
    """The same period one step of its frequency earlier; of a day, the day before."""
    year, rest = int(period[:4]), period[5:]
    if not rest:
        return f"{year - 1:04}"
    if rest[0] in "SQ":
        number, most = int(rest[1:]), 2 if rest[0] == "S" else 4
        return f"{year}-{rest[0]}{number - 1}" if number > 1 else f"{year - 1}-{rest[0]}{most}"
    if len(rest) == 2:
        month = int(rest)
        return f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"
    return (dt.date.fromisoformat(period) - dt.timedelta(days=1)).isoformat()


def following(period: str) -> str:
    """The next period of the same frequency."""
    return holding(bounds(period)[1] + dt.timedelta(days=1), frequency_of(period))


def holding(day: dt.date, frequency: str) -> str:
    """The period of a frequency in which a day lies."""
    return {
        "year": f"{day.year:04}", "half": f"{day.year}-S{(day.month + 5) // 6}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "month": f"{day.year}-{day.month:02}", "day": day.isoformat(),
    }[frequency]  # fmt: skip


# --- Adding up over places ------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """What goes into a sum: a value with its weight (1 for a plain sum) and how many places it stands for."""

    value: Decimal
    weight: Decimal | None = Decimal(1)
    parts: int = 1
    status: str = NORMAL
    source_id: int | None = None
    as_of: str = ""
    """Where it comes from and when it is of; of a sum only what is the same for all its parts."""


_DOUBT = (FORECAST, ESTIMATED, IMPUTED, PROVISIONAL, UNRELIABLE, BREAK)
"""A sum is as doubtful as the most doubtful of its parts, in this order."""


def doubt_of(statuses: Iterable[str]) -> str:
    found = set(statuses)
    return next((status for status in _DOUBT if status in found), NORMAL)


def total(parts: Sequence[Part], *, weighted: bool) -> Part | None:
    """The sum of parts, or their mean by weight; None where nothing can be said: a mean leaves out what has no weight."""
    if not weighted:
        if not parts:
            return None
        values, _weights, counts, statuses, sources, dates = zip(*parts, strict=True)
        return Part(_sum(values), None, sum(counts), doubt_of(statuses), *_origin(sources, dates))
    known = [part for part in parts if part.weight is not None and part.weight > 0]
    weight = _sum(part.weight for part in known if part.weight is not None)
    if not weight:
        return None
    weighed = _sum(EXACT.multiply(part.value, part.weight) for part in known if part.weight is not None)
    return Part(
        weighed / weight, weight, sum(part.parts for part in known), doubt_of(part.status for part in known),
        *_origin([part.source_id for part in known], [part.as_of for part in known]),
    )  # fmt: skip


def _origin(sources: Sequence[int | None], dates: Sequence[str]) -> tuple[int | None, str]:
    same = len(set(sources)) == 1 and len(set(dates)) == 1
    return (sources[0], dates[0]) if same else (None, "")


def _sum(values: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, values, Decimal(0))


def over_periods(values: Sequence[tuple[str, Decimal]], rule: str) -> Decimal | None:
    """The figure for a longer period out of those within it, in order; None where the rule is not to."""
    if not values or rule == "none":
        return None
    numbers = [value for _period, value in values]
    if rule == "last":
        return numbers[-1]
    whole = _sum(numbers)
    return whole if rule == "sum" else whole / len(numbers)


# --- Doubts ---------------------------------------------------------------------------------------------------------


def is_jump(value: Decimal, last: Decimal, largest: Decimal, steps: int) -> bool:
    """Whether the step from the last value to `value` goes far beyond what the series has done: more than five times the
    largest of its steps so far, where there were at least three; with a shorter history, tenfold or a tenth."""
    step = abs(value - last)
    if not step:
        return False
    if steps >= 3:
        return step > 5 * largest if largest else step > abs(last) / 2
    if not last or not value:
        return False
    size, before = abs(value), abs(last)
    return size >= 10 * before or size * 10 <= before


def differs(total: Decimal, value: Decimal, parts: int) -> bool:
    """Whether a total is not the sum of its parts: beyond half a unit of rounding for each, and half a thousandth."""
    gap = abs(total - value)
    return gap > Decimal(parts) / 2 and gap > abs(value) / 2000


def worst(values: Mapping[str, Any], direction: str) -> list[str]:
    """The keys of `values` by value, best first: for comparing places. Without a direction, the largest first."""
    known = [(value, key) for key, value in values.items() if value is not None]
    return [key for _value, key in sorted(known, reverse=direction != DECREASE)]


MARKS = {
    PROVISIONAL: "provisional", ESTIMATED: "estimated", IMPUTED: "estimated", FORECAST: "forecast", BREAK: "break",
    UNRELIABLE: "low",
}  # fmt: skip
"""How a figure with a status is drawn."""
