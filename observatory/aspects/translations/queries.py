"""Reading translations of a record already shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from observatory.aspects.translations.models import RecordTranslation
from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.queries import visible


def of(actor: Actor, record_id: int) -> list[Any]:
    """All translations of a record, by language."""
    found = select(RecordTranslation.__table__).where(RecordTranslation.record_id == record_id)
    return list(db.session.execute(found.order_by(RecordTranslation.language)))


def find(actor: Actor, record_id: int, language: str) -> RecordTranslation | None:
    """One translation, as an entity: for its form."""
    return db.session.get(RecordTranslation, (record_id, language))


def public(actor: Actor) -> Select[Any]:
    """The translations of records that the actor may see."""
    table = RecordTranslation
    return (
        select(table.record_id, table.language, table.title, table.summary, table.at)
        .where(visible(actor, table.record_id))
        .order_by(table.record_id, table.language)
    )
