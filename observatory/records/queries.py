"""Reading records: every read begins with what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, select

from observatory.kernel import db
from observatory.kernel.errors import NotFound
from observatory.kernel.policy import PUBLIC, Actor
from observatory.records.history import HistoryEntry
from observatory.records.models import DRAFT, Contradiction, Fact, Record, RecordAudience, RecordPlace, Source

T = TypeVar("T")
R = TypeVar("R", bound=Record)
records = Record.__table__
"""Columns for pages and lists, which read rows and never whole entities."""


def visible(actor: Actor, column: ColumnElement[Any] | Any = None) -> ColumnElement[bool]:
    """The condition that the record whose id is `column` may be seen by `actor`."""
    column = records.c.id if column is None else column
    labels = sorted(actor.labels)
    allowed = RecordAudience.label == labels[0] if len(labels) == 1 else RecordAudience.label.in_(labels)
    return exists().where(RecordAudience.record_id == column, allowed)


def visible_to(actor: Actor, cls: type[R]) -> Select[Any]:
    """Select entities of `cls` that `actor` may see: for forms and writes."""
    return select(cls).where(visible(actor, cls.id))


def one_or_404(statement: Select[Any]) -> Any:
    """The one entity or row that `statement` finds; NotFound if there is none."""
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return found[0] if len(found) == 1 else found


def find_by_slug(actor: Actor, cls: type[R], slug: str) -> R:
    """The entity at an address, if `actor` may see it; NotFound otherwise."""
    entity: R = one_or_404(visible_to(actor, cls).where(cls.slug == slug))
    return entity


def find_record(actor: Actor, kind: str, slug: str) -> Record:
    """The entity of any kind at an address, if `actor` may see it; NotFound otherwise."""
    entity: Record = one_or_404(
        select(Record).where(visible(actor, Record.id), Record.kind == kind, Record.slug == slug)
    )
    return entity


def titles(ids: Iterable[int | None]) -> dict[int, str]:
    """Titles by id, for showing references. Not an audience check: use it for records already shown."""
    wanted = sorted({id for id in ids if id is not None})
    if not wanted:
        return {}
    rows = db.session.execute(select(records.c.id, records.c.title).where(records.c.id.in_(wanted)))
    return {row.id: row.title for row in rows}


def choices(actor: Actor, kind: str, *, only: Iterable[int] | None = None) -> list[tuple[int, str]]:
    """(id, title) of every record of `kind` that `actor` may see, by title: for the choices of a form."""
    statement = select(records.c.id, records.c.title).where(records.c.kind == kind, visible(actor))
    if only is not None:
        statement = statement.where(records.c.id.in_(list(only)))
    return [(row.id, row.title) for row in db.session.execute(statement.order_by(records.c.sort_title))]


def facts_of(record_id: int) -> list[Any]:
    """The sourced sentences about a record already shown, as rows with the source's columns beside them."""
    return list(
        db.session.execute(
            select(
                Fact.id,
                Fact.text_es,
                Fact.text_en,
                Fact.value,
                Fact.as_of,
                Fact.contradiction_id,
                Source.title.label("source_title"),
                Source.url.label("source_url"),
            )
            .outerjoin(Source, Source.id == Fact.source_id)
            .where(Fact.record_id == record_id)
            .order_by(Fact.id)
        )
    )


def contradictions_of(record_id: int) -> list[Any]:
    """The questions on which the sources about a record already shown disagree."""
    statement = select(Contradiction, Source.title.label("source_title"), Source.url.label("source_url"))
    statement = statement.outerjoin(Source, Source.id == Contradiction.source_id)
    return list(db.session.execute(statement.where(Contradiction.record_id == record_id).order_by(Contradiction.id)))


def source_choices() -> list[tuple[int, str]]:
    """(id, title) of every source, for the choices of a form."""
    return [(row.id, row.title) for row in db.session.execute(select(Source.id, Source.title).order_by(Source.title))]


def last_reason(record_id: int, event: str) -> str | None:
    """The reason given when `event` last happened to a record already shown."""
    statement = select(HistoryEntry.facts).where(HistoryEntry.record_id == record_id, HistoryEntry.event == event)
    facts = db.session.scalar(statement.order_by(HistoryEntry.id.desc()).limit(1))
    return str(facts["reason"]) if facts and facts.get("reason") else None


def recent(actor: Actor, limit: int, *, demo: bool | None = None) -> list[Any]:
    """The records changed last, newest first, as rows for cards."""
    statement = select(
        records.c.id,
        records.c.kind,
        records.c.slug,
        records.c.title,
        records.c.summary,
        records.c.language,
        records.c.state,
        records.c.is_demo,
        records.c.updated_at,
        records.c.created_at,
    ).where(visible(actor), records.c.state != DRAFT)
    if demo is not None:
        statement = statement.where(records.c.is_demo == demo)
    return list(db.session.execute(statement.order_by(records.c.updated_at.desc(), records.c.id).limit(limit)))


def filters_of(arguments: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The filters given in an address: known names, non-empty values of reasonable length."""
    return {name: arguments[name].strip()[:100] for name in names if arguments.get(name, "").strip()}


__all__ = [
    "PUBLIC",
    "choices",
    "contradictions_of",
    "facts_of",
    "filters_of",
    "find_by_slug",
    "find_record",
    "last_reason",
    "one_or_404",
    "public_places",
    "recent",
    "records",
    "source_choices",
    "titles",
    "visible",
    "visible_to",
]


def public_places(actor: Actor) -> Select[Any]:
    """Where the records that the actor may see belong."""
    columns: Any = (RecordPlace.record_id, RecordPlace.territory_id)
    statement: Select[Any] = select(*columns).where(visible(actor, RecordPlace.record_id))
    return statement.order_by(*columns)


__all__ = [
    "PUBLIC",
    "choices",
    "contradictions_of",
    "facts_of",
    "filters_of",
    "find_by_slug",
    "find_record",
    "last_reason",
    "one_or_404",
    "public_places",
    "recent",
    "records",
    "source_choices",
    "titles",
    "visible",
    "visible_to",
]
