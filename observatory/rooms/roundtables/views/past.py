"""Sessions of all roundtables, and writing down past ones."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_login import login_required

from observatory.kernel.errors import Invalid
from observatory.kernel.forms import form_page
from observatory.kernel.pages import removable
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _, fold
from observatory.records.queries import filters_of
from observatory.rooms.roundtables import forms, queries
from observatory.rooms.roundtables.forms.past import NO, YES, PastForm
from observatory.rooms.roundtables.models import Roundtable, RoundtableSession
from observatory.rooms.roundtables.models.past import Came, Dealt
from observatory.rooms.roundtables.models.words import AGREEMENT, DEFERRAL, INFORMATION, SESSION_STATES
from observatory.rooms.roundtables.queries import past, sessions
from observatory.rooms.roundtables.service import recording
from observatory.rooms.roundtables.tables.columns import session_number
from observatory.rooms.roundtables.views.blueprint import SESSION_SHAPES, act, page_of, pages, session_page

_DASH = re.compile(r"\s*[-–—•*]\s*")
_BEGINS = {
    "informacion": INFORMATION, "information": INFORMATION, "pendiente": DEFERRAL, "para despues": DEFERRAL,
    "left for later": DEFERRAL, "acuerdo": AGREEMENT, "agreement": AGREEMENT,
}  # fmt: skip
"""How a line begins that says what came of an item, without accents."""


@pages.get("/sessions", endpoint="sessions")
def sessions_index() -> str:
    """The sessions of all roundtables; the table of what came of them is this list's CSV."""
    filters = filters_of(request.args, past.FILTERS)
    page = past.listing(g.actor, filters, request.args.get("after"))
    known = past.choices(g.actor)
    named = {
        "roundtable": dict(known).get(filters.get("roundtable", "")),
        "state": SESSION_STATES.get(filters.get("state", "")),
        "year": filters.get("year"),
    }
    return render_template(
        "roundtables/sessions.html", page=page, filters=filters, chips=removable(".sessions", filters, named), known=known,
        states=SESSION_STATES, shapes=SESSION_SHAPES,
        next_url=url_for(".sessions", **filters, after=page.next_after) if page.next_after else None,
        first_url=None if page.first else url_for(".sessions", **filters),
    )  # fmt: skip


@pages.route("/roundtables/<slug>/sessions/past", methods=["GET", "POST"])
@login_required
def past_session(slug: str) -> Any:
    """One past session by hand; more of them go in at the import desk."""
    roundtable = queries.find(g.actor, slug)
    require(g.actor, "roundtables.record_session", roundtable)
    form = PastForm()
    if form.carries_out(_record, g.actor, roundtable):
        return redirect(session_page(form.result.slug), 303)
    intro = _("A session that was not run here, as its minutes or another document tell of it. Everyone will see it.")
    return form_page(form, _("Write down a past session"), _("Record it"), page_of(slug), intro)


def _record(
    actor: Actor, roundtable: Roundtable, *, held_on: dt.date | None, number: str, quorum: str, items: str, drafts: bool, **values: Any
) -> RoundtableSession:  # fmt: skip
    try:
        named = session_number(number) if number.strip() else ""
    except ValueError as problem:
        raise Invalid(str(problem), field="number") from None
    values |= {"number": named} if isinstance(named, int) else {"called": named}
    return recording.record_session(
        actor, roundtable, held_on=held_on, quorum={YES: True, NO: False}.get(quorum), items=dealt(items, drafts=drafts), **values
    )  # fmt: skip


def dealt(words: str, *, drafts: bool) -> list[Dealt]:
    """The items of a text: each in a line, what came of it below it in lines that begin with a dash."""
    found: list[tuple[str, list[Came]]] = []
    for line in (each.strip() for each in words.splitlines()):
        dash = _DASH.match(line)
        if not line or (dash and dash.end() == len(line)):
            continue
        if dash is None:
            found.append((line, []))
            continue
        if not found:
            raise Invalid(_("Begin with an item of the agenda, in a line without a dash."), field="items")
        found[-1][1].append(_came(line[dash.end() :], drafts))
    return [Dealt(title, "", came) for title, came in found]


def _came(words: str, drafts: bool) -> Came:
    begins, colon, rest = words.partition(":")
    type = _BEGINS.get(fold(begins)) if colon else None
    if type is None and fold(words) in _BEGINS:
        type, rest = _BEGINS[fold(words)], ""
    if type is None:
        type, rest = AGREEMENT, words
    return Came(type, rest.strip(), becomes=drafts and type == AGREEMENT)


@pages.route("/sessions/<slug>/withdrawal", methods=["GET", "POST"])
@login_required
def session_withdrawal(slug: str) -> Any:
    """What was recorded of a past session was wrong."""
    found = sessions.find(g.actor, slug)
    intro = _(
        "Its page stays, with your reason, and leaves the lists. Commitments that came of it stay. Then it can be recorded anew."
    )
    return act(
        found, "withdraw_session", recording.withdraw_session, forms.ReasonForm(versioned=found), _("Withdraw %(title)s", title=found.title),
        _("Withdraw it"), session_page(slug), intro,
    )  # fmt: skip
