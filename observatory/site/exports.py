"""Every list as CSV, with a description beside it: columns, licence, date, filters and where it came from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Response, g, jsonify, request, stream_with_context, url_for

from observatory.kernel import clock, tables
from observatory.kernel.feeds import language
from observatory.kernel.pages import absolute, database, settings
from observatory.kernel.policy import Actor
from observatory.kernel.registry import Listing
from observatory.kernel.tables import csv_parts
from observatory.records.queries import filters_of
from observatory.site.blueprint import pages
from observatory.site.feeds import listing_named

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/<name>.csv", endpoint="short_export")
@pages.get("/exports/<name>.csv")
def export(name: str) -> Response:
    """A whole list under its filters, streamed. `bom=1` is for Excel, which guesses the encoding wrongly without it."""
    listing = listing_named(name)
    filters: dict[str, Any] = {**filters_of(request.args, listing.filters)}
    response = download(
        csv_parts(_rows(listing, g.actor, filters), _columns(listing), bom=request.args.get("bom") == "1"),
        f"{name}-{clock.today().isoformat()}.csv",
    )
    described = absolute(url_for("site.export_description", name=name, **filters))
    response.headers.add("Link", f'<{described}>; rel="describedby"; type="application/json"')
    return response


@pages.get("/exports/<name>.xlsx")
def workbook(name: str) -> Response:
    """The same list as a workbook, for whoever works with a spreadsheet; what it holds goes in again as well."""
    listing = listing_named(name)
    filters = filters_of(request.args, listing.filters)
    made = io.BytesIO()
    tables.workbook(listing.rows(g.actor, filters), _columns(listing), name, made)
    response = Response(made.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.xlsx"'
    response.headers.add("Link", f'<{settings().licence_url}>; rel="license"')
    return response


@pages.get("/exports/<name>.json")
def export_description(name: str) -> Response:
    """What the CSV holds and under which terms, as CSV on the Web (W3C) metadata."""
    listing = listing_named(name)
    filters: dict[str, Any] = {**filters_of(request.args, listing.filters)}
    return jsonify(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": language()}],
            "url": absolute(url_for("site.export", name=name, **filters)),
            "dc:title": str(listing.title),
            "dc:publisher": settings().site_name,
            "dc:license": settings().licence_url,
            "dc:rights": settings().licence,
            "dc:date": clock.now().isoformat(timespec="seconds"),
            "dc:source": absolute(url_for(listing.endpoint, **filters)),
            "filters": filters,
            "dialect": {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "header": True},
            "tableSchema": {"columns": [{"name": column.key, "titles": column.key} for column in listing.columns]},
        }
    )


def download(parts: Iterable[str], filename: str) -> Response:
    """A CSV file to be saved, with its licence in the headers so that the table itself stays clean."""
    response = Response(stream_with_context(iter(parts)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers.add("Link", f'<{settings().licence_url}>; rel="license"')
    response.last_modified = clock.now()
    return response


def _rows(listing: Listing, actor: Actor, filters: Mapping[str, str]) -> Iterator[Any]:
    """The rows, read while they are sent: by then the request's own unit of work has ended."""
    with database().reading():
        yield from listing.rows(actor, filters)


def _columns(listing: Listing) -> list[tuple[str, Any]]:
    return [(column.key, column.value) for column in listing.columns]
