"""Reading handovers: the list, one of them, those of an organisation, and the offices that should open one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.people.models import Mandate
from observatory.people.queries import STEWARDS
from observatory.records.derived import labels_of
from observatory.records.models import PUBLISHED, Record
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.handovers import formulas
from observatory.rooms.handovers.models import INCOMING, OUTGOING, Handover, HandoverItem
from observatory.rooms.organisations.queries import path_of, places, territories

FILTERS = ("stage", "organisation", "place", "orphaned", "demo")
SOON = 120
"""Days before the end of a manager's mandate from which its organisation is reminded to open a handover."""
handovers = Handover.__table__
items = HandoverItem.__table__
office = aliased(Record.__table__, name="office")
ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
    records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    records.c.keeper_id, handovers.c.term_ends_on, handovers.c.act, handovers.c.proclaimed_by,
    office.c.title.label("office"), office.c.slug.label("office_slug"), office.c.language.label("office_language"),
)  # fmt: skip


def rows(actor: Actor, *columns: Any) -> Select[Any]:
    """The handovers that the actor may see, each with its organisation and who has signed."""
    joined = records.join(handovers, handovers.c.id == records.c.id).join(office, office.c.id == records.c.keeper_id)
    signed = (
        formulas.signed_sql(OUTGOING).label("outgoing_signed"), formulas.signed_sql(INCOMING).label("incoming_signed"),
        (-records.c.id).label("newest"),
    )  # fmt: skip
    return select(*ROW, *signed, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> Handover:
    """The handover at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, Handover, slug)


def row(actor: Actor, slug: str) -> Any:
    """The handover at an address, as a row: for its page."""
    return one_or_404(rows(actor, records.c.version).where(records.c.kind == "handover", records.c.slug == slug))


def filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    """`statement` over rows of handovers under the filters of an address; unknown values find nothing."""
    today = clock.today()
    if "stage" in filters:
        statement = statement.where(formulas.stage_is_sql(filters["stage"], today))
    if "organisation" in filters:
        statement = statement.where(office.c.slug == filters["organisation"])
    if filters.get("orphaned") == "1":
        statement = statement.where(formulas.orphaned_sql(today))
    if "demo" in filters:
        statement = statement.where(records.c.is_demo == (filters["demo"] == "yes"))
    if "place" in filters:
        statement = statement.where(_within(filters["place"]))
    return statement


def _within(code: str) -> Any:
    """The condition that the organisation of a handover belongs at a place or within it."""
    path = path_of(code)
    if path is None:
        return records.c.id.is_(None)
    own = db.Base.metadata.tables["record_places"].c
    there = or_(territories.c.path == path, territories.c.path.startswith(f"{path}/", autoescape=True))
    return records.c.keeper_id.in_(
        select(own.record_id).join(territories, territories.c.id == own.territory_id).where(there)
    )


def listing(actor: Actor, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of handovers, the newest first."""
    return paging.page_of(filtered(rows(actor), filters), [(-records.c.id, "newest", int)], after)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All handovers under these filters with their counts: for the CSV."""
    today = clock.today()
    found = db.session.execute(filtered(rows(actor), filters).order_by(-records.c.id)).all()
    counted = counts([row.id for row in found])
    for row in found:
        told = {**row._mapping, **counted[row.id], "stage": formulas.stage(row, today)}
        yield told | {"orphaned": told["pending"] if formulas.is_over(row, today) else 0}


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The handovers changed last, newest first: for the feed."""
    statement = filtered(rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def count(actor: Actor) -> int:
    """How many handovers that are not fictitious the actor may see."""
    statement = select(func.count()).where(
        records.c.kind == "handover", records.c.is_demo.is_(False), visible(actor)
    )  # fmt: skip
    return db.session.scalar(statement) or 0


def counts(ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many items of each of these handovers there are, were received, were observed, and are pending; how many the
    outgoing office has spoken of. Items that not everybody may see are counted too: a number gives nothing away."""
    told = or_(items.c.confirmed_at.is_not(None), items.c.note != "")
    statement = (
        select(items.c.handover_id, items.c.answer, func.count().label("size"), func.count().filter(told).label("told"))
        .where(items.c.handover_id.in_(list(ids)))
        .group_by(items.c.handover_id, items.c.answer)
    )
    found = {id: {"all": 0, "received": 0, "observed": 0, "pending": 0, "told": 0} for id in ids}
    for part in db.session.execute(statement) if ids else ():
        own = found[part.handover_id]
        own[part.answer or "pending"] += part.size
        own["all"] += part.size
        own["told"] += part.told
    return found


def of_organisation(actor: Actor, organisation_id: int, limit: int = 10) -> list[Any]:
    """The handovers of an organisation, the newest first."""
    statement = rows(actor).where(records.c.keeper_id == organisation_id, records.c.kind == "handover")
    return list(db.session.execute(statement.order_by(-records.c.id).limit(limit)))


def to_open(actor: Actor, organisation_id: int | None = None) -> list[Any]:
    """The organisations whose manager's mandate ends soon and that have opened no handover: told to their own people and
    to stewards; of one organisation, or of at most fifty. (slug, title, language, last day)."""
    stewards = STEWARDS in actor.labels
    if not stewards and not actor.organisation_ids:
        return []
    today, mandate, opened = clock.today(), Mandate.__table__.c, aliased(Record.__table__, name="opened")
    until = today + dt.timedelta(days=SOON)
    there = (
        select(opened.c.id)
        .join(handovers, handovers.c.id == opened.c.id)
        .where(opened.c.keeper_id == records.c.id, handovers.c.term_ends_on >= today)
    )
    statement = (
        select(records.c.slug, records.c.title, records.c.language, func.min(mandate.to_on).label("to_on"))
        .join(
            Mandate,
            and_(
                Mandate.organisation_id == records.c.id,
                Mandate.role == "manager",
                Mandate.is_live(today),
                Mandate.to_on <= until,
            ),
        )
        .where(records.c.kind == "organisation", records.c.state == PUBLISHED, visible(actor), ~there.exists())
        .group_by(records.c.id, records.c.slug, records.c.title, records.c.language)
    )
    if organisation_id is not None:
        statement = statement.where(records.c.id == organisation_id)
    if not stewards:
        statement = statement.where(records.c.id.in_(actor.organisation_ids))
    return list(db.session.execute(statement.order_by(func.min(mandate.to_on), records.c.id).limit(50)))


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these handovers: of the items nothing, since not everybody may see each."""
    joined = records.join(handovers, handovers.c.id == records.c.id).join(office, office.c.id == records.c.keeper_id)
    found = db.session.execute(select(*ROW).select_from(joined).where(records.c.id.in_(ids))).all()
    labels, belongs = labels_of(ids), places([row.keeper_id for row in found])
    for each in found:
        there = {part for place in belongs.get(each.keeper_id, ()) for part in place.path.split("/")}
        yield Document(
            id=each.id, kind="handover", title=each.title, body=f"{each.act}\n{each.proclaimed_by}", summary="",
            language=each.language, labels=labels[each.id], places=tuple(sorted(there)), state=each.state,
            year=each.term_ends_on.year, url=f"/handovers/{each.slug}", also=(each.office,), weight=0.9,
        )  # fmt: skip
