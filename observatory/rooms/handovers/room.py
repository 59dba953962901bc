"""What the room of handovers contributes to the rest."""

from __future__ import annotations

from typing import Any

from observatory.kernel.formats import date
from observatory.kernel.offers import Holdings
from observatory.kernel.registry import Column, Field, Kind, Listing, NavItem, Panel, PublicTable, Room, Statistic
from observatory.kernel.text import lazy_, lazy_p
from observatory.records.models import LANGUAGES
from observatory.rooms.handovers import events, policy, queries
from observatory.rooms.handovers.models import STATES, Handover
from observatory.rooms.handovers.queries import holdings, inventory
from observatory.rooms.handovers.service import opening
from observatory.rooms.handovers.views import pages, reading
from observatory.rooms.handovers.views.blueprint import sources

handover = Kind(
    name="handover",
    cls=Handover,
    label=lazy_("Handover"),
    plural=lazy_("Handovers"),
    audience=policy.audience,
    documents=queries.documents,
    endpoint="handovers.show",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Number")),
        "language": Field(lazy_("Language of these words"), lambda value: LANGUAGES.get(value, value)),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "term_ends_on": Field(lazy_("Last day of the term"), date),
        "act": Field(lazy_("Act that proclaims those who come")),
        "proclaimed_by": Field(lazy_("Issued by")),
        "is_demo": Field(lazy_("Fictitious")),
    },
    states=STATES,
)


def _column(name: str) -> Column:
    key, _colon, shown = name.partition(":")
    return Column(shown or key, lambda row: row[key])


_EXPORTED = (
    "title", "office_slug:organisation", "stage", "term_ends_on", "act", "proclaimed_by", "all:items", "told", "received",
    "observed", "pending", "orphaned", "outgoing_signed", "incoming_signed", "is_demo:fictitious", "language",
)  # fmt: skip


def _moment(row: Any) -> str:
    return str(row["updated_at"].isoformat(timespec="seconds"))


room = Room(
    name="handovers",
    blueprints=[pages],
    kinds=[handover],
    events=events.ALL,
    listings=[
        Listing(
            name="handovers",
            title=lazy_("Handovers"),
            rows=queries.every,
            recent=queries.recent,
            columns=[
                Column("number", lambda row: row["slug"]),
                *map(_column, _EXPORTED),
                Column("updated_at", _moment),
            ],
            endpoint="handovers.index",
            filters=queries.FILTERS,
        )
    ],
    panels=[Panel(("organisation",), "handovers/_panel.html", reading.panel, 9)],
    holdings=[Holdings("mandates", lazy_("Who can act for it"), holdings.mandates, 70)],
    daily={"handovers": lambda database, settings: opening.open_due(database, settings, sources())},
    nav=[NavItem(lazy_p("menu", "Handovers"), "handovers.index", 7)],
    statistics=[Statistic(lazy_("handovers"), queries.count, "handovers.index")],
    public=[
        PublicTable("handover_items", inventory.public_items),
        PublicTable("handover_signatures", inventory.public_signatures),
    ],
)
