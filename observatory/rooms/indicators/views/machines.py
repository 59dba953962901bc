"""Figures for machines: the same selection as the page, a whole indicator, and descriptions of both."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, stream_with_context, url_for

from observatory.kernel import charts, clock, tables
from observatory.kernel.feeds import language
from observatory.kernel.pages import absolute, database, settings
from observatory.kernel.text import _
from observatory.rooms.indicators.queries import exporting, selection, series
from observatory.rooms.indicators.views import pictures, sdmx, sentences
from observatory.rooms.indicators.views.blueprint import pages
from observatory.rooms.indicators.views.reading import chosen_at, row_at, title_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/indicators/<slug>.<any(csv, json, xlsx, svg):form>")
def machine(slug: str, form: str) -> Response:
    """The selection that the page at the same address shows."""
    _row, row, chosen = chosen_at(slug)
    return {"csv": _csv, "json": _json, "xlsx": _xlsx, "svg": _svg}[form](row, chosen)


def _csv(row: Any, chosen: selection.Selection) -> Response:
    found = list(exporting.selected(row, chosen))
    columns = exporting.columns(_keys(found))
    response = Response("".join(tables.csv_parts(found, columns)), content_type="text/csv; charset=utf-8")
    return _told(response, row, f"{row.slug}.csv", chosen)


def _keys(found: list[dict[str, Any]]) -> list[str]:
    return sorted({key for each in found for key in each["breakdown"]})


def _xlsx(row: Any, chosen: selection.Selection) -> Response:
    found = list(exporting.selected(row, chosen))
    made = io.BytesIO()
    tables.workbook(found, exporting.columns(_keys(found)), row.slug, made)
    return _told(Response(made.getvalue(), content_type=_XLSX), row, f"{row.slug}.xlsx", chosen)


def _told(response: Response, row: Any, name: str, chosen: selection.Selection | None = None) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    arguments: dict[str, Any] = dict(chosen.asked) if chosen is not None else {}
    described = absolute(url_for("indicators.metadata", slug=row.slug, **arguments))
    response.headers.add("Link", f'<{described}>; rel="describedby"; type="application/json"')
    response.headers.add("Link", f'<{settings().licence_url}>; rel="license"')
    return response


def _json(row: Any, chosen: selection.Selection) -> Response:
    return jsonify({**about(row, chosen), "observations": list(exporting.selected(row, chosen))})


def about(row: Any, chosen: selection.Selection | None = None) -> dict[str, Any]:
    """What figures mean: the fact sheet, for machines."""
    last = series.last_edition(row.id)
    edition = chosen.edition if chosen is not None and chosen.edition is not None else last
    arguments: dict[str, Any] = dict(chosen.asked) if chosen is not None else {}
    return {
        "indicator": row.slug,
        "title": row.title,
        "language": row.language,
        "summary": row.summary,
        "unit": row.unit,
        "measure": row.measure,
        "currency": row.currency or None,
        "direction": row.direction,
        "level": row.level,
        "frequency": row.frequency,
        "over_places": row.over_places,
        "over_periods": row.over_periods,
        "definition": row.definition,
        "definition_version": row.number,
        "method": row.method,
        "limitations": row.limitations,
        "producer": row.producer or row.producer_name,
        "approved": row.state == "published",
        "fictitious": row.is_demo,
        "edition": edition.id if edition is not None else None,
        "edition_at": edition.at.isoformat(timespec="seconds") if edition is not None else None,
        "retrieved_at": clock.now().isoformat(timespec="seconds"),
        "license": settings().licence,
        "license_url": settings().licence_url,
        "figures_license": row.licence,
        "url": absolute(url_for("indicators.show", slug=row.slug, **arguments)),
    }


def _svg(row: Any, chosen: selection.Selection) -> Response:
    """A picture to put on other pages, with its source and date on it."""
    title = title_of(row, chosen)
    sources = [
        each.title
        for each in series.sources_of({f.source_id for s in chosen.drawn for f in s.figures.values()}).values()
    ]
    edition = chosen.edition or series.last_edition(row.id)
    caption = [_("Source: %(source)s", source="; ".join(sources) or "—")]
    if edition is not None:
        told = _("edition %(number)s", number=edition.id)
        caption.append(f"{settings().site_name}, {told}, {edition.at.astimezone(clock.LIMA).date().isoformat()}")
    if row.is_demo:
        caption.append(_("Fictitious: invented for the demonstration."))
    drawn = charts.picture(
        pictures.lines(row, chosen), title=title, description=sentences.described(row, chosen.drawn),
        unit=str(row.unit), number=pictures.plain_number, caption=caption,
    )  # fmt: skip
    response = Response(str(drawn), content_type="image/svg+xml; charset=utf-8")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@pages.get("/indicators/<slug>/metadata.json")
def metadata(slug: str) -> Response:
    """What the table holds and under which terms, as CSV on the Web (W3C) metadata."""
    _row, row, chosen = chosen_at(slug)
    arguments: dict[str, Any] = chosen.asked
    keys = exporting.dimensions_of(row.id)
    return jsonify(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": language()}],
            "url": absolute(url_for("indicators.machine", slug=slug, form="csv", **arguments)),
            "dc:title": row.title,
            "dc:description": row.definition,
            "dc:publisher": settings().site_name,
            "dc:license": settings().licence_url,
            "dc:date": clock.now().isoformat(timespec="seconds"),
            "about": about(row, chosen),
            "tableSchema": {"columns": [{"name": name, "titles": name} for name, _value in exporting.columns(keys)]},
        }
    )


@pages.get("/indicators/<slug>/all.csv")
def everything(slug: str) -> Response:
    """Every published figure of an indicator, streamed; nothing computed. It goes in again as it is."""
    row = row_at(slug)
    columns = exporting.columns(exporting.dimensions_of(row.id))
    return _told(_streamed(tables.csv_parts(_rows(row), columns)), row, f"{slug}-all.csv")


@pages.get("/indicators/<slug>/sdmx.csv")
def sdmx_csv(slug: str) -> Response:
    """The same as SDMX-CSV 2.0."""
    row = row_at(slug)
    keys = exporting.dimensions_of(row.id)
    agency = settings().site_name
    parts = tables.csv_parts(_rows(row), sdmx.columns(row, keys, agency))
    response = _streamed(parts)
    response.content_type = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
    return _told(response, row, f"{slug}-sdmx.csv")


def _streamed(parts: Iterator[str]) -> Response:
    return Response(stream_with_context(parts), content_type="text/csv; charset=utf-8")


def _rows(row: Any) -> Iterator[dict[str, Any]]:
    """Read while they are sent: by then the request's own unit of work has ended."""
    with database().reading():
        yield from exporting.whole(row)


