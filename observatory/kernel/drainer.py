"""The one drainer: whoever holds the lock sends mail and writes the search index; a crash loses nothing."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from observatory.kernel.db import Database
from observatory.kernel.logs import log
from observatory.kernel.maintenance import FLAG

_ADVISORY_KEY = 0x0B5E_4B1E
Item = TypeVar("Item")


Turn = Callable[[], bool]
"""Whether the turn is still this process's: asked before each round."""


@contextmanager
def exclusive(database: Database, instance: Path) -> Iterator[Turn | None]:
    """The turn to drain, or None while another process has it: a file lock on SQLite, an advisory lock on PostgreSQL.

    Both locks end with the process that holds them, however it ends. PostgreSQL's also ends with its connection, which
    a restart of the server cuts: the turn then says that it is over.
    """
    if database.is_sqlite:
        with (instance / "drainer.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield None
                return
            yield lambda: True
        return
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY}):
            yield None
            return
        try:
            yield partial(_answers, connection)
        finally:
            # Closed for good, and with it the lock: a connection that went back to the pool might still hold it.
            connection.invalidate()


def _answers(connection: Connection) -> bool:
    try:
        return bool(connection.scalar(text("SELECT 1")))
    except DBAPIError:
        return False


def one_by_one(wanted: Iterable[Item], act: Callable[[Item], int], failed: str) -> int:
    """Do something with each; answers how much was done. What stands in the way of one does not stop the others: it is
    logged as `failed`, and raised in the end, so that the job is tried again."""
    done, last = 0, None
    for item in wanted:
        try:
            done += act(item)
        except Exception as error:  # whatever it is
            log.error(failed, error=type(error).__name__, exc_info=True)
            last = error
    if last is not None:
        raise last
    return done


class Drainer:
    """Runs `jobs` again and again while it holds the lock. A job answers how much it did; 0 lets it rest."""

    def __init__(
        self, database: Database, instance: Path, jobs: dict[str, Callable[[], int]], pause: float = 0.5
    ) -> None:
        self.database = database
        self.instance = instance
        self.jobs = jobs
        self.pause = pause
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Look now: something was committed."""
        self._wake.set()

    def run_once(self) -> int:
        """Do everything due now, if this process may; answers how much was done."""
        with exclusive(self.database, self.instance) as mine:
            return self._round() if mine is not None else 0

    def _round(self) -> int:
        done = 0
        for name, job in self.jobs.items():
            try:
                done += job()
            except Exception as error:  # one job's fault must not stop the others; it is tried again
                log.error("job_failed", job=name, error=type(error).__name__, exc_info=True)
        return done

    def run_forever(self) -> None:
        """Drain until `stop`. While another process holds the lock, stand by."""
        while not self._stopped.is_set():
            if self._closed():
                self._stopped.wait(self.pause)
                continue
            try:
                with exclusive(self.database, self.instance) as mine:
                    while mine is not None and not self._stopped.is_set() and not self._closed() and mine():
                        self._wake.clear()
                        if not self._round():
                            self._wake.wait(self.pause)
            except Exception as error:
                log.error("drainer_failed", error=type(error).__name__)
            self._stopped.wait(self.pause * 2)

    def _closed(self) -> bool:
        """Whether the database is just being replaced: the next connection then is to the new one."""
        if not (self.instance / FLAG).exists():
            return False
        self.database.close()
        return True

    def start(self) -> None:
        """Run in a thread of this process."""
        self._thread = threading.Thread(target=self.run_forever, name="drainer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
