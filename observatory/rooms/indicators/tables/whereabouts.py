"""Which columns say the place, and by which system of codes: out of names and values, and never by a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from observatory.rooms.indicators.tables import countries
from observatory.rooms.indicators.tables.heads import Head, words
from observatory.rooms.indicators.tables.mapping import Known
from observatory.rooms.indicators.tables.places import (
    COUNTRY,
    DEPARTMENT,
    DIGITS,
    DISTRICT,
    INEI,
    ISO2,
    ISO3,
    LEVELS,
    NAME,
    PROVINCE,
    RENIEC,
    Places,
    alike,
    code_of,
    is_total,
    name_beside,
)

_LEVEL_OF = {digits: level for level, digits in DIGITS.items()}
_RARE, _SHARE = 3, 0.1
_NOTES = 4
"""Lines below a table: its source, its author, what its marks mean."""


@dataclass(frozen=True)
class Fit:
    """How the codes of a column fit the two systems."""

    system: str
    """inei or reniec where only one fits; else "both", "mixed" or "none"."""
    valid: float
    """The share of the codes that are one in either."""
    level: str
    zeros: bool


def where(head: Head, known: Known, taken: Sequence[str]) -> dict[str, Any]:
    """What the columns say of the place: the part of a mapping. Codes before names, small places before large ones."""
    levels = {level: head.named(level)[:1] for level in (DEPARTMENT, PROVINCE, DISTRICT)}
    named = {
        level: found[0] for level, found in levels.items()
        if found and found[0] not in taken
        and head.all_of(found[0], lambda text, at=level: is_total(text) or known.places.is_name(text, at), 0.5)
    }  # fmt: skip
    found = [candidate for name in head.names if name and name not in taken
             if (candidate := _codes(head, known, name, named))]  # fmt: skip
    if named:
        deepest = [level for level in LEVELS if level in named][-1]
        found.append((LEVELS.index(deepest), 0, {"place_columns": named, "codes": NAME, "level": deepest}))
    found += [(0, 1, told) for name in head.names if name and name not in taken and (told := _iso(head, name))]
    found += [
        (LEVELS.index(told["level"] or COUNTRY), -1, told)
        for name in (*head.named("name"), *head.named("place")) if name not in taken and (told := _names(head, known, name))
    ]  # fmt: skip
    if not found:
        empty = [name for name in head.named("place") if name not in taken and not head.texts(name)]
        return {"columns": {}} if not empty else {"columns": {}, "blank": empty[0]}
    return max(found, key=lambda each: each[:2])[2]


def fit(codes: Sequence[str], names: Sequence[str], places: Places) -> Fit:
    """How codes fit INEI and RENIEC. `names`, one for each or empty, may tell the two apart where both have a code."""
    digits = [code_of(code) or "" for code in codes]
    odd = [each for each in digits if len(each) % 2]
    whole = [each.zfill(len(each) + len(each) % 2) for each in digits]
    votes, only = {INEI: 0, RENIEC: 0}, {INEI: 0, RENIEC: 0}
    valid = 0
    levels: set[str] = set()
    for code, name in zip(whole, names or [""] * len(whole), strict=True):
        short = code
        while len(short) > 2 and short.endswith("00"):
            short = short[:-2]
        one = places.has(code, INEI) or places.has(short, INEI)
        other = places.has(code, RENIEC) or places.has(short, RENIEC)
        valid += bool(one or other)
        levels |= {place.level for place in (one, other) if place}
        if one and other:
            if one is not other and name:
                votes[INEI] += alike(one.title, name)
                votes[RENIEC] += alike(other.title, name)
        elif one or other:
            only[INEI if one else RENIEC] += 1
    lengths = {len(each) for each in whole}
    level = next(iter(levels)) if len(levels) == 1 else ""
    digits_of_level = min(lengths, default=0) if len(lengths) == 1 else 0
    share = valid / len(whole) if whole else 0.0
    zeros = bool(odd) and all(len(each) >= digits_of_level - 1 > -1 for each in digits)
    return Fit(_system(votes, only, valid), share, level, zeros)


def _system(votes: Mapping[str, int], only: Mapping[str, int], valid: int) -> str:
    for system, other in ((INEI, RENIEC), (RENIEC, INEI)):
        if votes[system] >= _RARE and votes[system] > 10 * votes[other] and only[other] <= valid / 20:
            return system
    if only[INEI] and only[RENIEC]:
        return "mixed"
    for system, other in ((INEI, RENIEC), (RENIEC, INEI)):
        # Not every place's RENIEC code is known here, so that a few codes of one system alone prove nothing.
        if only[system] >= max(_RARE, _SHARE * valid) and not only[other] and not votes[other]:
            return system
    return "both" if valid else "none"


def _codes(head: Head, known: Known, name: str, named: Mapping[str, str]) -> tuple[int, int, dict[str, Any]] | None:
    """A column of codes: called so, or full of six digits that are places."""
    called = words(name) in _CODES
    every = head.texts(name)
    texts = [text for text in every if code_of(text)]
    notes = sum(not code_of(text) and not is_total(text) for text in every)
    if not texts or notes > max(_NOTES, _SHARE * len(every)):
        return None
    beside = [name_beside(text) for text in texts]
    glued = all(beside)
    lengths = {len(code_of(text) or "") for text in texts}
    level = _LEVEL_OF.get(max(lengths) + max(lengths) % 2, "")
    own = named.get(level)
    if not any(beside) and own and own != name:
        pairs = dict(zip(head.column(name), head.column(own), strict=True))
        beside = [pairs.get(text, "") for text in texts]
    told = fit(texts, beside, known.places)
    said = next((system for system in (INEI, RENIEC) if system in words(name).split()), told.system)
    likely = called or glued or (max(lengths) >= 5 and len(texts) > 1)
    proven = told.system in (INEI, RENIEC) or min(lengths) >= 5
    if not likely or told.valid < (0.3 if called else 0.9) or not (called or proven):
        return None
    columns = {"place": name} | ({"place_name": own} if own and own != name else {})
    found: dict[str, Any] = {"columns": columns, "codes": said, "level": told.level}
    if said not in (INEI, RENIEC):
        found |= {"codes": "", "fits": said} | ({"mixed": True} if said == "mixed" else {})
    if told.zeros:
        found["zeros"] = True
    return (LEVELS.index(told.level or level or DISTRICT), 3 if said == INEI and called else 2 if called else 1, found)


_CODES = frozenset(
    "place|lugar|ubigeo|cod ubigeo|codigo ubigeo|codigo de ubigeo|ubigeo inei|ubigeo reniec|cod ubigeo inei|cod ubigeo reniec|"
    "ubi dist|ubi prov|ubi dpto|ubi dep|iddist|idprov|iddpto|geocode|geo code|ref area|codigo distrito|cod distrito|code|"
    "inei|reniec|cod departamento".split("|")
)


def _iso(head: Head, name: str) -> dict[str, Any] | None:
    """A column of countries' codes."""
    told = [text.partition(":")[0].strip() for text in head.texts(name)]
    for system, letters, codes in ((ISO3, 3, countries.by_alpha3), (ISO2, 2, _alpha2)):
        formed = sum(len(text) == letters and text.isalpha() and text.isupper() for text in told)
        if told and formed >= 0.7 * len(told) and sum(text in codes() for text in told) >= 0.6 * len(told):
            return {"columns": {"place": name}, "codes": system, "level": COUNTRY}
    return None


def _alpha2() -> Mapping[str, str]:
    return {code.upper(): code for code in countries.by_alpha3().values()}


def _names(head: Head, known: Known, name: str) -> dict[str, Any] | None:
    """A column of names: of the one level at which they are known, else of one that must be asked for."""
    texts = [text for text in head.texts(name) if not is_total(text)][:60]
    if not texts:
        return None
    fits = [level for level in LEVELS if sum(known.places.is_name(text, level) for text in texts) >= 0.6 * len(texts)]
    abroad = sum(countries.by_name().get(text.casefold()) is not None for text in texts) >= 0.6 * len(texts)
    if not fits and not abroad:
        return {"columns": {"place": name}, "codes": NAME, "level": ""} if words(name) in _SURE else None
    level = fits[0] if len(fits) == 1 else COUNTRY if not fits else ""
    return {"columns": {"place": name}, "codes": NAME, "level": level}


_SURE = frozenset({"place", "lugar", "entity", "country", "pais", "country name"})
