"""The figures of a place, one line each, beside those of the country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.models import PUBLISHED
from observatory.records.queries import records
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models import Series, SeriesPeriod
from observatory.rooms.indicators.queries import definitions, indicators, rows, series
from observatory.rooms.indicators.queries.figure import Figure
from observatory.rooms.places.models import COUNTRY, Territory

MOST = 12
HOME = 4
_MOST_SERIES = 60
"""So many series are looked at for one place: those with the longest history."""
_periods = SeriesPeriod.__table__.c


@dataclass(frozen=True)
class KeyFigure:
    """The last figure of an indicator in a place, all of them, and the country's last one."""

    row: Any
    last: tuple[str, Figure]
    figures: Mapping[str, Figure]
    country: tuple[str, Figure] | None


def of_place(actor: Actor, territory_id: int) -> list[KeyFigure]:
    """The approved indicators with plain figures for a place, real ones first, then those with the longest history."""
    found = _keys(actor, territory_id, _country(territory_id))
    ordered = sorted(found, key=lambda key: (key.row.is_demo, -min(len(key.figures), 3), key.row.sort_title))
    return ordered[:MOST]


def of_country(actor: Actor) -> list[KeyFigure]:
    """Some real indicators of the country with a history: for the home page."""
    statement = select(Territory.id).where(Territory.level == COUNTRY, Territory.tile_row.is_(None))
    inside = select(Territory.parent_id).where(Territory.parent_id.is_not(None))
    country = db.session.scalar(statement.where(Territory.id.in_(inside)).order_by(Territory.id).limit(1))
    if country is None:
        return []
    found = [key for key in _keys(actor, country, None) if not key.row.is_demo]
    return sorted(found, key=lambda key: (-min(len(key.figures), 3), key.row.sort_title))[:HOME]


def _country(territory_id: int) -> int | None:
    """The country in which a place lies, or that it is."""
    place, above = Territory.__table__, Territory.__table__.alias()
    inside = or_(place.c.path == above.c.path, place.c.path.startswith(above.c.path + "/"))
    return db.session.scalar(select(above.c.id).where(place.c.id == territory_id, above.c.level == COUNTRY, inside))


def _keys(actor: Actor, territory_id: int, country: int | None) -> list[KeyFigure]:
    """Every indicator with a plain figure in the place, in four statements."""
    table = Series.__table__.c
    statement = rows(actor, table.id.label("series_id")).where(records.c.state == PUBLISHED)
    joined = statement.get_final_froms()[0].join(Series.__table__, table.indicator_id == indicators.c.id)
    plain = (
        table.breakdown == "", table.scope == "", table.top_id.is_not(None), table.lineage == definitions.c.lineage,
    )  # fmt: skip
    longest = select(func.count()).where(_periods.series_id == table.id, _periods.figures > 0).scalar_subquery()
    statement = statement.select_from(joined).where(*plain)
    ordered = statement.order_by(records.c.is_demo, longest.desc(), records.c.sort_title, records.c.id)
    found = db.session.execute(ordered.limit(_MOST_SERIES)).all()
    ids = [row.series_id for row in found]
    names = sorted({each.period for each in series.periods_of(ids) if each.figures})
    places = [id for id in (territory_id, country) if id is not None]
    values = series.figures(ids, places, names)
    keys = []
    for row in found:
        own = series.line(values, row.series_id, territory_id)
        last = series.latest(own)
        if last is None:
            continue
        apart = country is not None and country != territory_id
        kind = formulas.frequency_of(last[0])
        other = series.latest(series.line(values, row.series_id, country, kind)) if apart else None
        keys.append(KeyFigure(row, last, own, other))
    return keys
