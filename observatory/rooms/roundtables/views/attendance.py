"""Who is in a session: one form with all its seats, of which only what was changed is sent on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_login import login_required

from observatory.kernel.errors import Invalid
from observatory.kernel.forms import Form
from observatory.kernel.policy import Actor, require
from observatory.kernel.text import _
from observatory.rooms.roundtables.forms.meeting import GuestForm
from observatory.rooms.roundtables.models.words import SEXES
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting, sessions
from observatory.rooms.roundtables.service import meeting as service
from observatory.rooms.roundtables.service.meeting import Gone, Taken
from observatory.rooms.roundtables.views.blueprint import act, pages

_FIELDS = ("how", "who", "name", "sex")


@pages.route("/sessions/<slug>/attendance", methods=["GET", "POST"])
@login_required
def attendance(slug: str) -> Any:
    """All seats of the roundtable, with who is on them now. Two may fill it in at once: what one left alone stays."""
    found = sessions.find(g.actor, slug)
    case = meeting.case_of(found)
    require(g.actor, "roundtables.record_attendance", case)
    every = meeting.seats(found)
    form = Form()

    def carry_out(actor: Actor, asked: Case) -> None:
        service.record_attendance(actor, asked, seats=_changed(request.form, [row.id for row in every]))

    if form.carries_out(carry_out, g.actor, case):
        return redirect(url_for(".live", slug=slug), 303)
    shown = {row.id: _shown(row) for row in every}
    page = render_template(
        "roundtables/attendance.html", form=form, session=found, seats=every, guests=meeting.guests(found.id),
        shown=_entered(request.form, shown) if form.is_submitted() else shown,
        people=meeting.people_of(id for row in every for id in (row.organisation_id, row.alternate_id) if id),
        sexes={value: str(label) for value, label in SEXES.items()},
        back=url_for(".live", slug=slug),
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


@pages.route("/sessions/<slug>/guests/new", methods=["GET", "POST"])
@login_required
def new_guest(slug: str) -> Any:
    case = meeting.case_of(sessions.find(g.actor, slug))
    back = url_for(".live", slug=slug)
    return act(
        case, "add_guest", service.add_guest, GuestForm(), _("Somebody without a seat"), _("Record it"), back,
        _("Guests and observers count for no quorum."),
    )  # fmt: skip


@pages.route("/sessions/<slug>/guests/<int:id>/removal", methods=["GET", "POST"])
@login_required
def guest_removal(slug: str, id: int) -> Any:
    found = sessions.find(g.actor, slug)
    guest = meeting.find_guest(g.actor, found, id)
    return act(
        meeting.case_of(found), "remove_guest", partial(service.remove_guest, guest=guest), Form(), _("Recorded by mistake"),
        _("Take it out"), url_for(".attendance", slug=slug), guest.as_written,
    )  # fmt: skip


def _shown(row: Any) -> dict[str, str]:
    """What the form shows of a seat; `was` is that in one text, and comes back with what is sent."""
    values = {"how": "none", "who": "own-", "name": "", "sex": ""}
    if row.attendance_id is not None:
        side = "alternate" if row.taken_by == row.alternate_id else "own"
        name = "" if row.mandate_id else row.name
        values = {
            "how": "remote" if row.remote else "here", "who": f"{side}-{row.mandate_id or ''}", "name": name, "sex": row.sex or "",
        }  # fmt: skip
    return values | {"was": "|".join(values.values())}


def _entered(sent: Mapping[str, str], shown: Mapping[int, dict[str, str]]) -> dict[int, dict[str, str]]:
    """What somebody entered, for showing it again where it was refused."""
    return {
        id: {name: sent.get(f"{name}-{id}", value) for name, value in values.items()} for id, values in shown.items()
    }


def _changed(sent: Mapping[str, str], ids: list[int]) -> dict[int, Taken | Gone]:
    """Seat → who is on it now, for those of which something else was sent than the form had shown."""
    found: dict[int, Taken | Gone] = {}
    for id in ids:
        values = {name: sent.get(f"{name}-{id}", "") for name in _FIELDS}
        was = sent.get(f"was-{id}", "")
        if f"how-{id}" not in sent or "|".join(values.values()) == was:
            continue
        if values["how"] not in ("here", "remote"):
            if not was.startswith("none|"):
                found[id] = Gone.MISTAKEN if values["how"] == "mistaken" else Gone.LEFT
            elif values["name"].strip() or values["who"] not in ("own-", "alternate-", ""):
                raise Invalid(_("You named somebody on a seat that is left empty: say whether they are in the room."))
            continue
        side, _dash, mandate = values["who"].partition("-")
        found[id] = Taken(
            instead=side == "alternate", mandate_id=int(mandate) if mandate.isascii() and mandate.isdigit() else None,
            name=values["name"], sex=values["sex"] or None, remote=values["how"] == "remote",
        )  # fmt: skip
    return found
