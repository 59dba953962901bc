"""What the room of organisations contributes to the rest."""

from __future__ import annotations

from collections.abc import Sequence

from observatory.kernel.desk import Register
from observatory.kernel.formats import date
from observatory.kernel.offers import Holdings
from observatory.kernel.policy import Actor
from observatory.kernel.registry import Column, Facet, Field, Kind, Listing, NavItem, PublicTable, Room, Statistic
from observatory.kernel.text import lazy_
from observatory.people.administration import makes_operator
from observatory.records.models import LANGUAGES, STATES
from observatory.rooms.organisations import events, policy, queries, service
from observatory.rooms.organisations.models import LEVELS, SECTORS, Organisation
from observatory.rooms.organisations.queries import holdings, succession
from observatory.rooms.organisations.tables import COLUMNS, obstacle, plan, questions
from observatory.rooms.organisations.views import pages


@makes_operator
def _operator(actor: Actor, name: str) -> Organisation:
    """The organisation that runs the instance, created with its first administrator."""
    return service.create(actor, None, title=name, sector="other", publish=True)


def _sectors(values: Sequence[str]) -> dict[str, object]:
    return {value: SECTORS.get(value, value) for value in values}


organisation = Kind(
    name="organisation",
    cls=Organisation,
    label=lazy_("Organisation"),
    plural=lazy_("Organisations"),
    audience=policy.audience,
    documents=queries.documents,
    endpoint="organisations.show",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Address of the page")),
        "summary": Field(lazy_("What it is and does")),
        "language": Field(lazy_("Language of the name and text"), lambda value: LANGUAGES.get(value, value)),
        "acronym": Field(lazy_("Acronym")),
        "sector": Field(lazy_("Sector"), lambda value: SECTORS.get(value, value)),
        "level": Field(lazy_("Level of government"), lambda value: LEVELS.get(value, value)),
        "ruc": Field(lazy_("RUC")),
        "website": Field(lazy_("Website")),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "places": Field(lazy_("Places where it belongs"), lambda value: ", ".join(value or ())),
        "control": Field(
            lazy_("Controlled by"), lambda value: " · ".join(date(str(part)) for part in value or () if part)
        ),
        "successor": Field(lazy_("Became")),
        "predecessor": Field(lazy_("Formerly")),
        "is_demo": Field(lazy_("Fictitious")),
    },
    states=STATES,
)

room = Room(
    name="organisations",
    public=[PublicTable("successions", succession.public), PublicTable("controls", succession.public_controls)],
    blueprints=[pages],
    kinds=[organisation],
    events=[
        events.OrganisationCreated,
        events.OrganisationEdited,
        events.OrganisationPublished,
        events.OrganisationWithdrawn,
        events.ControlRecorded,
        events.SuccessionRecorded,
        events.OrganisationWentOver,
        events.ControlTakenBack,
        events.SuccessionTakenBack,
    ],
    listings=[
        Listing(
            name="organisations",
            title=lazy_("Organisations"),
            rows=queries.every,
            recent=queries.recent,
            columns=[
                Column("slug", lambda row: row.slug),
                Column("name", lambda row: row.title),
                Column("acronym", lambda row: row.acronym),
                Column("sector", lambda row: row.sector),
                Column("level", lambda row: row.level),
                Column("ruc", lambda row: row.ruc),
                Column("website", lambda row: row.website),
                Column("places", lambda row: " ".join(sorted((row.places or "").split()))),
                Column("state", lambda row: row.state),
                Column("fictitious", lambda row: row.is_demo),
                Column("summary", lambda row: row.summary),
                Column("language", lambda row: row.language),
                Column("updated_at", lambda row: row.updated_at.isoformat(timespec="seconds")),
            ],
            endpoint="organisations.index",
            filters=queries.FILTERS,
        )
    ],
    registers=[
        Register(
            "organisations",
            lazy_("Organisations"),
            COLUMNS,
            policy.CREATE,
            plan,
            service.bring,
            questions,
            stored=service.current,
            revert=service.give_back,
            obstacle=obstacle,
        )
    ],
    holdings=[
        Holdings("drafts", lazy_("Drafts"), holdings.drafts, 60),
        Holdings("kept", lazy_("Pages that it keeps"), holdings.kept, 90, rest=True),
    ],
    nav=[NavItem(lazy_("Organisations"), "organisations.index", 20)],
    statistics=[Statistic(lazy_("organisations"), queries.count, "organisations.index")],
    facets=[Facet("sector", lazy_("Sector"), _sectors, 30)],
)
