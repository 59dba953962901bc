"""The pages of the library, and the panel on the page of what a document is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, redirect, render_template, request, url_for

from observatory.kernel.forms import TakeBackForm, form_page
from observatory.kernel.pages import Pages, panels_for, removable
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _, excerpt, plain_text
from observatory.records.queries import filters_of, last_reason
from observatory.rooms.library import queries, service
from observatory.rooms.organisations.queries import place_title

pages = Pages("library", __name__, url_prefix="/library")


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """What the library holds about a place or an organisation."""
    found = queries.about(actor, row)
    return {"found": found, "filter": "about" if row.kind == "organisation" else "place"} if found else None


@pages.get("")
def index() -> str:
    filters = filters_of(request.args, queries.FILTERS)
    page = queries.listing(g.actor, filters, request.args.get("after"))
    named = {"place": place_title(filters["place"]) if "place" in filters else None}
    return render_template(
        "library/index.html", page=page, filters=filters, chips=removable(".index", filters, named),
        collections=queries.collections(g.actor),
        next_url=url_for(".index", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".index", **filters),
    )  # fmt: skip


@pages.get("/<slug>")
def show(slug: str) -> str:
    row = queries.row(g.actor, slug)
    asked = request.args.get("part", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    part = queries.part(g.actor, row.id, number)
    before, after = queries.beside(g.actor, row)
    return render_template(
        "library/show.html", document=row, part=part, contents=queries.contents(g.actor, row.id) if row.parts > 1 else [],
        before=before, after=after, panels=panels_for("document", row),
        reason=last_reason(row.id, "DocumentWithdrawn") if row.state == "withdrawn" else None,
        og={"title": row.title, "description": excerpt(plain_text(part.html)), "type": "article"},
    )  # fmt: skip


@pages.route("/<slug>/withdrawal", methods=["GET", "POST"])
def withdrawal(slug: str) -> Any:
    document = queries.find(g.actor, slug)
    require(g.actor, "library.withdraw", document)
    form = TakeBackForm(versioned=document)
    back = url_for(".show", slug=slug)
    if form.carries_out(service.withdraw, g.actor, document):
        return redirect(back, 303)
    return form_page(form, _("Withdraw %(name)s", name=document.title), _("Withdraw"), back)
