"""Defining indicators: drafts, new versions, approval, targets."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g, redirect, render_template, url_for
from flask_login import login_required

from observatory.kernel.forms import Form, options
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _
from observatory.records.queries import choices, source_choices
from observatory.rooms.indicators import forms, queries, service
from observatory.rooms.indicators.models.words import PEOPLE
from observatory.rooms.indicators.policy import Case
from observatory.rooms.indicators.queries import cases, page
from observatory.rooms.indicators.service import targets
from observatory.rooms.indicators.views import sentences
from observatory.rooms.indicators.views.blueprint import act, page_of, pages
from observatory.rooms.organisations.queries.succession import same_world

_NONE = [("", "—")]


def _offer(form: forms.IndicatorForm, *, demo: bool, besides: int | None = None) -> forms.IndicatorForm:
    rests_on = partial(queries.choices, g.actor, besides=besides, demo=None if demo else False)
    form.weight_id.choices = options([*_NONE, *rests_on()])
    form.per_head_id.choices = options([*_NONE, *rests_on(measure=PEOPLE)])
    form.producer_id.choices = options([*_NONE, *choices(g.actor, "organisation")])
    return form


@pages.route("/indicators/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    require(g.actor, "indicators.create")
    form = _offer(forms.IndicatorForm(), demo=not same_world(g.actor.organisation_id, fictitious=False))
    if form.carries_out(service.create, g.actor, None):
        return redirect(page_of(form.result.slug), 303)
    return _form_page(form, _("Define an indicator"), url_for(".index"))


@pages.route("/indicators/<slug>/edit", methods=["GET", "POST"])
@login_required
def edit(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    require(g.actor, "indicators.edit", case)
    stored = {} if Form().is_submitted() else service.current(case.indicator, case.draft)
    form = forms.IndicatorForm(data=stored, versioned=case.indicator)
    _offer(form, demo=case.indicator.is_demo, besides=case.indicator.id)
    if form.carries_out(service.edit, g.actor, case):
        return redirect(page_of(slug), 303)
    return _form_page(form, _("Edit the draft: %(title)s", title=case.indicator.title), page_of(slug))


def _form_page(form: forms.IndicatorForm, title: str, back: str) -> tuple[str, int]:
    shown = render_template("indicators/form.html", form=form, title=title, back=back)
    return shown, form.status if form.is_submitted() else 200


@pages.route("/indicators/<slug>/words", methods=["GET", "POST"])
@login_required
def words(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = forms.WordsForm(obj=case.indicator)
    intro = _("Its name and how it is read out. What it means only changes with a new version.")
    return act(case, "describe", service.describe, form, _("Edit the words"), _("Save"), page_of(slug), intro)


@pages.route("/indicators/<slug>/proposal", methods=["GET", "POST"])
@login_required
def proposal(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    intro = _(
        "Everyone will be able to read it, marked as not approved. Another organisation approves it; it then never changes, but for a new version."
    )
    if case.draft is None or case.draft.number == 1:
        form: Form = Form(versioned=case.indicator)
        return act(case, "propose", service.propose, form, _("Propose it"), _("Propose"), page_of(slug), intro)
    form = forms.ProposeForm(versioned=case.indicator)
    return act(case, "propose", _propose, form, _("Propose the new version"), _("Propose"), page_of(slug), intro)


def _propose(actor: Actor, case: Case, *, comparable: str, version: int | None = None) -> None:
    service.propose(actor, case, version=version, comparable=comparable == "yes")


@pages.route("/indicators/<slug>/approval", methods=["GET", "POST"])
@login_required
def approval(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = Form(versioned=case.indicator)
    intro = _("You say for your organisation that this is well defined. Your organisation is named beside it.")
    return act(case, "approve", service.approve, form, _("Approve this definition"), _("Approve"), page_of(slug), intro)


@pages.route("/indicators/<slug>/return", methods=["GET", "POST"])
@login_required
def send_back(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = forms.ReasonForm(versioned=case.indicator)
    intro = _("It becomes a draft again, for its keeper to mend.")
    return act(
        case, "send_back", service.send_back, form, _("Return this definition"), _("Return it"), page_of(slug), intro
    )


@pages.route("/indicators/<slug>/new-version", methods=["GET", "POST"])
@login_required
def redefine(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = forms.RedefineForm(versioned=case.indicator)
    intro = _(
        "The version in force stays until another organisation has approved the new one. What was published under it stays."
    )
    return act(
        case, "redefine", service.redefine, form, _("Draft a new version"), _("Go on"), page_of(slug), intro,
        onwards=url_for(".edit", slug=slug),
    )  # fmt: skip


@pages.route("/indicators/<slug>/drop", methods=["GET", "POST"])
@login_required
def drop(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = Form(versioned=case.indicator)
    return act(case, "drop", service.drop, form, _("Drop the draft of the new version"), _("Drop it"), page_of(slug))


@pages.route("/indicators/<slug>/end", methods=["GET", "POST"])
@login_required
def give_up(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = forms.GiveUpForm(versioned=case.indicator)
    demo = None if case.indicator.is_demo else False
    form.successor_id.choices = options([*_NONE, *queries.choices(g.actor, besides=case.indicator.id, demo=demo)])
    intro = _("No more figures are expected. Its page, its figures and its history stay.")
    return act(
        case,
        "give_up",
        service.give_up,
        form,
        _("Stop keeping this indicator"),
        _("Stop keeping it"),
        page_of(slug),
        intro,
    )


@pages.route("/indicators/<slug>/targets/new", methods=["GET", "POST"])
@login_required
def new_target(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    form = forms.TargetForm(versioned=case.indicator)
    form.source_id.choices = options([*_NONE, *source_choices()])
    return act(
        case, "set_target", targets.set_target, form, _("Set a target: %(title)s", title=case.indicator.title), _("Set it"),
        page_of(slug, "targets"),
    )  # fmt: skip


@pages.route("/indicators/<slug>/targets/<int:id>/revision", methods=["GET", "POST"])
@login_required
def revise_target(slug: str, id: int) -> Any:
    case = cases.case(g.actor, slug)
    target = page.find_target(g.actor, case.indicator.id, id)
    shown = next((each for each in page.targets(queries.row(g.actor, slug)) if each.id == id), None)
    form = forms.RevisionForm(versioned=case.indicator)
    place = shown.place_slug if shown is not None else ""
    intro = ""
    if shown is not None:
        row = queries.row(g.actor, slug)
        told = {
            "place": shown.place,
            "value": sentences.figure(row, target.value),
            "period": sentences.period(target.period),
        }
        intro = _("%(place)s: %(value)s by %(period)s. It stays visible as the former target.", **told)
    carry_out = partial(targets.set_target, place=place, revises=target)
    return act(
        case, "set_target", carry_out, form, _("Revise a target: %(title)s", title=case.indicator.title), _("Revise it"),
        page_of(slug, "targets"), intro,
    )  # fmt: skip
