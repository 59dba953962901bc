"""Commitments as a register: what the list's CSV holds goes in again, and other people's registers do, as drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from observatory.kernel.cleaning import sane_day
from observatory.kernel.desk import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Row
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.records.models import DRAFT
from observatory.rooms.commitments.models.words import CLEAN, MOST_STEPS
from observatory.rooms.commitments.tables.columns import COLUMNS, OPTIONS, date_of, step_text
from observatory.rooms.commitments.tables.stored import Stored, refuse


def questions(mapping: Mapping[str, Any]) -> list[str]:
    """What a mapping leaves open."""
    found = []
    if not {"title", "verbatim", "number"} & set(mapping["columns"]):
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
    stored = Stored(actor, rows, str(mapping.get("register") or "").strip()[:120])
    outcomes: list[Outcome] = []
    seen: dict[object, Row] = {}
    for row in rows:
        known = stored.by_id(row)
        wanted = _wanted(row, mapping, stored, known)
        known = known or stored.by_number(wanted)
        key = known["slug"] if known else _identity(row, wanted)
        if not row.problems and key is not None and key in seen:
            twin = seen[key]
            if twin.values == row.values:
                outcomes.append(Outcome(row, UNCHANGED, {}, known["slug"] if known else None))
                continue
            refuse(
                row,
                "",
                str(wanted.get("title") or ""),
                _("Row %(number)s is about the same commitment.", number=twin.number),
            )
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
        if row.values.get("number"):
            refuse(
                row,
                "number",
                str(row.values["number"]),
                _("No commitment here has this number; leave it empty for a new one."),
            )
            return Outcome(row, REFUSED)
        if not wanted.get("title"):
            refuse(row, "title", "", _("Nothing says what was promised."))
            return Outcome(row, REFUSED)
        return Outcome(row, NEW, {name: (None, value) for name, value in wanted.items() if value not in (None, "", [])})
    changes = {name: (known[name], value) for name, value in wanted.items() if _differ(known[name], value)}
    state = row.values.get("state")
    if state and state != known["state"]:
        refuse(row, "state", str(state), _("A file does not change a state: accepting, reporting and deciding do."))
    elif changes and known["state"] != DRAFT:
        first = next(iter(changes))
        words = _("It was proposed: its words stay as they are.")
        if first == "due_on":
            words = _("Only a decision of a participation body moves a due date.")
        refuse(row, first, str(changes[first][1]), words)
    elif changes and not actor.is_operator and known["keeper_id"] != actor.organisation_id:
        refuse(row, "", "", _("Another organisation posted this draft."))
    if row.problems:
        return Outcome(row, REFUSED)
    return Outcome(row, CHANGED if changes else UNCHANGED, changes, known["slug"])


def _differ(old: object, new: object) -> bool:
    return (old or None) != (new or None)


def _wanted(row: Row, mapping: Mapping[str, Any], stored: Stored, known: Mapping[str, Any] | None) -> dict[str, Any]:
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
            refuse(row, "title", title, _("Say what is promised in one sentence of 8 to 300 characters."))
        found["title"] = title
    register = str(said.get("register") or mapping.get("register") or "").strip()[:120]
    if register and (found.get("external_id") or "register" in said):
        found["register"] = register
    if "accountable" not in said and not found.get("accountable_as_written") and mapping.get("owing"):
        found["accountable_as_written"] = str(mapping["owing"])[:400]
    if found.get("document_url") and not str(found["document_url"]).startswith(("https://", "http://")):
        refuse(
            row,
            "document_url",
            str(found["document_url"]),
            _("Give the full address, beginning with https:// or http://."),
        )
    if found.get("amount") is not None and found["amount"] <= 0:
        refuse(
            row,
            "amount",
            row.texts.get("amount", ""),
            _("Give an amount above zero, or nothing where it is not known."),
        )
    _dates(row, found, str(mapping.get("dates") or "dmy"), known)
    stored.name(row, found, known)
    if known is not None:
        _emptied(row, found)
    _cleaned(row, found)
    return found


_EMPTY = {
    "verbatim": ("verbatim", ""), "problem": ("problem", ""), "result": ("expected_result", ""),
    "planned_evidence": ("planned_evidence", ""), "document": ("document", ""), "document_url": ("document_url", ""),
    "money_note": ("money_note", ""), "accountable_as_written": ("accountable_as_written", ""), "kind": ("nature", None),
    "phase": ("phase", None), "money": ("money", None), "amount": ("amount", None), "accountable": ("accountable_id", None),
    "oversight": ("oversight_id", None), "site": ("site_id", None), "place": ("place", ""), "promised_on": ("promised_on", None),
    "due_original": ("due_on", None), "responsible": ("responsible", []), "contributing": ("contributing", []),
    "milestones": ("milestones", []),
}  # fmt: skip
"""What an empty cell of a commitment that is here already takes away."""


def _emptied(row: Row, found: dict[str, Any]) -> None:
    for column, (name, nothing) in _EMPTY.items():
        if column in row.texts and column not in row.values and not row.texts[column].strip() and name not in found:
            found[name] = nothing


def _cleaned(row: Row, found: dict[str, Any]) -> None:
    """Clean each value as the commitment itself will, so that nothing can fail once the first row is written."""
    columns = {name: column for column, (name, _nothing) in _EMPTY.items()}
    for name, clean in CLEAN.items():
        if name in found:
            try:
                found[name] = clean(name, found[name])
            except Invalid as problem:
                column = columns.get(name, name)
                _told(row, column, row.texts.get(column, ""), str(problem.message))
    for column, name in (("due_original", "due_on"), ("promised_on", "promised_on")):
        try:
            sane_day(name, found.get(name))
        except Invalid as problem:
            _told(row, column, row.texts.get(column, ""), str(problem.message))
    if len(found.get("milestones") or ()) > MOST_STEPS:
        _told(row, "milestones", "", _("A commitment has at most %(number)s milestones.", number=MOST_STEPS))


def _told(row: Row, column: str, value: str, reason: str) -> None:
    if not any(problem.column == column for problem in row.problems):
        refuse(row, column, value, reason)


def _dates(row: Row, found: dict[str, Any], order: str, known: Mapping[str, Any] | None) -> None:
    for column, name in (("promised_on", "promised_on"), ("due_original", "due_on")):
        if column not in row.values:
            continue
        text = str(row.values[column])
        found[name] = date_of(text, order, last=name == "due_on")
    promised, due = found.get("promised_on"), found.get("due_on")
    if promised and due and due < promised:
        refuse(
            row, "due_original", due.isoformat(), _("It can't be due before it was promised: look at both dates again.")
        )
    now = row.values.get("due_current")
    if now:
        told = date_of(str(now), order, last=True)
        stands = known["due_current"] if known is not None else None
        first = found.get("due_on", known["due_on"] if known is not None else None)
        if told not in (stands, first):
            refuse(row, "due_current", str(now), _("Only a decision of a participation body moves a due date."))


__all__ = ["COLUMNS", "OPTIONS", "obstacle", "plan", "questions", "step_text"]
