"""A session while it lasts: the page that all look at, its notes, what comes of each item."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from flask_login import login_required
from flask_wtf.csrf import generate_csrf

from observatory.kernel.errors import Invalid, NotFound, Refused
from observatory.kernel.forms import Form, form_page, options
from observatory.kernel.pages import absolute
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.people.queries import earlier_mandates
from observatory.rooms.commitments.queries import find as find_commitment
from observatory.rooms.roundtables import forms, policy, queries
from observatory.rooms.roundtables.forms import meeting as entered
from observatory.rooms.roundtables.models.words import IN_SESSION, OUTCOMES, OVER, SCORECARD, SESSION_STATES
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting, quorum, sessions
from observatory.rooms.roundtables.service import meeting as service
from observatory.rooms.roundtables.service import outcomes
from observatory.rooms.roundtables.views.blueprint import SESSION_SHAPES, act, minutes_of, pages, session_page

_RECORDED = {
    "information": ("record_information", outcomes.record_information),
    "deferral": ("defer", outcomes.defer),
}


@pages.get("/sessions/<slug>/live")
@login_required
def live(slug: str) -> Any:
    """The session as it goes on: asked for again every few seconds, and answered with nothing while nothing has changed."""
    row = sessions.row(g.actor, slug)
    case = meeting.case_of(row)
    if not policy.FOLLOW.holds(g.actor, case):
        raise Refused(policy.FOLLOW.reason(g.actor, case))
    if row.state not in (IN_SESSION, *OVER) or row.recorded:
        return redirect(session_page(slug))
    if "token" in request.args:
        earlier = [str(id) for id in earlier_mandates(g.actor)]
        return jsonify(csrf_token=generate_csrf(), mandate=str(g.actor.mandate_id or ""), earlier=earlier)
    part = "part" in request.args
    response, pulse = Response(status=304), meeting.pulse(row)
    response.set_etag(f"{pulse}-{g.actor.mandate_id}", weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    known = _known(request.if_none_match.as_set(include_weak=True)) if part else ("", 0)
    if part and response.get_etag()[0] in request.if_none_match.as_set(include_weak=True):
        return response
    every = meeting.seats(row)
    notes = meeting.notes_of(row.id)
    page = render_template(
        "roundtables/_live.html" if part else "roundtables/live.html", session=row, case=case, seats=every,
        quorum=quorum.quorum_of(row, every), groups=quorum.groups(row.roundtable_id), guests=meeting.guests(row.id),
        agenda=sessions.agenda(g.actor, row.id), notes=notes, fresh={id for id, rows in notes.items() if rows[-1].id > known[1]}, settled=known[0] == pulse.partition("-")[0], outcomes=meeting.outcomes_of(g.actor, row.id),
        reservations=meeting.reservations_of(row.id), lacking=meeting.lacking, scorecard=SCORECARD, types=OUTCOMES,
        states=SESSION_STATES, shapes=SESSION_SHAPES, form=Form(), new_key=secrets.token_urlsafe,
    )  # fmt: skip
    response.status_code = 200
    response.content_type = "text/html; charset=utf-8"
    response.set_data(page)
    return response


def _known(tags: set[str]) -> tuple[str, int]:
    """What a page has already: the version of the session and the last note, as the tag says that it was answered with."""
    for tag in tags:
        version, _dash, rest = tag.removeprefix('W/"').strip('"').partition("-")
        last = rest.partition("-")[0]
        if version.isascii() and version.isdigit() and last.isascii() and last.isdigit():
            return version, int(last)
    return "", 0


@pages.post("/sessions/<slug>/items/<int:id>/notes")
@login_required
def new_note(slug: str, id: int) -> Any:
    """A note: as JSON for the script that sends it as soon as there is a connection, else back to the page."""
    found = sessions.find(g.actor, slug)
    case, item = meeting.case_of(found), meeting.find_item(g.actor, found, id)
    form = entered.NoteForm()
    machine = request.accept_mimetypes.best == "application/json"
    there = meeting.note_of(g.actor, found, request.form.get("key", ""))
    if there is not None and machine:  # it arrived, and only the answer was lost
        return jsonify(id=there.id, key=there.key)

    def carry_out(actor: Actor, asked: Case, *, key: str, text: str) -> Any:
        return service.write_note(actor, asked, item=item, key=key, words=text)

    try:
        done = form.carries_out(carry_out, g.actor, case)
    except Refused as refused:
        if not machine:
            return act(case, "write_note", carry_out, form, item.title, _("Add the note"), _item(slug, id))
        return jsonify(error=_("You can do this when: %(reason)s.", reason=str(refused.reason))), 403
    if done:
        if machine:
            return jsonify(id=form.result.id, key=form.result.key), 201
        return redirect(url_for(".live", slug=slug) + f"#item-{id}", 303)
    told = [str(message) for messages in form.errors.values() for message in messages]
    if machine:
        return jsonify(error=" ".join(told)), form.status
    return form_page(form, _("Note: %(title)s", title=item.title), _("Add the note"), _item(slug, id))


@pages.route("/sessions/<slug>/opening", methods=["GET", "POST"])
@login_required
def opening(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    intro = _("From now on it is recorded who is there, what is noted down and what comes of each item.")
    title = _("Open %(title)s", title=found.title)
    return act(
        meeting.case_of(found), "open_session", service.open_session, Form(versioned=found), title, _("Open the session"),
        url_for(".live", slug=slug), intro,
    )  # fmt: skip


@pages.route("/sessions/<slug>/ending", methods=["GET", "POST"])
@login_required
def ending(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    intro = _("Attendance and outcomes stay as they are then. Notes can be added until the minutes circulate.")
    dealt = meeting.outcomes_of(g.actor, found.id, standing=True)
    open_ = [item.title for item in sessions.agenda(g.actor, found.id) if item.id not in dealt]
    if open_:
        left = _("Nothing was recorded on: %(items)s. They come up again for the next session.", items="; ".join(open_))
        intro = " ".join((intro, left))
    return act(
        meeting.case_of(found), "end_session", service.end_session, Form(), _("End %(title)s", title=found.title),
        _("End the session"), minutes_of(slug), intro,
    )  # fmt: skip


@pages.route("/sessions/<slug>/items/<int:id>/<any(information, deferral):type>", methods=["GET", "POST"])
@login_required
def outcome(slug: str, id: int, type: str) -> Any:
    found = sessions.find(g.actor, slug)
    item = meeting.find_item(g.actor, found, id)
    verb, carry_out = _RECORDED[type]
    titles = {
        "information": _("For information: %(title)s", title=item.title),
        "deferral": _("Leave for a later session: %(title)s", title=item.title),
    }
    form = entered.StatementForm()
    form.statement.label.text = _("What was reported?") if type == "information" else _("Why, and what is missing?")
    return act(
        meeting.case_of(found), verb, partial(carry_out, item=item), form, titles[type], _("Record it"), _item(slug, id)
    )


@pages.route("/sessions/<slug>/items/<int:id>/agreement", methods=["GET", "POST"])
@login_required
def agreement(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    case, item = meeting.case_of(found), meeting.find_item(g.actor, found, id)
    form = entered.AgreementForm()
    _offer(form, found, case)

    def carry_out(actor: Actor, asked: Case, *, becomes: str, **values: Any) -> Any:
        return outcomes.agree(
            actor, asked, item=item, becomes=becomes == "commitment", link=absolute(minutes_of(slug)), **values
        )

    return act(
        case, "agree", carry_out, form, _("Agreement on: %(title)s", title=item.title), _("Record it"), _item(slug, id)
    )


@pages.route("/sessions/<slug>/items/<int:id>/change", methods=["GET", "POST"])
@login_required
def change(slug: str, id: int) -> Any:
    """A new date, a suspension, the end of a commitment: only a session decides it."""
    found = sessions.find(g.actor, slug)
    case, item = meeting.case_of(found), meeting.find_item(g.actor, found, id)
    form = entered.ChangeForm(number=_number_of(found.id, id))
    form.offered = meeting.open_commitments(g.actor, found)
    _offer(form, found, case)

    def carry_out(actor: Actor, asked: Case, *, number: str, **values: Any) -> Any:
        try:
            commitment = find_commitment(actor, number.strip())
        except NotFound:
            raise Invalid(_("There is no commitment with this number."), field="number") from None
        link = absolute(minutes_of(slug))
        return outcomes.change_commitment(actor, asked, item=item, commitment=commitment, link=link, **values)

    intro = _("It counts at once, with this session as its source. The first date stays to be seen for ever.")
    return act(
        case,
        "change_commitment",
        carry_out,
        form,
        _("Decide about a commitment"),
        _("Record it"),
        _item(slug, id),
        intro,
    )


@pages.route("/sessions/<slug>/outcomes/<int:id>/completion", methods=["GET", "POST"])
@login_required
def completion(slug: str, id: int) -> Any:
    """What the scorecard still asks of an agreement."""
    found = sessions.find(g.actor, slug)
    case, made = meeting.case_of(found), meeting.find_outcome(g.actor, found, id)
    row = next(each for rows in meeting.outcomes_of(g.actor, found.id).values() for each in rows if each.id == id)
    form = entered.CompletionForm(
        accountable_id=row.accountable_id, due_on=row.due_original, verifier_id=row.verifier_id, money=row.money or "",
        **{f"no_{name}": words for name, words in row.exceptions.items()}, oversight_id=row.oversight_id,
        expected_result=row.expected_result, planned_evidence=row.planned_evidence,
    )  # fmt: skip
    _offer(form, found, case)
    if row.commitment_id is None:
        del form.accountable_id, form.due_on, form.money, form.oversight_id, form.expected_result, form.planned_evidence

    def carry_out(actor: Actor, asked: Case, **values: Any) -> None:
        excused = {name: values.pop(f"no_{name}", "") for name in SCORECARD}
        outcomes.complete(actor, asked, outcome=made, exceptions=excused, **values)

    title = _("Complete what was agreed")
    return act(case, "complete", carry_out, form, title, _("Save"), _back(slug, case, row.item_id), row.text)


@pages.route("/sessions/<slug>/outcomes/<int:id>/commitment", methods=["GET", "POST"])
@login_required
def outcome_commitment(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    case, made = meeting.case_of(found), meeting.find_outcome(g.actor, found, id)
    carry_out = partial(outcomes.draft_commitment, outcome=made, link=absolute(minutes_of(slug)))
    return act(
        case, "draft_commitment", carry_out, Form(), _("Make a commitment of it"), _("Make a draft"),
        _back(slug, case, made.item_id), made.text,
    )  # fmt: skip


@pages.route("/sessions/<slug>/outcomes/<int:id>/withdrawal", methods=["GET", "POST"])
@login_required
def outcome_withdrawal(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    case, made = meeting.case_of(found), meeting.find_outcome(g.actor, found, id)
    return act(
        case, "take_back", partial(outcomes.take_back, outcome=made), forms.ReasonForm(), _("Take it back"), _("Take it back"),
        _item(slug, made.item_id), made.text,
    )  # fmt: skip


def _item(slug: str, id: int) -> str:
    return url_for("roundtables.live", slug=slug) + f"#item-{id}"


def _back(slug: str, case: Case, item_id: int) -> str:
    return _item(slug, item_id) if case.state == IN_SESSION else minutes_of(slug)


def _offer(form: Any, session: Any, case: Case) -> None:
    """The choices of organisations: anyone published may answer for something; who took a seat may have a reservation."""
    known = queries.seatable(g.actor, is_demo=session.is_demo, but=session.keeper_id)
    if "accountable_id" in form:
        form.accountable_id.choices = options([("", _("Not said")), *known])
    if "oversight_id" in form:
        form.oversight_id.choices = options([("", _("None")), *known])
    if "verifier_id" in form:
        form.verifier_id.choices = options([("", _("Not said")), *known])
    if "reserved" in form:
        form.reserved.choices = options((id, name) for id, name in known if id in case.present)


def _number_of(session_id: int, item_id: int) -> str:
    """The number of the commitment that an item is about; empty where it is about none."""
    about = {item.id: item for item in sessions.agenda(g.actor, session_id)}.get(item_id)
    return str(about.about_slug) if about is not None and about.about_kind == "commitment" else ""
