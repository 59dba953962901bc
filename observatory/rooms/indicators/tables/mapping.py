"""What can be said about a file so that it can be read, and what is read from it.

A mapping is plain JSON; every key is optional, and keys that are not known here stay.

- `header_row`: the row number of the header, of its last line; `header_rows`: 2 where it has two lines, whose names are
  joined ("2020 · Hombres").
- `shape`: "long", one figure or a few in a row; "wide", a figure in each column of a period.
- `columns`: role → header, for place, place_name, period, month, quarter, half, value, indicator, status, source, as_of,
  unit, scope. `unit` is compared with the indicator's; `place_name` catches codes that are of the other system.
- `periods`: of a wide file, header → period. With a `columns.period` of years, header → part of the year (03, Q1, S1).
- `values`: header → indicator, where columns are figures of several indicators.
- `breakdowns`: header → dimension. `header_breakdowns`: header → {dimension: value}, where a header says it.
- `indicator`, `place`, `period`, `status`, `source`, `as_of`, `scope`: the same for the whole file, or for empty cells.
- `codes`: inei, reniec, iso2, iso3 or name. `level`: of the places. `place_columns`: level → header, for names in several
  columns; `places`: name in the file → code of the place that is meant. `zeros`: leading zeros are lost. `mixed`: codes of both systems were seen.
- `decimal`: "." or ","; else each number must show it. `percent`: as_is or share (0.45 is 45). `multiplier`: what every
  figure is multiplied by, except percentages. `dates`: dmy, mdy or iso. `serials`: days are as Excel counts them.
- `same`: what becomes of several rows of one place, period and breakdown: refuse (the later ones), add or mean.
- `totals`: of rows whose place or breakdown is called a total: leave_out or keep. Unless it is said, such places are left
  out and such breakdowns are what they say: the total.
- `only`: header → the text, or a list of texts, that a row must have to be read.
- `seen`: what `propose` saw in the head of the file, for `questions`. `unused`: headers that nothing speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from observatory.kernel.errors import Invalid
from observatory.kernel.sheets import Line
from observatory.kernel.text import _, slugify
from observatory.rooms.indicators.tables.places import Places

PERCENT, PEOPLE = "percent", "people"
REFUSE, ADD, MEAN = "refuse", "add", "mean"
JOINT = " · "
BY = "by:"
"""Before the key of a dimension, in the headers of our own exports."""


class Cell(NamedTuple):
    """An observation as the file says it."""

    row: int
    column: str
    indicator: str
    territory: int
    period: str
    breakdown: tuple[tuple[str, str], ...]
    """Sorted (dimension, value as written); empty for the total."""
    value: Decimal | None
    status: str
    source: str
    as_of: str
    scope: str


class Refusal(NamedTuple):
    """Why a row, or one figure of it, is not read, and what would be right."""

    row: int
    column: str
    value: str
    reason: str
    suggestion: str


class Question(NamedTuple):
    """What no program may guess: the key of the mapping that answers it, and the question."""

    key: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What the reader must know of an indicator."""

    slug: str
    title: str
    unit: str = ""
    kind: str = "other"
    frequency: str = "year"


@dataclass(frozen=True)
class Known:
    """What is stored and the reader may use. `sources`: key and folded title → key."""

    places: Places
    indicators: Mapping[str, Facts] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


_HOLDS: dict[str, Any] = {
    "columns": str, "place_columns": str, "periods": str, "values": str, "breakdowns": str, "places": str,
    "header_breakdowns": Mapping, "only": (str, list), "seen": object,
}  # fmt: skip
_CHOICES = {
    "same": (REFUSE, ADD, MEAN), "totals": ("leave_out", "keep"), "percent": ("as_is", "share"), "decimal": (".", ","),
    "dates": ("dmy", "mdy", "iso"),
}  # fmt: skip
_PLAIN = (
    "indicator", "place", "period", "status", "source", "as_of", "scope", "codes", "level", "multiplier", "remark",
)  # fmt: skip


def check(mapping: Mapping[str, Any]) -> None:
    """Refuse a mapping that somebody wrote by hand and that holds something else than it should somewhere."""
    told = {key: value for key, value in mapping.items() if value not in (None, "")}
    wrong = [key for key in ("header_row", "header_rows", "sheet") if type(told.get(key, 0)) is not int]
    wrong += [key for key, kind in _HOLDS.items() if not _holds(told.get(key, {}), kind)]
    wrong += [key for key in _PLAIN if isinstance(told.get(key), list | dict)]
    wrong += [key for key, known in _CHOICES.items() if key in told and told[key] not in known]
    if wrong:
        raise Invalid(_("The mapping holds something else than it should at: %(key)s.", key=", ".join(wrong)))


def _holds(told: Any, kind: Any) -> bool:
    return isinstance(told, Mapping) and all(value is None or isinstance(value, kind) for value in told.values())


def joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of columns whose header has two lines, the upper one filled to the right."""
    names, last = [], ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at].strip() if at < len(upper) else ""
        below = lower[at].strip() if at < len(lower) else ""
        last = above or last
        if not below or below == last:  # a cell merged over both lines: nothing of it goes to the right
            names.append(below or above)
            last = ""
        else:
            names.append(f"{last}{JOINT}{below}" if last else below)
    return names


def distinct(names: Iterable[str]) -> list[str]:
    """Headers trimmed, and told apart where two are the same: "Total", "Total (2)"."""
    found: list[str] = []
    count: dict[str, int] = {}
    for name in names:
        name = " ".join(name.replace("\ufeff", "").split())
        count[name] = count.get(name, 0) + 1
        found.append(name if not name or count[name] == 1 else f"{name} ({count[name]})")
    return found


def header(lines: Iterator[Line], mapping: Mapping[str, Any]) -> list[str]:
    """The names of the columns; `lines` then stands before the first row of data. Raises Invalid where there are none."""
    wanted = int(mapping.get("header_row") or 1)
    above: Line = (0, [])
    for number, cells in lines:
        if number == wanted:
            two = mapping.get("header_rows") == 2 and above[0]
            return distinct(joined(above[1], cells) if two else cells)
        if number > wanted:
            break
        above = (number, cells)
    raise Invalid(_("Row %(number)s, which should be the header, is empty.", number=wanted))


def position(names: Sequence[str], name: str) -> int:
    """Where a column stands. Raises Invalid where it is not there."""
    try:
        return names.index(" ".join(str(name).split()))
    except ValueError:
        raise Invalid(_("The mapping speaks of the column %(name)s, which is not there.", name=name)) from None


def dimensions_of(mapping: Mapping[str, Any]) -> dict[str, str]:
    """The names of the dimensions by key, as the file writes them where a key says the same without accents."""
    inside = (name for groups in (mapping.get("header_breakdowns") or {}).values() for name in groups)
    written = (name.removeprefix(BY) for name in (*(mapping.get("breakdowns") or {}), *inside))
    return {slugify(name): named(name) for name in written}


def named(name: str) -> str:
    """A dimension as it is read."""
    told = " ".join(name.replace("-", " ").replace("_", " ").split())
    return told.capitalize() if told.isupper() or told.islower() else told
