"""What figures cost: a million of them taken in, checked and published, and the pages that show them.

    python tests/bench/indicators.py [--rows 1000000] [--postgresql] [--rounds 3]

First the import: 35 indicators of the 1,891 districts for 15 years (or fewer districts, with fewer rows) go through the
command in a process of its own. Beside it: the same rows, read from a file that holds nothing but what the table does, by
bare `executemany` (SQLite) or COPY (PostgreSQL) into a copy of the table with its keys and indexes, in the same database. Memory is
the greatest that the importing process had over that of one which only looks ten rows through; its children read the file
and are left out. Then the same file again, all of it known.

Then the pages, uncached, one request after the other: milliseconds on the wall and of CPU, and their statements.

The ratios count, not the seconds: other programs on the same machine slow every side alike.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _instance import build, settings_of
from lxml import html
from pages import asking, call
from sqlalchemy import select

from observatory.app import create_app, open_database, registry
from observatory.cli import loading, running
from observatory.kernel import db
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.rooms.indicators import service
from observatory.rooms.indicators.models import Definition, Observation, Series
from observatory.rooms.indicators.models.words import IN_FORCE
from observatory.rooms.indicators.queries import series
from observatory.rooms.places.models import DEPARTMENT, DISTRICT, Territory
from tests import postgres
from tests.counting import counted

INDICATORS, YEARS = 35, range(2006, 2021)
COLUMNS = ("indicator", "place", "period", "value", "status", "source", "as_of")
MAPPING = {
    "header_row": 1, "shape": "long", "columns": {name: name for name in COLUMNS}, "codes": "inei", "level": "district",
    "decimal": ".", "same": "refuse",
}  # fmt: skip
LEAST_RATIO, MOST_MEMORY = 0.5, 150
"""Of the bare side's rows a second; MB over the idle process."""
MOST_PAGE, MOST_COMPARISON, MOST_SVG, MOST_WEIGHT = 80, 150, 2_048, 60 * 1024
"""Milliseconds of 19 requests in 20; bytes, compressed."""
REQUESTS = 40
WRITTEN = (
    "series_id", "territory_id", "period", "value", "status", "as_of", "note", "source_id", "delivery_id", "published_id",
)  # fmt: skip
ONE = """
import resource, sys, threading, time
from pathlib import Path
from observatory.cli import exchanging
from observatory.kernel.config import Settings

def kilobytes(name):
    return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name)).split()[1])

def watch():
    while True:
        own.append(kilobytes("RssAnon"))
        time.sleep(0.05)

own = []
threading.Thread(target=watch, daemon=True).start()
exchanging.bring(Settings.load(), "observations", Path(sys.argv[1]), only_propose=False, mapping_file=Path(sys.argv[2]),
                 dry_run=sys.argv[3] == "look", email=None, organisation=None, publish=True)
child = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.process_time(), child.ru_utime + child.ru_stime, kilobytes("VmHWM"), max(own), file=sys.stderr)
"""
"""Its memory is not what getrusage tells: that begins with the size of the process that started it, and this one is large."""


@dataclass
class Brought:
    """How one import went: seconds on the wall, of its CPU and of its children's, and its greatest MB: all, and its own
    without the pages of the database's file."""

    told: dict[str, Any]
    seconds: float
    cpu: float
    child: float
    most: float
    own: float


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


def brought(settings: Settings, file: Path, mapping: Path, look: bool = False) -> Brought:
    """Take a file in, or only look it through, in a process of its own."""
    environ = {**os.environ, "OBSERVATORY_INSTANCE": str(settings.instance), "LANG": "C.UTF-8"}
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", ONE, str(file), str(mapping), "look" if look else "write"], text=True, capture_output=True,
        env={**environ, "OBSERVATORY_DATABASE_URL": settings.database_url},
    )  # fmt: skip
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    cpu, child, most, own = map(float, done.stderr.split()[-4:])
    return Brought(json.loads(done.stdout), seconds, cpu, child, most / 1024, own / 1024)


