"""The brief of a session: as a page, on paper, and to the letter; and choosing the documents of an item."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from typing import Any

from flask import Response, g, redirect, render_template, url_for
from flask_babel import force_locale
from flask_login import login_required
from markupsafe import Markup

from observatory.aspects.attachments import queries as files_of
from observatory.kernel import printing
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import NotFound
from observatory.kernel.forms import options
from observatory.kernel.pages import absolute
from observatory.kernel.policy import require
from observatory.rooms.roundtables import forms
from observatory.rooms.roundtables.models.words import CANCELLED
from observatory.rooms.roundtables.queries import brief as briefs
from observatory.rooms.roundtables.queries import sessions
from observatory.rooms.roundtables.service import brief as service
from observatory.rooms.roundtables.views.blueprint import pages

MOST_FILES = 60


@pages.get("/sessions/<slug>/brief")
def brief(slug: str) -> str:
    row, found = _found(slug)
    return render_template(
        "roundtables/brief.html", session=row, frozen=found, printed=printing.printed(row.id, briefs.NAME, found.digest),
        body=_body(found, briefs.still_open(g.actor, row.id)), **_read(found, row),
        og={"title": row.title, "description": row.venue, "type": "article"},
    )  # fmt: skip


@pages.get("/sessions/<slug>/brief.json")
def brief_json(slug: str) -> Response:
    """The content to the letter: its SHA-256 is the digest that the brief shows."""
    _row, found = _found(slug)
    return Response(found.content, content_type="application/json; charset=utf-8")


@pages.get("/sessions/<slug>/brief.pdf")
def brief_pdf(slug: str) -> Response:
    row, found = _found(slug)
    return printing.answer(printing.printed(row.id, briefs.NAME, found.digest), f"session-{slug}-brief.pdf")


def on_paper(session_id: int) -> str:
    """The page that is printed, in the body's language."""
    row = sessions.by_id(g.actor, session_id)
    found = briefs.brief(g.actor, session_id)
    if found is None:
        raise NotFound
    language = json.loads(found.content)["language"]
    with force_locale(LOCALES.get(language, LOCALES["es"])):
        return render_template(
            "roundtables/brief_paper.html", session=row, frozen=found, open=briefs.still_open(g.actor, session_id), lang=language,
            address_of_json=absolute(url_for("roundtables.brief_json", slug=row.slug).partition("?")[0]), **_read(found, None),
        )  # fmt: skip


@pages.route("/sessions/<slug>/items/<int:id>/documents", methods=["GET", "POST"])
@login_required
def item_documents(slug: str, id: int) -> Any:
    """Which files of the session's page belong to an item."""
    session = sessions.find(g.actor, slug)
    require(g.actor, "roundtables.choose_documents", session)
    item = briefs.find_item(g.actor, session, id)
    now = [file.id for file in briefs.documents(g.actor, session.id).get(item.id, ())]
    form = forms.DocumentsForm(versioned=session, attachments=now)
    there = files_of.of(g.actor, session.id, MOST_FILES)
    form.attachments.choices = options((row.id, row.title) for row in there)
    if form.carries_out(partial(service.choose_documents, item=item), g.actor, session):
        return redirect(url_for(".session", slug=slug, _anchor=f"item-{item.id}"), 303)
    page = render_template("roundtables/documents.html", form=form, session=session, item=item, there=there)
    return page, form.status if form.is_submitted() else 200


def _body(found: Any, open_: set[int]) -> Markup:
    """The content, its headings too, in the language in which it was frozen."""
    content = json.loads(found.content)
    with force_locale(LOCALES.get(content["language"], LOCALES["es"])):
        return Markup(render_template("roundtables/_brief.html", content=content, open=open_))  # noqa: S704 - escaped there


def _found(slug: str) -> tuple[Any, Any]:
    row = sessions.row(g.actor, slug)
    found = briefs.brief(g.actor, row.id)
    if found is None:
        raise NotFound
    return row, found


def _read(found: Any, row: Any) -> dict[str, Any]:
    """The content for a template; `moved` where the session `row` is elsewhere now."""
    content = json.loads(found.content)
    told = content["session"]
    starts_at = dt.datetime.fromisoformat(told["starts_at"])
    moved = row is not None and row.state != CANCELLED and (
        (row.starts_at, row.venue, row.online_url) != (starts_at, told["venue"], told["online_url"])
    )  # fmt: skip
    return {
        "content": content,
        "starts_at": starts_at,
        "moved": moved,
        "cancelled": row is not None and row.state == CANCELLED,
    }
