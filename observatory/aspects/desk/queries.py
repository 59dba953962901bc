"""Reading what the desk holds: one's own files that wait, batches with what they changed, and remembered mappings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, and_, select
from sqlalchemy.orm import aliased, selectin_polymorphic

from observatory.aspects.desk.models import WAITS, ImportBatch, ImportMapping, ImportUpload
from observatory.kernel import clock, db, paging
from observatory.kernel.desk import Register
from observatory.kernel.policy import Actor
from observatory.kernel.text import fold, lazy_
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.records.queries import one_or_404, records, visible

_for = aliased(records)
_later = aliased(ImportBatch)


def upload(actor: Actor, id: str) -> ImportUpload:
    """A file that the actor sent under the mandate they act under now, and that still waits."""
    found: ImportUpload = one_or_404(_uploads(actor).where(ImportUpload.id == id))
    return found


def uploads(actor: Actor) -> list[ImportUpload]:
    """The actor's files that wait, newest first."""
    return list(db.session.scalars(_uploads(actor).order_by(ImportUpload.at.desc(), ImportUpload.id)))


def _uploads(actor: Actor) -> Select[Any]:
    return select(ImportUpload).where(
        ImportUpload.person_id == actor.person_id,
        ImportUpload.mandate_id == actor.mandate_id,
        ImportUpload.at > clock.now() - WAITS,
    )


def batches(actor: Actor, after: str | None) -> paging.Page[Any]:
    """All batches, newest first. What each changed is shown as far as the actor may see it; that it was, to everyone."""
    statement = _batches(actor, (-ImportBatch.id).label("key"))
    return paging.page_of(statement, [(-ImportBatch.id, "key", int)], after)


def batch(actor: Actor, id: int) -> Any:
    """A batch as a row, with whoever brought it and the one that took it back."""
    return one_or_404(_batches(actor, _later.id.label("superseded_by")).where(ImportBatch.id == id))


def _batches(actor: Actor, *more: Any) -> Select[Any]:
    columns = (
        ImportBatch.id, ImportBatch.register, ImportBatch.file_name, ImportBatch.sha256, ImportBatch.counts, ImportBatch.at,
        ImportBatch.mapping, ImportBatch.supersedes_id, ImportBatch.reason, ImportBatch.refused_sha256,
        _for.c.slug.label("organisation_slug"), _for.c.title.label("organisation"),
        _for.c.language.label("organisation_language"), *more,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(ImportBatch)
        .outerjoin(_for, and_(_for.c.id == ImportBatch.organisation_id, visible(actor, _for.c.id)))
        .outerjoin(_later, _later.supersedes_id == ImportBatch.id)
    )


def entity(actor: Actor, id: int) -> ImportBatch:
    """A batch, to be taken back."""
    found: ImportBatch = one_or_404(select(ImportBatch).where(ImportBatch.id == id))
    return found


def entries(actor: Actor, id: int, after: str | None) -> paging.Page[Any]:
    """What a batch did, in its order: history entries of records that the actor may see."""
    statement = (
        select(
            HistoryEntry.id, HistoryEntry.changes, HistoryEntry.event, records.c.kind, records.c.slug, records.c.title,
            records.c.language,
        )
        .join(records, records.c.id == HistoryEntry.record_id)
        .where(HistoryEntry.batch_id == id, visible(actor))
    )  # fmt: skip
    return paging.page_of(statement, [(HistoryEntry.id, "id", int)], after)


@dataclass(frozen=True)
class Step:
    """One change of a batch that is to be taken back: the former values, None where the batch had made the record; or
    the reason why it stays."""

    record: Record
    values: dict[str, Any] | None
    obstacle: object | None


def steps(actor: Actor, register: Register, batch_id: int, limit: int) -> list[Step]:
    """What taking a batch back would do, last change first; at most `limit`."""
    kinds = selectin_polymorphic(Record, Record.__subclasses__())
    statement = (
        select(HistoryEntry, Record)
        .options(kinds)
        .join(Record, Record.id == HistoryEntry.record_id)
        .where(HistoryEntry.batch_id == batch_id, visible(actor, Record.id))
        .order_by(HistoryEntry.id.desc())
        .limit(limit)
    )
    return [_step(register, entry, record) for entry, record in db.session.execute(statement)]


def _step(register: Register, entry: HistoryEntry, record: Record) -> Step:
    made = "title" in entry.changes and entry.changes["title"][0] is None
    if register.stored is None or register.revert is None:
        return Step(record, None, lazy_("This register can't be taken back."))
    now = register.stored(record)
    for name, (_old, new) in entry.changes.items():
        if name in now and not _same(now[name], new):
            return Step(record, None, lazy_("Somebody changed it since: it stays as it is now."))
    values = None if made else {name: old for name, (old, _new) in entry.changes.items() if name in now}
    return Step(record, values, register.obstacle(record, made))


def _same(now: object, written: object) -> bool:
    """Whether what is stored is what history wrote, where numbers and dates are texts."""
    if isinstance(now, Decimal) and written is not None:
        return now == Decimal(str(written)).quantize(now)
    return _text(now) == _text(written)


def _text(value: object) -> str:
    if value in (None, "", False):
        return ""
    return " ".join(sorted(map(str, value))) if isinstance(value, list | tuple | set) else str(value)


def signature(header: Sequence[str]) -> str:
    """By what a header is known again: its cells without capitals, accents and spaces."""
    return hashlib.sha256("\n".join(fold(cell) for cell in header if cell).encode()).hexdigest()


def remembered(actor: Actor, register: Register, header: Sequence[str]) -> dict[str, Any] | None:
    """How the actor's organisation had the last file with this header read."""
    statement = select(ImportMapping.mapping).where(
        ImportMapping.register == register.name,
        ImportMapping.organisation_id == actor.organisation_id,
        ImportMapping.signature == signature(header),
    )
    return db.session.scalar(statement)


def contents(connection: Connection) -> Iterator[str]:
    """The stored workbooks of refused rows."""
    yield from connection.scalars(select(ImportBatch.refused_sha256).where(ImportBatch.refused_sha256.is_not(None)))


def public(actor: Actor) -> Select[Any]:
    """Every batch, without the name of its file, which may say more than its rows."""
    batch = ImportBatch
    return select(
        batch.id, batch.register, batch.sha256, batch.counts, batch.at, batch.organisation_id, batch.supersedes_id, batch.reason
    ).order_by(batch.id)  # fmt: skip
