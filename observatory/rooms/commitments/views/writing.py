"""Drafting, proposing, accepting and returning commitments."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_login import login_required

from observatory.kernel.forms import options
from observatory.kernel.policy import require
from observatory.kernel.text import _
from observatory.records.queries import choices
from observatory.rooms.commitments import forms, queries, service
from observatory.rooms.commitments.queries import sums
from observatory.rooms.commitments.queries.advice import advise
from observatory.rooms.commitments.views.blueprint import act, case, link_to, page_of, pages
from observatory.rooms.organisations.models import SECTORS


def _filled(form: forms.CommitmentForm) -> forms.CommitmentForm:
    """The form with its choices: organisations by sector, and the sites."""
    known = queries.organisations_by_sector(g.actor)
    grouped: dict[str, list[tuple[Any, str]]] = {str(_("Choose")): [("", _("Not said yet"))]}
    for sector, rows in known.items():
        grouped[str(SECTORS.get(sector, sector))] = list(rows)
    form.accountable_id.choices = grouped
    bodies = [pair for sector in ("oversight", "state") for pair in known.get(sector, ())]
    form.oversight_id.choices = options([("", _("None")), *bodies])
    every = [pair for rows in known.values() for pair in rows]
    form.responsible.choices = form.contributing.choices = options(sorted(every, key=lambda pair: pair[1].lower()))
    form.site_id.choices = options([("", _("None")), *choices(g.actor, "site")])
    return form


def _form_page(form: forms.CommitmentForm, title: str, back: str) -> Any:
    page = render_template("commitments/form.html", form=form, title=title, back=back)
    return page, form.status if form.is_submitted() else 200


@pages.route("/commitments/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    require(g.actor, "commitments.create", None)
    form = _filled(forms.CommitmentForm(language="es", currency="PEN"))
    if form.carries_out(service.create, g.actor, None):
        return redirect(page_of(form.result.slug), 303)
    return _form_page(form, _("Write down a commitment"), url_for(".index"))


@pages.route("/commitments/<slug>/edit", methods=["GET", "POST"])
@login_required
def edit(slug: str) -> Any:
    asked = case(slug)
    require(g.actor, "commitments.edit", asked)
    form = _filled(forms.CommitmentForm(versioned=asked.commitment, **service.current(asked.commitment)))
    if form.carries_out(service.edit, g.actor, asked):
        return redirect(page_of(slug), 303)
    return _form_page(form, _("Edit the draft"), page_of(slug))


@pages.get("/commitments/advice")
@login_required
def advice() -> str:
    """What a form that is being written still lacks, and what may be the same: a part of a page, for the script."""
    told = request.args
    values = SimpleNamespace(
        title=told.get("title", "")[:300], expected_result=told.get("expected_result", "")[:2000], nature=told.get("nature") or None,
        accountable_id=_number(told.get("accountable_id")), oversight_id=_number(told.get("oversight_id")),
        accountable_as_written="", verbatim="-", planned_evidence="-", document="-", promised_on=None, money="-",
        site_id=1, due_original=None,
    )  # fmt: skip
    asked = {"accountable_id", "oversight_id", "title", "expected_result"}
    hints = [each for each in advise(values, [], has_place=True) if each.field in asked]
    besides = _number(told.get("besides"))
    alike = sums.alike(g.actor, values.title, values.accountable_id, besides=besides)
    return render_template("commitments/_advice.html", advice=hints if values.title else [], alike=alike)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@pages.route("/commitments/<slug>/proposal", methods=["GET", "POST"])
@login_required
def proposal(slug: str) -> Any:
    asked = case(slug)
    form = forms.DecisionOnlyForm(versioned=asked.commitment)
    intro = _(
        "Everyone will be able to read it, marked as not accepted, and whoever accepts it is told. What was promised, by whom and "
        "by when can't be edited any more."
    )
    carry_out = partial(service.propose, link=link_to(slug))
    return act(asked, "propose", carry_out, form, _("Propose this commitment"), _("Propose"), intro)


@pages.route("/commitments/<slug>/record", methods=["GET", "POST"])
@login_required
def record(slug: str) -> Any:
    asked = case(slug)
    form = forms.RecordForm(versioned=asked.commitment)
    intro = _(
        "For what was promised and accepted elsewhere: its page names the document, and says that nobody accepted it here."
    )
    return act(asked, "record", service.record, form, _("Record it as the document has it"), _("Publish"), intro)


@pages.route("/commitments/<slug>/acceptance", methods=["GET", "POST"])
@login_required
def acceptance(slug: str) -> Any:
    asked = case(slug)
    form = forms.DecisionOnlyForm(versioned=asked.commitment)
    intro = _("From now on it counts, with this date and these words: %(title)s", title=asked.commitment.title)
    return act(asked, "accept", service.accept, form, _("Accept this commitment"), _("Accept"), intro)


@pages.route("/commitments/<slug>/return", methods=["GET", "POST"])
@login_required
def send_back(slug: str) -> Any:
    asked = case(slug)
    form = forms.ReasonForm(versioned=asked.commitment)
    intro = _("It becomes a draft again. Its page stays, and shows your reason.")
    carry_out = partial(service.send_back, link=link_to(slug))
    return act(asked, "send_back", carry_out, form, _("Return this commitment"), _("Return it"), intro)


@pages.route("/commitments/<slug>/withdrawal", methods=["GET", "POST"])
@login_required
def withdrawal(slug: str) -> Any:
    asked = case(slug)
    form = forms.ReasonForm(versioned=asked.commitment)
    intro = _("It leaves the lists. Its page stays, with your reason.")
    return act(asked, "withdraw", service.withdraw, form, _("Withdraw this proposal"), _("Withdraw"), intro)
