"""Backing up while running, restoring, and moving to another database."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from click import ClickException
from sqlalchemy import select, text

from observatory import __version__
from observatory.cli.running import alembic_config, reindex, upgrade
from observatory.kernel import archive, clock, files
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.maintenance import FLAG
from observatory.records import Record

Say = Callable[[str], None]
KEPT = ("secret-key", "demo-accounts.json", "demo-begun")
"""Files of the instance that go into a backup beside the tables; the index is built anew."""
MANIFEST = "manifest.json"
GRACE = 2.0
"""Seconds between closing the site for a restore and changing its database: what was asked before is answered."""


def backup(settings: Settings, file: Path, *, say: Say) -> int:
    """Write the whole instance, as it is at one moment, into `file`; answers its size. The site goes on meanwhile."""
    database = _opened(settings)
    if file.exists():
        raise ClickException(f"{file} exists already: name another file, nothing was written.")
    partial = file.with_name(f"{file.name}.partial")
    try:
        with closing(database), os.fdopen(os.open(partial, _NEW, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=5) as tar:
                _write(settings, database, tar)
            raw.flush()
            os.fsync(raw.fileno())
        os.link(partial, file)  # appears whole or not at all, and never over another
    except OSError as problem:
        raise ClickException(f"The backup could not be written ({problem.strerror}); nothing was left.") from None
    finally:
        partial.unlink(missing_ok=True)
    size = file.stat().st_size
    say(f"{file} holds the instance as it was at the beginning: {size:,} bytes.")
    return size


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _write(settings: Settings, database: Database, tar: tarfile.TarFile) -> None:
    from observatory.app import registry

    parts: dict[str, str] = {}

    def put(name: str, path: Path) -> None:
        with path.open("rb") as handle:
            parts[name] = hashlib.file_digest(handle, "sha256").hexdigest()
        tar.add(path, arcname=name, recursive=False)

    aside = TemporaryDirectory(dir=settings.instance, prefix="backup-")
    with aside as folder, closing(archive.snapshot(database)) as connection:
        made = clock.now()
        spoken = sorted({sha256 for each in registry().contents for sha256 in each(connection)})
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        for kept in archive.tables():
            path = Path(folder) / f"{kept.name}.jsonl"
            with path.open("w", encoding="utf-8") as out:
                out.writelines(f"{line}\n" for line in archive.lines_of(connection, kept))
            put(f"tables/{path.name}", path)
            path.unlink()
    for sha256, body in _contents(settings, spoken, lambda: files.spoken_of(database, registry().contents)):
        _add(tar, f"files/{sha256}", body, made)
        parts[f"files/{sha256}"] = sha256
    for name in KEPT:
        if (settings.instance / name).is_file():
            put(f"instance/{name}", settings.instance / name)
    manifest = {"made": made.isoformat(), "version": __version__, "revision": revision, "parts": parts}
    _add(tar, MANIFEST, json.dumps(manifest, indent=1).encode(), made)


def _add(tar: tarfile.TarFile, name: str, body: bytes, made: dt.datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(body), 0o600, int(made.timestamp())
    tar.addfile(entry, io.BytesIO(body))


def _contents(settings: Settings, spoken: list[str], now: Callable[[], set[str]]) -> Iterator[tuple[str, bytes]]:
    """The stored files that the backup speaks of. One that is missing stops the backup, unless it was erased since:
    better known today than on the day of the restore."""
    try:
        store = files.of(settings)
        for sha256 in spoken:
            pieces = store.read(sha256)
            if pieces is None and sha256 not in now():
                continue
            if pieces is None:
                raise ClickException(f"The file {sha256} is missing from the store: the backup would not be whole.")
            yield sha256, b"".join(pieces)
    except files.StoreDown:
        raise ClickException("The store of files can't be reached: no backup was made.") from None


def restore(settings: Settings, file: Path, *, say: Say) -> None:
    """Put the instance back as it was when `file` was made. Built aside and checked first: until the last second
    nothing of the running site changes, and if anything is wrong nothing does."""
    with TemporaryDirectory(dir=settings.instance, prefix="restore-") as name:
        folder = Path(name)
        say("Reading and checking the backup …")
        manifest = _unpacked(file, folder)
        _known(settings, str(manifest["revision"]))
        names = sorted(Path(part).stem for part in manifest["parts"] if part.startswith("tables/"))

        def lines(table: str) -> Iterator[str]:
            with (folder / "tables" / f"{table}.jsonl").open(encoding="utf-8") as handle:
                yield from (line.rstrip("\n") for line in handle)

        _restore_files(settings, folder, say)
        say("Building the database aside …")
        if settings.database_url.startswith("sqlite"):
            _restore_sqlite(settings, folder, names, lines, manifest, say)
        else:
            _restore_postgresql(settings, names, lines, manifest, say)
        for kept in KEPT:
            if (folder / "instance" / kept).is_file():
                os.replace(folder / "instance" / kept, settings.instance / kept)
    say("Building the search index …")
    reindex(settings, say)
    say("Restored. Everybody signs in anew; messages that waited were not kept.")


def _restore_files(settings: Settings, folder: Path, say: Say) -> None:
    """Put the files into the store, beside those that are there: named by their content, none can replace another."""
    found = sorted((folder / "files").glob("*"))
    if not found:
        return
    say(f"Storing {len(found)} files …")
    store = files.of(settings)
    try:
        for path in found:
            store.put(path.read_bytes())
    except files.StoreDown:
        raise ClickException("The store of files can't be written: nothing else was changed.") from None


def _restore_sqlite(
    settings: Settings, folder: Path, names: list[str], lines: Any, manifest: dict[str, Any], say: Say
) -> None:
    aside = replace(settings, database_url=f"sqlite:///{folder / 'aside.db'}")
    command.upgrade(alembic_config(aside), str(manifest["revision"]))
    _fill(aside, names, lines)
    upgrade(aside)
    _count_on(settings, aside)
    target = Path(settings.database_url.removeprefix("sqlite:///"))
    with _closed(settings, say):
        for ending in ("-wal", "-shm", ""):
            Path(f"{target}{ending}").unlink(missing_ok=True)
        os.replace(folder / "aside.db", target)


def _restore_postgresql(settings: Settings, names: list[str], lines: Any, manifest: dict[str, Any], say: Say) -> None:
    joined = "&" if "?" in settings.database_url else "?"
    aside = replace(settings, database_url=f"{settings.database_url}{joined}options=-csearch_path%3D{_ASIDE}")
    database = Database(settings.database_url)
    with closing(database):
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_ASIDE} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {_ASIDE}")
        command.upgrade(alembic_config(aside), str(manifest["revision"]))
        _fill(aside, names, lines)
        upgrade(aside)
        _count_on(settings, aside)
        with _closed(settings, say), database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql(f"ALTER SCHEMA {_ASIDE} RENAME TO public")


_ASIDE = "observatory_aside"


def _fill(settings: Settings, names: list[str], lines: Any) -> None:
    database = Database(settings.database_url)
    with closing(database), database.engine.begin() as connection:
        archive.load(connection, names, lines, database.is_sqlite)
        if database.is_sqlite:
            archive.check_references(connection)


def _count_on(running: Settings, aside: Settings) -> None:
    """Let the content version go on from the later of both: pages kept in memory are then all older."""
    newest = 0
    for settings in (running, aside):
        database = Database(settings.database_url)
        with closing(database):
            try:
                newest = max(newest, database.scalar(text("SELECT number FROM content_version WHERE id = 1")) or 0)
            except Exception:  # noqa: S112 - the running one may be what has to be replaced
                continue
    database = Database(aside.database_url)
    with closing(database), database.engine.begin() as connection:
        connection.execute(text("UPDATE content_version SET number = :n WHERE id = 1"), {"n": newest + 1})
    database = Database(aside.database_url)
    with closing(database):
        database.analyse()
        if database.is_sqlite:  # one file, without a journal beside it
            with database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _closed(settings: Settings, say: Say) -> Iterator[None]:
    """The site answers 503 meanwhile, in every process of the instance."""
    flag = settings.instance / FLAG
    say("Closing the site for a moment …")
    flag.touch()
    try:
        time.sleep(GRACE)
        yield
    finally:
        flag.unlink(missing_ok=True)


def _unpacked(file: Path, folder: Path) -> dict[str, Any]:
    """The manifest of `file`, whose parts now lie in `folder`, each as its SHA-256 says."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        parts: dict[str, str] = manifest["parts"]
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError) as problem:
        raise ClickException(f"{file} is no whole backup ({type(problem).__name__}); nothing was changed.") from None
    for name, expected in parts.items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise ClickException(f"{file} is damaged in the part {name}; nothing was changed.")
    return manifest


