"""Numbers, periods and statuses as people write them."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.rooms.indicators.tables import numbers, periods, statuses
from observatory.rooms.indicators.tables.unreadable import Ambiguous, Unreadable


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12.5", "", "12.5"), ("12,5", "", "12.5"), ("1,234.56", "", "1234.56"), ("1.234,56", "", "1234.56"),
        ("1 234 567,89", "", "1234567.89"), ("1\u00a0234", "", "1234"), ("1\u202f234,5", "", "1234.5"),
        ("62,334,134", "", "62334134"), ("1.234.567", "", "1234567"), ("1'234,567.89", "", "1234567.89"),
        ("1,234", ".", "1234"), ("1,234", ",", "1.234"), ("1.234", ".", "1.234"), ("1.234", ",", "1234"),
        ("0,123", "", "0.123"), ("1234.567", "", "1234.567"), (".5", "", "0.5"), ("5.", "", "5"), ("007", "", "7"),
        ("1,234 a/", ".", "1234"), ("12.5*", "", "12.5"), ("12.5 **", "", "12.5"), ("12.5 1/", "", "12.5"),
        ("12.5 (1)", "", "12.5"), ("12.5¹", "", "12.5"), ("12.5 [b]", "", "12.5"),
        ("(12.5)", "", "-12.5"), ("($1,234.50)", "", "-1234.50"), ("−5.2", "", "-5.2"), ("–3", "", "-3"), ("'-5", "", "-5"),
        ("S/ 1,234.50", "", "1234.50"), ("S/. 10", "", "10"), ("US$ 12", "", "12"), ("-$5.00", "", "-5.00"),
        ("12 USD", "", "12"), ("€ 3,5", "", "3.5"), ("+5", "", "5"), ("1.5E+06", "", "1500000"), ("1e-05", "", "0.00001"),
        ("999999999999999", "", "999999999999999"), ("0.12345678901234567890", "", "0.12345678901234567890"),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_dress(text: str, decimal: str, value: str) -> None:
    with localcontext() as context:
        context.prec = 6  # whatever the thread's own context would round to
        assert numbers.number(text, decimal).value == Decimal(value)


@pytest.mark.parametrize("text", ["1,234", "1.234", "12,345", "1'234,567", "S/ 1,234", "1.234 a/"])
def test_a_number_that_can_be_read_in_two_ways_is_not_read(text: str) -> None:
    with pytest.raises(Ambiguous) as told:
        numbers.number(text)
    assert "two ways" in told.value.reason and told.value.suggestion


@pytest.mark.parametrize(
    ("text", "decimal", "word"),
    [
        ("NaN", "", "no number"), ("inf", "", "no number"), ("-Infinity", "", "no number"), ("1e400", "", "out of any range"),
        ("1" + "0" * 30, "", "out of any range"), ("1000000000000000", "", "out of any range"), ("-9e15", "", "out of any range"),
        ("0." + "1" * 21, "", "decimals"), ("#REF!", "", "spreadsheet"), ("#DIV/0!", "", "spreadsheet"), ("#N/A", "", "spreadsheet"),
        ("#¡VALOR!", "", "spreadsheet"), ("#####", "", "spreadsheet"), ("=SUM(A1)", "", "formula"), ("'=SUM(A1)", "", "formula"),
        ("+A1", "", "formula"), ("@x", "", "formula"), ("2024-05-12", "", "date"), ("12/5/2024", "", "date"), ("12-may", "", "date"),
        ("12 millones", "", "words"), ("1,23,456", "", "thousands"), ("1 2", "", "thousands"), ("12 a", "", "not a number"),
        ("0,123", ".", "another mark"), ("0,123,456", "", "thousands"), ("5-", "", "not a number"), ("٣", "", "not a number"), ("true", "", "not a number"), ("x" * 99, "", "not a number"),
        ("12,5", ".", "another mark"), ("12.5", ",", "another mark"), ("1.234,56", ".", "another mark"), ("1,234,567", ",", "another mark"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(text: str, decimal: str, word: str) -> None:
    with pytest.raises(Unreadable) as told:
        numbers.number(text, decimal)
    assert word in told.value.reason and told.value.suggestion


def test_the_other_mark_is_suggested() -> None:
    with pytest.raises(Unreadable) as told:
        numbers.number("12,5", ".")
    assert told.value.suggestion == "12.5"


@pytest.mark.parametrize(
    "text", ["", "-", "–", "s/d", "S/D", "n.d.", "sin valor", "Sin Valor", "…", "...", "..", ":", "NA", "null"]
)
def test_a_missing_mark_is_no_nought(text: str) -> None:
    assert numbers.number(text) == (None, "O", False)
    assert numbers.number("0").value == 0


def test_a_cell_may_say_its_status() -> None:
    assert numbers.number("suprimido") == (None, "Q", False)
    assert numbers.number("No aplica") == (None, "M", False)
    assert numbers.number("12.5 (p)") == (Decimal("12.5"), "P", False)
    assert numbers.number("12.5 e") == (Decimal("12.5"), "E", False)
    assert numbers.number("45 %") == (45, "", True)


def test_marks_prove_the_decimal_mark_or_nothing() -> None:
    assert [numbers.evidence(text) for text in ("12.5", "12,5", "1,234", "1,234,567", "1.234.567", "12", "s/d", "abc")] == [
        ".", ",", "?", ".", ",", "", "", "",
    ]  # fmt: skip


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2))
def test_every_plain_number_comes_out_as_it_went_in(value: Decimal) -> None:
    assert numbers.number(format(value, "f"), ".").value == value
    assert numbers.number(format(value, ",.2f"), ".").value == value
    assert numbers.number(format(value, ",.2f").translate(str.maketrans(",.", ".,")), ",").value == value
    plain = numbers.plain(".").fullmatch(format(value, "f"))
    assert plain is None or Decimal(plain[0]) == value


@given(st.text(max_size=80))
def test_no_text_breaks_the_readers(text: str) -> None:
    for read in (numbers.number, periods.period, statuses.status):
        with suppress(Unreadable):
            read(text)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024", "2024"), ("2024.0", "2024"), ("Año 2024", "2024"), ("2024-03", "2024-03"), ("2024/3", "2024-03"),
        ("2024M03", "2024-03"), ("202403", "2024-03"), ("03/2024", "2024-03"), ("marzo 2024", "2024-03"),
        ("Marzo de 2024", "2024-03"), ("mar-24", "2024-03"), ("Set. 2020", "2020-09"), ("setiembre 2020", "2020-09"),
        ("Jan-99", "1999-01"), ("December 2019", "2019-12"), ("I trim 2024", "2024-Q1"), ("2024-T1", "2024-Q1"),
        ("2024Q1", "2024-Q1"), ("2024-Q4", "2024-Q4"), ("2024-I", "2024-Q1"), ("IV TRIMESTRE 2023", "2023-Q4"),
        ("IIT 2024", "2024-Q2"), ("1T24", "2024-Q1"), ("primer trimestre de 2024", "2024-Q1"), ("1er semestre 2024", "2024-S1"),
        ("2024-S2", "2024-S2"), ("2do sem. 2024", "2024-S2"), ("2024 H1", "2024-S1"), ("2024-03-15", "2024-03-15"),
        ("2024-03-15T00:00:00", "2024-03-15"), ("20240315", "2024-03-15"), ("15/3/2024", "2024-03-15"),
        ("3/15/2024", "2024-03-15"), ("3/3/2024", "2024-03-03"), ("15 de marzo de 2024", "2024-03-15"), ("15-mar-24", "2024-03-15"),
    ],
)  # fmt: skip
def test_a_period_is_read_in_any_dress(text: str, period: str) -> None:
    assert periods.period(text).text == period


@pytest.mark.parametrize(
    ("text", "period", "status"),
    [
        ("2005 (p)", "2005", "P"), ("2019*", "2019", "P"), ("2020p/", "2020", "P"), ("2022 P/", "2022", "P"), ("2021e", "2021", "E"),
        ("2021 (E)", "2021", "E"), ("2023 proy.", "2023", "F"), ("2020 (preliminar)", "2020", "P"), ("2021 1/", "2021", ""),
        ("mar-24 p/", "2024-03", "P"),
    ],
)  # fmt: skip
def test_a_mark_beside_a_period_is_its_status(text: str, period: str, status: str) -> None:
    assert periods.period(text)[::2] == (period, status)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("hola", "no period"), ("2023-2024", "range"), ("2023/24", "range"), ("2023-13", "no such month"), ("31/2/2024", "no such day"),
        ("1500", "no year"), ("3er semestre 2024", "no period"), ("2024-Q5", "no period"), ("44927", "2023-01-01"), ("12.5", "no period"),
        ("Q1", "no period"), ("", "no period"), ("enero", "no period"),
    ],
)  # fmt: skip
def test_what_is_no_period_says_why(text: str, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        periods.period(text)


def test_a_date_that_can_be_read_in_two_ways_waits_for_the_order() -> None:
    with pytest.raises(Ambiguous):
        periods.period("3/4/2024")
    assert periods.period("3/4/2024", dates="dmy").text == "2024-04-03"
    assert periods.period("3/4/2024", dates="mdy").text == "2024-03-04"
    with pytest.raises(Unreadable, match="no such day"):
        periods.period("15/3/2024", dates="mdy")


def test_excel_s_days_are_read_only_where_all_are_days() -> None:
    assert periods.period("44927", serials=True).text == "2023-01-01"
    assert periods.serial_day("44927") == dt.date(2023, 1, 1)
    assert periods.serial_day("150101") is None and periods.serial_day("10101") is None


def test_a_period_fits_the_frequency_of_its_indicator() -> None:
    assert periods.period("2024-03-01", frequency="month").text == "2024-03"
    assert periods.period("2024-12-31", frequency="year").text == "2024"
    assert periods.period("2024-06-30", frequency="quarter").text == "2024-Q2"
    assert periods.period("2024-II", frequency="half").text == "2024-S2"
    assert periods.period("2024-03", frequency="irregular").text == "2024-03"
    with pytest.raises(Unreadable, match="kept by year, and this is a month") as told:
        periods.period("2024-03", frequency="year")
    assert told.value.suggestion == "2024"
    with pytest.raises(Unreadable, match="kept by month, and this is a year"):
        periods.period("2024", frequency="month")
    with pytest.raises(Unreadable):
        periods.period("2024-03-15", frequency="month")


def test_a_year_and_its_part_in_two_columns() -> None:
    assert periods.of_parts("2024", "3", "month").text == "2024-03"
    assert periods.of_parts("2024.0", "Setiembre", "month").text == "2024-09"
    assert periods.of_parts("2024", "II", "quarter").text == "2024-Q2"
    assert periods.of_parts("2024", "T4", "quarter").text == "2024-Q4"
    assert periods.of_parts("2024", "1er semestre", "half").text == "2024-S1"
    for year, part, kind in (
        ("2024", "13", "month"),
        ("2024", "", "month"),
        ("2024-03", "1", "month"),
        ("2024", "5", "quarter"),
    ):
        with pytest.raises(Unreadable):
            periods.of_parts(year, part, kind)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("A", "A"), ("p", "P"), ("provisional", "P"), ("Preliminar", "P"), ("estimado", "E"), ("proyección", "F"), ("suprimido", "Q"),
        ("Definitivo", "A"), ("", ""), ("-", ""), ("No corresponde", "M"), ("A: Normal value", "A"), ("(p)", "P"),
    ],
)  # fmt: skip
def test_a_status_is_a_letter_or_a_word(text: str, letter: str) -> None:
    assert statuses.status(text) == letter


def test_an_unknown_status_says_which_there_are() -> None:
    with pytest.raises(Unreadable) as told:
        statuses.status("cerrado")
    assert "P provisional" in told.value.suggestion
