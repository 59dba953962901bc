"""From values and times to places: axes with round steps, powers of ten, years thinned until their labels fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

ROUND_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
NEAR_ZERO = Decimal("0.6")
"""An axis starts at zero unless the smallest value is more than this share of the largest."""
PRECISION = 80
"""Digits to reckon with: values of 20 digits that differ in the last one still need whole steps."""


@dataclass(frozen=True)
class Axis:
    """The values an axis names, from lowest to highest, and the power of ten they are all divided by."""

    ticks: tuple[Decimal, ...]
    power: int

    @property
    def step(self) -> Decimal:
        """From one tick to the next."""
        return self.ticks[1] - self.ticks[0]

    def share(self, value: Decimal) -> float:
        """Where `value` lies between the ends of the axis: 0 to 1."""
        return share(value, self.ticks[0], self.ticks[-1])

    def scaled(self, value: Decimal) -> Decimal:
        """`value` as the axis writes it, divided by its power of ten."""
        with localcontext() as context:
            context.prec = PRECISION
            return value.scaleb(-self.power)


def share(value: Decimal, low: Decimal, high: Decimal) -> float:
    with localcontext() as context:
        context.prec = PRECISION
        return min(1.0, max(0.0, float((value - low) / (high - low))))


def reach(values: Iterable[Decimal], zero: bool | None = None) -> tuple[Decimal, Decimal]:
    """The lowest and the highest of an axis for `values`, never the same; `zero` forces or forbids to begin there."""
    known = list(values)
    low, high = min(known), max(known)
    if zero is None:
        near, far = sorted((abs(low), abs(high)))
        zero = near <= NEAR_ZERO * far or low == high
    if zero:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low < high:
        return low, high
    return (low - abs(low) / 10, high + abs(high) / 10) if low else (low, Decimal(1))


def axis(values: Iterable[Decimal], zero: bool | None = None, most: int = 5) -> Axis:
    """An axis for `values` in steps of 1, 2, 2.5 or 5 times a power of ten: about `most` of them."""
    with localcontext() as context:
        context.prec = PRECISION
        low, high = reach(values, zero)
        rough = (high - low) / most
        unit = Decimal(1).scaleb(rough.adjusted())
        step = next(unit * factor for factor in ROUND_STEPS if unit * factor >= rough)
        first = int((low / step).to_integral_value(ROUND_FLOOR))
        last = int((high / step).to_integral_value(ROUND_CEILING))
        ticks = tuple(step * number for number in range(first, max(last, first + 1) + 1))
        return Axis(ticks, power(max(abs(ticks[0]), abs(ticks[-1]))))


def power(largest: Decimal) -> int:
    """By which power of ten an axis up to `largest` is divided, so that its labels stay short.

    Up to 25,000 and down to 0.0025 as they are; 25 million is not 25,000 thousand, but 2,500 million is not 2.5 billion.
    """
    size = largest.adjusted()
    if -3 <= size < 5:
        return 0
    if size < 5 or size > 12:
        return size // 3 * 3
    return 3 if size == 5 else 6 if size < 10 else 9


def periods(
    names: Mapping[float, str], low: float, high: float, gap: float, span: float, most: int = 40
) -> list[tuple[float, str]]:
    """Times to be named between `low` and `high`: whole years, or the periods themselves within less than two years.

    `span` is how many units of drawing they have, `gap` how many each name needs; names beyond `most` are never looked at.
    """
    first, last = math.ceil(low), math.floor(high)
    if last <= first:
        spots = [(x, name) for x, name in names.items() if low <= x <= high]
        return thinned(spots, gap * (high - low) / span)
    annual = all(x == int(x) for x in names)
    apart = gap * (high - low) / span
    every = 1
    while every < apart or (last - first) / every > most:
        lead = int(str(every)[0])
        every = every * 5 // 2 if lead == 2 else every * 2
    years = {first, last, *range(math.ceil(first / every) * every, last + 1, every)}
    return thinned([(year, names.get(year, str(year)) if annual else str(year)) for year in sorted(years)], apart)


def thinned(spots: Sequence[tuple[float, str]], apart: float) -> list[tuple[float, str]]:
    """The last and the first of `spots`, and those between that keep their distance from one another."""
    if not spots:
        return []
    kept, end = [spots[0]], spots[-1]
    for spot in spots[1:-1]:
        if spot[0] - kept[-1][0] >= apart and end[0] - spot[0] >= apart:
            kept.append(spot)
    if end[0] - kept[-1][0] >= apart:
        kept.append(end)
    return kept


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to `wanted`, at least `gap` apart, within `low` and `high`; in the order of `wanted`.

    Names that want the same place share the shift: each crowd settles around the middle of what its members want.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    crowds: list[tuple[float, int]] = []  # the mean place, with the gaps taken out, and how many share it
    for rank, index in enumerate(order):
        place, size = wanted[index] - rank * gap, 1
        while crowds and crowds[-1][0] > place:
            before, number = crowds.pop()
            place, size = (before * number + place * size) / (number + size), number + size
        crowds.append((place, size))
    flat = [place for place, size in crowds for _each in range(size)]
    ceiling = max(low, high - (len(wanted) - 1) * gap)
    places = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        places[index] = min(max(flat[rank], low), ceiling) + rank * gap
    return places
