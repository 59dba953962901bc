"""The page and the feed of one record's history."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request, url_for
from flask_babel import get_locale

from observatory.aspects.history import queries
from observatory.aspects.history.story import feed_entries, tell
from observatory.kernel import atom
from observatory.kernel.pages import Pages, absolute, address, settings
from observatory.kernel.text import _

pages = Pages("history", __name__, url_prefix="/history")
FEED = 50


@pages.get("/<kind>/<slug>")
def show(kind: str, slug: str) -> str:
    """Everything that happened to a record, newest first; `entry` begins with one of them."""
    record = queries.record_at(g.actor, kind, slug)
    start = request.args.get("entry", "")
    entries = queries.entries_of(
        g.actor,
        record.id,
        after=request.args.get("after"),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 10 else None,
    )
    return render_template(
        "history/show.html",
        record=record,
        record_url=address(record.kind, record.slug),
        stories=tell(g.actor, entries.rows, changes=True),
        entries=entries,
        og={
            "title": _("History of %(title)s", title=record.title),
            "description": _("Who changed what, for whom and when."),
            "type": "article",
        },
    )


@pages.get("/<kind>/<slug>.atom")
def feed(kind: str, slug: str) -> Response:
    """The same as a feed."""
    record = queries.record_at(g.actor, kind, slug)
    entries = queries.entries_of(g.actor, record.id, size=FEED)
    body = atom.feed(
        title=_("History of %(title)s", title=record.title),
        address=absolute(url_for(".feed", kind=kind, slug=slug)),
        page=absolute(url_for(".show", kind=kind, slug=slug)),
        author=settings().site_name,
        entries=feed_entries(tell(g.actor, entries.rows, changes=True)),
        language=str(get_locale() or "es").split("_")[0],
        rights=settings().licence,
        licence_url=settings().licence_url,
    )
    return Response(body, content_type=atom.MEDIA_TYPE)


def panel(actor: Any, row: Any) -> dict[str, Any] | None:
    """The last three changes, for every record's page."""
    entries = queries.entries_of(actor, row.id, size=3)
    if not entries.rows:
        return None
    return {
        "stories": tell(actor, entries.rows),
        "more": entries.next_after is not None,
        "history_url": url_for("history.show", kind=row.kind, slug=row.slug),
        "feed_url": url_for("history.feed", kind=row.kind, slug=row.slug),
    }
