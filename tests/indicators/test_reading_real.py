"""Public files as their publishers made them come out with the figures that stand in them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from observatory.rooms.indicators.tables import questions
from tests.indicators.reading import Read, file, known, place


def test_the_world_bank_s_file_needs_only_its_indicator(real_data: Path) -> None:
    rows = file(next((real_data / "04-indicators").glob("API_NY.GDP*.csv")))
    read = Read(rows)
    assert read.asked == []  # even the indicator is known here by the title that the file gives it
    assert (read.mapping["header_row"], read.mapping["codes"], read.mapping["as_of"]) == (5, "iso3", "2024-06-28")
    assert (read.mapping["source"], read.mapping["decimal"]) == ("wdi", ".")
    expected = {"2000": "1941.3183", "2010": "5047.2046", "2020": "6047.4755", "2022": "7239.1113", "2023": "7789.871"}
    for year, value in expected.items():
        figure = read.value("pe", year)
        assert figure is not None and round(figure, 4) == Decimal(value)
    assert len(str(read.value("pe", "2000"))) > 12, "no digit is lost"
    assert {cell.territory for cell in read.cells} == {place(slug) for slug in ("pe", "bo", "cl", "es", "us")}
    assert all(refusal.reason == "This place is not in the list of places." for refusal in read.refusals)
    assert len({refusal.row for refusal in read.refusals}) == len(read.refusals), "one refusal a row, not one a year"


def test_sdmx_says_everything_but_its_indicator_and_source(real_data: Path) -> None:
    rows = file(next((real_data / "04-indicators").glob("OECD*.csv")))
    read = Read(rows, indicator="social", source="inei", as_of="2024")
    assert read.asked == []
    assert read.mapping["only"] == {"MEASURE": "SOCX", "UNIT_MEASURE": "PT_B1GQ", "EXPEND_SOURCE": "ES10"}
    assert [read.value("pe", year) for year in ("2021", "2022", "2023")] == [
        Decimal("8.822"), Decimal("8.079"), Decimal("7.548"),
    ]  # fmt: skip
    assert (read.cell("pe", "2011").value, read.cell("pe", "2011").status) == (None, "L")
    assert read.cell("pe", "2021").status == "A"


def test_our_world_in_data(real_data: Path) -> None:
    rows = file(real_data / "04-indicators" / "human-development-index.csv")
    read = Read(rows)
    assert read.asked == ["source", "as_of"]
    assert (read.mapping["codes"], read.mapping["indicator"]) == ("iso3", "hdi")
    assert (read.value("pe", "1990"), read.value("pe", "2023")) == (Decimal("0.625"), Decimal("0.794"))


def test_nd_gain_by_years(real_data: Path) -> None:
    read = Read(
        file(real_data / "04-indicators" / "governance.csv"), indicator="governance", source="inei", as_of="2025"
    )
    assert read.asked == []
    figure = read.value("pe", "2021")
    assert figure is not None and round(figure, 6) == Decimal("0.274778")


def test_open_sdg_reads_its_total_and_its_groups(real_data: Path) -> None:
    rows = file(real_data / "04-indicators" / "eustat-ods" / "data" / "indicator_1-2-1.csv")
    read = Read(rows, indicator="poverty", place="es", source="inei", as_of="2024")
    assert read.asked == [] and read.mapping["only"] == {"Units": "PT"}
    assert len(read.cells) == 21 and not read.refusals
    assert read.value("es", "2020", sexo="M") == Decimal("16.6")
    assert read.value("es", "2018") == Decimal("17.7")


@pytest.mark.slow
def test_every_open_sdg_file_is_proposed_with_little_left_to_ask(real_data: Path) -> None:
    from observatory.rooms.indicators.tables import propose

    asked = set()
    for path in sorted((real_data / "04-indicators" / "eustat-ods" / "data").glob("*.csv"))[::20]:
        mapping = propose(file(path)[:200], known())
        assert mapping["columns"]["period"] == "Year" and mapping["columns"]["value"] == "Value", path.name
        asked |= {question.key for question in questions(mapping, known())}
    assert asked <= {"indicator", "place", "source", "as_of", "only", "same"}


def test_stations_of_a_region_by_day(real_data: Path) -> None:
    rows = file(next((real_data / "04-indicators").glob("PM10*.csv")))
    read = Read(rows, indicator="pm10", source="inei", as_of="2016")
    assert read.asked == [] and read.mapping["dates"] == "dmy"
    assert read.mapping["breakdowns"] == {"NOMBRE_ESTACION_VAL": "estacion"}
    unknown = [refusal for refusal in read.refusals if refusal.reason == "No place here is called so."]
    assert {refusal.value for refusal in unknown} == {"LAMBAYEQUE, CHICLAYO, LEONARDO ORTIZ"}
    assert unknown[0].suggestion.startswith("José Leonardo Ortiz, Chiclayo, Lambayeque (140105)")
    read = Read(rows, indicator="pm10", source="inei", as_of="2016", places={"LEONARDO ORTIZ": "140105"})
    assert len(read.cells) + len(read.refusals) == 295
    values = [cell.value for cell in read.cells if cell.value is not None]
    values += [Decimal(refusal.value) for refusal in read.refusals]
    assert len(values) == 295 and round(sum(values) / 295, 3) == Decimal("66.038")
    assert read.value("140101", "2002-04-20", estacion="Centro de Idiomas UNPRG") == Decimal("76.17")


def test_an_inventory_is_added_up_by_year(real_data: Path) -> None:
    rows = file(real_data / "04-indicators" / "dataset_dioxido.csv")
    answers = {"indicator": "ghg", "place": "pe", "source": "inei", "columns": {"value": "EMISIONES_GEI_GGCO2EQ"}}
    asked = Read(rows, **answers)
    assert asked.asked == ["same"], "nobody adds rows up unasked"
    assert len(asked.cells) < 20 and "already" in asked.refusals[0].reason
    read = Read(rows, **answers, same="add")
    assert read.asked == [] and not read.refusals
    assert (read.value("pe", "2010"), read.value("pe", "2019")) == (Decimal("183400.26"), Decimal("210404.41"))
    assert read.cell("pe", "2010").as_of == "2024-05-21"


def test_canon_of_mining_districts_with_lost_zeros(real_data: Path) -> None:
    rows = file(next((real_data / "02-budget-canon").glob("dataset1*.csv")))
    read = Read(
        rows, values={"CANON MINERO": "canon", "TOTAL DE TRANSFERENCIAS": "transfers"}, source="mef", as_of="2021"
    )
    assert read.asked == [] and not read.refusals
    assert (read.mapping["codes"], read.mapping["zeros"], read.mapping["level"]) == ("inei", True, "district")
    assert read.total("2007", "canon") == Decimal("959135505.18")
    assert read.total("2012", "canon") == Decimal("891832627.12")
    assert read.total("2020", "canon") == Decimal("502848291.87")
    assert read.total("2018", "canon", inside="02") == Decimal("192659596.99")
    assert read.value("021014", "2018", "canon") == Decimal("161834439.10")
    assert read.value("021014", "2018", "transfers") == Decimal("267938768.90")
    blank = [cell for cell in read.cells if cell.indicator == "canon" and cell.value is None]
    assert len(blank) == 24 and {cell.status for cell in blank} == {"O"}
    at = dict(rows)[1].index("UBIGEO")
    assert sum(len(cells[at]) == 5 for _number, cells in rows) == 748


@pytest.mark.parametrize("name", ["EJECUCION", "PROCESADO"])
def test_budget_of_municipalities_raw_and_cleaned(real_data: Path, name: str) -> None:
    rows = file(next((real_data / "02-budget-canon").glob(f"{name}*.xlsx")))
    read = Read(rows, values={"PIM": "pim", "Devengado": "devengado"}, source="mef", as_of="2025-03")
    assert read.asked == [] and not read.refusals
    assert read.mapping["codes"] == "inei", "the names beside the codes prove it"
    assert read.total("2024", "pim") == 51_766_264_819 and read.total("2024", "devengado") == 39_369_357_652
    assert read.total("2024", "pim", "02") == 4_506_851_147 and read.total("2024", "devengado", "02") == 2_899_529_725
    assert read.value("021014", "2024", "pim") == 1_003_835_732
    assert read.value("021014", "2024", "devengado") == 492_549_646
    assert read.total("2025", "pim") == 40_665_837_226


def test_revenue_of_municipalities_by_their_names(real_data: Path) -> None:
    rows = file(real_data / "02-budget-canon" / "municipios-recaudacion.xlsx")
    read = Read(rows, values={"canon": "canon"}, source="mef", as_of="2023")
    assert read.mapping["place_columns"] == {
        "department": "departamento", "province": "provincia", "district": "municipalidad",
    }  # fmt: skip
    assert read.value("021014", "2022", "canon") == 1_188_948_997
    assert len(read.refusals) < 0.05 * len(rows), "and each says which name it could not find"
    assert all(refusal.reason for refusal in read.refusals)


def test_a_region_s_health_budget_and_what_is_no_department(real_data: Path) -> None:
    read = Read(file(real_data / "02-budget-canon" / "salud.xlsx"), values={"PIM": "pim"}, source="mef", as_of="2021")
    assert read.mapping["codes"] == "inei" and read.mapping["level"] == "department"
    assert [refusal.value for refusal in read.refusals] == ["98, Exterior"]
    assert read.total("2020", "pim") == 12_710_575_835 - 3_445_812


def test_a_budget_turned_round_asks_for_its_place_and_adds_nothing(real_data: Path) -> None:
    read = Read(file(real_data / "02-budget-canon" / "generica.xlsx"), indicator="pim", place="pe")
    assert read.mapping["periods"] == {"2019": "2019", "2020": "2020", "2021": "2021"}
    assert "same" in read.asked and len(read.cells) == 3
    only = Read(
        file(real_data / "02-budget-canon" / "generica.xlsx"),
        indicator="pim",
        place="pe",
        only={"variable": "PIM"},
        same="add",
    )
    assert not only.refusals and only.left_out["only"] == 42
