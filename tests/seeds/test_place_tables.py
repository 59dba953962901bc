"""The place tables hold the figures they claim and follow from the public files they name."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.seeds.reading import SEEDS, place_codes, table

# Districts newer than the equivalence file whose INEI code is another district's RENIEC code.
NEWER_THAN_EQUIVALENCE = {"030612", "050512", "050513", "050514", "130112", "180107"}


def test_counts_of_places() -> None:
    assert [len(table(name)) for name in ("departments.csv", "provinces.csv", "districts.csv")] == [25, 196, 1891]
    assert len(place_codes()) == 25 + 196 + 1891


def test_population() -> None:
    people_of = {row["inei"]: int(row["population"]) for row in table("districts.csv")}
    assert sum(people_of.values()) == 34_350_244
    for name, digits in (("provinces.csv", 4), ("departments.csv", 2)):
        for row in table(name):
            inside = sum(count for code, count in people_of.items() if code[:digits] == row["inei"])
            assert int(row["population"]) == inside
    ancash = next(row for row in table("departments.csv") if row["inei"] == "02")
    assert (ancash["name"], ancash["population"]) == ("Áncash", "1205639")
    assert sum(row["inei"].startswith("02") for row in table("districts.csv")) == 166


def test_every_place_has_its_parent() -> None:
    codes = place_codes()
    assert {row["parent_inei"] for row in table("departments.csv")} == {"pe"}
    for name in ("provinces.csv", "districts.csv"):
        for row in table(name):
            assert row["parent_inei"] == row["inei"][:-2]
            assert row["parent_inei"] in codes


def test_reniec_pairs() -> None:
    pairs = {row["inei"]: row["reniec"] for row in table("districts.csv") if row["reniec"]}
    assert len(pairs) == 1_837
    assert sum(inei != reniec for inei, reniec in pairs.items()) == 1_727
    assert len(set(pairs.values())) == len(pairs)
    by_reniec = {reniec: inei for inei, reniec in pairs.items()}
    collisions = {
        row["inei"] for row in table("districts.csv") if by_reniec.get(row["inei"], row["inei"]) != row["inei"]
    }
    # 971 among the codes the equivalence file knows; six more come with districts created since.
    assert collisions >= NEWER_THAN_EQUIVALENCE
    assert len(collisions - NEWER_THAN_EQUIVALENCE) == 971


@pytest.mark.parametrize(
    ("inei", "reniec", "name"),
    [
        ("021014", "020813", "San Marcos"),
        ("030506", "030506", "Challhuahuacho"),
        ("180106", "170105", "Torata"),
        ("060105", "060105", "Encañada"),
        ("040124", "040121", "Uchumayo"),
        ("180107", "", "San Antonio"),
        ("150706", "140606", "Cuenca"),
        ("090709", "080512", "Huaribamba"),
        ("090710", "080515", "Ñahuimpuquio"),
        ("090716", "080520", "San Marcos de Rocchac"),
        ("090717", "080523", "Surcubamba"),
        ("090718", "080525", "Tintay Puncu"),
        ("221006", "", "Santa Lucía"),
    ],
)
def test_known_districts(inei: str, reniec: str, name: str) -> None:
    row = next(row for row in table("districts.csv") if row["inei"] == inei)
    assert (row["reniec"], row["name"]) == (reniec, name)


def test_one_name_per_province_and_callao_at_both_levels() -> None:
    names = {row["inei"]: row["name"] for row in table("provinces.csv") + table("departments.csv")}
    assert names["0613"] == "Santa Cruz"
    assert names["07"] == names["0701"] == "Callao"
    assert [names[code] for code in ("08", "10", "12", "22")] == ["Cusco", "Huánuco", "Junín", "San Martín"]


def test_upper_reniec_codes() -> None:
    departments = {row["inei"]: row["reniec"] for row in table("departments.csv")}
    assert (departments["07"], departments["25"], departments["02"]) == ("24", "25", "02")
    assert len(set(departments.values())) == 25
    provinces = [row["reniec"] for row in table("provinces.csv") if row["reniec"]]
    assert len(provinces) == len(set(provinces)) == 195


def test_nothing_unknown_is_written_as_zero() -> None:
    for name in ("departments.csv", "provinces.csv", "districts.csv"):
        for row in table(name):
            assert not {row["population"], row["latitude"], row["longitude"], row["altitude"]} & {"0", "0.0", "NA"}
            if row["latitude"]:
                assert -18.4 < float(row["latitude"]) < 0
                assert -81.4 < float(row["longitude"]) < -68.6
            for field in ("name", "capital"):
                assert row[field] == row[field].strip()
                assert "\ufffd" not in row[field]
                assert "  " not in row[field]
                assert not re.search(r" (De|Del|de La|de Los) ", row[field]), row[field]


def test_tile_map() -> None:
    tiles = [(row["tile_row"], row["tile_column"]) for row in table("departments.csv")]
    assert len(set(tiles)) == 25
    labels = {row["inei"]: row["short"] for row in table("departments.csv")}
    assert (labels["06"], labels["02"], labels["09"]) == ("CAJ", "ÁNC", "HCV")
    assert all(len(label) == 3 for label in labels.values())


def test_build_gives_the_same_tables(real_data: Path, tmp_path: Path) -> None:
    for name in ("build.py", "spelling.py"):
        (tmp_path / name).write_bytes((SEEDS / "places" / name).read_bytes())
    subprocess.run([sys.executable, str(tmp_path / "build.py"), str(real_data)], check=True, capture_output=True)
    for name in ("departments.csv", "provinces.csv", "districts.csv"):
        assert (tmp_path / name).read_bytes() == (SEEDS / "places" / name).read_bytes()


def test_971_codes_in_the_equivalence_file_itself(real_data: Path) -> None:
    path = real_data / "01-territory" / "equivalencia-ubigeos-oti-concytec.csv"
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        rows = list(csv.DictReader(lines))
    inei = {row["cod_ubigeo_inei"] for row in rows if row["cod_ubigeo_inei"].isdigit()}
    pairs = {row["cod_ubigeo_reniec"]: row["cod_ubigeo_inei"] for row in rows if row["cod_ubigeo_reniec"].isdigit()}
    assert len(pairs) == 1_837
    assert sum(code in pairs and pairs[code] != code for code in inei) == 971


def test_joining_tayacaja_by_code_would_be_wrong(real_data: Path) -> None:
    path = real_data / "01-territory" / "equivalencia-ubigeos-oti-concytec.csv"
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        by_code = {row["cod_ubigeo_inei"]: row["cod_ubigeo_reniec"] for row in csv.DictReader(lines)}
    ours = {row["inei"]: row["reniec"] for row in table("districts.csv") if row["reniec"]}
    given = {code: by_code.get(code, "").strip() for code in ours if code.startswith("0907")}
    assert sum(reniec.isdigit() and reniec != ours[code] for code, reniec in given.items()) == 7
    assert sum(not reniec.isdigit() for reniec in given.values()) == 2
    elsewhere = [code for code in ours if not code.startswith("0907") and by_code.get(code) != ours[code]]
    assert elsewhere == ["150706"]
