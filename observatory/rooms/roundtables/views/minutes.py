"""The minutes of a session: written, circulated, amended, signed, published, added to."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_login import login_required

from observatory.kernel import clock, printing
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import NotFound
from observatory.kernel.forms import form_page
from observatory.kernel.pages import absolute
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _, render_markdown
from observatory.people.models import ROLES
from observatory.rooms.commitments.models import DECISIONS as CHANGES
from observatory.rooms.commitments.models import MONEY
from observatory.rooms.roundtables import policy
from observatory.rooms.roundtables.forms import meeting as entered
from observatory.rooms.roundtables.models.minutes import canonical, digest_of
from observatory.rooms.roundtables.models.words import (
    AMENDMENT_STATES,
    MINUTES_STATES,
    OPEN,
    OUTCOMES,
    OVER,
    PUBLISHED,
    SCORECARD,
    SESSION_STATES,
    SEXES,
)
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting, sessions
from observatory.rooms.roundtables.queries import minutes as reading
from observatory.rooms.roundtables.service import minutes as service
from observatory.rooms.roundtables.views.blueprint import SESSION_SHAPES, act, minutes_of, pages

USUAL_DAYS = 7
"""For how many days minutes usually circulate."""


def _read(slug: str) -> tuple[Any, Case]:
    """The session at an address with its case, if the actor may read its minutes in the state they are in."""
    row = sessions.row(g.actor, slug)
    case = meeting.case_of(row)
    written = case.minutes is not None or (row.state in OVER and not row.recorded)
    public = case.minutes is not None and case.minutes.state == PUBLISHED
    mine = policy.FOLLOW if case.minutes is not None else policy.works_for_it
    if not written or not (public or mine.holds(g.actor, case)):
        raise NotFound
    return row, case


@pages.get("/sessions/<slug>/minutes")
def minutes(slug: str) -> str:
    """The minutes as a document; while they are being written, as the secretary's draft with what they still lack."""
    row, case = _read(slug)
    kept = case.minutes
    content = kept.content if kept else reading.content_of(g.actor, sessions.find(g.actor, slug))
    return render_template(
        "roundtables/minutes.html", session=row, case=case, **_told(row, kept, content),
        missing=reading.unsigned(row, kept) if kept and kept.state != PUBLISHED else [],
        amendments=reading.amendments(row.id) if policy.FOLLOW.holds(g.actor, case) else [],
        unclean=[] if kept else meeting.unclean(g.actor, row.id), left=reading.left(g.actor, row.id),
        amendable=bool(kept) and kept.state != PUBLISHED and clock.today() <= kept.amend_until, states=SESSION_STATES,
        shapes=SESSION_SHAPES, minutes_states=MINUTES_STATES, amendment_states=AMENDMENT_STATES,
        printed=printing.printed(row.id, reading.PRINTED, reading.last_digest(kept)) if kept else None,
        og={"title": _("Minutes: %(title)s", title=row.title), "description": row.venue, "type": "article"},
    )  # fmt: skip


def _told(row: Any, kept: Any, content: Any) -> dict[str, Any]:
    """What minutes say, and who signed them, for the page and for paper."""
    return {
        "minutes": kept, "content": content, "seen": reading.seen(g.actor, content),
        "html": kept.html if kept else {str(each["item"]): render_markdown(each["discussion"]) for each in content["agenda"]},
        "signed": [each for each in reading.signatures(row.id) if kept and each.digest == kept.digest],
        "signers": reading.signers(row) if kept else [], "addenda": reading.addenda(row.id), "scorecard": SCORECARD,
        "types": OUTCOMES, "money": MONEY, "changes": CHANGES, "roles": ROLES, "sexes": SEXES,
        "moment_of": dt.datetime.fromisoformat, "day_of": dt.date.fromisoformat, "fewest": reading.FEWEST,
    }  # fmt: skip


@pages.get("/sessions/<slug>/minutes.pdf")
def minutes_pdf(slug: str) -> Response:
    row, case = _read(slug)
    if case.minutes is None:
        raise NotFound
    made = printing.printed(row.id, reading.PRINTED, reading.last_digest(case.minutes))
    return printing.answer(made, f"session-{slug}-minutes.pdf")


def on_paper(session_id: int) -> str:
    """Published minutes as they are printed, in the body's language."""
    row = sessions.by_id(g.actor, session_id)
    case = meeting.case_of(row)
    if case.minutes is None or case.minutes.state != PUBLISHED:
        raise NotFound
    language = row.language
    with force_locale(LOCALES.get(language, LOCALES["es"])):
        return render_template(
            "roundtables/minutes_paper.html", session=row, lang=language, address_of_json=absolute(f"{minutes_of(row.slug)}.json"),
            **_told(row, case.minutes, case.minutes.content),
        )  # fmt: skip


