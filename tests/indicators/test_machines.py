"""Figures for machines: the same as the page shows, in forms that the programs of others read, and that go in again."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pysdmx.io
import pytest
import python_calamine

from tests.indicators.terminal import Terminal, counts
from tests.indicators.world import SHEET, World

MONEY = {
    "title": "Canon transferido a Moquegua & Torata", "kind": "money", "currency": "PEN", "unit": "S/",
    "over_places": "sum", "direction": "none", "licence": "Datos abiertos",
}  # fmt: skip
WOMEN = [("sexo", "Sexo", "Mujeres")]
KEYS = {"indicator", "place", "place_name", "period", "value", "unit", "status", "source", "source_url", "as_of", "scope",
        "breakdown", "note", "computed"}  # fmt: skip
ASKED = [
    "", "?place=180106", "?place=180101,180106,pe&from=2023&to=2024", "?place=180101&by=sexo", "?place=180101&by=scope",
    "?place=180101&scope=Con+saldos",
]  # fmt: skip


@pytest.fixture(scope="module")
def canon(world: World) -> str:
    """An indicator with gaps, long and negative figures, a breakdown, a scope, and texts that look like formulas."""
    slug = world.an_indicator(**MONEY)
    world.figures(
        slug,
        {
            "180101": {"2022": "7844000000.55", "2023": "-12.5", "2024": "123456789012345.123456"},
            "180106": {"2022": 5, "2023": None, "2024": (None, "Q"), "2025": ("6.25", "P")},
        },
        note="=1+1", as_of="2026-02-14",
    )  # fmt: skip
    world.figures(slug, {"180101": {"2024": 3}}, breakdown=WOMEN, source="mef", note='dice "así", y más')
    world.figures(slug, {"180101": {"2024": 99}}, scope="Con saldos", note="-5 es un error")
    return slug


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("asked", ASKED)
def test_each_form_gives_the_selection_of_the_page(world: World, canon: str, asked: str) -> None:
    found = json.loads(world.text(f"/indicators/{canon}.json{asked}"))["observations"]
    assert found
    rows = table(world.text(f"/indicators/{canon}.csv{asked}"))
    book = python_calamine.load_workbook(io.BytesIO(world.get(f"/indicators/{canon}.xlsx{asked}").data))
    header, *cells = book.get_sheet_by_index(0).to_python()
    for each, row, sheet in zip(found, rows, (dict(zip(header, line, strict=True)) for line in cells), strict=True):
        told = (each["place"], each["period"], each["value"] or "", each["status"])
        assert (row["place"], row["period"], row["value"], row["status"]) == told
        assert (sheet["place"], sheet["period"], sheet["value"], sheet["status"]) == told
    page = world.text(f"/indicators/{canon}{asked}")
    shown = page.partition('class="figures-table"')[2].partition("</table>")[0]
    assert len(re.findall(r'<td class="r">(?!<span class="quiet" title)', shown)) == len(found)
    assert f"/indicators/{canon}.csv{asked}".replace("&", "&amp;") in page.replace("%20", "+").replace("%2C", ",")


def test_json_has_the_fact_sheet_and_figures_with_all_their_digits(world: World, canon: str) -> None:
    found = json.loads(world.text(f"/indicators/{canon}.json?place=180101,180106"))
    assert {"indicator", "unit", "observations"} <= set(found)
    assert (found["indicator"], found["unit"], found["definition"]) == (canon, "S/", SHEET["definition"])
    assert (found["approved"], found["fictitious"], found["definition_version"]) == (True, False, 1)
    assert found["edition"] and found["license"] and found["figures_license"] == "Datos abiertos"
    assert all(set(each) == KEYS for each in found["observations"])
    values = {(each["place"], each["period"]): (each["value"], each["status"]) for each in found["observations"]}
    assert values == {
        ("180101", "2022"): ("7844000000.55", "A"), ("180101", "2023"): ("-12.5", "A"),
        ("180101", "2024"): ("123456789012345.123456", "A"), ("180106", "2022"): ("5", "A"),
        ("180106", "2023"): (None, "O"), ("180106", "2024"): (None, "Q"), ("180106", "2025"): ("6.25", "P"),
    }  # fmt: skip
    first = found["observations"][0]
    assert (first["source"], first["as_of"], first["computed"]) == ("Ubigeo INEI 2025", "2026-02-14", "")
    country = json.loads(world.text(f"/indicators/{canon}.json?place=pe&to=2022"))["observations"]
    assert [(each["value"], each["computed"]) for each in country] == [("7844000005.55", "2/5")]


def test_numbers_are_plain_and_texts_run_nothing_in_a_spreadsheet(world: World, canon: str) -> None:
    rows = table(world.text(f"/indicators/{canon}.csv?place=180101"))
    assert [row["value"] for row in rows] == ["7844000000.55", "-12.5", "123456789012345.123456"]
    assert {row["note"] for row in rows} == {"'=1+1"}
    answer = world.get(f"/indicators/{canon}.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{canon}.csv"'
    assert {'rel="describedby"', 'rel="license"'} <= {
        part for link in answer.headers.getlist("Link") for part in re.findall(r'rel="[a-z]+"', link)
    }


def test_a_picture_carries_no_script_and_may_stand_on_other_pages(world: World, canon: str) -> None:
    answer = world.get(f"/indicators/{canon}.svg?place=180101,180106")
    picture = answer.get_data(as_text=True)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    assert picture.startswith("<svg") and "xmlns" in picture
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:", picture)
    assert "Ubigeo INEI 2025" in picture and "Moquegua &amp; Torata" in picture


def test_machines_see_what_the_page_shows_and_no_more(one_world: World) -> None:
    draft = one_world.draft()
    one_world.act_as("minero")
    for form in ("csv", "json", "xlsx", "svg"):
        one_world.text(f"/indicators/{draft}.{form}", 404)
    for path in ("all.csv", "sdmx.csv", "datapackage.json", "metadata.json"):
        one_world.text(f"/indicators/{draft}/{path}", 404)
    slug = one_world.an_indicator()
    one_world.deliver(slug, {"18": {"2024": 40}})
    assert table(one_world.text(f"/indicators/{slug}/all.csv")) == []
    assert json.loads(one_world.text(f"/indicators/{slug}.json"))["observations"] == []
    one_world.text(f"/indicators/{slug}.exe", 404)


def test_metadata_describe_each_column(world: World, canon: str) -> None:
    told = json.loads(world.text(f"/indicators/{canon}/metadata.json?place=180101"))
    assert told["@context"][0] == "http://www.w3.org/ns/csvw"
    assert told["url"].endswith(f"/indicators/{canon}.csv?place=180101")
    header = next(csv.reader(io.StringIO(world.text(f"/indicators/{canon}.csv?place=180101&by=sexo"))))
    assert [column["name"] for column in told["tableSchema"]["columns"]] == header
    assert told["about"]["definition"] == SHEET["definition"]


def test_everything_that_was_exported_goes_in_again_and_changes_nothing(
    world: World, canon: str, terminal: Terminal
) -> None:
    file = terminal.file(world.text(f"/indicators/{canon}/all.csv"))
    assert len(table(file.read_text())) == 9
    proposed = terminal.propose(file)
    assert proposed["questions"] == []
    before = world.count()
    said = terminal.bring(file)
    assert counts(said) == (0, 0, 9, 0) and (said["batch"], said["code"]) == (None, 0)
    assert world.count() == before


def test_a_selection_goes_in_again_too_without_what_was_computed(world: World, canon: str, terminal: Terminal) -> None:
    book = world.get(f"/indicators/{canon}.xlsx?place=180101,180106").data
    said = terminal.bring(terminal.file(book, "seleccion.xlsx"))
    assert counts(said) == (0, 0, 7, 0)


def test_a_statistical_office_reads_it_as_sdmx(world: World, canon: str) -> None:
    answer = world.get(f"/indicators/{canon}/sdmx.csv")
    assert answer.content_type.startswith("application/vnd.sdmx.data+csv; version=2.0.0")
    found = pysdmx.io.read_sdmx(answer.get_data(as_text=True))
    assert found.data is not None and len(found.data) == 1
    data = found.data[0]
    code = canon.upper().replace("-", "_")
    assert re.fullmatch(rf"Dataflow=[A-Z][A-Z0-9_]*:{code}\(1\.0\.0\)", str(data.structure))
    frame: Any = data.data
    assert list(frame.columns) == [
        "FREQ", "REF_AREA", "SEXO", "SCOPE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "DATA_SOURCE", "AS_OF",
        "COMMENT_OBS",
    ]  # fmt: skip
    assert len(frame) == 9
    dimensions = ["FREQ", "REF_AREA", "SEXO", "SCOPE", "TIME_PERIOD"]
    assert not frame.duplicated(subset=dimensions).any(), "each figure has a key of its own"
    by_key = {tuple(row[name] for name in dimensions): row for _at, row in frame.iterrows()}
    assert Decimal(by_key["A", "180101", "_T", "_T", "2023"]["OBS_VALUE"]) == Decimal("-12.5")
    assert str(by_key["A", "180106", "_T", "_T", "2024"]["OBS_VALUE"]).lower() == "nan"
    assert by_key["A", "180106", "_T", "_T", "2024"]["OBS_STATUS"] == "Q"
    assert by_key["A", "180101", "MUJERES", "_T", "2024"]["OBS_VALUE"] == "3"
    assert by_key["A", "180101", "_T", "CON_SALDOS", "2024"]["OBS_VALUE"] == "99"


@pytest.mark.parametrize(
    ("period", "code"), [("2024-S1", "S"), ("2024-Q2", "Q"), ("2024-03", "M"), ("2024-03-15", "D")]
)
def test_sdmx_names_the_frequency_of_each_figure(one_world: World, period: str, code: str) -> None:
    slug = one_world.an_indicator()
    one_world.figures(slug, {"18": {period: 1}})
    frame: Any = pysdmx.io.read_sdmx(one_world.text(f"/indicators/{slug}/sdmx.csv")).data[0].data
    assert [(row["FREQ"], row["TIME_PERIOD"]) for _at, row in frame.iterrows()] == [(code, period)]


FRICTIONLESS = """
import json, sys
from frictionless import Package, system
with system.use_context(trusted=False):
    descriptor = json.load(open("datapackage.json"))
    problems = list(Package.metadata_validate(descriptor))
    descriptor["resources"][0]["path"] = "all.csv"
    report = Package.from_descriptor(descriptor).validate()
    rows = Package.from_descriptor(descriptor).resources[0].read_rows()
print(json.dumps({
    "problems": [each.message for each in problems], "valid": report.valid,
    "errors": report.flatten(["rowNumber", "fieldName", "type", "message"]),
    "rows": [[row["place"], row["period"], None if row["value"] is None else str(row["value"])] for row in rows],
}))
"""


def test_a_data_package_is_one_and_its_table_is_what_it_says(world: World, canon: str, tmp_path: Path) -> None:
    told = json.loads(world.text(f"/indicators/{canon}/datapackage.json"))
    assert told["resources"][0]["path"].endswith(f"/indicators/{canon}/all.csv")
    assert {each["title"] for each in told["sources"]} == {"Ubigeo INEI 2025", "Consulta amigable"}
    (tmp_path / "datapackage.json").write_text(json.dumps(told))
    (tmp_path / "all.csv").write_text(world.text(f"/indicators/{canon}/all.csv"), encoding="utf-8", newline="")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FRICTIONLESS], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["problems"], said["errors"], said["valid"]) == ([], [], True)
    assert ["180101", "2023", "-12.5"] in said["rows"] and ["180106", "2023", None] in said["rows"]
