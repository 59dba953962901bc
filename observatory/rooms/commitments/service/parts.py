"""What stands beside a draft in other tables: its place, its parties, its milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from observatory.kernel import db
from observatory.kernel.cleaning import sane_day
from observatory.kernel.errors import Invalid
from observatory.kernel.text import _, lazy_, sort_key
from observatory.records import Record, RecordPlace
from observatory.records.queries import records
from observatory.rooms.commitments.models import Commitment, CommitmentParty, Milestone
from observatory.rooms.commitments.models.words import CONTRIBUTING, MOST_STEPS, RESPONSIBLE
from observatory.rooms.organisations.queries import places, territory_ids


def milestones_of(commitment: Commitment) -> list[Milestone]:
    """The steps of a commitment, in order."""
    statement = select(Milestone).where(Milestone.commitment_id == commitment.id)
    return list(db.session.scalars(statement.order_by(Milestone.position, Milestone.id)))


def steps_told(steps: Sequence[Milestone]) -> list[list[Any]]:
    """Milestones as the history tells them: title, part of the whole, date."""
    return [
        [step.title, format(step.weight.normalize(), "f"), step.due_on.isoformat() if step.due_on else None]
        for step in steps
    ]


def settle(commitment: Commitment, values: Mapping[str, Any], *, new: bool = False) -> dict[str, tuple[object, object]]:
    """Settle what stands in other tables; answers what changed, as the history tells it."""
    changes: dict[str, tuple[object, object]] = {}
    if "place" in values:
        told = settle_place(commitment, str(values["place"] or ""), new=new)
        changes |= {"places": told} if told else {}
    for role in (RESPONSIBLE, CONTRIBUTING):
        if role in values:
            _settle_parties(commitment, role, values[role] or (), changes, new)
    if "milestones" in values:
        _settle_milestones(commitment, values["milestones"] or (), changes, new)
    return changes


def settle_place(record: Record, said: str, *, new: bool = False) -> tuple[object, object] | None:
    """Let a record belong at the one place given by its code or name, or at none; answers (before, now) if that changes."""
    had = [] if new else [place.slug for place in places([record.id]).get(record.id, ())]
    wanted = _code(said.strip()) if said.strip() else None
    if had == ([wanted] if wanted else []):
        return None
    if had:
        db.session.execute(delete(RecordPlace).where(RecordPlace.record_id == record.id))
    record.territory_id = _territory(wanted) if wanted else None
    if wanted:
        db.session.add(RecordPlace(record_id=record.id, territory_id=record.territory_id))
    return had, [wanted] if wanted else []


def _territory(code: str) -> int | None:
    known: dict[str, int | None] = db.session.info.setdefault("territory_ids", {})
    if code not in known:  # thousands of rows of a file name the same places
        known[code] = territory_ids([code]).get(code)
    return known[code]


def _code(said: str) -> str:
    """The code of a place given by its code or by its name."""
    if _territory(said.lower()):
        return said.lower()
    name, _comma, inside = (part.strip() for part in said.partition(","))
    statement = select(records.c.slug, records.c.title).where(
        records.c.kind == "territory", records.c.sort_title == sort_key(name)
    )
    found = db.session.execute(statement.order_by(records.c.slug)).all()
    if inside:
        titles = dict(
            db.session.execute(select(records.c.slug, records.c.title).where(records.c.kind == "territory")).all()
        )
        found = [
            row for row in found
            if any(sort_key(titles.get(row.slug[:cut], "")) == sort_key(inside) for cut in (2, 4) if len(row.slug) > cut)
        ]  # fmt: skip
    if not found:
        raise Invalid(lazy_("No place has this name or code."), field="place")
    if len(found) > 1:
        named = ", ".join(f"{row.title} ({row.slug})" for row in found[:8])
        raise Invalid(
            _("Several places bear this name: give the code of one of %(places)s.", places=named), field="place"
        )
    return str(found[0].slug)


def _settle_parties(
    commitment: Commitment, role: str, wanted: Sequence[int], changes: dict[str, tuple[object, object]], new: bool
) -> None:
    party = CommitmentParty
    statement = select(party).where(party.commitment_id == commitment.id, party.role == role)
    had = {} if new else {row.organisation_id: row for row in db.session.scalars(statement)}
    ids = list(dict.fromkeys(id for id in wanted if id != commitment.accountable_id))[:20]
    if set(had) == set(ids):
        return
    for id, row in had.items():
        if id not in ids:
            db.session.delete(row)
    db.session.add_all(party(commitment_id=commitment.id, organisation_id=id, role=role) for id in ids if id not in had)
    db.session.flush()
    changes[role] = (sorted(had), sorted(ids))


def _settle_milestones(
    commitment: Commitment, wanted: Sequence[Mapping[str, Any]], changes: dict[str, tuple[object, object]], new: bool
) -> None:
    had = [] if new else milestones_of(commitment)
    before = steps_told(had)
    told = []
    for step in wanted:
        title = " ".join((step.get("title") or "").split())[:300]
        weight = step.get("weight")
        if not title and weight is None and not step.get("due_on"):
            continue
        if not title:
            raise Invalid(lazy_("Say what the milestone is."), field="milestones")
        if weight is None or not Decimal("0.01") <= weight <= Decimal(100):
            raise Invalid(
                lazy_("Give each milestone its part of the whole, above 0 and up to 100."), field="milestones"
            )
        sane_day("milestones", step.get("due_on"))
        told.append((title, Decimal(weight).quantize(Decimal("0.01")), step.get("due_on")))
    if len(told) > MOST_STEPS:
        raise Invalid(_("A commitment has at most %(number)s milestones.", number=MOST_STEPS), field="milestones")
    after = [[title, format(weight.normalize(), "f"), due.isoformat() if due else None] for title, weight, due in told]
    if before == after:
        return
    for step in had:
        db.session.delete(step)
    if had:
        db.session.flush()
    for position, (title, weight, due) in enumerate(told, 1):
        db.session.add(
            Milestone(commitment_id=commitment.id, position=position, title=title, weight=weight, due_on=due)
        )
    db.session.flush()
    changes["milestones"] = (before, after)
