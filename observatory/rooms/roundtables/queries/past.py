"""Sessions of all roundtables as a list, and what came of them as a table: a row for each outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Select, cast, extract, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db, paging
from observatory.kernel.policy import Actor
from observatory.records.models import WITHDRAWN, Record
from observatory.records.queries import records, visible
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.roundtables.models import AgendaItem, Minutes, Outcome
from observatory.rooms.roundtables.models.words import NO_QUORUM, PUBLISHED, SESSION_STATES
from observatory.rooms.roundtables.queries import sessions
from observatory.rooms.roundtables.queries.sessions import table

FILTERS = ("roundtable", "state", "year")
EXPORTED = (
    "roundtable", "session", "date", "state", "quorum", "venue", "item", "note", "outcome", "agreement", "organisation", "due",
    "commitment", "document", "document_url", "recorded", "fictitious", "page", "updated_at",
)  # fmt: skip
"""The columns of the table; those before the last four go in again."""
_AT_ONCE = 200


def filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    """`statement` over rows of sessions under the filters of an address; unknown values find nothing."""
    nothing = records.c.id.is_(None)
    state = filters.get("state")
    if state is not None:
        statement = statement.where(records.c.state == state if state in SESSION_STATES else nothing)
    else:
        statement = statement.where(records.c.state != WITHDRAWN)
    if "roundtable" in filters:
        statement = statement.where(table.c.slug == filters["roundtable"])
    if "year" in filters:
        year = filters["year"]
        if not (year.isascii() and year.isdigit() and 1900 <= int(year[:5]) <= 2150):
            return statement.where(nothing)
        first, next_ = (dt.datetime(int(year) + more, 1, 1, tzinfo=clock.LIMA) for more in (0, 1))
        begins = sessions.sessions.c.starts_at
        statement = statement.where(begins >= first, begins < next_)
    return statement


def listing(actor: Actor, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of sessions, the latest first."""
    minutes = -cast(extract("epoch", sessions.sessions.c.starts_at) / 60, Integer)
    statement = filtered(sessions.rows(actor, minutes.label("at"), (-records.c.id).label("key")), filters)
    return paging.page_of(statement, [(minutes, "at", int), (-records.c.id, "key", int)], after)


def recent(actor: Actor, filters: Mapping[str, str], limit: int) -> Sequence[Any]:
    """The sessions changed last, newest first: for the feed."""
    statement = filtered(sessions.rows(actor), filters).order_by(records.c.updated_at.desc(), records.c.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def choices(actor: Actor) -> list[tuple[str, str]]:
    """The roundtables of which there are sessions that the actor may see, by name: for a filter."""
    statement = sessions.rows(actor).with_only_columns(table.c.slug, table.c.title, table.c.sort_title).distinct()
    return [(row.slug, row.title) for row in db.session.execute(statement.order_by(table.c.sort_title, table.c.slug))]


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What came of the items of all sessions under these filters, each as a row; an item or a session of which nothing is
    told has one too. What a session that was run here decided is told once its minutes are published."""
    statement = filtered(sessions.rows(actor), filters).order_by(table.c.sort_title, sessions.sessions.c.number)
    found = db.session.execute(statement).all()
    for at in range(0, len(found), _AT_ONCE):
        part = found[at : at + _AT_ONCE]
        items, outcomes = _items([row.id for row in part]), _outcomes(actor, part)
        for session in part:
            base = _session(session)
            told = [
                base | {"item": item.title, "note": item.note} | outcome
                for item in items.get(session.id, ())
                for outcome in outcomes.get(item.id, [_NOTHING])
            ]
            yield from told or [base | {"item": "", "note": ""} | _NOTHING]


_NOTHING = dict.fromkeys(("outcome", "agreement", "organisation", "due", "commitment"))


def _session(row: Any) -> dict[str, Any]:
    day = (row.opened_at or row.starts_at).astimezone(clock.LIMA).date()
    return {
        "roundtable": row.roundtable_slug, "session": row.number, "date": day, "state": row.state,
        "quorum": "yes" if row.quorum_at else "no" if row.state == NO_QUORUM else None, "venue": row.venue,
        "document": row.document, "document_url": row.document_url, "recorded": row.recorded, "fictitious": row.is_demo,
        "page": f"/sessions/{row.slug}", "slug": row.slug, "updated_at": row.updated_at.isoformat(timespec="seconds"),
    }  # fmt: skip


def _items(ids: Sequence[int]) -> dict[int, list[Any]]:
    statement = select(AgendaItem.id, AgendaItem.session_id, AgendaItem.title, AgendaItem.note).where(
        AgendaItem.session_id.in_(ids)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement.order_by(AgendaItem.position, AgendaItem.id)):
        found.setdefault(row.session_id, []).append(row)
    return found


def _outcomes(actor: Actor, part: Sequence[Any]) -> dict[int, list[dict[str, Any]]]:
    """By item: with whoever answers for it and until when, as far as the actor may see the commitment that it is."""
    ids = [row.id for row in part]
    told = {row.id for row in part if row.recorded}
    minutes = select(Minutes.session_id).where(Minutes.session_id.in_(ids), Minutes.state == PUBLISHED)
    told |= set(db.session.scalars(minutes))
    promise, page, owes = Commitment.__table__, aliased(Record.__table__, name="page"), aliased(Record.__table__)
    outcome = Outcome.__table__
    joined = (
        outcome.outerjoin(page, (page.c.id == outcome.c.commitment_id) & visible(actor, page.c.id))
        .outerjoin(promise, promise.c.id == page.c.id)
        .outerjoin(owes, (owes.c.id == promise.c.accountable_id) & visible(actor, owes.c.id))
    )
    statement = (
        select(
            outcome.c.item_id, outcome.c.type, outcome.c.text, page.c.slug, promise.c.due_original,
            promise.c.accountable_as_written, owes.c.slug.label("owes"),
        )
        .select_from(joined)
        .where(outcome.c.session_id.in_(sorted(told)), outcome.c.taken_back == "")
        .order_by(outcome.c.id)
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.item_id, []).append(
            {
                "outcome": row.type, "agreement": row.text, "organisation": row.owes or row.accountable_as_written,
                "due": row.due_original, "commitment": row.slug,
            }
        )  # fmt: skip
    return found


def public_outcomes(actor: Actor) -> Select[Any]:
    """What came of items, as published minutes have it, or the document of a session that was not run here."""
    table, session, minutes = Outcome.__table__, sessions.sessions, Minutes.__table__
    joined = table.join(session, session.c.id == table.c.session_id).outerjoin(
        minutes, minutes.c.session_id == table.c.session_id
    )
    statement = select(*(column for column in table.c if column.name != "person_id")).select_from(joined)
    told = session.c.recorded | (minutes.c.state == PUBLISHED)
    return statement.where(visible(actor, table.c.session_id), told, table.c.taken_back == "").order_by(table.c.id)
