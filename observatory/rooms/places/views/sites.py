"""The pages of sites."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g, redirect, render_template, request, url_for

from observatory.kernel import clock
from observatory.kernel.forms import TakeBackForm, form_page, options
from observatory.kernel.pages import Pages, panels_for, removable
from observatory.kernel.policy import require
from observatory.kernel.text import _, excerpt
from observatory.records.models import STATES
from observatory.records.queries import (
    choices,
    contradictions_of,
    facts_of,
    filters_of,
    last_reason,
    source_choices,
)
from observatory.rooms.organisations.queries import places
from observatory.rooms.places import forms, service
from observatory.rooms.places.models import MINERALS, OWNER, ROLES, STAGES
from observatory.rooms.places.queries import sites, territories
from observatory.rooms.places.service import parts

pages = Pages("sites", __name__, url_prefix="/sites")


@pages.get("")
def index() -> str:
    filters = filters_of(request.args, sites.FILTERS)
    page = sites.listing(g.actor, filters, request.args.get("after"))
    ids = [row.id for row in page.rows]
    named = {
        "stage": STAGES.get(filters.get("stage", "")),
        "mineral": MINERALS.get(filters.get("mineral", "")),
        "place": territories.names([filters["place"]]).get(filters["place"]) if "place" in filters else None,
        "state": STATES.get(filters.get("state", "")),
        "demo": {"yes": _("Fictitious"), "no": _("Real")}.get(filters.get("demo", "")),
    }
    return render_template(
        "places/sites.html",
        page=page,
        filters=filters,
        chips=removable(".index", filters, named),
        operating=sites.operators_now(g.actor, ids),
        belongs=places(ids),
        stages=STAGES,
        minerals=MINERALS,
        states=STATES,
        next_url=url_for(".index", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".index", **filters),
    )


@pages.get("/<slug>")
def show(slug: str) -> str:
    row = sites.row(g.actor, slug)
    current, coming, past = sites.by_date(sites.operators(g.actor, row.id), clock.today())
    owners = [part for part in current if part.role == OWNER]
    total, missing = sites.sum_of_shares(owners)
    districts = sites.districts(g.actor, row.id)
    above = territories.names(sorted({part for d in districts for part in d.path.split("/")[1:-1]}))
    return render_template(
        "places/site.html",
        site=row,
        current=current,
        coming=coming,
        past=past,
        total=total,
        missing=missing,
        districts=districts,
        above=above,
        facts=facts_of(row.id),
        contradictions=contradictions_of(row.id),
        keeper=sites.keeper(g.actor, row),
        reason=last_reason(row.id, "SiteWithdrawn") if row.state == "withdrawn" else None,
        panels=panels_for("site", row),
        stages=STAGES,
        minerals=MINERALS,
        roles=ROLES,
        og={
            "title": row.title,
            "description": excerpt(row.summary) or str(STAGES.get(row.stage, "")),
            "type": "article",
        },
    )


@pages.route("/new", methods=["GET", "POST"])
def new() -> Any:
    require(g.actor, "places.create_site")
    form = forms.NewSiteForm()
    form.keeper_id.choices = options(_organisations(_("Nobody yet")))
    if form.carries_out(service.create_site, g.actor, None):
        return redirect(url_for(".show", slug=form.result.slug), 303)
    return form_page(form, _("Add a site"), _("Save as a draft"), url_for(".index"))


@pages.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, "places.edit_site", site)
    form = forms.SiteForm(obj=site)
    if form.carries_out(service.edit_site, g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    return form_page(form, _("Edit %(name)s", name=site.title), _("Save"), url_for(".show", slug=slug))


@pages.route("/<slug>/publication", methods=["GET", "POST"])
def publication(slug: str) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, "places.publish_site", site)
    form = forms.PublicationForm(obj=site)
    if form.carries_out(service.publish_site, g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    intro = _("Everyone will be able to read this page, find it and download it.")
    return form_page(form, _("Publish %(name)s", name=site.title), _("Publish"), url_for(".show", slug=slug), intro)


@pages.route("/<slug>/withdrawal", methods=["GET", "POST"])
def withdrawal(slug: str) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, "places.withdraw_site", site)
    form = forms.WithdrawalForm(obj=site)
    if form.carries_out(service.withdraw_site, g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    intro = _("It leaves the lists. Its page and its history stay, with your reason.")
    return form_page(form, _("Withdraw %(name)s", name=site.title), _("Withdraw"), url_for(".show", slug=slug), intro)


@pages.route("/<slug>/operator", methods=["GET", "POST"])
def operator(slug: str) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, "places.record_operator", site)
    form = forms.OperatorForm(versioned=site)
    form.organisation_id.choices = options(_organisations(_("Choose")))
    form.source_id.choices = options([("", _("None stated")), *source_choices()])
    if form.carries_out(parts.record_operator, g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Who has a part in %(name)s?", name=site.title)
    return form_page(form, title, _("Save"), url_for(".show", slug=slug))


@pages.route("/<slug>/district", methods=["GET", "POST"])
def district(slug: str) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, "places.record_district", site)
    form = forms.DistrictForm(versioned=site)
    form.source_id.choices = options([("", _("None stated")), *source_choices()])
    disputed = [(row.Contradiction.id, row.Contradiction.question_es) for row in contradictions_of(site.id)]
    form.contradiction_id.choices = options([("", _("None")), *disputed])
    if form.carries_out(parts.record_district, g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Where does %(name)s produce?", name=site.title)
    return form_page(form, title, _("Save"), url_for(".show", slug=slug))


@pages.route("/<slug>/contradiction", methods=["GET", "POST"])
def contradiction(slug: str) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, "places.record_contradiction", site)
    form = forms.ContradictionForm(versioned=site)
    form.source_id.choices = options([("", _("None stated")), *source_choices()])
    if form.carries_out(parts.record_contradiction, g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("On what do the sources about %(name)s disagree?", name=site.title)
    intro = _("Then record each claim as a fact or a producing district, and name this question there.")
    return form_page(form, title, _("Save"), url_for(".show", slug=slug), intro)


@pages.route("/<slug>/operators/<int:id>/removal", methods=["GET", "POST"])
def operator_removal(slug: str, id: int) -> Any:
    return _take_back(slug, "operator", parts.take_back_operator, part=sites.find_part(g.actor, slug, id))


@pages.route("/<slug>/districts/<int:id>/removal", methods=["GET", "POST"])
def district_removal(slug: str, id: int) -> Any:
    return _take_back(slug, "district", parts.take_back_district, row=sites.find_district(g.actor, slug, id))


@pages.route("/<slug>/contradictions/<int:id>/removal", methods=["GET", "POST"])
def contradiction_removal(slug: str, id: int) -> Any:
    question = sites.find_question(g.actor, slug, id)
    return _take_back(slug, "contradiction", parts.take_back_contradiction, question=question)


def _take_back(slug: str, name: str, verb: Any, **entry: Any) -> Any:
    site = sites.find(g.actor, slug)
    require(g.actor, f"places.take_back_{name}", site)
    form = TakeBackForm(versioned=site)
    if form.carries_out(partial(verb, **entry), g.actor, site):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Take back what was recorded of %(name)s", name=site.title)
    intro = sites.described(g.actor, next(iter(entry.values())))
    return form_page(form, title, _("Take back"), url_for(".show", slug=slug), intro)


def _organisations(nothing: str) -> list[tuple[Any, str]]:
    return [("", nothing), *choices(g.actor, "organisation")]
