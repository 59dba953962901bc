"""What the room of commitments contributes to the rest."""

from __future__ import annotations

from typing import Any

from observatory.kernel.desk import Register
from observatory.kernel.formats import date
from observatory.kernel.offers import Holdings, Matters
from observatory.kernel.registry import HOME, Column, Field, Kind, Listing, NavItem, Panel, PublicTable, Room, Statistic
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.records.queries import titles
from observatory.rooms.commitments import events, policy, queries, service
from observatory.rooms.commitments.models import FINDINGS, MONEY, NATURES, PHASES, STATES, Commitment
from observatory.rooms.commitments.models.progress import EVIDENCE_STATES
from observatory.rooms.commitments.queries import dossiers, exporting, filtering, holdings, matters, sums
from observatory.rooms.commitments.service import reactions, reminding
from observatory.rooms.commitments.tables import COLUMNS, OPTIONS, obstacle, plan, questions, step_text
from observatory.rooms.commitments.views import pages, reading


def _named(value: Any) -> object:
    """An organisation or a site by its number, as the history tells it."""
    if isinstance(value, list):
        known = titles(value)
        return ", ".join(known.get(id, "—") for id in value)
    return titles([value]).get(value, "—") if isinstance(value, int) else value


def _steps(value: Any) -> object:
    return "; ".join(f"{title} ({weight} %{', ' + date(due) if due else ''})" for title, weight, due in value or ())


def _judged(value: Any) -> object:
    return ", ".join(f"{number}: {EVIDENCE_STATES.get(state, state)}" for number, state in value or ())


def _percent(value: Any) -> object:
    return f"{value // 100} %" if isinstance(value, int) else value


commitment = Kind(
    name="commitment",
    cls=Commitment,
    label=lazy_("Commitment"),
    plural=lazy_("Commitments"),
    audience=policy.audience,
    documents=queries.documents,
    endpoint="commitments.show",
    fields={
        "title": Field(lazy_("The promise, in one sentence")),
        "slug": Field(lazy_("Number")),
        "language": Field(lazy_("Language of the promise"), lambda value: LANGUAGES.get(value, value)),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "nature": Field(lazy_("Kind"), lambda value: NATURES.get(value, value)),
        "verbatim": Field(lazy_("The promise, word for word")),
        "problem": Field(lazy_("Problem")),
        "expected_result": Field(lazy_("What can be measured once it is kept")),
        "phase": Field(lazy_("Phase of the mine"), lambda value: PHASES.get(value, value)),
        "accountable_id": Field(lazy_("Owed by"), _named),
        "accountable_as_written": Field(lazy_("Owed by, as the source has it")),
        "oversight_id": Field(lazy_("Overseen by"), _named),
        "site_id": Field(lazy_("Mine or site"), _named),
        "document": Field(lazy_("Document")),
        "document_url": Field(lazy_("Address of the document")),
        "promised_on": Field(lazy_("Date of the document"), date),
        "planned_evidence": Field(lazy_("What will show it")),
        "money": Field(lazy_("Where the money comes from"), lambda value: MONEY.get(value, value)),
        "money_note": Field(lazy_("More on the money")),
        "amount": Field(lazy_("Amount")),
        "currency": Field(lazy_("Currency")),
        "due_original": Field(lazy_("First due date"), date),
        "due_current": Field(lazy_("Due date now"), date),
        "proposed_on": Field(lazy_("Proposed on"), date),
        "accepted_on": Field(lazy_("Accepted on"), date),
        "claimed_on": Field(lazy_("Reported complete on"), date),
        "verified_on": Field(lazy_("Verified on"), date),
        "closed_on": Field(lazy_("Closed on"), date),
        "reported_on": Field(lazy_("Last report"), date),
        "progress": Field(lazy_("Claimed progress"), _percent),
        "next_milestone_on": Field(lazy_("Next milestone"), date),
        "open_disputes": Field(lazy_("Times that it is said not to be done")),
        "last_finding": Field(lazy_("Last finding"), lambda value: FINDINGS.get(value, value)),
        "covers": Field(lazy_("How many commitments this page stands for")),
        "recorded": Field(lazy_("Recorded from a source")),
        "register": Field(lazy_("Other register")),
        "external_id": Field(lazy_("Number in the other register")),
        "places": Field(lazy_("Place"), lambda value: ", ".join(value or ())),
        "responsible": Field(lazy_("Carried out by"), _named),
        "contributing": Field(lazy_("Contributing"), _named),
        "milestones": Field(lazy_("Milestones"), _steps),
        "contributions": Field(lazy_("Contribution"), lambda value: ", ".join(part for part in value or () if part)),
        "verifier_id": Field(lazy_("Verified by"), _named),
        "paused": Field(lazy_("State before the suspension"), lambda value: STATES.get(value, value)),
        "suspended_on": Field(lazy_("Suspended since"), date),
        "suspended_days": Field(lazy_("Days of suspension")),
        "grace_days": Field(lazy_("Days for which the date waits")),
        "grace_from": Field(lazy_("The date waits since"), date),
        "resumed_on": Field(lazy_("Resumed on"), date),
        "evidence": Field(lazy_("Evidence"), _judged),
        "is_demo": Field(lazy_("Fictitious")),
    },
    template="commitments/_card.html",
    states=STATES,
)

