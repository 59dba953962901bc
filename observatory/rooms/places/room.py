"""What the room of places contributes to the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from observatory.kernel.desk import Register
from observatory.kernel.formats import date
from observatory.kernel.policy import Actor
from observatory.kernel.registry import (
    HOME,
    Column,
    Facet,
    Field,
    Kind,
    Listing,
    NavItem,
    Panel,
    PublicTable,
    Room,
    Statistic,
)
from observatory.kernel.text import _n, lazy_
from observatory.records.models import LANGUAGES, STATES
from observatory.records.queries import public_places
from observatory.rooms.places import events, policy, service
from observatory.rooms.places.models import LEVELS, MINERALS, ROLES, STAGES, Site, Territory
from observatory.rooms.places.queries import outlines, sites, territories
from observatory.rooms.places.service import bringing, drawing
from observatory.rooms.places.tables import COLUMNS, OPTIONS, obstacle, plan, questions
from observatory.rooms.places.views import site_pages, territory_pages


def _minerals(values: Any) -> object:
    return ", ".join(str(MINERALS.get(value, value)) for value in values or ())


def _parts(values: Any) -> object:
    return " · ".join(str(ROLES.get(value) or date(str(value))) for value in values or () if value)


def _boundary(value: Any) -> object:
    corners, source = value
    drawn = _n("%(num)s corner", "%(num)s corners", corners)
    return f"{drawn} · {source}" if source else drawn


def _tiles(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    found = territories.tiles(actor)
    return {"tiles": found} if found else None


def _sites_of(actor: Actor, row: Any) -> Mapping[str, Any] | None:
    found = sites.of_organisation(actor, row.id)
    return {"sites": found, "stages": STAGES, "roles": ROLES} if found else None


territory = Kind(
    name="territory",
    cls=Territory,
    label=lazy_("Place"),
    plural=lazy_("Places"),
    audience=policy.territory_audience,
    documents=territories.documents,
    endpoint="places.show",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Address of the page")),
        "level": Field(lazy_("Level"), lambda value: LEVELS.get(value, value)),
        "inei": Field(lazy_("INEI code")),
        "reniec": Field(lazy_("RENIEC code")),
        "capital": Field(lazy_("Capital")),
        "population": Field(lazy_("Population")),
        "latitude": Field(lazy_("Latitude")),
        "longitude": Field(lazy_("Longitude")),
        "altitude": Field(lazy_("Altitude, in metres")),
        "valid_from": Field(lazy_("Exists since")),
        "valid_to": Field(lazy_("Existed until")),
        "parent_id": Field(lazy_("Lies in")),
        "predecessor_id": Field(lazy_("Formerly")),
        "population_source_id": Field(lazy_("Source of the population")),
        "short": Field(lazy_("Short name on the map of regions")),
        "tile_row": Field(lazy_("Row on the map of regions")),
        "tile_column": Field(lazy_("Column on the map of regions")),
        "path": Field(lazy_("Codes of the places around it")),
        "boundary": Field(lazy_("Boundary"), _boundary),
    },
    states=STATES,
)

site = Kind(
    name="site",
    cls=Site,
    label=lazy_("Site"),
    plural=lazy_("Sites"),
    audience=policy.site_audience,
    documents=sites.documents,
    endpoint="sites.show",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Address of the page")),
        "summary": Field(lazy_("What it is")),
        "language": Field(lazy_("Language of the name and text"), lambda value: LANGUAGES.get(value, value)),
        "stage": Field(lazy_("Stage"), lambda value: STAGES.get(value, value)),
        "minerals": Field(lazy_("Minerals"), _minerals),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "operator": Field(lazy_("Operator or owner"), _parts),
        "district": Field(lazy_("District"), _parts),
        "fact": Field(lazy_("Sourced fact")),
        "contradiction": Field(lazy_("Sources disagree")),
        "is_demo": Field(lazy_("Fictitious")),
    },
    states=STATES,
)

room = Room(
    name="places",
    public=[
        PublicTable("site_operators", sites.public_operators),
        PublicTable("site_districts", sites.public_districts),
        PublicTable("record_places", public_places),
        PublicTable("boundaries", outlines.public_boundaries),
    ],
    blueprints=[territory_pages, site_pages],
    kinds=[territory, site],
    events=[
        events.TerritoryAdded,
        events.TerritoryCorrected,
        events.BoundaryDrawn,
        events.SiteCreated,
        events.SiteEdited,
        events.SitePublished,
        events.SiteWithdrawn,
        events.OperatorRecorded,
        events.DistrictRecorded,
        events.OperatorTakenBack,
        events.DistrictTakenBack,
        events.SiteContradictionTakenBack,
        events.SiteContradictionRecorded,
    ],
    listings=[
        Listing(
            name="places",
            title=lazy_("Places"),
            rows=territories.every,
            recent=territories.recent,
            columns=[
                Column("inei", lambda row: row["inei"]),
                Column("reniec", lambda row: row["reniec"]),
                Column("level", lambda row: row["level"]),
                Column("name", lambda row: row["title"]),
                Column("parent", lambda row: row["parent"]),
                Column("department", lambda row: row["department"]),
                Column("province", lambda row: row["province"]),
                Column("capital", lambda row: row["capital"]),
                Column("population", lambda row: row["population"]),
                Column("population_source", lambda row: row["population_source"]),
                Column("latitude", lambda row: row["latitude"]),
                Column("longitude", lambda row: row["longitude"]),
                Column("altitude", lambda row: row["altitude"]),
            ],
            endpoint="places.index",
            filters=territories.FILTERS,
        ),
        Listing(
            name="sites",
            title=lazy_("Sites"),
            rows=sites.every,
            recent=sites.recent,
            columns=[
                Column("slug", lambda row: row["slug"]),
                Column("name", lambda row: row["title"]),
                Column("stage", lambda row: row["stage"]),
                Column("minerals", lambda row: " ".join(row["minerals"] or ())),
                Column("districts", lambda row: " ".join(row["districts"])),
                Column("operators", lambda row: "; ".join(row["operators"])),
                Column("state", lambda row: row["state"]),
                Column("fictitious", lambda row: row["is_demo"]),
                Column("summary", lambda row: row["summary"]),
                Column("language", lambda row: row["language"]),
                Column("updated_at", lambda row: row["updated_at"].isoformat(timespec="seconds")),
            ],
            endpoint="sites.index",
            filters=sites.FILTERS,
        ),
    ],
    registers=[
        Register(
            "places",
            lazy_("Places"),
            COLUMNS,
            policy.ADD_TERRITORY,
            plan,
            bringing.bring,
            questions,
            OPTIONS,
            service.current_territory,
            bringing.give_back,
            obstacle,
        )
    ],
    panels=[
        Panel((HOME,), "places/_tiles_panel.html", _tiles, 20),
        Panel(("organisation",), "places/_sites_panel.html", _sites_of, 20),
    ],
    nav=[NavItem(lazy_("Places"), "places.index", 10), NavItem(lazy_("Sites"), "sites.index", 15)],
    statistics=[
        Statistic(lazy_("districts"), territories.count_districts, "places.index"),
        Statistic(lazy_("sites"), sites.count, "sites.index"),
    ],
    facets=[Facet("place", lazy_("Place"), territories.names, 20)],
)

__all__ = ["drawing", "room"]  # its verb is of the command line alone, and must be known all the same
