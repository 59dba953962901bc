"""What stands in the footer, and what crawlers ask for."""

from __future__ import annotations

from flask import Response, render_template, url_for

from observatory.kernel.pages import absolute, settings
from observatory.kernel.text import _
from observatory.site.blueprint import pages

_CLOSED_TO_CRAWLERS = ("/search", "/exports/", "/sign-in", "/account", "/history/")


@pages.get("/about")
def about() -> str:
    """What this is for and how it conducts itself."""
    return _page("about", _("About the Observatory"))


@pages.get("/privacy")
def privacy() -> str:
    """What is stored about people and for how long."""
    return _page("privacy", _("Privacy"))


@pages.get("/accessibility")
def accessibility() -> str:
    """What works with which aids, and what does not."""
    return _page("accessibility", _("Accessibility"))


@pages.get("/contact")
def contact() -> str:
    """Whom to write to."""
    return _page("contact", _("Contact"))


@pages.get("/data-licence")
def data_licence() -> str:
    """Under which terms the data may be used."""
    return _page("data_licence", _("Data and licence"))


@pages.get("/robots.txt")
def robots() -> Response:
    """Crawlers read records and lists; searches and exports would only burden the server."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED_TO_CRAWLERS)]
    lines.append(f"# {absolute(url_for('site.about', lang=None))}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _page(name: str, title: str) -> str:
    return render_template(
        f"site/{name}.html",
        title=title,
        contact=settings().contact,
        og={"title": title, "description": "", "type": "website"},
    )