_EXPORTED = (
    "title", "verbatim", "nature:kind", "state", "standing", "contested", "accountable_slug:accountable",
    "accountable_as_written", "responsible", "contributing", "oversight", "keeper", "place", "site", "phase", "problem",
    "expected_result:result", "planned_evidence", "document", "document_url", "promised_on", "due_original", "due_current", "days_late",
    "days_late_original", "proposed_on", "accepted_on", "claimed_on", "verified_on", "closed_on", "reported_on",
)  # fmt: skip


def _column(name: str) -> Column:
    key, _colon, shown = name.partition(":")
    return Column(shown or key, lambda row: row[key])


room = Room(
    name="commitments",
    blueprints=[pages],
    kinds=[commitment],
    events=events.ALL,
    listings=[
        Listing(
            name="commitments",
            title=lazy_("Commitments"),
            rows=exporting.every,
            recent=queries.recent,
            columns=[
                Column("number", lambda row: row["slug"]),
                *map(_column, _EXPORTED),
                Column("progress", lambda row: row["progress"] / 100 if row["accepted_on"] else None),
                *map(_column, ("money", "money_note", "amount")),
                Column("currency", lambda row: row["currency"] if row["amount"] is not None else None),
                Column("milestones", lambda row: "\n".join(map(step_text, row["steps"]))),
                *map(_column, ("covers", "recorded", "register", "external_id", "is_demo:fictitious", "language")),
                Column("updated_at", lambda row: row["updated_at"].isoformat(timespec="seconds")),
            ],
            endpoint="commitments.index",
            filters=filtering.FILTERS,
        )
    ],
    registers=[
        Register(
            "commitments", lazy_("Commitments"), COLUMNS, policy.BRING, plan, service.bring, questions, OPTIONS,
            stored=service.as_told, revert=service.give_back, obstacle=obstacle,
        )
    ],
    panels=[
        Panel(("territory", "site", "organisation"), "commitments/_panel.html", reading.panel, 5),
        Panel((HOME,), "commitments/_home.html", reading.home_panel, 5),
    ],
    matters=[
        Matters("late", lazy_("Late commitments"), matters.late, 10),
        Matters("at_risk", lazy_("Commitments at risk"), matters.at_risk, 20),
        Matters("claimed", lazy_("Claims that wait to be verified"), matters.claimed, 30),
    ],
    dossiers={"commitment": dossiers.of},
    holdings=[
        Holdings("owed", lazy_("Commitments that it owes"), holdings.owed, 10),
        Holdings("carried", lazy_("Commitments that it carries out for others"), holdings.carried, 12),
        Holdings("overseen", lazy_("Commitments that it oversees"), holdings.overseen, 14),
        Holdings("pledged", lazy_("What it pledged and has not handed over"), holdings.pledged, 16),
        Holdings("proposed", lazy_("Commitments that wait for its answer"), holdings.proposed, 20),
        Holdings("disputes", lazy_("Disputes that wait for its answer"), holdings.disputes, 25),
        Holdings("verifications", lazy_("Verifications that it was asked for"), holdings.verifications, 30),
    ],
    nav=[NavItem(lazy_("Commitments"), "commitments.index", 5)],
    mine=[
        NavItem(lazy_("What we owe"), "commitments.mine", 5),
        NavItem(lazy_("Our due dates"), "commitments.owed_by_us", 6),
    ],
    daily={"reminders": reminding.remind},
    statistics=[Statistic(lazy_("commitments"), sums.count, "commitments.index")],
    limits={
        "commitments.dispute": ("disputes", "20/day"),
        "commitments.report": ("reports", "120/hour"),
        "commitments.pledge": ("pledges", "20/day"),
    },
    bodies={"commitments.report": 32_000_000, "commitments.replacement": 32_000_000, "commitments.finding": 32_000_000},
    public=[
        *(PublicTable(name, statement) for name, statement in exporting.PUBLIC_TABLES.items()),
        PublicTable("milestone_reports", exporting.public_milestone_reports),
        PublicTable("disputes", exporting.public_disputes),
    ],
    reactions={
        ("commitment", "FileWithdrawn"): reactions.file_gone,
        ("commitment", "FileErased"): reactions.file_gone,
        ("commitment", "FileBroughtBack"): reactions.file_back,
        ("commitment", "CommentHidden"): reactions.comment_hidden,
        ("commitment", "CommentShownAgain"): reactions.comment_shown,
        ("organisation", "OrganisationWentOver"): reactions.went_over,
    },
)  # fmt: skip
