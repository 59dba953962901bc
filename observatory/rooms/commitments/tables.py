"""Commitments as a register: what the list's CSV holds goes in again, and other people's registers do, as drafts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.desk import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    Column,
    Option,
    Outcome,
    Problem,
    Row,
    number,
    one_of,
)
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, lazy_
from observatory.records.models import DRAFT, LANGUAGES, PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.commitments.models import (
    CURRENCIES,
    MONEY,
    NATURES,
    PHASES,
    Commitment,
    CommitmentParty,
    Milestone,
)
from observatory.rooms.commitments.models.commitment import CONTRIBUTING, RESPONSIBLE
from observatory.rooms.organisations.queries import places, territory_ids

_STEP = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%\s*(?:(\d{4}-\d{2}-\d{2})\s+)?(.{1,300})")
_UNKNOWN = {"na", "nd", "n/a", "s/d", "-", "--"}


def step_text(step: Any) -> str:
    """A milestone as a line of a cell: part of the whole, date, what it is."""
    due = f" {step.due_on.isoformat()}" if step.due_on else ""
    return f"{format(step.weight.normalize(), 'f')} %{due} {step.title}"


def steps(text: str) -> list[dict[str, Any]]:
    """The milestones of a cell, a line each."""
    found = []
    for line in (each.strip() for each in text.split("\n")):
        if not line:
            continue
        told = _STEP.fullmatch(line)
        if told is None:
            raise ValueError(_("A milestone is written as: 40 % 2026-05-31 What it is. One in each line."))
        due = dt.date.fromisoformat(told[2]) if told[2] else None
        found.append({"weight": Decimal(told[1].replace(",", ".")), "due_on": due, "title": told[3].strip()})
    return found


def day(text: str) -> str:
    """A date as it is written; how day and month stand is decided for the whole file."""
    if text.strip().lower() in _UNKNOWN:
        return ""
    text = text.strip().partition(" ")[0].partition("T")[0]
    if re.fullmatch(r"\d{4}", text) or re.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", text):
        return text
    raise ValueError(_("This is not a date: write it as 2026-05-31."))


def _told(text: str) -> str:
    return "" if text.strip().lower() in _UNKNOWN else text.strip()


def _slugs(text: str) -> list[str]:
    return sorted({part for part in re.split(r"[\s,;]+", text.strip()) if part})


COLUMNS = (
    Column("id", lazy_("Number of the commitment"), str),
    Column("title", lazy_("The promise, in one sentence"), _told, (
        "promesa", "compromiso", "titulo", "commitment title", "node title", "text",
    )),
    Column("verbatim", lazy_("The promise, word for word"), _told, ("texto", "full text", "node description", "source quote")),
    Column("kind", lazy_("Kind"), one_of(NATURES), ("tipo", "tipo de compromiso")),
    Column("state", lazy_("State"), _told, ("estado",)),
    Column("accountable", lazy_("Who owes it: the last part of its address"), str),
    Column("accountable_as_written", lazy_("Who owes it, as the file has it"), _told, (
        "responsable", "entidad responsable", "lead institution", "party", "institucion",
    )),
    Column("responsible", lazy_("Who else carries it out"), _slugs),
    Column("contributing", lazy_("Who contributes"), _slugs),
    Column("oversight", lazy_("Which public body oversees it"), str),
    Column("place", lazy_("Place"), str, ("ubigeo", "ubigeo inei", "lugar")),
    Column("site", lazy_("Mine or site"), str, ("unidad minera",)),
    Column("phase", lazy_("Phase of the mine"), one_of(PHASES), ("fase",)),
    Column("problem", lazy_("Problem"), _told, ("problema",)),
    Column("result", lazy_("What can be measured once it is kept"), _told, ("resultado", "meta")),
    Column("planned_evidence", lazy_("What will show it"), _told, ("evidencia",)),
    Column("document", lazy_("Document"), _told, ("documento", "acta", "original filename", "fuente")),
    Column("document_url", lazy_("Address of the document"), _told, ("url", "enlace", "encoded abs url", "encodedabsurl")),
    Column("promised_on", lazy_("Date of the document"), day, ("fecha", "start date", "node start", "submissiondate", "submission date")),
    Column("due_original", lazy_("First due date"), day, ("fecha limite", "vence", "plazo", "end date", "node end")),
    Column("due_current", lazy_("Due date now"), day),
    Column("money", lazy_("Where the money comes from"), one_of(MONEY), ("financiamiento",)),
    Column("money_note", lazy_("More on the money"), _told),
    Column("amount", lazy_("Amount"), number, ("monto",)),
    Column("currency", lazy_("Currency"), one_of({each: each for each in CURRENCIES}), ("moneda",)),
    Column("milestones", lazy_("Milestones"), steps, ("hitos",)),
    Column("register", lazy_("Other register"), _told),
    Column("external_id", lazy_("Number in the other register"), _told, (
        "codigo", "commitment unique identifier", "node external id", "numero",
    )),
    Column("language", lazy_("Language"), one_of(LANGUAGES), ("idioma",)),
)  # fmt: skip
"""Every other column of the CSV follows from these or from what happened, and is passed over."""

OPTIONS = (
    Option(
        "dates", lazy_("How are dates written?"),
        {"dmy": lazy_("31/12/2026: the day first"), "mdy": lazy_("12/31/2026: the month first")}, standard="dmy",
        help=lazy_("Only where the year does not come first."),
    ),
    Option(
        "register", lazy_("Which register is it?"), {},
        help=lazy_("Its name. With its numbers, the same file taken in again changes drafts and adds nothing twice."),
    ),
    Option("owing", lazy_("Who owes these promises, where no column says it?"), {}),
)  # fmt: skip


def questions(mapping: Mapping[str, Any]) -> list[str]:
    """What a mapping leaves open."""
    found = []
    if "title" not in mapping["columns"] and "verbatim" not in mapping["columns"]:
        found.append(_("No column holds what was promised."))
    if "external_id" in mapping["columns"] and "register" not in mapping["columns"] and not mapping.get("register"):
        found.append(_("The file numbers its promises: say register, the name of the register."))
    return found


def obstacle(commitment: Any, made: bool) -> object | None:
    """Why a commitment can't be given back to what it was before a batch."""
    if made:
        return _("It was added by this file as a draft: edit it, or leave it unproposed.")
    return None if commitment.state == DRAFT else _("It was proposed since.")


