"""Reporting on commitments, deciding about them and contributing to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app, g, redirect, render_template
from flask_login import login_required

from observatory.aspects.attachments import queries as files_of
from observatory.kernel import clock, intake
from observatory.kernel.errors import Invalid
from observatory.kernel.forms import options
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _
from observatory.rooms.commitments import forms
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.queries import cases, page
from observatory.rooms.commitments.service import deciding, reporting
from observatory.rooms.commitments.views.blueprint import act, case, link_to, page_of, pages

MOST_FILES = 10


def with_evidence(carry_out: Callable[..., Any], kept: tuple[str, ...] = ()) -> Callable[..., Any]:
    """A verb that takes evidence, as a form gives it: files that were sent, files of the page, an address elsewhere."""

    def run(
        actor: Actor, asked: Case, *, files: Any = None, nobody_exposed: bool = False, attachments: Any = None,
        evidence_url: str = "", evidence_title: str = "", **values: Any,
    ) -> Any:  # fmt: skip
        sent = [each for each in files or () if getattr(each, "filename", "")]
        if len(sent) > MOST_FILES:
            raise Invalid(_("Send at most %(number)s files at once.", number=MOST_FILES), field="files")
        contents = [intake.receive(each.read(), each.filename) for each in sent]
        if any(each.media.is_image for each in contents) and not nobody_exposed:
            raise Invalid(
                _("Say that the photographs show nobody who did not agree to it, or leave them out."),
                field="nobody_exposed",
            )
        evidence: list[dict[str, Any]] = [
            {"content": each, "title": each.name.rpartition(".")[0].replace("_", " ") or each.name} for each in contents
        ]
        evidence += [{"attachment_id": id} for id in attachments or ()]
        if (evidence_url or "").strip():
            evidence.append({"url": evidence_url, "title": evidence_title or ""})
        elif (evidence_title or "").strip():
            raise Invalid(_("Give the address at which it is to be found."), field="evidence_url")
        store = current_app.extensions["observatory.files"]
        return carry_out(actor, asked, evidence=evidence, files=store, **values)

    return run


def offer_files(form: Any, record_id: int) -> None:
    """Let the files of the page be chosen as evidence; without any, nothing is asked."""
    found = files_of.of(g.actor, record_id, 30)
    form.attachments.choices = options((row.id, row.title) for row in found)
    if not found:
        del form.attachments


def _report(asked: Case, form: forms.ReportForm, carry_out: Any, title: str) -> Any:
    commitment = asked.commitment
    steps = page.milestones(g.actor, commitment.id)
    if steps:
        del form.percent
        while len(form.percents.entries) < len(steps):
            form.percents.append_entry(steps[len(form.percents.entries)].claimed)
        while len(form.percents.entries) > len(steps):  # more were sent than there are
            form.percents.pop_entry()
    else:
        del form.percents
    offer_files(form, commitment.id)
    if not form.is_submitted():
        form.as_of.data = clock.today()
        if not steps:
            form.percent.data = commitment.progress // 100
    carry_out = partial(carry_out, link=link_to(commitment.slug))
    if form.carries_out(with_evidence(carry_out), g.actor, asked):
        return redirect(page_of(commitment.slug, f"update-{form.result.id}"), 303)
    body = render_template(
        "commitments/report.html",
        form=form,
        commitment=commitment,
        steps=steps,
        title=title,
        back=page_of(commitment.slug),
    )
    return body, form.status if form.is_submitted() else 200


@pages.route("/commitments/<slug>/updates/new", methods=["GET", "POST"])
@login_required
def report(slug: str) -> Any:
    asked = case(slug)
    require(g.actor, "commitments.report", asked)
    return _report(asked, forms.ReportForm(versioned=asked.commitment), reporting.report, _("Report progress"))


@pages.route("/commitments/<slug>/updates/<int:id>/replacement", methods=["GET", "POST"])
@login_required
def replacement(slug: str, id: int) -> Any:
    asked = case(slug)
    asked = asked.about(cases.find_update(g.actor, asked.commitment, id))
    require(g.actor, "commitments.supersede", asked)
    form = forms.ReplacementForm(versioned=asked.commitment)
    return _report(asked, form, reporting.supersede, _("Replace a mistaken report"))


@pages.route("/commitments/<slug>/contributions/new", methods=["GET", "POST"])
@login_required
def pledge(slug: str) -> Any:
    asked = case(slug)
    form = forms.PledgeForm(versioned=asked.commitment)
    intro = _("The duty stays with whoever owes the commitment. Whoever contributes can't verify it.")
    return act(asked, "pledge", _pledge, form, _("Pledge a contribution"), _("Pledge"), intro, "contributions")


def _pledge(actor: Actor, asked: Case, *, form: str, **values: Any) -> Any:
    return deciding.pledge(actor, asked, form=form, **values)


@pages.route("/commitments/<slug>/contributions/<int:id>/delivery", methods=["GET", "POST"])
@login_required
def delivery(slug: str, id: int) -> Any:
    return _contribution(slug, id, "deliver", deciding.deliver, _("Delivered"), _("It was handed over"))


@pages.route("/commitments/<slug>/contributions/<int:id>/verification", methods=["GET", "POST"])
@login_required
def contribution_verification(slug: str, id: int) -> Any:
    return _contribution(
        slug, id, "confirm_contribution", deciding.confirm_contribution, _("Verify the delivery"), _("I saw it")
    )


@pages.route("/commitments/<slug>/contributions/<int:id>/lapse", methods=["GET", "POST"])
@login_required
def lapse(slug: str, id: int) -> Any:
    return _contribution(
        slug, id, "lapse", deciding.lapse, _("It will not come"), _("Record it"), partial(forms.ReasonForm)
    )


def _contribution(
    slug: str, id: int, verb: str, carry_out: Any, title: str, button: str, form: Any = forms.DecisionOnlyForm
) -> Any:
    asked = case(slug)
    asked = asked.about(cases.find_contribution(g.actor, asked.commitment, id))
    made = form(versioned=asked.commitment)
    return act(asked, verb, carry_out, made, title, button, asked.subject.what, "contributions")
