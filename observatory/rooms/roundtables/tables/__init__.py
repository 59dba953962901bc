"""Past sessions as a register: books of minutes go in, a row for each agreement, and what the list's CSV holds goes in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from observatory.kernel import clock
from observatory.kernel.cleaning import line as clean_line
from observatory.kernel.cleaning import sane_day, web_address
from observatory.kernel.desk import NEW, REFUSED, UNCHANGED, Outcome, Row
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, excerpt
from observatory.rooms.commitments.tables import obstacle as of_commitment
from observatory.rooms.commitments.tables.columns import date_of
from observatory.rooms.roundtables import policy
from observatory.rooms.roundtables.models.past import Came, Dealt
from observatory.rooms.roundtables.models.session import must_have_been
from observatory.rooms.roundtables.models.words import AGREEMENT, DEFERRAL, MOST_ITEMS, MOST_OUTCOMES, NO_QUORUM, OVER
from observatory.rooms.roundtables.tables.columns import COLUMNS, OPTIONS
from observatory.rooms.roundtables.tables.grouping import Group, Line, grouped, lines_of
from observatory.rooms.roundtables.tables.stored import Known, Stored, plain


@dataclass(frozen=True)
class Planned:
    """What a row does: the first new one of a session records all of it."""

    name: str
    roundtable_id: int = 0
    values: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return self.name


def questions(mapping: Mapping[str, Any]) -> list[str]:
    """What a mapping leaves open."""
    found = []
    if "date" not in mapping["columns"]:
        found.append(_("No column holds the day of each session."))
    if "document" not in mapping["columns"] and not str(mapping.get("document") or "").strip():
        found.append(_("No column holds the document: say document, in which all of these sessions stand."))
    return found


def obstacle(record: Any, made: bool) -> object | None:
    """Why what a batch made or changed can't be given back."""
    if record.kind == "session":
        return None if record.state in OVER else _("It was withdrawn already.")
    if record.kind == "roundtable":
        return _("Its page tells that it met: the history keeps that.")
    return of_commitment(record, made)


def plan(actor: Actor, rows: Sequence[Row], mapping: Mapping[str, Any]) -> list[Outcome]:
    """What would become of each row, in the order of the file."""
    lines = lines_of(rows, mapping)
    names = {str(line.said["roundtable"]) for line in lines if "roundtable" in line.said}
    numbers = {str(line.said["commitment"]) for line in lines if "commitment" in line.said}
    stored = Stored(actor, {*names, str(mapping.get("roundtable") or "")} - {""}, numbers)
    lost, groups = grouped(lines, stored, mapping)
    outcomes = {line.row.number: Outcome(line.row, REFUSED) for line in lost}
    reader = _Reader(actor, stored, mapping)
    fresh: list[tuple[Group, list[tuple[Line, Came | None]]]] = []
    for group in groups:
        known = stored.session(group.roundtable, group.named, group.day)
        if known is not None and not known.is_free:
            for each in group.lines:
                _compare(each, group, known)
                outcomes[each.row.number] = Outcome(each.row, REFUSED if each.row.problems else UNCHANGED)
            continue
        told = reader.read(group)
        if group.is_wrong:
            wrong = next(each for each in group.lines if each.row.problems)
            for each in group.lines:
                _fall_with(each, wrong)
                outcomes[each.row.number] = Outcome(each.row, REFUSED)
        else:
            group.number = group.number or (known.number if known else None)
            fresh.append((group, told))
    for group, told, number in _numbered(fresh, stored):
        for outcome in _recorded(group, told, number, mapping):
            outcomes[outcome.row.number] = outcome
    return [outcomes[line.row.number] for line in lines]


def _compare(line: Line, group: Group, known: Known) -> None:
    """A session that is here stays as it is: a row of it is here already, or refused."""
    if group.day is not None and group.day != known.day:
        line.refuse("date", _("Session %(number)s is here already, of another day.", number=known.number))
        return
    words, item = line.said.get("agreement"), line.said.get("item")
    here = plain(str(words)) in known.texts if words else not item or plain(_title(line)) in known.items
    if not here and known.recorded:
        line.refuse("agreement" if words else "item", _(
            "Session %(number)s is recorded here without this: withdraw it on its page, and send all of its rows again.",
            number=known.number,
        ))  # fmt: skip
    elif not here:
        line.refuse("agreement" if words else "item", _(
            "Session %(number)s was prepared or run here: what came of it stands in its minutes.", number=known.number
        ))  # fmt: skip


