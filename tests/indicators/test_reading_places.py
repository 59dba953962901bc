"""Places by code and by name: two systems that are never mixed up, and names that many places share."""

from __future__ import annotations

import pytest

from observatory.rooms.indicators.tables import propose, questions
from observatory.rooms.indicators.tables.unreadable import Ambiguous, Unreadable
from tests.indicators.reading import Read, known, place, text
from tests.seeds.reading import table

BOTH = {"source": "inei", "as_of": "2024", "indicator": "canon"}


def _differing(count: int) -> list[dict[str, str]]:
    """Districts whose INEI code is another district's in RENIEC, and the other way round."""
    by_reniec = {row["reniec"]: row for row in table("districts.csv") if row["reniec"]}
    found = [
        row
        for row in table("districts.csv")
        if by_reniec.get(row["inei"], row)["inei"] != row["inei"] and row["reniec"]
    ]
    return found[:count]


def _only_in(system: str, count: int) -> list[str]:
    inei = {row["inei"] for row in table("districts.csv")}
    reniec = {row["reniec"] for row in table("districts.csv") if row["reniec"]}
    return sorted(inei - reniec if system == "inei" else reniec - inei)[:count]


def _file(codes: list[str], names: list[str] | None = None) -> str:
    head = "UBIGEO;AÑO;VALOR" + (";DISTRITO" if names else "")
    return "\n".join(
        [head, *(f"{code};2024;{at}" + (f";{names[at]}" if names else "") for at, code in enumerate(codes))]
    )


def test_a_code_that_fits_both_systems_is_asked_for() -> None:
    rows = text(_file([row["inei"] for row in _differing(30)]))
    mapping = propose(rows, known())
    assert mapping["codes"] == "" and mapping["seen"]["fits"] == "both"
    asked = {question.key: question.text for question in questions(mapping, known())}
    assert "INEI" in asked["codes"] and "RENIEC" in asked["codes"]
    answered = questions({**mapping, "codes": "reniec"}, known())
    assert "codes" not in {question.key for question in answered}


def test_names_beside_the_codes_prove_the_system() -> None:
    rows = _differing(20)
    for system in ("inei", "reniec"):
        read = Read(text(_file([row[system] for row in rows], [row["name"] for row in rows])), **BOTH)
        assert read.mapping["codes"] == system and read.asked == []
        assert {cell.territory for cell in read.cells} == {place(row["inei"]) for row in rows}


def test_codes_of_the_wrong_system_are_caught_by_their_names() -> None:
    rows = _differing(12)
    read = Read(text(_file([row["reniec"] for row in rows], [row["name"] for row in rows])), **BOTH, codes="inei")
    assert read.refusals and "one of RENIEC" in read.refusals[0].reason
    assert all(refusal.suggestion for refusal in read.refusals)


def test_a_column_that_mixes_both_systems_is_refused_where_it_could_mislead() -> None:
    codes = [*_only_in("inei", 5), *_only_in("reniec", 5), *(row["inei"] for row in _differing(5))]
    rows = text(_file(codes))
    mapping = propose(rows, known())
    assert mapping["mixed"] and mapping["codes"] == "" and mapping["seen"]["fits"] == "mixed"
    read = Read(rows, **BOTH, codes="inei")
    assert len(read.cells) == 5
    assert sum("mixes both" in refusal.reason for refusal in read.refusals) == 5
    assert sum("another place in each" in refusal.reason for refusal in read.refusals) == 5


def test_many_codes_of_one_system_alone_prove_it() -> None:
    codes = [*_only_in("inei", 20), *(row["inei"] for row in _differing(20))]
    assert propose(text(_file(codes)), known())["codes"] == "inei"
    codes = [*_only_in("inei", 2), *(row["inei"] for row in _differing(30))]
    assert propose(text(_file(codes)), known())["codes"] == ""


def test_lost_zeros_are_put_back_where_the_whole_column_has_them() -> None:
    read = Read(text(_file(["10101", "20106", "21014", "180107"])), **BOTH, codes="inei")
    assert read.mapping["zeros"] is True and not read.refusals
    assert [cell.territory for cell in read.cells] == [place(code) for code in ("010101", "020106", "021014", "180107")]
    read = Read(text(_file(["10101", "20106", "180107", "1801"])), **BOTH, codes="inei")
    assert "zeros" not in read.mapping
    assert [refusal.suggestion for refusal in read.refusals] == ["010101", "020106"]


