"""Pages of administrators: settings, mail, and the public log of what they did to the instance."""

from __future__ import annotations

import shutil
from types import SimpleNamespace
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_login import login_required
from wtforms import StringField, TextAreaField

from observatory.kernel.forms import Form, form_page
from observatory.kernel.outbox import ATTEMPTS
from observatory.kernel.pages import Pages, database
from observatory.kernel.policy import require
from observatory.kernel.preferences import KINDS, stored
from observatory.kernel.text import _
from observatory.people import forms, steering

pages = Pages("steering", __name__, url_prefix="/administration")


def _form_class() -> type[Form]:
    """A field for each setting that may be changed here."""
    given = current_app.extensions["observatory.settings"].given
    fields: dict[str, Any] = {}
    for name, kind in KINDS.items():
        if name not in given:
            field = TextAreaField if kind.is_long else StringField
            fields[name] = field(kind.label, description=kind.help)
    return type("PreferencesForm", (Form,), fields)


@pages.route("/settings", methods=["GET", "POST"])
@login_required
def settings() -> Any:
    require(g.actor, "steering.set_preferences", None)
    own = current_app.extensions["observatory.settings"]
    values = stored()
    shown = SimpleNamespace(**values, version=steering.times_set())
    form = _form_class()(obj=shown)
    if form.carries_out(steering.set_preferences, g.actor, own):
        changed = [str(KINDS[name].label) for name in form.result]
        flash(_("Set: %(names)s", names=", ".join(changed)) if changed else _("Nothing was changed."))
        return redirect(url_for(".settings"), 303)
    given = [(KINDS[name].label, getattr(own, name)) for name in KINDS if name in own.given]
    page = render_template("people/settings.html", form=form, given=given)
    return page, form.status if form.is_submitted() else 200


@pages.get("/mail")
@login_required
def mail() -> Any:
    page = steering.read_mail(g.actor, None, after=request.args.get("after"))
    return render_template(
        "people/mail.html", page=page, most=ATTEMPTS, masked=steering.masked, form=Form(formdata=None), room=_room()
    )


def _room() -> list[tuple[object, int]]:
    """How much room there is, and what takes it, in bytes."""
    instance = current_app.extensions["observatory.settings"].instance
    found: list[tuple[object, int]] = [(_("Free on the disk of the instance"), shutil.disk_usage(instance).free)]
    if database().is_sqlite:
        size = sum(path.stat().st_size for path in instance.glob("observatory.db*"))
        found.append((_("Database"), size))
    for label, name in ((_("Search index"), "search"), (_("Files"), "files")):
        size = sum(path.stat().st_size for path in (instance / name).rglob("*") if path.is_file())
        found.append((label, size))
    return found


@pages.post("/mail/again")
@login_required
def send_again() -> Any:
    require(g.actor, "steering.send_again", None)
    form = Form()
    if form.carries_out(lambda actor, subject: steering.send_again(actor, subject), g.actor, None):
        flash(_("Messages that are tried again: %(number)s", number=form.result))
        return redirect(url_for(".mail"), 303)
    return form_page(form, _("Send again"), _("Send again"), url_for(".mail"))


@pages.route("/mail/<int:id>/giving-up", methods=["GET", "POST"])
@login_required
def drop(id: int) -> Any:
    message = steering.message(g.actor, id)
    form = forms.PublicReasonForm()
    if form.carries_out(steering.drop, g.actor, message):
        return redirect(url_for(".mail"), 303)
    title = _("Give up the message to %(address)s", address=steering.masked(message.recipient))
    return form_page(form, title, _("Give it up"), url_for(".mail"))


@pages.get("/log")
def log() -> str:
    page = steering.acts(g.actor, request.args.get("after"))
    return render_template("people/acts.html", page=page, acts=steering.ACTS, kinds=KINDS)
