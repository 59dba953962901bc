"""Where data are missing, since when, what is expected next and whose duty it is."""

from __future__ import annotations

from flask import g, render_template, request

from observatory.kernel import clock
from observatory.records.queries import filters_of
from observatory.rooms.indicators.models.words import FREQUENCIES
from observatory.rooms.indicators.queries import coverage
from observatory.rooms.indicators.views import sentences
from observatory.rooms.indicators.views.blueprint import pages
from observatory.rooms.places.models import LEVELS


@pages.get("/indicators/coverage")
def gaps() -> str:
    filters = filters_of(request.args, ("demo",))
    demo = {"yes": True, "no": False}.get(filters.get("demo", ""))
    found = coverage.reaches(g.actor, demo=demo)
    asked = next((each for each in found if each.last and each.row.slug == request.args.get("indicator")), None)
    return render_template(
        "indicators/coverage.html", reaches=found, today=clock.today(), filters=filters, asked=asked,
        missing=coverage.missing_places(g.actor, asked) if asked is not None else [], levels=LEVELS,
        frequencies=FREQUENCIES, say=sentences,
    )  # fmt: skip
