"""Reading roundtables. Pages and lists read column rows, never whole entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db, paging
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.records.derived import labels_of
from observatory.records.models import DRAFT, PUBLISHED, WITHDRAWN, Record, Source
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.queries import at_or_below, belongs, places
from observatory.rooms.roundtables.models import (
    Commission,
    CommissionMember,
    Constituency,
    Roundtable,
    RoundtableSession,
    Seat,
)
from observatory.rooms.roundtables.models.words import HELD, STANDING, STATES

_held = aliased(Record.__table__, name="held")
_sessions = RoundtableSession.__table__.alias("sessions_held")
_opened = (
    select(func.max(_sessions.c.opened_at))
    .join(_held, _held.c.id == _sessions.c.id)
    .where(_sessions.c.roundtable_id == records.c.id, _held.c.state == HELD)
)
LAST_HELD = _opened.scalar_subquery().label("last_held")
"""When the session that a roundtable held last was opened."""
LAST_RUN = _opened.where(~_sessions.c.recorded).scalar_subquery().label("last_run")
"""The same of those that were run here."""
FILTERS = ("form", "state", "place", "demo")
roundtables = Roundtable.__table__
body = aliased(Record.__table__, name="body")
ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
    records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
    records.c.keeper_id, records.c.site_id, records.c.territory_id, roundtables.c.form, roundtables.c.founding_act,
    roundtables.c.founded_on, roundtables.c.expires_on, roundtables.c.quorum_percent, roundtables.c.quorum_strict,
    roundtables.c.decision_rule, roundtables.c.rhythm_days, roundtables.c.closed_on, body.c.title.label("body"),
    body.c.slug.label("body_slug"), body.c.language.label("body_language"), LAST_HELD, LAST_RUN,
)  # fmt: skip


def rows(actor: Actor, *columns: Any) -> Select[Any]:
    """The roundtables that the actor may see."""
    joined = records.join(roundtables, roundtables.c.id == records.c.id)
    joined = joined.outerjoin(body, body.c.id == records.c.keeper_id)
    return select(*ROW, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> Roundtable:
    """The roundtable at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, Roundtable, slug)


def row(actor: Actor, slug: str) -> Any:
    """The roundtable at an address, as a row with its site and its source: for its page."""
    site = aliased(Record.__table__, name="site")
    statement = rows(
        actor, records.c.version, roundtables.c.founding_url, site.c.slug.label("site_slug"), site.c.title.label("site"),
        Source.title.label("source_title"), Source.url.label("source_url"), Source.as_of.label("source_as_of"),
    )  # fmt: skip
    joined = statement.get_final_froms()[0].outerjoin(site, site.c.id == records.c.site_id)
    joined = joined.outerjoin(Source.__table__, Source.__table__.c.id == records.c.source_id)
    return one_or_404(statement.select_from(joined).where(records.c.slug == slug, records.c.kind == "roundtable"))


def filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    """`statement` over rows of roundtables under the filters of an address; unknown values find nothing."""
    state = filters.get("state")
    if state is not None:
        statement = statement.where(records.c.state == state if state in STATES else records.c.id.is_(None))
    else:
        statement = statement.where(records.c.state != WITHDRAWN)
    if "form" in filters:
        statement = statement.where(roundtables.c.form == filters["form"])
    if "demo" in filters:
        statement = statement.where(records.c.is_demo == (filters["demo"] == "yes"))
    if "place" in filters:
        statement = statement.where(at_or_below(filters["place"]))
    return statement


