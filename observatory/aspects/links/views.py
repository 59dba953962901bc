"""The panel of links, and the pages for making one and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request
from werkzeug.exceptions import HTTPException

from observatory.aspects.links import forms, queries, service
from observatory.aspects.links.models import RELATIONS
from observatory.kernel.errors import Invalid
from observatory.kernel.forms import TakeBackForm, form_page, options
from observatory.kernel.pages import Pages, address, registry
from observatory.kernel.policy import Actor, may, require
from observatory.kernel.text import _
from observatory.records import Record
from observatory.records.queries import find_record

pages = Pages("links", __name__, url_prefix="/links")


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The links of a record from either end, and the way to make one for those who may."""
    found = queries.of(actor, row.id)
    can_link = actor.acts and may(actor, "links.link", row)
    if not found and not can_link:
        return None
    groups: dict[str, list[Any]] = {}
    for link in found:
        words = RELATIONS.get(link.relation)
        groups.setdefault(str(words[0 if link.out else 1]) if words else link.relation, []).append(link)
    return {"groups": groups, "can_link": can_link}


@pages.route("/of/<kind>/<slug>/new", methods=["GET", "POST"])
def new(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "links.link", record)
    form = forms.LinkForm(versioned=record)
    if form.carries_out(partial(_link, form), g.actor, record):
        return redirect(address(kind, slug), 303)
    if not form.meant.choices:
        del form.meant
    return form_page(form, _("Link %(name)s to another page", name=record.title), _("Link"), address(kind, slug))


def _link(form: forms.LinkForm, actor: Actor, record: Record, *, target: str, meant: Any, **values: Any) -> Any:
    chosen = str(meant or "")
    rows = _meant(actor, target.strip())
    ids = {str(row.id) for row in rows}
    if chosen not in ids and len(rows) != 1:
        if not rows:
            raise Invalid(_("No page is called like that: copy its address from the browser."), field="target")
        kinds = registry().kinds
        form.meant.choices = options(
            (str(row.id), f"{row.title} · {kinds[row.kind].label if row.kind in kinds else row.kind}")
            for row in rows[: queries.MOST_MEANT]
        )
        raise Invalid(_("Several pages are meant by this name: choose one."), field="meant")
    return service.link(actor, record, target_id=int(chosen) if chosen in ids else rows[0].id, **values)


def _meant(actor: Actor, text: str) -> list[Any]:
    """The records that a name or an address means."""
    if "/" not in text:
        return queries.meant(actor, text)
    try:
        endpoint, values = current_app.url_map.bind(request.host).match(urlsplit(text).path)
    except HTTPException:
        return []
    kind = next((kind.name for kind in registry().kinds.values() if kind.endpoint == endpoint), None)
    return queries.meant(actor, "", kind, values.get("slug")) if kind else []


@pages.route("/<int:id>/removal", methods=["GET", "POST"])
def remove(id: int) -> Any:
    link, record, target = queries.find(g.actor, id)
    require(g.actor, "links.unlink", record)
    form = TakeBackForm(versioned=record)
    back = address(record.kind, record.slug)
    if form.carries_out(partial(service.unlink, found=link, target=target), g.actor, record):
        return redirect(back, 303)
    title = _("Take back the link to %(name)s", name=target.title)
    return form_page(form, title, _("Take back"), back)
