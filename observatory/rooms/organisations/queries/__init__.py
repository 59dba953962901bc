"""Reading organisations. Pages and lists read column rows, never whole entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, column, func, or_, select, table
from sqlalchemy.orm import aliased

from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.records.derived import labels_of
from observatory.records.models import DRAFT, PUBLISHED, WITHDRAWN, Record, RecordPlace, Source
from observatory.records.queries import find_by_slug, one_or_404, records, titles, visible
from observatory.rooms.organisations.models import Control, Organisation, Succession
from observatory.rooms.organisations.queries.succession import former_names

FILTERS = ("sector", "level", "place", "state", "demo")
organisations = Organisation.__table__
territories = table("territories", column("id"), column("path", String))
"""The places room lies above this one: only these columns of its table are known here."""

_ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
    records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    records.c.keeper_id, organisations.c.acronym, organisations.c.sector, organisations.c.level,
)  # fmt: skip


def _rows(actor: Actor, *columns: Any) -> Select[Any]:
    joined = records.join(organisations, organisations.c.id == records.c.id)
    # The kind, although the join implies it, lets the index give the rows in the order of the list.
    return select(*_ROW, *columns).select_from(joined).where(records.c.kind == "organisation", visible(actor))


def find(actor: Actor, slug: str) -> Organisation:
    """The organisation at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, Organisation, slug)


def row(actor: Actor, slug: str) -> Any:
    """The organisation at an address, as a row with its source: for its page."""
    joined = records.join(organisations, organisations.c.id == records.c.id)
    joined = joined.outerjoin(Source.__table__, Source.__table__.c.id == records.c.source_id)
    statement = select(
        *_ROW, records.c.version, organisations.c.ruc, organisations.c.website,
        Source.title.label("source_title"), Source.url.label("source_url"), Source.as_of.label("source_as_of"),
    ).select_from(joined).where(visible(actor), records.c.kind == "organisation", records.c.slug == slug)  # fmt: skip
    return one_or_404(statement)


def inside(path: str, column: ColumnElement[str] = territories.c.path) -> ColumnElement[bool]:
    """The condition that a territory lies within the one at `path`: a range, which the index of paths answers."""
    return and_(column > f"{path}/", column < f"{path}0")  # "0" follows "/"


def below(path: str, column: ColumnElement[str] = territories.c.path) -> ColumnElement[bool]:
    """The condition that a territory is the one at `path` or lies within it."""
    return or_(column == path, inside(path, column))


def path_of(code: str) -> str | None:
    """The path of the place with this code, from its record."""
    statement = select(territories.c.path).join(records, records.c.id == territories.c.id)
    found: str | None = db.session.scalar(statement.where(records.c.kind == "territory", records.c.slug == code))
    return found


def at_or_below(code: str) -> ColumnElement[bool]:
    """The condition that a record belongs at the place with this code or within it; none does at an unknown one."""
    path = path_of(code)
    if path is None:
        return records.c.id.is_(None)
    return belongs(path)


def belongs(path: str) -> ColumnElement[bool]:
    """The condition that a record belongs at the territory of `path` or within it.

    In a country almost everything does, so it is asked of each record as it comes; elsewhere what belongs is read first.
    """
    joined = RecordPlace.__table__.join(territories, territories.c.id == RecordPlace.territory_id)
    places = select(RecordPlace.record_id).select_from(joined).where(below(path))
    if "/" not in path:
        return places.where(RecordPlace.record_id == records.c.id).correlate(records).exists()
    return records.c.id.in_(places)


def state_is(wanted: str | None) -> ColumnElement[bool]:
    """The condition of the filter `state`; without it, everything but what was withdrawn."""
    if wanted in {DRAFT, PUBLISHED, WITHDRAWN}:
        return records.c.state == wanted
    return records.c.state != WITHDRAWN


def _filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    statement = statement.where(state_is(filters.get("state")))
    if "sector" in filters:
        statement = statement.where(organisations.c.sector == filters["sector"])
    if "level" in filters:
        statement = statement.where(organisations.c.level == filters["level"])
    if "demo" in filters:
        statement = statement.where(records.c.is_demo == (filters["demo"] == "yes"))
    if "place" in filters:
        statement = statement.where(at_or_below(filters["place"]))
    return statement


def listing(
    actor: Actor, filters: Mapping[str, str], after: str | None = None, *, size: int = paging.PAGE
) -> paging.Page[Any]:
    """One page of organisations by name, under `filters`."""
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(_filtered(_rows(actor), filters), keys, after, size=size)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """All organisations under `filters`, streamed, with RUC, website and the codes of their places: for the CSV."""
    place = aliased(Record.__table__)
    codes = (
        select(func.aggregate_strings(place.c.slug, " "))
        .select_from(RecordPlace.__table__.join(place, place.c.id == RecordPlace.territory_id))
        .where(RecordPlace.record_id == records.c.id)
        .scalar_subquery()
    )
    statement = _filtered(_rows(actor, organisations.c.ruc, organisations.c.website, codes.label("places")), filters)
    statement = statement.order_by(records.c.sort_title, records.c.id).execution_options(yield_per=500)
    yield from db.session.execute(statement)


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The organisations changed last, newest first: for the feed."""
    statement = _filtered(_rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def count(actor: Actor) -> int:
    """How many published organisations that are not fictitious `actor` may see."""
    statement = select(func.count()).select_from(records).where(
        records.c.kind == "organisation", records.c.state == PUBLISHED, records.c.is_demo.is_(False), visible(actor)
    )  # fmt: skip
    return db.session.scalar(statement) or 0


def places(record_ids: Iterable[int]) -> dict[int, list[Any]]:
    """The places (slug, title, path) where each of these records belongs."""
    found: dict[int, list[Any]] = {}
    statement = (
        select(RecordPlace.record_id, records.c.slug, records.c.title, territories.c.path)
        .join(territories, territories.c.id == RecordPlace.territory_id)
        .join(records, records.c.id == territories.c.id)
        .where(RecordPlace.record_id.in_(list(record_ids)))
        .order_by(territories.c.path)
    )
    for place in db.session.execute(statement):
        found.setdefault(place.record_id, []).append(place)
    return found


def territory_ids(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the places with these codes; unknown codes are missing from the answer."""
    statement = select(records.c.slug, records.c.id).where(
        records.c.kind == "territory", records.c.slug.in_(sorted(set(codes)))
    )
    return {place.slug: place.id for place in db.session.execute(statement)}


