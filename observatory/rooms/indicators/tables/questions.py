"""What a mapping leaves open and no program may guess."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from observatory.kernel.text import _
from observatory.rooms.indicators.tables.mapping import PERCENT, Known, Question
from observatory.rooms.indicators.tables.places import NAME

_SURELY_PERCENT = 5
"""As a share of the whole, more than five times the whole; as a percentage, nothing much."""


def questions(mapping: Mapping[str, Any], known: Known) -> list[Question]:
    """The questions that apply to this file, the ones without whose answer nothing can be read first."""
    asked = [*_figures(mapping, known), *_places(mapping, known), *_times(mapping), *_numbers(mapping, known)]
    columns = mapping.get("columns") or {}
    if not columns.get("source") and not mapping.get("source"):
        asked.append(Question("source", _("Where do the figures come from?")))
    if not columns.get("as_of") and not mapping.get("as_of"):
        asked.append(Question("as_of", _("As of which date, or of which edition, are the figures?")))
    return asked


def _figures(mapping: Mapping[str, Any], known: Known) -> list[Question]:
    columns, seen, values = mapping.get("columns") or {}, mapping.get("seen") or {}, mapping.get("values") or {}
    asked = []
    if not columns.get("value") and not mapping.get("periods") and not any(values.values()):
        names = ", ".join(seen.get("numbers") or ())
        asked.append(
            Question(
                "value", _("Which column holds the figures, and of which indicator? %(names)s", names=names).strip()
            )
        )
    elif not columns.get("indicator") and not mapping.get("indicator") and not any(values.values()):
        called = "; ".join(seen.get("called") or ())
        asked.append(
            Question("indicator", _("Which indicator are the figures of? The file calls it: %(name)s", name=called))
            if called else Question("indicator", _("Which indicator are the figures of?"))
        )  # fmt: skip
    slugs = [slug for slug in (mapping.get("indicator"), *values.values()) if slug]
    asked += [
        Question("indicator", _("There is no indicator called %(name)s: which one is it?", name=slug))
        for slug in slugs if slug not in known.indicators
    ]  # fmt: skip
    told_apart = {*(mapping.get("only") or {}), *(mapping.get("breakdowns") or {}), columns.get("unit")}
    for name, texts in (seen.get("units") or {}).items():
        if len(texts) > 1 and name not in told_apart:
            asked.append(
                Question("only", _("The column %(name)s holds several: which rows are meant? %(texts)s", name=name, texts=", ".join(texts)))
            )  # fmt: skip
    return asked


def _places(mapping: Mapping[str, Any], known: Known) -> list[Question]:
    columns, seen = mapping.get("columns") or {}, mapping.get("seen") or {}
    place = str(mapping.get("place") or "")
    if place and place not in known.places.by_slug:
        return [Question("place", _("There is no place with the code %(code)s: which one is it?", code=place))]
    if not columns.get("place"):
        told = place or any((mapping.get("place_columns") or {}).values())
        return [] if told else [Question("place", _("Which place are the figures of?"))]
    codes = mapping.get("codes")
    if not codes:
        return [Question("codes", _CODES[seen.get("fits") or "none"]())]
    if codes == NAME and not mapping.get("level"):
        return [Question("level", _("Of which level are the places: country, department, province or district?"))]
    return []


_CODES = {
    "both": lambda: _(
        "Which codes are these, INEI's or RENIEC's? They fit both, and the same six digits name different districts."
    ),
    "mixed": lambda: _(
        "Some of these codes are INEI's alone and some RENIEC's alone. Which are meant? The others will be refused."
    ),
    "none": lambda: _("Which codes of places are these?"),
}


def _times(mapping: Mapping[str, Any]) -> list[Question]:
    columns, seen = mapping.get("columns") or {}, mapping.get("seen") or {}
    asked = []
    if not columns.get("period") and not mapping.get("period") and not _whole_periods(mapping):
        asked.append(Question("period", _("Which period are the figures of?")))
    if seen.get("dates") == "ambiguous" and not mapping.get("dates"):
        asked.append(Question("dates", _("In which order are the dates written: day first, or month first?")))
    return asked


def _whole_periods(mapping: Mapping[str, Any]) -> bool:
    told = mapping.get("periods") or {}
    return bool(told) and all(len(str(text)) >= 4 for text in told.values())


def _numbers(mapping: Mapping[str, Any], known: Known) -> list[Question]:
    seen = mapping.get("seen") or {}
    asked = []
    if seen.get("decimal") == "ambiguous" and not mapping.get("decimal"):
        asked.append(
            Question("decimal", _("Which mark stands before the decimals? %(example)s can be read in two ways.", example=seen.get("example", "")))
        )  # fmt: skip
    kinds = _kinds(mapping, known)
    shares = [name for name, kind in kinds.items() if kind == PERCENT and _may_be_share(name, seen)]
    if shares and not mapping.get("percent") and not seen.get("signs"):
        asked.append(Question("percent", _("Is 45 percent written as 45 or as 0.45 in this file?")))
    if seen.get("scale") and not mapping.get("multiplier") and set(kinds.values()) != {PERCENT}:
        asked.append(
            Question(
                "multiplier", _("The file speaks of thousands or millions: by what are its figures to be multiplied?")
            )
        )
    if seen.get("same") and not mapping.get("same"):
        asked.append(
            Question("same", _("Several rows speak of the same place and period: are they added up, averaged, or is each but the first refused?"))
        )  # fmt: skip
    return asked


def _kinds(mapping: Mapping[str, Any], known: Known) -> dict[str, str]:
    """Column of figures → what kind its indicator is; "" for the columns of a wide file together."""
    values = {name: slug for name, slug in (mapping.get("values") or {}).items() if slug}
    one = "" if mapping.get("periods") else str((mapping.get("columns") or {}).get("value") or "")
    told = values or {one: mapping.get("indicator") or ""}
    return {name: known.indicators[slug].kind for name, slug in told.items() if slug in known.indicators}


def _may_be_share(name: str, seen: Mapping[str, Any]) -> bool:
    largest = (seen.get("largest") or {}).get(name)
    return largest is not None and Decimal(str(largest)) <= _SURELY_PERCENT
