"""Where everything of a line chart goes: its margins, its axes, and names that keep clear of one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from observatory.kernel.charts import scales, words
from observatory.kernel.charts.lettering import shorten, width
from observatory.kernel.charts.series import Line, Mark, Number, Point, last_known, values
from observatory.kernel.charts.strokes import Spot

HEIGHT = 300
MOST_LINES = 5
MOST_MARKS = 6
"""How many marks have their names written; the rest say them when pointed at."""
_MOST_NAME = {False: 0.3, True: 0.36}
"""How much of the width, wide and narrow, the names at the ends of lines may take."""


@dataclass(frozen=True)
class Label:
    """Words at a place: `at` is where their baseline begins or, if `anchor` says so, ends or has its middle."""

    at: Spot
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Ending:
    """The name and value at the end of a line, and the stroke that leads there if it stands apart."""

    name: Label
    value: Label
    leader: tuple[Spot, Spot] | None


class Plan:
    """A chart of `lines` on a sheet of `across` by 300 units; there is at least one value to draw."""

    def __init__(
        self,
        lines: Sequence[Line],
        marks: Sequence[Mark],
        *,
        unit: str,
        number: Number,
        zero: bool | None,
        across: int,
        narrow: bool,
    ) -> None:
        if len(lines) > MOST_LINES:
            raise ValueError(f"at most {MOST_LINES} lines can be told apart: use small multiples")
        self.lines, self.marks, self.number, self.narrow, self.across = lines, marks, number, narrow, across
        self.size = 15 if narrow else 14  # a phone draws 380 units on some 340 pixels; letters stay above 12
        self.leading = self.size * 1.15
        points = [point for line in lines for point in line.points]
        drawn = [*values(points), *(mark.value for mark in marks)]
        self.axis = scales.axis(drawn, zero)
        self.unit = shorten(words.in_power(unit, self.axis.power), across, self.size)
        self._period_names = {point.x: shorten(point.label, across / 4, self.size) for point in points}
        self._measure(points)

    def _measure(self, points: Sequence[Point]) -> None:
        """Margins as wide as what is written in them."""
        self.first, self.last = extent([*self._period_names, *_moments(self.marks)])
        half = max(width(name, self.size) for name in [*self._period_names.values(), "2000"]) / 2
        written = [self.number(words.plain(self.axis.scaled(tick))) for tick in self.axis.ticks]
        names = [shorten(name, self.across / 4, self.size) for name in written]
        self.left = max(half, 7 + max(width(name, self.size) for name in names))
        self.ends = [self._end(line) for line in self.lines]
        room = max(width(text, self.size, bold=True) for end in self.ends for text in self._rows(*end))
        self.right = self.across - max(half, 11 + min(room, self.across * _MOST_NAME[self.narrow]))
        self.top, self.bottom = (34 if self.unit else 14), HEIGHT - 28
        self.values = [
            (self.y(tick), Label((self.left - 7, self.y(tick) + self.size * 0.33), name, "end"))
            for tick, name in zip(self.axis.ticks, names, strict=True)
        ]

    def x(self, moment: float) -> float:
        return self.left + (moment - self.first) / (self.last - self.first) * (self.right - self.left)

    def y(self, value: Decimal) -> float:
        return self.bottom - self.axis.share(value) * (self.bottom - self.top)

    def periods(self) -> Iterator[Label]:
        """The years, or the periods within one, along the bottom."""
        names = self._period_names
        gap = max(width(name, self.size) for name in [*names.values(), "2000"]) + self.size
        for x, name in scales.periods(names, self.first, self.last, gap, self.right - self.left):
            yield Label((self.x(x), HEIGHT - 6), name, "middle")

    def _end(self, line: Line) -> tuple[str, str]:
        """The name of `line` and its last value; only the value for a single line that needs no name."""
        point = last_known(line.points)
        value = "—"
        if point is not None and point.known is not None:
            value = self.number(words.rounded(self.axis.scaled(point.known), self.axis.scaled(self.axis.step)))
        return (line.name, value) if line.name else (value, "")

    def _rows(self, name: str, value: str) -> tuple[str, ...]:
        """On phones the value stands below the name: the drawing needs the width."""
        return (name, value) if self.narrow else (f"{name} {value}",)

    def endings(self) -> list[Ending]:
        """The names at the ends of lines, nudged apart; one without any value stands at the bottom of them."""
        rows = 2 if self.narrow else 1
        at = self.right + 10
        room = self.across - at
        lasts = [last_known(line.points) for line in self.lines]
        spots = [None if last is None or last.known is None else (self.x(last.x), self.y(last.known)) for last in lasts]
        centre = self.size * 0.33 - (rows - 1) * self.leading / 2  # from a dot to the first baseline of its name
        wanted = [(spot[1] if spot else self.bottom) + centre for spot in spots]
        low = max(self.size, self.top - self.size / 4)
        gap = rows * self.leading + (6 if self.narrow else 0)
        places = scales.spread(wanted, gap, low, self.bottom + 4 - (rows - 1) * self.leading)
        endings = []
        for (name, value), spot, place in zip(self.ends, spots, places, strict=True):
            least = 0.0 if self.narrow else min(width(f"{start} ", self.size, bold=True) for start in (name, "…"))
            number = shorten(value, room - least, self.size, bold=True)
            beside = 0.0 if self.narrow else width(f" {number}", self.size, bold=True)
            named = shorten(name, room - beside, self.size, bold=True)
            below = self.leading if self.narrow else 0
            leader = None
            if spot and (spot[0] < self.right - 1 or abs(place - centre - spot[1]) > self.size / 2):
                leader = ((spot[0] + 5, spot[1]), (at - 2, place - centre))
            endings.append(Ending(Label((at, place), named), Label((at, place + below), number), leader))
        return endings

    def mark_names(self) -> list[Label]:
        """The names of marks at the quietest places along their lines; those still in force before former ones."""
        chosen = sorted(self.marks, key=lambda mark: mark.former)[:MOST_MARKS]
        placed = [self._quietest(mark) for mark in chosen]
        low = self.top - 6 if self.unit else self.size
        places = scales.spread([label.at[1] for label in placed], self.leading, low, self.bottom - 5)
        return [
            Label((label.at[0], place), label.text, label.anchor)
            for label, place in zip(placed, places, strict=True)
            if label.text
        ]

    def _quietest(self, mark: Mark) -> Label:
        """Above or below its line, anywhere along it: the first place where the fewest other things are."""
        y, clear = self.y(mark.value), 5 if mark.x is None else 9
        x = self.right - 4 if mark.x is None else self.x(mark.x)
        late = x - self.left > self.right - x
        text = shorten(mark.label, x - self.left if late else self.right - x, self.size)
        wide = width(text, self.size)
        last = x - wide if late else x
        if mark.x is None:
            first, last = self.left + 4, last
        else:  # better at the diamond than at the beginning of its line
            first, last = last, min(last, last if mark.since is None else self.x(mark.since))
        places = [
            Label((first + (last - first) * sixth / 6, height), text)
            for height in (y - clear, y + clear + self.size * 0.75)
            for sixth in range(7)
        ]
        return min(places, key=lambda label: self._crossings(label, wide, mark))

    def _crossings(self, label: Label, wide: float, mark: Mark) -> int:
        """How many points, half ways between points, and other marks' lines lie where `label` would be written."""
        left, foot = label.at
        head = foot - self.size
        hidden = sum(left < x < left + wide and head < y < foot + 4 for x, y in self._crowd)
        others = sum(head < self.y(other.value) < foot + 2 for other in self.marks if other is not mark)
        outside = not self.top - 12 < foot - self.size / 2 < self.bottom - self.size
        return hidden + 5 * others + 99 * outside

    @cached_property
    def _crowd(self) -> list[Spot]:
        """Where the lines are."""
        spots = []
        for line in self.lines:
            known = [(self.x(point.x), self.y(point.known)) for point in line.points if point.known is not None]
            spots += known + [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in pairwise(known)]
        return spots


def _moments(marks: Sequence[Mark]) -> list[float]:
    return [moment for mark in marks if mark.x is not None for moment in (mark.x, mark.since) if moment is not None]


def extent(moments: Sequence[float]) -> tuple[float, float]:
    """The first and the last; less than half a year on each side of a single one, lest it be named by its neighbours."""
    first, last = min(moments), max(moments)
    return (first, last) if first < last else (first - 0.4, last + 0.4)
