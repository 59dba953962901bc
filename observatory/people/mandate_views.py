"""Mandates: asking, inviting, answering and ending; and the people of the whole instance for administrators."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from observatory.kernel.errors import Invalid, NotFound, Refused
from observatory.kernel.pages import Pages
from observatory.kernel.policy import may, why_not
from observatory.kernel.text import _
from observatory.people import administration, forms, mandates, queries
from observatory.people.models import MANDATE_STATES, ROLES
from observatory.people.views import address
from observatory.people.views import enter as enter_session
from observatory.people.views import passwords as hasher
from observatory.records.models import Record
from observatory.records.queries import one_or_404, titles, visible_to

pages = Pages("mandates", __name__)


def _organisation(slug: str) -> Record:
    organisation: Record = one_or_404(
        visible_to(g.actor, Record).where(Record.kind == "organisation", Record.slug == slug)
    )
    return organisation


@pages.get("/organisations/<slug>/mandate-requests/new")
@login_required
def ask(slug: str) -> Any:
    return render_template(
        "people/mandate_request.html", form=forms.MandateRequestForm(), organisation=_organisation(slug)
    )


@pages.post("/organisations/<slug>/mandate-requests")
@login_required
def request_mandate(slug: str) -> Any:
    form, organisation = forms.MandateRequestForm(), _organisation(slug)
    if form.carries_out(mandates.request, g.actor, organisation):
        flash(_("Your request was sent to the managers of %(organisation)s.", organisation=organisation.title))
        return redirect(url_for("account.show"), 303)
    return render_template("people/mandate_request.html", form=form, organisation=organisation), form.status


@pages.get("/organisations/<slug>/invitations/new")
@login_required
def invitation_form(slug: str) -> Any:
    organisation = _organisation(slug)
    _require("mandates.invite", organisation)
    form = forms.InvitationForm(operator=g.actor.holds("administrator"))
    return render_template("people/invite.html", form=form, organisation=organisation)


@pages.post("/organisations/<slug>/invitations")
@login_required
def invite(slug: str) -> Any:
    organisation = _organisation(slug)
    form = forms.InvitationForm(operator=g.actor.holds("administrator"))
    if form.carries_out(_invite, g.actor, organisation):
        flash(_("The invitation was sent to %(email)s.", email=form.email.data))
        return redirect(f"/organisations/{organisation.slug}", 303)
    return render_template("people/invite.html", form=form, organisation=organisation), form.status


def _invite(actor: Any, organisation: Any, **values: Any) -> Any:
    return mandates.invite(actor, organisation, address=address, **values)


@pages.get("/invitations/<token>")
@login_required
def invitation(token: str) -> Any:
    found = mandates.open_invitation(token)
    if found is None:
        raise Invalid(_("This invitation has expired or was used already. Ask the organisation for a new one."))
    title = titles([found.organisation_id]).get(found.organisation_id, "")
    return render_template(
        "people/invitation.html", form=forms.ButtonForm(), invitation=found, title=title, roles=ROLES
    )


@pages.post("/invitations/<token>")
@login_required
def accept(token: str) -> Any:
    mandate = mandates.accept(g.actor, token)
    flash(_("You now have this mandate. Choose it above to act under it."))
    return redirect(url_for("mandates.show", id=mandate.id), 303)


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


@pages.get("/administration", endpoint="administration")
@login_required
def administration_page() -> Any:
    return render_template("people/administration.html", state=administration.overview(g.actor, None))


@pages.get("/administration/people")
@login_required
def people() -> Any:
    page = administration.people(g.actor, request.args.get("after"), request.args.get("q", "")[:100])
    return render_template("people/people.html", page=page, roles=ROLES, q=request.args.get("q", ""))


@pages.get("/administration/mandates")
@login_required
def every() -> Any:
    page = administration.mandates(g.actor, request.args.get("after"), request.args.get("state", ""))
    return render_template("people/mandates.html", page=page, roles=ROLES, states=MANDATE_STATES)


@pages.get("/setup/<token>")
def setup(token: str) -> Any:
    if not administration.setup_open():
        raise NotFound
    return render_template("people/setup.html", form=forms.SetupForm())


@pages.post("/setup/<token>")
def begin(token: str) -> Any:
    form = forms.SetupForm()
    if form.carries_out(administration.create_first_administrator, g.actor, token, passwords=hasher()):
        return enter_session(form.result)
    return render_template("people/setup.html", form=form), form.status


def _require(verb: str, subject: Any) -> None:
    reason = why_not(g.actor, verb, subject)
    if reason is not None:
        raise Refused(reason)
