"""Registers that go in as spreadsheets: what a room declares, and what is the same for all.

A file's columns are mapped to the register's; each row is read and checked; the room compares with what is stored and
says what would be new, changed, unchanged or refused; nothing is written before that is known of every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, Rule
from observatory.kernel.sheets import Line, Sheet, missing
from observatory.kernel.tables import unguarded
from observatory.kernel.text import _, fold

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
SUSPICIOUS = "suspicious"
"""Beside the others: worth a second look, whatever becomes of it."""
_LOOKED_AT = 30
_WORDS = re.compile(r"[^a-z0-9ñ]+")


@dataclass(frozen=True)
class Column:
    """A column of a register. `aliases` are other names that its header has in real files; `read` makes a value of a
    text, or raises ValueError with the reason."""

    key: str
    label: object
    read: Callable[[str], Any] = str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: in which column (empty: as a whole), over which value, and what would be right."""

    column: str
    value: str
    reason: str
    suggestion: str = ""


@dataclass
class Row:
    """A row of the file: its values by column, a missing one left out, and what is wrong with it."""

    number: int
    texts: dict[str, str]
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What would become of a row: its kind, each field's old and new value, and whatever `apply` needs."""

    row: Row
    kind: str
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    plan: Any = None
    doubt: object = ""
    """Why it is worth a second look, whatever becomes of it."""


@dataclass(frozen=True)
class Stream:
    """How a register of volumes is taken in: its files are read, compared and written row by row, never held whole.

    `plan(actor, lines, mapping)` answers what would become of each figure, and `shower(actor)` a function that shows one of these; `write(actor,
    None, lines=…, mapping=…, batch_id=…, watch=…)` carries all of it out and answers counts by kind: it is a verb.
    """

    propose: Callable[[Actor, Sequence[Line]], dict[str, Any]]
    questions: Callable[[Actor, Mapping[str, Any]], list[str]]
    plan: Callable[[Actor, Iterable[Line], Mapping[str, Any]], Iterator[Any]]
    shower: Callable[[Actor], Callable[[Any], Outcome]]
    write: Callable[..., dict[str, int]]
    form: Callable[[Actor, Sheet, Mapping[str, Any]], Any]
    """The questions of one file as a form: with `columns` and `options`, the names of its fields, and `said()`."""
    take_back: Callable[..., Any]
    """`take_back(actor, batch, reason=…)`, a verb."""
    may_take_back: Callable[[Actor, int], bool]
    """Whether an actor may take a batch, by its number, back now."""
    most: int
    """How many figures one request may write."""
    once: tuple[str, ...] = ()
    """What is said of one file only, and asked again of the next one like it."""


@dataclass(frozen=True)
class Option:
    """Something about a file that only a person can say: one of `choices`, a yes or no where these are None, or, where
    they are empty, a text. `standard` is what holds where nobody says anything."""

    key: str
    label: object
    choices: Mapping[str, object] | None = None
    standard: object = None
    help: object = ""


@dataclass(frozen=True)
class Register:
    """A table that a room takes in.

    `plan` compares rows with what is stored, in a fixed number of statements; `apply(actor, outcome, mapping=…)` carries
    one out, in the order in which `plan` gave them; it is a verb. A register has these two, or a stream.
    """

    name: str
    label: object
    columns: Sequence[Column]
    rule: Rule
    plan: Callable[[Actor, Sequence[Row], Mapping[str, Any]], list[Outcome]] | None = None
    apply: Callable[..., Any] | None = None
    questions: Callable[[Mapping[str, Any]], list[str]] = lambda mapping: []
    """What a mapping leaves open and no program may guess, as sentences."""
    options: Sequence[Option] = ()
    stored: Callable[[Any], Mapping[str, Any]] | None = None
    """What a record holds now, by the names that its history has."""
    revert: Callable[..., Any] | None = None
    """`revert(actor, record, values=…, reason=…)` gives a record its former values, or takes it out where these are
    None: the batch had made it. Raises Invalid where that can't be done. It is a verb."""
    obstacle: Callable[[Any, bool], object | None] = lambda record, made: None
    """Why a record that a batch changed, or `made`, can't be given back, or None."""
    stream: Stream | None = None
    """For volumes, which have neither plan nor apply."""


