"""What the rows of a file say beside place, period and number, worked out once for all rows that say it alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from operator import itemgetter
from typing import Any, NamedTuple

from observatory.kernel.errors import Invalid
from observatory.kernel.tables import unguarded
from observatory.kernel.text import _, fold, slugify
from observatory.rooms.indicators.models.words import NORMAL
from observatory.rooms.indicators.tables import periods, statuses
from observatory.rooms.indicators.tables.answers import Kept, LeftOut, Problem
from observatory.rooms.indicators.tables.mapping import Facts, Known, position
from observatory.rooms.indicators.tables.periods import Period
from observatory.rooms.indicators.tables.places import is_total
from observatory.rooms.indicators.tables.repeats import Seen
from observatory.rooms.indicators.tables.scales import PERCENT_UNITS, Scale
from observatory.rooms.indicators.tables.unreadable import Unreadable

_PART = re.compile(r"0[1-9]|1[0-2]|Q[1-4]|S[12]")
_NO_GROUP = frozenset({"", "-", "–", "_t", "_z"})


class Target(NamedTuple):
    """A figure that each row of a kind gives: in which column, of what, and what is known of it beforehand."""

    at: int
    column: str
    period: Period | str | None
    """Of the column; a text where it is the end of the row's ("-03"); None where the row says all."""
    periods: Kept
    """The row's periods by its texts, as the indicator's frequency reads them."""
    indicator: str
    breakdown: tuple[tuple[str, str], ...]
    said: str
    """The status that the row says."""
    usual: str
    """The status where neither row, column nor cell says one."""
    source: str
    as_of: str
    scope: str
    scale: Scale
    exact: bool
    """Whether a plain number is the figure as it stands."""
    rows: dict[str, Seen]
    """period → place → the row in which a figure of this series stood already."""