def plan(actor: Actor, rows: Sequence[Row], mapping: Mapping[str, Any]) -> list[Outcome]:
    """What would become of each row, in the order of the file."""
    stored = _Stored(actor, rows)
    outcomes: list[Outcome] = []
    seen: dict[object, Row] = {}
    for row in rows:
        wanted = _wanted(row, mapping, stored)
        known = stored.find(row, wanted)
        key = known["slug"] if known else _identity(row, wanted)
        if not row.problems and key is not None and key in seen:
            twin = seen[key]
            if twin.values == row.values:
                outcomes.append(Outcome(row, UNCHANGED, {}, known["slug"] if known else None))
                continue
            _refuse(row, "", str(key), _("Row %(number)s is about the same commitment.", number=twin.number))
        if not row.problems and key is not None:
            seen[key] = row
        outcomes.append(_outcome(actor, row, wanted, known))
    return outcomes


def _identity(row: Row, wanted: Mapping[str, Any]) -> object:
    if wanted.get("external_id"):
        return (wanted.get("register", ""), wanted["external_id"])
    return (wanted.get("title"), wanted.get("accountable_as_written"), wanted.get("accountable_id"), wanted.get("due_on"),
            wanted.get("place"), wanted.get("document"))  # fmt: skip


def _outcome(actor: Actor, row: Row, wanted: dict[str, Any], known: Mapping[str, Any] | None) -> Outcome:
    if row.problems:
        return Outcome(row, REFUSED)
    if known is None:
        if row.values.get("id"):
            _refuse(
                row, "id", str(row.values["id"]), _("No commitment here has this number; leave it empty for a new one.")
            )
            return Outcome(row, REFUSED)
        if not wanted.get("title"):
            _refuse(row, "title", "", _("Nothing says what was promised."))
            return Outcome(row, REFUSED)
        return Outcome(row, NEW, {name: (None, value) for name, value in wanted.items() if value not in (None, "", [])})
    changes = {name: (known[name], value) for name, value in wanted.items() if _differ(known[name], value)}
    state = row.values.get("state")
    if state and state != known["state"]:
        _refuse(row, "state", str(state), _("A file does not change a state: accepting, reporting and deciding do."))
    elif changes and known["state"] != DRAFT:
        first = next(iter(changes))
        words = _("It was proposed: its words stay as they are.")
        if first == "due_on":
            words = _("Only a decision of a participation body moves a due date.")
        _refuse(row, first, str(changes[first][1]), words)
    elif changes and not actor.is_operator and known["keeper_id"] != actor.organisation_id:
        _refuse(row, "", "", _("Another organisation posted this draft."))
    if row.problems:
        return Outcome(row, REFUSED)
    return Outcome(row, CHANGED if changes else UNCHANGED, changes, known["slug"])


