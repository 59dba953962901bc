"""Lists page by key: `after` names the last row shown, so that rows added meanwhile shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_

from observatory.kernel import db

T = TypeVar("T")
PAGE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows. `next_after` is None on the last; `rubbish` says that `after` could not be understood."""

    rows: Sequence[T]
    next_after: str | None
    first: bool
    rubbish: bool = False


def encode(values: Sequence[str | int]) -> str:
    """A row's sort values as an `after` key."""
    raw = json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(after: str, types: Sequence[type]) -> list[Any] | None:
    """The values of an `after` key, or None if it was not made by `encode` for these types."""
    if len(after) > 600:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != len(types):
        return None
    for value, kind in zip(values, types, strict=True):
        if not isinstance(value, kind) or isinstance(value, bool):
            return None
        if isinstance(value, int) and abs(value) >= 2**31:
            return None
        if isinstance(value, str) and "\x00" in value:
            return None
    return values


def page_of(
    statement: Select[Any],
    keys: Sequence[tuple[ColumnElement[Any] | Any, str, type]],
    after: str | None,
    *,
    size: int = PAGE,
) -> Page[Any]:
    """The rows of `statement` that follow `after`, ordered by `keys`: (column, attribute of the row, type) each.

    One more row than `size` is read to know whether a next page exists; nothing is counted.
    """
    values = decode(after, [kind for _, _, kind in keys]) if after else None
    if values is not None:
        clauses = []
        for position, (column, _, _) in enumerate(keys):
            same = [keys[i][0] == values[i] for i in range(position)]
            clauses.append(and_(*same, column > values[position]))
        statement = statement.where(or_(*clauses))
    statement = statement.order_by(*(column for column, _, _ in keys)).limit(size + 1)
    rows = db.session.execute(statement).all()
    shown = rows[:size]
    more = len(rows) > size
    next_after = encode([getattr(shown[-1], name) for _, name, _ in keys]) if more else None
    return Page(shown, next_after, first=values is None, rubbish=bool(after) and values is None)
