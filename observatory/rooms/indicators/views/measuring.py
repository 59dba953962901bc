"""By what a record is measured: naming an indicator for it, and ending that."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import g
from flask_login import login_required

from observatory.kernel.forms import options
from observatory.kernel.pages import address
from observatory.kernel.policy import Actor, may
from observatory.kernel.text import _
from observatory.records.queries import find_record
from observatory.rooms.indicators import forms, policy, queries
from observatory.rooms.indicators.queries import measures
from observatory.rooms.indicators.service import measuring
from observatory.rooms.indicators.views import pictures, sentences
from observatory.rooms.indicators.views.blueprint import act, pages


@pages.route("/measures/<kind>/<slug>/new", methods=["GET", "POST"])
@login_required
def new_measure(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    form = forms.MeasureForm(versioned=record)
    form.indicator_id.choices = options([("", "—"), *queries.choices(g.actor, demo=record.is_demo)])
    return act(
        record, "measure", measuring.measure, form, _("Name an indicator: %(title)s", title=record.title), _("Name it"),
        address(kind, slug) + "#measures",
    )  # fmt: skip


@pages.route("/measures/<kind>/<slug>/<int:id>/end", methods=["GET", "POST"])
@login_required
def end_measure(kind: str, slug: str, id: int) -> Any:
    record = find_record(g.actor, kind, slug)
    measure = measures.find(g.actor, record.id, id)
    form = forms.ReasonForm(versioned=record)
    return act(
        record, "end_measure", partial(measuring.end_measure, measure=measure), form, _("No longer measured by it"), _("End it"),
        address(kind, slug) + "#measures",
    )  # fmt: skip


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """By what a record is measured, with small lines and achievement; on an indicator's page, what is measured by it."""
    if row.kind == "indicator":
        found = measures.by_indicator(actor, row.id)
        return {"measured": found} if found else None
    if not policy.can_be_measured.holds(actor, row):
        return None
    own = measures.of_record(actor, row.id)
    may_name = may(actor, "indicators.measure", row)
    if not own and not may_name:
        return None
    return {
        "measures": [
            (each, pictures.spark(each.row, dict(each.figures), each.row.title) if len(each.figures) > 2 else "")
            for each in own
            if each.measure.ended_on is None
        ],
        "ended": [each for each in own if each.measure.ended_on is not None],
        "may_name": may_name,
        "say": sentences,
    }
