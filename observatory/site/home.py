"""The home page: choose your district, search, what changed lately, and how much is here."""

from __future__ import annotations

from flask import current_app, g, render_template, url_for
from flask_babel import get_locale

from observatory.aspects.history import queries as history
from observatory.aspects.history.story import tell
from observatory.kernel.pages import panels_for, registry, settings
from observatory.kernel.policy import Actor
from observatory.kernel.registry import HOME
from observatory.kernel.text import _
from observatory.site.blueprint import pages

CHANGES = 8
PLACE_FINDER = "places.find"
"""Where the form "choose your district" goes; the form is left out where no room answers there."""


@pages.get("/")
def home() -> str:
    """What is public only, for whoever looks: the home page reads the same to all."""
    return render_template(
        "site/home.html",
        finder=place_finder(),
        stories=tell(g.actor, history.headlines(Actor.guest(), CHANGES)),
        statistics=[
            {"label": _capital(str(item.label)), "value": item.value(g.actor), "url": url_for(item.endpoint)}
            for item in registry().statistics
        ],
        panels=panels_for(HOME, None),
        **_introduction(),
        og={
            "title": settings().site_name,
            "description": _(
                "Where a region with mines, oil or gas sees the same figures and keeps what was promised."
            ),
            "type": "website",
        },
    )


def _introduction() -> dict[str, str]:
    """What the administrators say of this Observatory, in the page's language or else the one there is."""
    preferences = current_app.extensions["observatory.preferences"]
    asked = str(get_locale() or "es").split("_")[0]
    for language in (asked, "es", "en"):
        if words := preferences.get(f"introduction_{language}"):
            return {"introduction": words, "introduction_lang": language}
    return {}


def place_finder() -> str | None:
    """The address of "choose your district", or None where no room answers there."""
    return url_for(PLACE_FINDER) if PLACE_FINDER in current_app.view_functions else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
