"""Reading indicators: the catalogue, one of them, one figure with all that was ever said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, g, render_template, request, url_for
from markupsafe import Markup

from observatory.kernel import clock
from observatory.kernel.pages import absolute, panels_for, removable, settings
from observatory.kernel.text import _, excerpt
from observatory.records.models import PUBLISHED
from observatory.records.queries import filters_of, last_reason
from observatory.rooms.indicators import formulas, queries
from observatory.rooms.indicators.models.words import (
    DELIVERY_STATES,
    DIRECTIONS,
    FREQUENCIES,
    KINDS,
    LEVELS,
    OVER_PERIODS,
    OVER_PLACES,
    STATES,
    STATUSES,
    SUM,
    SUPERSEDED,
)
from observatory.rooms.indicators.queries import cases, page, selection, series
from observatory.rooms.indicators.views import amounts, maps, pictures, sentences
from observatory.rooms.indicators.views.blueprint import pages

WORDS: dict[str, Any] = {
    "levels": LEVELS, "kinds": KINDS, "directions": DIRECTIONS, "frequencies": FREQUENCIES, "states": STATES,
    "over_places": OVER_PLACES, "over_periods": OVER_PERIODS, "statuses": STATUSES, "delivery_states": DELIVERY_STATES,
    "say": sentences,
}  # fmt: skip


@pages.get("/indicators")
def index() -> str:
    filters = filters_of(request.args, queries.FILTERS)
    found = queries.listing(g.actor, filters, request.args.get("after"))
    return render_template(
        "indicators/index.html", page=found, filters=filters, chips=removable(".index", filters, _named(filters)),
        cards=cards(found.rows), deliveries=page.waiting(g.actor, limit=6) if g.actor.acts else [],
        next_url=url_for(".index", **filters, after=found.next_after) if found.next_after else None,
        first_url=None if found.first else url_for(".index", **filters), **WORDS,
    )  # fmt: skip


def _named(filters: Mapping[str, str]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for name, words in (("level", LEVELS), ("kind", KINDS), ("state", STATES)):
        named[name] = words.get(filters.get(name, ""))
    if "demo" in filters:
        named["demo"] = _("Fictitious") if filters["demo"] == "yes" else _("Real")
    return named


def cards(rows: Any) -> dict[int, dict[str, Any]]:
    """The last figure and a small line of each of these indicators, for its largest place."""
    return {
        row.id: {
            "line": sentences.reading(row, found),
            "spark": pictures.spark(row, dict(found.figures), row.title) if found and len(found.figures) > 2 else "",
        }
        for row, found in series.outlines(rows)
    }


@pages.get("/indicators/<slug>")
def show(slug: str) -> str:
    row, shown, chosen = chosen_at(slug)
    first = chosen.strands[0] if chosen.strands else None
    place_ids = list(dict.fromkeys(strand.place.id for strand in chosen.strands))
    aims = page.aims(row) if chosen.edition is None else []  # what is aimed at today says nothing of then
    part = first.name if first is not None and chosen.by not in (selection.BY_PLACE, selection.BY_SCOPE) else ""
    line = sentences.reading(shown, first, _target(row, chosen, aims), part=part)
    beside = _beside(row, place_ids) if chosen.edition is None else []
    if beside and chosen.by == selection.BY_SCOPE and all(each.scope for _place, each, _period, _found in beside):
        line = sentences.differing(row, beside)
    last = series.last_edition(row.id)
    case = cases.case_of(g.actor, row) if not g.actor.is_guest else None
    draft = queries.pending(row.id)
    title = title_of(row, chosen)
    return render_template(
        "indicators/show.html", indicator=row, chosen=chosen, line=line, shown=shown, chart=pictures.chart(shown, chosen, aims, title),
        multiples=pictures.multiples(shown, chosen, title) if len(chosen.strands) > pictures.MANY else "", aims=aims,
        title=title, sources=series.sources_of(_sources(chosen)), edition=last, versions=queries.versions(row.id),
        validators=page.validators(row.id), deliveries=page.deliveries(g.actor, row.id), editions=page.editions(row.id), beside=beside,
        links=queries.named(g.actor, [row.weight_id, row.per_head_id, row.successor_id]), case=case, draft=draft,
        returned=last_reason(row.id, "DefinitionReturned") if draft is not None and draft.state == "draft" else None,
        comparison=maps.comparison(row, chosen, request.args), panels=panels_for("indicator", row), same=_same(chosen),
        cite=citation(row, chosen, last), machine=_machine(row, chosen), embed=_embed(row, chosen),
        extent=queries.extents([row.id]).get(row.id), today=clock.today(), licence=settings().licence,
        og={"title": row.title, "description": excerpt(line), "type": "article"}, **WORDS,
    )  # fmt: skip


def asked() -> dict[str, str]:
    """What the address says about the selection."""
    found = filters_of(request.args, selection.ARGUMENTS)
    places = ",".join(value for value in request.args.getlist("place") if value)[:200]
    return {**found, **({"place": places} if places else {})}


def row_at(slug: str) -> Any:
    """The indicator at an address, as it was defined in the version asked for."""
    return queries.row(g.actor, slug, queries.asked_version(request.args.get("version", "")))


def chosen_at(slug: str) -> tuple[Any, Any, selection.Selection]:
    """The same, as its selected figures are read (per inhabitant, where that is asked), and what is selected."""
    row = row_at(slug)
    chosen = selection.select(g.actor, row, asked())
    if chosen.per_head:
        values = (each.value for strand in chosen.strands for each in strand.figures.values())
        return row, amounts.per_head(row, values), chosen
    return row, amounts.without_phrase(row) if row.definition_state == SUPERSEDED else row, chosen


def _target(row: Any, chosen: selection.Selection, aims: Any) -> Any:
    """The target that the line speaks of: the next one at or after the last figure, else the last there was; none where what
    is shown is not what it was set for."""
    first = chosen.strands[0] if chosen.strands else None
    last = first.last if first is not None else None
    if first is None or last is None or not chosen.is_plain or chosen.per_head or first.series.scope:
        return None
    end, kind = formulas.bounds(last[0])[1], formulas.frequency_of(last[0])
    here = [
        aim.current for aim in aims
        if aim.current.territory_id == first.place.id
        and (row.over_periods != SUM or formulas.frequency_of(aim.current.period) == kind)
    ]  # fmt: skip
    ahead = [target for target in here if formulas.bounds(target.period)[1] >= end]
    in_time = sorted(ahead or here, key=lambda target: formulas.order(target.period))
    return None if not in_time else in_time[0] if ahead else in_time[-1]


def title_of(row: Any, chosen: selection.Selection) -> str:
    """What a selection shows: of what, where, when."""
    where = {strand.place.title for strand in chosen.strands}
    title = f"{row.title}, {where.pop()}" if len(where) == 1 else str(row.title)
    if chosen.periods:
        title += f", {sentences.period(chosen.periods[0])}"
        if len(chosen.periods) > 1:
            title += f"–{sentences.period(chosen.periods[-1])}"
    return title


def _sources(chosen: selection.Selection) -> set[int | None]:
    return {figure.source_id for strand in chosen.strands for figure in strand.figures.values()}


def _same(chosen: selection.Selection) -> Any:
    """A way to the same selection with some arguments changed; None takes one out."""

    def changed(**arguments: str | None) -> str:
        kept: dict[str, Any] = {**chosen.asked, **arguments}
        slug = request.view_args["slug"] if request.view_args else ""
        return url_for("indicators.show", slug=slug, **{name: value for name, value in kept.items() if value})

    return changed


def _machine(row: Any, chosen: selection.Selection) -> Any:
    """The addresses of the same selection for machines."""

    def of(form: str) -> str:
        arguments: dict[str, Any] = dict(chosen.asked)
        return url_for("indicators.machine", slug=row.slug, form=form, **arguments)

    return of


def _embed(row: Any, chosen: selection.Selection) -> str:
    arguments: dict[str, Any] = dict(chosen.asked)
    picture = absolute(url_for("indicators.machine", slug=row.slug, form="svg", **arguments))
    target = absolute(url_for("indicators.show", slug=row.slug, **arguments))
    told = Markup('<a href="{0}"><img src="{1}" alt="{2}" width="720" height="380"></a>')
    return str(told.format(target, picture, row.title))


def citation(row: Any, chosen: selection.Selection, last: Any) -> str:
    """How the selection is cited: dated, with the version of the definition and the edition of the figures, which can be
    read for ever."""
    edition = chosen.edition or last
    who = row.producer or row.producer_name or row.keeper or settings().site_name
    year = (edition.at if edition is not None else row.updated_at).year
    arguments: dict[str, Any] = {**chosen.asked, "version": row.number}
    if edition is not None:
        arguments["edition"] = edition.id
    address = absolute(url_for("indicators.show", slug=row.slug, **arguments))
    if edition is None:
        return f"{who} ({year}). {row.title}. {settings().site_name}. {address}"
    told = _(
        "definition %(version)s, edition %(edition)s of %(date)s", version=row.number, edition=edition.id,
        date=edition.at.astimezone(clock.LIMA).date().isoformat(),
    )  # fmt: skip
    return f"{who} ({year}). {row.title} [{told}]. {settings().site_name}. {address}"


def _beside(row: Any, place_ids: list[int]) -> list[Any]:
    return page.side_by_side(row, place_ids) if row.state == PUBLISHED or row.state == "deprecated" else []


@pages.get("/indicators/<slug>/versions/<int:number>")
def version(slug: str, number: int) -> str:
    """One version of what an indicator means."""
    row = queries.row(g.actor, slug)
    found = queries.definition_row(g.actor, row.id, number)
    if found.state == "draft" and not _inside(row):
        abort(404)
    return render_template(
        "indicators/version.html", indicator=row, definition=found, versions=queries.versions(row.id),
        links=queries.named(g.actor, [found.weight_id, found.per_head_id]), **WORDS,
    )  # fmt: skip


def _inside(row: Any) -> bool:
    own = row.keeper_id in g.actor.organisation_ids if row.keeper_id else g.actor.holds("steward")
    return bool(own)


@pages.get("/indicators/<slug>/figures/<int:series_id>/<place>/<period>")
def figure(slug: str, series_id: int, place: str, period: str) -> str:
    """Everything that was ever published of one figure."""
    row = queries.row(g.actor, slug)
    own = {each.id: each for each in series.series_of(row.id)}
    if series_id in own:
        row = queries.row(g.actor, slug, queries.of_lineage(own[series_id].lineage))
    places = series.territories_of([place])
    try:
        formulas.bounds(period)
    except ValueError:
        abort(404)
    if series_id not in own or not places:
        abort(404)
    found = series.former(series_id, places[0].id, period)
    return render_template(
        "indicators/figure.html", indicator=row, series=own[series_id], place=places[0], period=period, figures=found,
        sources=series.sources_of({each.source_id for each in found}), **WORDS,
    )  # fmt: skip