def listing(actor: Actor, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of roundtables by name."""
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(filtered(rows(actor), filters), keys, after)


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """All roundtables under these filters, by name: for the CSV."""
    statement = filtered(rows(actor), filters).order_by(records.c.sort_title, records.c.id)
    yield from db.session.execute(statement)


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The roundtables changed last, newest first: for the feed."""
    statement = filtered(rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def standing(actor: Actor, limit: int = 500) -> list[Any]:
    """Every roundtable that is published, those that were closed included: to be set in the order of their health."""
    statement = rows(actor).where(records.c.state != DRAFT, records.c.state != WITHDRAWN)
    return list(db.session.execute(statement.order_by(records.c.sort_title, records.c.id).limit(limit)))


def count(actor: Actor) -> int:
    """How many roundtables stand that are not fictitious and the actor may see."""
    statement = select(func.count()).where(
        records.c.kind == "roundtable", records.c.state.in_(STANDING), records.c.is_demo.is_(False), visible(actor)
    )
    return db.session.scalar(statement) or 0


def constituencies(roundtable_id: int) -> list[Any]:
    """Those who sit for one sector or group in a roundtable already shown: (id, name, needed)."""
    table = Constituency.__table__
    statement = select(table).where(table.c.roundtable_id == roundtable_id).order_by(table.c.id)
    return list(db.session.execute(statement))


def seats(roundtable_id: int, *, today: dt.date | None = None, former: bool = False) -> list[Any]:
    """The seats of a roundtable already shown, on a day, with who sits and who may sit for it; or those that were ended."""
    today = today or clock.today()
    table, alternate = Seat.__table__, aliased(Record.__table__, name="alternate")
    over = table.c.to_on < today
    statement = (
        select(
            *table.c, records.c.slug, records.c.title, records.c.language, alternate.c.title.label("alternate"),
            alternate.c.slug.label("alternate_slug"), alternate.c.language.label("alternate_language"),
        )
        .select_from(
            table.join(records, records.c.id == table.c.organisation_id).outerjoin(
                alternate, alternate.c.id == table.c.alternate_id
            )
        )
        .where(table.c.roundtable_id == roundtable_id)
        .order_by(table.c.constituency_id, records.c.sort_title, table.c.id)
    )  # fmt: skip
    if former:
        return list(db.session.execute(statement.where(over)))
    lasts = (table.c.from_on <= today) & (table.c.to_on.is_(None) | (table.c.to_on >= today))
    return list(db.session.execute(statement.where(lasts)))


def commissions(roundtable_id: int) -> list[tuple[Any, list[Any]]]:
    """The commissions of a roundtable already shown, each with the organisations that work in it."""
    table, member = Commission.__table__, CommissionMember.__table__
    found = list(
        db.session.execute(
            select(table)
            .where(table.c.roundtable_id == roundtable_id)
            .order_by(table.c.closed_on.is_not(None), table.c.id)
        )
    )
    statement = (
        select(member.c.commission_id, records.c.slug, records.c.title, records.c.language)
        .join(records, records.c.id == member.c.organisation_id)
        .where(member.c.commission_id.in_([each.id for each in found]))
        .order_by(records.c.sort_title)
    )
    members: dict[int, list[Any]] = {}
    for each in db.session.execute(statement) if found else ():
        members.setdefault(each.commission_id, []).append(each)
    return [(each, members.get(each.id, [])) for each in found]


def find_part(actor: Actor, cls: Any, roundtable: Roundtable, id: int) -> Any:
    """A constituency, a seat or a commission of a roundtable that the actor may see, as an entity."""
    found = select(cls).where(cls.id == id, cls.roundtable_id == roundtable.id, visible(actor, cls.roundtable_id))
    return one_or_404(found)


def bodies_without(actor: Actor) -> list[tuple[int, str]]:
    """The participation bodies that have no page of a roundtable yet, by name: for a choice."""
    own, organisation = Record.__table__.alias("own"), Organisation.__table__
    taken = select(own.c.id).where(own.c.kind == "roundtable", own.c.keeper_id == records.c.id)
    statement = (
        select(records.c.id, records.c.title)
        .join(organisation, organisation.c.id == records.c.id)
        .where(
            organisation.c.sector == "participation_body", records.c.state == PUBLISHED, visible(actor), ~taken.exists()
        )
        .order_by(records.c.sort_title)
    )
    return [(found.id, found.title) for found in db.session.execute(statement)]


def seatable(actor: Actor, *, is_demo: bool, but: int | None) -> list[tuple[int, str]]:
    """The organisations that may sit in a roundtable or answer for something there: published, and as real or as fictitious
    as it is; by name, without the body itself."""
    statement = select(records.c.id, records.c.title).where(
        records.c.kind == "organisation", records.c.state == PUBLISHED, records.c.is_demo == is_demo,
        records.c.id != but, visible(actor),
    )  # fmt: skip
    return [(found.id, found.title) for found in db.session.execute(statement.order_by(records.c.sort_title))]


def of_organisation(actor: Actor, organisation_id: int) -> list[Any]:
    """The roundtables in which an organisation sits now, or that it is."""
    today = clock.today()
    seat = Seat.__table__.c
    sits = select(seat.roundtable_id).where(
        seat.organisation_id == organisation_id, seat.from_on <= today, seat.to_on.is_(None) | (seat.to_on >= today)
    )
    own = records.c.id.in_(sits) | (records.c.keeper_id == organisation_id)
    statement = rows(actor).where(own, records.c.state.in_(STANDING), records.c.kind == "roundtable")
    return list(db.session.execute(statement.order_by(records.c.sort_title).limit(20)))


def of_place(actor: Actor, path: str) -> list[Any]:
    """The roundtables that belong at the place of a path or within it."""
    statement = rows(actor).where(belongs(path), records.c.kind == "roundtable", records.c.state.in_(STANDING))
    return list(db.session.execute(statement.order_by(records.c.sort_title).limit(10)))


def of_site(actor: Actor, site_id: int) -> list[Any]:
    """The roundtables about a site."""
    statement = rows(actor).where(records.c.site_id == site_id, records.c.state.in_(STANDING))
    return list(db.session.execute(statement.order_by(records.c.sort_title).limit(10)))


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these roundtables, in three statements."""
    joined = records.join(roundtables, roundtables.c.id == records.c.id).outerjoin(
        body, body.c.id == records.c.keeper_id
    )
    found = db.session.execute(select(*ROW).select_from(joined).where(records.c.id.in_(ids))).all()
    labels, belongs = labels_of(ids), places(ids)
    for each in found:
        told = (each.summary, each.founding_act, each.body)
        yield Document(
            id=each.id, kind="roundtable", title=each.title, body="\n".join(part for part in told if part),
            summary=each.summary, language=each.language, labels=labels[each.id],
            places=tuple(sorted({part for place in belongs.get(each.id, ()) for part in place.path.split("/")})), state=each.state, year=each.updated_at.year,
            url=f"/roundtables/{each.slug}", also=(each.slug,), weight=1.3,
        )  # fmt: skip


def public_seats(actor: Actor) -> Select[Any]:
    """Every seat of the roundtables that the actor may see."""
    table = Seat.__table__
    return select(*table.c).where(visible(actor, table.c.roundtable_id)).order_by(table.c.id)


def public_constituencies(actor: Actor) -> Select[Any]:
    """Every constituency of the roundtables that the actor may see."""
    table = Constituency.__table__
    return select(*table.c).where(visible(actor, table.c.roundtable_id)).order_by(table.c.id)


def public_commissions(actor: Actor) -> Select[Any]:
    """Every commission of the roundtables that the actor may see."""
    table = Commission.__table__
    return select(*table.c).where(visible(actor, table.c.roundtable_id)).order_by(table.c.id)
