"""Reading sites: their pages and lists, who operates them, and the districts they produce in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select

from observatory.kernel import clock, db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.records.derived import labels_of
from observatory.records.models import DRAFT, PUBLISHED, Contradiction, Source
from observatory.records.queries import find_by_slug, one_or_404, records, titles, visible
from observatory.rooms.organisations.queries import at_or_below, places, state_is
from observatory.rooms.places.models import MINERALS, OPERATOR, Site, SiteDistrict, SiteOperator, Territory

FILTERS = ("stage", "mineral", "place", "operator", "state", "demo")
sites = Site.__table__
territories = Territory.__table__

_ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
    records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    records.c.keeper_id, sites.c.stage, sites.c.minerals,
)  # fmt: skip


def _rows(actor: Actor, *columns: Any) -> Select[Any]:
    joined = records.join(sites, sites.c.id == records.c.id)
    return select(*_ROW, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> Site:
    """The site at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, Site, slug)


def row(actor: Actor, slug: str) -> Any:
    """The site at an address, as a row with its source: for its page."""
    source = Source.__table__
    joined = records.join(sites, sites.c.id == records.c.id).outerjoin(source, source.c.id == records.c.source_id)
    columns = (
        records.c.version, source.c.title.label("source_title"), source.c.url.label("source_url"),
        source.c.as_of.label("source_as_of"),
    )  # fmt: skip
    statement = select(*_ROW, *columns).select_from(joined)
    return one_or_404(statement.where(visible(actor), records.c.kind == "site", records.c.slug == slug))


def _filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    statement = statement.where(state_is(filters.get("state")))
    if "stage" in filters:
        statement = statement.where(sites.c.stage == filters["stage"])
    if "mineral" in filters:
        known = filters["mineral"] in MINERALS
        text = cast(sites.c.minerals, String)
        statement = statement.where(text.like(f'%"{filters["mineral"]}"%') if known else sites.c.id.is_(None))
    if "place" in filters:
        statement = statement.where(at_or_below(filters["place"]))
    if "operator" in filters:
        organisation = select(records.c.id).where(
            records.c.kind == "organisation", records.c.slug == filters["operator"], records.c.state != DRAFT
        )
        theirs = select(SiteOperator.site_id).where(SiteOperator.organisation_id.in_(organisation))
        statement = statement.where(records.c.id.in_(theirs))
    if "demo" in filters:
        statement = statement.where(records.c.is_demo == (filters["demo"] == "yes"))
    return statement


