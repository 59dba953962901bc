"""Reading records of any kind for the site's own pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.queries import records, visible


def seen(actor: Actor, ids: Iterable[int]) -> dict[int, Any]:
    """Rows (id, language, is_demo, created_at, updated_at) of those of these records that `actor` may see now.

    The search index is a moment behind the database: what it finds is shown only if this finds it too.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    columns = (records.c.id, records.c.language, records.c.is_demo, records.c.created_at, records.c.updated_at)
    rows = db.session.execute(select(*columns).where(records.c.id.in_(wanted), visible(actor)))
    return {row.id: row for row in rows}
