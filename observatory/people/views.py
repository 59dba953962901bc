"""Signing up, in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.errors import NotFound
from observatory.kernel.logs import client_of
from observatory.kernel.pages import Pages, registry
from observatory.kernel.text import _
from observatory.people import demo, factors, forms, login, service
from observatory.people.sessions import RowSessions

pages = Pages("people", __name__)

HALFWAY = "halfway"
"""In the session of whoever gave the password and still owes the second factor: no more than a note, no rights."""
LIMITS = {
    "factor.check": ("second-factor", "10/5 minutes"),
    "factor.remove": ("password-check", "10/hour"),
    "factor.renew": ("password-check", "10/hour"),
    "factor.show": ("password-check", "20/hour"),
    "people.authenticate": ("sign-in", "10/5 minutes"),
    "people.open_account": ("sign-up", "10/hour"),
    "people.send_reset": ("reset", "5/hour"),
    "people.set_password": ("link", "20/hour"),
    "people.confirm": ("link", "20/hour"),
    "account.request_address": ("password-check", "10/hour"),
    "account.password": ("password-check", "10/hour"),
    "account.close": ("password-check", "10/hour"),
    "invitations.create": ("invitation", "50/day"),
    "invitations.again": ("invitation", "50/day"),
}


def limit_tries(state: Any = None) -> None:
    """Count tries per address of the network and per account, before the request's own work begins."""
    if request.method != "POST":
        return
    throttle = current_app.extensions["observatory.throttle"]
    row = getattr(session, "row", None)
    for room in registry().rooms:
        what, limit = room.limits.get(request.endpoint or "", ("", ""))
        if what and row is not None and row.person_id is not None:
            throttle.hit(what, limit, "by", str(row.person_id))
    what, limit = LIMITS.get(request.endpoint or "", ("", ""))
    if what:
        throttle.hit(what, limit, "from", client_of(request.remote_addr))
        if request.endpoint == "factor.check" and HALFWAY in session:
            throttle.hit(what, "5/5 minutes", "account", str(session[HALFWAY]["person"]))
        email = request.form.get("email", "").strip().lower()
        if email:
            throttle.hit(what, limit, "for", email)


pages.before_app_request(limit_tries)


def passwords() -> Any:
    return current_app.extensions["observatory.passwords"]


def address(endpoint: str, **values: Any) -> str:
    """An absolute address for a message; built on the operator's own address, not on what a request claims."""
    settings: Settings = current_app.extensions["observatory.settings"]
    path = url_for(endpoint, **values)
    return settings.origin + path


@pages.get("/sign-in")
def sign_in() -> Any:
    form = forms.SignInForm()
    return _sign_in_page(form)


def _sign_in_page(form: forms.SignInForm) -> str:
    settings: Settings = current_app.extensions["observatory.settings"]
    accounts = demo.accounts(settings) if settings.demo else []
    target = login.safe_path(request.args.get("next"))
    return render_template("people/sign_in.html", form=form, accounts=accounts, next=target, demo_roles=demo.ROLES)


@pages.post("/sign-in")
def authenticate() -> Any:
    form = forms.SignInForm()
    if form.carries_out(_signed_in, g.actor, None):
        return form.result
    login.tell_security("sign_in_failed")
    return _sign_in_page(form), form.status


def _signed_in(actor: Any, subject: Any, *, email: str, password: str, remember: bool) -> Response:
    person = service.sign_in(actor, passwords(), email=email, password=password)
    throttle = current_app.extensions["observatory.throttle"]
    what, limit = LIMITS["people.authenticate"]
    db.after_commit(lambda: throttle.forget(what, limit, "for", email.strip().lower()))
    if factors.has_factor(person.id):
        session[HALFWAY] = {"person": person.id, "at": clock.now().isoformat(), "remember": remember}
        target = login.safe_path(request.args.get("next"))
        return make_response(redirect(url_for("factor.check", next=target), 303))
    return enter(person, remember=remember)


