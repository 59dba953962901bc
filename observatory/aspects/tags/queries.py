"""Reading tags and what carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from observatory.aspects.tags.models import RecordTag, Tag
from observatory.kernel import db, paging
from observatory.kernel.policy import Actor
from observatory.records.models import WITHDRAWN
from observatory.records.queries import one_or_404, records, visible

FILTERS = ("kind",)


def find(actor: Actor, key: str) -> Any:
    """The tag with this key; everybody may see tags."""
    return one_or_404(select(Tag.id, Tag.key, Tag.label_es, Tag.label_en).where(Tag.key == key))


def every(actor: Actor) -> list[Any]:
    """All tags by their Spanish name."""
    return list(db.session.execute(select(Tag.id, Tag.key, Tag.label_es, Tag.label_en).order_by(Tag.label_es)))


def of(actor: Actor, record_id: int) -> list[Any]:
    """The tags of a record already shown."""
    statement = select(Tag.id, Tag.key, Tag.label_es, Tag.label_en).join(RecordTag, RecordTag.tag_id == Tag.id)
    return list(db.session.execute(statement.where(RecordTag.record_id == record_id).order_by(Tag.label_es)))


def tagged(actor: Actor, tag_id: int, filters: Mapping[str, str], after: str | None = None) -> paging.Page[Any]:
    """One page of the records that carry a tag, by title, as rows for cards."""
    statement = (
        select(
            records.c.id, records.c.kind, records.c.slug, records.c.title, records.c.sort_title, records.c.summary,
            records.c.language, records.c.state, records.c.is_demo, records.c.created_at, records.c.updated_at,
        )
        .join(RecordTag, RecordTag.record_id == records.c.id)
        .where(RecordTag.tag_id == tag_id, visible(actor), records.c.state != WITHDRAWN)
    )  # fmt: skip
    if "kind" in filters:
        statement = statement.where(records.c.kind == filters["kind"])
    keys = [(records.c.sort_title, "sort_title", str), (records.c.id, "id", int)]
    return paging.page_of(statement, keys, after)


def public(actor: Actor) -> Select[Any]:
    """Which records that the actor may see carry which tags."""
    return (
        select(RecordTag.record_id, Tag.key, Tag.label_es, Tag.label_en)
        .join(Tag, Tag.id == RecordTag.tag_id)
        .where(visible(actor, RecordTag.record_id))
        .order_by(RecordTag.record_id, Tag.key)
    )
