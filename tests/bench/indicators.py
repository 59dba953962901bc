"""What figures cost: a million of them taken in, checked and published, and the pages that show them.

    python tests/bench/indicators.py [--rows 1000000] [--postgresql] [--rounds 3]

First the import: 35 indicators of the 1,891 districts for 15 years (or fewer districts, with fewer rows) go through the
command in a process of its own. Beside it: the same rows, read from a file that holds nothing but what the table does, by
bare `executemany` (SQLite) or COPY (PostgreSQL) into a copy of the table with its keys and indexes, in the same database. Memory is
the greatest that the importing process had over that of one which only looks ten rows through; its children read the file
and are left out. Then the same file again, all of it known.

Then the pages, uncached, one request after the other: milliseconds on the wall and of CPU, and their statements.

The ratios count, not the seconds: other programs on the same machine slow every side alike, though not to the same degree.
Rates are told by the wall and, on SQLite, by CPU: that of the command, its start and its reader included.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from _figures import COLUMNS, YEARS, Bare, database_for, fill, slug_of, write_rows
from _instance import settings_of
from lxml import html
from pages import asking, call
from sqlalchemy import select

from observatory.app import create_app, open_database
from observatory.cli import running
from observatory.kernel import db
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.records.models import Record
from observatory.rooms.indicators.models import Series
from observatory.rooms.indicators.queries import series
from observatory.rooms.places.models import DEPARTMENT, DISTRICT, Territory
from tests.counting import counted

MAPPING = {
    "header_row": 1, "shape": "long", "columns": {name: name for name in COLUMNS}, "codes": "inei", "level": "district",
    "decimal": ".", "same": "refuse",
}  # fmt: skip
LEAST_RATIO, MOST_MEMORY = 0.5, 150
"""Of the bare side's rows a second; MB over the idle process."""
MOST_PAGE, MOST_COMPARISON, MOST_SVG, MOST_WEIGHT = 80, 150, 2_048, 60 * 1024
"""Milliseconds of 19 requests in 20; bytes, compressed."""
REQUESTS = 40
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
begin = time.perf_counter()
exchanging.bring(Settings.load(), "observations", Path(sys.argv[1]), only_propose=False, mapping_file=Path(sys.argv[2]),
                 dry_run=sys.argv[3] == "look", email=None, organisation=None, publish=True)
child = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - begin, time.process_time(), child.ru_utime + child.ru_stime, kilobytes("VmHWM"), max(own), file=sys.stderr)
"""
"""Its memory is not what getrusage tells: that begins with the size of the process that started it, and this one is large."""


class Brought(NamedTuple):
    """One import: what it told; seconds on the wall, of its CPU and of its reader's; its greatest MB, with and without the
    pages of the database's file."""

    told: dict[str, Any]
    seconds: float
    cpu: float
    reader: float
    most: float
    own: float


