"""What it takes to bring a register of 100,000 rows in: rows a second and memory, beside bare `executemany`.

python tests/bench/importing.py [--rows 100000]

The same rows go in twice: through the command (read, mapped, compared, written row by row through the room's verbs with
their history, in one transaction), and by `executemany` into the same two tables of an empty instance with their indexes. Memory
is the greatest resident size of the importing process, less that of one that imports a file of ten rows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from observatory.cli import running
from observatory.kernel.config import Settings
from observatory.kernel.db import Database

ONE = """
import resource, sys, time
from pathlib import Path
from observatory.cli import exchanging
from observatory.kernel.config import Settings
begin = time.perf_counter()
exchanging.bring(Settings.load(), "organisations", Path(sys.argv[1]), only_propose=False, mapping_file=None, dry_run=False,
                 email=None, organisation=None)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def main() -> None:
    """Import, insert barely, print both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="importing-"))
    try:
        _small_seconds, idle = _brought(folder / "small", 10)
        seconds, most = _brought(folder / "large", rows)
        bare = _bare(folder / "bare", rows)
        print(
            f"{rows:,} rows: {seconds:.1f} s, {rows / seconds:,.0f} rows a second, {(most - idle) / 1024:,.0f} MB over {idle / 1024:,.0f}"
        )
        print(f"bare executemany of the same into two tables: {bare:.2f} s; ratio {seconds / bare:.1f}")
        print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    finally:
        shutil.rmtree(folder)


def _settings(instance: Path) -> Settings:
    settings = Settings.load({}, instance=instance)
    running.upgrade(settings)
    return settings


def _brought(instance: Path, rows: int) -> tuple[float, int]:
    _settings(instance)
    file = instance / "rows.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("slug;nombre;sector;estado;resumen\n")
        for number in range(rows):
            out.write(
                f"fila-{number};Organización de la fila {number};company;published;Lo que hace la número {number}\n"
            )
    done = subprocess.run(
        [sys.executable, "-c", ONE, str(file)], env={**os.environ, "OBSERVATORY_INSTANCE": str(instance)}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["new"] == rows, told
    seconds, memory = done.stderr.split()[-2:]
    return float(seconds), int(memory)


def _bare(instance: Path, rows: int) -> float:
    database = Database(_settings(instance).database_url)
    columns = "id, kind, slug, title, sort_title, summary, language, state, is_demo, created_at, updated_at, version"
    begin = time.perf_counter()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO records ({columns}) VALUES (?, 'organisation', ?, ?, ?, ?, 'es', 'published', 0, ?, ?, 1)",  # noqa: S608
            [
                (
                    n,
                    f"fila-{n}",
                    f"Organización {n}",
                    f"organizacion {n}",
                    f"Lo que hace {n}",
                    "2026-01-01",
                    "2026-01-01",
                )
                for n in range(1, rows + 1)
            ],
        )
        connection.exec_driver_sql(
            "INSERT INTO organisations (id, acronym, sector, website) VALUES (?, '', 'company', '')",
            [(n,) for n in range(1, rows + 1)],
        )
    seconds = time.perf_counter() - begin
    database.close()
    return seconds


if __name__ == "__main__":
    main()
