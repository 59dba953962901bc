"""Reading links from either end, and finding the record that somebody means."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from observatory.aspects.links.models import RecordLink
from observatory.kernel import db
from observatory.kernel.errors import NotFound
from observatory.kernel.policy import Actor
from observatory.kernel.text import sort_key
from observatory.records import Record
from observatory.records.models import DRAFT
from observatory.records.queries import one_or_404, records, visible

MOST_MEANT = 8


def of(actor: Actor, record_id: int) -> list[Any]:
    """The links of a record already shown, to and from records that the actor may see; `out` says which end it is."""
    out = RecordLink.from_id == record_id
    statement = (
        select(
            RecordLink.id, RecordLink.relation, RecordLink.note, out.label("out"), records.c.kind, records.c.slug,
            records.c.title, records.c.language,
        )
        .join(
            records,
            or_(
                (RecordLink.from_id == record_id) & (records.c.id == RecordLink.to_id),
                (RecordLink.to_id == record_id) & (records.c.id == RecordLink.from_id),
            ),
        )
        .where(or_(out, RecordLink.to_id == record_id), visible(actor))
        .order_by(RecordLink.relation, records.c.sort_title, RecordLink.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def find(actor: Actor, id: int) -> tuple[RecordLink, Record, Record]:
    """A link with both its records, if the actor may see them."""
    link = db.session.get(RecordLink, id)
    if link is None:
        raise NotFound
    begin, end = (
        one_or_404(select(Record).where(Record.id == each, visible(actor, Record.id)))
        for each in (link.from_id, link.to_id)
    )
    return link, begin, end


def meant(actor: Actor, name: str, kind: str | None = None, slug: str | None = None) -> list[Any]:
    """The records (id, kind, slug, title) that `name` is the title or the beginning of the title of, or the one at
    `kind` and `slug`; no drafts, since a link shows their name."""
    statement = select(records.c.id, records.c.kind, records.c.slug, records.c.title)
    statement = statement.where(visible(actor), records.c.state != DRAFT)
    if kind is not None:
        return list(db.session.execute(statement.where(records.c.kind == kind, records.c.slug == slug)))
    wanted = sort_key(name)
    for condition in (records.c.sort_title == wanted, records.c.sort_title.startswith(wanted, autoescape=True)):
        found = statement.where(condition).order_by(records.c.sort_title, records.c.id).limit(MOST_MEANT + 1)
        rows = list(db.session.execute(found)) if wanted else []
        if rows:
            return rows
    return []


def public(actor: Actor) -> Select[Any]:
    """Links of which the actor may see both ends."""
    return (
        select(RecordLink.id, RecordLink.from_id, RecordLink.to_id, RecordLink.relation, RecordLink.note, RecordLink.at)
        .where(visible(actor, RecordLink.from_id), visible(actor, RecordLink.to_id))
        .order_by(RecordLink.id)
    )
