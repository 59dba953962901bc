"""The second factor: switching it on and off, and giving it when signing in."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import segno
from flask import current_app, flash, g, redirect, render_template, session, url_for
from flask_login import login_required
from markupsafe import Markup

from observatory.kernel import clock
from observatory.kernel.pages import Pages, settings
from observatory.kernel.text import _
from observatory.people import factors, forms, login, queries
from observatory.people.vault import Vault
from observatory.people.views import HALFWAY, enter, passwords

pages = Pages("factor", __name__)
PATIENCE = dt.timedelta(minutes=10)
_SECRET = "factor"  # noqa: S105 - where in the session the sealed secret waits


def vault() -> Vault:
    found: Vault = current_app.extensions["observatory.vault"]
    return found


@pages.route("/sign-in/second-factor", methods=["GET", "POST"])
def check() -> Any:
    """The second step of signing in: until it is done, nobody is signed in and nothing may be done."""
    halfway = session.get(HALFWAY)
    person = None
    if halfway and clock.now() - dt.datetime.fromisoformat(halfway["at"]) < PATIENCE:
        person = queries.person_signing_in(halfway["person"], dt.datetime.fromisoformat(halfway["at"]))
    if person is None:
        session.pop(HALFWAY, None)
        return redirect(url_for("people.sign_in"), 303)
    form = forms.CodeForm()
    if form.carries_out(factors.check, g.actor, person, vault=vault()):
        return enter(person, remember=bool(halfway["remember"]))
    if form.is_submitted():
        login.tell_security("second_factor_failed", person.id)
    return render_template("people/second_step.html", form=form), form.status if form.is_submitted() else 200


@pages.route("/account/second-factor", methods=["GET", "POST"])
@login_required
def show() -> Any:
    person = queries.own_account(g.actor)
    if factors.has_factor(person.id):
        return render_template(
            "people/second_factor.html", on=True, left=factors.codes_left(g.actor), form=forms.FactorOffForm(),
            codes_form=forms.CloseForm(),
        )  # fmt: skip
    sealed = session.get(_SECRET)
    secret = vault().unsealed(sealed) if sealed else None
    if secret is None:
        secret = factors.new_secret()
        session[_SECRET] = vault().seal(secret)
    form = forms.FactorForm()
    if form.carries_out(factors.enable, g.actor, person, passwords=passwords(), vault=vault(), secret=secret):
        session.pop(_SECRET, None)
        return render_template("people/recovery_codes.html", codes=form.result)
    uri = factors.address(secret, account=str(person.email), site=settings().site_name)
    page = render_template(
        "people/second_factor.html", on=False, form=form, picture=_picture(uri), secret=secret,
        required=queries.needs_factor(g.actor),
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


@pages.post("/account/second-factor/removal")
@login_required
def remove() -> Any:
    person, form = queries.own_account(g.actor), forms.FactorOffForm()
    if form.carries_out(factors.disable, g.actor, person, passwords=passwords(), vault=vault()):
        flash(_("Your account asks for the password alone from now on."))
        return redirect(url_for("account.show"), 303)
    page = render_template(
        "people/second_factor.html", on=True, left=factors.codes_left(g.actor), form=form, codes_form=forms.CloseForm()
    )
    return page, form.status


@pages.post("/account/second-factor/codes")
@login_required
def renew() -> Any:
    person, form = queries.own_account(g.actor), forms.CloseForm()
    if form.carries_out(factors.renew_codes, g.actor, person, passwords=passwords(), vault=vault()):
        return render_template("people/recovery_codes.html", codes=form.result)
    page = render_template(
        "people/second_factor.html", on=True, left=factors.codes_left(g.actor), form=forms.FactorOffForm(formdata=None),
        codes_form=form,
    )  # fmt: skip
    return page, form.status


def _picture(uri: str) -> Markup:
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=3, light="#fff")
    return Markup(out.getvalue().decode())  # noqa: S704 - made here of modules alone
