"""Reading translations of a record already shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from observatory.aspects.translations.models import RecordTranslation
from observatory.kernel import db
from observatory.kernel.policy import Actor


def of(actor: Actor, record_id: int) -> list[Any]:
    """All translations of a record, by language."""
    found = select(RecordTranslation.__table__).where(RecordTranslation.record_id == record_id)
    return list(db.session.execute(found.order_by(RecordTranslation.language)))


def find(actor: Actor, record_id: int, language: str) -> RecordTranslation | None:
    """One translation, as an entity: for its form."""
    return db.session.get(RecordTranslation, (record_id, language))
