"""Reading the history. A draft's own past stays with those who could see the draft."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, not_, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import db
from observatory.kernel.paging import PAGE, decode, encode
from observatory.kernel.policy import PUBLIC, Actor
from observatory.people.models import Person
from observatory.records.history import HistoryEntry
from observatory.records.models import DRAFT, PUBLISHED, Record, RecordAudience, Source
from observatory.records.queries import one_or_404, records, visible

organisations = Record.__table__.alias("acting")
_ENTRY = (
    HistoryEntry.id, HistoryEntry.at, HistoryEntry.event, HistoryEntry.facts, HistoryEntry.version, HistoryEntry.via,
    HistoryEntry.record_id, HistoryEntry.person_id, HistoryEntry.organisation_id,
    Person.name.label("person_name"), Person.alias.label("person_alias"), Person.closed_at.label("person_closed_at"),
    organisations.c.kind.label("organisation_kind"), organisations.c.slug.label("organisation_slug"),
    organisations.c.title.label("organisation_title"), organisations.c.language.label("organisation_language"),
    records.c.kind, records.c.slug, records.c.title, records.c.language, records.c.is_demo,
)  # fmt: skip
VARIETY = 200
"""How many of the newest entries are looked through for a varied list."""


@dataclass(frozen=True)
class Entries:
    """Some history entries, newest first, and the key of the next ones."""

    rows: Sequence[Any]
    next_after: str | None
    first: bool = True
    rubbish: bool = False


def record_at(actor: Actor, kind: str, slug: str) -> Any:
    """The record at an address, as a row; NotFound if the actor may not see it."""
    columns = (
        records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.language, records.c.state,
        records.c.is_demo,
    )  # fmt: skip
    return one_or_404(select(*columns).where(records.c.kind == kind, records.c.slug == slug, visible(actor)))


def entries_of(
    actor: Actor, record_id: int, *, after: str | None = None, start: int | None = None, size: int = PAGE
) -> Entries:
    """What happened to one record. `start` names the entry to begin with, for permanent links."""
    key = decode(after, (int,)) if after else None
    statement = _entries(actor, changes=True).where(HistoryEntry.record_id == record_id)
    if key is not None:
        statement = statement.where(HistoryEntry.id < key[0])
    elif start is not None:
        statement = statement.where(HistoryEntry.id <= start)
    rows = db.session.execute(statement.order_by(HistoryEntry.id.desc()).limit(size + 1)).all()
    next_after = encode([rows[size - 1].id]) if len(rows) > size else None
    return Entries(rows[:size], next_after, key is None and start is None, bool(after) and key is None)


def latest(
    actor: Actor, *, after: str | None = None, kind: str | None = None, event: str | None = None, size: int = PAGE
) -> Entries:
    """What happened lately to all that the actor may see, newest first."""
    key = _moment_key(after)
    statement = _entries(actor, changes=False)
    if key is not None:
        at, id = key
        statement = statement.where(or_(HistoryEntry.at < at, and_(HistoryEntry.at == at, HistoryEntry.id < id)))
    if kind:
        statement = statement.where(records.c.kind == kind)
    if event:
        statement = statement.where(HistoryEntry.event == event)
    statement = statement.order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc()).limit(size + 1)
    rows = db.session.execute(statement).all()
    next_after = encode([rows[size - 1].at.isoformat(), rows[size - 1].id]) if len(rows) > size else None
    return Entries(rows[:size], next_after, key is None, bool(after) and key is None)


def varied(rows: Iterable[Any], limit: int, each: int = 3) -> list[Any]:
    """The first `limit` of `rows`, at most `each` of one event and one of each record.

    A file of two thousand places, loaded in one go, would otherwise push everything else off the home page.
    """
    seen: set[int] = set()
    told: Counter[str] = Counter()
    found: list[Any] = []
    for row in rows:
        if len(found) == limit:
            break
        if row.record_id in seen or told[row.event] == each:
            continue
        seen.add(row.record_id)
        told[row.event] += 1
        found.append(row)
    return found


def references(actor: Actor, ids: Iterable[int]) -> dict[int, Any]:
    """Rows (id, kind, slug, title) of those of these records that the actor may see, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    columns = (records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.language)
    rows = db.session.execute(select(*columns).where(records.c.id.in_(wanted), visible(actor)))
    return {row.id: row for row in rows}


def people(ids: Iterable[int]) -> dict[int, Any]:
    """Rows (id, name, alias, closed_at) of people by id: they acted in public, or were given a mandate in public."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Person.id, Person.name, Person.alias, Person.closed_at).where(Person.id.in_(wanted))
    )
    return {row.id: row for row in rows}


def sources(ids: Iterable[int]) -> dict[int, str]:
    """Titles of sources by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {
        row.id: row.title for row in db.session.execute(select(Source.id, Source.title).where(Source.id.in_(wanted)))
    }


def _entries(actor: Actor, *, changes: bool) -> Select[Any]:
    columns = (*_ENTRY, HistoryEntry.changes) if changes else _ENTRY
    seen_organisation = and_(organisations.c.id == HistoryEntry.organisation_id, visible(actor, organisations.c.id))
    return (
        select(*columns)
        .join(records, records.c.id == HistoryEntry.record_id)
        .outerjoin(Person, Person.id == HistoryEntry.person_id)
        .outerjoin(organisations, seen_organisation)
        .where(visible(actor), or_(_insider(actor), not_(_before_publication())))
    )


def _insider(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor sees the record for another reason than that everybody does."""
    labels = sorted(actor.labels - {PUBLIC})
    if not labels:
        return false()
    return exists().where(RecordAudience.record_id == HistoryEntry.record_id, RecordAudience.label.in_(labels))


def _before_publication() -> ColumnElement[bool]:
    """Whether the entry is of the time when its record was a draft that was published later."""
    later = aliased(HistoryEntry)
    return exists().where(
        later.record_id == HistoryEntry.record_id,
        later.id > HistoryEntry.id,
        later.changes[("state", 0)].as_string() == DRAFT,
        later.changes[("state", 1)].as_string() == PUBLISHED,
    )


def _moment_key(after: str | None) -> tuple[dt.datetime, int] | None:
    values = decode(after, (str, int)) if after else None
    if values is None:
        return None
    try:
        at = dt.datetime.fromisoformat(values[0])
    except ValueError:
        return None
    return (at, values[1]) if at.tzinfo is not None else None
