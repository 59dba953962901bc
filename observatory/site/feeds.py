"""Atom feeds of every list, and what happened lately across all records."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request, url_for

from observatory.aspects.history import queries as history
from observatory.aspects.history.story import feed_entries, tell
from observatory.kernel import atom, feeds
from observatory.kernel.errors import NotFound
from observatory.kernel.pages import absolute, address, registry, settings
from observatory.kernel.registry import Listing
from observatory.kernel.text import _
from observatory.records.queries import filters_of
from observatory.site.blueprint import pages

FEED = 50


def listing_named(name: str) -> Listing:
    """The list of that name; NotFound if no room declares it."""
    found: Listing | None = registry().listings.get(name)
    if found is None:
        raise NotFound
    return found


@pages.get("/<name>.atom")
def feed(name: str) -> Response:
    """The records of a list that changed last, under the list's own filters."""
    listing = listing_named(name)
    filters: dict[str, Any] = {**filters_of(request.args, listing.filters)}
    entries = [_entry(row) for row in listing.recent(g.actor, filters, FEED)]
    return feeds.response(
        title=f"{listing.title} · {settings().site_name}",
        address=url_for("site.feed", name=name, **filters),
        page=url_for(listing.endpoint, **filters),
        entries=entries,
    )


@pages.get("/activity")
def activity() -> str:
    """All that happened lately, newest first."""
    kind = _kind()
    entries = history.latest(g.actor, after=request.args.get("after"), kind=kind)
    return render_template(
        "site/activity.html",
        stories=tell(g.actor, entries.rows),
        entries=entries,
        kind=kind,
        kinds=[
            {
                "label": declared.plural,
                "url": url_for("site.activity", kind=None if name == kind else name),
                "current": name == kind,
            }
            for name, declared in registry().kinds.items()
        ],
        og={"title": _("What changed"), "description": _("Who changed what, for whom and when."), "type": "website"},
    )


@pages.get("/activity.atom")
def activity_feed() -> Response:
    """The same as a feed."""
    kind = _kind()
    entries = history.latest(g.actor, kind=kind, size=FEED)
    return feeds.response(
        title=_("What changed") + f" · {settings().site_name}",
        address=url_for("site.activity_feed", kind=kind),
        page=url_for("site.activity", kind=kind),
        entries=feed_entries(tell(g.actor, entries.rows)),
    )


def _entry(row: Any) -> atom.Entry:
    url = absolute(address(row.kind, row.slug))
    return atom.Entry(
        id=url.partition("?")[0],
        url=url,
        title=row.title,
        updated=row.updated_at,
        published=row.created_at,
        summary=row.summary,
        language=row.language,
        category=row.kind,
    )


def _kind() -> str | None:
    kind = request.args.get("kind")
    return kind if kind in registry().kinds else None