class Bare:
    """The least that writing the same rows can cost: into a copy of the table, from a file that needs no thought."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._file = database, folder / "bare.csv"
        table = Observation.__table__
        ours = select(Series.id).join(Record, Record.id == Series.indicator_id).where(Record.slug.like("cifra-medida-%"))
        columns = ", ".join(WRITTEN)
        with database.engine.connect() as connection, self._file.open("w", newline="") as out:
            told = select(*(table.c[name] for name in WRITTEN)).where(table.c.series_id.in_(ours)).order_by(table.c.id)
            csv.writer(out).writerows(connection.execute(told))
        self._insert = f"INSERT INTO bare ({columns}) VALUES ({', '.join('?' * len(WRITTEN))})"
        self._copy = f"COPY bare ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (as_of, note))"

    def seconds(self) -> float:
        """Write all of them once, in one transaction, and forget them."""
        with self._database.engine.begin() as connection:
            (_sqlite if self._database.is_sqlite else _postgresql)(connection)
        begin = time.perf_counter()
        with self._database.engine.begin() as connection:
            raw = connection.connection.driver_connection
            if self._database.is_sqlite:
                with self._file.open(newline="") as rows:
                    raw.executemany(self._insert, csv.reader(rows))
            else:
                with self._file.open("rb") as rows, raw.cursor() as cursor, cursor.copy(self._copy) as copy:
                    while block := rows.read(1 << 16):
                        copy.write(block)
        spent = time.perf_counter() - begin
        with self._database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE bare")
        return spent


def _sqlite(connection: Any) -> None:
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE tbl_name = 'observations' AND sql IS NOT NULL")
    for (sql,) in sorted(found, key=lambda row: "INDEX" in row[0]):
        named = sql.replace("ix_observations", "ix_bare").replace("pk_observations", "pk_bare")
        connection.exec_driver_sql(re.sub(r'(CREATE TABLE |ON )"?observations"?', r"\1bare", named))


def _postgresql(connection: Any) -> None:
    connection.exec_driver_sql("CREATE TABLE bare (LIKE observations INCLUDING ALL)")
    keys = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'observations'::regclass AND contype = 'f'"
    for (key,) in connection.exec_driver_sql(keys).all():
        connection.exec_driver_sql(f"ALTER TABLE bare ADD {key}")


def line(name: str, told: str, target: str = "", reached: bool = True) -> None:
    """Print a row of the table."""
    print(f"{name:34}{told:58}{target:>12}{'' if not target else '  reached' if reached else '  MISSED'}", flush=True)


def taking_in(settings: Settings, database: Database, rows: int, rounds: int) -> None:
    """Import, insert barely, import once more."""
    folder, engine = settings.instance, "executemany" if database.is_sqlite else "COPY"
    file, few, mapping = folder / "rows.csv", folder / "few.csv", folder / "mapping.json"
    mapping.write_text(json.dumps(MAPPING))
    count = write_rows(database, file, rows)
    few.write_text("".join(file.open().readlines()[:11]))
    idle = brought(settings, few, mapping, look=True)
    line("idle: ten rows, looked through", f"{idle.seconds:.1f} s, {idle.most:.0f} MB, its own {idle.own:.0f} MB")
    for again in (False, True):
        found = brought(settings, file, mapping)
        assert found.told["unchanged" if again else "new"] == count, found.told
        name = "the same again" if again else f"import of {count:,} rows"
        spent = f"{found.seconds:.1f} s on the wall, {found.cpu:.1f} s CPU and {found.child:.1f} s of its reader"
        line(name, f"{spent}, {count / found.seconds:,.0f} rows/s")
        more, own = found.most - idle.most, found.own - idle.own
        line("  memory over the idle one", f"{more:+.0f} MB, its own {own:+.0f} MB", f"<= {MOST_MEMORY} MB", more <= MOST_MEMORY)
        if not again:
            bare = Bare(database, folder)
            least = statistics.median(bare.seconds() for _ in range(rounds))
            line(f"bare {engine} of the same", f"{least:.1f} s, {count / least:,.0f} rows/s")
            ratio = least / found.seconds
            line("  rate of the import / bare", f"{ratio:.2f}", f">= {LEAST_RATIO}", ratio >= LEAST_RATIO)


def timed(what: Callable[[], object], times: int = REQUESTS) -> tuple[float, float, float]:
    """p50 and p95 in milliseconds on the wall, and p50 of CPU."""
    what()
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        what()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    walls.sort()
    return statistics.median(walls), walls[min(times - 1, int(times * 0.95))], statistics.median(cpus)


def showing(settings: Settings) -> None:
    """The pages, and what of them is sent."""
    app = create_app(settings)
    database: Database = app.extensions["observatory.database"]
    with database.reading():
        ours = select(Record.slug, Record.id).where(Record.kind == "territory")
        found = db.session.execute(ours.join(Territory.__table__, Territory.__table__.c.id == Record.id)
                                   .where(Territory.__table__.c.level == DEPARTMENT).order_by(Record.slug)).all()  # fmt: skip
        regions = [row.slug for row in found][:25]
        one = db.session.scalar(select(Series.id).join(Record, Record.id == Series.indicator_id).where(Record.slug == slug_of(0)))
    page, last = f"/indicators/{slug_of(0)}", str(YEARS[-1])
    for name, path, target in (
        ("page, 15 years x 25 regions", f"{page}?place={','.join(regions)}", MOST_PAGE),
        ("page, the country", page, None),
        ("comparison of 1,891 districts", f"{page}?level=district&period={last}", MOST_COMPARISON),
        ("comparison of 196 provinces", f"{page}?level=province&period={last}", None),
        ("list of indicators", "/indicators", None),
    ):
        def ask(path: str = path) -> bytes:
            status, body = call(app.wsgi_app, dict(next(asking(path))))
            assert status.startswith("200"), f"{path}: {status}"
            return body

        middle, high, cpu = timed(ask)
        with counted(database.engine) as said:
            size = len(ask())
        told = f"p50 {middle:.0f}, p95 {high:.0f}, CPU {cpu:.0f} ms; {len(said)} statements, {size:,} bytes"
        line(name, told, f"<= {target} ms" if target else "", not target or high <= target)
    with app.test_request_context("/"), database.reading():
        middle, high, cpu = timed(lambda: series.of_level(one, last, DISTRICT))
    line("  series.of_level alone", f"p50 {middle:.0f}, p95 {high:.0f}, CPU {cpu:.0f} ms", f"<= {MOST_COMPARISON} ms", high <= MOST_COMPARISON)
    sent(app, regions)


def sent(app: Any, regions: list[str]) -> None:
    """A repeated visit, and what goes over the wire."""
    client, zipped = app.test_client(), {"Accept-Encoding": "gzip", "Accept-Language": "es"}
    path = f"/indicators/{slug_of(0)}?place={','.join(regions)}"
    first = client.get(path, headers=zipped)
    mark = first.headers.get("ETag", "")
    again = client.get(path, headers={**zipped, "If-None-Match": mark})
    middle, high, cpu = timed(lambda: client.get(path, headers={**zipped, "If-None-Match": mark}))
    line("the same visit again", f"{again.status_code}, p50 {middle:.1f}, p95 {high:.1f}, CPU {cpu:.1f} ms", "304", again.status_code == 304)
    picture = client.get(f"/indicators/{slug_of(0)}.svg?place={','.join(regions[:3])}").get_data()
    small = len(gzip.compress(picture))
    line("chart of 3 x 15 years", f"{len(picture):,} bytes, compressed {small:,}", f"<= {MOST_SVG}", small <= MOST_SVG)
    for name, address in (("25 regions", path), ("the country", f"/indicators/{slug_of(0)}"),
                          ("districts", f"/indicators/{slug_of(0)}?level=district")):  # fmt: skip
        body = client.get(address, headers=zipped)
        tree = html.fromstring(client.get(address).get_data())
        needed = {str(each) for each in tree.xpath("//link[@rel='stylesheet' or @rel='preload']/@href | //script/@src")}
        parts = sum(len(client.get(each, headers=zipped).get_data()) for each in needed)
        whole = len(body.get_data()) + parts
        told = f"{len(body.get_data()):,} and {parts:,} of style, font and script = {whole:,}"
        line(f"first visit, {name}", told, f"<= {MOST_WEIGHT}", whole <= MOST_WEIGHT)


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


def main() -> None:
    """Build, import, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the file that is taken in, at most 992,775")
    parser.add_argument("--postgresql", action="store_true", help="on a throw-away server instead of SQLite")
    parser.add_argument("--rounds", type=int, default=3, help="of the bare side")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="indicators-"))
    folder.chmod(0o755)
    try:
        with database_for(folder, options.postgresql) as url:
            settings = settings_of(folder, page_cache=False, **({"database_url": url} if url else {}))
            began = time.perf_counter()
            fill(settings)
            with closing(open_database(settings)) as database:
                print(f"built in {time.perf_counter() - began:.0f} s; {dt.date.today()}, {'PostgreSQL' if url else 'SQLite'}")
                taking_in(settings, database, options.rows, options.rounds)
            showing(settings)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
