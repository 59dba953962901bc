"""Writing what a file of places brings, row by row through the room's own verbs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from observatory.aspects.reference import service as reference
from observatory.kernel import db
from observatory.kernel.desk import CHANGED, Outcome
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.records.models import Source
from observatory.rooms.places import policy, service
from observatory.rooms.places.models import COUNTRY, Territory, level_of
from observatory.rooms.places.tables import COUNTRY_CODE, obstacle


@verb(policy.ADD_TERRITORY)
def bring(actor: Actor, outcome: Outcome, *, mapping: Mapping[str, Any]) -> Territory:
    """Carry out what a row of a file of places was planned to do."""
    values = {("title" if name == "name" else name): new for name, (_old, new) in outcome.changes.items()}
    if "population" in values:
        values["population_source_id"] = _source(
            actor, outcome.row.values.get("population_source") or mapping["source"]
        )
    known = str(outcome.plan)
    if outcome.kind == CHANGED:
        return service.correct_territory(actor, _territory(known), **values)
    parent = None if level_of(known) == COUNTRY else _territory(known[:-2] or COUNTRY_CODE)
    position = {name: values.pop(name) for name in ("latitude", "longitude", "altitude") if name in values}
    made = service.add_territory(actor, None, code=known, parent=parent, position=position, **values)
    db.session.flush()
    return made


@verb(policy.CORRECT_TERRITORY)
def give_back(actor: Actor, territory: Territory, *, values: Mapping[str, Any] | None, reason: str) -> None:
    """Give a place the values it had before a batch."""
    if values is None:
        raise Invalid(obstacle(territory, True))
    known: Any = {name: _exact(name, value) for name, value in values.items()}
    service.correct_territory(actor, territory, **known)


def _exact(name: str, value: Any) -> Any:
    return Decimal(value) if name in {"latitude", "longitude", "altitude"} and value is not None else value


def _territory(slug: str) -> Territory:
    return db.session.scalars(select(Territory).where(Territory.slug == slug)).one()


def _source(actor: Actor, title: str) -> int:
    found = db.session.scalar(select(Source.id).where(Source.title == title))
    return found if found is not None else reference.add_source(actor, None, title=title).id
