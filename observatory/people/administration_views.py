"""Pages of administrators: what waits, people, mandates and the security log of the whole instance."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from observatory.kernel.forms import form_page
from observatory.kernel.pages import Pages
from observatory.kernel.text import _
from observatory.people import administration, factors, forms
from observatory.people.models import MANDATE_STATES, ROLES, SECURITY_WORDS

pages = Pages("administration", __name__, url_prefix="/administration")


@pages.get("")
@login_required
def overview() -> Any:
    return render_template("people/administration.html", state=administration.overview(g.actor, None))


@pages.get("/people")
@login_required
def people() -> Any:
    q = request.args.get("q", "")[:100]
    page = administration.people(g.actor, request.args.get("after"), q)
    return render_template("people/people.html", page=page, q=q)


@pages.get("/people/<int:id>")
@login_required
def person(id: int) -> Any:
    found = administration.account(g.actor, id)
    return render_template(
        "people/person.html", account=found, roles=ROLES, states=MANDATE_STATES, words=SECURITY_WORDS
    )


@pages.route("/people/<int:id>/sessions", methods=["GET", "POST"])
@login_required
def end_sessions(id: int) -> Any:
    person = administration.account(g.actor, id).person
    form = forms.ReasonForm()
    if form.carries_out(administration.end_sessions, g.actor, person):
        flash(_("All sessions of this account were ended."))
        return redirect(url_for(".person", id=id), 303)
    title = _("Sign %(name)s out everywhere", name=person.name)
    return form_page(form, title, _("End all sessions"), url_for(".person", id=id))


@pages.route("/people/<int:id>/closing", methods=["GET", "POST"])
@login_required
def close(id: int) -> Any:
    person = administration.account(g.actor, id).person
    form = forms.ReasonForm()
    if form.carries_out(administration.close_account, g.actor, person):
        flash(_("The account was closed."))
        return redirect(url_for(".people"), 303)
    intro = _("For accounts opened by fraud. Their personal data goes, their mandates end, and what they did stays.")
    title = _("Close the account of %(name)s", name=person.name)
    return form_page(form, title, _("Close the account"), url_for(".person", id=id), intro)


@pages.route("/people/<int:id>/second-factor", methods=["GET", "POST"])
@login_required
def reset_factor(id: int) -> Any:
    person = administration.account(g.actor, id).person
    form = forms.ReasonForm()
    if form.carries_out(factors.reset, g.actor, person):
        flash(_("The second factor was switched off; they set it up anew when they sign in."))
        return redirect(url_for(".person", id=id), 303)
    intro = _("For somebody who lost the phone and the recovery codes. Make sure that it is really them: call back.")
    title = _("Switch off the second factor of %(name)s", name=person.name)
    return form_page(form, title, _("Switch it off"), url_for(".person", id=id), intro)


@pages.get("/mandates")
@login_required
def mandates() -> Any:
    page = administration.mandates(g.actor, request.args.get("after"), request.args.get("state", ""))
    return render_template("people/mandates.html", page=page, roles=ROLES, states=MANDATE_STATES)


@pages.get("/security")
@login_required
def security() -> Any:
    what = request.args.get("what", "")
    what = what if what in SECURITY_WORDS else ""
    page = administration.security(g.actor, request.args.get("after"), what)
    return render_template("people/security.html", page=page, what=what, words=SECURITY_WORDS)
