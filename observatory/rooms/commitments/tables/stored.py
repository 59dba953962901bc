"""What is stored of everything that the rows of a file speak of, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.desk import (
    Problem,
    Row,
)
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.records.models import PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.commitments.models import (
    Commitment,
    CommitmentParty,
    Milestone,
)
from observatory.rooms.commitments.models.words import CONTRIBUTING, RESPONSIBLE
from observatory.rooms.organisations.queries import places, territory_ids


def refuse(row: Row, column: str, value: str, reason: str, suggestion: str = "") -> None:
    row.problems.append(Problem(column, value, reason, suggestion))


class Stored:
    """What is stored of the commitments, organisations, sites and places that the rows of a file speak of."""

    def __init__(self, actor: Actor, rows: Sequence[Row]) -> None:
        self._slugs = _named(actor, "organisation", rows, ("accountable", "oversight", RESPONSIBLE, CONTRIBUTING))
        self._sites = _named(actor, "site", rows, ("site",))
        codes = {str(row.values["place"]).strip().lower() for row in rows if row.values.get("place")}
        self._codes = territory_ids(codes)
        self._known = self._commitments(actor, rows)
        self._by_number = {(c["register"], c["external_id"]): c for c in self._known.values() if c["external_id"]}

    def find(self, row: Row, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The stored commitment that a row is about, by its number here or in the other register."""
        if row.values.get("id"):
            return self._known.get(str(row.values["id"]).strip())
        if wanted.get("external_id"):
            return self._by_number.get((wanted.get("register", ""), wanted["external_id"]))
        return None

    def name(self, row: Row, found: dict[str, Any]) -> None:
        """Put ids in the place of names; what nobody has here is a problem of the row."""
        for column, name in (("accountable", "accountable_id"), ("oversight", "oversight_id")):
            if row.values.get(column):
                found[name] = self._one(row, column, str(row.values[column]), self._slugs)
        if row.values.get("site"):
            found["site_id"] = self._one(row, "site", str(row.values["site"]), self._sites)
        for role in (RESPONSIBLE, CONTRIBUTING):
            if role in row.values:
                ids = [self._one(row, role, slug, self._slugs) for slug in row.values[role]]
                found[role] = sorted(id for id in ids if id is not None)
        if row.values.get("place"):
            code = str(row.values["place"]).strip().lower()
            if code not in self._codes:
                code = code.zfill(6) if code.isdigit() and code.zfill(6) in self._codes else code
                refuse(row, "place", code, _("No place has this name or code."))
            found["place"] = code

    @staticmethod
    def _one(row: Row, column: str, slug: str, known: Mapping[str, int]) -> int | None:
        if slug not in known:
            reason = _("Nothing here has this address. Whoever is not here yet stands in accountable_as_written.")
            refuse(row, column, slug, reason)
        return known.get(slug)

    @staticmethod
    def _commitments(actor: Actor, rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
        table = Commitment.__table__
        by_slug = {str(row.values["id"]).strip() for row in rows if row.values.get("id")}
        numbered = any(row.values.get("external_id") for row in rows)
        found: dict[str, dict[str, Any]] = {}
        columns = [column for column in table.c if column.name != "id"]
        statement = select(
            records.c.id, records.c.slug, records.c.title, records.c.language, records.c.state, records.c.keeper_id,
            records.c.site_id, *columns,
        ).select_from(records.join(table, table.c.id == records.c.id)).where(visible(actor))  # fmt: skip
        wanted = []
        if by_slug:
            wanted += [
                statement.where(records.c.kind == "commitment", records.c.slug.in_(part)) for part in _parts(by_slug)
            ]
        if numbered:
            wanted.append(statement.where(table.c.external_id != ""))
        for each in wanted:
            for row in db.session.execute(each):
                found[row.slug] = {**row._mapping, "due_on": row.due_original}
        _beside({values["id"]: values for values in found.values()})
        return found


def _parts(values: set[str]) -> list[list[str]]:
    every = sorted(values)
    return [every[at : at + 500] for at in range(0, len(every), 500)]


def _beside(known: dict[int, dict[str, Any]]) -> None:
    """Add place, parties and milestones to stored commitments, in three statements for each thousand."""
    every = sorted(known)
    for values in known.values():
        values.update({"place": "", RESPONSIBLE: [], CONTRIBUTING: [], "milestones": []})
    for at in range(0, len(every), 500):
        ids = every[at : at + 500]
        for id, found in places(ids).items():
            known[id]["place"] = found[0].slug
        party = CommitmentParty.__table__
        for row in db.session.execute(
            select(party).where(party.c.commitment_id.in_(ids)).order_by(party.c.organisation_id)
        ):
            known[row.commitment_id][row.role].append(row.organisation_id)
        step = Milestone.__table__
        for row in db.session.execute(select(step).where(step.c.commitment_id.in_(ids)).order_by(step.c.position)):
            told = {"weight": row.weight, "due_on": row.due_on, "title": row.title}
            known[row.commitment_id]["milestones"].append(told)


def _named(actor: Actor, kind: str, rows: Sequence[Row], columns: Sequence[str]) -> dict[str, int]:
    wanted: set[str] = set()
    for row in rows:
        for column in columns:
            value = row.values.get(column)
            wanted.update(value if isinstance(value, list) else [str(value)] if value else [])
    found: dict[str, int] = {}
    for part in _parts(wanted):
        statement = select(records.c.slug, records.c.id).where(
            records.c.kind == kind, records.c.slug.in_(part), records.c.state == PUBLISHED, visible(actor)
        )
        found.update({row.slug: row.id for row in db.session.execute(statement)})
    return found
