"""Counting the statements of a page: those it needs, and not the look now and then at whether anything has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_HOUSEKEEPING = ("FROM content_version", "FROM preferences", "BEGIN")
"""Asked at most some times a second by the whole process, whatever is on a page."""


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    said: list[str] = []

    def listen(*arguments: Any) -> None:
        statement = str(arguments[2])
        if not any(words in " ".join(statement.split()) for words in _HOUSEKEEPING):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)
