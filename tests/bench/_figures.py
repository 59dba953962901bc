"""Indicators and a million figures of them for a throw-away instance, and the least that writing such rows can cost."""

from __future__ import annotations

import csv
import random
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from _instance import build
from sqlalchemy import select

from observatory.app import open_database, registry
from observatory.cli import loading, running
from observatory.kernel import db
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.rooms.indicators import service
from observatory.rooms.indicators.models import Definition, Observation, Series
from observatory.rooms.indicators.models.words import IN_FORCE
from observatory.rooms.places.models import DISTRICT, Territory
from tests import postgres

INDICATORS, YEARS = 35, range(2006, 2021)
COLUMNS = ("indicator", "place", "period", "value", "status", "source", "as_of")
WRITTEN = (
    "series_id", "territory_id", "period", "value", "status", "as_of", "note", "source_id", "delivery_id", "published_id",
)  # fmt: skip


def slug_of(number: int) -> str:
    return f"cifra-medida-{number:02}"


def fill(settings: Settings) -> None:
    """The demonstration, whose districts are those of the seeds, and approved indicators besides."""
    if settings.database_url.startswith("sqlite"):
        build(settings.instance, 0)
    else:
        running.upgrade(settings)
        loading.load_once(settings, say=lambda words: None)
    registry()
    with closing(open_database(settings)) as database, database.unit_of_work():
        for number in range(INDICATORS):
            made = service.create(
                Actor.operator(), None, slug=slug_of(number), title=f"Obras terminadas de la clase {number}", unit="obras",
                summary="Cuántas obras de una clase se terminaron en el año.", kind="count", decimals=0, over_places="sum",
                over_periods="sum", direction="increase", frequency="year", producer_name="Quien las cuenta", is_demo=False,
                definition="Obras públicas de esta clase que la municipalidad recibió en el año, según sus actas.",
            )  # fmt: skip
            definition = db.session.scalars(select(Definition).where(Definition.indicator_id == made.id)).one()
            definition.state = IN_FORCE
            made.enforce(definition)


def write_rows(database: Database, file: Path, rows: int) -> int:
    """Write the file that is taken in; answers how many rows it has."""
    with database.reading():
        codes = select(Territory.__table__.c.inei).where(Territory.__table__.c.level == DISTRICT)
        found = sorted(db.session.scalars(codes))
    places = found[: max(10, rows // INDICATORS // len(YEARS))]
    rng = random.Random(2026)
    with file.open("w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number in range(INDICATORS):
            usual = {place: rng.randrange(50, 90_000) for place in places}
            for year in YEARS:
                status = "P" if year == YEARS[-1] else ""
                writer.writerows(
                    (slug_of(number), place, year, size + rng.randrange(size // 5), status, "inei-2025", "2021-06-30")
                    for place, size in usual.items()
                )
    return INDICATORS * len(YEARS) * len(places)


class Bare:
    """The least that writing the same rows can cost: into a copy of the table, from a file that needs no thought."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._file = database, folder / "bare.csv"
        table = Observation.__table__
        ours = (
            select(Series.id).join(Record, Record.id == Series.indicator_id).where(Record.slug.like("cifra-medida-%"))
        )
        columns = ", ".join(WRITTEN)
        with database.engine.connect() as connection, self._file.open("w", newline="") as out:
            told = select(*(table.c[name] for name in WRITTEN)).where(table.c.series_id.in_(ours)).order_by(table.c.id)
            csv.writer(out).writerows(connection.execute(told))
        self._insert = f"INSERT INTO bare ({columns}) VALUES ({', '.join('?' * len(WRITTEN))})"  # noqa: S608
        self._copy = f"COPY bare ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (as_of, note))"

    def seconds(self) -> tuple[float, float]:
        """Write all of them once, in one transaction, and forget them: seconds on the wall, and of this process's CPU."""
        with self._database.engine.begin() as connection:
            (_sqlite if self._database.is_sqlite else _postgresql)(connection)
        begin, cpu = time.perf_counter(), time.process_time()
        with self._database.engine.begin() as connection:
            raw = connection.connection.driver_connection
            if self._database.is_sqlite:
                with self._file.open(newline="") as rows:
                    raw.executemany(self._insert, csv.reader(rows))
            else:
                with self._file.open("rb") as rows, raw.cursor() as cursor, cursor.copy(self._copy) as copy:
                    while block := rows.read(1 << 16):
                        copy.write(block)
        spent = time.perf_counter() - begin, time.process_time() - cpu
        with self._database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE bare")
        return spent


def _sqlite(connection: Any) -> None:
    found = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'observations' AND sql IS NOT NULL"
    )
    for (sql,) in sorted(found, key=lambda row: "INDEX" in row[0]):
        named = sql.replace("ix_observations", "ix_bare").replace("pk_observations", "pk_bare")
        connection.exec_driver_sql(re.sub(r'(CREATE TABLE |ON )"?observations"?', r"\1bare", named))


def _postgresql(connection: Any) -> None:
    connection.exec_driver_sql("CREATE TABLE bare (LIKE observations INCLUDING ALL)")
    keys = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'observations'::regclass AND contype = 'f'"
    for (key,) in connection.exec_driver_sql(keys).all():
        connection.exec_driver_sql(f"ALTER TABLE bare ADD {key}")


@contextmanager
def database_for(folder: Path, on_postgresql: bool) -> Iterator[str]:
    """The address of an empty database; of a server of its own, if so wished."""
    programs = postgres.binaries()
    if on_postgresql and not programs:
        raise SystemExit("There is no PostgreSQL here.")
    try:
        yield postgres.cluster(folder, programs).create("bench") if on_postgresql and programs else ""
    finally:
        if on_postgresql:
            postgres.stop(folder)
