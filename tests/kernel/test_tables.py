"""CSV files: clean, plain, and with nothing in them that a spreadsheet would run."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.kernel.tables import BOM, cell, csv_parts, guarded


@pytest.mark.parametrize("text", ["=1+1", "+51 54 123", "-x", "@SUM(A1)", "\t=1", "'=1"])
def test_a_text_that_looks_like_a_formula_gets_one_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "021014", "Ñuñoa", "'quoted'", "a=1", " =1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_taking_one_apostrophe_away_gives_the_text_back(text: str) -> None:
    written = guarded(text)
    is_guarded = written.startswith("'") and written.lstrip("'").startswith(("=", "+", "-", "@", "\t"))
    assert (written[1:] if is_guarded else written) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (-5, "-5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-12.50"), "-12.50"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (dt.date(2026, 11, 23), "2026-11-23"),
        ("a\x00b", "ab"),
    ],
)
def test_values_are_plain(value: object, text: str) -> None:
    assert cell(value) == text


def test_a_reader_gets_the_rows_back() -> None:
    rows = [{"name": f'Línea {n}, «ñ»\n"x"', "n": n} for n in range(1_000)]
    columns = [("name", lambda row: row["name"]), ("n", lambda row: row["n"])]
    parts = list(csv_parts(rows, columns))
    assert len(parts) > 1
    read = list(csv.DictReader(io.StringIO("".join(parts), newline="")))
    assert [(row["name"], int(row["n"])) for row in read] == [(row["name"], row["n"]) for row in rows]


def test_an_empty_table_still_names_its_columns() -> None:
    assert "".join(csv_parts([], [("inei", str)])) == "inei\r\n"


def test_the_byte_order_mark_comes_only_when_asked_for() -> None:
    assert "".join(csv_parts([], [("a", str)], bom=True)).startswith(BOM)
    assert not "".join(csv_parts([], [("a", str)])).startswith(BOM)
