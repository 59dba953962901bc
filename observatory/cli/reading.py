"""Reading seeds: files, moments counted from the day of loading, and ids by address."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records import Record

OPERATOR = Actor.operator(via="seed")
CREATED = -420
"""Days from loading on which the reference records are created: before the first edit of seeds/history."""
OPERATOR_SLUG = "equipo-del-observatorio"


def ids(kind: str) -> dict[str, int]:
    table = Record.__table__.c
    return {row.slug: row.id for row in db.session.execute(select(table.slug, table.id).where(table.kind == kind))}


def published_later(seeds: Path, kind: str) -> set[str]:
    """The slugs that the history publishes one day: they begin as drafts."""
    story = yaml.safe_load((seeds / "history" / "edits.yaml").read_text(encoding="utf-8"))
    return {e["slug"] for e in story["edits"] if e["kind"] == kind and e["action"] == "publish"}


def entries_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return found


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def moment(days: float, minutes: int = 0) -> dt.datetime:
    """A moment `days` from today, in working hours in Lima, never in the future."""
    noon = dt.datetime.combine(dt.date.today(), dt.time(10, 0), clock.LIMA)
    return min(noon + dt.timedelta(days=days, minutes=minutes), dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5))


def day(entry: dict[str, Any], name: str) -> dt.date | None:
    """`name` as a date, or `name_days` as an offset from the day of loading; None when unknown or open."""
    offset = entry.get(f"{name}_days")
    if offset is not None:
        return dt.date.today() + dt.timedelta(days=offset)
    value = entry.get(name)
    return dt.date.fromisoformat(str(value)) if value else None


def decimal_of(text: Any) -> Decimal | None:
    return Decimal(str(text)) if text not in (None, "") else None
