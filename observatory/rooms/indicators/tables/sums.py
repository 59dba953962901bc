"""Rows of one place, period and breakdown put together, because whoever brought the file said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from observatory.kernel.text import _
from observatory.rooms.indicators.formulas import doubt_of
from observatory.rooms.indicators.models.words import MISSING, SUPPRESSED
from observatory.rooms.indicators.tables.mapping import MEAN, Cell
from observatory.rooms.indicators.tables.numbers import EXACT
from observatory.rooms.indicators.tables.scales import Scale

MOST = 500_000
_MEAN_DECIMALS = 10


@dataclass(slots=True)
class _Sum:
    first: Cell
    scale: Scale
    value: Decimal
    count: int
    status: str


class Sums:
    """Adds up, or averages, what may stand far apart in a file. What is missing adds nothing; all of it missing is missing."""

    def __init__(self, same: str) -> None:
        self._mean = same == MEAN
        self._sums: dict[tuple[object, ...], _Sum] = {}

    def take(self, cell: Cell, scale: Scale) -> tuple[str, str] | None:
        """Add one; answers with a reason and a suggestion where there would be more than can be kept."""
        key = (cell.indicator, cell.territory, cell.period, cell.breakdown, cell.scope)
        known = self._sums.get(key)
        if known is None:
            if len(self._sums) >= MOST:
                return (
                    _("More than %(count)s different figures would be put together.", count=f"{MOST:,}"),
                    _("Send the file in parts, or add the rows up before."),
                )
            known = self._sums[key] = _Sum(cell, scale, Decimal(0), 0, cell.status)
        if cell.value is not None:
            known.status = doubt_of((known.status, cell.status)) if known.count else cell.status
            known.value = EXACT.add(known.value, cell.value)
            known.count += 1
        return None

    def cells(self) -> Iterator[Cell]:
        """The sums, each where its first row stood; small groups of people are kept back only now."""
        for known in self._sums.values():
            if not known.count:
                yield known.first._replace(value=None, status=known.status or MISSING)
                continue
            value = EXACT.divide(known.value, Decimal(known.count)) if self._mean else known.value
            if self._mean and -int(value.as_tuple().exponent) > _MEAN_DECIMALS:
                value = value.quantize(Decimal(1).scaleb(-_MEAN_DECIMALS), context=EXACT)
            if known.scale.hides(value):
                yield known.first._replace(value=None, status=SUPPRESSED)
            else:
                yield known.first._replace(value=value, status=known.status)
