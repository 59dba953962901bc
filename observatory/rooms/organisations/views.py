"""The pages of organisations."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g, redirect, render_template, request, url_for

from observatory.kernel.forms import TakeBackForm, form_page, options
from observatory.kernel.pages import Pages, panels_for, removable
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _, excerpt
from observatory.people import leaving
from observatory.people.models import ROLES
from observatory.records.models import STATES
from observatory.records.queries import choices, facts_of, filters_of, last_reason, source_choices
from observatory.rooms.organisations import forms, queries, service
from observatory.rooms.organisations.models import HOW, LEVELS, SECTORS
from observatory.rooms.organisations.queries.succession import consequences
from observatory.rooms.organisations.service import merging

pages = Pages("organisations", __name__, url_prefix="/organisations")


@pages.get("")
def index() -> str:
    filters = filters_of(request.args, queries.FILTERS)
    page = queries.listing(g.actor, filters, request.args.get("after"))
    belongs = queries.places([row.id for row in page.rows])
    named = {
        "sector": SECTORS.get(filters.get("sector", "")),
        "level": LEVELS.get(filters.get("level", "")),
        "place": queries.place_title(filters["place"]) if "place" in filters else None,
        "state": STATES.get(filters.get("state", "")),
        "demo": {"yes": _("Fictitious"), "no": _("Real")}.get(filters.get("demo", "")),
    }
    return render_template(
        "organisations/index.html",
        page=page,
        filters=filters,
        chips=removable(".index", filters, named),
        belongs=belongs,
        sectors=SECTORS,
        levels=LEVELS,
        states=STATES,
        next_url=url_for(".index", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".index", **filters),
    )


@pages.get("/<slug>")
def show(slug: str) -> str:
    row = queries.row(g.actor, slug)
    controls = queries.controls(g.actor, row.id)
    successions = queries.successions(g.actor, row.id)
    return render_template(
        "organisations/show.html",
        organisation=row,
        places=queries.places([row.id]).get(row.id, []),
        controlled_by=[control for control in controls if control.up],
        controls=[control for control in controls if not control.up],
        predecessors=[succession for succession in successions if succession.before],
        successors=[succession for succession in successions if not succession.before],
        kept=queries.kept(g.actor, row.id, size=10),
        facts=facts_of(row.id),
        reason=last_reason(row.id, "OrganisationWithdrawn") if row.state == "withdrawn" else None,
        panels=panels_for("organisation", row),
        sectors=SECTORS,
        levels=LEVELS,
        how=HOW,
        og={
            "title": row.title,
            "description": excerpt(row.summary) or str(SECTORS.get(row.sector, "")),
            "type": "profile",
        },
    )


@pages.get("/<slug>/records")
def kept(slug: str) -> str:
    row = queries.row(g.actor, slug)
    page = queries.kept(g.actor, row.id, request.args.get("after"))
    return render_template(
        "organisations/kept.html",
        organisation=row,
        page=page,
        next_url=url_for(".kept", slug=slug, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".kept", slug=slug),
    )


@pages.route("/new", methods=["GET", "POST"])
def new() -> Any:
    require(g.actor, "organisations.create", None)
    form = forms.OrganisationForm()
    if form.carries_out(service.create, g.actor, None):
        return redirect(url_for(".show", slug=form.result.slug), 303)
    return form_page(form, _("Add an organisation"), _("Save as a draft"), url_for(".index"))


@pages.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, "organisations.edit", organisation)
    codes = [place.slug for place in queries.places([organisation.id]).get(organisation.id, [])]
    form = forms.OrganisationForm(obj=organisation, places=codes)
    if form.carries_out(service.edit, g.actor, organisation):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Edit %(name)s", name=organisation.title)
    return form_page(form, title, _("Save"), url_for(".show", slug=slug))


@pages.route("/<slug>/publication", methods=["GET", "POST"])
def publication(slug: str) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, "organisations.publish", organisation)
    form = forms.PublicationForm(obj=organisation)
    if form.carries_out(service.publish, g.actor, organisation):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Publish %(name)s", name=organisation.title)
    intro = _("Everyone will be able to read this page, find it and download it.")
    return form_page(form, title, _("Publish"), url_for(".show", slug=slug), intro)


@pages.route("/<slug>/withdrawal", methods=["GET", "POST"])
def withdrawal(slug: str) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, "organisations.withdraw", organisation)
    form = forms.WithdrawalForm(obj=organisation)
    if form.carries_out(service.withdraw, g.actor, organisation):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Withdraw %(name)s", name=organisation.title)
    intro = _("It leaves the lists. Its page and its history stay, with your reason.")
    return form_page(form, title, _("Withdraw"), url_for(".show", slug=slug), intro)


@pages.route("/<slug>/control", methods=["GET", "POST"])
def control(slug: str) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, "organisations.record_control", organisation)
    form = forms.ControlForm(versioned=organisation)
    form.parent_id.choices = options(_others(organisation.id))
    form.source_id.choices = options([("", _("None stated")), *source_choices()])
    if form.carries_out(service.record_control, g.actor, organisation):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Who controls %(name)s?", name=organisation.title)
    return form_page(form, title, _("Save"), url_for(".show", slug=slug))


@pages.route("/<slug>/succession", methods=["GET", "POST"])
def succession(slug: str) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, "organisations.record_succession", organisation)
    form = forms.SuccessionForm(versioned=organisation)
    form.successor_id.choices = options(_others(organisation.id))
    form.source_id.choices = options([("", _("None stated")), *source_choices()])
    if form.carries_out(service.record_succession, g.actor, organisation):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("What did %(name)s become?", name=organisation.title)
    return form_page(form, title, _("Save"), url_for(".show", slug=slug))


@pages.route("/<slug>/merger", methods=["GET", "POST"])
def merger(slug: str) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, "organisations.merge", organisation)
    form = forms.MergerForm(versioned=organisation)
    others = options(_others(organisation.id))
    form.successor_id.choices = form.second_id.choices = form.third_id.choices = others
    form.source_id.choices = options([("", _("None stated")), *source_choices()])
    mandates = leaving.live(g.actor, organisation.id)
    form.carried.choices = options((row.id, f"{row.name}: {ROLES.get(row.role, row.role)}") for row in mandates)
    if form.carries_out(_merge, g.actor, organisation):
        return redirect(url_for(".show", slug=form.result.slug), 303)
    if not mandates:
        del form.carried
    page = render_template(
        "organisations/merger.html", form=form, organisation=organisation, ending=len(mandates),
        depends=consequences(g.actor, organisation.id),
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


def _merge(
    actor: Actor,
    organisation: Any,
    *,
    successor_id: Any,
    second_id: Any,
    third_id: Any,
    carried: Any = (),
    **values: Any,
) -> Any:
    successors = [id for id in (successor_id, second_id, third_id) if id]
    return merging.merge(actor, organisation, successors=successors, carried=carried or (), **values)


@pages.route("/<slug>/controls/<int:id>/removal", methods=["GET", "POST"])
def control_removal(slug: str, id: int) -> Any:
    return _take_back(slug, "control", queries.find_control(g.actor, slug, id), service.take_back_control)


@pages.route("/<slug>/successions/<int:id>/removal", methods=["GET", "POST"])
def succession_removal(slug: str, id: int) -> Any:
    return _take_back(slug, "succession", queries.find_succession(g.actor, slug, id), service.take_back_succession)


def _take_back(slug: str, name: str, row: Any, verb: Any) -> Any:
    organisation = queries.find(g.actor, slug)
    require(g.actor, f"organisations.take_back_{name}", organisation)
    form = TakeBackForm(versioned=organisation)
    if form.carries_out(partial(verb, **{name: row}), g.actor, organisation):
        return redirect(url_for(".show", slug=slug), 303)
    title = _("Take back what was recorded of %(name)s", name=organisation.title)
    return form_page(form, title, _("Take back"), url_for(".show", slug=slug), queries.described(g.actor, row))


def _others(organisation_id: int) -> list[tuple[Any, str]]:
    found = choices(g.actor, "organisation")
    return [("", _("Choose")), *((id, title) for id, title in found if id != organisation_id)]
