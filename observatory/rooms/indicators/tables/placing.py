"""Which place a row speaks of, by the columns that a mapping names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from observatory.kernel.errors import Invalid
from observatory.kernel.tables import unguarded
from observatory.kernel.text import _, fold
from observatory.rooms.indicators.tables.answers import Kept, LeftOut, Problem
from observatory.rooms.indicators.tables.mapping import Known, position
from observatory.rooms.indicators.tables.places import (
    DEPARTMENT,
    DISTRICT,
    INEI,
    ISO2,
    ISO3,
    NAME,
    PROVINCE,
    RENIEC,
    Place,
    Within,
    alike,
    is_total,
    name_beside,
)
from observatory.rooms.indicators.tables.unreadable import Unreadable

_ADVISED = 150


def placing(names: Sequence[str], mapping: Mapping[str, Any], known: Known) -> tuple[list[int], Kept]:
    """The indexes of the columns that say a row's place; and, by their texts, the id of the place, or what is wrong."""
    placer = _Placer(mapping, known)
    return [position(names, name) for name in placer.columns], Kept(placer.place)


class _Placer:
    def __init__(self, mapping: Mapping[str, Any], known: Known) -> None:
        self._mapping, self._places = mapping, known.places
        roles = mapping.get("columns") or {}
        self._codes = str(mapping.get("codes") or "")
        self._level = str(mapping.get("level") or "")
        self._levels: list[str] = []
        self._named = False
        self._advised = 0
        self._fixed = self._fixed_place()
        self._meant = {fold(name): slug for name, slug in (mapping.get("places") or {}).items()}
        if roles.get("place"):
            if self._codes not in (INEI, RENIEC, ISO2, ISO3, NAME):
                raise Invalid(_("Say of which system the codes of places are."), field="codes")
            self.columns = [roles["place"]]
            if roles.get("place_name") and self._codes in (INEI, RENIEC):
                self.columns.append(roles["place_name"])
                self._named = True
        else:
            told = mapping.get("place_columns") or {}
            self._levels = [level for level in (DEPARTMENT, PROVINCE, DISTRICT) if told.get(level)]
            self.columns = [told[level] for level in self._levels]
            if not self.columns and self._fixed is None:
                raise Invalid(_("Say which place the figures are of."), field="place")

    def place(self, texts: Any) -> int | Problem | LeftOut:
        """The id of the place that these texts mean."""
        told = [" ".join(unguarded(text).split()) for text in ((texts,) if isinstance(texts, str) else texts)]
        if not self.columns or not any(told):
            if self._fixed is not None:
                return self._fixed.id
            return Problem(", ".join(self.columns), "", _("This row names no place."), "")
        try:
            found = self._by_names(told) if self._levels else self._by_text(told)
        except Unreadable as problem:
            return Problem(", ".join(self.columns[:1] if self._named else self.columns), ", ".join(filter(None, told)),
                           problem.reason, problem.suggestion)  # fmt: skip
        return found if isinstance(found, LeftOut) else found.id

    def _fixed_place(self) -> Place | None:
        told = str(self._mapping.get("place") or "")
        if told and told not in self._places.by_slug:
            raise Invalid(_("There is no place with the code %(code)s.", code=told), field="place")
        return self._places.by_slug[told] if told else None

    def _total(self) -> Place | LeftOut:
        if self._mapping.get("totals") != "keep":
            return LeftOut("totals")
        if self._fixed is None:
            raise Unreadable(
                _("This is a total, and nothing says of which place."), _("Name the place of the whole file.")
            )
        return self._fixed

    def _by_text(self, told: list[str]) -> Place | LeftOut:
        text = told[0]
        if is_total(text):
            return self._total()
        if self._codes == NAME:
            return self._said(text) or self._named_so(text, self._level, ())
        if self._codes in (ISO2, ISO3):
            return self._places.by_iso(text, self._codes)
        if not text and self._fixed is not None:
            return self._fixed
        zeros, mixed = bool(self._mapping.get("zeros")), bool(self._mapping.get("mixed"))
        found = self._places.by_code(text, self._codes, zeros=zeros, mixed=mixed, level=self._level)
        name = (told[1] if self._named else "") or name_beside(text)
        if name and not alike(found.title, name):
            other = RENIEC if self._codes == INEI else INEI
            digits = (found.inei if self._codes == INEI else found.reniec) or ""
            twin = self._places.has(digits, other)
            if twin is not None and alike(twin.title, name):
                raise Unreadable(
                    _("By its name, this code is one of %(system)s: here it would be %(place)s.",
                      system=other.upper(), place=found.title),
                    _("Say that the codes of this file are of %(system)s.", system=other.upper()),
                )  # fmt: skip
        return found

    def _by_names(self, told: list[str]) -> Place | LeftOut:
        """The smallest place that is named, in the larger ones: one that is called a total stands for all in the next."""
        named = list(zip(self._levels, (name_beside(text) or text for text in told), strict=True))
        while named and (not named[-1][1] or is_total(named[-1][1])):
            if is_total(named[-1][1]) and self._mapping.get("totals") != "keep":
                return LeftOut("totals")
            named.pop()
        if not named:
            return self._total()
        *around, (level, name) = named
        within = [(at, self._said(text) or text) for at, text in around if text and not is_total(text)]
        return self._said(name) or self._named_so(name, level, within)

    def _said(self, name: str) -> Place | None:
        """The place that whoever brought the file says is meant by a name."""
        return self._places.by_slug.get(self._meant.get(fold(name), ""))

    def _named_so(self, name: str, level: str, within: Sequence[Within]) -> Place:
        """The place of a name. The first unknown ones get advice; a file of a million would never end."""
        try:
            return self._places.by_name(name, level, within, advice=self._advised < _ADVISED)
        except Unreadable:
            self._advised += 1
            raise
