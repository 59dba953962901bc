"""Figures on their way: what waits, looking through a delivery, validating, publishing, returning, taking back."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request, url_for
from flask_login import login_required

from observatory.kernel.forms import Form, options
from observatory.kernel.text import _
from observatory.records.queries import source_choices
from observatory.rooms.indicators import forms, policy, queries
from observatory.rooms.indicators.models.words import DELIVERY_STATES, STATUSES
from observatory.rooms.indicators.queries import cases, delivered, page
from observatory.rooms.indicators.service import delivering, single
from observatory.rooms.indicators.views import sentences
from observatory.rooms.indicators.views.blueprint import act, page_of, pages


@pages.get("/indicators/deliveries")
def waiting() -> str:
    """What waits for somebody of another organisation."""
    return render_template(
        "indicators/waiting.html", deliveries=page.waiting(g.actor), delivery_states=DELIVERY_STATES, say=sentences
    )


@pages.get("/indicators/deliveries/<int:id>")
def delivery(id: int) -> str:
    found = cases.find_delivery(g.actor, id)
    handed = cases.handed_of(g.actor, found)
    told: dict[str, Any] = {}
    hidden = policy.SEE_FIGURES.reason(g.actor, handed)
    if hidden is None:
        rows = delivered.rows(found, request.args.get("after"), only_changed=request.args.get("only") == "changed")
        told = {
            "rows": rows, "doubts": delivered.doubts(found.id), "totals": delivered.totals(found),
            "next_url": url_for(".delivery", id=id, after=rows.next_after) if rows.next_after else None,
            "first_url": None if rows.first else url_for(".delivery", id=id),
        }  # fmt: skip
    return render_template(
        "indicators/delivery.html", delivery=found, about=delivered.about(found), handed=handed, hidden=hidden,
        parts=delivered.parts(found.id), delivery_states=DELIVERY_STATES, statuses=STATUSES, say=sentences, **told,
    )  # fmt: skip


def _back(id: int) -> str:
    return url_for("indicators.delivery", id=id)


@pages.route("/indicators/deliveries/<int:id>/validation", methods=["GET", "POST"])
@login_required
def validation(id: int) -> Any:
    handed = cases.handed_of(g.actor, cases.find_delivery(g.actor, id))
    form = forms.ValidateForm()
    intro = _(
        "You say for your organisation that these figures are what their source says. Your organisation is named beside them."
    )
    return act(
        handed,
        "validate",
        delivering.validate,
        form,
        _("Validate delivery %(number)s", number=id),
        _("Validate"),
        _back(id),
        intro,
    )


@pages.route("/indicators/deliveries/<int:id>/publication", methods=["GET", "POST"])
@login_required
def publication(id: int) -> Any:
    handed = cases.handed_of(g.actor, cases.find_delivery(g.actor, id))
    intro = _("They stand on the pages of their indicators from now on. What they replace is kept, superseded.")
    return act(
        handed,
        "publish",
        delivering.publish,
        Form(),
        _("Publish delivery %(number)s", number=id),
        _("Publish"),
        _back(id),
        intro,
    )


@pages.route("/indicators/deliveries/<int:id>/return", methods=["GET", "POST"])
@login_required
def return_delivery(id: int) -> Any:
    handed = cases.handed_of(g.actor, cases.find_delivery(g.actor, id))
    intro = _("They are not published. Whoever brought them reads your reason, and can send them again.")
    form = forms.ReasonForm()
    return act(
        handed, "return_delivery", delivering.return_delivery, form, _("Return delivery %(number)s", number=id), _("Return it"),
        _back(id), intro,
    )  # fmt: skip


@pages.route("/indicators/deliveries/<int:id>/withdrawal", methods=["GET", "POST"])
@login_required
def withdrawal(id: int) -> Any:
    handed = cases.handed_of(g.actor, cases.find_delivery(g.actor, id))
    intro = _("They are not published. You can send them again, corrected.")
    form = forms.ReasonForm()
    return act(
        handed, "withdraw", delivering.withdraw, form, _("Withdraw delivery %(number)s", number=id), _("Withdraw it"),
        _back(id), intro,
    )  # fmt: skip


@pages.route("/indicators/deliveries/<int:id>/reversal", methods=["GET", "POST"])
@login_required
def reversal(id: int) -> Any:
    handed = cases.handed_of(g.actor, cases.find_delivery(g.actor, id))
    intro = _(
        "All of it is taken back at once, and what stood before holds again. What it said stays in the history of each figure."
    )
    form = forms.ReasonForm()
    return act(
        handed,
        "take_back",
        delivering.take_back,
        form,
        _("Take back delivery %(number)s", number=id),
        _("Take it back"),
        _back(id),
        intro,
    )


@pages.route("/indicators/<slug>/figures/new", methods=["GET", "POST"])
@login_required
def new_figure(slug: str) -> Any:
    """A single figure; more of them come in files."""
    indicator = queries.find(g.actor, slug)
    form = forms.FigureForm()
    form.source_id.choices = options([("", "—"), *source_choices()])
    return act(
        indicator, "hand_in", single.hand_in, form, _("Bring a figure: %(title)s", title=indicator.title), _("Hand it in"),
        page_of(slug), _("Somebody of another organisation validates it before it is published."),
        onwards=lambda made: _back(made.id),
    )  # fmt: skip
