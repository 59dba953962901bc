"""Reading territories: their pages, lists, codes and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.kernel.text import sort_key
from observatory.records.derived import labels_of
from observatory.records.models import Record, Source
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.organisations.queries import belongs, inside
from observatory.rooms.places.models import COUNTRY, DEPARTMENT, DISTRICT, PROVINCE, Territory, level_of

FILTERS = ("level", "place", "q")
territories = Territory.__table__
ORDER = {level: position for position, level in enumerate((COUNTRY, DEPARTMENT, PROVINCE, DISTRICT))}
_RANK = case(ORDER, value=territories.c.level, else_=9)

_ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
    records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    records.c.keeper_id, territories.c.level, territories.c.inei, territories.c.reniec, territories.c.parent_id,
    territories.c.path, territories.c.capital, territories.c.population, territories.c.short,
)  # fmt: skip


def _rows(actor: Actor, *columns: Any) -> Select[Any]:
    joined = records.join(territories, territories.c.id == records.c.id)
    return select(*_ROW, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> Territory:
    """The territory with this code, as an entity: for forms and writes."""
    return find_by_slug(actor, Territory, slug)


def row(actor: Actor, slug: str) -> Any:
    """The territory with this code, as a row with the source of its population: for its page."""
    source = Source.__table__
    joined = records.join(territories, territories.c.id == records.c.id)
    joined = joined.outerjoin(source, source.c.id == territories.c.population_source_id)
    columns = (
        records.c.version, territories.c.latitude, territories.c.longitude, territories.c.altitude,
        territories.c.valid_from, territories.c.valid_to, territories.c.predecessor_id,
        source.c.title.label("source_title"), source.c.url.label("source_url"), source.c.as_of.label("source_as_of"),
        source.c.note.label("source_note"),
    )  # fmt: skip
    statement = select(*_ROW, *columns).select_from(joined)
    return one_or_404(statement.where(visible(actor), records.c.kind == "territory", records.c.slug == slug))


def ancestors(path: str) -> list[Any]:
    """The territories (slug, title, level) above the one at `path`, the country first."""
    codes = path.split("/")[:-1]
    if not codes:
        return []
    statement = select(records.c.slug, records.c.title, territories.c.level, territories.c.path)
    statement = statement.join(territories, territories.c.id == records.c.id)
    return list(db.session.execute(statement.where(records.c.slug.in_(codes)).order_by(territories.c.path)))


def children(actor: Actor, territory_id: int) -> list[Any]:
    """The territories directly within one, by name."""
    statement = _rows(actor).where(territories.c.parent_id == territory_id)
    return list(db.session.execute(statement.order_by(records.c.sort_title, records.c.id)))


def siblings(actor: Actor, place: Any) -> tuple[Any | None, Any | None]:
    """The neighbours by name within the same parent: (the one before, the one after)."""
    if place.parent_id is None:
        return None, None
    statement = select(records.c.slug, records.c.title).join(territories, territories.c.id == records.c.id)
    statement = statement.where(territories.c.parent_id == place.parent_id, visible(actor))
    found = list(db.session.execute(statement.order_by(records.c.sort_title, records.c.id)))
    at = next(i for i, row in enumerate(found) if row.slug == place.slug)
    return (found[at - 1] if at else None), (found[at + 1] if at + 1 < len(found) else None)


def lately_here(actor: Actor, path: str, limit: int = 6) -> list[Any]:
    """What belongs at a place or below and was changed last, of any kind, as rows for cards."""
    statement = select(*_ROW[:12]).where(belongs(path), visible(actor), records.c.state == "published")
    return list(db.session.execute(statement.order_by(records.c.updated_at.desc(), records.c.id.desc()).limit(limit)))


@dataclass(frozen=True)
class Tile:
    """A region on the tile map: position, letters, and what it links to."""

    row: int
    column: int
    short: str
    name: str
    slug: str
    population: int | None

    @property
    def klass(self) -> str:
        """Its colour class: k1 to k5 by rising population, k0 where none is known."""
        if self.population is None:
            return "k0"
        return f"k{1 + sum(self.population > bound for bound in TILE_BOUNDS)}"


TILE_BOUNDS = (250_000, 500_000, 1_000_000, 1_500_000)
"""Where the colour of a tile changes, in inhabitants."""


def tiles(actor: Actor) -> list[Tile]:
    """The regions as tiles, by row and column."""
    statement = select(
        territories.c.tile_row, territories.c.tile_column, territories.c.short, records.c.title, records.c.slug,
        territories.c.population,
    ).join(records, records.c.id == territories.c.id).where(
        visible(actor), territories.c.level == DEPARTMENT, territories.c.tile_row.is_not(None)
    )  # fmt: skip
    ordered = db.session.execute(statement.order_by(territories.c.tile_row, territories.c.tile_column))
    return [Tile(*row) for row in ordered]


def _filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    if "level" in filters:
        statement = statement.where(territories.c.level == filters["level"])
    if "place" in filters:
        above = select(territories.c.path).join(records, records.c.id == territories.c.id)
        path = db.session.scalar(above.where(records.c.kind == "territory", records.c.slug == filters["place"]))
        statement = statement.where(inside(path, territories.c.path) if path else territories.c.path.is_(None))
    if "q" in filters:
        statement = statement.where(records.c.sort_title.startswith(sort_key(filters["q"]), autoescape=True))
    return statement


def listing(actor: Actor, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of territories by name, under `filters`."""
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(_filtered(_rows(actor), filters), keys, after, size=50)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """All territories under `filters` by path, streamed, with the names above them: for the CSV."""
    parent, source = aliased(Record.__table__), Source.__table__
    joined = (
        records.join(territories, territories.c.id == records.c.id)
        .outerjoin(parent, parent.c.id == territories.c.parent_id)
        .outerjoin(source, source.c.id == territories.c.population_source_id)
    )
    columns = (
        territories.c.latitude, territories.c.longitude, territories.c.altitude,
        parent.c.slug.label("parent"), source.c.title.label("population_source"),
    )  # fmt: skip
    statement = _filtered(select(*_ROW, *columns).select_from(joined).where(visible(actor)), filters)
    names = names_by_code(actor)
    for row in db.session.execute(statement.order_by(territories.c.path).execution_options(yield_per=500)):
        above = row.path.split("/")[1:]
        yield {
            **row._mapping,
            "department": names.get(above[0]) if above else None,
            "province": names.get(above[1]) if len(above) > 1 else None,
        }


