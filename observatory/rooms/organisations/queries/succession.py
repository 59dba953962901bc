"""What organisations became, and what depends on one that goes over into another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.records.models import DRAFT
from observatory.records.queries import records, visible
from observatory.rooms.organisations.models import Control, Organisation, Succession

organisations = Organisation.__table__


def chain_of_succession(organisation_id: int) -> set[int]:
    """All that an organisation became, step by step: what can't come before it."""
    following: dict[int, set[int]] = {}
    for before, after in db.session.execute(select(Succession.predecessor_id, Succession.successor_id)):
        following.setdefault(before, set()).add(after)
    seen: set[int] = set()
    waiting = [organisation_id]
    while waiting:
        for after in following.get(waiting.pop(), ()):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return seen


def former_names(ids: Sequence[int]) -> dict[int, list[str]]:
    """What the organisations that went over into each of these were called: it is found by those names too."""
    found: dict[int, list[str]] = {}
    statement = (
        select(Succession.successor_id, records.c.title, organisations.c.acronym)
        .join(records, records.c.id == Succession.predecessor_id)
        .join(organisations, organisations.c.id == records.c.id)
        .where(Succession.successor_id.in_(ids), records.c.state != DRAFT)
    )
    for row in db.session.execute(statement):
        found.setdefault(row.successor_id, []).extend(name for name in (row.title, row.acronym) if name)
    return found


def consequences(actor: Actor, organisation_id: int) -> dict[str, int]:
    """What depends on an organisation: how many pages it keeps, and how many organisations it controls now."""
    kept = select(func.count()).where(records.c.keeper_id == organisation_id, records.c.id != organisation_id)
    controls = select(func.count()).where(Control.parent_id == organisation_id, Control.to_on.is_(None))
    return {"kept": db.session.scalar(kept) or 0, "controls": db.session.scalar(controls) or 0}


def public(actor: Actor) -> Select[Any]:
    """What organisations became, where the actor may see both."""
    return (
        select(Succession.__table__)
        .where(visible(actor, Succession.predecessor_id), visible(actor, Succession.successor_id))
        .order_by(Succession.id)
    )


def public_controls(actor: Actor) -> Select[Any]:
    """Who controls whom, where the actor may see both."""
    both = (visible(actor, Control.organisation_id), visible(actor, Control.parent_id))
    return select(Control.__table__).where(*both).order_by(Control.id)


def allies(ids: set[int], since: dt.date) -> frozenset[int]:
    """These organisations and all that count as the same: under one control on any day since, or before and after a
    succession."""
    beside: dict[int, set[int]] = {}
    controls = select(Control.organisation_id, Control.parent_id).where(
        or_(Control.to_on.is_(None), Control.to_on >= since)
    )
    for statement in (controls, select(Succession.predecessor_id, Succession.successor_id)):
        for one, other in db.session.execute(statement):
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    seen, waiting = set(ids), list(ids)
    while waiting:
        for other in beside.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)


def same_world(organisation_id: int | None, *, fictitious: bool) -> bool:
    """Whether an organisation is as real, or as fictitious, as something; nobody's is as either."""
    if organisation_id is None:
        return True
    found = db.session.scalar(select(records.c.is_demo).where(records.c.id == organisation_id))
    return bool(found) == fictitious
