"""Reading boundaries: the places of one level as the parts of one map."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.models import Source
from observatory.records.queries import records, visible
from observatory.rooms.organisations.queries import inside
from observatory.rooms.places.models import COUNTRY, DEPARTMENT, DISTRICT, PROVINCE, Boundary
from observatory.rooms.places.queries.territories import TILE_BOUNDS, territories

boundaries = Boundary.__table__
ENOUGH = 0.8
"""The part of the places that must have a boundary: a map with more holes misleads."""
BOUNDS = {
    COUNTRY: (5_000_000, 10_000_000, 25_000_000, 50_000_000),
    DEPARTMENT: TILE_BOUNDS,
    PROVINCE: (25_000, 50_000, 100_000, 250_000),
    DISTRICT: (2_500, 5_000, 10_000, 25_000),
}
"""Where the colour of a place changes, in inhabitants: the same on every map of a level, so that maps compare."""


@dataclass(frozen=True)
class Shape:
    """A place on a map."""

    slug: str
    title: str
    path: str
    population: int | None
    level: str

    @property
    def klass(self) -> str:
        """Its colour class: k1 to k5 by rising population, k0 where none is known."""
        if self.population is None:
            return "k0"
        return f"k{1 + sum(self.population > bound for bound in BOUNDS[self.level])}"


@dataclass(frozen=True)
class Outlines:
    """The places of one level within another, by name, and the viewBox that holds them all."""

    level: str
    box: str
    shapes: list[Shape]
    sources: list[tuple[str | None, str | None]]
    """Where the boundaries are from, as (title, address); without a title where nobody has said."""

    @property
    def bounds(self) -> tuple[int, ...]:
        """Where the colour of a place changes, in inhabitants."""
        return BOUNDS[self.level]


def outlines(actor: Actor, level: str, within_path: str) -> Outlines | None:
    """The map of the places of `level` inside the one at `within_path`; None where too few have a boundary."""
    source, own = Source.__table__, boundaries.c
    joined = records.join(territories, territories.c.id == records.c.id)
    joined = joined.outerjoin(boundaries, own.territory_id == territories.c.id)
    joined = joined.outerjoin(source, source.c.id == own.source_id)
    statement = select(
        records.c.slug, records.c.title, territories.c.population, own.path, own.west, own.north, own.east, own.south,
        source.c.title.label("source_title"), source.c.url.label("source_url"),
    ).select_from(joined)  # fmt: skip
    statement = statement.where(visible(actor), territories.c.level == level, inside(within_path, territories.c.path))
    rows = list(db.session.execute(statement.order_by(records.c.sort_title, records.c.id)))
    drawn = [row for row in rows if row.path is not None]
    if not drawn or len(drawn) < ENOUGH * len(rows):
        return None
    west, north = min(row.west for row in drawn), min(row.north for row in drawn)
    width, height = max(row.east for row in drawn) - west, max(row.south for row in drawn) - north
    edge = max(1, max(width, height) // 150)  # for the stroke of what lies at the border
    box = f"{west - edge} {north - edge} {width + 2 * edge} {height + 2 * edge}"
    shapes = [Shape(row.slug, row.title, row.path, row.population, level) for row in drawn]
    sources = dict.fromkeys((row.source_title, row.source_url) for row in drawn)
    return Outlines(level, box, shapes, list(sources))


def public_boundaries(actor: Actor) -> Select[tuple[object, ...]]:
    """The boundaries of places that the actor may see."""
    statement = select(boundaries).where(visible(actor, boundaries.c.territory_id))
    return statement.order_by(boundaries.c.territory_id)