def names_by_code(actor: Actor) -> dict[str, str]:
    """The names of departments and provinces by code: few enough to hold."""
    statement = select(records.c.slug, records.c.title).join(territories, territories.c.id == records.c.id)
    statement = statement.where(visible(actor), territories.c.level.in_((DEPARTMENT, PROVINCE)))
    return {row.slug: row.title for row in db.session.execute(statement)}


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The territories changed last, newest first: for the feed."""
    statement = _filtered(_rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def count_districts(actor: Actor) -> int:
    """How many districts there are."""
    return db.session.scalar(select(func.count()).where(territories.c.level == DISTRICT)) or 0


def by_reniec(actor: Actor, code: str) -> Any | None:
    """The territory with this RENIEC code, if a pair is recorded."""
    return db.session.execute(_rows(actor).where(territories.c.reniec == code)).one_or_none()


def named(actor: Actor, text: str, limit: int = 60) -> list[Any]:
    """The places that `text` may mean: a code in either system, else a whole name, else how a name begins.

    "San Juan, Lucanas" keeps those whose department or province is called like what follows the comma. With the
    names of the province and the department beside each, since district names repeat.
    """
    text = " ".join(text.split())[:100]
    if not text:
        return []
    if level_of(text) is not None and text.isdigit():
        code = or_(records.c.slug == text, territories.c.reniec == text)
        return list(db.session.execute(_rows(actor).where(code).order_by(territories.c.path)))
    name, _comma, context = (part.strip() for part in text.partition(","))
    wanted = sort_key(name)
    if not wanted:
        return []
    for condition in (records.c.sort_title == wanted, records.c.sort_title.startswith(wanted, autoescape=True)):
        statement = _rows(actor).where(condition)
        statement = statement.order_by(_RANK, records.c.sort_title, territories.c.path).limit(limit)
        found = list(db.session.execute(statement))
        if context:
            names = names_by_code(actor)
            within = sort_key(context)
            kept = [row for row in found if any(_is(within, names.get(part)) for part in row.path.split("/")[1:-1])]
            found = kept or found
        if found:
            return found
    return []


def _is(wanted: str, name: str | None) -> bool:
    return name is not None and sort_key(name).startswith(wanted)


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these territories, in two statements; a larger place weighs more."""
    joined = records.join(territories, territories.c.id == records.c.id)
    rows = db.session.execute(select(*_ROW).select_from(joined).where(records.c.id.in_(ids))).all()
    labels = labels_of(ids)
    for row in rows:
        yield Document(
            id=row.id,
            kind=row.kind,
            title=row.title,
            body=" ".join(part for part in (row.summary, row.capital) if part),
            summary=row.summary,
            language=row.language,
            labels=labels[row.id],
            places=tuple(row.path.split("/")),
            state=row.state,
            year=row.updated_at.year,
            url=f"/places/{row.slug}",
            also=tuple(dict.fromkeys(code for code in (row.inei, row.reniec) if code)),
            weight=WEIGHTS.get(row.level, 1.0),
        )


WEIGHTS = {COUNTRY: 2.0, DEPARTMENT: 1.8, PROVINCE: 1.4, DISTRICT: 1.0}


def names(values: Sequence[str]) -> dict[str, object]:
    """The names of the places with these codes: the words of the search facet."""
    statement = select(records.c.slug, records.c.title).where(
        records.c.kind == "territory", records.c.slug.in_(list(values))
    )
    return {row.slug: row.title for row in db.session.execute(statement)}
