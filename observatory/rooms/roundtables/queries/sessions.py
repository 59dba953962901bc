"""Reading sessions: one of them with its agenda, those of a roundtable, and what might be on the next agenda."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db
from observatory.kernel.offers import Matter, Matters, Meeting
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document
from observatory.kernel.text import _
from observatory.records.derived import labels_of
from observatory.records.models import Record
from observatory.records.queries import find_by_slug, one_or_404, records, visible
from observatory.rooms.roundtables.models import AgendaItem, Outcome, RoundtableSession, Seat
from observatory.rooms.roundtables.models.words import AGREEMENT, CANCELLED, CONVENED, DEFERRAL, OVER, WITHDRAWN

sessions, items = RoundtableSession.__table__, AgendaItem.__table__
table = aliased(Record.__table__, name="roundtable")
ROW = (
    records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.summary, records.c.language, records.c.state,
    records.c.is_demo, records.c.created_at, records.c.updated_at, records.c.keeper_id, records.c.site_id, records.c.version,
    sessions.c.roundtable_id, sessions.c.number, sessions.c.starts_at, sessions.c.venue, sessions.c.online_url,
    sessions.c.convened_on, sessions.c.sequence, sessions.c.opened_at, sessions.c.quorum_at, sessions.c.ended_at,
    sessions.c.recorded, sessions.c.document, sessions.c.document_url, table.c.title.label("roundtable"), table.c.slug.label("roundtable_slug"),
    table.c.language.label("roundtable_language"),
)  # fmt: skip
MOST = 200


def rows(actor: Actor, *columns: Any) -> Select[Any]:
    """The sessions that the actor may see."""
    joined = records.join(sessions, sessions.c.id == records.c.id).join(table, table.c.id == sessions.c.roundtable_id)
    return select(*ROW, *columns).select_from(joined).where(visible(actor))


def find(actor: Actor, slug: str) -> RoundtableSession:
    """The session at an address, as an entity: for forms and writes."""
    return find_by_slug(actor, RoundtableSession, slug)


def row(actor: Actor, slug: str) -> Any:
    """The session at an address, as a row: for its page."""
    return one_or_404(rows(actor).where(records.c.kind == "session", records.c.slug == slug))


def by_id(actor: Actor, id: int) -> Any:
    """The same by its number."""
    return one_or_404(rows(actor).where(records.c.kind == "session", records.c.id == id))


def agenda(actor: Actor, session_id: int) -> list[Any]:
    """The items of a session, in order, with what they are about as far as the actor may see it."""
    about = aliased(Record.__table__, name="about")
    statement = (
        select(
            *items.c, about.c.kind.label("about_kind"), about.c.slug.label("about_slug"), about.c.title.label("about"),
            about.c.language.label("about_language"),
        )
        .select_from(items.outerjoin(about, (about.c.id == items.c.record_id) & visible(actor, about.c.id)))
        .where(items.c.session_id == session_id, visible(actor, items.c.session_id))
        .order_by(items.c.position, items.c.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def of_roundtable(actor: Actor, roundtable_id: int) -> list[Any]:
    """The sessions of a roundtable, the latest first."""
    statement = rows(actor).where(sessions.c.roundtable_id == roundtable_id, records.c.state != WITHDRAWN)
    return list(db.session.execute(statement.order_by(sessions.c.starts_at.desc(), records.c.id.desc()).limit(MOST)))


def to_come(actor: Actor, roundtable_id: int) -> Any:
    """The next session that was convened; None where none was."""
    statement = rows(actor).where(
        sessions.c.roundtable_id == roundtable_id, records.c.state == CONVENED, sessions.c.starts_at >= clock.now()
    )
    return db.session.execute(statement.order_by(sessions.c.starts_at).limit(1)).one_or_none()


def sitting(roundtable_id: int) -> list[int]:
    """The organisations that sit in a roundtable today, or may sit for one that does."""
    today, seat = clock.today(), Seat.__table__.c
    statement = select(seat.organisation_id, seat.alternate_id).where(
        seat.roundtable_id == roundtable_id, seat.from_on <= today, or_(seat.to_on.is_(None), seat.to_on >= today)
    )
    return sorted({id for found in db.session.execute(statement) for id in found if id is not None})


def offered(
    actor: Actor, session: RoundtableSession, sources: Mapping[str, Matters]
) -> list[tuple[Matters, list[tuple[str, Matter]]]]:
    """Matters arising that are not on the agenda yet, by source: (key, matter) each."""
    meeting = Meeting(session.keeper_id, session.site_id, _since(session))
    there = taken_up(session.id)
    found = []
    for source in sources.values():
        every = [(f"{source.name}-{each.key}", each) for each in source.offer(actor, meeting)]
        left = [pair for pair in every if mark_of(pair[1]) not in there]
        if left:
            found.append((source, left))
    return found


def taken_up(session_id: int) -> set[tuple[str, int]]:
    """What the agenda of a session already shown deals with: records, and items that were left for it."""
    found = db.session.execute(
        select(items.c.record_id, items.c.origin_id).where(items.c.session_id == session_id)
    ).all()
    marks = {("record", row.record_id) for row in found if row.record_id is not None}
    return marks | {("item", row.origin_id) for row in found if row.origin_id is not None}


def mark_of(matter: Matter) -> tuple[str, int]:
    """By what it is known that a matter is on an agenda."""
    if matter.record_id is not None:
        return "record", matter.record_id
    return "item", matter.origin_id or 0


def left_over(actor: Actor, meeting: Meeting) -> Sequence[Matter]:
    """What earlier sessions of a body left: deferred, or not dealt with; unless a later agenda has taken it up."""
    outcome, later = Outcome.__table__, items.alias("later")

    def latest(*types: str) -> Any:
        standing = select(func.max(outcome.c.id)).where(outcome.c.item_id == items.c.id, outcome.c.taken_back == "")
        return func.coalesce((standing.where(outcome.c.type.in_(types)) if types else standing).scalar_subquery(), 0)

    state = records.c.state.in_(OVER)
    gone = aliased(Record.__table__, name="gone")
    taken = (
        select(later.c.id)
        .join(gone, gone.c.id == later.c.session_id)
        .where(
            or_(later.c.origin_id == items.c.id, (later.c.record_id == items.c.record_id) & (later.c.id > items.c.id)),
            gone.c.state != CANCELLED,
            gone.c.keeper_id == meeting.body_id,
        )
    )
    statement = (
        select(items.c.id, items.c.title, items.c.record_id, records.c.slug, records.c.language, sessions.c.number)
        .select_from(items.join(sessions, sessions.c.id == items.c.session_id).join(records, records.c.id == sessions.c.id))
        .where(
            records.c.keeper_id == meeting.body_id, state, visible(actor),
            (latest(DEFERRAL) > latest(AGREEMENT)) | ((latest() == 0) & ~sessions.c.recorded), ~taken.exists(),
        )
        .order_by(sessions.c.starts_at.desc(), items.c.position)
        .limit(MOST)
    )  # fmt: skip
    return [
        Matter(
            row.record_id, row.title, row.language, f"/sessions/{row.slug}",
            _("left by session %(number)s", number=row.number), row.id,
        )
        for row in db.session.execute(statement)
    ]  # fmt: skip


def _since(session: RoundtableSession) -> dt.date | None:
    """The day of the session before that took place, or is still to."""
    before = (
        select(sessions.c.starts_at)
        .join(records, records.c.id == sessions.c.id)
        .where(
            sessions.c.roundtable_id == session.roundtable_id, sessions.c.starts_at < session.starts_at,
            records.c.state.not_in((CANCELLED, WITHDRAWN)),
        )
    )  # fmt: skip
    found = db.session.scalar(before.order_by(sessions.c.starts_at.desc()).limit(1))
    return found.astimezone(clock.LIMA).date() if found is not None else None


def documents(ids: Sequence[int]) -> Iterator[Document]:
    """The search documents of these sessions: their agenda, and what a document tells of those that were not run here."""
    joined = records.join(sessions, sessions.c.id == records.c.id).join(table, table.c.id == sessions.c.roundtable_id)
    found = db.session.execute(select(*ROW).select_from(joined).where(records.c.id.in_(ids))).all()
    told: dict[int, list[str]] = {}
    statement = select(items.c.session_id, items.c.title).where(items.c.session_id.in_(ids)).order_by(items.c.position)
    for each in db.session.execute(statement):
        told.setdefault(each.session_id, []).append(each.title)
    outcome = Outcome.__table__
    known = select(outcome.c.session_id, outcome.c.text).where(
        outcome.c.session_id.in_([each.id for each in found if each.recorded]), outcome.c.taken_back == ""
    )
    for each in db.session.execute(known.order_by(outcome.c.id)):
        told.setdefault(each.session_id, []).append(each.text)
    labels = labels_of(ids)
    for each in found:
        yield Document(
            id=each.id, kind="session", title=each.title, body="\n".join(told.get(each.id, ())), summary="",
            language=each.language, labels=labels[each.id], places=(), state=each.state, year=each.starts_at.astimezone(clock.LIMA).year,
            url=f"/sessions/{each.slug}", also=(), weight=0.9,
        )  # fmt: skip


def public_items(actor: Actor) -> Select[Any]:
    """The agenda of every session that the actor may see."""
    columns = [column for column in items.c if column.name != "discussion"]  # public with the minutes, not before
    return select(*columns).where(visible(actor, items.c.session_id)).order_by(items.c.id)
