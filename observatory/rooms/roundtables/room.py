"""What the room of roundtables contributes to the rest."""

from __future__ import annotations

import datetime as dt
from operator import itemgetter
from typing import Any

from observatory.kernel.desk import Register
from observatory.kernel.formats import date, moment
from observatory.kernel.offers import Holdings, Matters
from observatory.kernel.registry import Column, Field, Kind, Listing, NavItem, Panel, PublicTable, Room, Statistic
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.records.queries import titles
from observatory.rooms.roundtables import events, policy, queries
from observatory.rooms.roundtables.models import Roundtable, RoundtableSession
from observatory.rooms.roundtables.models.words import DECISIONS, FORMS, SESSION_STATES, STATES
from observatory.rooms.roundtables.queries import brief as briefs
from observatory.rooms.roundtables.queries import exporting, holdings, minutes, past, sessions
from observatory.rooms.roundtables.service import bringing
from observatory.rooms.roundtables.tables import COLUMNS, OPTIONS, obstacle, plan, questions
from observatory.rooms.roundtables.views import brief, pages, reading
from observatory.rooms.roundtables.views import minutes as written


def _named(value: Any) -> object:
    return titles([value]).get(value, value) if isinstance(value, int) else value


def _moment(value: Any) -> object:
    """A moment as history keeps it, as people in Lima read it."""
    return moment(dt.datetime.fromisoformat(value)) if isinstance(value, str) else value


def _listed(value: Any) -> object:
    return ", ".join(str(part) for part in value or () if part not in (None, ""))


roundtable = Kind(
    name="roundtable",
    cls=Roundtable,
    label=lazy_("Roundtable"),
    plural=lazy_("Roundtables"),
    audience=policy.audience,
    documents=queries.documents,
    endpoint="roundtables.show",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Address of the page")),
        "summary": Field(lazy_("What is it for?")),
        "language": Field(lazy_("Language of these words"), lambda value: LANGUAGES.get(value, value)),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "form": Field(lazy_("What kind of body is it?"), lambda value: FORMS.get(value, value)),
        "founding_act": Field(lazy_("By which act was it founded?")),
        "founding_url": Field(lazy_("Address of the act")),
        "founded_on": Field(lazy_("Founded on"), date),
        "expires_on": Field(lazy_("Last day of its term"), date),
        "closed_on": Field(lazy_("Closed on"), date),
        "quorum_percent": Field(lazy_("Quorum: which part of the seats, in %?")),
        "quorum_strict": Field(lazy_("More than that part, not just as much")),
        "decision_rule": Field(lazy_("How does it decide?"), lambda value: DECISIONS.get(value, value)),
        "rhythm_days": Field(lazy_("After how many days should it meet again?")),
        "site_id": Field(lazy_("Mine or site"), _named),
        "places": Field(lazy_("Place"), lambda value: ", ".join(value or ())),
        "constituencies": Field(lazy_("Who sits there"), _listed),
        "seats": Field(lazy_("Seat"), _listed),
        "is_demo": Field(lazy_("Fictitious")),
    },
    states=STATES,
)

session = Kind(
    name="session",
    cls=RoundtableSession,
    label=lazy_("Session"),
    plural=lazy_("Sessions"),
    audience=policy.audience_of_session,
    documents=sessions.documents,
    endpoint="roundtables.session",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Number")),
        "language": Field(lazy_("Language of these words"), lambda value: LANGUAGES.get(value, value)),
        "state": Field(lazy_("State"), lambda value: SESSION_STATES.get(value, value)),
        "roundtable_id": Field(lazy_("Roundtable"), _named),
        "number": Field(lazy_("Number within the roundtable")),
        "starts_at": Field(lazy_("Begins"), _moment),
        "venue": Field(lazy_("Where?")),
        "online_url": Field(lazy_("Address on the web")),
        "convened_on": Field(lazy_("Convened on"), date),
        "opened_at": Field(lazy_("Opened"), _moment),
        "quorum_at": Field(lazy_("First quorum"), _moment),
        "quorum": Field(lazy_("Quorum"), lambda value: value and f"{value['present']} / {value['seats']}"),
        "ended_at": Field(lazy_("Ended"), _moment),
        "recorded": Field(lazy_("Known from a document")),
        "document": Field(lazy_("Document")),
        "document_url": Field(lazy_("Address of the document")),
        "sequence": Field(lazy_("Times that it changed after it was convened")),
        "agenda": Field(lazy_("Agenda"), _listed),
        "documents": Field(lazy_("Documents"), _listed),
        "outcomes": Field(lazy_("What came of it"), _listed),
        "site_id": Field(lazy_("Mine or site"), _named),
        "is_demo": Field(lazy_("Fictitious")),
    },
    states=SESSION_STATES,
)

