"""Reading handovers: the list, one of them with its inventory and what survived, and the part on an organisation's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, render_template, request, url_for

from observatory.kernel import clock
from observatory.kernel.errors import NotFound
from observatory.kernel.pages import panels_for, removable
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.people.models import ROLES
from observatory.records.queries import filters_of, find_record
from observatory.rooms.handovers import formulas, queries
from observatory.rooms.handovers.models import ANSWERS, CUSTODY, KINDS, SIDES, STAGES
from observatory.rooms.handovers.queries import cases, inventory
from observatory.rooms.handovers.queries.survival import survival
from observatory.rooms.handovers.views.blueprint import label_of, pages, sources
from observatory.rooms.organisations.queries import place_title

SHAPES = {"preparing": "draft", "transfer": "in_progress", "closed": "verified"}
"""How far a handover has come, as it is drawn."""
ITEM_SHAPES = {"received": "verified", "observed": "contested", "orphaned": "late", "pending": "none"}
WORDS: dict[str, Any] = {"stages": STAGES, "shapes": SHAPES, "answers": ANSWERS, "kinds": KINDS, "sides": SIDES}


def _said(row: Any, counts: Mapping[str, int]) -> dict[str, Any]:
    """How a handover stands today."""
    today = clock.today()
    over = formulas.is_over(row, today)
    orphaned = counts["pending"] if over else 0
    return {**counts, "stage": formulas.stage(row, today), "over": over, "orphaned": orphaned}


def _all_said(rows: Any) -> dict[int, dict[str, Any]]:
    counts = queries.counts([row.id for row in rows])
    return {row.id: _said(row, counts[row.id]) for row in rows}


@pages.get("")
def index() -> str:
    filters = filters_of(request.args, queries.FILTERS)
    page = queries.listing(g.actor, filters, request.args.get("after"))
    named = {
        "stage": STAGES.get(filters.get("stage", "")),
        "organisation": _organisation(filters.get("organisation")),
        "place": place_title(filters["place"]) if "place" in filters else None,
        "orphaned": _("With orphaned items"),
        "demo": {"yes": _("Fictitious"), "no": _("Real")}.get(filters.get("demo", "")),
    }
    return render_template(
        "handovers/index.html", page=page, filters=filters, chips=removable(".index", filters, named), said=_all_said(page.rows),
        to_open=queries.to_open(g.actor),
        next_url=url_for(".index", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".index", **filters), **WORDS,
    )  # fmt: skip


def _organisation(slug: str | None) -> str | None:
    """What the organisation of a filter is called, as far as the actor may see it."""
    if slug is None:
        return None
    try:
        return find_record(g.actor, "organisation", slug).title
    except NotFound:
        return None


@pages.get("/<slug>")
def show(slug: str) -> str:
    row = queries.row(g.actor, slug)
    case = cases.case_of(g.actor, row)
    today = clock.today()
    said = _said(row, queries.counts([row.id])[row.id])

    def answered(item: Any) -> str:
        return item.answer or ("orphaned" if formulas.is_orphaned(item, row, today) else "pending")

    return render_template(
        "handovers/show.html", handover=row, case=case, said=said, groups=inventory.groups(g.actor, row, sources()),
        signed=inventory.signed(g.actor, row), insider=inventory.is_insider(g.actor, row), survived=survival(g.actor, row),
        answered=answered, label_of=label_of, item_shapes=ITEM_SHAPES, roles=ROLES, custody=CUSTODY, today=today,
        panels=panels_for("handover", row),
        og={"title": row.title, "description": str(STAGES[said["stage"]]), "type": "article"}, **WORDS,
    )  # fmt: skip


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The handovers of an organisation, with what nobody received; and that one should be opened."""
    found = queries.of_organisation(actor, row.id)
    soon = next(iter(queries.to_open(actor, row.id)), None)
    if not found and soon is None:
        return None
    return {"handovers": found, "said": _all_said(found), "soon": soon, **WORDS}
