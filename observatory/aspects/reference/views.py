"""The pages of sources, and of stewards who state facts and change keepers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import g, redirect, render_template, request, url_for

from observatory.aspects.reference import forms, queries, service
from observatory.kernel.forms import TakeBackForm, form_page, options
from observatory.kernel.pages import Pages, address
from observatory.kernel.policy import Actor, may, require
from observatory.kernel.text import _
from observatory.records.queries import choices, facts_of, find_record, source_choices

pages = Pages("reference", __name__)


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """What a steward may state of a record already shown; nothing for anybody else."""
    if not may(actor, "reference.record_fact", row):
        return None
    return {"stated": facts_of(row.id)}


@pages.route("/reference/<kind>/<slug>/facts/new", methods=["GET", "POST"])
def new_fact(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "reference.record_fact", record)
    form = forms.FactForm(versioned=record)  # not filled from the record: its own source says nothing of this fact
    _choose(form, record.id)
    if form.carries_out(service.record_fact, g.actor, record):
        return redirect(address(kind, slug), 303)
    return form_page(form, _("A fact about %(name)s", name=record.title), _("Save"), address(kind, slug))


@pages.route("/reference/facts/<int:id>/edit", methods=["GET", "POST"])
def edit_fact(id: int) -> Any:
    fact, record = queries.find_fact(g.actor, id)
    require(g.actor, "reference.correct_fact", record)
    form = forms.FactForm(obj=fact, versioned=record)
    _choose(form, record.id)
    back = address(record.kind, record.slug)
    if form.carries_out(partial(service.correct_fact, fact=fact), g.actor, record):
        return redirect(back, 303)
    return form_page(form, _("Correct a fact about %(name)s", name=record.title), _("Save"), back)


@pages.route("/reference/facts/<int:id>/removal", methods=["GET", "POST"])
def take_back_fact(id: int) -> Any:
    fact, record = queries.find_fact(g.actor, id)
    require(g.actor, "reference.take_back_fact", record)
    form = TakeBackForm(obj=record)
    back = address(record.kind, record.slug)
    if form.carries_out(partial(service.take_back_fact, fact=fact), g.actor, record):
        return redirect(back, 303)
    return form_page(form, _("Take back a fact about %(name)s", name=record.title), _("Take back"), back, fact.text_es)


@pages.route("/reference/<kind>/<slug>/keeper", methods=["GET", "POST"])
def keeper(kind: str, slug: str) -> Any:
    record = find_record(g.actor, kind, slug)
    require(g.actor, "reference.change_keeper", record)
    form = forms.KeeperForm(obj=record)
    form.keeper_id.choices = options([("", _("Nobody: only the stewards")), *choices(g.actor, "organisation")])
    if form.carries_out(service.change_keeper, g.actor, record):
        return redirect(address(kind, slug), 303)
    return form_page(form, _("Who keeps the page of %(name)s?", name=record.title), _("Save"), address(kind, slug))


@pages.get("/sources")
def index() -> str:
    q = request.args.get("q", "").strip()[:100]
    page = queries.sources(g.actor, request.args.get("after"), q)
    return render_template("reference/sources.html", page=page, q=q)


@pages.get("/sources/<int:id>")
def show(id: int) -> str:
    source = queries.find_source(g.actor, id)
    return render_template(
        "reference/source.html",
        source=source,
        rows=queries.resting_on(g.actor, id),
        changes=queries.changes_of(g.actor, id),
        labels={field.name: field.label.text for field in forms.SourceForm(formdata=None)},
        og={"title": source.title, "description": source.publisher, "type": "article"},
    )


@pages.route("/sources/new", methods=["GET", "POST"])
def new_source() -> Any:
    require(g.actor, "reference.add_source")
    form = forms.SourceForm()
    if form.carries_out(service.add_source, g.actor, None):
        return redirect(url_for(".show", id=form.result.id), 303)
    return form_page(form, _("Add a source"), _("Save"), url_for(".index"))


@pages.route("/sources/<int:id>/edit", methods=["GET", "POST"])
def edit_source(id: int) -> Any:
    source = queries.find_source(g.actor, id)
    require(g.actor, "reference.correct_source", source)
    form = forms.SourceForm(obj=source, versioned=queries.edition(g.actor, id))
    if form.carries_out(service.correct_source, g.actor, source):
        return redirect(url_for(".show", id=id), 303)
    return form_page(form, _("Correct the source"), _("Save"), url_for(".show", id=id))


def _choose(form: forms.FactForm, record_id: int) -> None:
    form.source_id.choices = options([("", _("Choose")), *source_choices()])
    form.contradiction_id.choices = options([("", _("None")), *queries.questions(g.actor, record_id)])