def _fall_with(line: Line, wrong: Line) -> None:
    """A session goes in whole or not at all, so that mended rows can be sent again as they are."""
    if not line.row.problems:
        line.refuse("", _("Row %(number)s of the same session can't be taken.", number=wrong.row.number), "")


def _numbered(
    fresh: Sequence[tuple[Group, list[tuple[Line, Came | None]]]], stored: Stored
) -> list[tuple[Group, list[tuple[Line, Came | None]], int]]:
    """Sessions that have no number are counted on, in the order of their days; `number` is what the record says."""
    last: dict[int, int] = {}
    for group, _told in fresh:
        before = last.get(group.roundtable, stored.last_number(group.roundtable))
        last[group.roundtable] = max(before, group.number or 0)
    given: dict[int, int] = {}
    for group, _told in sorted(fresh, key=lambda pair: (pair[0].day or clock.today(), pair[0].lines[0].row.number)):
        if group.number is None:
            last[group.roundtable] += 1
            given[id(group)] = last[group.roundtable]
    return [(group, told, group.number or given[id(group)]) for group, told in fresh]


def _recorded(
    group: Group, told: Sequence[tuple[Line, Came | None]], number: int, mapping: Mapping[str, Any]
) -> list[Outcome]:
    """The rows of a session that is recorded: the first carries all of it."""
    items: dict[str, tuple[str, str, list[Came]]] = {}
    outcomes: list[Outcome] = []
    seen: set[Any] = set()
    name = _("Session %(number)s of %(day)s", number=group.named or number, day=group.day)
    for line, came in told:
        title = _title(line)
        mark = (title, came)
        if mark in seen or (not title and outcomes):
            outcomes.append(Outcome(line.row, UNCHANGED, {}, Planned(name)))
            continue
        seen.add(mark)
        if title:
            entry = items.setdefault(title, (title, str(line.said.get("note") or ""), []))
            if came is not None:
                entry[2].append(came)
        changes = _changes(line, group, number, first=not outcomes)
        outcomes.append(Outcome(line.row, NEW, changes, Planned(name), doubt=_doubt(came)))
    values = {
        "held_on": group.day, "number": number, "called": str(group.named or ""), "quorum": _quorum(group), "venue": group.said.get("venue", ""),
        "document": _document(group, mapping), "document_url": group.said.get("document_url", ""),
        "items": [Dealt(title, note, came) for title, note, came in items.values()],
    }  # fmt: skip
    first = outcomes[0]
    outcomes[0] = replace(first, plan=Planned(name, group.roundtable, values))
    return outcomes


def _changes(line: Line, group: Group, number: int, *, first: bool) -> dict[str, tuple[object, object]]:
    """What a preview shows of a new row; of a session as a whole, at its first."""
    named = group.named or number
    shown: dict[str, object] = {"session": named, "date": group.day} if first else {"session": named}
    if first:
        shown |= group.said
    for name in ("roundtable", "item", "note", "outcome", "agreement", "organisation", "due", "commitment"):
        if name in line.said:
            shown[name] = line.said[name]
    return {name: (None, value) for name, value in shown.items()}


def _doubt(came: Came | None) -> str:
    """Whether somebody should look at who answers for it: nobody, or more than one, is here under that name."""
    if came is None or not came.accountable_as_written:
        return ""
    return _("%(name)s is not here under this name: it stays as written.", name=came.accountable_as_written)


def _title(line: Line) -> str:
    """The item of a row; where the file names none, the beginning of what came of it."""
    found = str(line.said.get("item") or "") or excerpt(str(line.said.get("agreement") or ""), 120)
    return " ".join(found.split())[:300]


def _quorum(group: Group) -> bool | None:
    if group.said.get("state") == NO_QUORUM:
        return False
    found: bool | None = group.said.get("quorum")
    return found


