"""Mandates: asking, inviting, answering and ending; and the people of the whole instance for administrators."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import login_required

from observatory.kernel.errors import NotFound
from observatory.kernel.forms import form_page
from observatory.kernel.pages import Pages
from observatory.kernel.pages import address as record_address
from observatory.kernel.policy import may, require
from observatory.kernel.text import _
from observatory.people import administration, forms, mandates, queries
from observatory.people.models import MANDATE_STATES, ROLES
from observatory.people.views import enter as enter_session
from observatory.people.views import passwords as hasher
from observatory.records.models import Record
from observatory.records.queries import one_or_404, titles, visible_to

pages = Pages("mandates", __name__)


def find_organisation(slug: str) -> Record:
    """The organisation at an address, if the actor may see it."""
    organisation: Record = one_or_404(
        visible_to(g.actor, Record).where(Record.kind == "organisation", Record.slug == slug)
    )
    return organisation


@pages.get("/organisations/<slug>/mandate-requests/new")
@login_required
def ask(slug: str) -> Any:
    return render_template(
        "people/mandate_request.html", form=forms.MandateRequestForm(), organisation=find_organisation(slug)
    )


@pages.post("/organisations/<slug>/mandate-requests")
@login_required
def request_mandate(slug: str) -> Any:
    form, organisation = forms.MandateRequestForm(), find_organisation(slug)
    if form.carries_out(mandates.request, g.actor, organisation):
        flash(_("Your request was sent to the managers of %(organisation)s.", organisation=organisation.title))
        return redirect(url_for("account.show"), 303)
    return render_template("people/mandate_request.html", form=form, organisation=organisation), form.status


@pages.route("/organisations/<slug>/mandates/new", methods=["GET", "POST"])
@login_required
def appointment(slug: str) -> Any:
    organisation = find_organisation(slug)
    require(g.actor, "mandates.appoint", organisation)
    form = forms.AppointmentForm(operator=True)
    if form.carries_out(_appoint, g.actor, organisation):
        flash(_("The mandate was given."))
        return redirect(url_for(".show", id=form.result.id), 303)
    title = _("Appoint somebody to act for %(organisation)s", organisation=organisation.title)
    intro = _("For the first manager of an organisation, for whom nobody else could approve. They are told by mail.")
    return form_page(form, title, _("Give the mandate"), record_address("organisation", slug), intro)


def _appoint(actor: Any, organisation: Any, *, email: str, **values: Any) -> Any:
    person = administration.person_with(actor, email)
    return mandates.appoint(actor, organisation, person=person, tell=True, **values)


@pages.get("/mandates/<int:id>")
@login_required
def show(id: int) -> Any:
    return _page(id, forms.ReasonForm())


def _page(id: int, form: forms.ReasonForm) -> str:
    mandate = queries.find_mandate(g.actor, id)
    title = titles([mandate.organisation_id]).get(mandate.organisation_id, "")
    person = administration.person_of(mandate)
    return render_template(
        "people/mandate.html",
        mandate=mandate,
        person=person,
        title=title,
        form=form,
        roles=ROLES,
        states=MANDATE_STATES,
    )


@pages.post("/mandates/<int:id>/approval")
@login_required
def approve(id: int) -> Any:
    mandates.approve(g.actor, queries.find_mandate(g.actor, id))
    flash(_("The mandate was given."))
    return redirect(url_for(".show", id=id), 303)


@pages.post("/mandates/<int:id>/refusal")
@login_required
def decline(id: int) -> Any:
    form = forms.ReasonForm()
    if form.carries_out(mandates.decline, g.actor, queries.find_mandate(g.actor, id)):
        flash(_("The request is declined."))
        return redirect(url_for(".show", id=id), 303)
    return _page(id, form), form.status


@pages.post("/mandates/<int:id>/revocation")
@login_required
def revoke(id: int) -> Any:
    form = forms.ReasonForm()
    if form.carries_out(mandates.revoke, g.actor, queries.find_mandate(g.actor, id)):
        flash(_("The mandate has ended."))
        return redirect(url_for(".show", id=id) if may(g.actor, "mandates.revoke") else url_for("account.show"), 303)
    return _page(id, form), form.status


@pages.get("/setup/<token>")
def setup(token: str) -> Any:
    if not administration.setup_open():
        raise NotFound
    return render_template("people/setup.html", form=forms.SetupForm())


@pages.post("/setup/<token>")
def begin(token: str) -> Any:
    form = forms.SetupForm()
    if form.carries_out(administration.create_first_administrator, g.actor, token, passwords=hasher()):
        response = enter_session(form.result)
        response.location = url_for("factor.show")  # their mandate counts once the second factor is there
        return response
    return render_template("people/setup.html", form=form), form.status
