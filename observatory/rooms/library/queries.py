"""Reading the library. Pages and lists read column rows, never whole entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document as Entry
from observatory.records.derived import labels_of
from observatory.records.models import WITHDRAWN, Record, Source
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.library.models import Document, DocumentPart
from observatory.rooms.organisations.queries import at_or_below, places

FILTERS = ("collection", "place", "about")
PANEL = 8
MOST_SEARCHED = 600_000
documents_ = Document.__table__
parts = DocumentPart.__table__
_ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.summary, records.c.language, records.c.state,
    records.c.is_demo, records.c.created_at, records.c.updated_at, records.c.keeper_id, records.c.territory_id,
    documents_.c.collection, documents_.c.position, documents_.c.author, documents_.c.issued,
)  # fmt: skip
_JOINED = records.join(documents_, documents_.c.id == records.c.id)


def _rows(actor: Actor, *columns: Any) -> Select[Any]:
    return select(*_ROW, *columns).select_from(_JOINED).where(records.c.kind == "document", visible(actor))


def _filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    statement = statement.where(records.c.state != WITHDRAWN)
    if "collection" in filters:
        statement = statement.where(documents_.c.collection == filters["collection"])
    if "about" in filters:
        about = select(records.c.id).where(records.c.kind == "organisation", records.c.slug == filters["about"])
        statement = statement.where(documents_.c.about_id == about.scalar_subquery())
    if "place" in filters:
        statement = statement.where(at_or_below(filters["place"]))
    return statement


def listing(actor: Actor, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of documents, those of a collection together and in its order."""
    keys = [
        (documents_.c.collection, "collection", str), (documents_.c.position, "position", int), (records.c.id, "id", int),
    ]  # fmt: skip
    return paging.page_of(_filtered(_rows(actor), filters), keys, after)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """All documents under `filters`, streamed: for the CSV."""
    statement = _filtered(_rows(actor, documents_.c.url, documents_.c.file_name, documents_.c.sha256), filters)
    order = (documents_.c.collection, documents_.c.position, records.c.id)
    yield from db.session.execute(statement.order_by(*order).execution_options(yield_per=500))


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The documents changed last, newest first: for the feed."""
    statement = _filtered(_rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def collections(actor: Actor) -> list[tuple[str, int]]:
    """The collections, each with how many documents it has."""
    statement = (
        select(documents_.c.collection, func.count())
        .select_from(_JOINED)
        .where(visible(actor), records.c.state != WITHDRAWN, documents_.c.collection != "")
        .group_by(documents_.c.collection)
        .order_by(documents_.c.collection)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def row(actor: Actor, slug: str) -> Any:
    """The document at an address, with its source, what it is about and how many parts it has."""
    about, place = Record.__table__.alias("about"), Record.__table__.alias("place")
    joined = (
        _JOINED.outerjoin(Source.__table__, Source.__table__.c.id == records.c.source_id)
        .outerjoin(about, about.c.id == documents_.c.about_id)
        .outerjoin(place, place.c.id == records.c.territory_id)
    )
    count = select(func.count()).where(parts.c.document_id == records.c.id).scalar_subquery()
    statement = select(
        *_ROW, records.c.version, documents_.c.url, documents_.c.file_name, documents_.c.sha256, count.label("parts"),
        Source.title.label("source_title"), Source.url.label("source_url"), Source.as_of.label("source_as_of"),
        Source.licence.label("source_licence"), about.c.slug.label("about_slug"), about.c.title.label("about_title"),
        about.c.language.label("about_language"), place.c.slug.label("place_slug"), place.c.title.label("place_title"),
    ).select_from(joined).where(visible(actor), records.c.kind == "document", records.c.slug == slug)  # fmt: skip
    return one_or_404(statement)


def part(actor: Actor, document_id: int, number: int) -> Any:
    """One part of a document already shown."""
    columns = (parts.c.number, parts.c.heading, parts.c.html)
    return one_or_404(select(*columns).where(parts.c.document_id == document_id, parts.c.number == number))


def contents(actor: Actor, document_id: int) -> list[Any]:
    """The numbers and headings of a document already shown."""
    columns = (parts.c.number, parts.c.heading)
    return list(db.session.execute(select(*columns).where(parts.c.document_id == document_id).order_by(parts.c.number)))


def beside(actor: Actor, document: Any) -> tuple[Any, Any]:
    """The documents before and after one already shown, in its collection; None at its ends."""
    if not document.collection:
        return None, None
    same = _rows(actor).where(documents_.c.collection == document.collection, records.c.state != WITHDRAWN)
    before = same.where(documents_.c.position < document.position).order_by(documents_.c.position.desc())
    after = same.where(documents_.c.position > document.position).order_by(documents_.c.position)
    return db.session.execute(before.limit(1)).first(), db.session.execute(after.limit(1)).first()


def about(actor: Actor, record: Any) -> list[Any]:
    """What the library holds about a place or an organisation already shown: by collection, with how many and, where
    it is one, which."""
    here = documents_.c.about_id == record.id if record.kind == "organisation" else records.c.territory_id == record.id
    statement = (
        select(
            documents_.c.collection, func.count().label("count"), func.min(records.c.slug).label("slug"),
            func.min(records.c.title).label("title"), func.min(records.c.language).label("language"),
        )
        .select_from(_JOINED)
        .where(here, visible(actor), records.c.state != WITHDRAWN)
        .group_by(documents_.c.collection, _alone())
        .order_by(documents_.c.collection)
        .limit(PANEL)
    )  # fmt: skip
    return list(db.session.execute(statement))


def _alone() -> Any:
    """What tells documents without a collection apart, and puts those of one together."""
    return case((documents_.c.collection == "", records.c.id), else_=0)


def find(actor: Actor, slug: str) -> Document:
    """The document at an address, as an entity: for writes."""
    return find_by_slug(actor, Document, slug)


def known(actor: Actor, collection: str) -> dict[str, Document]:
    """The documents of a collection by the names of their files, with their parts: to bring a folder again."""
    statement = select(Document).where(Document.collection == collection, visible(actor, Document.id))
    found = db.session.scalars(statement.options(selectinload(Document.parts)))
    return {document.file_name: document for document in found}


def documents(ids: Sequence[int]) -> Iterable[Entry]:
    """The search documents of these documents, with all their words."""
    labels = labels_of(ids)
    words: dict[int, list[str]] = {id: [] for id in ids}
    listed = select(parts.c.document_id, parts.c.text).where(parts.c.document_id.in_(ids))
    for each in db.session.execute(listed.order_by(parts.c.document_id, parts.c.number)):
        words[each.document_id].append(each.text)
    belongs = places(ids)
    for found in db.session.execute(select(*_ROW).select_from(_JOINED).where(records.c.id.in_(ids))):
        yield Entry(
            id=found.id, kind="document", title=found.title, summary=found.summary, language=found.language,
            body="\n".join(words[found.id])[:MOST_SEARCHED], labels=labels[found.id], state=found.state,
            url=f"/library/{found.slug}", also=(found.collection,) if found.collection else (),
            places=tuple(sorted({code for place in belongs.get(found.id, ()) for code in place.path.split("/")})), weight=0.4 if found.state == WITHDRAWN else 0.9,
        )  # fmt: skip


def public(actor: Actor) -> Select[Any]:
    """The words of all documents."""
    return (
        select(parts.c.document_id, parts.c.number, parts.c.heading, parts.c.text)
        .where(visible(actor, parts.c.document_id))
        .order_by(parts.c.document_id, parts.c.number)
    )
