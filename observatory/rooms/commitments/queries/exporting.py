"""Commitments as they are handed out: every row of the list, and everything else that is public about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.models import DRAFT, Record
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import (
    CommitmentParty,
    Contribution,
    Decision,
    Dispute,
    Evidence,
    Finding,
    Milestone,
    MilestoneReport,
    ProgressUpdate,
    VerifierAsked,
)
from observatory.rooms.commitments.queries import ROW, rows
from observatory.rooms.commitments.queries.filtering import commitments, filtered
from observatory.rooms.organisations.queries import places

CHUNK = 500


def every(actor: Actor, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All commitments under these filters by due date, with their parties, places and milestones, some hundred at a time."""
    known = {column.name for column in ROW}
    more = [column for column in commitments.c if column.name not in known]
    statement = filtered(rows(actor, *more, records.c.site_id), filters).where(records.c.kind == "commitment")
    ids = list(
        db.session.execute(
            statement.with_only_columns(records.c.id).order_by(commitments.c.due_key, records.c.id)
        ).scalars()
    )
    today = clock.today()
    for at in range(0, len(ids), CHUNK):
        part = ids[at : at + CHUNK]
        found = {
            row.id: row
            for row in db.session.execute(rows(actor, *more, records.c.site_id).where(records.c.id.in_(part)))
        }
        yield from _told(actor, [found[id] for id in part if id in found], today)


def _told(actor: Actor, found: list[Any], today: Any) -> Iterator[dict[str, Any]]:
    ids = [row.id for row in found]
    belongs, parties, steps = places(ids), _parties(ids), _steps(ids)
    named = _slugs(
        [row.oversight_id for row in found] + [row.site_id for row in found] + [row.keeper_id for row in found]
    )
    for row in found:
        by_role = parties.get(row.id, {})
        yield {
            **row._mapping,
            "standing": formulas.standing(row, today),
            "contested": formulas.is_contested(row),
            "days_late": formulas.days_late_now(row, today),
            "days_late_original": formulas.days_late(row, row.due_original, today),
            "place": " ".join(place.slug for place in belongs.get(row.id, ())),
            "responsible": " ".join(by_role.get("responsible", ())),
            "contributing": " ".join(by_role.get("contributing", ())),
            "oversight": named.get(row.oversight_id, ""),
            "site": named.get(row.site_id, ""),
            "keeper": named.get(row.keeper_id, ""),
            "steps": steps.get(row.id, []),
        }


def _parties(ids: list[int]) -> dict[int, dict[str, list[str]]]:
    statement = (
        select(CommitmentParty.commitment_id, CommitmentParty.role, records.c.slug)
        .join(records, records.c.id == CommitmentParty.organisation_id)
        .where(CommitmentParty.commitment_id.in_(ids), records.c.state != DRAFT)
        .order_by(records.c.slug)
    )
    found: dict[int, dict[str, list[str]]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.commitment_id, {}).setdefault(row.role, []).append(row.slug)
    return found


def _steps(ids: list[int]) -> dict[int, list[Any]]:
    table = Milestone.__table__
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(
        select(table).where(table.c.commitment_id.in_(ids)).order_by(table.c.position, table.c.id)
    ):
        found.setdefault(row.commitment_id, []).append(row)
    return found


def _slugs(ids: list[int | None]) -> dict[int | None, str]:
    wanted = {id for id in ids if id is not None}
    other = aliased(Record.__table__)
    statement = select(other.c.id, other.c.slug).where(other.c.id.in_(wanted), other.c.state != DRAFT)
    return {row.id: row.slug for row in db.session.execute(statement)}


def _of(cls: Any) -> Any:
    table = cls.__table__
    private = {"person_id", "mandate_id", "html"}
    columns = [column for column in table.c if column.name not in private]

    def statement(actor: Actor) -> Select[Any]:
        return select(*columns).where(visible(actor, table.c.commitment_id)).order_by(table.c.id)

    return statement


PUBLIC_TABLES = {
    "commitment_parties": _of(CommitmentParty),
    "milestones": _of(Milestone),
    "progress_updates": _of(ProgressUpdate),
    "evidence": _of(Evidence),
    "findings": _of(Finding),
    "decisions": _of(Decision),
    "contributions": _of(Contribution),
    "verifiers_asked": _of(VerifierAsked),
}


def public_milestone_reports(actor: Actor) -> Select[Any]:
    """What each report claims of each milestone."""
    table = MilestoneReport.__table__
    joined = table.join(ProgressUpdate.__table__, ProgressUpdate.id == table.c.update_id)
    statement = select(table).select_from(joined).where(visible(actor, ProgressUpdate.commitment_id))
    return statement.order_by(table.c.update_id, table.c.milestone_id)


def public_disputes(actor: Actor) -> Select[Any]:
    """That somebody says it is not done, and what was answered; what was said is among the comments, where it is shown."""
    table = Dispute.__table__
    columns = [column for column in table.c if column.name != "person_id"]
    return select(*columns).where(visible(actor, table.c.commitment_id)).order_by(table.c.id)
