"""Verifying commitments, and saying that they are not done."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g, redirect, render_template, url_for
from flask_login import login_required

from observatory.kernel import clock
from observatory.kernel.forms import options
from observatory.kernel.pages import absolute
from observatory.kernel.policy import require
from observatory.kernel.text import _, excerpt
from observatory.rooms.commitments import forms, queries
from observatory.rooms.commitments.queries import cases, page
from observatory.rooms.commitments.service import asking, checking
from observatory.rooms.commitments.views.acting import offer_files, with_evidence
from observatory.rooms.commitments.views.blueprint import act, case, link_to, page_of, pages


@pages.route("/commitments/<slug>/findings/new", methods=["GET", "POST"])
@login_required
def finding(slug: str) -> Any:
    asked = case(slug)
    require(g.actor, "commitments.verify", asked)
    form = forms.FindingForm(versioned=asked.commitment)
    standing = page.standing_evidence(g.actor, asked.commitment.id)
    choices = options((row.id, row.title or row.file_title or row.url) for row in standing)
    form.accepted.choices = form.rejected.choices = choices
    offer_files(form, asked.commitment.id)
    if not form.is_submitted():
        form.looked_on.data = clock.today()
    if form.carries_out(with_evidence(checking.verify), g.actor, asked):
        return redirect(page_of(slug, f"finding-{form.result.id}"), 303)
    body = render_template(
        "commitments/finding.html", form=form, commitment=asked.commitment, evidence=standing, back=page_of(slug)
    )
    return body, form.status if form.is_submitted() else 200


@pages.route("/commitments/<slug>/verifiers/new", methods=["GET", "POST"])
@login_required
def ask(slug: str) -> Any:
    asked = case(slug)
    require(g.actor, "commitments.ask_verifier", asked)
    form = forms.AskForm(versioned=asked.commitment)
    others = queries.possible_verifiers(g.actor, asked)
    form.organisation_id.choices = options([("", _("Choose")), *others])
    carry_out = partial(asking.ask_verifier, link=link_to(slug))
    return act(asked, "ask_verifier", carry_out, form, _("Ask for a verification"), _("Ask"))


@pages.route("/commitments/<slug>/disputes/new", methods=["GET", "POST"])
@login_required
def dispute(slug: str) -> Any:
    asked = case(slug)
    form = forms.DisputeForm()
    carry_out = partial(checking.dispute, address=_mailed, link=link_to(slug))
    return act(asked, "dispute", carry_out, form, _("It is not done"), _("Say so"), asked.commitment.title, "disputes")


def _mailed(endpoint: str, **values: Any) -> str:
    return absolute(url_for(endpoint, **values))


@pages.route("/commitments/<slug>/disputes/<int:id>/answer", methods=["GET", "POST"])
@login_required
def answer(slug: str, id: int) -> Any:
    asked = case(slug)
    asked = asked.about(cases.find_dispute(g.actor, asked.commitment, id))
    form = forms.AnswerForm(versioned=asked.commitment)
    intro = excerpt(queries.words_of(asked.subject.comment_id), 600)
    return act(asked, "answer", checking.answer, form, _("Answer"), _("Answer"), intro, f"dispute-{id}")


@pages.route("/commitments/<slug>/disputes/<int:id>/settlement", methods=["GET", "POST"])
@login_required
def settlement(slug: str, id: int) -> Any:
    asked = case(slug)
    asked = asked.about(cases.find_dispute(g.actor, asked.commitment, id))
    own = asked.subject.person_id == g.actor.person_id
    form = (forms.DecisionOnlyForm if own else forms.ReasonForm)(versioned=asked.commitment)
    intro = (
        _("You no longer say that it is not done: the answer is enough, or it was done meanwhile. What you said stays.")
        if own
        else _(
            "It was answered, and your participation body takes it that nothing more is to be said. Everything stays to be read."
        )
    )
    return act(asked, "settle", checking.settle, form, _("Settled"), _("It is settled"), intro, f"dispute-{id}")