_EXPORTED = (
    "title",
    "form",
    "state",
    "founding_act",
    "quorum_percent",
    "quorum_strict",
    "decision_rule",
    "rhythm_days",
)


def _day(name: str) -> Column:
    return Column(name, lambda row: getattr(row, name))


room = Room(
    name="roundtables",
    blueprints=[pages],
    kinds=[roundtable, session],
    events=events.ALL,
    listings=[
        Listing(
            name="roundtables",
            title=lazy_("Roundtables"),
            rows=queries.every,
            recent=queries.recent,
            columns=[
                Column("roundtable", lambda row: row.slug),
                *map(_day, _EXPORTED),
                *map(_day, ("founded_on", "expires_on", "closed_on")),
                Column("body", lambda row: row.body_slug),
                Column("summary", lambda row: row.summary),
                Column("language", lambda row: row.language),
                Column("fictitious", lambda row: row.is_demo),
                Column("updated_at", lambda row: row.updated_at.isoformat(timespec="seconds")),
            ],
            endpoint="roundtables.index",
            filters=queries.FILTERS,
        ),
        Listing(
            name="sessions",
            title=lazy_("Sessions"),
            rows=past.every,
            recent=past.recent,
            columns=[Column(name, itemgetter(name)) for name in past.EXPORTED],
            endpoint="roundtables.sessions",
            filters=past.FILTERS,
        ),
    ],
    registers=[
        Register(
            "sessions",
            lazy_("Past sessions of roundtables"),
            COLUMNS,
            policy.BRING,
            plan,
            bringing.bring,
            questions,
            OPTIONS,
            stored=bringing.as_told,
            revert=bringing.give_back,
            obstacle=obstacle,
        )
    ],
    panels=[
        Panel(("organisation", "territory", "site"), "roundtables/_panel.html", reading.panel, 6),
        Panel(("commitment",), "roundtables/_agreed.html", reading.agreed_in, 6),
    ],
    matters=[Matters("left_over", lazy_("Left by earlier sessions"), sessions.left_over, 5)],
    holdings=[
        Holdings("runs", lazy_("The roundtable that it runs"), holdings.run, 50),
        Holdings("to_run", lazy_("Sessions to hold or to write up"), holdings.to_run, 52),
        Holdings("seats", lazy_("Where it sits"), holdings.seats, 55),
        Holdings("to_sign", lazy_("Minutes that it has not signed"), holdings.to_sign, 57),
    ],
    nav=[NavItem(lazy_("Roundtables"), "roundtables.index", 6)],
    statistics=[Statistic(lazy_("roundtables"), queries.count, "roundtables.index")],
    printables={briefs.NAME: brief.on_paper, minutes.PRINTED: written.on_paper},
    personal={"roundtables": exporting.mine},
    public=[
        PublicTable("seats", queries.public_seats),
        PublicTable("constituencies", queries.public_constituencies),
        PublicTable("commissions", queries.public_commissions),
        PublicTable("agenda_items", sessions.public_items),
        PublicTable("agenda_documents", briefs.public_documents),
        PublicTable("session_briefs", briefs.public_briefs),
        PublicTable("minutes", exporting.public_minutes),
        PublicTable("outcomes", past.public_outcomes),
        PublicTable("minutes_signatures", exporting.public_signatures),
        PublicTable("addenda", exporting.public_addenda),
    ],
)