class Frames:
    """Makes the targets of a row out of the texts in its columns that are neither place, period nor number."""

    def __init__(self, names: Sequence[str], mapping: Mapping[str, Any], known: Known) -> None:
        self._mapping, self._known, self._names = mapping, known, names
        self._columns: Mapping[str, str] = mapping.get("columns") or {}
        self._only = {
            name: [only] if isinstance(only, str) else list(only) for name, only in (mapping.get("only") or {}).items()
        }
        self._groups = {name: slugify(str(key)) for name, key in (mapping.get("breakdowns") or {}).items()}
        roles = [
            role for role in ("indicator", "status", "source", "as_of", "unit", "scope") if self._columns.get(role)
        ]
        asked = list(dict.fromkeys([*(self._columns[role] for role in roles), *self._groups, *self._only]))
        self._at = {name: at for at, name in enumerate(asked)}
        self.indexes = [position(names, name) for name in asked]
        self._rows: dict[tuple[str, tuple[tuple[str, str], ...], str], dict[str, Seen]] = {}
        self._periods: dict[str, Kept] = {}
        self._year_and_part = self._year_or_parts()
        self.slots = self._slots()
        if not self._columns.get("indicator") and not all(slug for *_slot, slug in self.slots):
            raise Invalid(_("Say of which indicator the figures are."), field="indicator")
        if (
            not self._year_and_part
            and not mapping.get("period")
            and any(period is None for _a, _n, period, _s in self.slots)
        ):
            raise Invalid(_("Say of which period the figures are."), field="period")
        self.of = Kept(self._made)

    def key(self) -> Callable[[Sequence[str]], Any] | None:
        """What takes the texts out of a row that decide about it; None where nothing does."""
        return itemgetter(*self.indexes) if self.indexes else None

    @property
    def period_indexes(self) -> list[int]:
        return [position(self._names, name) for _role, name in self._year_and_part]

    def _year_or_parts(self) -> list[tuple[str, str]]:
        found = [
            (role, self._columns[role]) for role in ("period", "month", "quarter", "half") if self._columns.get(role)
        ]
        if len(found) > 2:
            raise Invalid(_("A period has a year and one other column."), field="columns")
        return found

    def _slots(self) -> list[tuple[int, str, Period | str | None, str | None]]:
        """(index, header, period, indicator) of each column with figures."""
        mapping, values = self._mapping, self._mapping.get("values") or {}
        fixed = mapping.get("indicator") or None
        told: Mapping[str, str] = mapping.get("periods") or {}
        if told and mapping.get("shape", "wide") == "wide":
            return [
                (position(self._names, name), name, self._of_header(name, str(text)), values.get(name) or fixed)
                for name, text in told.items()
            ]
        if values:
            return [(position(self._names, name), name, None, slug) for name, slug in values.items() if slug]
        name = self._columns.get("value")
        if not name:
            raise Invalid(_("Say which column holds the figures."), field="value")
        return [(position(self._names, name), name, None, fixed)]

    def _of_header(self, name: str, text: str) -> Period | str:
        part = text.removeprefix("-")
        if _PART.fullmatch(part):
            return f"-{part}"
        try:
            found = periods.period(text, dates=str(self._mapping.get("dates") or ""))
        except Unreadable as problem:
            raise Invalid(
                _("The period of the column %(name)s can't be read: %(reason)s", name=name, reason=problem.reason)
            ) from None
        return found._replace(status=found.status or _mark(name))

    def _made(self, texts: Any) -> list[Target] | Problem | LeftOut:
        told = (texts,) if isinstance(texts, str) else texts
        for name, wanted in self._only.items():
            if " ".join(told[self._at[name]].split()) not in wanted:
                return LeftOut("only")
        try:
            return self._targets(told)
        except _Wrong as wrong:
            return Problem(wrong.column, wrong.value, wrong.problem.reason, wrong.problem.suggestion)

    def _targets(self, told: Sequence[str]) -> list[Target] | Problem | LeftOut:
        breakdown: list[tuple[str, str]] = []
        for name, key in self._groups.items():
            group = " ".join(unguarded(told[self._at[name]]).split())
            total = is_total(group)
            if total and self._mapping.get("totals") == "leave_out":
                return LeftOut("totals")
            if fold(group) not in _NO_GROUP and not total:
                breakdown.append((key, group))
        status = self._read("status", told, statuses.status)
        source = self._read("source", told, self._source)
        as_of = self._read("as_of", told, _as_of)
        scope = self._read("scope", told, lambda text: " ".join(text.split())[:200]) or str(
            self._mapping.get("scope") or ""
        )
        indicator = self._read("indicator", told, self._indicator)
        found = []
        for at, name, period, fixed in self.slots:
            slug = fixed or indicator
            facts = self._known.indicators.get(slug or "")
            if facts is None:
                if not slug:
                    raise _Wrong(self._columns.get("indicator", ""), "", Unreadable(_("This row names no indicator.")))
                raise Invalid(_("There is no indicator called %(name)s.", name=slug), field="indicator")
            self._read("unit", told, lambda text, facts=facts: _same_unit(text, facts))
            extra = (self._mapping.get("header_breakdowns") or {}).get(name) or {}
            groups = tuple(sorted([*breakdown, *((slugify(key), value) for key, value in extra.items())]))
            scale = Scale(facts, self._mapping)
            if isinstance(period, Period):
                try:
                    period = periods.fitted(period, facts.frequency)
                except Unreadable as problem:
                    raise _Wrong(name, period.text, problem) from None
            found.append(
                Target(
                    at, name, period, self._periods_of(facts.frequency), facts.slug, groups, status,
                    str(self._mapping.get("status") or NORMAL), source or str(self._mapping.get("source") or ""),
                    as_of or str(self._mapping.get("as_of") or ""), scope,
                    scale, scale.plain and not scale.people,
                    self._rows.setdefault((facts.slug, groups, scope), {}),
                )
            )  # fmt: skip
        return found

    def _read(self, role: str, told: Sequence[str], read: Callable[[str], str]) -> str:
        name = self._columns.get(role)
        text = unguarded(told[self._at[name]]).strip() if name else ""
        if not name or not text:
            return ""
        try:
            return read(text)
        except Unreadable as problem:
            raise _Wrong(name, text, problem) from None

    def _source(self, text: str) -> str:
        sources = self._known.sources
        key = sources.get(text) or sources.get(fold(text))
        if key is None:
            near = get_close_matches(fold(text), list(sources), n=1, cutoff=0.7)
            raise Unreadable(
                _("This source is not in the list of sources."),
                near[0] if near else _("Enter the source first, or name one for the whole file."),
            )
        return key

    def _indicator(self, text: str) -> str:
        found = indicator_of(text, self._known)
        if found is None:
            titles = {fold(facts.title): facts for facts in self._known.indicators.values()}
            near = get_close_matches(fold(text), list(titles), n=1, cutoff=0.6)
            raise Unreadable(
                _("There is no such indicator."), f"{titles[near[0]].title} ({titles[near[0]].slug})" if near else ""
            )
        return found

    def _periods_of(self, frequency: str) -> Kept:
        if frequency not in self._periods:
            self._periods[frequency] = Kept(lambda texts: self._period(texts, frequency))
        return self._periods[frequency]

    def _period(self, texts: Any, frequency: str) -> Period | Problem:
        """The period of a row, or of its year where the column says the rest."""
        told = [" ".join(unguarded(text).split()) for text in ((texts,) if isinstance(texts, str) else texts)]
        if not self._year_and_part:
            told = [str(self._mapping.get("period") or "")]
        try:
            if len(told) == 2:
                return periods.of_parts(told[0], told[1], self._year_and_part[1][0], frequency)
            partial = any(isinstance(period, str) for _at, _name, period, _slug in self.slots)
            return periods.period(
                told[0], dates=str(self._mapping.get("dates") or ""), frequency="" if partial else frequency,
                serials=bool(self._mapping.get("serials")),
            )  # fmt: skip
        except Unreadable as problem:
            column = ", ".join(name for _role, name in self._year_and_part)
            return Problem(column, " ".join(told), problem.reason, problem.suggestion)


class _Wrong(Exception):
    def __init__(self, column: str, value: str, problem: Unreadable) -> None:
        super().__init__(problem.reason)
        self.column, self.value, self.problem = column, value, problem


def indicator_of(text: str, known: Known) -> str | None:
    """The indicator that a text names by its slug or its title."""
    if text in known.indicators:
        return text
    plain = fold(text)
    return next((slug for slug, facts in known.indicators.items() if fold(facts.title) == plain), None)


def _mark(name: str) -> str:
    """The status that a mark beside the period in a header says: "2005 (p)"."""
    for part in name.split(" · "):
        try:
            return periods.period(part).status
        except Unreadable:
            continue
    return ""


def _as_of(text: str) -> str:
    """A day as such, anything else as it is written."""
    try:
        return periods.period(text).text
    except Unreadable:
        return " ".join(text.split())[:40]


def _same_unit(text: str, facts: Facts) -> str:
    if fold(text) == fold(facts.unit) or {fold(text), fold(facts.unit)} <= PERCENT_UNITS:
        return text
    raise Unreadable(
        _("The indicator is measured in another unit: %(unit)s.", unit=facts.unit or "?"),
        _("Convert the figures, or choose the indicator that is measured so."),
    )