@pytest.mark.parametrize(
    ("codes", "slugs"), [(["1", "2", "18"], ["01", "02", "18"]), (["101", "210", "1801"], ["0101", "0210", "1801"])]
)
def test_lost_zeros_of_departments_and_provinces(codes: list[str], slugs: list[str]) -> None:
    read = Read(text(_file(codes)), **BOTH, codes="inei")
    assert read.mapping["zeros"] is True
    assert [cell.territory for cell in read.cells] == [place(slug) for slug in slugs]


def test_codes_come_glued_padded_and_as_floats() -> None:
    places = known().places
    assert places.by_code("021014-300163: MUNICIPALIDAD DISTRITAL DE SAN MARCOS", "inei").slug == "021014"
    assert places.by_code("02: ANCASH", "inei").slug == "02"
    assert places.by_code("020000", "inei").slug == "02" and places.by_code("021000", "inei").slug == "0210"
    assert places.by_code("180107.0", "inei").slug == "180107"
    assert places.by_code("pe", "inei").slug == "pe"
    assert places.by_code("020813", "reniec").slug == "021014"
    for wrong in ("999999", "1234567", "x12", ""):
        with pytest.raises(Unreadable):
            places.by_code(wrong, "inei")
    with pytest.raises(Unreadable) as told:
        places.by_code("021099", "inei")
    assert "Huari" in told.value.suggestion


