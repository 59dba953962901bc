"""Tagging. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import delete, select

from observatory.aspects.tags import events, policy, queries
from observatory.aspects.tags.models import RecordTag, Tag
from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Record, note

_KEY = re.compile(r"[a-z0-9-]{2,40}")


@verb(policy.ADD_TAG)
def add_tag(actor: Actor, subject: None, *, key: str, label_es: str, label_en: str) -> Tag:
    """Add a tag to the list, or correct its names."""
    if not _KEY.fullmatch(key):
        raise Invalid(lazy_("A key has 2 to 40 small letters, digits and hyphens."), field="key")
    tag = db.session.scalar(select(Tag).where(Tag.key == key)) or Tag(key=key)
    tag.label_es, tag.label_en = label_es.strip(), label_en.strip()
    db.session.add(tag)
    db.session.flush()
    return tag


@verb(policy.TAG)
def tag(actor: Actor, record: Record, *, tag: Tag) -> None:
    """Put a tag on a record."""
    had = [row.label_es for row in queries.of(actor, record.id)]
    if tag.label_es in had:
        return
    db.session.add(RecordTag(record_id=record.id, tag_id=tag.id))
    db.session.flush()
    note(actor, record, events.Tagged(tag=tag.label_es), tags=(had, sorted([*had, tag.label_es])))


@verb(policy.TAG)
def untag(actor: Actor, record: Record, *, tag: Tag) -> None:
    """Take a tag from a record."""
    had = [row.label_es for row in queries.of(actor, record.id)]
    if tag.label_es not in had:
        return
    db.session.execute(delete(RecordTag).where(RecordTag.record_id == record.id, RecordTag.tag_id == tag.id))
    note(
        actor, record, events.Untagged(tag=tag.label_es), tags=(had, [label for label in had if label != tag.label_es])
    )


@verb(policy.TAG)
def retag(actor: Actor, record: Record, *, keys: Sequence[str], version: int | None = None) -> None:
    """Let a record carry exactly these tags; each change is a fact of its own."""
    record.expect(version, {"keys": [row.key for row in queries.of(actor, record.id)]})
    had = {row.key for row in queries.of(actor, record.id)}
    for found in db.session.scalars(select(Tag).where(Tag.key.in_(had ^ set(keys))).order_by(Tag.key)).all():
        (untag if found.key in had else tag)(actor, record, tag=found)
