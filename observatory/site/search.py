"""Search: one box over every kind of record, as a page, as JSON, as a feed and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, current_app, g, jsonify, render_template, request

from observatory.kernel import atom, clock, feeds
from observatory.kernel.config import LANGUAGES
from observatory.kernel.pages import absolute, database, registry
from observatory.kernel.policy import Actor
from observatory.kernel.search import Hit, Query, Results, WhooshShelf
from observatory.kernel.tables import csv_parts
from observatory.kernel.text import _
from observatory.site import asking
from observatory.site.blueprint import pages
from observatory.site.exports import download
from observatory.site.home import place_finder
from observatory.site.queries import seen

SIZE = 20
SUGGESTIONS = 8
FEED = 30
EXPORTED = 1_000
"""How many hits a search's CSV holds at most."""
_PART = 50
_LONGEST = 200
"""The index uses no more of a search than this, so the page's links carry no more either."""


def shelf() -> WhooshShelf:
    """The search index of the current app."""
    found: WhooshShelf = current_app.extensions["observatory.shelf"]
    return found


@pages.get("/search")
def search() -> str:
    """Results with facets, chips, a better spelling, and help when there is nothing."""
    results, filters, text = _asked(SIZE)
    shown = " ".join(text.split())[:80]
    return render_template(
        "site/search.html",
        text=text,
        shown=shown,
        filters=filters,
        results=results,
        hits=_shown(results.hits),
        groups=asking.groups(text, filters, results),
        chips=[(f"{chip.label}: {chip.value}", chip.url) for chip in asking.chips(text, filters)],
        message=asking.notice(results),
        suggestion_url=asking.address(results.suggestion, filters) if results.suggestion else None,
        without_filters=asking.address(text, {}) if filters else None,
        next_url=asking.address(text, filters, after=results.next_after) if results.next_after else None,
        first_url=asking.address(text, filters) if request.args.get("after") else None,
        csv_url=asking.address(text, filters, "site.search_csv"),
        feed_url=asking.address(text, filters, "site.search_feed"),
        kinds=[(kind.plural, asking.address("", {"kind": kind.name}), None) for kind in registry().kinds.values()],
        exported=EXPORTED,
        finder=place_finder(),
        og={
            "title": _("Search: %(text)s", text=shown) if shown else _("Search"),
            "description": _("Every kind of record, in one box."),
            "type": "website",
        },
    )


@pages.get("/search.json")
def search_json() -> Response:
    """The same for programs."""
    results, filters, text = _asked(SIZE)
    known = asking.facets()
    counted = {}
    for name, counts in results.facets.items():
        words = known[name].options([value for value, _count in counts]) if name in known else {}
        counted[name] = [
            {"value": value, "label": str(words.get(value, value)), "count": count} for value, count in counts
        ]
    found = [
        {
            "kind": hit.kind,
            "title": hit.title,
            "url": hit.url,
            "snippet": _text(hit.snippet),
            "state": hit.state,
            "sector": hit.sector,
            "places": list(hit.places),
            "year": hit.year,
        }
        for hit in results.hits
    ]
    following = None
    if results.next_after:
        following = asking.address(text, filters, "site.search_json", after=results.next_after)
    return jsonify(
        {
            "total": results.total,
            "results": found,
            "facets": counted,
            "suggestion": results.suggestion,
            "notice": asking.notice(results),
            "next": following,
        }
    )


@pages.get("/search/suggest.json")
def suggest() -> Response:
    """Titles that begin like what is being typed."""
    prefix = request.args.get("q", "").strip()[:_LONGEST]
    hits = _still_seen(g.actor, shelf().suggest(prefix, g.actor.labels, SUGGESTIONS)) if prefix else []
    near = asking.whereabouts(hits)
    found = [
        {
            "title": hit.title,
            "url": _kept_language(hit.url),
            "note": " · ".join(filter(None, (asking.kind_label(hit.kind), near.get(hit.id)))),
        }
        for hit in hits
    ]
    return jsonify({"results": found})


@pages.get("/search.atom")
def search_feed() -> Response:
    """The records found that changed last; following a search means reading this."""
    results, filters, text = _asked(_PART)
    rows = seen(g.actor, [hit.id for hit in results.hits])
    hits = sorted(results.hits, key=lambda hit: rows[hit.id].updated_at, reverse=True)
    entries = [
        atom.Entry(
            id=absolute(hit.url),
            url=absolute(hit.url),
            title=hit.title,
            updated=rows[hit.id].updated_at,
            published=rows[hit.id].created_at,
            language=rows[hit.id].language,
            summary=hit.summary,
            category=hit.kind,
        )
        for hit in hits[:FEED]
    ]
    return feeds.response(
        title=_("Search: %(text)s", text=text) if text else _("Search"),
        address=asking.address(text, filters, "site.search_feed"),
        page=asking.address(text, filters),
        entries=entries,
    )


@pages.get("/search.csv")
def search_csv() -> Response:
    """The hits as a table, at most EXPORTED."""
    query = replace(asking.query_of(g.actor, request.args, size=_PART), after=None)
    columns = [
        ("kind", lambda hit: hit.kind),
        ("title", lambda hit: hit.title),
        ("url", lambda hit: absolute(hit.url)),
        ("summary", lambda hit: hit.summary),
        ("state", lambda hit: hit.state),
        ("sector", lambda hit: hit.sector),
        ("place", lambda hit: hit.places[-1] if hit.places else None),
        ("year", lambda hit: hit.year),
    ]
    parts = csv_parts(_every(g.actor, query), columns, bom=request.args.get("bom") == "1")
    return download(parts, f"search-{clock.today().isoformat()}.csv")


def _every(actor: Actor, query: Query) -> Iterator[Hit]:
    with database().reading():
        for _part in range(EXPORTED // query.size):
            results = shelf().search(query)
            yield from _still_seen(actor, results.hits)
            if results.next_after is None:
                return
            query = replace(query, after=results.next_after)


def _asked(size: int) -> tuple[Results, dict[str, str], str]:
    """The results, the filters in force, and the text as it goes into the page's own links."""
    results = shelf().search(asking.query_of(g.actor, request.args, size=size))
    results = replace(results, hits=_still_seen(g.actor, results.hits))
    return results, asking.filters_in(request.args), request.args.get("q", "").strip()[:_LONGEST]


def _still_seen(actor: Actor, hits: Sequence[Hit]) -> list[Hit]:
    rows = seen(actor, [hit.id for hit in hits])
    return [hit for hit in hits if hit.id in rows]


def _shown(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits with the words their cards need."""
    near = asking.whereabouts(hits)
    return [
        {
            "kind_label": asking.kind_label(hit.kind),
            "state": hit.state,
            "state_label": asking.state_label(hit.kind, hit.state),
            "title": hit.title,
            "title_marked": hit.title_marked,
            "snippet": [] if _text(hit.snippet) == hit.title else hit.snippet,
            "where": near.get(hit.id),
            "url": _kept_language(hit.url),
        }
        for hit in hits
    ]


def _text(runs: Sequence[tuple[str, bool]]) -> str:
    return "".join(part for part, _marked in runs)


def _kept_language(url: str) -> str:
    """An address of the index, with the language that this page was asked for in its address."""
    asked = request.args.get("lang")
    return f"{url}?lang={asked}" if asked in LANGUAGES else url
