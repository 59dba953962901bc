"""The inventory of a handover: its items as far as the actor may see them, and who signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, null, or_, select, true
from sqlalchemy.orm import aliased

from observatory.kernel import db
from observatory.kernel.offers import Holding, Holdings
from observatory.kernel.policy import Actor
from observatory.people.models import Person
from observatory.records.models import Record
from observatory.records.queries import visible
from observatory.rooms.handovers import formulas
from observatory.rooms.handovers.models import CUSTODY, Handover, HandoverItem, HandoverSignature

items = HandoverItem.__table__
signatures = HandoverSignature.__table__


@dataclass
class Group:
    """The items that one source knew of."""

    source: str
    items: list[Any] = field(default_factory=list)
    hidden: int = 0
    """How many more only the organisation sees."""
    unanswered: int = 0
    unconfirmed: int = 0


def is_insider(actor: Actor, row: Any) -> bool:
    """Whether the actor belongs to the organisation of a handover: its people see every item, and where things are."""
    return row.keeper_id in actor.organisation_ids


def groups(actor: Actor, row: Any, sources: Mapping[str, Holdings]) -> list[Group]:
    """The items of a handover by source, in the order of the sources; what was added by hand last."""
    about = aliased(Record.__table__, name="about")
    known = true() if is_insider(actor, row) else or_(items.c.record_id.is_(None), about.c.id.is_not(None))
    statement = (
        select(*items.c, known.label("seen"), about.c.slug.label("about_slug"), about.c.kind.label("about_kind"))
        .select_from(items.outerjoin(about, (about.c.id == items.c.record_id) & visible(actor, about.c.id)))
        .where(items.c.handover_id == row.id, visible(actor, items.c.handover_id))
        .order_by(items.c.number)
    )
    order = {name: at for at, name in enumerate(sources)}
    found: dict[str, Group] = {}
    for item in db.session.execute(statement):
        group = found.setdefault(item.source, Group(item.source))
        group.unanswered += not item.answer
        group.unconfirmed += item.confirmed_at is None and not item.answer
        if item.seen:
            group.items.append(item)
        else:
            group.hidden += 1
    return sorted(found.values(), key=lambda group: (order.get(group.source, len(order)), group.source))


def all_of(handover_id: int) -> list[Any]:
    """Every item of a handover already shown, as rows: to be counted and signed, never to be shown."""
    return list(db.session.execute(select(items).where(items.c.handover_id == handover_id).order_by(items.c.number)))


def signed(actor: Actor, row: Any) -> list[tuple[Any, bool]]:
    """Who signed a handover, oldest first, and whether what they signed is what stands there now."""
    statement = (
        select(*signatures.c, Person.name, Person.closed_at)
        .join(Person, Person.id == signatures.c.person_id)
        .where(signatures.c.handover_id == row.id, visible(actor, signatures.c.handover_id))
        .order_by(signatures.c.id)
    )
    found = db.session.execute(statement).all()
    every = all_of(row.id) if found else []
    now = {side: formulas.digest(formulas.content(row, every, side)) for side in {each.side for each in found}}
    return [(each, each.voided_at is None and each.digest == now[each.side]) for each in found]


def offered(
    actor: Actor, organisation_id: int, sources: Mapping[str, Holdings], but: int | None = None
) -> list[tuple[str, Holding]]:
    """What the rooms know that an organisation hands over: (source, holding), but nothing about the record `but`."""
    found: list[tuple[str, Holding]] = []
    seen: set[int | None] = {but}
    for source in sources.values():
        for holding in source.offer(actor, organisation_id):
            if holding.record_id == but and but is not None:
                continue
            if source.rest and holding.record_id is not None and holding.record_id in seen:
                continue
            seen.add(holding.record_id)
            found.append((source.name, holding))
    return found


_ITEMS = ("id", "handover_id", "number", "source", "record_id", "title", "language", "why", "kind", "answer", "reason")


def public_items(actor: Actor) -> Select[Any]:
    """The items that the actor may see; of what is in custody, nothing of where it is."""
    own = items.c
    note = case((own.source == CUSTODY, null()), else_=own.note).label("note")
    return (
        select(*(own[name] for name in _ITEMS), note, own.drafted_at, own.confirmed_at, own.answered_at)
        .where(
            visible(actor, own.handover_id),
            or_(own.record_id.is_(None), visible(actor, own.record_id)),
        )
        .order_by(own.id)
    )


def public_signatures(actor: Actor) -> Select[Any]:
    """Who signed, by role and side, with the digest of what they signed; names stand on the page."""
    own = signatures.c
    columns: Sequence[Any] = (own.id, own.handover_id, own.side, own.role, own.digest, own.at, own.voided_at)
    return select(*columns).where(visible(actor, own.handover_id)).order_by(own.id)


def entities(handover: Handover, *conditions: Any) -> list[HandoverItem]:
    """Items of a handover held until the commit, as entities: for verbs."""
    statement = select(HandoverItem).where(HandoverItem.handover_id == handover.id, *conditions)
    held = statement.order_by(HandoverItem.number).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(held))
