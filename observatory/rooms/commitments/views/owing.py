"""What an organisation owes by when: as a page, and as dates for a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_login import login_required
from icalendar import Calendar, Event

from observatory.kernel import clock
from observatory.kernel.pages import absolute, settings
from observatory.kernel.text import _
from observatory.records.queries import filters_of
from observatory.rooms.commitments import formulas, queries
from observatory.rooms.commitments.models import STATES
from observatory.rooms.commitments.models.words import CLAIMED, HORIZONS, PARTS, shift_of
from observatory.rooms.commitments.queries import filtering, owing
from observatory.rooms.commitments.views.blueprint import pages
from observatory.rooms.commitments.views.reading import drawn
from observatory.rooms.organisations import queries as organisations

CALENDAR = 500
"""Dates in one calendar."""


@pages.get("/organisations/<slug>/owed")
def owed(slug: str) -> str:
    """What is open of an organisation, by when it is due."""
    row = organisations.row(g.actor, slug)
    part = request.args.get("part") if request.args.get("part") in PARTS else None
    found = owing.owing(g.actor, row.id, part)
    return render_template(
        "commitments/owed.html", organisation=row, found=found, parts=PARTS, horizons=HORIZONS, part=part,
        all=_lists(slug, part), drawn=drawn, states=STATES, today=clock.today(),
        before=", ".join(str(-step) for step in formulas.STEPS if step < 0),
        after=", ".join(str(step) for step in formulas.STEPS if step > 0),
        og={"title": _("%(organisation)s: what it owes, by when", organisation=row.title), "type": "website"},
    )  # fmt: skip


def _lists(slug: str, part: str | None) -> dict[str, str]:
    """Where the list of commitments shows all of each group."""
    asked = {"organisation": slug} | ({"part": part} if part else {})
    return {name: url_for("commitments.index", **asked, horizon=name) for name in HORIZONS}


@pages.get("/owed")
@login_required
def owed_by_us() -> Any:
    """The same of the organisation that one acts for."""
    if g.actor.organisation_id is not None:
        found = owing.named(g.actor, {g.actor.organisation_id}).get(g.actor.organisation_id)
        if found is not None:
            return redirect(url_for(".owed", slug=found.slug))
    return render_template("commitments/acts_for_nobody.html")


@pages.get("/commitments.ics")
def calendar() -> Response:
    """The due dates of what is open, and those of its milestones, for a calendar: under the filters of the list."""
    filters = filters_of(request.args, filtering.FILTERS)
    return _calendar(_("Commitments"), filters, "commitments.ics")


@pages.get("/organisations/<slug>/owed.ics")
def owed_calendar(slug: str) -> Response:
    """The same of everything in which an organisation has part."""
    row = organisations.row(g.actor, slug)
    filters = {**filters_of(request.args, filtering.FILTERS), "organisation": slug}
    return _calendar(row.title, filters, f"owed-{slug}.ics")


def _calendar(title: str, filters: Mapping[str, str], name: str) -> Response:
    found = owing.dated(g.actor, filters, CALENDAR)
    made = Calendar()
    made.add("prodid", f"-//Observatory//commitments//{str(get_locale())[:2].upper()}")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", " · ".join((title, settings().site_name)))
    made.add("x-published-ttl", "PT12H")
    for event in _events(found):
        made.add_component(event)
    response = Response(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _events(rows: Sequence[Any]) -> list[Event]:
    """The next dates of these commitments, as many as a calendar holds."""
    ids, today = [row.id for row in rows], clock.today()
    steps, sequences = queries.waiting_steps(ids), owing.sequences(g.actor, ids)
    dates: list[tuple[dt.date, str, str, Any]] = []
    for row in rows:
        last = formulas.last_day(row)
        if last is not None and last >= today:
            summary = row.title if row.state not in owing.STOPPED else f"{STATES[row.state]}: {row.title}"
            dates.append((last, f"commitment-{row.slug}", summary, row))
        moved = shift_of(row.due_original, row.due_current) + dt.timedelta(days=row.grace_days)
        for step in steps.get(row.id, ()) if row.state != CLAIMED else ():
            if step.due_on + moved >= today:
                words = _("Milestone: %(title)s (%(commitment)s)", title=step.title, commitment=row.title)
                dates.append((step.due_on + moved, f"milestone-{step.id}", words, row))
    dates.sort(key=lambda each: each[:2])
    return [_event(row, key, words, day, sequences.get(row.id, 0)) for day, key, words, row in dates[:CALENDAR]]


def _event(row: Any, key: str, summary: str, day: dt.date, sequence: int) -> Event:
    """A whole day. Phones show events; tasks most of them leave out."""
    event = Event()
    url = absolute(url_for(".show", slug=row.slug))
    told = [row.accountable or row.accountable_as_written, STATES.get(row.state, row.state)]
    if row.is_demo:
        told.append(_("Fictitious"))
    event.add("uid", f"{key}@{url.split('/')[2]}")
    event.add("dtstamp", row.updated_at)
    event.add("last-modified", row.updated_at)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("description", "\n".join(str(part) for part in (*told, url) if part))
    event.add("url", url)
    event.add("sequence", sequence)
    event.add("status", "CANCELLED" if row.state in owing.STOPPED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
