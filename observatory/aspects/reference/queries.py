"""Reading sources, the facts that rest on them, and the history of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from observatory.aspects.reference.models import SourceChange
from observatory.kernel import db, paging
from observatory.kernel.errors import NotFound
from observatory.kernel.policy import Actor
from observatory.kernel.text import fold
from observatory.people.models import Person
from observatory.records import Fact, Record, Source
from observatory.records.models import Contradiction
from observatory.records.queries import one_or_404, records, visible

FIELDS = ("title", "publisher", "url", "licence", "as_of", "note")


def find_fact(actor: Actor, id: int) -> tuple[Fact, Record]:
    """A fact with the record it is about, if the actor may see that one."""
    fact = db.session.get(Fact, id)
    if fact is None:
        raise NotFound
    record: Record = one_or_404(select(Record).where(visible(actor, Record.id), Record.id == fact.record_id))
    return fact, record


def questions(actor: Actor, record_id: int) -> list[tuple[int, str]]:
    """The questions on which sources about a record already shown disagree: (id, question)."""
    statement = select(Contradiction.id, Contradiction.question_es).where(Contradiction.record_id == record_id)
    return [(row.id, row.question_es) for row in db.session.execute(statement.order_by(Contradiction.id))]


def sources(actor: Actor, after: str | None, q: str) -> paging.Page[Any]:
    """One page of sources by title; everybody may see them."""
    statement = select(Source.id, Source.title, Source.publisher, Source.as_of, Source.licence, Source.url)
    words = fold(q).replace("%", "").replace("_", "")
    if words:
        statement = statement.where(or_(Source.title.icontains(q.strip()), Source.publisher.icontains(q.strip())))
    return paging.page_of(statement, [(Source.title, "title", str), (Source.id, "id", int)], after)


def find_source(actor: Actor, id: int) -> Source:
    """A source, as an entity; everybody may see them."""
    source = db.session.get(Source, id)
    if source is None:
        raise NotFound
    return source


@dataclass(frozen=True)
class Edition:
    """How often a source was changed: what a form that shows it carries."""

    version: int


def edition(actor: Actor, source_id: int) -> Edition:
    """The edition of a source as it is now."""
    changes = select(func.count()).where(SourceChange.source_id == source_id)
    return Edition(db.session.scalar(changes) or 0)


def resting_on(actor: Actor, source_id: int, limit: int = 50) -> list[Any]:
    """The records that state something by this source, as rows for cards, by title."""
    stated = select(Fact.record_id).where(Fact.source_id == source_id)
    statement = select(
        records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.summary, records.c.language,
        records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    ).where(visible(actor), or_(records.c.source_id == source_id, records.c.id.in_(stated)))  # fmt: skip
    return list(db.session.execute(statement.order_by(records.c.sort_title, records.c.id).limit(limit + 1)))


def changes_of(actor: Actor, source_id: int) -> list[Any]:
    """What became of a source, newest first: (at, changes, person, organisation)."""
    statement = (
        select(
            SourceChange.at, SourceChange.changes, Person.name, Person.closed_at, records.c.title.label("organisation")
        )
        .outerjoin(Person, Person.id == SourceChange.person_id)
        .outerjoin(records, records.c.id == SourceChange.organisation_id)
        .where(SourceChange.source_id == source_id)
        .order_by(SourceChange.id.desc())
    )
    return list(db.session.execute(statement))


def public(actor: Actor) -> Select[Any]:
    """All sources."""
    return select(Source.__table__).order_by(Source.id)


def public_facts(actor: Actor) -> Select[Any]:
    """The sourced sentences about records that the actor may see."""
    return select(Fact.__table__).where(visible(actor, Fact.record_id)).order_by(Fact.id)


def public_contradictions(actor: Actor) -> Select[Any]:
    """The questions on which sources disagree, of records that the actor may see."""
    return select(Contradiction.__table__).where(visible(actor, Contradiction.record_id)).order_by(Contradiction.id)