@pages.get("/sessions/<slug>/minutes.json")
def minutes_json(slug: str) -> Response:
    """The very bytes of which the hash is taken."""
    _row, case = _read(slug)
    if case.minutes is None:
        raise NotFound
    response = Response(canonical(case.minutes.content), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="minutes-{slug}.json"'
    return response


@pages.get("/sessions/<slug>/minutes/record.json")
def minutes_record(slug: str) -> Response:
    """Who approved the minutes, and what was added to them, with what each hash was taken of."""
    row, case = _read(slug)
    if case.minutes is None:
        raise NotFound
    digest, chain = case.minutes.digest, []
    for each in reading.addenda(row.id):
        told = {"after": digest, "text": each.text, "at": each.at.isoformat(timespec="seconds")}
        chain.append({"content": told, "sha256": each.digest})
        digest = each.digest
    return jsonify(
        minutes=case.minutes.digest, revision=case.minutes.revision,
        signatures=[
            {"organisation": each.title, "role": each.role, "at": each.at.isoformat(timespec="seconds"), "minutes": each.digest}
            for each in reading.signatures(row.id)
        ],
        addenda=chain,
    )  # fmt: skip


@pages.route("/sessions/<slug>/minutes/items/<int:id>/discussion", methods=["GET", "POST"])
@login_required
def discussion(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    case, item = meeting.case_of(found), meeting.find_item(g.actor, found, id)
    taken = "\n\n".join(entry.text for entry in meeting.notes_of(found.id).get(id, ()))
    form = entered.DiscussionForm(discussion=item.discussion or taken, before=digest_of(item.discussion))
    answer = act(
        case,
        "write_up",
        partial(service.write_up, item=item),
        form,
        item.title,
        _("Save"),
        minutes_of(slug) + f"#item-{id}",
    )
    if form.stale is not None:  # both texts are shown now: what is sent next has seen the other one
        form.before.data = form.before.raw_data = digest_of(item.discussion)
        return form_page(form, item.title, _("Save"), minutes_of(slug) + f"#item-{id}")
    return answer


@pages.route("/sessions/<slug>/minutes/circulation", methods=["GET", "POST"])
@login_required
def circulation(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    form = entered.CirculateForm(versioned=found, amend_until=clock.today() + dt.timedelta(USUAL_DAYS))
    intro = _("Whoever took a seat is written to, can propose amendments until that day, and signs.")
    carry_out = partial(service.circulate, link=absolute(minutes_of(slug)))
    return act(
        meeting.case_of(found), "circulate", carry_out, form, _("Circulate the minutes"), _("Circulate them"), minutes_of(slug), intro
    )  # fmt: skip


@pages.route("/sessions/<slug>/minutes/items/<int:id>/amendments/new", methods=["GET", "POST"])
@login_required
def new_amendment(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    case, item = meeting.case_of(found), meeting.find_item(g.actor, found, id)
    form = entered.StatementForm()
    form.statement.label.text = _("What should the minutes say?")
    title = _("Propose an amendment: %(title)s", title=item.title)
    return act(
        case, "propose_amendment", partial(service.propose_amendment, item=item), form, title, _("Propose it"),
        minutes_of(slug) + "#amendments",
    )  # fmt: skip


@pages.route("/sessions/<slug>/minutes/amendments/<int:id>", methods=["GET", "POST"])
@login_required
def amendment(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    case, made = meeting.case_of(found), reading.find_amendment(g.actor, found, id)
    told = {each["item"]: each["discussion"] for each in case.minutes.content["agenda"]} if case.minutes else {}
    form = entered.AmendmentAnswerForm(discussion=told.get(made.item_id, ""))

    def carry_out(actor: Actor, asked: Case, *, taken_in: str, **values: Any) -> None:
        service.settle_amendment(actor, asked, amendment=made, taken_in=taken_in == "yes", **values)

    return act(
        case, "settle_amendment", carry_out, form, _("Answer an amendment"), _("Answer"), minutes_of(slug) + "#amendments",
        made.text if made.state == OPEN else _("It was answered already."),
    )  # fmt: skip


@pages.route("/sessions/<slug>/minutes/signature", methods=["GET", "POST"])
@login_required
def signature(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    case = meeting.case_of(found)
    require(g.actor, "roundtables.sign", case)
    form = entered.SignForm(digest=request.args.get("digest", ""))
    if not form.is_submitted() and form.digest.data != case.minutes.digest:
        return redirect(minutes_of(slug))  # to be read first: what is signed is what one has read

    def carry_out(actor: Actor, asked: Case, *, read: bool, digest: str) -> Any:
        return service.sign(actor, asked, digest=digest)

    intro = _(
        "For %(name)s. Everyone will read your name, your role, the time and the hash of the text that you approve.",
        name=g.actor.organisation_name,
    )
    return act(case, "sign", carry_out, form, _("Sign the minutes"), _("Sign"), minutes_of(slug) + "#signatures", intro)


@pages.route("/sessions/<slug>/minutes/publication", methods=["GET", "POST"])
@login_required
def publication(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    case = meeting.case_of(found)
    require(g.actor, "roundtables.publish", case)
    form = entered.PublishForm(versioned=found)
    missing = reading.unsigned(found, case.minutes)
    if not missing:
        del form.unsigned
    intro = _(
        "They never change afterwards; they can be added to. Draft commitments that say all they must are proposed."
    )
    if missing:
        names = ", ".join(row.title for row in missing)
        intro = _("Not signed by: %(names)s. Published minutes never change; they can be added to.", names=names)
    carry_out = partial(
        service.publish, link=absolute(minutes_of(slug)),
        commitment_link=lambda number: absolute(url_for("commitments.show", slug=number)),
    )  # fmt: skip
    return act(case, "publish", carry_out, form, _("Publish the minutes"), _("Publish"), minutes_of(slug), intro)


@pages.route("/sessions/<slug>/minutes/addenda/new", methods=["GET", "POST"])
@login_required
def addendum(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    form = entered.StatementForm()
    return act(
        meeting.case_of(found), "add_addendum", service.add_addendum, form, _("Add to the minutes"), _("Add it"),
        minutes_of(slug) + "#addenda", _("What stands in the minutes stays; this is put below, with its own date."),
    )  # fmt: skip
