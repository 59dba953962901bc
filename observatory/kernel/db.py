"""The database: one session per unit of work, one commit point, and the guards that keep it so."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Executable,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.local import LocalProxy

from observatory.kernel.errors import Stale
from observatory.kernel.text import lazy_


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Aware moments, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """The root of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dt.datetime: UtcDateTime}  # noqa: RUF012


UNAVAILABLE = (OperationalError, InternalError)
"""What the drivers raise when the database does not answer, or can only be read just now."""


class WriteWhileReading(RuntimeError):
    """Code that only reads tried to write: a fault of the program, never of the person."""


class Unit(Session):
    """The session of one unit of work."""


_current: ContextVar[Unit | None] = ContextVar("unit", default=None)
_before_commit: list[Callable[[Session], None]] = []


def _session() -> Session:
    unit = _current.get()
    if unit is None:
        raise RuntimeError("no unit of work is open")
    return unit


session: Session = cast(Session, LocalProxy(_session))
"""The session of the unit of work that is open now."""


def in_unit() -> bool:
    """Whether a unit of work is open."""
    return _current.get() is not None


def before_commit(hook: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register `hook(session)`, run inside every unit of work just before its commit."""
    _before_commit.append(hook)
    return hook


def after_commit(effect: Callable[[], None]) -> None:
    """Run `effect` once the open unit of work has committed; what it raises can't undo what was saved."""
    session.info.setdefault("effects", []).append(effect)


def abandon() -> None:
    """Let the open unit of work end without a commit."""
    session.info["abandoned"] = True


@event.listens_for(Unit, "before_flush")
def _no_write_while_reading(unit: Session, context: object, instances: object) -> None:
    if not unit.info.get("write") and (unit.new or unit.dirty or unit.deleted):
        raise WriteWhileReading("a page that only shows something tried to change it")
    unit.info["written"] = True


@event.listens_for(Unit, "do_orm_execute")
def _no_statement_while_reading(state: Any) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("write"):
        raise WriteWhileReading("a page that only shows something tried to change it")
    if not state.is_select:
        state.session.info["written"] = True


class Database:
    """An engine and the ways to use it. `url` is a checked `Settings.database_url`."""

    def __init__(self, url: str, *, synchronous: str = "NORMAL", pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 20, "pool_pre_ping": not self.is_sqlite}
        self.engine: Engine = create_engine(url, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine, synchronous)

    @contextmanager
    def unit_of_work(self, *, write: bool = True) -> Iterator[Session]:
        """One transaction: commits when the block ends well, rolls back when it raises or was abandoned.

        Inside, `db.session` is its session. After the commit the registered effects run, each guarded.
        """
        unit = Unit(self.engine.execution_options(observatory_write=write), expire_on_commit=False)
        unit.info["write"] = write
        if not write and not self.is_sqlite:
            unit.connection(execution_options={"postgresql_readonly": True})
        token = _current.set(unit)
        try:
            yield unit
            if write and not unit.info.get("abandoned"):
                self._finish(unit)
        except BaseException:
            unit.rollback()
            raise
        finally:
            unit.close()
            _current.reset(token)
        if write and not unit.info.get("abandoned"):
            _run_effects(unit.info.get("effects", ()))

    def _finish(self, unit: Unit) -> None:
        try:
            unit.flush()
            for hook in _before_commit:
                hook(unit)
            unit.commit()
        except StaleDataError:
            raise Stale(lazy_("Somebody changed this while you were working on it. Open it again and look.")) from None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of work that can't write."""
        with self.unit_of_work(write=False) as unit:
            yield unit

    @contextmanager
    def side_transaction(self) -> Iterator[Session]:
        """A short transaction of its own, for sessions, throttle counters, the security log and the outbox's
        bookkeeping only: what must be kept even when the request's own work is rolled back.

        On SQLite it can't be opened while the surrounding unit of work already writes: it would wait for itself.
        """
        outer = _current.get()
        if self.is_sqlite and outer is not None and outer.info.get("write") and outer.in_transaction():
            raise RuntimeError("a side transaction inside a writing unit of work would wait for itself")
        unit = Unit(self.engine.execution_options(observatory_write=True), expire_on_commit=False)
        unit.info["write"] = True
        token = _current.set(unit)
        try:
            yield unit
            unit.commit()
        except BaseException:
            unit.rollback()
            raise
        finally:
            unit.close()
            _current.reset(token)

    def scalar(self, statement: Executable) -> Any:
        """The first value `statement` answers, read on a connection of its own."""
        with self.engine.connect() as connection:
            return connection.execute(statement).scalar()

    def analyse(self) -> None:
        """Bring up to date what the planner knows of the tables: after much was loaded, its guesses are far off."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")

    def tune(self) -> None:
        """The same in small, now and then, for SQLite; PostgreSQL does it by itself."""
        if self.is_sqlite:
            with self.engine.begin() as connection:
                connection.exec_driver_sql("PRAGMA analysis_limit=1000")
                connection.exec_driver_sql("PRAGMA optimize")

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(engine: Engine, synchronous: str) -> None:
    if synchronous not in {"NORMAL", "FULL"}:
        raise ValueError("OBSERVATORY_SQLITE_SYNCHRONOUS is NORMAL or FULL")

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver then leaves BEGIN to us
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "busy_timeout=5000",
            "foreign_keys=ON",
            "mmap_size=268435456",
            "temp_store=MEMORY",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and then writes fails with "locked" at once, so writers say so at the start.
        write = connection.get_execution_options().get("observatory_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _run_effects(effects: Any) -> None:
    from observatory.kernel.logs import log

    for effect in effects:
        try:
            effect()
        except Exception as error:  # a failed effect must not turn a saved change into an error page
            log.warning("effect_failed", error=type(error).__name__)


def check(database: Database) -> None:
    """Raise if the database doesn't answer."""
    database.scalar(text("SELECT 1"))
