"""Writing observations in bulk, past the session: a million rows in one transaction, in a stream.

No record changes here: the services that call this note on each indicator what happened to its figures.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.exc import IntegrityError

from observatory.kernel import db
from observatory.kernel.errors import Stale
from observatory.kernel.exact import plain
from observatory.kernel.text import lazy_
from observatory.rooms.indicators.models import Definition, Delivery, Observation, ObservationSum, Series, SeriesPeriod
from observatory.rooms.indicators.models.words import DELIVERED
from observatory.rooms.indicators.queries import adding
from observatory.rooms.indicators.queries.figure import standing
from observatory.rooms.places.models import Territory

_CHUNK = 10_000
_TURN = 7_402_517
"""The number of PostgreSQL's lock for publishing."""
_COLUMNS = (
    "series_id", "territory_id", "period", "value", "status", "as_of", "note", "source_id", "delivery_id", "published_id",
)  # fmt: skip

_SUM_COLUMNS = ("series_id", "period", "territory_id", "value", "parts", "whole", "status", "as_of", "source_id")
_TEXTS = frozenset({"period", "status", "as_of", "note"})


class Ready(NamedTuple):
    """An observation as it is written; the value as plain digits, None for a gap."""

    series_id: int
    territory_id: int
    period: str
    value: str | None
    status: str
    as_of: str = ""
    note: str = ""
    source_id: int | None = None
    former_id: int | None = None
    """The published observation that it replaces."""


def write(rows: Iterable[Ready], *, delivery_id: int, edition_id: int | None) -> Counter[tuple[int, str]]:
    """Write observations of a delivery, published in an edition or waiting for it; answers how many by (series, period).

    Raises Stale where others published the same figures at the same moment.
    """
    connection = db.session.connection()
    counts: Counter[tuple[int, str]] = Counter()
    stream = iter(rows)
    try:
        while part := list(islice(stream, _CHUNK)):
            if edition_id is not None:
                _end(connection, [row.former_id for row in part if row.former_id is not None], edition_id)
            _load(connection, "observations", _COLUMNS, [(*row[:-1], delivery_id, edition_id) for row in part])
            counts.update((row[0], row[2]) for row in part)
    except (IntegrityError, connection.dialect.loaded_dbapi.IntegrityError):
        raise Stale(MEANWHILE) from None
    return counts


def take_turns() -> None:
    """Publish one after the other: an edition holds all that the ones before it say, and sums see every figure. SQLite has
    one writer at a time anyway."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_TURN)))


MEANWHILE = lazy_("Somebody published other figures at the same moment. Look again.")


def _load(connection: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows as the driver takes them: numbers as plain digits."""
    names = ", ".join(columns)
    if connection.dialect.name != "postgresql":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        return
    told = io.StringIO()
    csv.writer(told).writerows(rows)
    texts = ", ".join(name for name in columns if name in _TEXTS)  # empty ones are texts too, and not missing
    raw = connection.connection.driver_connection
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({texts}))") as copy,
    ):
        copy.write(told.getvalue())


def _end(connection: Any, ids: list[int], edition_id: int) -> None:
    table = Observation.__table__
    for at in range(0, len(ids), 900):
        ended = table.update().where(table.c.id.in_(ids[at : at + 900]))
        connection.execute(ended.values(superseded_id=edition_id))


def supersede(delivery_id: int, edition_id: int) -> None:
    """End, with an edition, what is published and has a newer figure waiting in a delivery."""
    table, newer = Observation.__table__, Observation.__table__.alias("newer")
    same = (
        newer.c.delivery_id == delivery_id, newer.c.published_id.is_(None), newer.c.series_id == table.c.series_id,
        newer.c.period == table.c.period, newer.c.territory_id == table.c.territory_id,
    )  # fmt: skip
    keys = select(newer.c.id).where(*same).correlate(table).exists()
    db.session.execute(table.update().where(standing(), keys).values(superseded_id=edition_id))


def publish(delivery_id: int, edition_id: int) -> int:
    """Publish, in an edition, what waits in a delivery; answers how many."""
    table = Observation.__table__
    waiting = (table.c.delivery_id == delivery_id, table.c.published_id.is_(None))
    count = db.session.scalar(select(func.count()).where(*waiting)) or 0
    db.session.execute(table.update().where(*waiting).values(published_id=edition_id))
    return count


def withdraw(delivery_id: int, edition_id: int) -> None:
    """End everything that a delivery still has published. In its place holds again what was published last before and whose
    own delivery still stands; nothing, where there is none."""
    table, former, own = Observation.__table__, Observation.__table__.alias("former"), Delivery.__table__
    current = table.update().where(table.c.delivery_id == delivery_id, standing())
    db.session.execute(current.values(superseded_id=edition_id))
    newest = (
        select(func.max(former.c.id))
        .join(own, (own.c.id == former.c.delivery_id) & (own.c.state == DELIVERED))
        .join(
            table,
            (table.c.series_id == former.c.series_id) & (table.c.period == former.c.period)
            & (table.c.territory_id == former.c.territory_id),
        )
        .where(
            table.c.delivery_id == delivery_id, table.c.superseded_id == edition_id, former.c.delivery_id != delivery_id,
            former.c.published_id.is_not(None), former.c.superseded_id.is_not(None),
        )
        .group_by(former.c.series_id, former.c.period, former.c.territory_id)
    )  # fmt: skip
    copied = ("series_id", "territory_id", "period", "value", "status", "as_of", "note", "source_id", "delivery_id")
    again = select(*(table.c[name] for name in copied), literal(edition_id)).where(table.c.id.in_(newest))
    db.session.execute(insert(Observation).from_select([*copied, "published_id"], again))


