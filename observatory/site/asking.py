"""What a search address asks for, and the words for its facets, chips and notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from observatory.kernel.pages import registry
from observatory.kernel.policy import Actor
from observatory.kernel.registry import Facet
from observatory.kernel.search import Hit, Query, Results
from observatory.kernel.text import _, lazy_
from observatory.records.models import STATES

FILTERS = ("kind", "place", "sector", "state", "year")
_LONGEST = 100
_NOTICES = {
    "too_long": lazy_("Only the first 200 characters of your search were used."),
    "too_many_terms": lazy_("Only the first ten words of your search were used."),
    "bad_page": lazy_("That page of results could not be found, so this is the first one."),
    "timed_out": lazy_("The search took too long and was stopped: some results may be missing. Try fewer words."),
}


@dataclass(frozen=True)
class Option:
    """A value of a facet: following `url` chooses it, or takes it away when `current`."""

    value: str
    label: object
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """A facet with its options."""

    name: str
    label: object
    options: list[Option]


@dataclass(frozen=True)
class Chip:
    """A filter in force; following `url` takes it away."""

    label: str
    value: object
    url: str


def filters_in(arguments: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address, by name."""
    found = {name: arguments.get(name, "").strip()[:_LONGEST] for name in FILTERS}
    if not _year(found["year"]):
        found["year"] = ""
    return {name: value for name, value in found.items() if value}


def query_of(actor: Actor, arguments: Mapping[str, str], *, size: int, after: str | None = None) -> Query:
    """The query an address asks for, with what `actor` may see."""
    filters = filters_in(arguments)
    return Query(
        text=arguments.get("q", ""),
        kind=filters.get("kind"),
        place=filters.get("place"),
        sector=filters.get("sector"),
        state=filters.get("state"),
        year=_year(filters.get("year", "")),
        labels=actor.labels,
        after=after if after is not None else arguments.get("after") or None,
        size=size,
    )


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def facets() -> dict[str, Facet]:
    """Every facet: kind, state and year are known here, the rooms add the words of theirs."""
    manifests = registry()
    states: dict[str, object] = dict(STATES)
    for kind in manifests.kinds.values():
        states.update(kind.states)
    own = {
        "kind": Facet(
            "kind", _("Kind"), lambda _values: {kind.name: kind.plural for kind in manifests.kinds.values()}, 10
        ),
        "state": Facet("state", _("State"), lambda _values: states, 80),
        "year": Facet("year", _("Year"), lambda values: {value: value for value in values}, 90),
    }
    found = {**own, **manifests.facets}
    return {name: found[name] for name in sorted(found, key=lambda name: found[name].order) if name in FILTERS}


def address(text: str, filters: Mapping[str, Any], endpoint: str = "site.search", **more: Any) -> str:
    """The address of a search."""
    return url_for(endpoint, **{"q": text or None, **filters, **more})


def groups(text: str, filters: Mapping[str, str], results: Results) -> list[Group]:
    """The facets of `results` with links. One with nothing to choose is left out."""
    found = []
    for name, facet in facets().items():
        counts = results.facets.get(name, [])
        chosen = filters.get(name)
        values = [value for value, _count in counts]
        words = facet.options(values)
        options = [
            Option(value, words.get(value, value), count, _toggled(text, filters, name, value), value == chosen)
            for value, count in counts
        ]
        if any(option.current for option in options) or len(options) > 1 or (options and name == "place"):
            found.append(Group(name, facet.label, options))
    return found


def _toggled(text: str, filters: Mapping[str, str], name: str, value: str) -> str:
    others = {key: kept for key, kept in filters.items() if key != name}
    return address(text, others if filters.get(name) == value else {**others, name: value})


def chips(text: str, filters: Mapping[str, str]) -> list[Chip]:
    """The filters in force, each removable."""
    known = facets()
    found = []
    for name, value in filters.items():
        facet = known.get(name)
        words = facet.options([value]).get(value, value) if facet else value
        others = {key: kept for key, kept in filters.items() if key != name}
        found.append(Chip(str(facet.label) if facet else name, words, address(text, others)))
    return found


def whereabouts(hits: Sequence[Hit]) -> dict[int, str]:
    """For each hit the names of the nearest two places around it: many districts share a name."""
    facet = facets().get("place")
    if facet is None:
        return {}
    near = {hit.id: _nearest(hit) for hit in hits}
    words = facet.options(sorted({code for codes in near.values() for code in codes}))
    return {id: ", ".join(str(words[code]) for code in codes if code in words) for id, codes in near.items()}


def _nearest(hit: Hit) -> list[str]:
    """Longer codes lie within shorter ones; the country, which has letters, and the record itself say nothing new."""
    own = hit.url.rsplit("/", 1)[-1]
    codes = [code for code in hit.places if code != own and code.isdigit()]
    return sorted(codes, key=lambda code: (-len(code), code))[:2]


def notice(results: Results) -> str | None:
    """What the reader should know about how the search went."""
    words = _NOTICES.get(results.notice or "")
    return str(words) if words else None


def kind_label(kind: str) -> str:
    """A kind's name for one record."""
    declared = registry().kinds.get(kind)
    return str(declared.label) if declared else kind


def state_label(kind: str, state: str | None) -> str:
    """A state's name, as the kind calls it."""
    declared = registry().kinds.get(kind)
    words = (declared.states.get(state or "") if declared else None) or STATES.get(state or "")
    return str(words) if words else (state or "")
