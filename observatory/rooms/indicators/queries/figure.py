"""A figure as it is read, and which observations are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from observatory.rooms.indicators.formulas import order
from observatory.rooms.indicators.models import Observation
from observatory.rooms.indicators.models.words import FORECAST

observations = Observation.__table__


@dataclass(frozen=True)
class Figure:
    """A figure as it is shown: published, or computed for a larger place from `parts` of `whole` smaller ones."""

    value: Decimal | None
    status: str
    as_of: str = ""
    source_id: int | None = None
    note: str = ""
    parts: int = 0
    whole: int = 0
    periods: int = 0
    """Of how many shorter periods it was computed, where it was."""

    @property
    def computed(self) -> bool:
        return self.parts > 0 or self.periods > 0

    @property
    def of_some(self) -> bool:
        """Whether it was computed from a part of the places only."""
        return self.parts < self.whole


@dataclass(frozen=True)
class Strand:
    """One line of a chart, one column of a table: a series in a place, with its figures by period."""

    series: Any
    place: Any
    name: str
    figures: Mapping[str, Figure]

    @property
    def last(self) -> tuple[str, Figure] | None:
        """The last period with a value that is no forecast; else the last forecast."""
        known = {period: figure for period, figure in self.figures.items() if figure.value is not None}
        measured = [period for period, figure in known.items() if figure.status != FORECAST]
        last = max(measured or known, key=order, default=None)
        return None if last is None else (last, known[last])


Key = tuple[int, int, str]
"""(series, territory, period)"""


def standing(edition: int | None = None) -> ColumnElement[bool]:
    """The condition that an observation is published now, or was in an edition."""
    table = observations.c
    if edition is None:
        return and_(table.published_id.is_not(None), table.superseded_id.is_(None))
    return and_(table.published_id <= edition, or_(table.superseded_id.is_(None), table.superseded_id > edition))


def ever_published(series_id: Any) -> ColumnElement[bool]:
    """The condition that something was once published of a series: one that was only delivered to is nobody's to read."""
    own = observations.alias("own")
    base = select(own.c.id).where(own.c.series_id == series_id)
    now = base.where(own.c.published_id.is_not(None), own.c.superseded_id.is_(None))
    return or_(now.exists(), base.where(own.c.superseded_id.is_not(None)).exists())
