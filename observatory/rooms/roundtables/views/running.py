"""Running a roundtable: its page, its term, who sits in it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g, redirect, url_for
from flask_login import login_required

from observatory.kernel.forms import Form, form_page, options
from observatory.kernel.policy import require
from observatory.kernel.text import _
from observatory.records.queries import choices
from observatory.rooms.roundtables import forms, queries, service
from observatory.rooms.roundtables.models import Commission, Constituency, Seat
from observatory.rooms.roundtables.service import seating
from observatory.rooms.roundtables.views.blueprint import act, page_of, pages


def _offer(form: forms.RoundtableForm, *, new: bool) -> forms.RoundtableForm:
    if not new or not g.actor.holds("steward"):
        del form.keeper_id
    else:
        bodies = queries.bodies_without(g.actor)
        form.keeper_id.choices = options([("", _("Choose")), *bodies])
    form.site_id.choices = options([("", _("None")), *choices(g.actor, "site")])
    return form


@pages.route("/roundtables/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    require(g.actor, "roundtables.create")
    told = {} if g.actor.holds("steward") else {"title": g.actor.organisation_name}
    form = _offer(
        forms.RoundtableForm(language="es", quorum_strict=True, **told),
        new=True,
    )
    if form.carries_out(service.create, g.actor, None):
        return redirect(page_of(form.result.slug), 303)
    return form_page(form, _("Add a roundtable"), _("Save as a draft"), url_for(".index"))


@pages.route("/roundtables/<slug>/edit", methods=["GET", "POST"])
@login_required
def edit(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = _offer(forms.RoundtableForm(versioned=roundtable, **service.current(roundtable)), new=False)
    title = _("Edit %(name)s", name=roundtable.title)
    return act(roundtable, "edit", service.edit, form, title, _("Save"), page_of(slug))


@pages.route("/roundtables/<slug>/installation", methods=["GET", "POST"])
@login_required
def installation(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = Form(versioned=roundtable)
    intro = _("Everyone will be able to read this page, find it and download it.")
    title = _("Publish %(name)s", name=roundtable.title)
    return act(roundtable, "install", service.install, form, title, _("Publish"), page_of(slug), intro)


@pages.route("/roundtables/<slug>/extension", methods=["GET", "POST"])
@login_required
def extension(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = forms.ExtendForm(versioned=roundtable)
    title = _("Extend the term of %(name)s", name=roundtable.title)
    return act(roundtable, "extend", service.extend, form, title, _("Extend it"), page_of(slug))


@pages.route("/roundtables/<slug>/end", methods=["GET", "POST"])
@login_required
def end(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = forms.EndForm(versioned=roundtable)
    intro = _("Its page, its sessions and its minutes stay; what was promised stays owed.")
    return act(
        roundtable, "close", service.close, form, _("Close %(name)s", name=roundtable.title), _("Close this roundtable"), page_of(slug),
        intro,
    )  # fmt: skip


@pages.route("/roundtables/<slug>/constituencies/new", methods=["GET", "POST"])
@login_required
def new_constituency(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = forms.ConstituencyForm(versioned=roundtable, needed=0)
    return act(
        roundtable, "set_constituency", seating.set_constituency, form, _("Who sits there?"), _("Save"),
        page_of(slug, "seats"),
    )  # fmt: skip


@pages.route("/roundtables/<slug>/constituencies/<int:id>", methods=["GET", "POST"])
@login_required
def constituency(slug: str, id: int) -> Any:
    roundtable = queries.find(g.actor, slug)
    found = queries.find_part(g.actor, Constituency, roundtable, id)
    form = forms.ConstituencyForm(versioned=roundtable, name=found.name, needed=found.needed)
    carry_out = partial(seating.set_constituency, constituency=found)
    return act(roundtable, "set_constituency", carry_out, form, found.name, _("Save"), page_of(slug, "seats"))


@pages.route("/roundtables/<slug>/seats/new", methods=["GET", "POST"])
@login_required
def new_seat(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = forms.SeatForm(versioned=roundtable)
    known = queries.seatable(g.actor, is_demo=roundtable.is_demo, but=roundtable.keeper_id)
    form.organisation_id.choices = options([("", _("Choose")), *known])
    form.alternate_id.choices = options([("", _("None")), *known])
    form.constituency_id.choices = options((each.id, each.name) for each in queries.constituencies(roundtable.id))
    intro = (
        "" if form.constituency_id.choices else _("Say first who sits there: a seat belongs to one of these groups.")
    )
    return act(
        roundtable,
        "give_seat",
        seating.give_seat,
        form,
        _("Give a seat"),
        _("Record it"),
        page_of(slug, "seats"),
        intro,
    )


@pages.route("/roundtables/<slug>/seats/<int:id>/end", methods=["GET", "POST"])
@login_required
def end_seat(slug: str, id: int) -> Any:
    roundtable = queries.find(g.actor, slug)
    seat = queries.find_part(g.actor, Seat, roundtable, id)
    form = forms.EndSeatForm(versioned=roundtable)
    carry_out = partial(seating.end_seat, seat=seat)
    return act(
        roundtable, "end_seat", carry_out, form, _("It no longer sits there"), _("Record it"), page_of(slug, "seats")
    )


@pages.route("/roundtables/<slug>/commissions/new", methods=["GET", "POST"])
@login_required
def new_commission(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    form = forms.CommissionForm(versioned=roundtable)
    form.members.choices = options((seat.organisation_id, seat.title) for seat in queries.seats(roundtable.id))
    return act(
        roundtable, "form_commission", seating.form_commission, form, _("Form a commission"), _("Record it"),
        page_of(slug, "commissions"),
    )  # fmt: skip


@pages.route("/roundtables/<slug>/commissions/<int:id>/end", methods=["GET", "POST"])
@login_required
def end_commission(slug: str, id: int) -> Any:
    roundtable = queries.find(g.actor, slug)
    commission = queries.find_part(g.actor, Commission, roundtable, id)
    form = Form(versioned=roundtable)
    carry_out = partial(seating.end_commission, commission=commission)
    title = _("End the commission %(name)s", name=commission.name)
    return act(
        roundtable, "end_commission", carry_out, form, title, _("End this commission"), page_of(slug, "commissions")
    )