@pages.get("/indicators/<slug>/datapackage.json")
def datapackage(slug: str) -> Response:
    """A Frictionless data package with every published figure of an indicator."""
    row = row_at(slug)
    keys = exporting.dimensions_of(row.id)
    fields = [
        {"name": name, "type": _TYPES.get(name, "string"), **({"description": row.unit} if name == "value" else {})}
        for name, _value in exporting.columns(keys)
    ]
    return jsonify(
        {
            "profile": "tabular-data-package",
            "name": slug,
            "title": row.title,
            "description": row.definition or row.summary or row.title,
            "homepage": absolute(url_for("indicators.show", slug=slug)),
            "created": clock.now().isoformat(timespec="seconds"),
            "licenses": [{"name": "CC-BY-4.0", "title": settings().licence, "path": settings().licence_url}],
            "sources": [
                {"title": each.title, **({"path": each.url} if each.url else {})} for each in series.all_sources(row.id)
            ],
            "resources": [
                {
                    "profile": "tabular-data-resource",
                    "name": slug,
                    "path": absolute(url_for("indicators.everything", slug=slug)),
                    "format": "csv",
                    "mediatype": "text/csv",
                    "encoding": "utf-8",
                    "schema": {"fields": fields, "missingValues": [""]},
                }
            ],
        }
    )


_TYPES = {"value": "number"}
