"""What the room of indicators contributes to the rest."""

from __future__ import annotations

from typing import Any

from observatory.kernel.desk import Register, Stream
from observatory.kernel.offers import Holdings, Matters
from observatory.kernel.registry import HOME, Column, Field, Kind, Listing, NavItem, Panel, PublicTable, Room, Statistic
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES
from observatory.records.queries import titles
from observatory.rooms.indicators import events, policy, queries
from observatory.rooms.indicators.forms.desk import Reading
from observatory.rooms.indicators.models import Indicator
from observatory.rooms.indicators.models.words import (
    DIRECTIONS,
    FREQUENCIES,
    KINDS,
    LEVELS,
    OVER_PERIODS,
    OVER_PLACES,
    STATES,
)
from observatory.rooms.indicators.queries import exporting, holdings, measures, moving
from observatory.rooms.indicators.service import bringing
from observatory.rooms.indicators.tables import showing
from observatory.rooms.indicators.views import dossiers, measuring, pages, panels


def _named(value: Any) -> object:
    return titles([value]).get(value, "—") if isinstance(value, int) else value


indicator = Kind(
    name="indicator",
    cls=Indicator,
    label=lazy_("Indicator"),
    plural=lazy_("Indicators"),
    audience=policy.audience,
    documents=queries.documents,
    endpoint="indicators.show",
    fields={
        "title": Field(lazy_("Name")),
        "slug": Field(lazy_("Address of the page")),
        "summary": Field(lazy_("In one sentence")),
        "language": Field(lazy_("Language of its texts"), lambda value: LANGUAGES.get(value, value)),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "code": Field(lazy_("Number in a plan")),
        "level": Field(lazy_("Level in the results chain"), lambda value: LEVELS.get(value, value)),
        "phrase_es": Field(lazy_("How it is read out, in Spanish")),
        "phrase_en": Field(lazy_("How it is read out, in English")),
        "definition_id": Field(lazy_("Definition in force")),
        "successor_id": Field(lazy_("Kept instead"), _named),
        "is_demo": Field(lazy_("Fictitious")),
        "reason": Field(lazy_("Why does what it means change?")),
        "unit": Field(lazy_("Unit")),
        "kind": Field(lazy_("Kind of measure"), lambda value: KINDS.get(value, value)),
        "currency": Field(lazy_("Currency")),
        "decimals": Field(lazy_("Decimals on screen")),
        "direction": Field(lazy_("Which way is better?"), lambda value: DIRECTIONS.get(value, value)),
        "tolerance": Field(lazy_("Tolerance")),
        "frequency": Field(lazy_("How often"), lambda value: FREQUENCIES.get(value, value)),
        "release_days": Field(lazy_("Days until its figures are expected")),
        "over_places": Field(lazy_("For a larger place"), lambda value: OVER_PLACES.get(value, value)),
        "over_periods": Field(lazy_("For a longer period"), lambda value: OVER_PERIODS.get(value, value)),
        "weight_id": Field(lazy_("Weighted by"), _named),
        "per_head_id": Field(lazy_("Per inhabitant, by the population in"), _named),
        "definition": Field(lazy_("What is measured?")),
        "method": Field(lazy_("How it is measured")),
        "limitations": Field(lazy_("What it does not say")),
        "disaggregations": Field(lazy_("Breakdowns")),
        "producer_id": Field(lazy_("Produced by"), _named),
        "producer_name": Field(lazy_("Produced by")),
        "licence": Field(lazy_("Licence of the figures")),
    },
    template="indicators/_card.html",
    states=STATES,
)

MOST_FIGURES = 250_000
"""One request may write so many; more take minutes, and go in by the command line."""


_EXPORTED = (
    "title", "summary", "code", "state", "level", "unit", "measure:kind", "currency", "decimals", "direction", "tolerance",
    "frequency", "release_days", "over_places", "over_periods", "number:definition_version", "definition", "method",
    "limitations", "disaggregations", "producer", "producer_name", "licence", "keeper_slug:keeper", "first", "last",
    "figures", "language", "is_demo:fictitious",
)  # fmt: skip


def _column(name: str) -> Column:
    key, _colon, shown = name.partition(":")
    return Column(shown or key, lambda row: row[key])


room = Room(
    name="indicators",
    blueprints=[pages],
    kinds=[indicator],
    events=events.ALL,
    listings=[
        Listing(
            name="indicators",
            title=lazy_("Indicators"),
            rows=queries.every,
            recent=queries.recent,
            columns=[
                Column("indicator", lambda row: row["slug"]),
                *map(_column, _EXPORTED),
                Column("updated_at", lambda row: row["updated_at"].isoformat(timespec="seconds")),
            ],
            endpoint="indicators.index",
            filters=queries.FILTERS,
        )
    ],
    registers=[
        Register(
            "observations",
            lazy_("Figures of indicators"),
            (),
            policy.DELIVER,
            stream=Stream(
                propose=showing.propose,
                questions=showing.questions,
                plan=showing.plan,
                shower=showing.shower,
                write=bringing.bring,
                form=Reading,
                take_back=bringing.take_back_batch,
                may_take_back=bringing.may_take_back,
                most=MOST_FIGURES,
                once=("period", "as_of", "remark", "publish", "skip_refused", "seen"),
            ),
        )
    ],
    panels=[
        Panel(("territory",), "indicators/_panel.html", panels.of_place, 3),
        Panel(("*",), "indicators/_measures.html", measuring.panel, 7),
        Panel((HOME,), "indicators/_home.html", panels.on_home, 8),
    ],
    matters=[Matters("moved", lazy_("Indicators that moved"), moving.moved, 40)],
    dossiers={"indicator": dossiers.of},
    holdings=[Holdings("figures", lazy_("Indicators that it keeps or produces"), holdings.figures, 40)],
    nav=[NavItem(lazy_("Indicators"), "indicators.index", 3)],
    statistics=[Statistic(lazy_("indicators"), queries.count, "indicators.index")],
    limits={"indicators.new_figure": ("figures", "300/hour")},
    public=[
        PublicTable("indicator_definitions", exporting.public_definitions),
        PublicTable("indicator_series", exporting.public_series),
        PublicTable("indicator_targets", exporting.public_targets),
        PublicTable("measures", measures.public),
        PublicTable("observations", exporting.public_observations),
        PublicTable("deliveries", exporting.public_deliveries),
        PublicTable("editions", exporting.public_editions),
    ],
)