@pytest.mark.parametrize(
    ("name", "level", "slug"),
    [
        ("Áncash", "department", "02"), ("ANCASH", "department", "02"), ("  ancash ", "department", "02"),
        ("Dpto. de Áncash", "", "02"), ("DEPARTAMENTO DE LA LIBERTAD", "", "13"), ("Región Moquegua", "", "18"),
        ("Gobierno Regional de Cusco", "department", "08"), ("Callao", "department", "07"),
        ("Provincia Constitucional del Callao", "department", "07"), ("PROV. CONST. DEL CALLAO", "department", "07"),
        ("Lima Metropolitana", "department", "1501"), ("Provincia de Huari", "", "0210"), ("Callao a/", "department", "07"),
        ("Áncash 1/", "department", "02"), ("Callao (Provincia Constitucional)", "department", "07"), ("CANETE", "province", "1505"),
        ("San Juan, Lucanas", "district", "050616"), ("San Juan (Lucanas)", "district", "050616"),
        ("Áncash / Huari / San Marcos", "district", "021014"), ("San Marcos, Huari, Áncash", "district", "021014"),
        ("MUNICIPALIDAD DISTRITAL DE SAN MARCOS, HUARI", "district", "021014"), ("Perú", "", "pe"), ("Peru", "country", "pe"),
        ("Bolivia", "country", "bo"), ("United States", "country", "us"), ("Estados Unidos", "country", "us"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_dress(name: str, level: str, slug: str) -> None:
    assert known().places.by_name(name, level).slug == slug


def test_a_name_that_many_places_share_is_refused_with_all_of_them() -> None:
    with pytest.raises(Ambiguous) as told:
        known().places.by_name("San Juan", "district")
    assert "San Juan, Lucanas, Ayacucho (050616)" in told.value.suggestion
    with pytest.raises(Ambiguous):
        known().places.by_name("Santa Rosa", "district")
    with pytest.raises(Ambiguous, match="Several"):
        known().places.by_name("Lima", "")
    with pytest.raises(Ambiguous):
        known().places.by_name("Huachocolpa, Huancavelica", "district")
    within = [("department", "HUANCAVELICA"), ("province", "HUANCAVELICA")]
    assert known().places.by_name("HUACHOCOLPA", "district", within).slug == "090106"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(Unreadable) as told:
        known().places.by_name("Ancach", "department")
    assert told.value.suggestion == "Áncash (02)"
    within = [("department", "APURIMAC"), ("province", "COTABAMBA")]
    with pytest.raises(Unreadable) as told:
        known().places.by_name("Challhuahuacho", "district", within)
    assert told.value.suggestion == "Challhuahuacho, Cotabambas, Apurímac (030506)"
    with pytest.raises(Unreadable, match="no place of its own"):
        known().places.by_name("Lima Provincias", "department")
    with pytest.raises(Unreadable, match="not in the list of places"):
        known().places.by_name("Ecuador", "country")


def test_names_in_several_columns_are_read_together() -> None:
    read = Read(
        text("""
        REGION;PROVINCIA;DISTRITO;AÑO;VALOR
        ANCASH;HUARI;SAN MARCOS;2024;1
        AYACUCHO;LUCANAS;SAN JUAN;2024;2
        ICA;ICA;SAN JUAN BAUTISTA;2024;3
        ANCASH;HUARI;- TODOS -;2024;4
        ANCASH;HUARI;;2024;5
        ICA;;SANTA ROSA;2024;6
        """),
        **BOTH,
    )
    assert read.asked == [] and read.mapping["level"] == "district"
    assert [(cell.territory, cell.value) for cell in read.cells] == [
        (place("021014"), 1), (place("050616"), 2), (place("110110"), 3), (place("0210"), 5),
    ]  # fmt: skip
    assert read.left_out == {"totals": 1}
    assert [(refusal.row, refusal.column) for refusal in read.refusals] == [(7, "REGION, PROVINCIA, DISTRITO")]
    kept = Read(
        text("REGION;PROVINCIA;DISTRITO;AÑO;VALOR\nANCASH;HUARI;- TODOS -;2024;4\nICA;ICA;PARCONA;2024;1"),
        **BOTH,
        totals="keep",
    )
    assert kept.value("0210", "2024") == 4


def test_whoever_brings_a_file_may_say_which_place_is_meant() -> None:
    rows = text(
        "PROVINCIA;DISTRITO;AÑO;VALOR\nNAZCA;MARCONA;2024;1\nNAZCA;Nasca ciudad;2024;2\nHUARI;SAN MARCOS;2024;3"
    )
    assert len(Read(rows, **BOTH).refusals) == 2
    read = Read(rows, **BOTH, places={"Nazca": "1103", "nasca ciudad": "110301"})
    assert [cell.territory for cell in read.cells] == [place(slug) for slug in ("110304", "110301", "021014")]


def test_one_column_of_names_finds_its_level_or_asks() -> None:
    departments = "\n".join(f"{row['name'].upper()};2024;1" for row in table("departments.csv"))
    read = Read(text(f"Departamento;Año;Valor\n{departments}\nTOTAL;2024;25\nFuente: MEF;;"), **BOTH)
    assert read.asked == [] and len(read.cells) == 25 and not read.refusals
    assert read.left_out == {"totals": 1, "blank": 1}
    unsure = Read(text("Lugar;Año;Valor\nTacna;2024;1\nIca;2024;2\nPiura;2024;3"), **BOTH, level="")
    assert unsure.asked == ["level"]
    assert {refusal.reason for refusal in unsure.refusals} == {"Several places are called so."}
    sure = Read(text("Lugar;Año;Valor\nMariscal Nieto;2024;1\nHuari;2024;2\nIlo;2024;3"), **BOTH, level="province")
    assert [cell.territory for cell in sure.cells] == [place(slug) for slug in ("1801", "0210", "1803")]


def test_countries_by_code_or_name() -> None:
    read = Read(
        text("Country;Code;Year;Value\nPeru;PER;2024;1\nBolivia;BOL;2024;2\nEcuador;ECU;2024;3\nWorld;OWID_WRL;2024;9"),
        **BOTH,
    )
    assert read.mapping["codes"] == "iso3"
    assert {cell.territory for cell in read.cells} == {place("pe"), place("bo")}
    assert [refusal.value for refusal in read.refusals] == ["ECU", "OWID_WRL"]
    read = Read(text("País;Año;Valor\nPerú;2024;1\nBolivia;2024;2\nEstados Unidos;2024;3"), **BOTH)
    assert read.mapping["codes"] == "name" and read.mapping["level"] == "country" and len(read.cells) == 3
    assert read.asked == []
