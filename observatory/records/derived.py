"""What follows from a record and is kept beside it: its audience labels and its turn in the search queue."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from observatory.kernel import clock, db
from observatory.kernel.db import Base, Database
from observatory.kernel.logs import log
from observatory.kernel.search import Document, WhooshShelf
from observatory.records.models import Record, RecordAudience

Audience = Callable[[Record], set[str]]
Texts = Callable[[Sequence[int]], Mapping[int, str]]
Documents = Callable[[Sequence[int]], Iterable[Document]]
BATCH = 200

_audiences: dict[str, Audience] = {}
_documents: dict[str, Documents] = {}
_texts: list[Texts] = []


def declare(kind: str, audience: Audience, documents: Documents) -> None:
    """Say who may see records of `kind` and how they are searched; the registry does so for every manifest."""
    _audiences[kind] = audience
    _documents[kind] = documents


def declare_texts(every: Sequence[Texts]) -> None:
    """Say what else is searched of any record, such as the words of its files: by record, none where there are none."""
    _texts[:] = every


class SearchQueueRow(Base):
    """A record whose search document must be written anew; the row goes when that is done."""

    __tablename__ = "search_queue"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int]
    at: Mapped[dt.datetime]


def refresh(unit: Session, records: Sequence[Record]) -> None:
    """Bring labels up to date and queue the records for search, in the transaction that changed them."""
    wanted = {record.id: _audiences[record.kind](record) for record in records}
    kept: dict[int, set[str]] = defaultdict(set)
    ids = list(wanted)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        rows = unit.execute(
            select(RecordAudience.record_id, RecordAudience.label).where(RecordAudience.record_id.in_(part))
        )
        for record_id, label in rows:
            kept[record_id].add(label)
    added = [{"record_id": id, "label": label} for id, labels in wanted.items() for label in labels - kept[id]]
    if added:
        unit.execute(insert(RecordAudience), added)
    for record_id, labels in wanted.items():
        gone = kept[record_id] - labels
        if gone:
            unit.execute(
                delete(RecordAudience).where(RecordAudience.record_id == record_id, RecordAudience.label.in_(gone))
            )
    queue(ids)


def queue(ids: Sequence[int]) -> None:
    """Have these records indexed anew, in the open unit of work."""
    now = clock.now()
    db.session.execute(insert(SearchQueueRow), [{"record_id": id, "at": now} for id in ids])


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """The search documents of these records, kind by kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for record_id, kind in db.session.execute(
        select(Record.__table__.c.id, Record.__table__.c.kind).where(Record.__table__.c.id.in_(ids))
    ):
        by_kind[kind].append(record_id)
    for kind, found in by_kind.items():
        more = [texts(found) for texts in _texts]
        for document in _documents[kind](found):
            told = [texts[document.id] for texts in more if document.id in texts]
            yield replace(document, body="\n".join([document.body, *told])) if told else document


def labels_of(ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The audience labels of each of these records."""
    found: dict[int, set[str]] = defaultdict(set)
    for record_id, label in db.session.execute(
        select(RecordAudience.record_id, RecordAudience.label).where(RecordAudience.record_id.in_(ids))
    ):
        found[record_id].add(label)
    return {id: frozenset(found[id]) for id in ids}


def drain(database: Database, shelf: WhooshShelf) -> int:
    """Write what is queued into the index; answers how many rows were done. For the one drainer only.

    The rows are deleted after the index has committed: killed in between, the work is done twice, never lost. An index
    that is missing or of another version of the program is built anew first: with the next change alone, it would
    look whole and find nothing else.
    """
    if not shelf.is_usable() and _any(database):
        log.warning("index_built_anew", records=rebuild(database, shelf))
    with database.reading() as unit:
        rows = unit.execute(
            select(SearchQueueRow.id, SearchQueueRow.record_id).order_by(SearchQueueRow.id).limit(BATCH)
        ).all()
        ids = sorted({row.record_id for row in rows})
        found = list(documents(ids)) if ids else []
    if not rows:
        return 0
    present = {document.id for document in found}
    shelf.update(found, delete=[id for id in ids if id not in present])
    with database.side_transaction() as unit:
        unit.execute(delete(SearchQueueRow).where(SearchQueueRow.id.in_([row.id for row in rows])))
    return len(rows)


def rebuild(database: Database, shelf: WhooshShelf, progress: Callable[[int], None] | None = None) -> int:
    """Write the whole index anew beside the old one and swap. What changes meanwhile stays queued for `drain`."""

    def every() -> Iterable[Document]:
        # Read once the shelf holds its writing lock: what was drained before it is in this snapshot.
        with database.reading() as unit:
            ids = list(unit.scalars(select(Record.__table__.c.id).order_by(Record.__table__.c.id)))
            for start in range(0, len(ids), BATCH):
                yield from documents(ids[start : start + BATCH])

    return shelf.rebuild(every(), progress)


def _any(database: Database) -> bool:
    return database.scalar(select(Record.__table__.c.id).limit(1)) is not None


@dataclass(frozen=True)
class Compared:
    """The index beside the database. `problem` is a sentence, or None while all is well."""

    records: int
    held: int
    waiting: int
    problem: str | None
    """`held` is 0 where the index can't be read."""


def compared(database: Database, shelf: WhooshShelf) -> Compared:
    """Whether the index can be read and holds every record, but those whose changes still wait to be written."""
    with database.reading() as unit:
        records = unit.scalar(select(func.count()).select_from(Record.__table__)) or 0
        waiting = queued()
    problem = shelf.check() if records else None  # where there is nothing yet, nothing is missing
    held = shelf.count() if records and problem is None else 0
    if problem is None and held < records and not waiting:
        problem = f"The search index holds {held} of {records} records and must be rebuilt."
    return Compared(records, held, waiting, problem)


def queued() -> int:
    """How many records wait to be indexed."""
    return db.session.scalar(select(func.count()).select_from(SearchQueueRow)) or 0