def _known(settings: Settings, revision: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config(settings)).walk_revisions()}
    if revision not in known:
        raise ClickException("The backup was made by a newer version of the program: install that one first.")


def migrate_database(settings: Settings, url: str, *, say: Say) -> None:
    """Copy the instance's database to the empty one at `url`, and show that both hold the same."""
    target = replace(settings, database_url=url).checked()
    if target.database_url == settings.database_url:
        raise ClickException("That is the database in use.")
    upgrade(settings)
    upgrade(target)
    source, other = _opened(settings), Database(target.database_url)
    with closing(source), closing(other):
        with other.engine.connect() as connection:
            if connection.execute(select(Record.__table__.c.id).limit(1)).first() is not None:
                raise ClickException("The other database holds records already: name an empty one.")
        with closing(archive.snapshot(source)) as reading, other.engine.begin() as writing:
            by_name = {kept.name: kept for kept in archive.tables()}
            say("Copying …")
            archive.load(
                writing, sorted(by_name), lambda name: archive.lines_of(reading, by_name[name]), other.is_sqlite
            )
            if other.is_sqlite:
                archive.check_references(writing)
            say("Comparing …")
            before, after = archive.fingerprint(reading), archive.fingerprint(writing)
            different = [name for name in before if before[name] != after[name]]
            if different:
                raise ClickException(f"These tables differ: {', '.join(different)}. Nothing was kept there.")
        other.analyse()
    say(f"Both hold the same: {len(before)} tables compared. Now set OBSERVATORY_DATABASE_URL and start again.")


def _opened(settings: Settings) -> Database:
    from observatory.app import open_database, registry

    registry()
    return open_database(settings)
