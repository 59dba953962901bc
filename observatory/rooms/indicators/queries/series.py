"""Reading figures: of some series, places and periods, as they stand now or stood in an edition."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.models import Record, Source
from observatory.records.queries import records
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models import (
    Delivery,
    DeliveryPart,
    Edition,
    Observation,
    ObservationSum,
    Series,
    SeriesPeriod,
)
from observatory.rooms.indicators.models.words import FORECAST, PROVISIONAL
from observatory.rooms.indicators.queries import adding
from observatory.rooms.indicators.queries.figure import Figure, Key, Strand, ever_published, standing
from observatory.rooms.places.models import Territory

observations, sums = Observation.__table__, ObservationSum.__table__
series_table, territories = Series.__table__, Territory.__table__


def series_of(indicator_id: int, lineage: int | None = None) -> list[Any]:
    """The series of an indicator of which something was published, the plain total first."""
    statement = select(series_table).where(
        series_table.c.indicator_id == indicator_id, ever_published(series_table.c.id)
    )
    if lineage is not None:
        statement = statement.where(series_table.c.lineage == lineage)
    ordered = statement.order_by(series_table.c.lineage.desc(), series_table.c.breakdown, series_table.c.scope)
    return list(db.session.execute(ordered))


def plain_of(rows: Sequence[Any]) -> dict[tuple[int, int], int]:
    """The series of each of these indicators that has neither breakdown nor scope, in the lineage of its row, by
    (indicator, lineage)."""
    lineages = {(row.id, row.lineage) for row in rows}
    statement = select(series_table.c.id, series_table.c.indicator_id, series_table.c.lineage).where(
        series_table.c.indicator_id.in_({id for id, _lineage in lineages}),
        series_table.c.breakdown == "",
        series_table.c.scope == "",
        ever_published(series_table.c.id),
    )
    found = db.session.execute(statement) if lineages else ()
    return {key: each.id for each in found if (key := (each.indicator_id, each.lineage)) in lineages}


def periods_of(series_ids: Collection[int], edition: int | None = None) -> list[Any]:
    """(series_id, period, level, figures, gaps) of what is published, or was in an edition, in order of time."""
    if edition is not None:
        return _periods_as_of(series_ids, edition)
    table = SeriesPeriod.__table__
    statement = select(table).where(table.c.series_id.in_(list(series_ids))).order_by(table.c.period)
    return list(db.session.execute(statement)) if series_ids else []


def _periods_as_of(series_ids: Collection[int], edition: int) -> list[Any]:
    table, value = observations.c, observations.c.value
    statement = (
        select(
            table.series_id, table.period, territories.c.level, func.count(value).label("figures"),
            (func.count() - func.count(value)).label("gaps"),
        )
        .join_from(observations, territories, territories.c.id == table.territory_id)
        .where(table.series_id.in_(list(series_ids)), standing(edition))
        .group_by(table.series_id, table.period, territories.c.level)
        .order_by(table.period)
    )  # fmt: skip
    return list(db.session.execute(statement)) if series_ids else []


def figures(
    series_ids: Collection[int], territory_ids: Collection[int], periods: Sequence[str], *, edition: int | None = None
) -> dict[Key, Figure]:
    """The figures of these series in these places and periods: published ones, else what their parts give."""
    found: dict[Key, Figure] = {}
    if not (series_ids and territory_ids and periods):
        return found
    table = observations.c
    where = (
        table.series_id.in_(list(series_ids)), table.territory_id.in_(list(territory_ids)),
        table.period.in_(list(periods)),
    )  # fmt: skip
    columns = (
        table.series_id, table.territory_id, table.period, table.value, table.status, table.as_of, table.source_id, table.note,
    )  # fmt: skip
    for series_id, territory_id, period, *rest in db.session.execute(select(*columns).where(*where, standing(edition))):
        found[series_id, territory_id, period] = Figure(*rest)
    if edition is not None:
        computed = adding.as_of(series_ids, periods, edition)
    else:
        computed = _sums(series_ids, territory_ids, periods)
    wanted = set(territory_ids)
    for key, figure in computed.items():
        if key[1] in wanted:
            found.setdefault(key, figure)
    return found


def _sums(series_ids: Collection[int], territory_ids: Collection[int], periods: Collection[str]) -> dict[Key, Figure]:
    table = sums.c
    statement = select(
        table.series_id, table.territory_id, table.period, table.value, table.status, table.as_of, table.source_id,
        table.parts, table.whole
    ).where(
        table.series_id.in_(list(series_ids)), table.territory_id.in_(list(territory_ids)), table.period.in_(list(periods))
    )  # fmt: skip
    return {
        (series_id, territory_id, period): Figure(value, status, as_of, source_id, "", parts, whole)
        for series_id, territory_id, period, value, status, as_of, source_id, parts, whole in db.session.execute(
            statement
        )
    }


def of_level(
    series_id: int, period: str, level: str, *, within: str | None = None, edition: int | None = None
) -> list[tuple[Any, Figure | None]]:
    """Every place of a level (within the place at a path, if one is named) with its figure in a period, by name.

    None where nothing is published and nothing could be computed.
    """
    statement = (
        select(records.c.id, records.c.slug, records.c.title, territories.c.path, territories.c.short,
               territories.c.tile_row, territories.c.tile_column, territories.c.population)
        .join(territories, territories.c.id == records.c.id)
        .where(territories.c.level == level)
        .order_by(records.c.sort_title, records.c.id)
    )  # fmt: skip
    if within is not None:
        statement = statement.where(territories.c.path > f"{within}/", territories.c.path < f"{within}0")
    places = list(db.session.execute(statement))
    table = observations.c
    own = {
        row.territory_id: Figure(row.value, row.status, row.as_of, row.source_id, row.note)
        for row in db.session.execute(
            select(table.territory_id, table.value, table.status, table.as_of, table.source_id, table.note).where(
                table.series_id == series_id, table.period == period, standing(edition)
            )
        )
    }
    if edition is None:
        every = select(
            sums.c.territory_id, sums.c.value, sums.c.status, sums.c.as_of, sums.c.source_id, sums.c.parts, sums.c.whole
        )
        every = every.where(sums.c.series_id == series_id, sums.c.period == period)
        for id, value, status, as_of, source_id, parts, whole in db.session.execute(every):
            own.setdefault(id, Figure(value, status, as_of, source_id, "", parts, whole))
    else:
        for (_series, id, _period), figure in adding.as_of([series_id], [period], edition).items():
            own.setdefault(id, figure)
    return [(place, own.get(place.id)) for place in places]


def places_with(series_ids: Collection[int], periods: Sequence[str], edition: int | None = None) -> list[Any]:
    """(id, slug, title, level, path) of the places for which something is, or was in an edition, published or computed in
    the last of these periods, larger ones first, then by name."""
    if not series_ids or not periods:
        return []
    last = periods[-1]
    table = observations.c
    direct = select(table.territory_id).where(
        table.series_id.in_(list(series_ids)), table.period == last, standing(edition)
    )
    computed = select(sums.c.territory_id).where(sums.c.series_id.in_(list(series_ids)), sums.c.period == last)
    there = records.c.id.in_(direct.union(computed) if edition is None else direct)
    if edition is not None:
        added = {place for _series, place, _period in adding.as_of(series_ids, [last], edition)}
        there = or_(there, records.c.id.in_(added))
    statement = select(records.c.id, records.c.slug, records.c.title, territories.c.level, territories.c.path)
    statement = statement.join(territories, territories.c.id == records.c.id)
    statement = statement.where(there)
    return list(db.session.execute(statement.order_by(func.length(territories.c.path), records.c.sort_title)))


def territories_of(codes: Sequence[str]) -> list[Any]:
    """(id, slug, title, level, path, population) of the places with these codes, in the order asked for."""
    statement = select(
        records.c.id, records.c.slug, records.c.title, territories.c.level, territories.c.path, territories.c.population,
    ).join(territories, territories.c.id == records.c.id)  # fmt: skip
    statement = statement.where(records.c.kind == "territory", records.c.slug.in_(list(codes)))
    found = {row.slug: row for row in db.session.execute(statement)}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def sources_of(ids: Collection[int | None]) -> dict[int, Any]:
    """Sources by id."""
    wanted = sorted({id for id in ids if id is not None})
    if not wanted:
        return {}
    return {row.id: row for row in db.session.execute(select(Source.__table__).where(Source.id.in_(wanted)))}


def all_sources(indicator_id: int) -> list[Any]:
    """The sources of everything that is published of an indicator."""
    own = select(series_table.c.id).where(series_table.c.indicator_id == indicator_id)
    used = select(observations.c.source_id).where(observations.c.series_id.in_(own), standing())
    return list(db.session.execute(select(Source.__table__).where(Source.id.in_(used)).order_by(Source.title)))


def former(series_id: int, territory_id: int, period: str) -> list[Any]:
    """All that was ever published of one figure, newest first, with who brought it and why it no longer holds."""
    by, published = Record.__table__.alias("by"), Edition.__table__.alias("published")
    superseded = Edition.__table__.alias("superseded")
    delivery = Delivery.__table__
    joined = (
        observations.join(delivery, delivery.c.id == observations.c.delivery_id)
        .join(published, published.c.id == observations.c.published_id)
        .outerjoin(superseded, superseded.c.id == observations.c.superseded_id)
        .outerjoin(by, by.c.id == delivery.c.organisation_id)
    )
    statement = (
        select(
            observations.c.value, observations.c.status, observations.c.as_of, observations.c.note, observations.c.source_id,
            observations.c.delivery_id, published.c.at.label("from_at"), published.c.id.label("edition"),
            superseded.c.at.label("until_at"), superseded.c.reason.label("why"), by.c.title.label("organisation"),
            by.c.slug.label("organisation_slug"), by.c.language.label("organisation_language"),
        )
        .select_from(joined)
        .where(
            observations.c.series_id == series_id, observations.c.territory_id == territory_id,
            observations.c.period == period,
        )
        .order_by(observations.c.id.desc())
    )  # fmt: skip
    return list(db.session.execute(statement))


def last_edition(indicator_id: int) -> Any:
    """The last edition in which figures of an indicator changed: its number and moment; None before the first."""
    table, part = Edition.__table__, DeliveryPart.__table__
    statement = select(table.c.id, table.c.at).join(part, part.c.delivery_id == table.c.delivery_id)
    return db.session.execute(
        statement.where(part.c.indicator_id == indicator_id).order_by(table.c.id.desc()).limit(1)
    ).one_or_none()


def edition_at(actor: Actor, number: int) -> Any:
    """An edition by its number; None where there is none."""
    table = Edition.__table__
    return db.session.execute(select(table.c.id, table.c.at).where(table.c.id == number)).one_or_none()


def line(values: Mapping[Key, Figure], series_id: int, territory_id: int, kind: str = "") -> dict[str, Figure]:
    """The figures of a series in a place by period, of one frequency: `kind`, or that of which there are most."""
    own = {period: figure for (s, p, period), figure in values.items() if s == series_id and p == territory_id}
    kinds = formulas.by_frequency(own)
    return {period: own[period] for period in kinds.get(kind or next(iter(kinds), ""), ())}


def latest(figures_: Mapping[str, Figure]) -> tuple[str, Figure] | None:
    """The last period with a value that is settled: neither provisional, which may be of a part of its period only, nor a
    forecast. Else the last provisional one; else the last forecast."""
    known = {period: figure for period, figure in figures_.items() if figure.value is not None}
    measured = {period: figure for period, figure in known.items() if figure.status != FORECAST}
    settled = [period for period, figure in measured.items() if figure.status != PROVISIONAL]
    last = max(settled or measured or known, key=formulas.order, default=None)
    return None if last is None else (last, known[last])


def outlines(rows: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each of these indicators with its plain figures in its largest place, as a strand; None where there are none. In a
    fixed number of statements for all of them."""
    wanted = {row.id: row for row in rows}
    statement = select(series_table).where(
        series_table.c.indicator_id.in_(list(wanted)),
        series_table.c.breakdown == "",
        ever_published(series_table.c.id),
    )
    chosen: dict[int, Any] = {}
    for each in db.session.execute(statement.order_by(series_table.c.scope)) if wanted else ():
        if each.lineage == wanted[each.indicator_id].lineage:
            chosen.setdefault(each.indicator_id, each)
    ids = [each.id for each in chosen.values()]
    known = periods_of(ids)
    names = sorted({each.period for each in known if each.figures})
    largest = tops(list(chosen.values()))
    figures_ = figures(ids, {place.id for place in largest.values()}, names)
    found = []
    for row in rows:
        one = chosen.get(row.id)
        place = largest.get(one.id) if one is not None else None
        if one is None or place is None:
            found.append((row, None))
            continue
        found.append((row, Strand(one, place, place.title, line(figures_, one.id, place.id))))
    return found


def tops(chosen: Sequence[Any]) -> dict[int, Any]:
    """The largest place of each series with figures, by series."""
    places = {row.id: row for row in _places([each.top_id for each in chosen if each.top_id])}
    return {each.id: places[each.top_id] for each in chosen if each.top_id in places}


def _places(ids: Sequence[int]) -> list[Any]:
    statement = select(records.c.id, records.c.slug, records.c.title, territories.c.level, territories.c.path)
    statement = statement.join(territories, territories.c.id == records.c.id)
    return list(db.session.execute(statement.where(records.c.id.in_(list(ids))))) if ids else []