def brought(settings: Settings, file: Path, mapping: Path, look: bool = False) -> Brought:
    """Take a file in, or only look it through, in a process of its own."""
    environ = {**os.environ, "OBSERVATORY_INSTANCE": str(settings.instance), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", ONE, str(file), str(mapping), "look" if look else "write"], text=True, capture_output=True,
        env={**environ, "OBSERVATORY_DATABASE_URL": settings.database_url},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    seconds, cpu, reader, most, own = map(float, done.stderr.split()[-5:])
    return Brought(json.loads(done.stdout), seconds, cpu, reader, most / 1024, own / 1024)


def line(name: str, told: str, target: str = "", reached: bool = True) -> None:
    """Print a row of the table."""
    print(f"{name:32}{told:64}{target:>11}{'' if not target else '  reached' if reached else '  MISSED'}", flush=True)


def taking_in(settings: Settings, database: Database, rows: int, rounds: int) -> None:
    """Import, insert barely, import once more."""
    folder, engine = settings.instance, "executemany" if database.is_sqlite else "COPY"
    file, few, mapping = folder / "rows.csv", folder / "few.csv", folder / "mapping.json"
    mapping.write_text(json.dumps(MAPPING))
    count = write_rows(database, file, rows)
    few.write_text("".join(file.open().readlines()[:11]))
    idle = brought(settings, few, mapping, look=True)
    line(
        "idle: ten rows, looked through",
        f"{idle.seconds:.1f} s, {idle.cpu:.1f} s CPU; {idle.most:.0f} MB, own {idle.own:.0f} MB",
    )
    for name, kind in ((f"import of {count:,} rows", "new"), ("the same again", "unchanged")):
        found = brought(settings, file, mapping)
        assert found.told[kind] == count, found.told
        spent = f"{found.seconds:.1f} s, CPU {found.cpu:.1f} and {found.reader:.1f} s of its reader"
        line(name, f"{spent}; {count / found.seconds:,.0f} rows/s")
        more, own = found.most - idle.most, found.own - idle.own
        line(
            "  memory over the idle one",
            f"{more:+.0f} MB, own {own:+.0f} MB",
            f"<= {MOST_MEMORY} MB",
            more <= MOST_MEMORY,
        )
        if kind == "new":
            bare = Bare(database, folder)
            wall, cpu = map(statistics.median, zip(*(bare.seconds() for _ in range(rounds)), strict=True))
            line(f"bare {engine} of the same", f"{wall:.1f} s, CPU {cpu:.1f}; {count / wall:,.0f} rows/s")
            line(
                "  rate of the import / bare",
                f"{wall / found.seconds:.2f}",
                f">= {LEAST_RATIO}",
                wall / found.seconds >= LEAST_RATIO,
            )
            if database.is_sqlite:
                ratio = cpu / (found.cpu + found.reader)
                line("  the same by CPU", f"{ratio:.2f}", f">= {LEAST_RATIO}", ratio >= LEAST_RATIO)


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
    running.settle()  # as `observatory serve` does
    database: Database = app.extensions["observatory.database"]
    with database.reading():
        ours = select(Record.slug, Record.id).where(Record.kind == "territory")
        found = db.session.execute(ours.join(Territory.__table__, Territory.__table__.c.id == Record.id)
                                   .where(Territory.__table__.c.level == DEPARTMENT).order_by(Record.slug)).all()  # fmt: skip
        regions = [row.slug for row in found][:25]
        one = db.session.scalar(
            select(Series.id).join(Record, Record.id == Series.indicator_id).where(Record.slug == slug_of(0))
        )
    page, last = f"/indicators/{slug_of(0)}", str(YEARS[-1])
    for name, path, target in (
        ("page, 15 years x 25 regions", f"{page}?place={','.join(regions)}", MOST_PAGE),
        ("comparison of 1,891 districts", f"{page}?level=district&period={last}", MOST_COMPARISON),
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
    line(
        "  series.of_level alone",
        f"p50 {middle:.0f}, p95 {high:.0f}, CPU {cpu:.0f} ms",
        f"<= {MOST_COMPARISON} ms",
        high <= MOST_COMPARISON,
    )
    sent(app, create_app(settings_of(settings.instance, database_url=settings.database_url)), regions)


def sent(app: Any, kept: Any, regions: list[str]) -> None:
    """A repeated visit, where pages are kept; and what goes over the wire."""
    client, page, zipped = app.test_client(), f"/indicators/{slug_of(0)}", {"Accept-Encoding": "gzip"}
    path = f"{page}?place={','.join(regions)}"
    known = {**zipped, "If-None-Match": kept.test_client().get(path, headers=zipped).headers["ETag"]}
    status = kept.test_client().get(path, headers=known).status_code
    middle, high, _cpu = timed(lambda: kept.test_client().get(path, headers=known))
    line("the same visit again", f"{status}, p50 {middle:.1f}, p95 {high:.1f} ms", "304", status == 304)
    picture = client.get(f"{page}.svg?place={','.join(regions[:3])}").get_data()
    small = len(gzip.compress(picture))
    line("chart of 3 x 15 years", f"{len(picture):,} bytes, compressed {small:,}", f"<= {MOST_SVG}", small <= MOST_SVG)
    for name, address in (("25 regions", path), ("districts", f"{page}?level=district")):
        tree = html.fromstring(client.get(address).get_data())
        needed = {str(each) for each in tree.xpath("//link[@rel='stylesheet' or @rel='preload']/@href | //script/@src")}
        whole, *parts = (len(client.get(each, headers=zipped).get_data()) for each in (address, *needed))
        told = f"{whole:,} and {sum(parts):,} of style, font and script"
        line(f"first visit, {name}", told, f"<= {MOST_WEIGHT}", whole + sum(parts) <= MOST_WEIGHT)


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
                print(f"built in {time.perf_counter() - began:.0f} s, on {'PostgreSQL' if url else 'SQLite'}")
                taking_in(settings, database, options.rows, options.rounds)
            showing(settings)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
