"""What stands in the footer, and what crawlers ask for."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for

from observatory.kernel.pages import absolute, registry, settings
from observatory.kernel.text import _
from observatory.site.blueprint import pages

_CLOSED_TO_CRAWLERS = ("/search", "/exports/", "/sign-in", "/account", "/history/")


@pages.get("/about")
def about() -> str:
    """What this is for and how it conducts itself."""
    return _page("about", _("About the Observatory"), _("What this is for, and the rules it keeps."))


@pages.get("/privacy")
def privacy() -> str:
    """What is stored about people and for how long."""
    return _page("privacy", _("Privacy"), _("What is stored about you, for how long, and who sees it."))


@pages.get("/accessibility")
def accessibility() -> str:
    """What works with which aids, and what does not."""
    return _page("accessibility", _("Accessibility"), _("What works with which aids, and what does not yet."))


@pages.get("/contact")
def contact() -> str:
    """Whom to write to."""
    return _page("contact", _("Contact"), _("Whom to write to, and what happens then."))


@pages.get("/data-licence")
def data_licence() -> str:
    """Under which terms the data may be used."""
    tables = []
    for name, listing in registry().listings.items():
        tables.append((f"{listing.title} (CSV)", url_for("site.export", name=name), "download"))
        tables.append((f"{listing.title} (Atom)", url_for("site.feed", name=name), "feed"))
    description = _("Under which terms you may use the data, and how to take it.")
    return _page("data_licence", _("Data and licence"), description, tables=tables)


@pages.get("/robots.txt")
def robots() -> Response:
    """Crawlers read records and lists; searches and exports would only burden the server."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED_TO_CRAWLERS)]
    lines.append(f"# {absolute(url_for('site.about', lang=None))}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _page(name: str, title: str, description: str, **values: Any) -> str:
    return render_template(
        f"site/{name}.html",
        title=title,
        contact=settings().contact,
        og={"title": title, "description": description, "type": "website"},
        **values,
    )
