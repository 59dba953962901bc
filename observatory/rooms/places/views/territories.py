"""The pages of territories."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for

from observatory.kernel.errors import NotFound
from observatory.kernel.forms import form_page, options
from observatory.kernel.pages import Pages, panels_for, removable
from observatory.kernel.policy import require
from observatory.kernel.text import _
from observatory.records.queries import facts_of, filters_of, source_choices
from observatory.rooms.organisations import queries as organisations
from observatory.rooms.organisations.models import SECTORS
from observatory.rooms.places import forms, service
from observatory.rooms.places.models import BELOW, COUNTRY, DEPARTMENT, LEVELS, STAGES
from observatory.rooms.places.queries import outlines, sites, territories

pages = Pages("places", __name__, url_prefix="/places")
SHOWN = 10


@pages.get("")
def index() -> str:
    filters = filters_of(request.args, territories.FILTERS)
    after = request.args.get("after")
    page = territories.listing(g.actor, filters or {"level": DEPARTMENT}, after)
    codes = {part for row in page.rows for part in row.path.split("/")[1:-1]}
    named = {
        "level": LEVELS.get(filters.get("level", "")),
        "place": territories.names([filters["place"]]).get(filters["place"]) if "place" in filters else None,
    }
    return render_template(
        "places/index.html",
        page=page,
        filters=filters,
        chips=removable(".index", filters, named),
        names=territories.names(sorted(codes)),
        tiles=[] if filters else territories.tiles(g.actor),
        levels=LEVELS,
        next_url=url_for(".index", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".index", **filters),
    )


@pages.get("/find")
def find() -> Any:
    name = request.args.get("name", "").strip()[:100]
    found = territories.named(g.actor, name)
    if len(found) == 1:
        return redirect(url_for(".show", slug=found[0].slug), 303)
    codes = {part for row in found for part in row.path.split("/")[1:-1]}
    by_code = bool(found) and name.isdigit()
    return render_template(
        "places/find.html",
        name=name,
        found=found,
        by_code=by_code,
        names=territories.names(sorted(codes)),
        levels=LEVELS,
    )


@pages.get("/reniec/<code>")
def by_reniec(code: str) -> Any:
    found = territories.by_reniec(g.actor, code)
    if found is None:
        raise NotFound
    return redirect(url_for(".show", slug=found.slug), 302)


@pages.get("/<slug>")
def show(slug: str) -> str:
    row = territories.row(g.actor, slug)
    before, following = territories.siblings(g.actor, row)
    filters = {"place": slug}
    above = territories.ancestors(row.path)
    drawn = outlines.outlines(g.actor, BELOW[row.level], row.path) if row.level in BELOW else None
    where = ", ".join([str(LEVELS.get(row.level, row.level)), *(step.title for step in reversed(above))])
    return render_template(
        "places/show.html",
        place=row,
        above=above,
        og={"title": row.title, "description": where, "type": "place"},
        children=territories.children(g.actor, row.id),
        before=before,
        following=following,
        drawn=drawn,
        tiles=territories.tiles(g.actor) if row.level == COUNTRY and not drawn else [],
        sites=sites.listing(g.actor, filters, size=SHOWN),
        organisations=organisations.listing(g.actor, filters, size=SHOWN),
        lately=territories.lately_here(g.actor, row.path),
        facts=facts_of(row.id),
        panels=panels_for("territory", row),
        levels=LEVELS,
        sectors=SECTORS,
        stages=STAGES,
    )


@pages.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Any:
    territory = territories.find(g.actor, slug)
    require(g.actor, "places.correct_territory", territory)
    form = forms.TerritoryForm(obj=territory)
    form.population_source_id.choices = options([("", _("None stated")), *source_choices()])
    if form.carries_out(service.correct_territory, g.actor, territory):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Correct %(name)s", name=territory.title)
    return form_page(form, title, _("Save"), url_for(".show", slug=slug))
