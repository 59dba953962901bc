"""Sessions: their pages, and preparing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_login import login_required
from icalendar import Calendar, Event

from observatory.kernel import clock
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import Invalid, NotFound
from observatory.kernel.forms import Form, form_page, options
from observatory.kernel.pages import absolute, panels_for, registry, settings
from observatory.kernel.policy import Actor, may, require
from observatory.kernel.text import _
from observatory.records.queries import last_reason
from observatory.rooms.roundtables import forms, policy, queries
from observatory.rooms.roundtables.models import RoundtableSession
from observatory.rooms.roundtables.models.words import CANCELLED, OUTCOMES, PUBLISHED, SESSION_STATES, WITHDRAWN
from observatory.rooms.roundtables.queries import brief, meeting, sessions
from observatory.rooms.roundtables.service import preparing
from observatory.rooms.roundtables.views.blueprint import SESSION_SHAPES, act, pages, session_page

LENGTH = dt.timedelta(hours=3)
"""What a calendar shows of a session whose end nobody said."""


@pages.get("/sessions/<slug>")
def session(slug: str) -> str:
    row = sessions.row(g.actor, slug)
    case = meeting.case_of(row)
    public = row.recorded or (case.minutes is not None and case.minutes.state == PUBLISHED)
    follows = policy.FOLLOW.holds(g.actor, case)
    return render_template(
        "roundtables/session.html", session=row, case=case, follows=follows, types=OUTCOMES,
        outcomes=meeting.outcomes_of(g.actor, row.id, standing=True) if public else {},
        minutes_shown=not row.recorded and (public or (case.minutes is not None and follows) or may(g.actor, "roundtables.write_up", case)), agenda=sessions.agenda(g.actor, row.id), states=SESSION_STATES, shapes=SESSION_SHAPES,
        documents=brief.documents(g.actor, row.id), brief=brief.links(g.actor, row), sources=registry().matters, reason=_why_not(row),
        panels=panels_for("session", row), og={"title": row.title, "description": row.venue, "type": "article"},
    )  # fmt: skip


def _why_not(row: Any) -> str | None:
    """Why a session was cancelled, or withdrawn."""
    event = {CANCELLED: "SessionCancelled", WITHDRAWN: "SessionWithdrawn"}.get(row.state)
    return last_reason(row.id, event) if event else None


@pages.route("/roundtables/<slug>/sessions/new", methods=["GET", "POST"])
@login_required
def new_session(slug: str) -> Any:
    roundtable = queries.find(g.actor, slug)
    require(g.actor, "roundtables.plan_session", roundtable)
    form = forms.SessionForm()
    if form.carries_out(preparing.plan_session, g.actor, roundtable):
        return redirect(session_page(form.result.slug), 303)
    intro = _("Only your body sees it until you convene it.")
    return form_page(form, _("Prepare a session"), _("Go on"), url_for(".show", slug=slug), intro)


@pages.route("/sessions/<slug>/time", methods=["GET", "POST"])
@login_required
def session_time(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    local = found.starts_at.astimezone(clock.LIMA).replace(tzinfo=None)
    form = forms.SessionForm(versioned=found, starts_at=local, venue=found.venue, online_url=found.online_url)
    carry_out = partial(preparing.move_session, link=absolute(session_page(slug)))
    return act(found, "move_session", carry_out, form, _("When and where"), _("Save"), session_page(slug))


@pages.route("/sessions/<slug>/items/new", methods=["GET", "POST"])
@login_required
def new_item(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    form = forms.ItemForm(versioned=found)
    return act(
        found, "add_item", preparing.add_item, form, _("Add to the agenda"), _("Add it"), session_page(slug, "agenda")
    )


@pages.route("/sessions/<slug>/matters", methods=["GET", "POST"])
@login_required
def matters(slug: str) -> Any:
    """What came up in the Observatory since the session before, to be put on the agenda with a box each."""
    found = sessions.find(g.actor, slug)
    require(g.actor, "roundtables.take_up", found)
    tongue = LOCALES.get(
        found.language, LOCALES["es"]
    )  # what is put on the agenda is read by all, in the body's language
    with force_locale(tongue) if Form().is_submitted() else nullcontext():
        offered = sessions.offered(g.actor, found, registry().matters)
    known = {key: (source.name, matter) for source, every in offered for key, matter in every}
    form = forms.TakeUpForm(versioned=found)
    form.chosen.choices = options((key, matter.title) for key, (_source, matter) in known.items())
    if form.carries_out(partial(preparing.take_up, offered=known), g.actor, found):
        return redirect(session_page(slug, "agenda"), 303)
    page = render_template(
        "roundtables/matters.html", form=form, session=found, offered=offered, back=session_page(slug)
    )
    return page, form.status if form.is_submitted() else 200


@pages.route("/sessions/<slug>/order", methods=["GET", "POST"])
@login_required
def order(slug: str) -> Any:
    """The agenda with a number at each item, and a box to take it off."""
    found = sessions.find(g.actor, slug)
    require(g.actor, "roundtables.set_order", found)
    items = sessions.agenda(g.actor, found.id)
    form = Form(versioned=found)
    off = {item.id for item in items if f"off-{item.id}" in request.form}
    sent = {item.id: request.form[f"place-{item.id}"].strip() for item in items if f"place-{item.id}" in request.form}

    def carry_out(actor: Actor, session: RoundtableSession, **values: Any) -> None:
        places = {item.id: None if item.id in off else _place(sent.get(item.id, ""), item.title) for item in items}
        preparing.set_order(actor, session, positions=places, **values)

    if form.carries_out(carry_out, g.actor, found):
        return redirect(session_page(slug, "agenda"), 303)
    page = render_template(
        "roundtables/order.html", form=form, session=found, items=items, sent=sent, off=off, back=session_page(slug)
    )
    return page, form.status if form.is_submitted() else 200


def _place(text: str, title: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid(_("Give “%(title)s” a number, or take it off with its box.", title=title))
    return int(text)


@pages.route("/sessions/<slug>/convening", methods=["GET", "POST"])
@login_required
def convening(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    intro = _(
        "Everyone who sits there is written to. Time, place and agenda are public from now on, and the agenda stays as it is."
    )
    carry_out = partial(preparing.convene, link=absolute(session_page(slug)))
    return act(
        found, "convene", carry_out, Form(versioned=found), _("Convene %(title)s", title=found.title), _("Convene it"),
        session_page(slug), intro,
    )  # fmt: skip


@pages.route("/sessions/<slug>/cancellation", methods=["GET", "POST"])
@login_required
def cancellation(slug: str) -> Any:
    found = sessions.find(g.actor, slug)
    form = forms.ReasonForm(versioned=found)
    carry_out = partial(preparing.cancel_session, link=absolute(session_page(slug)))
    title = _("Cancel %(title)s", title=found.title)
    return act(found, "cancel_session", carry_out, form, title, _("Cancel the session"), session_page(slug))


@pages.get("/roundtables/<slug>.ics")
def calendar(slug: str) -> Response:
    """The sessions that were convened, and those cancelled since, for a calendar."""
    row = queries.row(g.actor, slug)
    every = sessions.of_roundtable(g.actor, row.id)
    found = [each for each in every if each.convened_on is not None and not each.recorded]
    return _calendar(row.title, found, f"{slug}.ics")


@pages.get("/sessions/<slug>.ics")
def session_calendar(slug: str) -> Response:
    """One session, for a calendar."""
    row = sessions.row(g.actor, slug)
    if row.convened_on is None or row.recorded:  # of a past one nobody knows the time
        raise NotFound
    return _calendar(row.roundtable, [row], f"session-{slug}.ics")


def _calendar(title: str, rows: list[Any], name: str) -> Response:
    made = Calendar()
    made.add("prodid", "-//Observatory//roundtables//ES")
    made.add("version", "2.0")
    made.add("x-wr-calname", " · ".join((title, settings().site_name)))
    for row in rows:
        made.add_component(_event(row))
    response = Response(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _event(row: Any) -> Event:
    event = Event()
    url = absolute(session_page(row.slug))
    event.add("uid", f"session-{row.slug}@{url.split('/')[2]}")
    event.add("dtstamp", row.updated_at)
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.starts_at + LENGTH)
    event.add("summary", row.title)
    event.add("location", row.venue or row.online_url)
    event.add("url", url)
    event.add("sequence", row.sequence)
    event.add("status", "CANCELLED" if row.state == CANCELLED else "CONFIRMED")
    return event


def of_roundtable(actor: Actor, roundtable_id: int) -> Mapping[str, Any]:
    """What the page of a roundtable says of its sessions."""
    found = sessions.of_roundtable(actor, roundtable_id)
    return {"sessions": found, "next": sessions.to_come(actor, roundtable_id), "session_states": SESSION_STATES,
            "session_shapes": SESSION_SHAPES}  # fmt: skip


__all__ = ["RoundtableSession", "of_roundtable", "pages"]
