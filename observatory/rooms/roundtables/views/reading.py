"""Reading roundtables: the list, one of them, and how all of them do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, render_template, request, url_for

from observatory.kernel import clock
from observatory.kernel.pages import panels_for, removable
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, excerpt
from observatory.records.queries import facts_of, filters_of, last_reason
from observatory.rooms.commitments.queries import sums
from observatory.rooms.organisations.models import SECTORS
from observatory.rooms.organisations.queries import place_title, places
from observatory.rooms.roundtables import formulas, queries
from observatory.rooms.roundtables.models.words import DECISIONS, FORMS, HEALTH, STATES
from observatory.rooms.roundtables.queries import following
from observatory.rooms.roundtables.views import preparing
from observatory.rooms.roundtables.views.blueprint import pages

WORDS: dict[str, Any] = {"forms": FORMS, "states": STATES, "decisions": DECISIONS, "health_words": HEALTH}
_SHAPES = {
    "meets": "in_progress", "new": "none", "unknown": "none", "slow": "at_risk", "dormant": "late", "expired": "late", "closed": "ended",
}  # fmt: skip
"""How a roundtable's health is drawn."""
_WORST = ("dormant", "expired", "slow", "unknown", "new", "meets", "closed")


@pages.get("/roundtables")
def index() -> str:
    filters = filters_of(request.args, queries.FILTERS)
    page = queries.listing(g.actor, filters, request.args.get("after"))
    named = {
        "form": FORMS.get(filters.get("form", "")),
        "state": STATES.get(filters.get("state", "")),
        "place": place_title(filters["place"]) if "place" in filters else None,
        "demo": {"yes": _("Fictitious"), "no": _("Real")}.get(filters.get("demo", "")),
    }
    return render_template(
        "roundtables/index.html", page=page, filters=filters, chips=removable(".index", filters, named),
        belongs=places([row.id for row in page.rows]), healthy=_health_of(page.rows), shapes=_SHAPES,
        next_url=url_for(".index", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".index", **filters), **WORDS,
    )  # fmt: skip


@pages.get("/roundtables/health")
def health() -> str:
    """All roundtables, those that do worst first."""
    filters = filters_of(request.args, ("demo",))
    wanted = {"yes": True, "no": False}.get(filters.get("demo", ""))
    found = [row for row in queries.standing(g.actor) if wanted is None or row.is_demo == wanted]
    healthy = _health_of(found)
    bodies = sorted(
        ((healthy[row.id], row) for row in found), key=lambda pair: (_WORST.index(pair[0]), pair[1].sort_title)
    )
    return render_template(
        "roundtables/health.html", bodies=bodies, filters=filters, shapes=_SHAPES,
        belongs=places([row.id for _how, row in bodies]), **WORDS,
    )  # fmt: skip


@pages.get("/roundtables/<slug>")
def show(slug: str) -> str:
    row = queries.row(g.actor, slug)
    seats = queries.seats(row.id)
    return render_template(
        "roundtables/show.html", roundtable=row, places=places([row.id]).get(row.id, []), health=_health_of([row])[row.id], shapes=_SHAPES,
        constituencies=queries.constituencies(row.id), seats=seats, former=queries.seats(row.id, former=True),
        quorum=row.quorum_percent and formulas.quorum({seat.id: seat.constituency_id for seat in seats}, (), {}, percent=row.quorum_percent,
                               strict=row.quorum_strict),
        commissions=queries.commissions(row.id), facts=facts_of(row.id), tallies=sums.tallies(g.actor, sums.kept_by(row.keeper_id)),
        urgent=sums.urgent(g.actor, sums.kept_by(row.keeper_id)), reason=last_reason(row.id, "RoundtableClosed") if row.state == "closed" else None,
        held=following.last_held([row.id]).get(row.id), attendance=following.attendance(row.id),
        carried=following.carried(row.id), sectors=SECTORS, **preparing.of_roundtable(g.actor, row.id), panels=panels_for("roundtable", row), today=clock.today(),
        og={"title": row.title, "description": excerpt(row.summary) or str(FORMS.get(row.form, "")), "type": "article"},
        **WORDS,
    )  # fmt: skip


def _health_of(rows: Sequence[Any]) -> dict[int, str]:
    """How each of these roundtables does."""
    today = clock.today()
    return {
        row.id: formulas.health(row, following.lima_day(row.last_held), today, run_here=row.last_run is not None)
        for row in rows
    }


@pages.get("/roundtables/<slug>/follow-up")
def follow_up(slug: str) -> str:
    """What became of what a roundtable keeps since it last met."""
    row = queries.row(g.actor, slug)
    held = following.last_held([row.id]).get(row.id)
    return render_template(
        "roundtables/follow_up.html", roundtable=row, held=held, carried=following.carried(row.id),
        since=following.since(g.actor, row.keeper_id, following.lima_day(held and held.opened_at)),
        tallies=sums.tallies(g.actor, sums.kept_by(row.keeper_id)), next=preparing.sessions.to_come(g.actor, row.id),
    )  # fmt: skip


def agreed_in(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The sessions that agreed or changed a commitment."""
    found = following.source_of(actor, row.id)
    return {"sources": found} if found else None


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The roundtables in which an organisation sits, of a place, or about a site."""
    if row.kind == "organisation":
        found = queries.of_organisation(actor, row.id)
    elif row.kind == "territory":
        found = queries.of_place(actor, row.path) if "/" in row.path else []
    else:
        found = queries.of_site(actor, row.id)
    if not found:
        return None
    return {"roundtables": found, "healthy": _health_of(found), "shapes": _SHAPES, **WORDS}
