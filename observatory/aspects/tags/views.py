"""The pages of tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import get_locale

from observatory.aspects.tags import forms, queries, service
from observatory.kernel.forms import form_page, options
from observatory.kernel.pages import Pages, address, registry
from observatory.kernel.policy import Actor, may, require
from observatory.kernel.text import _
from observatory.records.queries import filters_of, find_record

pages = Pages("tags", __name__, url_prefix="/tags")


def label(tag: Any) -> str:
    """A tag's name in the language of the page."""
    return str(tag.label_en if str(get_locale() or "es").startswith("en") else tag.label_es)


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The tags of a record, and the way to change them for those who may."""
    found = queries.of(actor, row.id)
    can_tag = actor.acts and may(actor, "tags.retag", row)
    return {"tags": [(tag.key, label(tag)) for tag in found], "can_tag": can_tag} if found or can_tag else None


@pages.get("")
def index() -> str:
    return render_template("tags/index.html", tags=[(tag.key, label(tag)) for tag in queries.every(g.actor)])


@pages.get("/<key>")
def show(key: str) -> str:
    tag = queries.find(g.actor, key)
    filters = filters_of(request.args, queries.FILTERS)
    page = queries.tagged(g.actor, tag.id, filters, request.args.get("after"))
    kinds = {kind.name: kind.plural for kind in registry().kinds.values()}
    return render_template(
        "tags/show.html",
        tag=tag,
        name=label(tag),
        page=page,
        kinds=[(name, words, url_for(".show", key=key, kind=name)) for name, words in kinds.items()],
        chips=_chips(key, filters, kinds),
        next_url=url_for(".show", key=key, **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".show", key=key, **filters),
    )


def _chips(key: str, filters: Mapping[str, str], kinds: Mapping[str, object]) -> list[tuple[object, str]]:
    return [(kinds.get(value, value), url_for(".show", key=key)) for value in filters.values()]


@pages.route("/of/<kind>/<slug>", methods=["GET", "POST"])
def choose(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "tags.retag", record)
    form = forms.TagsForm(versioned=record, keys=[tag.key for tag in queries.of(g.actor, record.id)])
    form.keys.choices = options((tag.key, label(tag)) for tag in queries.every(g.actor))
    back = address(kind, slug)
    if form.carries_out(service.retag, g.actor, record):
        return redirect(back, 303)
    return form_page(form, _("Tags of %(name)s", name=record.title), _("Save"), back)