def controls(actor: Actor, organisation_id: int) -> list[Any]:
    """Who controls this organisation and whom it controls, current ones first; `up` says which end a row shows."""
    up = Control.organisation_id == organisation_id
    statement = (
        select(
            Control.id, records.c.slug, records.c.title, records.c.language, Control.from_on, Control.to_on,
            Source.title.label("source_title"), Source.url.label("source_url"), up.label("up"),
        )
        .select_from(Control)
        .join(
            records,
            or_(
                and_(up, records.c.id == Control.parent_id),
                and_(Control.parent_id == organisation_id, records.c.id == Control.organisation_id),
            ),
        )
        .outerjoin(Source, Source.id == Control.source_id)
        .where(visible(actor))
        .order_by(Control.to_on.is_not(None), Control.from_on.desc(), records.c.sort_title)
    )  # fmt: skip
    return list(db.session.execute(statement))


def successions(actor: Actor, organisation_id: int) -> list[Any]:
    """What this organisation was before and what it became; `before` says which end a row shows."""
    before = Succession.successor_id == organisation_id
    statement = (
        select(
            Succession.id, records.c.slug, records.c.title, records.c.language, Succession.on, Succession.how,
            Source.title.label("source_title"), Source.url.label("source_url"), before.label("before"),
        )
        .select_from(Succession)
        .join(
            records,
            or_(
                and_(before, records.c.id == Succession.predecessor_id),
                and_(Succession.predecessor_id == organisation_id, records.c.id == Succession.successor_id),
            ),
        )
        .outerjoin(Source, Source.id == Succession.source_id)
        .where(visible(actor))
        .order_by(Succession.on, records.c.sort_title)
    )  # fmt: skip
    return list(db.session.execute(statement))


def find_control(actor: Actor, slug: str, id: int) -> Control:
    """Who controls the organisation at an address, as recorded under `id`, if the actor may see it."""
    organisation = find(actor, slug)
    found: Control = one_or_404(select(Control).where(Control.id == id, Control.organisation_id == organisation.id))
    return found


def find_succession(actor: Actor, slug: str, id: int) -> Succession:
    """What the organisation at an address became, as recorded under `id`, if the actor may see it."""
    organisation = find(actor, slug)
    statement = select(Succession).where(Succession.id == id, Succession.predecessor_id == organisation.id)
    found: Succession = one_or_404(statement)
    return found


def described(actor: Actor, row: Control | Succession) -> str:
    """The other organisation of a relation about to be taken back."""
    return titles([row.parent_id if isinstance(row, Control) else row.successor_id]).popitem()[1]


def kept(actor: Actor, organisation_id: int, after: str | None = None, *, size: int = paging.PAGE) -> paging.Page[Any]:
    """Everything this organisation keeps, itself left out, by title."""
    columns = _ROW[:12]
    statement = select(*columns).where(
        records.c.keeper_id == organisation_id, records.c.id != organisation_id, visible(actor)
    )
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(statement, keys, after, size=size)


def chain_of_control(organisation_id: int) -> set[int]:
    """Everybody above an organisation in any period: what it must never come to control."""
    parents: dict[int, set[int]] = {}
    for child, parent in db.session.execute(select(Control.organisation_id, Control.parent_id)):
        parents.setdefault(child, set()).add(parent)
    seen: set[int] = set()
    waiting = [organisation_id]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return seen


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these organisations, in five statements."""
    joined = records.join(organisations, organisations.c.id == records.c.id)
    rows = db.session.execute(select(*_ROW, organisations.c.ruc).select_from(joined).where(records.c.id.in_(ids))).all()
    labels, belongs, former = labels_of(ids), places(ids), former_names(ids)
    for found in rows:
        yield Document(
            id=found.id,
            kind=found.kind,
            title=found.title,
            body=found.summary,
            summary=found.summary,
            language=found.language,
            labels=labels[found.id],
            places=tuple(sorted({part for place in belongs.get(found.id, ()) for part in place.path.split("/")})),
            sector=found.sector,
            state=found.state,
            year=found.updated_at.year,
            url=f"/organisations/{found.slug}",
            also=(*(name for name in (found.acronym, found.ruc) if name), *former.get(found.id, ())),
        )


def place_title(code: str) -> str | None:
    """What the place with this code is called, to name a filter."""
    statement = select(records.c.title).where(records.c.kind == "territory", records.c.slug == code)
    found: str | None = db.session.scalar(statement)
    return found
