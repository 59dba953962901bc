"""Linking. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

from sqlalchemy import select

from observatory.aspects.links import events, policy
from observatory.aspects.links.models import RELATIONS, RecordLink
from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Record, given_reason, note
from observatory.records.models import DRAFT
from observatory.records.queries import records, visible


@verb(policy.LINK)
def link(
    actor: Actor, record: Record, *, target_id: int, relation: str, why: str = "", version: int | None = None
) -> RecordLink:
    """Say how a record stands to another."""
    record.expect(version, {})
    if relation not in RELATIONS:
        raise Invalid(lazy_("Choose one from the list."), field="relation")
    found = select(records.c.id, records.c.title, records.c.state).where(records.c.id == target_id, visible(actor))
    target = db.session.execute(found).one_or_none()
    if target is None or target.state == DRAFT:
        raise Invalid(lazy_("There is no such page, or it is not published."), field="target")
    if target.id == record.id:
        raise Invalid(lazy_("A page can't be linked to itself."), field="target")
    same = select(RecordLink.id).where(
        RecordLink.from_id == record.id, RecordLink.to_id == target.id, RecordLink.relation == relation
    )
    if db.session.scalar(same) is not None:
        raise Invalid(lazy_("These two are linked like that already."), field="target")
    made = RecordLink(from_id=record.id, to_id=target.id, relation=relation, note=" ".join((why or "").split())[:300])
    db.session.add(made)
    db.session.flush()
    note(actor, record, events.Linked(target=target.title), link=(None, [relation, target.title]))
    return made


@verb(policy.LINK)
def unlink(
    actor: Actor, record: Record, *, found: RecordLink, target: Record, reason: str, version: int | None = None
) -> None:
    """Take back a link; the history keeps it, with the reason."""
    record.expect(version, {})
    fact = events.Unlinked(target=target.title, reason=given_reason(reason))
    note(actor, record, fact, link=([found.relation, target.title], None))
    db.session.delete(found)