def pairs_of(delivery_id: int) -> list[tuple[int, str]]:
    """The (series, period) that a delivery touches."""
    table = Observation.__table__.c
    statement = select(table.series_id, table.period).where(table.delivery_id == delivery_id).distinct()
    return [(row.series_id, row.period) for row in db.session.execute(statement)]


def all_of(indicator_id: int) -> list[tuple[int, str]]:
    """The (series, period) for which something of an indicator is published."""
    table = SeriesPeriod.__table__.c
    own = select(Series.__table__.c.id).where(Series.__table__.c.indicator_id == indicator_id)
    statement = select(table.series_id, table.period).where(table.series_id.in_(own)).distinct()
    return [(row.series_id, row.period) for row in db.session.execute(statement)]


def refresh(pairs: Collection[tuple[int, str]]) -> None:
    """Make anew what follows from published figures: sums over places, and how much there is. Weighted means follow their
    weights as well."""
    wanted = sorted({*pairs, *_weighted_by(pairs)})
    for part in _parts(wanted, _CHUNK):
        _forget(part)
    connection = db.session.connection()
    sums = (
        (series, period, id, plain(part.value), part.parts, whole, part.status, part.as_of, part.source_id)
        for series, period, id, part, whole in adding.computed(wanted, standing())
    )
    while some := list(islice(sums, _CHUNK)):
        _load(connection, "observation_sums", _SUM_COLUMNS, some)
    table, places = Observation.__table__, Territory.__table__
    for part in _parts(wanted, 200):
        by_series: dict[int, list[str]] = {}
        for series, period in part:
            by_series.setdefault(series, []).append(period)
        for series, periods in by_series.items():
            counts = (
                select(table.c.series_id, table.c.period, places.c.level, func.count(table.c.value),
                       func.count() - func.count(table.c.value))
                .join(places, places.c.id == table.c.territory_id)
                .where(table.c.series_id == series, table.c.period.in_(periods), standing())
                .group_by(table.c.series_id, table.c.period, places.c.level)
            )  # fmt: skip
            db.session.execute(
                insert(SeriesPeriod).from_select(["series_id", "period", "level", "figures", "gaps"], counts)
            )
    _top(sorted({series for series, _period in wanted}))


def _top(series_ids: Sequence[int]) -> None:
    """Note down the largest place of each of these series."""
    places, table = Territory.__table__.c, Observation.__table__.c
    sums, counts = ObservationSum.__table__.c, SeriesPeriod.__table__.c
    for id in series_ids:
        last = db.session.scalar(
            select(func.max(counts.period)).where(counts.series_id == id, counts.figures + counts.gaps > 0)
        )
        own = select(places.path, places.id).join_from(
            Territory.__table__, Observation.__table__, table.territory_id == places.id
        )
        own = own.where(table.series_id == id, table.period == last, standing())
        more = select(places.path, places.id).join_from(
            Territory.__table__, ObservationSum.__table__, sums.territory_id == places.id
        )
        more = more.where(sums.series_id == id, sums.period == last)
        found = db.session.execute(own.union_all(more).order_by("path").limit(1)).one_or_none() if last else None
        db.session.execute(
            Series.__table__.update().where(Series.__table__.c.id == id).values(top_id=found.id if found else None)
        )


def _weighted_by(pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """The (series, period) of indicators that are weighted by one whose figures change."""
    series, own, definition = Series.__table__, Series.__table__.alias("own"), Definition.__table__
    statement = (
        select(own.c.id.label("changed"), series.c.id)
        .select_from(
            own.join(definition, definition.c.weight_id == own.c.indicator_id).join(
                series, adding.of_its_lineage(series.c)
            )
        )
        .where(own.c.id.in_({series for series, _period in pairs}))
    )
    following: dict[int, list[int]] = {}
    for row in db.session.execute(statement):
        following.setdefault(row.changed, []).append(row.id)
    return {(other, period) for series_id, period in pairs for other in following.get(series_id, ())}


def _forget(pairs: Sequence[tuple[int, str]]) -> None:
    by_series: dict[int, list[str]] = {}
    for series, period in pairs:
        by_series.setdefault(series, []).append(period)
    for cls in (ObservationSum, SeriesPeriod):
        for series, periods in by_series.items():
            for at in range(0, len(periods), 500):
                db.session.execute(
                    delete(cls).where(cls.series_id == series, cls.period.in_(periods[at : at + 500])),
                    execution_options={"synchronize_session": False},
                )


def _parts(items: Sequence[tuple[int, str]], size: int) -> Iterator[Sequence[tuple[int, str]]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
