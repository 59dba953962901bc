"""Files of a known standard: our own exports and SDMX-CSV say by themselves what each column is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from observatory.kernel.text import slugify
from observatory.rooms.indicators.tables.frames import indicator_of
from observatory.rooms.indicators.tables.heads import Head
from observatory.rooms.indicators.tables.mapping import BY, Known
from observatory.rooms.indicators.tables.numbers import evidence
from observatory.rooms.indicators.tables.places import INEI
from observatory.rooms.indicators.tables.whereabouts import where

_OWN = ("indicator", "place", "place_name", "period", "value", "unit", "status", "source", "as_of", "scope")
_ATTRIBUTES = frozenset(
    "STRUCTURE STRUCTURE_ID STRUCTURE_NAME ACTION DATAFLOW REF_AREA FREQ TIME_PERIOD OBS_VALUE OBS_STATUS UNIT_MULT DECIMALS "
    "CURRENCY BASE_PER CONF_STATUS PRE_BREAK OBS_PRE_BREAK TIME_FORMAT COLLECTION TITLE COMMENT_OBS SOURCE_AGENCY".split()
)
_MEASURES = ("MEASURE", "UNIT_MEASURE", "UNIT", "INDICATOR", "SERIES")


def recognised(head: Head, known: Known) -> dict[str, Any] | None:
    """The whole mapping of a file of a known standard, or None."""
    names = set(head.names)
    if {"indicator", "place", "place_name", "period", "value"} <= names:
        return _own(head)
    return _sdmx(head, known) if {"TIME_PERIOD", "OBS_VALUE"} <= {_id(name) for name in names} else None


def _own(head: Head) -> dict[str, Any]:
    """What went out of here comes back in: places by their own codes, which are INEI's, dimensions after "by:"."""
    codes = [text for text in head.texts("place") if text.isdigit()]
    marks = set(map(evidence, head.texts("value")))  # a spreadsheet may have saved it anew
    return {
        "shape": "long",
        "columns": {name: name for name in _OWN if name in head.names},
        "breakdowns": {name: name.removeprefix(BY) for name in head.names if name.startswith(BY)},
        "codes": INEI,
        "decimal": "," if "," in marks and "." not in marks else ".",
        "percent": "as_is",
        "multiplier": "1",
        "same": "refuse",
    } | ({"zeros": True} if any(len(code) % 2 for code in codes) else {})


def _sdmx(head: Head, known: Known) -> dict[str, Any]:
    """SDMX-CSV, with codes alone or with their labels beside them. What never changes in the head is asked of every row;
    totals divide nothing; the rest are breakdowns."""
    ids = {_id(name): name for name in head.names if name and _id(name).isupper()}
    columns = {"period": ids["TIME_PERIOD"], "value": ids["OBS_VALUE"]}
    if "OBS_STATUS" in ids:
        columns["status"] = ids["OBS_STATUS"]
    place = where(head, known, [name for name in head.names if name != ids.get("REF_AREA")])
    columns |= place.pop("columns", {})
    if "place" not in columns and "REF_AREA" in ids:
        columns["place"] = ids["REF_AREA"]
    seen: dict[str, Any] = {"fits": place.pop("fits")} if "fits" in place else {}
    only: dict[str, str] = {}
    groups: dict[str, str] = {}
    told: dict[str, Any] = {}
    for key, name in ids.items():
        texts = head.texts(name)
        if key in _ATTRIBUTES or not texts:
            continue
        slug = next((slug for text in texts if (slug := indicator_of(text, known))), None)
        if len(texts) == 1 and slug and key in _MEASURES:
            told["indicator"] = slug
        if len(texts) == 1 and texts[0] not in ("_T", "_Z"):
            only[name] = texts[0]
        elif key in _MEASURES:
            seen["units"] = {**seen.get("units", {}), name: texts[:12]}
        else:
            label = _label(head, name)
            groups[label] = slugify(_id(label))
    powers = head.texts(ids["UNIT_MULT"]) if "UNIT_MULT" in ids else []
    if len(powers) == 1 and powers[0].isdigit() and 0 < int(powers[0]) <= 12:
        told["multiplier"] = "1" + "0" * int(powers[0])
    told |= {"only": only} if only else {}
    return {
        "shape": "long",
        "columns": columns,
        **place,
        **told,
        "breakdowns": groups,
        "decimal": ".",
        "multiplier": "1",
        "seen": seen,
    } | told


def _id(name: str) -> str:
    """The code of a column: "REF_AREA: Reference area" is REF_AREA."""
    return name.partition(":")[0].strip()


def _label(head: Head, name: str) -> str:
    """The column of labels beside one of codes, which people can read; it has as many different texts."""
    at = head.names.index(name)
    beside = head.names[at + 1] if at + 1 < len(head.names) else ""
    if not beside or _id(beside).isupper() or any(text.startswith("_") for text in head.texts(name)):
        return name  # _T and _Z are known for what they are, their labels are not
    pairs: Mapping[str, str] = dict(zip(head.column(name), head.column(beside), strict=True))
    return beside if all(pairs.values()) and len(set(pairs.values())) == len(pairs) else name
