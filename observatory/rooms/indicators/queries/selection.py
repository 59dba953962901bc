"""What is shown of an indicator: which series, places and periods an address asks for, with their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from observatory.kernel.policy import Actor
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models.words import NO_RULE
from observatory.rooms.indicators.queries import named, series
from observatory.rooms.indicators.queries.figure import Figure, Strand
from observatory.rooms.places.models import COUNTRY

ARGUMENTS = ("place", "by", "scope", "from", "to", "edition", "per", "step", "version")
"""What an address may say; `place` may name several, with commas."""
MOST_LINES = 5
MOST_PLACES = 30
BY_PLACE, BY_SCOPE = "place", "scope"


@dataclass(frozen=True)
class Selection:
    """What an address asks for, and what there is."""

    asked: Mapping[str, str]
    strands: Sequence[Strand]
    periods: Sequence[str]
    every: Sequence[str]
    """All periods with figures, whatever was asked."""
    by: str
    scope: str
    scopes: Sequence[Any]
    """The series without breakdown, one for each scope."""
    dimensions: Sequence[tuple[str, str]]
    """(key, name) of the breakdowns that can be shown."""
    steps: Sequence[str]
    """The frequencies that can be shown."""
    step: str
    per_head: bool
    population: Any = None
    """The indicator of the population by which the figures are divided."""
    edition: Any = None
    unknown: Sequence[str] = field(default_factory=tuple)
    """What the address named and there is not."""

    @property
    def drawn(self) -> Sequence[Strand]:
        return self.strands[:MOST_LINES]

    @property
    def is_plain(self) -> bool:
        return self.by == BY_PLACE


def select(actor: Actor, row: Any, asked: Mapping[str, str]) -> Selection:
    """The selection of an address, out of what is published of the indicator of `row`."""
    unknown: list[str] = []
    if asked.get("version") and asked["version"] != str(row.number):
        unknown.append(f"version={asked['version']}")
    own = series.series_of(row.id, row.lineage)
    scopes = [each for each in own if not each.breakdown]
    scope = _scope(asked.get("scope"), scopes, own)
    dimensions = _dimensions([each for each in own if each.scope == scope])
    by = asked.get("by", "")
    if not by and "scope" not in asked and scope and len(scopes) > 1:
        by = BY_SCOPE  # no value is the usual one: all are shown
    if by not in {BY_SCOPE, *(key for key, _name in dimensions)}:
        by = BY_PLACE
    chosen = _chosen(own, by, scope)
    edition = None
    if asked.get("edition", "").isdecimal() and len(asked["edition"]) < 10:
        edition = series.edition_at(actor, int(asked["edition"]))
        if edition is None:
            unknown.append(f"edition={asked['edition']}")
    number = edition.id if edition is not None else None
    known = series.periods_of([each.id for each in chosen], number)
    names = sorted({each.period for each in known if each.figures or each.gaps})
    step, steps, names = _step(asked.get("step"), names, row.over_periods)
    fine = names
    places = _places(asked.get("place"), chosen, names, unknown, one=by != BY_PLACE, edition=number)
    shown = [p for p in names if _within(p, asked.get("from"), asked.get("to"))]
    ids, wanted = [each.id for each in chosen], [place.id for place in places]
    figures = series.figures(ids, wanted, shown, edition=number)
    population, heads = _heads(actor, row, asked, wanted, shown, number)
    strands = [
        Strand(each, place, _name(each, place, by), _figures(figures, each.id, place.id, shown, heads))
        for place in places
        for each in chosen
    ]
    strands = [strand for strand in strands if strand.figures] or strands[:1]
    if step != "fine":
        strands, shown = _coarser(strands, step, row.over_periods)
    return Selection(
        asked={name: asked[name] for name in ARGUMENTS if asked.get(name)}, strands=strands[:MOST_PLACES], periods=shown,
        every=fine, by=by, scope=scope, scopes=scopes, dimensions=dimensions, steps=steps, step=step,
        per_head=heads is not None, population=population, edition=edition, unknown=tuple(unknown),
    )  # fmt: skip


def _scope(wanted: str | None, scopes: Sequence[Any], own: Sequence[Any]) -> str:
    known = {each.scope for each in own}
    if wanted is not None and wanted in known:
        return wanted
    if "" in known or not scopes:
        return ""
    return str(scopes[0].scope)


def _dimensions(own: Sequence[Any]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for each in own:
        if len(each.dimensions) == 1:
            key, name, _value = each.dimensions[0]
            found.setdefault(key, name)
    return sorted(found.items())


def _chosen(own: Sequence[Any], by: str, scope: str) -> list[Any]:
    if by == BY_SCOPE:
        return [each for each in own if not each.breakdown]
    if by == BY_PLACE:
        return [each for each in own if not each.breakdown and each.scope == scope]
    return [each for each in own if each.scope == scope and len(each.dimensions) == 1 and each.dimensions[0][0] == by]


def _step(wanted: str | None, names: Sequence[str], rule: str) -> tuple[str, list[str], list[str]]:
    """(the step shown, those there are, the periods of it): a chart never mixes years with months."""
    kinds = formulas.by_frequency(names)
    if not kinds:
        return "fine", [], []
    usual = next(iter(kinds))
    steps = list(kinds)
    if wanted in kinds:
        return "fine", steps, kinds[wanted]
    if "year" not in kinds and rule != NO_RULE:
        steps.append("year")
        if wanted == "year":
            return "year", steps, kinds[usual]
    return "fine", steps, kinds[usual]


def _coarser(strands: Sequence[Strand], step: str, rule: str) -> tuple[list[Strand], list[str]]:
    """The strands by year, where every period of the year is there; none where the rule is not to add up."""
    found, years = [], set()
    for strand in strands:
        by_year: dict[str, list[tuple[str, Figure]]] = {}
        for period, figure in strand.figures.items():
            if figure.value is not None:
                by_year.setdefault(period[:4], []).append((period, figure))
        figures: dict[str, Figure] = {}
        for year, items in by_year.items():
            whole = {"half": 2, "quarter": 4, "month": 12}.get(formulas.frequency_of(items[0][0]), 365)
            value = formulas.over_periods([(p, f.value) for p, f in sorted(items) if f.value is not None], rule)
            if value is not None and len(items) >= whole:
                status = formulas.doubt_of(figure.status for _period, figure in items)
                fewest = min((figure for _period, figure in items), key=lambda figure: figure.parts - figure.whole)
                figures[year] = Figure(value, status, parts=fewest.parts, whole=fewest.whole, periods=len(items))
        years |= set(figures)
        found.append(Strand(strand.series, strand.place, strand.name, figures))
    return found, sorted(years)


def _places(
    wanted: str | None, chosen: Sequence[Any], names: Sequence[str], unknown: list[str], *, one: bool,
    edition: int | None,
) -> list[Any]:  # fmt: skip
    codes = [code.strip() for code in (wanted or "").split(",") if code.strip()][:MOST_PLACES]
    if codes:
        found = series.territories_of(codes)
        unknown += [code for code in codes if code not in {place.slug for place in found}]
        if found:
            return found[:1] if one else found
    tops = list(series.tops(chosen).values()) if edition is None else []
    if any(top.level == COUNTRY for top in tops):
        return [top for top in tops if top.level == COUNTRY][:1]
    there = series.places_with([each.id for each in chosen], names, edition)
    if not there:
        return []
    largest = [place for place in there if place.path.count("/") == there[0].path.count("/")]
    return largest[:1] if one else largest[:MOST_LINES]


def _within(period: str, since: str | None, until: str | None) -> bool:
    return (not since or period[: len(since)] >= since) and (not until or period[: len(until)] <= until)


def _name(each: Any, place: Any, by: str) -> str:
    if by == BY_PLACE:
        return str(place.title)
    if by == BY_SCOPE:
        return str(each.scope)
    return str(each.dimensions[0][2])


def _figures(
    figures: Mapping[Any, Figure], series_id: int, territory_id: int, periods: Sequence[str],
    heads: Mapping[tuple[int, str], Figure] | None,
) -> dict[str, Figure]:  # fmt: skip
    found = {}
    for period in periods:
        figure = figures.get((series_id, territory_id, period))
        if figure is None:
            continue
        if heads is not None:
            population = heads.get((territory_id, period[:4]))
            divided = formulas.per_head(figure.value, population.value if population else None)
            if divided is None:
                continue
            figure = Figure(
                divided, figure.status, figure.as_of, figure.source_id, figure.note, figure.parts, figure.whole
            )
        found[period] = figure
    return found


def _heads(
    actor: Actor, row: Any, asked: Mapping[str, str], places: Sequence[int], periods: Sequence[str], edition: int | None
) -> tuple[Any, dict[tuple[int, str], Figure] | None]:
    """The population of each place and year: of the nearest year for which one is published, since few are counted."""
    population = named(actor, [row.per_head_id]).get(row.per_head_id) if row.per_head_id else None
    if population is None or asked.get("per") != "head":
        return population, None
    own = [each for each in series.series_of(population.id) if not each.breakdown and not each.scope]
    years = sorted({each.period for each in series.periods_of([each.id for each in own]) if len(each.period) == 4})
    figures = series.figures([each.id for each in own], places, years, edition=edition)
    found: dict[tuple[int, str], Figure] = {}
    for place in places:
        known = {period: figure for (_s, id, period), figure in figures.items() if id == place and figure.value}
        for period in {period[:4] for period in periods} if known else ():
            nearest = min(known, key=lambda year: abs(int(year) - int(period)))
            found[place, period] = known[nearest]
    return population, found
