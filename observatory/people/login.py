"""Between the browser and the person: the account of a session, the actor of a request, the way to sign in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, flash, g, make_response, redirect, request, session, url_for
from flask_login import UserMixin
from werkzeug.wrappers import Response as BaseResponse

from observatory.kernel import db
from observatory.kernel.config import Settings
from observatory.kernel.logs import network_of
from observatory.kernel.pages import problem_page, wants_json
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.people.models import SecurityEvent
from observatory.people.queries import actor_of_session, live_mandates, needs_factor
from observatory.people.sessions import RowSession, device_of


class Account(UserMixin):  # type: ignore[misc]
    """What Flask-Login needs of a signed-in person: no more than an id. Rights come from the actor."""

    def __init__(self, person_id: str) -> None:
        self.id = person_id


def account(person_id: str) -> Account | None:
    """The account of the open session, if its row says the same person."""
    row = session.row if isinstance(session._get_current_object(), RowSession) else None  # type: ignore[attr-defined]
    return Account(person_id) if row is not None and str(row.person_id) == person_id else None


def current_actor() -> Actor:
    """Who asks, read anew within this request's unit of work."""
    row = session.row  # type: ignore[attr-defined]
    settings: Settings = current_app.extensions["observatory.settings"]
    actor = actor_of_session(row, demands_factor=not settings.demo)
    if actor.is_guest and row is not None and row.person_id is not None:
        # Left alone for too long, revoked or closed: nothing of it is kept, or a mere reload would wake it up again.
        session.row = None  # type: ignore[attr-defined]
        session.clear()
    g.menu = []
    g.owes_factor = not settings.demo and not actor.acts and needs_factor(actor)
    if not actor.is_guest:
        g.menu = [
            {"id": row.id, "label": f"{row.organisation}", "role": row.role, "current": row.id == actor.mandate_id}
            for row in live_mandates(int(actor.person_id or 0))
        ]
    return actor


def mandates_for_menu(actor: Actor) -> list[dict[str, Any]]:
    """The mandates to choose from, as read with the actor."""
    return list(g.get("menu", ()))


def ask_to_sign_in() -> BaseResponse:
    """Send a signed-out visitor to the sign-in page and back afterwards; a machine gets 401."""
    if wants_json():
        return problem_page(401, _("Sign in"), _("This is for whoever has signed in."))
    if request.method not in {"GET", "HEAD"}:
        flash(_("You are signed out: sign in and send it again."))
    target = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else request.referrer or "/"
    return make_response(redirect(url_for("people.sign_in", next=safe_path(target)), 303))


def safe_path(target: str | None) -> str:
    """`target` if it is a path of this site, else the home page. Only the path and query survive."""
    if not target or "\\" in target or any(ord(char) < 33 for char in target):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if parts.netloc and parts.netloc != request.host:
        return "/"
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else "/"
    return f"{path}?{parts.query}" if parts.query else path


def network() -> str:
    return network_of(request.remote_addr)


def device() -> str:
    return device_of(request.headers.get("User-Agent", ""))


def tell_security(what: str, person_id: int | None = None) -> None:
    """Write this into the security log after the request, even if its own work is rolled back."""
    g.setdefault("security", []).append((what, person_id))


def write_security_log(response: Response) -> Response:
    """Keep what `tell_security` was told, in a short transaction of its own."""
    told = g.pop("security", None)
    if told:
        with current_app.extensions["observatory.database"].side_transaction():
            for what, person_id in told:
                db.session.add(SecurityEvent(person_id=person_id, what=what, network=network(), device=device()))
    return response
