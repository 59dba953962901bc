"""Reading the history. A draft's own past stays with those who could see the draft."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select

from observatory.kernel import db
from observatory.kernel.paging import PAGE, decode, encode
from observatory.kernel.policy import PUBLIC, Actor
from observatory.people.models import Person
from observatory.records.history import HistoryEntry
from observatory.records.models import DRAFT, Record, RecordAudience, Source
from observatory.records.queries import one_or_404, records, visible

history = HistoryEntry.__table__.c
_later = HistoryEntry.__table__.alias("later")
_earlier = HistoryEntry.__table__.alias("earlier")
_people = Person.__table__.c
organisations = Record.__table__.alias("acting")
_ENTRY = (
    history.id, history.at, history.event, history.facts, history.version, history.via,
    history.record_id, history.person_id, history.organisation_id,
    _people.name.label("person_name"), _people.alias.label("person_alias"), _people.closed_at.label("person_closed_at"),
    organisations.c.kind.label("organisation_kind"), organisations.c.slug.label("organisation_slug"),
    organisations.c.title.label("organisation_title"), organisations.c.language.label("organisation_language"),
    records.c.kind, records.c.slug, records.c.title, records.c.language, records.c.is_demo,
)  # fmt: skip
_BEFORE_PUBLICATION = exists().where(
    _later.c.record_id == history.record_id,
    _later.c.id > history.id,
    _later.c.changes[("state", 0)].as_string() == DRAFT,
    _later.c.changes[("state", 1)].as_string().is_not(None),
    _later.c.changes[("state", 1)].as_string() != DRAFT,
    ~exists().where(
        _earlier.c.record_id == _later.c.record_id,
        _earlier.c.id < _later.c.id,
        _earlier.c.changes[("state", 0)].as_string() == DRAFT,
        _earlier.c.changes[("state", 1)].as_string() != DRAFT,
    ),
)
"""Whether an entry is of the time when its record was a draft that nobody else had seen, and that was shown later; what
became a draft again, having been shown, stays to be seen. Built once: aliases are dear."""
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
    statement = _entries(actor, changes=True).where(history.record_id == record_id)
    if key is not None:
        statement = statement.where(history.id < key[0])
    elif start is not None:
        statement = statement.where(history.id <= start)
    rows = db.session.execute(statement.order_by(history.id.desc()).limit(size + 1)).all()
    next_after = encode([rows[size - 1].id]) if len(rows) > size else None
    return Entries(rows[:size], next_after, key is None and start is None, bool(after) and key is None)


def of_records(
    actor: Actor, ids: Sequence[int], most: int, *, events: Sequence[str] = (), but: Sequence[str] = ()
) -> Sequence[Any]:
    """The last entries of each of these records, newest first; only `events` where some are named, and never those of
    `but`. One statement for all of them."""
    place = func.row_number().over(partition_by=history.record_id, order_by=history.id.desc())
    ranked = select(history.id, place.label("place")).where(history.record_id.in_(list(ids)), *_may_read(actor))
    if events:
        ranked = ranked.where(history.event.in_(list(events)))
    if but:
        ranked = ranked.where(history.event.not_in(list(but)))
    last = ranked.select_from(HistoryEntry.__table__.join(records, records.c.id == history.record_id)).subquery()
    statement = _entries(actor, changes=False).where(history.id.in_(select(last.c.id).where(last.c.place <= most)))
    return db.session.execute(statement.order_by(history.id.desc())).all() if ids else []


def state_since(actor: Actor, ids: Sequence[int]) -> dict[int, dt.datetime]:
    """When the state of each of these records last changed, where that is known here."""
    changed = history.changes[("state", 1)].as_string().is_not(None)
    statement = select(history.record_id, func.max(history.id).label("id")).where(
        history.record_id.in_(list(ids)), changed, visible(actor, history.record_id)
    )
    last = statement.group_by(history.record_id).subquery()
    found = select(history.record_id, history.at).join(last, last.c.id == history.id)
    return {row.record_id: row.at for row in db.session.execute(found)} if ids else {}


def latest(
    actor: Actor, *, after: str | None = None, kind: str | None = None, event: str | None = None, size: int = PAGE
) -> Entries:
    """What happened lately to all that the actor may see, newest first."""
    key = _moment_key(after)
    statement = _entries(actor, changes=False)
    if key is not None:
        at, id = key
        statement = statement.where(or_(history.at < at, and_(history.at == at, history.id < id)))
    if kind:
        statement = statement.where(records.c.kind == kind)
    if event:
        statement = statement.where(history.event == event)
    statement = statement.order_by(history.at.desc(), history.id.desc()).limit(size + 1)
    rows = db.session.execute(statement).all()
    next_after = encode([rows[size - 1].at.isoformat(), rows[size - 1].id]) if len(rows) > size else None
    return Entries(rows[:size], next_after, key is None, bool(after) and key is None)


def headlines(actor: Actor, limit: int) -> Sequence[Any]:
    """The latest entries for the home page, chosen by `varied` from narrow rows before the few are read whole."""
    newest = select(history.id, history.record_id, history.event).where(*_may_read(actor))
    newest = newest.order_by(history.at.desc(), history.id.desc()).limit(VARIETY)
    ids = [row.id for row in varied(db.session.execute(newest), limit)]
    statement = _entries(actor, changes=False).where(history.id.in_(ids))
    return db.session.execute(statement.order_by(history.at.desc(), history.id.desc())).all()


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
        select(_people.id, _people.name, _people.alias, _people.closed_at).where(_people.id.in_(wanted))
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
    columns = (*_ENTRY, history.changes) if changes else _ENTRY
    seen_organisation = and_(organisations.c.id == history.organisation_id, visible(actor, organisations.c.id))
    return (
        select(*columns)
        .select_from(HistoryEntry.__table__.join(records, records.c.id == history.record_id))
        .outerjoin(Person.__table__, _people.id == history.person_id)
        .outerjoin(organisations, seen_organisation)
        .where(*_may_read(actor))
    )


def _may_read(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return visible(actor, history.record_id), or_(_insider(actor), not_(_BEFORE_PUBLICATION))


def _insider(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor sees the record for another reason than that everybody does."""
    labels = sorted(actor.labels - {PUBLIC})
    if not labels:
        return false()
    return exists().where(RecordAudience.record_id == history.record_id, RecordAudience.label.in_(labels))


def _moment_key(after: str | None) -> tuple[dt.datetime, int] | None:
    values = decode(after, (str, int)) if after else None
    if values is None:
        return None
    try:
        at = dt.datetime.fromisoformat(values[0])
    except ValueError:
        return None
    return (at, values[1]) if at.tzinfo is not None else None


def public(actor: Actor) -> Select[Any]:
    """Every entry that the actor may read, oldest first, without who did it in person."""
    return (
        select(
            history.id, history.record_id, history.at, history.event, history.facts, history.changes, history.version,
            history.organisation_id, history.via, history.batch_id,
        )
        .select_from(HistoryEntry.__table__)
        .where(*_may_read(actor))
        .order_by(history.id)
    )  # fmt: skip
