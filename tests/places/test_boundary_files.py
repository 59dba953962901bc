"""Files of boundaries: which property holds the codes, and what is refused, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from observatory.cli import main
from tests.places.country import Country, a_file, square

REFUSED = [
    (None, "no shape"),
    ({"type": "Polygon", "coordinates": []}, "large enough"),
    ({"type": "Point", "coordinates": [-70, -17]}, "point"),
    (square(280_000, 8_000_000), "WGS 84"),
    ({"type": "Polygon", "coordinates": [[[-75, -15], [-74, -14], [-74, -15], [-75, -14], [-75, -15]]]}, "crosses"),
]


@pytest.mark.parametrize(("geometry", "reason"), REFUSED, ids=[reason for _geometry, reason in REFUSED])
def test_a_shape_that_can_not_be_drawn_is_refused_kindly(
    country: Country, tmp_path: Path, geometry: Any, reason: str
) -> None:
    file = a_file(tmp_path, ({"ubigeo": "23"}, square(-70, -18)), ({"ubigeo": "18"}, geometry))
    told = country.bring(file)
    assert (told["new"], told["refused"], told["code"]) == (1, 1, 1)
    (refused,) = told["refusals"]
    assert (refused["row"], refused["column"], refused["value"]) == ("2", "ubigeo", "18")
    assert reason in refused["reason"]
    assert country.count("department") == 0, "all or none"
    assert country.bring(file, skip_refused=True)["code"] == 1
    assert country.count("department") == 1


def test_half_a_place_is_not_drawn(country: Country, tmp_path: Path) -> None:
    file = a_file(
        tmp_path, ({"c": "18"}, square(-71, -17)), ({"c": "18"}, None), ({"c": "23"}, square(-70, -18)),
        ({"c": "22"}, square(-75, -9)),
    )  # fmt: skip
    told = country.bring(file, skip_refused=True)
    assert (told["new"], told["refused"]) == (2, 1)
    assert country.boundary("18") is None


def test_unknown_codes_and_other_levels_are_refused(country: Country, tmp_path: Path) -> None:
    values = ["18", "23", "22", "1801", "99", "", None, "Lima"]
    file = a_file(tmp_path, *(({"CODIGO": v}, square(-80 + at, -10)) for at, v in enumerate(values)))
    told = country.bring(file, code="CODIGO")
    reasons = {row["row"]: row["reason"] for row in told["refusals"]}
    assert set(reasons) == {"4", "5", "6", "7", "8"}
    assert "another level" in reasons["4"] and "Province" in reasons["4"]
    assert "No place here" in reasons["5"] and "No place here" in reasons["8"]
    assert "says nothing" in reasons["6"] and "says nothing" in reasons["7"]


@pytest.mark.parametrize("values", [[1, 2, 3, 10], ["1", "2", "3", "10"], [1.0, 2.0, 3.0, 10.0], ["010000", "020000", "030000", "100000"]])  # fmt: skip
def test_codes_are_found_however_they_are_written(country: Country, tmp_path: Path, values: list[Any]) -> None:
    places = [({"NOMBRE": f"Región {v}", "PAIS": "PE", "cod": v}, square(-80 + at, -10)) for at, v in enumerate(values)]
    assert country.bring(a_file(tmp_path, *places))["new"] == 4
    assert all(country.boundary(code) for code in ("01", "02", "03", "10"))


def test_the_property_that_tells_most_places_apart_holds_the_codes(country: Country, tmp_path: Path) -> None:
    codes = ["1801", "2301", "0201", "0202"]
    rows = [{"OBJECTID": at + 1, "IDDPTO": c[:2], "PAIS": "PE", "IDPROV": c} for at, c in enumerate(codes)]
    told = country.bring(a_file(tmp_path, *((of, square(-80 + at, -10)) for at, of in enumerate(rows))))
    assert told["new"] == 4
    assert country.count("province") == 4


def test_a_country_is_known_by_its_two_letters(country: Country, tmp_path: Path) -> None:
    assert country.bring(a_file(tmp_path, ({"ISO_A2": "PE"}, square(-80, -18, 12))))["new"] == 1
    assert country.count("country") == 1


def test_where_no_property_or_several_fit_nothing_is_guessed(country: Country, tmp_path: Path) -> None:
    names = a_file(tmp_path, ({"NOMBRE": "Lima"}, square(-77, -12)), ({"NOMBRE": "Ica"}, square(-76, -14)))
    said = country.refuse(names)
    assert "--code" in said and "NOMBRE (Lima)" in said
    assert "There are" in country.refuse(names, code="ubigeo")
    assert "holds no code" in country.refuse(names, code="NOMBRE")
    both = [({"fila": 11 + at, "orden": 12 - at}, square(-80 + at, -10)) for at in range(2)]
    file = a_file(tmp_path, *both)
    assert "fila, orden" in country.refuse(file)
    assert country.bring(file, code="fila")["new"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no GeoJSON"), ("a;b\n1;2\n", "no GeoJSON"), ('{"type":"Feature"}', "no FeatureCollection"), ("[" * 10**5, "no GeoJSON")],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_with_what_to_do(
    country: Country, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "algo.json"
    file.write_text(text)
    assert words in country.refuse(file)


def test_the_command_says_which_options_go_with_boundaries(departments: Path) -> None:
    run = CliRunner().invoke
    assert "go with boundaries" in run(main, ["import", "places", str(departments), "--code", "X"]).output
    assert "no mapping" in run(main, ["import", "boundaries", str(departments), "--propose"]).output