def planned(register: Register, actor: Actor, sheet: Sheet, mapping: Mapping[str, Any]) -> list[Outcome]:
    """What would become of each row of a sheet."""
    assert register.plan is not None
    return register.plan(actor, rows_of(register, sheet, mapping), mapping)


def propose(register: Register, sheet: Sheet) -> dict[str, Any]:
    """A mapping for a file: the row of its header, the register's columns by header, and what only a person can say."""
    names = {_plain(name): column.key for column in register.columns for name in (column.key, *column.aliases)}
    best: tuple[int, int] = (0, 0)
    for position, (_number, cells) in enumerate(sheet.rows[:_LOOKED_AT]):
        known = len({names[_plain(cell)] for cell in cells if _plain(cell) in names})
        if known > best[0]:
            best = (known, position)
    if not best[0]:
        expected = ", ".join(column.key for column in register.columns)
        raise Invalid(_("No header was recognised. The columns are called: %(names)s.", names=expected))
    number, header = sheet.rows[best[1]]
    columns: dict[str, str] = {}
    for cell in header:
        key = names.get(_plain(cell))
        if key is not None:
            columns.setdefault(key, cell)
    mapping: dict[str, Any] = {"header_row": number, "columns": columns}
    return {**mapping, "unused": [cell for cell in header if cell and cell not in columns.values()]}


def rows_of(register: Register, sheet: Sheet, mapping: Mapping[str, Any]) -> list[Row]:
    """The rows below the header, read and checked column by column."""
    header = next((cells for number, cells in sheet.rows if number == mapping.get("header_row")), None)
    if header is None:
        raise Invalid(_("Row %(number)s, which should be the header, is empty.", number=mapping.get("header_row")))
    at = {}
    by_key = {column.key: column for column in register.columns}
    for key, name in mapping["columns"].items():
        if key not in by_key or name not in header:
            raise Invalid(_("The mapping speaks of the column %(name)s, which is not there.", name=name or key))
        at[key] = header.index(name)
    found = []
    for number, cells in sheet.rows:
        if number <= mapping["header_row"]:
            continue
        row = Row(number, {}, {})
        for key, position in at.items():
            text = cells[position] if position < len(cells) else ""
            text = unguarded(text)
            row.texts[key] = text
            if missing(text):
                continue
            try:
                row.values[key] = by_key[key].read(text)
            except ValueError as problem:
                row.problems.append(Problem(str(header[position]), text, str(problem)))
        if any(not missing(text) for text in row.texts.values()):
            found.append(row)
    return found


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many rows of each kind."""
    return {kind: sum(outcome.kind == kind for outcome in outcomes) for kind in (NEW, CHANGED, UNCHANGED, REFUSED)}


def whole(text: str) -> int:
    """A whole number of zero or more, with or without separators of thousands."""
    value = number(text)
    if value != value.to_integral_value() or value < 0:
        raise ValueError(_("This is not a whole number."))
    return int(value)


def number(text: str) -> Decimal:
    """A decimal number with a point or a comma before the decimals."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}(,\d+)?", plain) or re.fullmatch(r"-?\d+,\d+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(_("This is not a number.")) from None
    if not value.is_finite() or abs(value) > Decimal(10) ** 15:
        raise ValueError(_("This number is out of any range."))
    return value


def one_of(words: Mapping[str, object]) -> Callable[[str], str]:
    """Reads a choice by its key or by one of its names, with or without accents."""

    def read(text: str) -> str:
        wanted = fold(text)
        for key, label in words.items():
            if wanted in {fold(key), fold(key.replace("_", " ")), fold(str(label))}:
                return key
        raise ValueError(_("Choose one of: %(choices)s.", choices=", ".join(words)))

    return read


def _plain(name: str) -> str:
    return _WORDS.sub(" ", fold(name)).strip()
