"""Reading commitments: lists, one of them, its calendar, and the parts of it that stand on other pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import g, render_template, request, url_for
from flask_login import login_required

from observatory.kernel import clock
from observatory.kernel.pages import panels_for, removable
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, excerpt
from observatory.records.queries import filters_of, last_reason
from observatory.rooms.commitments import formulas, queries
from observatory.rooms.commitments.models import (
    CONTRIBUTION_STATES,
    DECISIONS,
    FINDINGS,
    FORMS,
    MONEY,
    NATURES,
    PHASES,
    STATES,
)
from observatory.rooms.commitments.models.checking import DISPUTE_STATES, HOW_SETTLED
from observatory.rooms.commitments.models.progress import EVIDENCE_STATES
from observatory.rooms.commitments.models.words import HORIZONS, PARTS, shift_of
from observatory.rooms.commitments.queries import cases, filtering, page, sums
from observatory.rooms.commitments.queries.advice import advise
from observatory.rooms.commitments.views.blueprint import pages
from observatory.rooms.organisations.models import SECTORS
from observatory.rooms.organisations.queries import place_title, places

VIEWS = ("list", "groups", "timeline")
_SCOPE = ("place", "organisation", "accountable", "keeper", "sector", "site", "kind")
WORDS: dict[str, Any] = {
    "natures": NATURES, "phases": PHASES, "states": STATES, "money": MONEY, "findings": FINDINGS,
    "decisions": DECISIONS, "forms": FORMS, "contribution_states": CONTRIBUTION_STATES, "sectors": SECTORS,
    "dispute_states": DISPUTE_STATES, "how_settled": HOW_SETTLED, "evidence_states": EVIDENCE_STATES,
}  # fmt: skip


def drawn(row: Any) -> dict[str, Any]:
    """How a commitment is drawn today, everywhere alike: shape, standing, whether it is contested, days."""
    today = clock.today()
    standing = formulas.standing(row, today)
    return {
        "standing": standing,
        "shape": formulas.SHAPES.get(standing, "none"),
        "contested": formulas.is_contested(row),
        "late": formulas.days_late_now(row, today),
        "late_original": formulas.days_late(row, row.due_original, today),
        "left": formulas.days_left(row, today),
        "risks": formulas.risks(row, today),
    }


@pages.get("/commitments")
def index() -> str:
    filters = filters_of(request.args, filtering.FILTERS)
    if "organisation" not in filters:
        filters.pop("part", None)  # of whom, nobody says any more
    view = request.args.get("view") if request.args.get("view") in VIEWS else "list"
    found = queries.listing(g.actor, filters, request.args.get("after"), grouped=view == "groups")
    kept = {**filters, **({"view": view} if view != "list" else {})}
    scope = {name: filters[name] for name in _SCOPE if name in filters}
    return render_template(
        "commitments/index.html", page=found, filters=filters, view=view, chips=removable(".index", filters, _named(filters)),
        tallies=sums.tallies(g.actor, *filtering.conditions(scope)), scope=scope, drawn=drawn, bar=formulas.BAR,
        belongs=places([row.id for row in found.rows]), groups=_groups(found.rows, view),
        next_url=url_for(".index", **kept, after=found.next_after) if found.next_after else None,
        first_url=None if found.first else url_for(".index", **kept), **WORDS,
    )  # fmt: skip


def _groups(rows: Sequence[Any], view: str) -> list[tuple[str, list[Any]]]:
    """The rows of a page under their headings: the month in which they are due, or whoever owes them."""
    if view == "list":
        return []
    name = attrgetter("group_key") if view == "groups" else lambda row: row.due_key[:7]
    return [(key, list(part)) for key, part in groupby(rows, key=name)]


def _named(filters: Mapping[str, str]) -> dict[str, Any]:
    """What each filter in force is called on its chip."""
    flags = {"late": _("Late"), "risk": _("At risk"), "undated": _("Undated")}
    status = {"claimed": _("Claimed"), "verified": _("Verified"), "contested": _("Contested")}
    named: dict[str, Any] = dict(flags)
    for name, words in (("state", STATES), ("kind", NATURES), ("sector", SECTORS), ("status", status)):
        named[name] = words.get(filters.get(name, ""))
    if "place" in filters:
        named["place"] = place_title(filters["place"])
    whose = ("organisation", "accountable", "keeper")
    for name, kind in (*((each, "organisation") for each in whose), ("site", "site")):
        if name in filters:
            named[name] = queries.title_of(g.actor, kind, filters[name])
    if "accountable" in named:
        named["accountable"] = _("owed by %(name)s", name=named["accountable"] or filters["accountable"])
    if "keeper" in named:
        named["keeper"] = _("posted by %(name)s", name=named["keeper"] or filters["keeper"])
    named["standing"] = {"late": _("Late"), "at_risk": _("At risk"), **STATES}.get(filters.get("standing", ""))
    named["part"], named["horizon"] = PARTS.get(filters.get("part", "")), HORIZONS.get(filters.get("horizon", ""))
    if "due_from" in filters:
        named["due_from"] = _("due from %(date)s", date=filters["due_from"])
    if "due_to" in filters:
        named["due_to"] = _("due until %(date)s", date=filters["due_to"])
    if "demo" in filters:
        named["demo"] = _("Fictitious") if filters["demo"] == "yes" else _("Real")
    return named


@pages.get("/commitments/<slug>")
def show(slug: str) -> str:
    row = queries.row(g.actor, slug)
    parts = page.parts(g.actor, row.id)
    belongs = places([row.id]).get(row.id, [])
    seen = drawn(row)
    reason = {"withdrawn": "CommitmentWithdrawn", "draft": "CommitmentReturned"}.get(row.state)
    advice = advise(row, parts.milestones, has_place=bool(belongs)) if row.state == "draft" else []
    title = f"{_standing_words(seen)}: {row.title}"
    return render_template(
        "commitments/show.html", commitment=row, parts=parts, places=belongs, seen=seen,
        timeline=page.timeline(row, parts), panels=panels_for("commitment", row),
        case=cases.case_of(g.actor, cases.Acceptable(row)) if not g.actor.is_guest else None,
        reason=last_reason(row.id, reason) if reason else None, advice=advice, replaces=page.replaces(g.actor, row.id),
        oversight=queries.party(g.actor, row.oversight_id), keeper=queries.party(g.actor, row.keeper_id),
        alike=sums.alike(g.actor, row.title, row.accountable_id, besides=row.id) if row.state == "draft" else [],
        missing=_missing(row, parts, seen), source=queries.source(row.source_id), today=clock.today(), drawn=drawn,
        shift=shift_of(row.due_original, row.due_current),
        og={"title": title, "description": excerpt(row.verbatim or row.expected_result or row.title), "type": "article"}, **WORDS,
    )  # fmt: skip


def _standing_words(seen: Mapping[str, Any]) -> object:
    return {"late": _("Late"), "at_risk": _("At risk")}.get(seen["standing"], STATES.get(seen["standing"], ""))


def _missing(row: Any, parts: page.Parts, seen: Mapping[str, Any]) -> list[str]:
    """What is missing until it counts as kept, in sentences."""
    if row.state not in formulas.KEPT_TRACK or row.state == "verified":
        return []
    found = []
    if row.state == "reported_complete":
        found.append(_("A verifier of another sector has not confirmed it yet."))
        if not any(each.stands for pieces in parts.evidence.values() for each in pieces):
            found.append(_("No evidence is there for a verifier to look at."))
    else:
        waiting = [step for step in parts.milestones if step.claimed < 100]
        found += [_("Milestone not reached: %(title)s", title=step.title) for step in waiting[:4]]
        if not parts.updates:
            found.append(_("Nobody has reported on it yet."))
    if "slow" in seen["risks"]:
        found.append(_("Most of its time is over, and what is claimed lies far behind."))
    if "silent" in seen["risks"]:
        found.append(_("Nothing was reported for more than two months."))
    if any(dispute.state == "open" for dispute in parts.disputes):
        found.append(_("Somebody says that it is not done and waits for an answer."))
    if row.due_current is None:
        found.append(_("It has no date."))
    if row.money in (None, "", "not_known"):
        found.append(_("Nobody has said where the money comes from."))
    return found


@pages.get("/commitments/mine")
@login_required
def mine() -> str:
    """What the organisation one acts for owes, by date."""
    return render_template("commitments/mine.html", duties=sums.duties(g.actor), drawn=drawn, **WORDS)


def panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """The bar and the most urgent commitments of a place, a site or an organisation."""
    if row.kind == "territory":
        condition, scope = sums.at_place(row.path), {"place": row.slug}
    elif row.kind == "site":
        condition, scope = sums.at_site(row.id), {"site": row.slug}
    else:
        condition, scope = sums.of_organisation(row.id), {"accountable": row.slug}
    if condition is None:
        return None
    tallies = sums.tallies(actor, condition)
    besides = sums.takes_part(actor, row.id) if row.kind == "organisation" else 0
    if not tallies and not besides:
        return None
    rows = sums.urgent(actor, condition) if tallies else []
    return {"tallies": tallies, "rows": rows, "scope": scope, "besides": besides, "drawn": drawn, "states": STATES,
            "owes": row.kind == "organisation"}  # fmt: skip


def home_panel(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    """What was promised and what was kept; what is late; what is claimed and nobody has verified. Only what is counted is
    told apart into real and fictitious: in the lists each says it of itself."""
    guest = Actor.guest()
    tallies = sums.tallies(guest)
    if not tallies:
        return None
    since = clock.today() - dt.timedelta(days=30)
    return {
        "tallies": tallies, "late": sums.overdue(guest), "claimed": sums.waiting(guest), "drawn": drawn, "states": STATES,
        "kept": {demo: sums.kept_lately(guest, since, demo=demo) for demo, _tally in tallies},
    }  # fmt: skip
