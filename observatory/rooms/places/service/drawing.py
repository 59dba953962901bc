"""Writing the boundaries of places."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from observatory.aspects.reference import service as reference
from observatory.kernel import db
from observatory.kernel.policy import Actor, verb
from observatory.records import note
from observatory.records.history import settle
from observatory.records.models import Source
from observatory.rooms.places import events, policy
from observatory.rooms.places.models import Boundary, Territory

_AT_ONCE = 200


@verb(policy.DRAW_BOUNDARIES)
def draw_boundaries(actor: Actor, subject: None, *, drawn: Iterable[Boundary], source: str | None = None) -> None:
    """Draw the boundaries of places; their histories keep where each was from.

    `source` is the key or title of one; a title that is not here becomes a new source.
    """
    found = _source(actor, source) if source else None
    before = {row.territory_id: row for row in db.session.scalars(select(Boundary))}
    titles: dict[int | None, str] = {row.id: row.title for row in db.session.execute(select(Source.id, Source.title))}
    for number, boundary in enumerate(drawn, 1):
        old = before.get(boundary.territory_id)
        was = old.told(titles.get(old.source_id, "")) if old is not None else None
        boundary.source_id = found
        db.session.merge(boundary)
        territory = db.session.get_one(Territory, boundary.territory_id)
        note(actor, territory, events.BoundaryDrawn(), boundary=(was, boundary.told(titles.get(found, ""))))
        if number % _AT_ONCE == 0:
            settle()


def _source(actor: Actor, text: str) -> int:
    for column in (Source.key, Source.title):
        found = db.session.scalar(select(Source.id).where(column == text).limit(1))
        if found is not None:
            return found
    return reference.add_source(actor, None, title=text).id
