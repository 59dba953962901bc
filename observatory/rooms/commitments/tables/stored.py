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
from observatory.records.models import DRAFT, PUBLISHED
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

    def __init__(self, actor: Actor, rows: Sequence[Row], register: str) -> None:
        self._organisations = _named(
            actor, "organisation", rows, ("accountable", "oversight", RESPONSIBLE, CONTRIBUTING)
        )
        self._sites = _named(actor, "site", rows, ("site",))
        said = {str(row.values["place"]).strip().lower() for row in rows if row.values.get("place")}
        self._codes = set(territory_ids({*said, *(code.zfill(6) for code in said)}))
        own = records.c.id == actor.organisation_id
        self._fictitious = bool(db.session.scalar(select(records.c.is_demo).where(own)))
        self._known = _commitments(actor, rows, register)
        self._by_number = {(c["register"], c["external_id"]): c for c in self._known.values() if c["external_id"]}

    def by_id(self, row: Row) -> Mapping[str, Any] | None:
        """The stored commitment whose number here a row gives."""
        return self._known.get(str(row.values["number"]).strip()) if row.values.get("number") else None

    def by_number(self, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The stored commitment that has the number of the other register."""
        if not wanted.get("external_id"):
            return None
        return self._by_number.get((wanted.get("register", ""), wanted["external_id"]))

    def name(self, row: Row, found: dict[str, Any], known: Mapping[str, Any] | None) -> None:
        """Put ids in the place of names; what nobody has here is a problem of the row. Whoever is named already may stay,
        also where it has ended since."""
        had = {} if known is None else known
        kept = {had.get("accountable_id"), had.get("oversight_id"), had.get("site_id")}
        kept |= {*had.get(RESPONSIBLE, ()), *had.get(CONTRIBUTING, ())}
        fictitious = bool(had["is_demo"]) if known is not None else self._fictitious

        def one(column: str, slug: str, among: Mapping[str, Any]) -> int | None:
            wanted = among.get(slug)
            if wanted is None:
                reason = _("Nothing here has this address. Whoever is not here yet stands in accountable_as_written.")
                refuse(row, column, slug, reason)
            elif wanted.id not in kept and wanted.state != PUBLISHED:
                refuse(row, column, slug, _("This organisation or site has ended."))
            elif wanted.id not in kept and bool(wanted.is_demo) != fictitious:
                refuse(row, column, slug, _("What is invented for the demonstration and what is real are never mixed."))
            return wanted.id if wanted is not None else None

        for column, name in (("accountable", "accountable_id"), ("oversight", "oversight_id")):
            if row.values.get(column):
                found[name] = one(column, str(row.values[column]), self._organisations)
        if row.values.get("site"):
            found["site_id"] = one("site", str(row.values["site"]), self._sites)
        for role in (RESPONSIBLE, CONTRIBUTING):
            if role in row.values:
                ids = [one(role, slug, self._organisations) for slug in row.values[role]]
                found[role] = sorted(id for id in ids if id is not None)
        if row.values.get("place"):
            code = str(row.values["place"]).strip().lower()
            if code not in self._codes and code.zfill(6) in self._codes:
                code = code.zfill(6)  # a spreadsheet took the leading zero
            if code not in self._codes and code != had.get("place"):
                refuse(row, "place", code, _("No place has this code."))
            found["place"] = code


def _commitments(actor: Actor, rows: Sequence[Row], register: str) -> dict[str, dict[str, Any]]:
    table = Commitment.__table__
    columns = [column for column in table.c if column.name not in {"id", "words"}]
    statement = select(
        records.c.id, records.c.slug, records.c.title, records.c.language, records.c.state, records.c.keeper_id,
        records.c.site_id, records.c.is_demo, *columns,
    ).select_from(records.join(table, table.c.id == records.c.id)).where(visible(actor))  # fmt: skip
    numbers = {str(row.values["external_id"]).strip()[:120] for row in rows if row.values.get("external_id")}
    registers = {register, *(str(row.values["register"]).strip()[:120] for row in rows if row.values.get("register"))}
    slugs = {str(row.values["number"]).strip() for row in rows if row.values.get("number")}
    wanted = [statement.where(records.c.kind == "commitment", records.c.slug.in_(part)) for part in _parts(slugs)]
    wanted += [
        statement.where(table.c.register.in_(sorted(registers)), table.c.external_id.in_(part))
        for part in _parts(numbers)
    ]
    found: dict[str, dict[str, Any]] = {}
    for each in wanted:
        for row in db.session.execute(each):
            found[row.slug] = {**row._mapping, "due_on": row.due_original}
    _beside({values["id"]: values for values in found.values()})
    return found


def _parts(values: set[str]) -> list[list[str]]:
    every = sorted(values)
    return [every[at : at + 500] for at in range(0, len(every), 500)]


def _beside(known: dict[int, dict[str, Any]]) -> None:
    """Add place, parties and milestones to stored commitments, in three statements for each five hundred."""
    every = sorted(known)
    for values in known.values():
        values.update({"place": "", RESPONSIBLE: [], CONTRIBUTING: [], "milestones": []})
    party, step = CommitmentParty.__table__, Milestone.__table__
    for at in range(0, len(every), 500):
        ids = every[at : at + 500]
        for id, found in places(ids).items():
            known[id]["place"] = " ".join(place.slug for place in found)
        parties = select(party).where(party.c.commitment_id.in_(ids)).order_by(party.c.organisation_id)
        for row in db.session.execute(parties):
            known[row.commitment_id][row.role].append(row.organisation_id)
        for row in db.session.execute(select(step).where(step.c.commitment_id.in_(ids)).order_by(step.c.position)):
            told = {"weight": row.weight, "due_on": row.due_on, "title": row.title}
            known[row.commitment_id]["milestones"].append(told)


def _named(actor: Actor, kind: str, rows: Sequence[Row], columns: Sequence[str]) -> dict[str, Any]:
    """The records of a kind that rows name, drafts left out, as rows with id, state and is_demo by the last part of their address."""
    wanted: set[str] = set()
    for row in rows:
        for column in columns:
            value = row.values.get(column)
            wanted.update(value if isinstance(value, list) else [str(value)] if value else [])
    found: dict[str, Any] = {}
    for part in _parts(wanted):
        statement = select(records.c.slug, records.c.id, records.c.state, records.c.is_demo).where(
            records.c.kind == kind, records.c.slug.in_(part), records.c.state != DRAFT, visible(actor)
        )
        found.update({row.slug: row for row in db.session.execute(statement)})
    return found
