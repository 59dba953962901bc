"""No change without a fact: who did what, for whom, when, and each field's old and new value.

A record changed in a unit of work must be noted with an event before its commit; else the commit is refused.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from observatory.kernel import clock, db
from observatory.kernel.db import Base, Unit, before_commit
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import lazy_
from observatory.records.models import Record

_UNTOLD = {"id", "kind", "version", "created_at", "updated_at", "sort_title"}


class UnnotedChange(RuntimeError):
    """A record was changed and nobody said why: a fault of the program."""


class HistoryEntry(Base):
    """Something that happened to a record. Append-only."""

    __tablename__ = "history"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id"))
    at: Mapped[dt.datetime] = mapped_column(index=True)
    event: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{field: [old, new]}; on creation old is null."""
    version: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    via: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"), index=True)
    """The file in which it came, where it came in one."""
    __table_args__ = (Index("ix_history_record_id_id", "record_id", "id"),)


def note(actor: Actor, record: Record, fact: Any, /, **changes: tuple[object, object]) -> None:
    """Say what happens to `record` in this unit of work. `fact` is an event of the room's `events.py`.

    Column changes are found by themselves; `changes` adds what no column shows, as name=(old, new).
    """
    entry = HistoryEntry(
        at=clock.now(),
        event=type(fact).__name__,
        facts=_plain(dataclasses.asdict(fact)),
        changes={name: [_plain(old), _plain(new)] for name, (old, new) in changes.items()},
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        mandate_id=actor.mandate_id,
        via=actor.via,
        batch_id=actor.batch_id,
    )
    record.updated_at = clock.now()  # also when only what stands beside it changed: its version then counts on
    unit = db.session
    unit.info.setdefault("notes", []).append((record, entry, _so_far(unit, record)))
    tell(actor, record, fact)


def tell(actor: Actor, record: Record, fact: Any) -> None:
    """Let happen what others declared to follow from `fact`; `note` does it for every event."""
    for reaction in _reactions.get((record.kind, type(fact).__name__), ()):
        reaction(actor, record, fact)


Reaction = Callable[[Actor, Any, Any], None]
_reactions: dict[tuple[str, str], list[Reaction]] = {}


def declare_reactions(every: Iterable[tuple[tuple[str, str], Reaction]]) -> None:
    """Say what else follows, in the same transaction, when a fact is noted on a record: by (kind, event)."""
    _reactions.clear()
    for key, reaction in every:
        _reactions.setdefault(key, []).append(reaction)


def given_reason(reason: str) -> str:
    """`reason` with single spaces, as an event keeps it; Invalid where none worth reading is given."""
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise Invalid(lazy_("Say why: everyone will read it."), field="reason")
    return reason[:500]


Changes = dict[str, list[Any]]
"""{field: [old, new]}"""


def _so_far(unit: Session, record: Record) -> Changes:
    """What became of `record` in this unit of work until now, flushed or not."""
    changes: Changes = dict(unit.info.get("changed", {}).get(record, {}))
    if record in unit.new:
        changes.update(_initial(record))
    elif unit.is_modified(record):
        for name, (old, new) in _differences(record).items():
            changes[name] = [changes[name][0] if name in changes else old, new]
    return changes


@event.listens_for(Unit, "before_flush")
def _collect(unit: Session, context: object, instances: object) -> None:
    changed = unit.info.setdefault("changed", {})
    for record in [*unit.new, *unit.dirty]:
        if isinstance(record, Record) and (changes := _so_far(unit, record)):
            changed[record] = changes


def settle() -> None:
    """Write what has been noted so far, and let go of the records: for thousands of rows in one unit of work, which
    would otherwise all stand in memory until its commit."""
    unit = db.session
    unit.flush()
    _write(unit)
    for kept in list(unit):
        if isinstance(kept, Record | HistoryEntry):
            unit.expunge(kept)


@before_commit
def _write(unit: Session) -> None:
    changed: dict[Record, Changes] = unit.info.pop("changed", {})
    notes: list[tuple[Record, HistoryEntry, Changes]] = unit.info.pop("notes", [])
    last = {record: entry for record, entry, _ in notes}
    for record in changed:
        if record not in last:
            raise UnnotedChange(f"{record.kind} {record.slug} was changed without a noted event")
    told: dict[Record, dict[str, Any]] = defaultdict(dict)
    for record, entry, until in notes:
        # Each event tells what changed before it was noted; what came after the last one is told by that.
        changes = changed.get(record, until) if entry is last[record] else until
        known = told[record]
        steps = {name: [known.get(name, old), new] for name, (old, new) in changes.items()}
        known.update({name: new for name, (_, new) in changes.items()})
        entry.record_id = record.id
        entry.version = record.version
        entry.changes = {name: step for name, step in steps.items() if step[0] != step[1]} | entry.changes
        unit.add(entry)
    touched = list(last)
    if touched:
        from observatory.records.derived import refresh

        refresh(unit, touched)
    unit.flush()


def told_columns(cls: type[Record]) -> list[str]:
    """The columns whose changes the history tells: all but what follows from others (`info={"told": False}`)."""
    attributes = inspect(cls).column_attrs
    return [
        each.key
        for each in attributes
        if each.key not in _UNTOLD and each.columns[0].info.get("told", True) is not False
    ]


def _columns(record: Record) -> list[str]:
    return told_columns(type(record))


def _initial(record: Record) -> dict[str, list[Any]]:
    values = ((name, _plain(getattr(record, name, None))) for name in _columns(record))
    return {name: [None, value] for name, value in values if value not in (None, "", False)}


def _differences(record: Record) -> dict[str, tuple[Any, Any]]:
    state = inspect(record)
    found = {}
    for name in _columns(record):
        history = state.attrs[name].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                found[name] = (_plain(old), _plain(new))
    return found


def _plain(value: Any) -> Any:
    """`value` as JSON keeps it: dates as ISO text, decimals as text, sets as sorted lists."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return value
