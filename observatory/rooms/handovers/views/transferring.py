"""Confirming, receiving, observing and signing."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g
from flask_login import login_required

from observatory.kernel.errors import NotFound
from observatory.kernel.forms import Form
from observatory.kernel.policy import require
from observatory.kernel.text import _
from observatory.rooms.handovers import forms
from observatory.rooms.handovers.models import CUSTODY, INCOMING, RECEIVED
from observatory.rooms.handovers.queries import cases
from observatory.rooms.handovers.service import transferring
from observatory.rooms.handovers.views.blueprint import act, label_of, page_of, pages, sources


@pages.route("/<slug>/items/<int:id>/confirmation", methods=["GET", "POST"])
@login_required
def confirmation(slug: str, id: int) -> Any:
    case = cases.case(g.actor, slug)
    item = cases.find_item(g.actor, case.handover, id)
    form = forms.ConfirmForm(versioned=item, note_=item.note, confirmed=True)
    carry_out = partial(transferring.confirm_item, item=item)
    return act(
        case, "confirm_item", carry_out, form, item.title, _("Save"), page_of(slug, f"item-{item.number}"), item.why
    )


@pages.route("/<slug>/groups/<source>/confirmation", methods=["GET", "POST"])
@login_required
def group_confirmation(slug: str, source: str) -> Any:
    case = cases.case(g.actor, slug)
    require(g.actor, "handovers.confirm_all", case)
    carry_out = partial(transferring.confirm_all, source=_known(source))
    intro = _("Everything in this group that is not confirmed yet is confirmed.")
    title = _("Confirm all: %(group)s", group=label_of(source))
    return act(
        case, "confirm_all", carry_out, forms.ConfirmAllForm(), title, _("Confirm all"), page_of(slug, source), intro
    )


@pages.route("/<slug>/items/<int:id>/answer", methods=["GET", "POST"])
@login_required
def answer(slug: str, id: int) -> Any:
    case = cases.case(g.actor, slug)
    item = cases.find_item(g.actor, case.handover, id)
    form = forms.AnswerForm(versioned=item, answer=item.answer or RECEIVED, reason=item.reason)
    carry_out = partial(transferring.answer_item, item=item)
    return act(
        case, "answer_item", carry_out, form, item.title, _("Save"), page_of(slug, f"item-{item.number}"), item.note
    )


@pages.route("/<slug>/groups/<source>/answer", methods=["GET", "POST"])
@login_required
def group_answer(slug: str, source: str) -> Any:
    case = cases.case(g.actor, slug)
    require(g.actor, "handovers.answer_all", case)
    carry_out = partial(transferring.answer_all, source=_known(source))
    intro = _("It goes to everything in this group that has no answer yet.")
    title = _("Answer all: %(group)s", group=label_of(source))
    form = forms.AnswerForm(answer=RECEIVED)
    return act(case, "answer_all", carry_out, form, title, _("Answer all"), page_of(slug, source), intro)


@pages.route("/<slug>/signature", methods=["GET", "POST"])
@login_required
def signature(slug: str) -> Any:
    case = cases.case(g.actor, slug)
    require(g.actor, "handovers.sign", case)
    if case.side == INCOMING:
        intro = _("You sign for the office that comes: the items as you received or observed them.")
    else:
        intro = _(
            "You sign for the office that goes: the items as you confirmed them. Your mandate ends on its own date, "
            "whether or not you sign."
        )
    form = Form(versioned=case.handover)
    return act(
        case, "sign", transferring.sign, form, _("Sign the inventory"), _("Sign"), page_of(slug, "signatures"), intro
    )


def _known(source: str) -> str:
    """A group of items that there is."""
    if source != CUSTODY and source not in sources():
        raise NotFound
    return source
