"""All tables as text that either database can read back: for backups, restoring, moving, and comparing two instances.

The first line of a table names its columns and what kind of value each holds, so that it can be read back by a later
version of the program; each further line is one row as a JSON list. Tables come in a fixed order, rows by their key. Equal
contents are equal lines, whichever database holds them.
"""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    Integer,
    Numeric,
    String,
    Table,
    column,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from observatory.kernel.db import Base, Database, UtcDateTime
from observatory.kernel.exact import Exact, plain

TRANSIENT = frozenset(
    {"attachment_drafts", "import_uploads", "outbox", "search_queue", "sessions", "submissions", "throttle"}
)
"""What belongs to the running instance alone: whoever restores signs in anew, and no message goes out twice."""
CHUNK = 1_000


def tables() -> list[Table]:
    """The tables that are kept, by name."""
    return [kept for name, kept in sorted(Base.metadata.tables.items()) if name not in TRANSIENT]


def lines_of(connection: Connection, source: Table) -> Iterator[str]:
    """A table as lines: its columns, then its rows in the order of its key."""
    yield json.dumps([[each.name, _kind(each)] for each in source.columns])
    statement = select(*source.columns).order_by(*source.primary_key.columns)
    rows = connection.execution_options(yield_per=CHUNK).execute(statement)
    for row in rows:
        yield json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def fingerprint(connection: Connection) -> dict[str, str]:
    """The SHA-256 of each table's lines: equal for equal contents."""
    found = {}
    for kept in tables():
        digest = hashlib.sha256()
        for line in lines_of(connection, kept):
            digest.update(line.encode() + b"\n")
        found[kept.name] = digest.hexdigest()
    return found


def snapshot(database: Database) -> Connection:
    """A connection that sees one moment of the database, however long it reads; to be closed."""
    options: dict[str, Any] = {"observatory_write": False}
    if not database.is_sqlite:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return database.engine.connect().execution_options(**options)


def load(connection: Connection, names: Sequence[str], lines: Callable[[str], Iterator[str]], is_sqlite: bool) -> None:
    """Fill the tables `names` of `connection`, inside its transaction, with `lines(name)`; what they held goes.

    References are checked when all is there: records and organisations point at each other.
    """
    restore: list[str] = []
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    else:
        restore = _without_references(connection)
    for name in names:  # what a migration put there for a new instance comes from the lines here
        connection.execute(table(name).delete())
    for name in names:
        rows = lines(name)
        columns = json.loads(next(rows))
        target = table(name, *(column(column_name, _TYPES.get(kind, String)()) for column_name, kind in columns))
        for chunk in _chunks(rows):
            connection.execute(insert(target), [_row(columns, line) for line in chunk])
    for statement in restore:
        connection.exec_driver_sql(statement)
    if not is_sqlite:
        _continue_sequences(connection, names)


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _row(columns: Sequence[Sequence[str]], line: str) -> dict[str, Any]:
    values = json.loads(line)
    return {name: _read(kind, value) for (name, kind), value in zip(columns, values, strict=True)}


def check_references(connection: Connection) -> None:
    """Raise ValueError if a row of an SQLite database points at nothing; PostgreSQL has refused that already."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise ValueError(f"a row of {broken[0]} points at a row of {broken[2]} that is not there")


def _without_references(connection: Connection) -> list[str]:
    """Drop all foreign keys; answers the statements that make them again."""
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for owner, name, _definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {owner} DROP CONSTRAINT {name}")
    return [f"ALTER TABLE {owner} ADD CONSTRAINT {name} {definition}" for owner, name, definition in found]


def _continue_sequences(connection: Connection, names: Sequence[str]) -> None:
    """Let new rows be numbered after those that were loaded."""
    for name in names:
        sequence = connection.scalar(
            text(
                "SELECT pg_get_serial_sequence(quote_ident(table_name), column_name) FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = :name AND column_default LIKE 'nextval%'"
            ),
            {"name": name},
        )
        if sequence:
            statement = f"SELECT setval('{sequence}', COALESCE((SELECT MAX(id) FROM {name}), 0) + 1, false)"  # noqa: S608
            connection.exec_driver_sql(statement)


_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "moment": UtcDateTime, "date": Date, "number": Numeric, "exact": Exact, "json": JSON, "truth": Boolean,
    "integer": Integer,
}  # fmt: skip


def _kind(column: Any) -> str:
    """What kind of value a column holds, as the first line says it."""
    return next((kind for kind, cls in _TYPES.items() if isinstance(column.type, cls)), "text")


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return plain(value)  # 60 and 60.0000 are one number
    return value


def _read(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "moment":
        return dt.datetime.fromisoformat(value)
    if kind == "date":
        return dt.date.fromisoformat(value)
    return decimal.Decimal(value) if kind in {"number", "exact"} else value
