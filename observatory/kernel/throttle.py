"""Rate limits kept in the database, so that several workers share them; when the store fails, the answer is no.

The counting is the `limits` library's; only its storage is ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock
from observatory.kernel.db import Base, Database
from observatory.kernel.errors import TooMany


class ThrottleCounter(Base):
    """How often something was tried in the window that ends at `ends_at`. Keys are hashed: no address is stored."""

    __tablename__ = "throttle"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)


class DatabaseStorage(Storage):
    """Fixed windows in the table `throttle`."""

    STORAGE_SCHEME = ["observatory"]  # noqa: RUF012

    def __init__(self, database: Database) -> None:
        super().__init__("observatory://")
        self.database = database

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = clock.now()
        name = _hashed(key)
        insert: Any = sqlite.insert if self.database.is_sqlite else postgresql.insert
        fresh = insert(ThrottleCounter).values(key=name, count=amount, ends_at=now + dt.timedelta(seconds=expiry))
        counted = fresh.on_conflict_do_update(
            index_elements=[ThrottleCounter.key], set_={"count": ThrottleCounter.count + amount}
        ).returning(ThrottleCounter.count)
        with self.database.side_transaction() as unit:
            unit.execute(delete(ThrottleCounter).where(ThrottleCounter.key == name, ThrottleCounter.ends_at <= now))
            return int(unit.execute(counted).scalar_one())

    def get(self, key: str) -> int:
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        return float(self._row(key)[1])

    def _row(self, key: str) -> tuple[int, float]:
        statement = select(ThrottleCounter.count, ThrottleCounter.ends_at).where(
            ThrottleCounter.key == _hashed(key), ThrottleCounter.ends_at > clock.now()
        )
        with self.database.engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        return (row.count, row.ends_at.timestamp()) if row else (0, clock.now().timestamp())  # type: ignore[return-value]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self.database.side_transaction() as unit:
            return int(unit.execute(delete(ThrottleCounter)).rowcount)  # type: ignore[attr-defined]

    def clear(self, key: str) -> None:
        with self.database.side_transaction() as unit:
            unit.execute(delete(ThrottleCounter).where(ThrottleCounter.key == _hashed(key)))


class Throttle:
    """Counts tries: `hit("sign-in", "10/5 minutes", address)`."""

    def __init__(self, database: Database) -> None:
        self.storage = DatabaseStorage(database)
        self.limiter = FixedWindowRateLimiter(self.storage)

    def hit(self, what: str, limit: str, *whose: str) -> None:
        """Count one try; raises TooMany when there were more than `limit` allows."""
        item = parse(limit)
        if not self.limiter.hit(item, what, *whose):
            left = self.storage.get_expiry(item.key_for(what, *whose)) - clock.now().timestamp()
            raise TooMany(max(1, round(left)))

    def forget(self, what: str, limit: str, *whose: str) -> None:
        """Start counting anew, after a success."""
        self.limiter.clear(parse(limit), what, *whose)


def sweep(database: Database) -> None:
    """Delete the windows that have ended."""
    with database.side_transaction() as unit:
        unit.execute(delete(ThrottleCounter).where(ThrottleCounter.ends_at <= clock.now()))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
