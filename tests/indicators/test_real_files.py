"""Public files go through the whole desk, from the bytes to what is published, and come out as their publishers say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from observatory.app import create_app
from observatory.aspects.desk import service as desk
from observatory.kernel import db, sheets
from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.rooms.indicators import service
from observatory.rooms.indicators.models import Observation, Series
from observatory.rooms.indicators.queries import cases
from observatory.rooms.indicators.queries.figure import standing
from observatory.rooms.indicators.room import room
from observatory.rooms.places import service as places
from observatory.rooms.places.models import Territory
from tests.app import settings_of
from tests.services import Home

OPERATOR = Actor.operator()
REGISTER = room.registers[0]
SHEET: dict[str, Any] = {
    "definition": "Lo que el archivo mide, como su editor lo define.",
    "producer_name": "Su editor",
}
INDICATORS: dict[str, dict[str, Any]] = {
    "pbi": {"title": "PBI por habitante", "unit": "US$", "kind": "other"},
    "idh": {"title": "Índice de desarrollo humano", "unit": "índice", "kind": "index"},
    "gobernanza": {"title": "Gobernanza", "unit": "índice", "kind": "index"},
    "gasto": {"title": "Gasto social", "unit": "%", "kind": "percent"},
    "gei": {"title": "Emisiones de GEI", "unit": "GgCO2eq", "kind": "other"},
    "pm10": {"title": "PM10", "unit": "µg/m³", "kind": "other", "frequency": "day"},
    "pobreza": {"title": "Riesgo de pobreza", "unit": "%", "kind": "percent"},
    "cualquiera": {"title": "Cualquier cosa", "unit": "unidades", "kind": "other", "frequency": "irregular"},
    "canon": {"title": "Canon minero por distrito", "unit": "S/", "kind": "money", "currency": "PEN"},
    "pim": {"title": "PIM", "unit": "S/", "kind": "money", "currency": "PEN", "over_places": "sum"},
    "devengado": {"title": "Devengado", "unit": "S/", "kind": "money", "currency": "PEN", "over_places": "sum"},
}


@pytest.fixture(scope="module")
def desk_of(homes: Any) -> Iterator[Any]:
    """A filled demonstration on SQLite with countries and empty indicators; bring(file, **answers) takes a file in."""
    from tests.app import fill

    home: Home = homes.clone("sqlite", "demo", fill)
    app = create_app(settings_of(home))
    database = app.extensions["observatory.database"]
    with app.test_request_context("/"):
        with database.unit_of_work():
            for code, name in (("es", "España"), ("cl", "Chile"), ("us", "Estados Unidos")):
                places.add_territory(OPERATOR, None, code=code, title=name)
        for slug, sheet in INDICATORS.items():
            with database.unit_of_work():
                service.create(OPERATOR, None, is_demo=False, slug=f"prueba-{slug}", **{**SHEET, **sheet})
            for verb in (service.propose, service.approve):
                with database.unit_of_work():
                    verb(OPERATOR, cases.case(OPERATOR, f"prueba-{slug}"))
        yield Desk(database, home.folder)
    database.close()


class Desk:
    """Takes files in as a steward at the command line does, and reads what was published."""

    def __init__(self, database: Any, folder: Path) -> None:
        self._database, self._folder = database, folder

    def bring(self, file: Path, slug: str = "", **answers: Any) -> dict[str, int]:
        """Propose, answer, take in and publish; answers counts by kind. Nothing may stay open."""
        assert REGISTER.stream is not None
        table = self._folder / "table"
        sheets.read_into(file.read_bytes(), 0, table)
        with self._database.unit_of_work():
            with table.open("rb") as handle:
                head = [line for _at, line in zip(range(400), sheets.streamed(handle), strict=False)]
            mapping = REGISTER.stream.propose(OPERATOR, head)
            given = {"indicator": f"prueba-{slug}"} if slug else {}
            mapping |= {
                **given,
                "source": mapping.get("source") or "inei-2025",
                "as_of": mapping.get("as_of") or "2024",
            }
            for name in answers.pop("besides", ()):
                if name in mapping.get("unused", ()) or name in mapping.get("only", {}) or name in head[0][1]:
                    mapping["breakdowns"] = {**mapping.get("breakdowns", {}), name: name.lower()}
            mapping |= answers
            json.dumps(mapping)  # as --propose prints it
            assert REGISTER.stream.questions(OPERATOR, mapping) == []
            with table.open("rb") as handle:
                told, _batch = desk.stream_in(
                    OPERATOR, REGISTER, lines=sheets.streamed(handle), mapping={**mapping, "skip_refused": True, "publish": True},
                    file_name=file.name, sha256=file.name[:60].ljust(64, "0"), watch=lambda found: None,
                )  # fmt: skip
        return told

    def values(self, slug: str, period: str, within: str = "", **breakdown: str) -> list[Decimal]:
        """What is published in a period: of the place at a path and all within it."""
        wanted = ";".join(f"{key}={value}" for key, value in sorted(breakdown.items()))
        named, there = Record.__table__, Territory.__table__
        with self._database.reading():
            statement = (
                select(Observation.value)
                .join(Series, Series.id == Observation.series_id)
                .join(named, named.c.id == Series.indicator_id)
                .join(there, there.c.id == Observation.territory_id)
                .where(named.c.slug == f"prueba-{slug}", Series.breakdown == wanted, standing())
                .where(Observation.period == period, there.c.path.startswith(within), Observation.value.is_not(None))
            )
            return list(db.session.scalars(statement))

    def count(self, slug: str) -> int:
        with self._database.reading():
            own = select(Series.id).join(Record.__table__, Record.__table__.c.id == Series.indicator_id)
            own = own.where(Record.__table__.c.slug == f"prueba-{slug}")
            return db.session.scalar(select(func.count()).where(Observation.series_id.in_(own), standing())) or 0


def indicators(real_data: Path, pattern: str) -> Path:
    return next((real_data / "04-indicators").glob(pattern))


def test_the_world_bank_s_income_of_peru(desk_of: Desk, real_data: Path) -> None:
    file = indicators(real_data, "API_NY.GDP*.csv")
    told = desk_of.bring(file, "pbi")
    assert told["new"] > 150 and told["refused"] > 200, "four countries are places here, the others are told"
    expected = {"2000": "1941.3183", "2010": "5047.2046", "2020": "6047.4755", "2022": "7239.1113", "2023": "7789.871"}
    for year, value in expected.items():
        (found,) = desk_of.values("pbi", year, "pe")
        assert round(found, 4) == Decimal(value)
    again = desk_of.bring(file, "pbi")
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, told["new"])


def test_human_development_and_governance(desk_of: Desk, real_data: Path) -> None:
    desk_of.bring(indicators(real_data, "human-development-index.csv"), "idh", same="refuse")
    assert desk_of.values("idh", "1990", "pe") == [Decimal("0.625")]
    assert desk_of.values("idh", "2023", "pe") == [Decimal("0.794")]
    desk_of.bring(indicators(real_data, "governance.csv"), "gobernanza")
    (found,) = desk_of.values("gobernanza", "2021", "pe")
    assert round(found, 6) == Decimal("0.274778") and len(str(found)) > 12, "no digit is lost on the way"


def test_social_spending_from_sdmx(desk_of: Desk, real_data: Path) -> None:
    desk_of.bring(indicators(real_data, "OECD*.csv"), "gasto")
    found = [desk_of.values("gasto", year, "pe") for year in ("2021", "2022", "2023")]
    assert found == [[Decimal("8.822")], [Decimal("8.079")], [Decimal("7.548")]]


def test_emissions_are_added_up_by_year_because_somebody_said_so(desk_of: Desk, real_data: Path) -> None:
    file = indicators(real_data, "dataset_dioxido.csv")
    columns = {"period": "ANIO", "value": "EMISIONES_GEI_GGCO2EQ"}
    desk_of.bring(file, "gei", columns=columns, breakdowns={}, same="add", place="pe", values={})
    assert desk_of.values("gei", "2010", "pe") == [Decimal("183400.26")]
    assert desk_of.values("gei", "2019", "pe") == [Decimal("210404.41")]


def test_air_quality_of_stations_by_day(desk_of: Desk, real_data: Path) -> None:
    file = indicators(real_data, "PM10*.csv")
    told = desk_of.bring(
        file, "pm10", dates="dmy", same="refuse", places={"LEONARDO ORTIZ": "140105"},
        breakdowns={"COD_VAL": "estacion"}, values={},
    )  # fmt: skip
    assert told["new"] + told["refused"] == 295, "each of the readings is taken, or told why not"


def test_open_sdg_with_its_groups(desk_of: Desk, real_data: Path) -> None:
    folder = real_data / "04-indicators" / "eustat-ods" / "data"
    told = desk_of.bring(folder / "indicator_1-2-1.csv", "pobreza", place="es")
    assert told["new"] == 21 and not told["refused"]
    assert desk_of.values("pobreza", "2020", "es", sexo="m") == [Decimal("16.6")]


@pytest.mark.slow
def test_the_files_of_an_open_sdg_site_go_through_the_desk(desk_of: Desk, real_data: Path) -> None:
    """Each with what it leaves open answered; figures that can't be told apart are refused with the reason. With
    OBSERVATORY_CRASH_ROUNDS set all 165, which takes minutes."""
    taken, figures = 0, 0
    every = sorted((real_data / "04-indicators" / "eustat-ods" / "data").glob("*.csv"))
    step = 1 if os.environ.get("OBSERVATORY_CRASH_ROUNDS") else 11
    for file in every[::step]:
        told = desk_of.bring(
            file,
            "cualquiera",
            place="es",
            scope=file.stem,
            same="refuse",
            only={},
            percent="as_is",
            multiplier="1",
            besides=("Units",),
        )
        taken += bool(told["new"])
        figures += told["new"] + told["refused"] + told["unchanged"]
    assert taken == len(every[::step])
    assert figures > (150_000 if step == 1 else 5_000)


def test_canon_by_district_with_lost_zeros(desk_of: Desk, real_data: Path) -> None:
    file = next((real_data / "02-budget-canon").glob("dataset1*.csv"))
    desk_of.bring(
        file, codes="inei", values={"CANON MINERO": "prueba-canon"}, breakdowns={}, percent="as_is", decimal=".",
    )  # fmt: skip
    assert sum(desk_of.values("canon", "2007")) == Decimal("959135505.18")
    assert sum(desk_of.values("canon", "2012")) == Decimal("891832627.12")
    assert sum(desk_of.values("canon", "2020")) == Decimal("502848291.87")
    assert sum(desk_of.values("canon", "2018", "pe/02")) == Decimal("192659596.99")
    assert desk_of.values("canon", "2018", "pe/02/0210/021014") == [Decimal("161834439.10")]
