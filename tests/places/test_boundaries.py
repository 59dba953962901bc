"""Boundaries of places: a steward's file draws them once, and the pages become maps."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

from lxml import html
from sqlalchemy import select

from observatory.cli import opening
from observatory.records.models import Source
from observatory.rooms.places.models import Boundary
from observatory.rooms.places.queries import outlines
from tests.counting import counted
from tests.land import seeder
from tests.places.country import STEWARD, Country, a_file, square
from tests.seeds.reading import table


def map_of(page: str) -> Any:
    found = html.fromstring(page).xpath("//*[@class='map']")
    return found[0] if found else None


def test_the_departments_are_drawn_once(country: Country, departments: Path) -> None:
    told = country.bring(departments, dry_run=True)
    assert told == {"new": 25, "changed": 0, "unchanged": 0, "refused": 0, "batch": None, "code": 0, "refusals": []}
    assert country.count("department") == 0, "nothing was written"
    assert country.bring(departments)["new"] == 25
    assert country.count("department") == 25
    assert country.bring(departments) | {"new": 0, "unchanged": 25} == country.bring(departments)
    events = [entry.event for entry in country.land.events("18")]
    assert events == ["TerritoryAdded", "BoundaryDrawn"]


def test_the_provinces_are_drawn_and_what_stands_twice_is_one(country: Country, provinces: Path) -> None:
    told = country.bring(provinces)
    assert (told["new"], told["refused"], told["code"]) == (195, 0, 0)
    for code in ("2001", "0510"):
        drawn = country.boundary(code)
        assert drawn is not None and drawn.path.count("m") == 1
    assert country.boundary("1608") is None, "a province that is newer than the file"
    assert country.bring(provinces)["unchanged"] == 195


def test_the_map_is_light_and_each_place_is_a_link_with_a_name(
    country: Country, departments: Path, provinces: Path
) -> None:
    assert map_of(country.land.text("/places/pe")) is None
    assert "tiles" in country.land.text("/places/pe")
    country.bring(departments)
    country.bring(provinces)
    page = country.land.text("/places/pe")
    drawn = map_of(page)
    assert 'class="tiles"' not in page
    links = {link.get("href"): link.xpath("string(title)") for link in drawn.xpath("a")}
    assert set(links) == {f"/places/{row['inei']}" for row in table("departments.csv")}
    assert links["/places/02"] == "Áncash: 1,205,639"
    assert links["/places/17"] == "Madre de Dios: not known"
    assert drawn.xpath("string(a[@href='/places/17']/path/@class)") == "k0"
    assert drawn.get("role") == "group" and drawn.get("aria-label")
    assert 'id="within"' in page, "the same figures as a table"
    assert "source not stated" in page
    assert "style=" not in html.tostring(drawn, encoding="unicode")
    assert _weight(page) < 8_000
    for row in table("departments.csv"):
        page = country.land.text(f"/places/{row['inei']}")
        inside = [each["inei"] for each in table("provinces.csv") if each["parent_inei"] == row["inei"]]
        assert len(map_of(page).xpath("a/title")) >= len(inside) - 1
        assert _weight(page) < 8_000
        assert len(gzip.compress(page.encode())) < 60_000


def _weight(page: str) -> int:
    found = re.search(r'<svg class="map".*?</svg>', page, re.DOTALL)
    assert found
    return len(gzip.compress(found[0].encode()))


def test_a_map_with_many_holes_is_none(country: Country, departments: Path, tmp_path: Path) -> None:
    told = json.loads(departments.read_text())
    told["features"] = told["features"][:19]
    file = tmp_path / "algunos.geojson"
    file.write_text(json.dumps(told))
    country.bring(file)
    with country.land.database.reading():
        assert outlines.outlines(seeder(), "department", "pe") is None
    assert map_of(country.land.text("/places/pe")) is None
    country.bring(departments)
    assert len(map_of(country.land.text("/places/pe")).xpath("a")) == 25


def test_parts_of_a_map_that_come_later_fit_to_what_is_here(
    country: Country, departments: Path, tmp_path: Path
) -> None:
    country.bring(departments)
    file = a_file(tmp_path, ({"ubigeo": "23"}, square(-70.5, -18)), ({"ubigeo": "18"}, square(-71.5, -17)))
    assert country.bring(file)["changed"] == 2
    tacna, lima = country.boundary("23"), country.boundary("15")
    assert tacna is not None and lima is not None
    assert (tacna.scale, tacna.parallel) == (lima.scale, lima.parallel)


def test_a_file_that_draws_all_anew_decides_how_the_map_is_drawn(country: Country, tmp_path: Path) -> None:
    country.bring(a_file(tmp_path, ({"ubigeo": "23"}, square(-18, -70)), ({"ubigeo": "18"}, square(-17, -72))))
    assert country.boundary("23").parallel == -70, "somebody took longitude for latitude"
    told = country.bring(a_file(tmp_path, ({"ubigeo": "23"}, square(-70, -18)), ({"ubigeo": "18"}, square(-72, -17))))
    assert told["changed"] == 2
    assert country.boundary("23").parallel == country.boundary("18").parallel == -17


def test_history_says_who_drew_what_from_where(country: Country, departments: Path) -> None:
    country.bring(departments, source="Límites del IDEP, 2016", **STEWARD)
    entry = country.land.events("18")[-1]
    assert entry.changes["boundary"][0] is None
    corners, source = entry.changes["boundary"][1]
    assert corners > 10 and source == "Límites del IDEP, 2016"
    assert entry.person_id == country.land.people["steward"].person_id
    page = country.land.text("/history/territory/18")
    assert "drew the boundary of" in page and "Límites del IDEP, 2016" in page
    with country.land.database.reading() as unit:
        key = unit.scalar(select(Source.key).where(Source.title == "Límites del IDEP, 2016"))
    assert country.bring(departments, source=key)["unchanged"] == 25
    assert country.bring(departments)["unchanged"] == 25, "nobody says that it is from elsewhere"
    assert country.bring(departments, source="inei")["changed"] == 25
    assert '<a href="https://example.org/inei">Ubigeo INEI 2025</a>' in country.land.text("/places/pe")
    assert "no source with the key" in country.refuse(departments, source="no-such-key")


def test_strangers_draw_nothing(country: Country, departments: Path) -> None:
    said = country.refuse(departments, email="stranger@example.org", organisation="comunidad")
    assert "steward" in said
    assert country.count("department") == 0


def test_a_map_takes_as_many_statements_however_much_it_shows(
    country: Country, departments: Path, provinces: Path
) -> None:
    with counted(country.land.database.engine) as before:
        country.land.text("/places/02")
    country.bring(departments)
    country.bring(provinces)
    with counted(country.land.database.engine) as after:
        country.land.text("/places/02")
    assert len(after) == len(before)


def test_boundaries_are_public_and_go_with_everything_else(country: Country, departments: Path, tmp_path: Path) -> None:
    country.bring(departments)
    opening.export(country.settings, tmp_path / "todo", say=lambda words: None)
    rows = [json.loads(line) for line in (tmp_path / "todo/tables/boundaries.jsonl").read_text().splitlines()]
    assert len(rows) == 25
    assert set(rows[0]) == {column.name for column in Boundary.__table__.columns}
