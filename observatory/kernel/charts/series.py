"""What is drawn: points in time, the lines they make, marks to compare them with, bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = Callable[[Decimal], str]
"""Writes a number for people. It must keep the digits it is given: a tick of 0.0025 written as 0.002 is wrong."""

UNSETTLED = frozenset({"provisional", "estimated", "forecast"})
"""Marks of values that may still change: the way to them is dotted."""


@dataclass(frozen=True)
class Point:
    """One value at one time."""

    x: float
    """When, in years: 2024.0; the second quarter of 2024 is 2024.25."""
    label: str
    """The period as people write it."""
    value: Decimal | None
    """None is a gap, and is never drawn as zero."""
    mark: str = ""
    """Nothing, or provisional, estimated, forecast, break (not comparable with those before), low (little reliable)."""
    text: str = ""
    """The value as written for people, with its unit."""
    reason: str = ""
    """Why there is a gap."""

    @property
    def known(self) -> Decimal | None:
        """The value, if it can be drawn."""
        return self.value if self.value is not None and self.value.is_finite() else None


@dataclass(frozen=True)
class Line:
    """A series under one name, in order of time; `url` is where its name leads in small multiples."""

    name: str
    points: Sequence[Point]
    url: str = ""


@dataclass(frozen=True)
class Mark:
    """A target or a baseline."""

    label: str
    value: Decimal
    x: float | None = None
    """None: a line across the whole chart; else a diamond at that time."""
    since: float | None = None
    """From when a dashed line leads to the diamond."""
    former: bool = False
    """An earlier version of a target: lighter, and still to be seen."""


@dataclass(frozen=True)
class Bar:
    """One row of a ranking."""

    name: str
    value: Decimal | None
    text: str = ""
    url: str = ""
    reason: str = ""
    """Why there is no value."""
    here: bool = False
    """The one that the page is about."""


def values(points: Iterable[Point]) -> list[Decimal]:
    """What is known of `points`."""
    return [value for point in points if (value := point.known) is not None]


def last_known(points: Iterable[Point]) -> Point | None:
    """The latest point with a value."""
    return next((point for point in reversed(list(points)) if point.known is not None), None)
