"""One's own account: profile, password, address, sessions, data and closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_login import login_required

from observatory.kernel.errors import NotFound
from observatory.kernel.pages import Pages, registry
from observatory.kernel.text import _
from observatory.people import forms, queries, service
from observatory.people.export import everything_about
from observatory.people.login import safe_path
from observatory.people.models import MANDATE_STATES, ROLES, SECURITY_WORDS
from observatory.people.views import address, passwords

pages = Pages("account", __name__, url_prefix="/account")


def _page(**shown: Any) -> str:
    person = queries.own_account(g.actor)
    values: dict[str, Any] = {
        "person": person,
        "profile": forms.ProfileForm(formdata=None, obj=person),
        "mandates": queries.own_mandates(g.actor),
        "sessions": queries.own_sessions(g.actor),
        "log": queries.own_security_events(g.actor),
        "password_form": forms.PasswordForm(formdata=None),
        "address_form": forms.AddressForm(formdata=None),
        "close_form": forms.CloseForm(formdata=None),
        "roles": ROLES,
        "states": MANDATE_STATES,
        "security_words": SECURITY_WORDS,
    }
    return render_template("people/account.html", **{**values, **shown})


@pages.get("")
@login_required
def show() -> Any:
    return _page()


def _carry(form: Any, name: str, verb: Callable[..., Any], done: str) -> Any:
    person = queries.own_account(g.actor)
    if form.carries_out(verb, g.actor, person):
        flash(done)
        return redirect(url_for("account.show"), 303)
    return _page(**{name: form, "failed": form}), form.status


@pages.post("/profile")
@login_required
def profile() -> Any:
    return _carry(forms.ProfileForm(), "profile", service.change_profile, _("Saved."))


@pages.post("/password")
@login_required
def password() -> Any:
    def change(actor: Any, person: Any, **values: Any) -> None:
        service.change_password(actor, person, passwords=passwords(), **values)

    return _carry(forms.PasswordForm(), "password_form", change, _("Your password was changed; other sessions ended."))


@pages.post("/address")
@login_required
def request_address() -> Any:
    def change(actor: Any, person: Any, **values: Any) -> None:
        service.change_address(actor, person, passwords=passwords(), address=address, **values)

    return _carry(
        forms.AddressForm(), "address_form", change, _("We sent a link to the new address: open it to confirm.")
    )


@pages.post("/sessions/<int:id>/end")
@login_required
def end_session(id: int) -> Any:
    row = next((row for row in queries.own_sessions(g.actor) if row.id == id), None)
    if row is None:
        raise NotFound
    service.end_session(g.actor, row)
    flash(_("The session was ended."))
    return redirect(url_for("account.show"), 303)


@pages.post("/sessions/end-others")
@login_required
def end_others() -> Any:
    service.end_other_sessions(g.actor, queries.own_account(g.actor))
    flash(_("All other sessions were ended."))
    return redirect(url_for("account.show"), 303)


@pages.post("/act-for")
@login_required
def act_under() -> Any:
    text = request.form.get("mandate", "")
    mandate = queries.find_mandate(g.actor, int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0)
    service.act_under(g.actor, mandate)
    return redirect(safe_path(request.referrer), 303)


@pages.get("/data.json")
@login_required
def data() -> Response:
    """Everything this Observatory stores about the person."""
    personal = {name: read(g.actor) for room in registry().rooms for name, read in room.personal.items()}
    response = jsonify({**everything_about(g.actor), **personal})
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@pages.post("/closing")
@login_required
def close() -> Any:
    def carry(actor: Any, person: Any, **values: Any) -> None:
        service.close_account(actor, person, passwords=passwords(), **values)

    person = queries.own_account(g.actor)
    form = forms.CloseForm()
    if not form.carries_out(carry, g.actor, person):
        return _page(close_form=form, failed=form), form.status
    session.row = None  # type: ignore[attr-defined]
    session.clear()
    session.modified = False
    response = redirect(url_for("site.home"), 303)
    response.delete_cookie(current_app.session_interface.name, path="/")  # type: ignore[attr-defined]
    return response