def _differ(old: object, new: object) -> bool:
    return (old or None) != (new or None)


def _refuse(row: Row, column: str, value: str, reason: str, suggestion: str = "") -> None:
    row.problems.append(Problem(column, value, reason, suggestion))


def _wanted(row: Row, mapping: Mapping[str, Any], stored: _Stored) -> dict[str, Any]:
    """What a row says, by the names of the verb's arguments; what is wrong with it goes to the row's problems."""
    said = row.values
    found: dict[str, Any] = {}
    for name in ("verbatim", "phase", "problem", "planned_evidence", "document", "document_url", "money", "money_note",
                 "amount", "currency", "external_id", "language", "accountable_as_written", "milestones"):  # fmt: skip
        if name in said:
            found[name] = said[name]
    for name in ("verbatim", "problem", "expected_result", "planned_evidence"):
        if name in found:
            found[name] = found[name].replace("\r\n", "\n").strip()[:6000]
    for name, most in (("document", 400), ("money_note", 500), ("accountable_as_written", 400), ("external_id", 120)):
        if name in found:
            found[name] = " ".join(found[name].split())[:most]
    if "result" in said:
        found["expected_result"] = said["result"]
    if "kind" in said:
        found["nature"] = said["kind"]
    title = " ".join(str(said.get("title") or "").split())
    if not title and said.get("verbatim"):
        title = " ".join(str(said["verbatim"]).split())
    if title:
        if len(title) > 300:
            found.setdefault("verbatim", title[:6000])
            title = title[:297].rsplit(" ", 1)[0] + "…"
        if len(title) < 8:
            _refuse(row, "title", title, _("Say what is promised in one sentence of 8 to 300 characters."))
        found["title"] = title
    register = str(said.get("register") or mapping.get("register") or "").strip()[:120]
    if register and (found.get("external_id") or "register" in said):
        found["register"] = register
    if "accountable" not in said and not found.get("accountable_as_written") and mapping.get("owing"):
        found["accountable_as_written"] = str(mapping["owing"])[:400]
    if found.get("document_url") and not str(found["document_url"]).startswith(("https://", "http://")):
        _refuse(
            row,
            "document_url",
            str(found["document_url"]),
            _("Give the full address, beginning with https:// or http://."),
        )
    if found.get("amount") is not None and found["amount"] <= 0:
        _refuse(
            row,
            "amount",
            row.texts.get("amount", ""),
            _("Give an amount above zero, or nothing where it is not known."),
        )
    _dates(row, found, str(mapping.get("dates") or "dmy"))
    stored.name(row, found)
    return found


def _dates(row: Row, found: dict[str, Any], order: str) -> None:
    for column, name in (("promised_on", "promised_on"), ("due_original", "due_on")):
        if column not in row.values:
            continue
        text = str(row.values[column])
        try:
            found[name] = _date(text, order, last=name == "due_on")
        except ValueError:
            _refuse(row, column, text, _("This is not a date: write it as 2026-05-31."))
    promised, due = found.get("promised_on"), found.get("due_on")
    if promised and due and due < promised:
        _refuse(
            row, "due_original", due.isoformat(), _("It can't be due before it was promised: look at both dates again.")
        )
    now = row.values.get("due_current")
    first = row.values.get("due_original")
    if now and "id" not in row.values and first is not None and now != first:
        _refuse(row, "due_current", str(now), _("A new commitment has one due date: only a decision moves it."))


def _date(text: str, order: str, *, last: bool) -> dt.date | None:
    """A date of a file. Of a bare year, its first day, or its last for what is due."""
    if not text:
        return None
    if re.fullmatch(r"\d{4}", text):
        return dt.date(int(text), 12 if last else 1, 31 if last else 1)
    first, second, third = (int(part) for part in re.split(r"[-/.]", text))
    if first > 31:
        return dt.date(first, second, third)
    return dt.date(third, second, first) if order == "dmy" else dt.date(third, first, second)


class _Stored:
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
                _refuse(row, "place", code, _("No place has this name or code."))
            found["place"] = code

    @staticmethod
    def _one(row: Row, column: str, slug: str, known: Mapping[str, int]) -> int | None:
        if slug not in known:
            reason = _("Nothing here has this address. Whoever is not here yet stands in accountable_as_written.")
            _refuse(row, column, slug, reason)
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
