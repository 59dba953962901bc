"""Opening a handover and drawing up its inventory."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, g, redirect, url_for
from flask_login import login_required

from observatory.kernel.forms import Form, form_page
from observatory.kernel.policy import require
from observatory.kernel.text import _, _n
from observatory.rooms.handovers import forms, service
from observatory.rooms.handovers.queries import cases
from observatory.rooms.handovers.views.blueprint import act, page_of, pages, sources


@pages.route("/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    require(g.actor, "handovers.open_handover")
    mandate = cases.mandate_of(g.actor, g.actor.organisation_id)
    form = forms.TermForm(term_ends_on=mandate.to_on if mandate is not None else None)
    if form.carries_out(partial(service.open_handover, sources=sources()), g.actor, None):
        return redirect(page_of(form.result.slug), 303)
    intro = _(
        "For %(name)s. The inventory is drafted from what is open here: commitments, answers, figures, seats, drafts. "
        "From then on it is public; drafts and where keys are stay with your organisation.",
        name=g.actor.organisation_name,
    )
    return form_page(form, _("Open a handover"), _("Open it"), url_for(".index"), intro)


@pages.route("/<slug>/edit", methods=["GET", "POST"])
@login_required
def edit(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    found = case.handover
    form = forms.TermForm(
        versioned=found, term_ends_on=found.term_ends_on, act=found.act, proclaimed_by=found.proclaimed_by
    )
    return act(case, "edit", service.edit, form, _("The term and those who come"), _("Save"), page_of(slug))


@pages.route("/<slug>/refreshment", methods=["GET", "POST"])
@login_required
def refreshment(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    require(g.actor, "handovers.refresh", case)
    form = Form(versioned=case.handover)
    if form.carries_out(partial(service.refresh, sources=sources()), g.actor, case):
        flash(_n("%(num)s item was added.", "%(num)s items were added.", form.result))
        return redirect(page_of(slug, "inventory"), 303)
    intro = _("What came up since is added. Nothing that stands in the inventory is lost or changed.")
    return form_page(form, _("Refresh the inventory"), _("Refresh it"), page_of(slug), intro)


@pages.route("/<slug>/custody/new", methods=["GET", "POST"])
@login_required
def new_custody(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = forms.CustodyForm()
    intro = _("Passwords are never written here: say who has them and where they are kept.")
    return act(
        case, "add_custody", service.add_custody, form, _("Add what is in custody"), _("Add it"), page_of(slug, "custody"), intro
    )  # fmt: skip