def enter(person: Any, *, remember: bool = False) -> Response:
    """Begin the session of someone who has proved who they are, and go where they wanted."""
    old = session.row  # type: ignore[attr-defined]
    token = service.open_session(
        g.actor,
        person,
        device=login.device(),
        network=login.network(),
        remember=remember,
        replaces=old.id if old is not None else None,
    )
    login_user(login.Account(str(person.id)))
    keep = {key: value for key, value in session.items() if key.startswith("_") and key != "_flashes"}
    service.keep_login(g.actor, token, data=keep)
    response = make_response(redirect(login.safe_path(request.args.get("next")), 303))
    interface = current_app.session_interface
    assert isinstance(interface, RowSessions)
    interface.set_cookie(response, token, lasting=remember)
    session.row, session.modified = None, False  # type: ignore[attr-defined]
    session.clear()
    session.modified = False
    return response


@pages.post("/sign-out")
def sign_out() -> Any:
    row = session.row  # type: ignore[attr-defined]
    if row is not None and not g.actor.is_guest:
        service.end_session(g.actor, row)
    session.row = None  # type: ignore[attr-defined]
    session.clear()
    session.modified = False
    response = make_response(redirect("/", 303))
    response.delete_cookie(current_app.session_interface.name, path="/")  # type: ignore[attr-defined]
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/sign-up")
def sign_up() -> Any:
    form = forms.SignUpForm()
    return render_template("people/sign_up.html", form=form)


@pages.post("/sign-up")
def open_account() -> Any:
    form = forms.SignUpForm()
    if form.carries_out(_sign_up, g.actor, passwords()):
        return render_template("people/sent.html", email=form.email.data)
    return render_template("people/sign_up.html", form=form), form.status


def _sign_up(actor: Any, subject: Any, **values: Any) -> None:
    service.sign_up(actor, subject, address=address, **values)


@pages.get("/verify/<token>")
def verify(token: str) -> Any:
    return render_template("people/confirm.html", form=forms.ButtonForm(), purpose="verify")


@pages.post("/verify/<token>")
def confirm(token: str) -> Any:
    form = forms.ButtonForm()
    if form.carries_out(service.verify, g.actor, token):
        return enter(form.result)
    return render_template("people/confirm.html", form=form, purpose="verify"), form.status


@pages.get("/account/address/<token>")
def confirm_address(token: str) -> Any:
    return render_template("people/confirm.html", form=forms.ButtonForm(), purpose="address")


@pages.post("/account/address/<token>")
def take_address(token: str) -> Any:
    form = forms.ButtonForm()
    if form.carries_out(service.confirm_address, g.actor, token):
        flash(_("Your new address counts from now on."))
        return redirect(url_for("people.sign_in"), 303)
    return render_template("people/confirm.html", form=form, purpose="address"), form.status


@pages.get("/password/forgotten")
def forgotten() -> Any:
    return render_template("people/forgotten.html", form=forms.ForgottenForm())


@pages.post("/password/forgotten")
def send_reset() -> Any:
    form = forms.ForgottenForm()
    if form.carries_out(_send_reset, g.actor, None):
        return render_template("people/sent.html", email=form.email.data)
    return render_template("people/forgotten.html", form=form), form.status


def _send_reset(actor: Any, subject: Any, *, email: str) -> None:
    service.forget_password(actor, subject, email=email, address=address)


@pages.get("/password/<token>")
def reset(token: str) -> Any:
    return render_template("people/reset.html", form=forms.ResetForm())


@pages.post("/password/<token>")
def set_password(token: str) -> Any:
    form = forms.ResetForm()
    if form.carries_out(service.reset_password, g.actor, passwords(), token=token):
        flash(_("Your password is set. Sign in with it."))
        return redirect(url_for("people.sign_in"), 303)
    return render_template("people/reset.html", form=form), form.status


@pages.post("/demo/sign-in")
def demo_sign_in() -> Any:
    settings: Settings = current_app.extensions["observatory.settings"]
    person = demo.person(settings, request.form.get("email", ""))
    if person is None:
        raise NotFound
    return enter(person)


@pages.get("/demo/mail")
def demo_mail() -> Any:
    settings: Settings = current_app.extensions["observatory.settings"]
    if not settings.demo or settings.smtp_host:
        raise NotFound
    return render_template("people/demo_mail.html", messages=demo.messages(settings))


blueprints: tuple[Blueprint, ...] = (pages,)
