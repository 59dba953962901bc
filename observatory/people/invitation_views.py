"""Invitations: a manager sends them, sees what became of them and takes them back; the invited accept."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_login import login_required

from observatory.kernel.errors import Invalid
from observatory.kernel.pages import Pages
from observatory.kernel.policy import require
from observatory.kernel.text import _
from observatory.people import forms, invitations
from observatory.people.giving import organisation_of
from observatory.people.mandate_views import find_organisation
from observatory.people.models import ROLES
from observatory.people.views import address
from observatory.records.queries import titles

pages = Pages("invitations", __name__)


@pages.get("/organisations/<slug>/invitations")
@login_required
def index(slug: str) -> Any:
    organisation = find_organisation(slug)
    rows = invitations.sent(g.actor, organisation.id)
    return render_template("people/invitations.html", organisation=organisation, rows=rows, roles=ROLES)


@pages.post("/invitations/<int:id>/withdrawal")
@login_required
def withdraw(id: int) -> Any:
    invitation = invitations.find(g.actor, id)
    invitations.withdraw(g.actor, invitation)
    flash(_("The invitation was withdrawn: its link opens nothing any more."))
    return _back(invitation)


@pages.post("/invitations/<int:id>/again")
@login_required
def again(id: int) -> Any:
    invitation = invitations.find(g.actor, id)
    invitations.invite_again(g.actor, invitation, address=address)
    flash(_("The invitation was sent to %(email)s.", email=invitation.email))
    return _back(invitation)


def _back(invitation: Any) -> Any:
    return redirect(url_for(".index", slug=organisation_of(invitation).slug), 303)


@pages.get("/organisations/<slug>/invitations/new")
@login_required
def new(slug: str) -> Any:
    organisation = find_organisation(slug)
    require(g.actor, "invitations.invite", organisation)
    form = forms.InvitationForm(operator=g.actor.holds("administrator"))
    return render_template("people/invite.html", form=form, organisation=organisation)


@pages.post("/organisations/<slug>/invitations")
@login_required
def create(slug: str) -> Any:
    organisation = find_organisation(slug)
    form = forms.InvitationForm(operator=g.actor.holds("administrator"))
    if form.carries_out(_invite, g.actor, organisation):
        flash(_("The invitation was sent to %(email)s.", email=form.email.data))
        return redirect(url_for(".index", slug=slug), 303)
    return render_template("people/invite.html", form=form, organisation=organisation), form.status


def _invite(actor: Any, organisation: Any, **values: Any) -> Any:
    return invitations.invite(actor, organisation, address=address, **values)


@pages.get("/invitations/<token>")
@login_required
def show(token: str) -> Any:
    found = invitations.opened_by(token)
    if found is None:
        raise Invalid(_("This invitation has expired or was used already. Ask the organisation for a new one."))
    title = titles([found.organisation_id]).get(found.organisation_id, "")
    return render_template(
        "people/invitation.html", form=forms.ButtonForm(), invitation=found, title=title, roles=ROLES
    )


@pages.post("/invitations/<token>")
@login_required
def accept(token: str) -> Any:
    mandate = invitations.accept(g.actor, token)
    flash(_("You now have this mandate. Choose it above to act under it."))
    return redirect(url_for("mandates.show", id=mandate.id), 303)
