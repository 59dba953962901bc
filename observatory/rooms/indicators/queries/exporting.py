"""Figures as they are handed out: a selection, a whole indicator, and everything that is public about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from observatory.kernel import db
from observatory.kernel.exact import plain
from observatory.kernel.policy import Actor
from observatory.records.models import DRAFT, Source
from observatory.records.queries import records, visible
from observatory.rooms.indicators.models import Definition, Delivery, Edition, Indicator, Observation, Series, Target
from observatory.rooms.indicators.queries import series as reading
from observatory.rooms.indicators.queries.figure import Figure, ever_published, standing
from observatory.rooms.indicators.queries.selection import Selection

CHUNK = 2_000


def selected(row: Any, chosen: Selection) -> Iterator[dict[str, Any]]:
    """The figures of a selection, place by place in order of time."""
    sources = reading.sources_of({f.source_id for strand in chosen.strands for f in strand.figures.values()})
    for strand in chosen.strands:
        for period in sorted(strand.figures):
            figure = strand.figures[period]
            source = sources.get(figure.source_id) if figure.source_id else None
            yield {
                "indicator": row.slug,
                "place": strand.place.slug,
                "place_name": strand.place.title,
                "period": period,
                "value": None if figure.value is None else plain(_shown(figure)),
                "unit": row.unit,
                "status": figure.status,
                "source": source.title if source is not None else "",
                "source_url": source.url if source is not None else "",
                "as_of": figure.as_of,
                "scope": strand.series.scope,
                "breakdown": {key: value for key, _name, value in strand.series.dimensions},
                "note": figure.note,
                "computed": _computed(figure),
            }


def _computed(figure: Figure) -> str:
    """From how many of its places a figure was computed: 7/25; or from how many periods."""
    return f"{figure.parts}/{figure.whole}" if figure.parts else str(figure.periods or "")


def _shown(figure: Figure) -> Decimal:
    """A published figure as it is; a computed mean with ten decimals, beyond which it says nothing."""
    value = figure.value
    assert value is not None
    return round(value, 10) if figure.computed and value != value.to_integral_value() else value


def dimensions_of(indicator_id: int) -> list[str]:
    """The keys of all breakdowns of an indicator."""
    found = {key for each in reading.series_of(indicator_id) for key, _name, _value in each.dimensions}
    return sorted(found)


def whole(row: Any) -> Iterator[dict[str, Any]]:
    """Everything that is published of an indicator, in the lineage in force, streamed; nothing that was computed."""
    table, place = Observation.__table__.c, records.alias("place")
    for one in reading.series_of(row.id, row.lineage):
        statement = (
            select(
                table.period, table.value, table.status, table.as_of, table.note, place.c.slug, place.c.title,
                Source.title.label("source"), Source.url.label("source_url"),
            )
            .select_from(
                Observation.__table__.join(place, place.c.id == table.territory_id).outerjoin(
                    Source, Source.id == table.source_id
                )
            )
            .where(table.series_id == one.id, standing())
            .order_by(table.period, table.territory_id)
            .execution_options(yield_per=CHUNK)
        )  # fmt: skip
        breakdown = {key: value for key, _name, value in one.dimensions}
        for found in db.session.execute(statement):
            yield {
                "indicator": row.slug, "place": found.slug, "place_name": found.title, "period": found.period,
                "value": None if found.value is None else plain(found.value), "unit": row.unit, "status": found.status,
                "source": found.source or "", "source_url": found.source_url or "", "as_of": found.as_of,
                "scope": one.scope, "breakdown": breakdown, "note": found.note, "computed": "",
            }  # fmt: skip


def columns(dimensions: Sequence[str]) -> list[tuple[str, Any]]:
    """The columns of a table of figures; what it holds goes in again as it is."""
    names = ("indicator", "place", "place_name", "period", "value", "unit", "status", "source", "as_of", "scope")
    found: list[tuple[str, Any]] = [(name, _cell(name)) for name in names]
    found += [(f"by:{key}", _breakdown(key)) for key in dimensions]
    return [*found, ("note", _cell("note")), ("computed", _cell("computed"))]


def _cell(name: str) -> Any:
    return (lambda row: figure(row["value"])) if name == "value" else lambda row: row[name]


def figure(digits: str | None) -> Decimal | None:
    """A figure as a number of a table: as a text, one below zero would be guarded like a formula."""
    return None if digits is None else Decimal(digits)


def _breakdown(key: str) -> Any:
    return lambda row: row["breakdown"].get(key, "")


# --- Everything that is public --------------------------------------------------------------------------------------


def public_definitions(actor: Actor) -> Select[Any]:
    """Every version of a definition that was proposed."""
    table = Definition.__table__
    shown = [column for column in table.c if column.name != "drafted_by_id"]
    return select(*shown).where(visible(actor, table.c.indicator_id), table.c.state != DRAFT).order_by(table.c.id)


def public_series(actor: Actor) -> Select[Any]:
    table = Series.__table__
    own = visible(actor, table.c.indicator_id), ever_published(table.c.id)
    return select(*table.c).where(*own).order_by(table.c.id)


def public_targets(actor: Actor) -> Select[Any]:
    table = Target.__table__
    shown = [column for column in table.c if column.name != "person_id"]
    return select(*shown).where(visible(actor, table.c.indicator_id)).order_by(table.c.id)


def public_editions(actor: Actor) -> Select[Any]:
    table = Edition.__table__
    shown = [column for column in table.c if column.name != "person_id"]
    return select(*shown).order_by(table.c.id)


def public_deliveries(actor: Actor) -> Select[Any]:
    """The deliveries of which something was published."""
    table = Delivery.__table__
    private = {"person_id", "validated_by_id"}
    shown = [column for column in table.c if column.name not in private]
    published = select(Edition.delivery_id)
    return select(*shown).where(table.c.id.in_(published)).order_by(table.c.id)


def public_observations(actor: Actor) -> Select[Any]:
    """Every figure that was ever published, superseded ones included."""
    table = Observation.__table__
    own = select(Series.id).join(Indicator, Indicator.id == Series.indicator_id).where(visible(actor, Indicator.id))
    return select(*table.c).where(table.c.published_id.is_not(None), table.c.series_id.in_(own)).order_by(table.c.id)
