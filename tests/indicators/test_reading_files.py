"""Whole tables with the mess that people's spreadsheets have: each is read right, or refused with row, reason and advice."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from observatory.kernel import sheets
from observatory.kernel.errors import Invalid
from observatory.kernel.tables import csv_parts
from observatory.rooms.indicators.tables import propose, questions, read, sums
from tests.indicators.reading import Read, known, lines, place, text

TOLD = {"source": "inei", "as_of": "2024", "decimal": "."}
LONG = "UBIGEO;AÑO;VALOR"


def long(*rows: str, head: str = LONG, **answers: object) -> Read:
    return Read(text("\n".join([head, *rows])), **{"codes": "inei", "indicator": "canon", **TOLD, **answers})


def test_a_mapping_is_plain_json_and_unknown_keys_stay() -> None:
    mapping = propose(text(f"{LONG};otra\n021014;2024;1;x"), known())
    assert json.loads(json.dumps(mapping)) == mapping
    assert mapping["unused"] == ["otra"]
    assert list(
        read(
            iter(text(f"{LONG}\n021014;2024;1")), {**mapping, "codes": "inei", "indicator": "canon", "mine": 1}, known()
        )
    )


def test_lines_before_the_header_and_an_empty_last_column() -> None:
    rows = lines(
        ["\ufeffCUADRO N° 5"], ["Canon minero según departamento, 2019-2021"], ["(Millones de soles)"], [""],
        ["Departamento", "2019", "2020 (p)", "2021e", ""], ["Áncash", "1.5", "2", "3", ""], ["Cusco", "4", "-", "", ""],
        ["Moquegua", "7", "8", "9", "", "beyond the header"], ["TOTAL", "12", "10", "12", ""], ["Fuente: MEF"], ["1/ Preliminar."],
    )  # fmt: skip
    read = Read(rows, indicator="canon", source="mef", as_of="2022")
    assert read.mapping["header_row"] == 5 and read.mapping["shape"] == "wide"
    assert read.mapping["periods"] == {"2019": "2019", "2020 (p)": "2020", "2021e": "2021"}
    assert read.asked == ["multiplier"], "the title speaks of millions"
    read = Read(rows, indicator="canon", source="mef", as_of="2022", multiplier="1000000")
    assert read.asked == [] and not read.refusals
    assert read.value("02", "2019") == 1_500_000
    assert [read.cell("02", year).status for year in ("2019", "2020", "2021")] == ["A", "P", "E"]
    assert (read.value("08", "2020"), read.cell("08", "2020").status) == (None, "O")
    assert len(read.cells) == 8, "an empty cell of a wide file is nothing at all"
    assert read.left_out == {"totals": 1, "blank": 2}


def test_a_header_of_two_lines_with_merged_cells() -> None:
    for upper in (["Departamento", "2020", "", "2021", ""], ["Departamento", "2020", "2020", "2021", "2021"]):
        rows = lines(
            upper,
            ["", "Hombres", "Mujeres", "Hombres", "Mujeres"],
            ["Áncash", "1", "2", "3", "4"],
            ["Cusco", "5", "6", "7", "8"],
        )
        read = Read(rows, indicator="poverty", percent="as_is", **TOLD)
        assert (read.mapping["header_row"], read.mapping["header_rows"]) == (2, 2)
        assert read.mapping["periods"]["2021 · Mujeres"] == "2021" and read.asked == []
        assert read.value("08", "2021", sexo="Mujeres") == 8 and len(read.cells) == 8


def test_a_header_of_two_lines_with_periods_below_and_indicators_above() -> None:
    rows = lines(
        ["", "PIM", "", "Devengado", ""],
        ["Ubigeo", "2020", "2021", "2020", "2021"],
        ["021014", "1", "2", "3", "4"],
        ["021001", "5", "6", "7", "8"],
    )
    values = {
        f"{name} · {year}": slug for name, slug in (("PIM", "pim"), ("Devengado", "devengado")) for year in (2020, 2021)
    }
    read = Read(rows, values=values, header_breakdowns={}, codes="inei", **TOLD)
    assert not read.refusals
    assert (read.value("021014", "2021", "pim"), read.value("021014", "2021", "devengado")) == (2, 4)


def test_years_as_floats_and_named_years() -> None:
    read = Read(text("UBIGEO;2019.0;2020.0\n021014;1;2\n021001;3;4"), indicator="canon", codes="inei", **TOLD)
    assert read.mapping["periods"] == {"2019.0": "2019", "2020.0": "2020"} and read.value("021001", "2020") == 4
    read = Read(text("UBIGEO;IDH 2017;IDH 2019\n021014;0.5;0.6"), indicator="hdi", codes="inei", **TOLD)
    assert read.value("021014", "2019") == Decimal("0.6")


def test_months_as_columns_beside_a_column_of_years() -> None:
    months = "Ene Feb Mar Abr May Jun Jul Ago Set Oct Nov Dic".split()
    rows = lines(
        ["Año", *months],
        ["2023", *map(str, range(1, 13))],
        ["2024", *map(str, range(13, 25))],
        ["2024-01", *map(str, range(12))],
    )
    read = Read(rows, indicator="price", place="pe", **TOLD)
    assert read.asked == ["same"] or read.asked == []
    assert read.value("pe", "2024-09") == 21 and read.value("pe", "2023-01") == 1
    assert {refusal.reason for refusal in read.refusals} == {"This is no year."}


def test_year_and_month_in_two_columns() -> None:
    read = Read(
        text("Año;Mes;Valor\n2024;Enero;1\n2024;2;2\n2024;Setiembre;3\n2024;13;4"),
        indicator="price",
        place="pe",
        **TOLD,
    )
    assert read.mapping["columns"]["month"] == "Mes" and read.asked == []
    assert [cell.period for cell in read.cells] == ["2024-01", "2024-02", "2024-09"]
    assert [(refusal.row, refusal.column, refusal.value) for refusal in read.refusals] == [(5, "Año, Mes", "2024 13")]
    read = Read(
        text("Trimestre;Valor\nI Trim 2024;1.5\n2024-T2;2.5\n2024Q3;10"), indicator="growth", place="pe", **TOLD
    )
    assert [cell.period for cell in read.cells] == ["2024-Q1", "2024-Q2", "2024-Q3"]


def test_dates_are_asked_for_where_nothing_tells_their_order() -> None:
    rows = text("Fecha;Estación;Valor\n3/4/2024;A;1\n5/6/2024;A;2")
    read = Read(rows, indicator="pm10", place="pe", **TOLD)
    assert read.asked == ["dates"] and not read.cells
    assert {refusal.column for refusal in read.refusals} == {"Fecha"}
    assert [cell.period for cell in Read(rows, indicator="pm10", place="pe", dates="mdy", **TOLD).cells] == [
        "2024-03-04",
        "2024-05-06",
    ]
    proven = Read(text("Fecha;Valor\n3/4/2024;1\n25/6/2024;2"), indicator="pm10", place="pe", **TOLD)
    assert proven.mapping["dates"] == "dmy" and [cell.period for cell in proven.cells] == ["2024-04-03", "2024-06-25"]


def test_excel_s_days() -> None:
    read = Read(text("Fecha;Valor\n44927;1\n44928;2"), indicator="pm10", place="pe", **TOLD)
    assert read.mapping["serials"] and [cell.period for cell in read.cells] == ["2023-01-01", "2023-01-02"]
    read = Read(text("Periodo;Valor\n44927;1\n2023-01-02;2"), indicator="pm10", place="pe", **TOLD)
    assert [(refusal.row, refusal.value) for refusal in read.refusals] == [(2, "44927")]
    assert "2023-01-01" in read.refusals[0].reason


def test_missing_marks_are_gaps_and_notes_are_nothing() -> None:
    read = long(
        "021014;2024;s/d",
        "021001;2024;sin valor",
        "021002;2024;",
        "021003;2024;0",
        ";;",
        "Fuente: INEI;;",
        "Elaboración propia",
        "x;2024;-",
    )
    assert [(cell.value, cell.status) for cell in read.cells] == [(None, "O"), (None, "O"), (None, "O"), (0, "A")]
    assert [refusal.row for refusal in read.refusals] == [9], "a place that is none, and a mark that it has no value"
    assert read.left_out["blank"] >= 2


def test_what_a_cell_says_is_refused_with_its_row_column_and_advice() -> None:
    bad = ["#REF!", "=SUM(A1)", "NaN", "1e400", "12 millones", "2024-05-12", "12,5", "abc", "1" * 16]
    districts = [slug for slug in known().places.by_slug if slug.startswith("0210") and len(slug) == 6]
    read = long(*(f"{district};2024;{value}" for district, value in zip(districts, bad, strict=False)))
    assert not read.cells and len(read.refusals) == len(bad)
    for row, (refusal, value) in enumerate(zip(read.refusals, bad, strict=True), 2):
        assert (refusal.row, refusal.column, refusal.value) == (row, "VALOR", value)
        assert refusal.reason and refusal.suggestion


def test_a_decimal_mark_is_asked_for_only_where_it_matters() -> None:
    answers = {"decimal": "", "source": "inei", "as_of": "2024"}
    unsure = long("021014;2024;1,234", "021001;2024;5,678", **answers)
    assert unsure.asked == ["decimal"] and len(unsure.refusals) == 2 and "two ways" in unsure.refusals[0].reason
    rows = text(f"{LONG}\n021014;2024;1,234\n021001;2024;5,6")
    assert propose(rows, known())["decimal"] == ","
    rows = text(f"{LONG}\n021014;2024;1,234\n021001;2024;1,234,567")
    assert propose(rows, known())["decimal"] == "."
    rows = text(f"{LONG}\n021014;2024;1234\n021001;2024;12")
    assert "decimal" not in propose(rows, known()) and "decimal" not in {
        q.key for q in questions(propose(rows, known()), known())
    }
    rows = text(f"{LONG}\n021014;2024;1.5\n021001;2024;1,5")
    assert "decimal" in {question.key for question in questions(propose(rows, known()), known())}


def test_a_percentage_is_45_or_0_45() -> None:
    shares = text(f"{LONG}\n021014;2024;0.45\n021001;2024;0.3333")
    answers = {"codes": "inei", "indicator": "poverty", **TOLD}
    assert Read(shares, **answers).asked == ["percent"]
    assert Read(shares, **answers, percent="share").value("021014", "2024") == 45
    assert Read(shares, **answers, percent="as_is").value("021014", "2024") == Decimal("0.45")
    assert Read(text(f"{LONG}\n021014;2024;45"), **answers).asked == []
    signed = Read(text(f"{LONG}\n021014;2024;0.45%"), **answers, percent="share")
    assert signed.value("021014", "2024") == Decimal("0.45"), "a sign says what it is"
    money = long("021014;2024;45%")
    assert "not measured in percent" in money.refusals[0].reason
    assert Read(shares, **{**answers, "indicator": "canon"}).asked == []


def test_a_multiplier_is_exact_and_leaves_percentages_alone() -> None:
    read = long("021014;2024;123456789.12345678901", multiplier="1000000")
    assert read.value("021014", "2024") == Decimal("123456789123456.78901000000")
    rows = text("UBIGEO;AÑO;PIM;Avance\n021014;2024;1.5;45.5")
    read = Read(
        rows, values={"PIM": "pim", "Avance": "poverty"}, codes="inei", multiplier="1000", percent="as_is", **TOLD
    )
    assert (read.value("021014", "2024", "pim"), read.value("021014", "2024", "poverty")) == (1500, Decimal("45.5"))
    assert "out of any range" in long("021014;2024;999999999999", multiplier="1000000").refusals[0].reason
    with pytest.raises(Invalid):
        long("021014;2024;1", multiplier="mil")


def test_few_people_are_kept_back() -> None:
    read = long("021014;2024;4", "021001;2024;5", "021002;2024;0", "021003;2024;1200", indicator="workers")
    assert [(cell.value, cell.status) for cell in read.cells] == [(None, "Q"), (5, "A"), (0, "A"), (1200, "A")]
    added = long("021014;2024;4", "021014;2024;3", "021001;2024;2", "021001;2024;1", indicator="workers", same="add")
    assert [(cell.value, cell.status) for cell in added.cells] == [(7, "A"), (None, "Q")], "what counts is the sum"
    thousands = long("021014;2024;3.2", indicator="workers", multiplier="1000")
    assert thousands.value("021014", "2024") == 3200


def test_a_column_of_statuses_in_letters_and_words() -> None:
    head = f"{LONG};OBS_STATUS"
    rows = [
        "021014;2024;1;provisional",
        "021001;2024;2;E",
        "021002;2024;;suprimido",
        "021003;2024;;",
        "021004;2024;5;",
        "021005;2024;;M",
    ]
    read = long(*rows, head=head)
    assert [(cell.value, cell.status) for cell in read.cells] == [
        (1, "P"),
        (2, "E"),
        (None, "Q"),
        (None, "O"),
        (5, "A"),
        (None, "M"),
    ]
    bad = long("021014;2024;1;Q", "021001;2024;;A", "021002;2024;-;P", "021003;2024;1;cerrado", head=head)
    assert not bad.cells
    assert [refusal.column for refusal in bad.refusals] == ["VALOR", "VALOR", "VALOR", "OBS_STATUS"]
    assert all(refusal.reason and refusal.suggestion for refusal in bad.refusals)


def test_totals_of_places_are_left_out_and_totals_of_groups_are_totals() -> None:
    rows = text(
        "UBIGEO;AÑO;Sexo;VALOR\n021014;2024;Hombres;1\n021014;2024;Mujeres;2\n021014;2024;Total;3\n021001;2024;- TODOS -;4\nTOTAL GENERAL;2024;Total;7"
    )
    answers = {"codes": "inei", "indicator": "canon", **TOLD}
    read = Read(rows, **answers)
    assert read.value("021014", "2024") == 3 and read.value("021014", "2024", sexo="Mujeres") == 2
    assert read.value("021001", "2024") == 4 and read.left_out == {"totals": 1}
    assert len(Read(rows, **answers, totals="leave_out").cells) == 2
    kept = Read(rows, **answers, totals="keep", place="pe")
    assert kept.value("pe", "2024") == 7
    assert "of which place" in Read(rows, **answers, totals="keep").refusals[0].reason


def test_rows_of_the_same_are_refused_added_or_averaged() -> None:
    rows = ["021014;2024;1.5", "021001;2024;9", "021014;2024;2", "021014;2024;s/d"]
    read = long(*rows)
    assert "same" in read.asked
    assert len(read.cells) == 2 and [refusal.row for refusal in read.refusals] == [4, 5]
    assert "Row 2" in read.refusals[0].reason
    added = long(*rows, same="add")
    assert [(cell.row, cell.value) for cell in added.cells] == [(2, Decimal("3.5")), (3, 9)]
    assert long(*rows, same="mean").value("021014", "2024") == Decimal("1.75")
    thirds = long("021014;2024;1", "021014;2024;1", "021014;2024;2", same="mean")
    assert thirds.value("021014", "2024") == Decimal("1.3333333333")
    doubtful = long("021014;2024;1;P", "021014;2024;2;E", head=f"{LONG};status", same="add")
    assert doubtful.cell("021014", "2024").status == "E"
    nothing = long("021014;2024;-", "021014;2024;-", same="add")
    assert (nothing.value("021014", "2024"), nothing.cell("021014", "2024").status) == (None, "O")


def test_sums_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MOST", 2)
    read = long("021014;2022;1", "021014;2023;2", "021014;2024;3", "021014;2022;4", same="add")
    assert [cell.value for cell in read.cells] == [5, 2]
    assert len(read.refusals) == 1 and "More than 2" in read.refusals[0].reason


def test_two_columns_of_one_period_are_refused() -> None:
    read = Read(text("UBIGEO;2019;2019.0\n021014;1;2"), indicator="canon", codes="inei", **TOLD)
    assert len(read.cells) == 1 and "Two columns" in read.refusals[0].reason


def test_only_some_rows() -> None:
    rows = text("UBIGEO;AÑO;Unidad;VALOR\n021014;2024;S/;5\n021014;2024;US$;2\n021001;2024;S/;7")
    answers = {"codes": "inei", "indicator": "canon", **TOLD}
    assert Read(rows, **answers).asked == ["only", "same"]
    read = Read(rows, **answers, only={"Unidad": "S/"}, same="refuse")
    assert read.asked == [] and [cell.value for cell in read.cells] == [5, 7] and read.left_out == {"only": 1}
    assert len(Read(rows, **answers, only={"Unidad": ["S/", "US$"]}).cells) == 2


def test_several_indicators_in_one_column() -> None:
    rows = text(
        "Indicador;UBIGEO;AÑO;VALOR\nCanon minero;021014;2024;5\npim;021014;2024;7\nCanon minro;021014;2023;1\n;021001;2024;1"
    )
    read = Read(rows, codes="inei", **TOLD)
    assert read.mapping["columns"]["indicator"] == "Indicador" and read.asked == []
    assert (read.value("021014", "2024", "canon"), read.value("021014", "2024", "pim")) == (5, 7)
    assert [(refusal.row, refusal.reason) for refusal in read.refusals] == [
        (4, "There is no such indicator."),
        (5, "This row names no indicator."),
    ]
    assert read.refusals[0].suggestion == "Canon minero (canon)"


def test_sources_and_units_of_rows() -> None:
    head = f"{LONG};fuente;unit"
    rows = [
        "021014;2024;1;Ministerio de Economía;S/",
        "021001;2024;2;;s/",
        "021002;2024;3;El Comercio;S/",
        "021003;2024;4;INEI;US$",
    ]
    read = Read(
        text("\n".join([head, *rows])), codes="inei", indicator="canon", columns={"unit": "unit"}, only={}, **TOLD
    )
    assert [cell.source for cell in read.cells] == ["mef", "inei"]
    assert [(refusal.row, refusal.column) for refusal in read.refusals] == [(4, "fuente"), (5, "unit")]


def test_the_period_of_the_whole_file_and_the_place_of_empty_cells() -> None:
    read = Read(
        text("UBIGEO;VALOR\n021014;1\n;2\n021001;"), indicator="canon", codes="inei", period="2024", place="pe", **TOLD
    )
    assert [(cell.territory, cell.value) for cell in read.cells] == [
        (place("021014"), 1),
        (place("pe"), 2),
        (place("021001"), None),
    ]


def test_a_period_of_another_frequency_is_refused() -> None:
    read = long("021014;2024-03;1", "021014;2024;2")
    assert len(read.cells) == 1 and "kept by year" in read.refusals[0].reason


def test_our_own_export_comes_back_as_it_went_out() -> None:
    columns = (
        "indicator",
        "place",
        "place_name",
        "period",
        "value",
        "unit",
        "status",
        "source",
        "as_of",
        "scope",
        "by:sexo",
        "by:ambito",
    )
    out = [
        ("canon", "021014", "San Marcos", "2024", Decimal("161834439.10"), "S/", "A", "mef", "2025-03-31", "", "", ""),
        ("canon", "pe", "Perú", "2024", Decimal("-5.5"), "S/", "P", "mef", "2025-03-31", "sin saldos", "", ""),
        ("poverty", "02", "Áncash", "2024", Decimal("0.45"), "%", "E", "inei", "", "", "Mujeres", "Rural"),
        ("price", "pe", "Perú", "2024-03", None, "US$/lb", "L", "inei", "mayo", "", "", ""),
        ("growth", "pe", "Perú", "2024-Q1", Decimal("1234.567"), "%", "A", "inei", "", "", "=1+1", "- x"),
    ]  # fmt: skip
    written = "".join(csv_parts(out, [(name, lambda row, at=at: row[at]) for at, name in enumerate(columns)], bom=True))
    rows = [(number, cells) for number, cells in enumerate(csv.reader(io.StringIO(written)), 1)]
    mapping = propose(rows, known())
    assert questions(mapping, known()) == [] and mapping["unused"] == []
    cells = list(read(iter(rows), mapping, known()))
    assert [
        (c.indicator, c.territory, c.period, c.value, c.status, c.source, c.as_of, c.scope, dict(c.breakdown)) for c in cells
    ] == [
        (r[0], place(r[1]), r[3], r[4], r[6], r[7], r[8], r[9], {k: v for k, v in (("sexo", r[10]), ("ambito", r[11])) if v}) for r in out
    ]  # fmt: skip


def test_sdmx_with_labels_in_the_cells() -> None:
    rows = text(
        "STRUCTURE;STRUCTURE_ID;ACTION;REF_AREA: Area;SEX: Sex;TIME_PERIOD: Time;OBS_VALUE;OBS_STATUS: Status;UNIT_MULT: Mult\n"
        "DATAFLOW;X;I;PER: Peru;_T: Total;2024;1.5;A: Normal value;6\n"
        "DATAFLOW;X;I;PER: Peru;F: Female;2024;2.5;P: Provisional value;6"
    )
    read = Read(rows, indicator="canon", source="inei", as_of="2024")
    assert read.asked == [] and not read.refusals
    assert read.value("pe", "2024") == 1_500_000 and read.cells[1].status == "P"
    assert [key for key, _value in read.cells[1].breakdown] == ["sex"]


def test_what_must_be_known_is_said_before_anything_is_read() -> None:
    rows = text(f"{LONG}\n021014;2024;1")
    mapping = {**propose(rows, known()), "codes": "inei", "indicator": "canon"}
    broken = [
        ("header_row", 9, None), ("indicator", "nothing", "indicator"), ("indicator", "", "indicator"), ("codes", "", "codes"),
        ("columns", {"place": "UBIGEO", "period": "AÑO"}, "value"), ("columns", {"place": "X", "period": "AÑO", "value": "VALOR"}, None),
        ("columns", {"period": "AÑO", "value": "VALOR"}, "place"), ("columns", {"place": "UBIGEO", "value": "VALOR"}, "period"),
        ("place", "99", "place"), ("breakdowns", {"Sexo": "sexo"}, None),
    ]  # fmt: skip
    for key, value, field in broken:
        with pytest.raises(Invalid) as told:
            list(read(iter(rows), {**mapping, key: value}, known()))
        assert field is None or told.value.field == field, key
    with pytest.raises(Invalid, match="VALOR"):
        list(read(iter(rows), {**mapping, "shape": "wide", "periods": {"VALOR": "never"}}, known()))
    with pytest.raises(Invalid):
        propose(text("1;2;3\n4;5;6"), known())


def test_figures_that_look_like_years_are_no_header() -> None:
    rows = text("Zona;Casos;Altas;Bajas\nNorte;1900;2000;1850\nSur;2001;1999;2010")
    assert propose(rows, known())["header_row"] == 1


def test_our_own_export_saved_anew_by_a_spreadsheet() -> None:
    rows = text(
        "indicator;place;place_name;period;value;unit;status;source;as_of;scope\n"
        "canon;21014;San Marcos;2024;161834439,1;S/;A;mef;2025-03-31;\ncanon;180107;San Antonio;2024;7,25;S/;A;mef;2025-03-31;"
    )
    read = Read(rows)
    assert read.asked == [] and not read.refusals
    assert (read.value("021014", "2024"), read.value("180107", "2024")) == (Decimal("161834439.1"), Decimal("7.25"))


def test_a_workbook_with_merged_cells(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "cuadro.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "Pobreza según sexo")
        sheet.merge_range(2, 0, 3, 0, "Departamento")
        sheet.merge_range(2, 1, 2, 2, 2020)
        sheet.merge_range(2, 3, 2, 4, "2021 (p)")
        sheet.write_row(3, 1, ["Hombres", "Mujeres", "Hombres", "Mujeres"])
        sheet.write_row(4, 0, ["Áncash", 10.5, 11, 12, 13.25])
        sheet.write_row(5, 0, ["Cusco", 20, 21, "n.d.", 23])
    read = Read(sheets.read(path).rows, indicator="poverty", **TOLD)
    assert read.mapping["header_row"] == 4 and read.asked == [] and not read.refusals
    assert (
        read.value("02", "2021", sexo="Mujeres") == Decimal("13.25")
        and read.cell("02", "2021", sexo="Mujeres").status == "P"
    )
    assert (read.value("08", "2021", sexo="Hombres"), read.cell("08", "2021", sexo="Hombres").status) == (None, "O")


def test_reading_holds_no_lines() -> None:
    rows = iter([(1, LONG.split(";")), *((n, ["021014", f"{1900 + n}", "5"]) for n in range(2, 100))])
    found = read(
        rows,
        {
            "header_row": 1,
            "columns": {"place": "UBIGEO", "period": "AÑO", "value": "VALOR"},
            "codes": "inei",
            "indicator": "canon",
        },
        known(),
    )
    assert next(found).row == 2
    assert next(rows)[0] == 3, "nothing was read ahead"