def listing(
    actor: Actor, filters: Mapping[str, str], after: str | None = None, *, size: int = paging.PAGE
) -> paging.Page[Any]:
    """One page of sites by name, under `filters`."""
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(_filtered(_rows(actor), filters), keys, after, size=size)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """All sites under `filters`, with the codes of their places and their operators now: for the CSV."""
    found = db.session.execute(_filtered(_rows(actor), filters).order_by(records.c.sort_title, records.c.id)).all()
    for start in range(0, len(found), 200):
        part = found[start : start + 200]
        belongs, operating = places([row.id for row in part]), operators_now(actor, [row.id for row in part])
        for row in part:
            codes = [place.slug for place in belongs.get(row.id, ())]
            yield {**row._mapping, "districts": codes, "operators": operating.get(row.id, [])}


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The sites changed last, newest first: for the feed."""
    statement = _filtered(_rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def count(actor: Actor) -> int:
    """How many published sites that are not fictitious `actor` may see."""
    statement = select(func.count()).select_from(records)
    real = and_(records.c.kind == "site", records.c.state == PUBLISHED, records.c.is_demo.is_(False))
    return db.session.scalar(statement.where(real, visible(actor))) or 0


def _source_columns() -> tuple[Any, ...]:
    return Source.title.label("source_title"), Source.url.label("source_url"), Source.as_of.label("source_as_of")


def operators(actor: Actor, site_id: int) -> list[Any]:
    """Who operates a site or owns a part of it, the latest period first. The name of an organisation that `actor`
    may not see is null."""
    statement = (
        select(
            SiteOperator.id, SiteOperator.share, SiteOperator.role, SiteOperator.from_on, SiteOperator.to_on,
            records.c.slug, records.c.title, records.c.language, *_source_columns(),
        )
        .select_from(SiteOperator)
        .outerjoin(records, and_(records.c.id == SiteOperator.organisation_id, visible(actor)))
        .outerjoin(Source, Source.id == SiteOperator.source_id)
        .where(SiteOperator.site_id == site_id)
        .order_by(SiteOperator.role.desc(), SiteOperator.share.desc(), records.c.sort_title, SiteOperator.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def find_part(actor: Actor, slug: str, id: int) -> SiteOperator:
    """A part in the site at an address, as recorded under `id`, if the actor may see the site."""
    site = find(actor, slug)
    found: SiteOperator = one_or_404(select(SiteOperator).where(SiteOperator.id == id, SiteOperator.site_id == site.id))
    return found


def find_district(actor: Actor, slug: str, id: int) -> SiteDistrict:
    """A producing district of the site at an address, as recorded under `id`, if the actor may see the site."""
    site = find(actor, slug)
    found: SiteDistrict = one_or_404(select(SiteDistrict).where(SiteDistrict.id == id, SiteDistrict.site_id == site.id))
    return found


def find_question(actor: Actor, slug: str, id: int) -> Contradiction:
    """A question on which the sources about the site at an address disagree, if the actor may see the site."""
    site = find(actor, slug)
    statement = select(Contradiction).where(Contradiction.id == id, Contradiction.record_id == site.id)
    found: Contradiction = one_or_404(statement)
    return found


def described(actor: Actor, entry: SiteOperator | SiteDistrict | Contradiction) -> str:
    """What is about to be taken back, in words."""
    if isinstance(entry, Contradiction):
        return entry.question_es
    id = entry.organisation_id if isinstance(entry, SiteOperator) else entry.territory_id
    return titles([id]).get(id, "")


def by_date(rows: Sequence[Any], today: dt.date) -> tuple[list[Any], list[Any], list[Any]]:
    """The parts in force today, those to come and those that ended (latest first)."""
    current = [row for row in rows if SiteOperator.is_current(row.from_on, row.to_on, today)]
    coming = [row for row in rows if row.from_on is not None and row.from_on > today]
    past = [row for row in rows if row.to_on is not None and row.to_on < today]
    return current, sorted(coming, key=lambda row: row.from_on), sorted(past, key=lambda row: row.to_on, reverse=True)


def sum_of_shares(rows: Sequence[Any]) -> tuple[Decimal | None, bool]:
    """The sum of the shares known, and whether any is missing; None when none is known, since null is not zero."""
    known = [row.share for row in rows if row.share is not None]
    return (sum(known, Decimal(0)) if known else None), len(known) < len(rows)


def districts(actor: Actor, site_id: int) -> list[Any]:
    """The districts a site is said to produce in, each with the document that says so."""
    statement = (
        select(
            SiteDistrict.id, SiteDistrict.share, SiteDistrict.basis_es, SiteDistrict.basis_en,
            SiteDistrict.contradiction_id, records.c.slug, records.c.title, territories.c.path, *_source_columns(),
        )
        .select_from(SiteDistrict)
        .join(territories, territories.c.id == SiteDistrict.territory_id)
        .join(records, records.c.id == territories.c.id)
        .outerjoin(Source, Source.id == SiteDistrict.source_id)
        .where(SiteDistrict.site_id == site_id, visible(actor))
        .order_by(SiteDistrict.share.desc(), territories.c.path, SiteDistrict.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def operators_now(actor: Actor, site_ids: Sequence[int], today: dt.date | None = None) -> dict[int, list[str]]:
    """The names of the organisations that operate each of these sites now."""
    statement = (
        select(SiteOperator.site_id, records.c.title)
        .join(records, records.c.id == SiteOperator.organisation_id)
        .where(
            SiteOperator.site_id.in_(site_ids),
            SiteOperator.role == OPERATOR,
            or_(SiteOperator.from_on.is_(None), SiteOperator.from_on <= (today or clock.today())),
            or_(SiteOperator.to_on.is_(None), SiteOperator.to_on >= (today or clock.today())),
            visible(actor),
        )
        .order_by(records.c.sort_title)
    )
    found: dict[int, list[str]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.site_id, []).append(row.title)
    return found


def keeper(actor: Actor, site: Any) -> Any | None:
    """The organisation (slug, title) that keeps a site's page, if `actor` may see it."""
    statement = select(records.c.slug, records.c.title).where(records.c.id == site.keeper_id, visible(actor))
    return db.session.execute(statement).one_or_none() if site.keeper_id else None


def of_organisation(actor: Actor, organisation_id: int) -> list[Any]:
    """The sites that an organisation operates or owns a part of, or did: for its page."""
    statement = (
        select(
            records.c.slug, records.c.title, records.c.is_demo, sites.c.stage, SiteOperator.share, SiteOperator.role,
            SiteOperator.from_on, SiteOperator.to_on,
        )
        .select_from(SiteOperator)
        .join(sites, sites.c.id == SiteOperator.site_id)
        .join(records, records.c.id == sites.c.id)
        .where(SiteOperator.organisation_id == organisation_id, visible(actor))
        .order_by(SiteOperator.to_on.is_not(None), records.c.sort_title, SiteOperator.from_on.desc())
        .limit(50)
    )  # fmt: skip
    return list(db.session.execute(statement))


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these sites, in four statements."""
    joined = records.join(sites, sites.c.id == records.c.id)
    rows = db.session.execute(select(*_ROW).select_from(joined).where(records.c.id.in_(ids))).all()
    labels, belongs = labels_of(ids), places(ids)
    operating = operators_now(Actor.guest(), ids)
    for row in rows:
        yield Document(
            id=row.id,
            kind=row.kind,
            title=row.title,
            body="\n".join((row.summary, *operating.get(row.id, ()))),
            summary=row.summary,
            language=row.language,
            labels=labels[row.id],
            places=tuple(sorted({part for place in belongs.get(row.id, ()) for part in place.path.split("/")})),
            state=row.state,
            year=row.updated_at.year,
            url=f"/sites/{row.slug}",
            weight=1.2,
        )


def public_operators(actor: Actor) -> Select[Any]:
    """Who operates or owns which site, where the actor may see both."""
    both = (visible(actor, SiteOperator.site_id), visible(actor, SiteOperator.organisation_id))
    return select(SiteOperator.__table__).where(*both).order_by(SiteOperator.id)


def public_districts(actor: Actor) -> Select[Any]:
    """In which districts sites produce."""
    return select(SiteDistrict.__table__).where(visible(actor, SiteDistrict.site_id)).order_by(SiteDistrict.id)
