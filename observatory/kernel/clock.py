"""The time: one place to read it, so that tests and the demo can set it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")

_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen", default=None)


def now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return _frozen.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The date in Lima: mandates and deadlines begin and end with it."""
    return now().astimezone(LIMA).date()


@contextmanager
def frozen(moment: dt.datetime) -> Iterator[None]:
    """Make `now()` answer `moment` (aware) in this context; history is replayed and tests are run this way."""
    token = _frozen.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
