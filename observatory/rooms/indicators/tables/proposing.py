"""What a file seems to say: a mapping out of its first lines, with what is proven by them and nothing that is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from observatory.kernel.errors import Invalid
from observatory.kernel.sheets import Line
from observatory.kernel.text import _, fold, slugify
from observatory.rooms.indicators.tables import periods, standards
from observatory.rooms.indicators.tables.frames import indicator_of
from observatory.rooms.indicators.tables.heads import DIMENSIONS, Head, head_of, header_period, parts, role_of, words
from observatory.rooms.indicators.tables.mapping import Known
from observatory.rooms.indicators.tables.places import is_total
from observatory.rooms.indicators.tables.seeing import is_period, seen_in, told_before
from observatory.rooms.indicators.tables.whereabouts import where

_NAMED_YEAR = re.compile(r"(.*?\D)[\s_·-]*((?:19|20)\d{2})")
_MONTHS = re.compile(r"(?:ene|feb|mar|abr|may|jun|jul|ago|se[pt]|oct|nov|dic|jan|apr|aug|dec)[a-z]*\.?", re.IGNORECASE)
_KEY = re.compile(r"(?:cod|codigo|ubi|ubigeo|id)(?: |\d|$)|(?:sec ejec|lat|lon|latitud|longitud|latitude|longitude)$")
"""Numbers that count nothing."""


def propose(lines_head: Sequence[Line], known: Known) -> dict[str, Any]:
    """The mapping that the first lines of a file prove; what stays open is for `questions`. Raises Invalid where there is
    no table."""
    head = head_of(lines_head)
    if head is None:
        raise Invalid(_("No header was recognised: the table needs a line with the names of its columns."))
    mapping: dict[str, Any] = {"header_row": head.number}
    if head.lines == 2:
        mapping["header_rows"] = 2
    mapping |= standards.recognised(head, known) or _found(head, known)
    mapping.setdefault("columns", {})
    told_before(head, mapping, known)
    mapping["seen"] = seen_in(head, mapping) | mapping.pop("seen", {})
    for key, value in (mapping["seen"].pop("settled", {})).items():
        mapping.setdefault(key, value)
    used = _used(mapping)
    mapping["unused"] = [name for name in head.names if name and name not in used]
    return mapping


def _found(head: Head, known: Known) -> dict[str, Any]:
    """A mapping for a file of no known standard."""
    columns: dict[str, str] = {}
    for role in ("as_of", "status", "source", "unit", "scope"):
        if (named := head.named(role)) and head.texts(named[0]):
            columns[role] = named[0]
    told: dict[str, Any] = {}
    wide = _wide(head, [*columns.values()])
    if wide:
        told |= wide
    if not wide or "months" in wide:
        columns |= _times(head, [*columns.values(), *wide.get("periods", ())], months="months" in wide)
    told.pop("months", None)
    taken = [*columns.values(), *told.get("periods", ()), *told.get("header_breakdowns", ())]
    place = where(head, known, taken)
    columns |= place.pop("columns", {})
    seen: dict[str, Any] = {"fits": place.pop("fits")} if "fits" in place else {}
    told |= place
    taken = [*taken, *columns.values(), *(told.get("place_columns") or {}).values()]
    told |= _indicators(head, known, columns)
    called = [head.texts(name)[0] for name in head.named("indicator") if len(head.texts(name)) == 1]
    if called:
        seen["called"] = called
    if not wide:
        seen["numbers"] = _figures(head, known, columns, told, taken)
    unit = columns.pop("unit", "")
    if unit:
        units = head.texts(unit)
        seen["units"] = {unit: units[:12]}
        if len(units) == 1:
            told["only"] = {unit: units[0]}
    told["breakdowns"] = _groups(head, [*taken, *columns.values(), *(told.get("values") or {}), unit])
    return {
        "shape": "wide" if wide else "long",
        "columns": columns,
        **{k: v for k, v in told.items() if v != {}},
        "seen": seen,
    }


def _wide(head: Head, taken: Sequence[str]) -> dict[str, Any]:
    """Columns that are periods: plain ("2019.0"), marked ("2005 (p)"), named ("IDH 2019"), or under another line."""
    found: dict[str, str] = {}
    groups: dict[str, dict[str, str]] = {}
    numeric = [
        name for name in head.names if name and name not in taken and (head.is_numeric(name) or not head.texts(name))
    ]
    for name in numeric:
        for part in parts(name):
            if period := header_period(part):
                found[name] = period.text
                other = next((each for each in parts(name) if each != part), "")
                if other and not is_total(other):
                    groups[name] = {DIMENSIONS.get(words(other), _dimension(other)): other}
                break
    if found:
        return {"periods": found} | ({"header_breakdowns": groups} if groups else {})
    months = [name for name in numeric if _MONTHS.fullmatch(name.strip())]
    if len(months) >= 6:
        return {
            "periods": {name: f"{periods.of_parts('2000', name, 'month').text[5:]}" for name in months},
            "months": True,
        }
    named: dict[str, dict[str, str]] = {}
    for name in numeric:
        if match := _NAMED_YEAR.fullmatch(name):
            named.setdefault(fold(match[1]), {})[name] = match[2]
    most = max(named.values(), key=len, default={})
    return {"periods": most} if len(most) >= 2 else {}


def _dimension(value: str) -> str:
    """Under which name a value divides, for the ones that everybody knows; else "grupo", to be named by a person."""
    plain = words(value)
    if plain in {"hombre", "hombres", "mujer", "mujeres", "male", "female", "masculino", "femenino", "men", "women"}:
        return "sexo"
    return "ambito" if plain in {"urbano", "urbana", "rural", "urban"} else "grupo"


def _times(head: Head, taken: Sequence[str], months: bool) -> dict[str, str]:
    """The columns of the period: of days before years where there are both; a year and its month or quarter."""
    named = [name for name in head.named("period") if name not in taken and head.texts(name)]
    fine = [name for name in named if not head.all_of(name, _is_year, 0.9)]
    years = [name for name in named if name not in fine]
    parts_of_year = {
        role: found[0] for role in ("month", "quarter", "half")
        if (found := [name for name in head.named(role) if name not in taken and head.texts(name)])
    }  # fmt: skip
    for role, name in parts_of_year.items():
        if years and not months:
            return {"period": years[0], role: name}
        if not named and head.all_of(name, is_period, 0.8):
            return {"period": name}
    chosen = years or fine if months else fine or years
    return {"period": chosen[0]} if chosen else {}


def _is_year(text: str) -> bool:
    return is_period(text) and periods.period(text).kind == periods.YEAR


def _indicators(head: Head, known: Known, columns: dict[str, str]) -> dict[str, Any]:
    """The indicator, where a column or one text all along names one that is known."""
    for name in head.named("indicator"):
        texts = head.texts(name)
        slugs = [slug for text in texts if (slug := indicator_of(text, known))]
        if len(texts) == 1 and slugs:
            return {"indicator": slugs[0]}
        if len(texts) > 1 and slugs:
            columns["indicator"] = name
            return {}
    return {}


def _figures(
    head: Head, known: Known, columns: dict[str, str], told: dict[str, Any], taken: Sequence[str]
) -> list[str]:
    """Choose the columns of figures; answers with all that might be, where more than one might."""
    named = [name for name in head.named("value") if name not in taken]
    numeric = [
        name for name in head.names
        if name and name not in taken and head.is_numeric(name) and role_of(name) in ("", "value") and not _KEY.match(words(name))
    ]  # fmt: skip
    known_ones = {
        name: slug for name in numeric if (slug := indicator_of(name, known) or indicator_of(slugify(name), known))
    }
    if named:
        columns["value"] = named[0]
    elif len(known_ones) == 1 and len(numeric) == 1:
        columns["value"] = numeric[0]
    elif known_ones:
        told["values"] = known_ones
    elif len(numeric) == 1:
        columns["value"] = numeric[0]
    if columns.get("value") in known_ones and "indicator" not in columns:
        told.setdefault("indicator", known_ones[columns["value"]])
    return numeric


def _groups(head: Head, taken: Sequence[str]) -> dict[str, str]:
    """The columns that divide what is counted; in an Open SDG file, all that are left."""
    left = [name for name in head.names if name and name not in taken]
    called = {words(name) for name in head.names}
    if {"year", "units", "value"} <= called:
        return {name: slugify(name) for name in left if words(name) not in ("geocode", "col2")}
    return {
        name: key for name in left
        if (key := DIMENSIONS.get(words(name))) and not head.is_numeric(name)
    }  # fmt: skip


def _used(mapping: dict[str, Any]) -> set[str]:
    used = set(mapping["columns"].values()) | set((mapping.get("place_columns") or {}).values())
    for key in ("periods", "values", "breakdowns", "header_breakdowns", "only"):
        used |= set(mapping.get(key) or {})
    return used