def _document(group: Group, mapping: Mapping[str, Any]) -> str:
    return str(group.said.get("document") or mapping.get("document") or "").strip()


class _Reader:
    """Checks the rows of a session that is new as the verb will, so that nothing can fail once the first is written."""

    def __init__(self, actor: Actor, stored: Stored, mapping: Mapping[str, Any]) -> None:
        self._stored, self._mapping = stored, mapping
        self._drafts = bool(mapping.get("drafts", True))
        self._refusals = {id: policy.RECORD_SESSION.reason(actor, row) for id, row in stored.roundtables.items()}
        self._named: set[str] = set()
        self._today = clock.today()

    def read(self, group: Group) -> list[tuple[Line, Came | None]]:
        first = group.lines[0]
        refusal = self._refusals[group.roundtable]
        if refusal is not None:
            first.refuse("roundtable", _("You can do this when: %(reason)s.", reason=str(refusal)))
        if group.day is None:
            if not first.row.problems:
                first.refuse("date", _("Say on which day the session was."))
        elif not first.row.problems:
            self._clean(first, "date", lambda: must_have_been(group.day, self._founded(group), self._today))  # type: ignore[arg-type]
        if group.said.get("state", "held") not in OVER:
            first.refuse("state", _("Only a session that took place can be recorded."))
        self._clean(first, "document", lambda: clean_line(400, least=4)("document", _document(group, self._mapping)))
        self._clean(first, "document_url", lambda: web_address("document_url", group.said.get("document_url", "")))
        told = [(line, self._came(line, group)) for line in group.lines]
        if len({_title(line) for line, _came in told}) > MOST_ITEMS or len(told) > MOST_OUTCOMES:
            first.refuse("", _("There are as many as a session can have."), "")
        return told

    def _founded(self, group: Group) -> Any:
        return self._stored.roundtables[group.roundtable].founded_on

    def _clean(self, line: Line, column: str, check: Any) -> None:
        try:
            check()
        except Invalid as problem:
            line.refuse(column, str(problem.message))

    def _came(self, line: Line, group: Group) -> Came | None:
        said = line.said
        words, type = str(said.get("agreement") or "")[:6000].strip(), said.get("outcome")
        if not words and type is None:
            return None
        type = type or AGREEMENT
        if len(words) < 5 and not (type == DEFERRAL and not words):
            line.refuse("agreement", _("Write what came of it."))
        if type != AGREEMENT:
            if not line.said.get("item") and not words:
                line.refuse("item", _("Say of which item."))
            return Came(type, words)
        if _quorum(group) is False:
            line.refuse("agreement", _("Without a quorum nothing was agreed: write it as information."))
        number = str(said.get("commitment") or "")
        if number:
            self._commitment(line, group, number)
            return Came(type, words, number)
        if not self._drafts:
            return Came(type, words)
        if 5 <= len(words) < 8:
            line.refuse("agreement", _("Say what is promised in one sentence of 8 to 300 characters."))
        return self._promise(line, group, words)

    def _promise(self, line: Line, group: Group, words: str) -> Came:
        due = None
        if line.said.get("due"):
            due = date_of(str(line.said["due"]), str(self._mapping.get("dates") or "dmy"), last=True)
            self._clean(line, "due", lambda: sane_day("due", due))
            if due and group.day and due < group.day:
                line.refuse("due", _("It can't be due before it was promised: look at both dates again."))
        name = str(line.said.get("organisation") or "")[:400]
        is_demo = bool(self._stored.roundtables[group.roundtable].is_demo)
        known = self._stored.organisation(name, is_demo=is_demo) if name else None
        return Came(AGREEMENT, words, "", True, known, "" if known else name, due)

    def _commitment(self, line: Line, group: Group, number: str) -> None:
        known = self._stored.commitments.get(number)
        if known is None or known.is_demo != self._stored.roundtables[group.roundtable].is_demo:
            line.refuse("commitment", _("No commitment here has the number %(number)s.", number=number))
        elif known.is_taken or number in self._named:
            line.refuse("commitment", _("Commitment %(number)s came of another agreement.", number=number))
        self._named.add(number)


__all__ = ["COLUMNS", "OPTIONS", "Planned", "obstacle", "plan", "questions"]
