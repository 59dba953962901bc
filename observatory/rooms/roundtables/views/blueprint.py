"""The blueprint that the modules of these views share, and what they all need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, redirect, url_for

from observatory.kernel.errors import Refused
from observatory.kernel.forms import Form, form_page
from observatory.kernel.pages import Pages
from observatory.kernel.policy import why_not
from observatory.kernel.text import _

pages = Pages("roundtables", __name__)


SESSION_SHAPES = {
    "draft": "draft", "convened": "waiting", "in_session": "in_progress", "held": "active", "no_quorum": "late",
    "cancelled": "ended", "withdrawn": "ended",
}  # fmt: skip
"""How the state of a session is drawn."""


def session_page(slug: str, part: str = "") -> str:
    """The address of a session's page, or of a part of it."""
    return url_for("roundtables.session", slug=slug) + (f"#{part}" if part else "")


def minutes_of(slug: str) -> str:
    """The address of a session's minutes."""
    return url_for("roundtables.minutes", slug=slug)


def page_of(slug: str, part: str = "") -> str:
    """The address of a roundtable's page, or of a part of it."""
    return url_for("roundtables.show", slug=slug) + (f"#{part}" if part else "")


def act(
    subject: Any,
    verb: str,
    carry_out: Callable[..., Any],
    form: Form,
    title: str,
    button: str,
    back: str,
    intro: str = "",
) -> Any:
    """A page with one form, and back to the page afterwards. Whoever can't do it is refused before they fill it in; where that
    changed meanwhile, what they wrote is shown again with the reason."""
    about = str(getattr(getattr(subject, "session", subject), "title", ""))
    kicker = "" if about in title else about  # which session or roundtable, where the title does not say it
    reason = why_not(g.actor, f"roundtables.{verb}", subject)
    if reason is not None and (g.actor.is_guest or not form.is_submitted() or not form.filled):
        raise Refused(reason)
    if reason is not None:
        form.form_errors.append(_("You can do this when: %(reason)s.", reason=str(reason)))
        form.status = Refused.status
        return form_page(form, title, button, back, intro, kicker)
    try:
        if form.carries_out(carry_out, g.actor, subject):
            return redirect(back, 303)
    except Refused as refused:  # by a verb of another room
        form.form_errors.append(_("You can do this when: %(reason)s.", reason=str(refused.reason)))
        form.status = refused.status
    return form_page(form, title, button, back, intro, kicker)
