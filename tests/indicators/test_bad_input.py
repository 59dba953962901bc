"""Files as people really send them, and as somebody might send them to do harm: refused or read rightly, never half-read."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
import xlsxwriter
from click import ClickException

from observatory.kernel.errors import Invalid
from observatory.rooms.indicators.tables import showing
from tests.indicators.terminal import Terminal, counts
from tests.indicators.world import World

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}
SAID = {"source": "inei", "as_of": "2026-01", "codes": "inei"}
HEADER = ["Ubigeo", "Año", "Obras"]
GOOD = ["180101", "2024", "5"]


@pytest.fixture(scope="module")
def world(one_world: World) -> World:
    """Reading has nothing to do with the kind of database."""
    return one_world


@pytest.fixture(scope="module")
def works(world: World) -> str:
    return world.an_indicator(**WORKS)


@pytest.fixture
def said(works: str) -> dict[str, Any]:
    return {
        **SAID,
        "indicator": works,
        "columns": {"place": "Ubigeo", "period": "Año", "value": "Obras"},
        "same": "refuse",
    }


def workbook(*sheets: list[list[Any]], formats: dict[int, str] | None = None) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        styles = {at: book.add_format({"num_format": told}) for at, told in (formats or {}).items()}
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, cells in enumerate(rows):
                for at, cell in enumerate(cells):
                    sheet.write(number, at, cell, styles.get(at))
    return made.getvalue()


def csv(*rows: list[str]) -> str:
    return "".join(";".join(row) + "\n" for row in [HEADER, *rows])


def refused(terminal: Terminal, content: str | bytes, said: dict[str, Any] | None, name: str = "cifras.csv") -> str:
    """Why a file is not taken at all; nothing is written."""
    before = terminal.world.count()
    with pytest.raises(ClickException) as why:
        terminal.bring(terminal.file(content, name), said)
    assert terminal.world.count() == before
    return str(why.value.message)


def dry(terminal: Terminal, content: str | bytes, said: dict[str, Any], name: str = "cifras.csv") -> dict[str, Any]:
    return terminal.bring(terminal.file(content, name), said, dry_run=True)


def test_a_workbook_that_unpacks_to_more_than_is_sensible_is_not_unpacked(
    terminal: Terminal, said: dict[str, Any]
) -> None:
    honest = workbook([HEADER, GOOD])
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as whole, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name) if "sheet1" not in name else b"<worksheet>" + b" " * 300_000_000)
    assert len(bomb.getvalue()) < 1_000_000
    assert "unpacks to more than is sensible" in refused(terminal, bomb.getvalue(), None, "bomba.xlsx")


def test_a_workbook_that_lies_about_its_size_ends_its_reader_and_nothing_else(terminal: Terminal) -> None:
    honest = workbook([HEADER, GOOD])
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as whole, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name) if "sheet1" not in name else b"<worksheet>" + b" " * 40_000_000)
    lying = bomb.getvalue().replace((40_000_011).to_bytes(4, "little"), (4_000).to_bytes(4, "little"))
    assert lying != bomb.getvalue()
    assert refused(terminal, lying, None, "mentira.xlsx")


def test_a_million_empty_rows_are_none(terminal: Terminal, said: dict[str, Any]) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, GOOD)
        sheet.write_blank(1_048_575, 0, None, bold)
    found = dry(terminal, made.getvalue(), said, "vacias.xlsx")
    assert counts(found) == (1, 0, 0, 0)


def test_formulas_as_texts_are_no_figures_and_run_nowhere(terminal: Terminal, said: dict[str, Any]) -> None:
    rows = [["180101", "2023", "=2+3"], ["180101", "2024", "=cmd|' /C calc'!A0"], ['=HYPERLINK("x")', "2024", "5"]]
    found = dry(terminal, csv(*rows), said)
    assert counts(found) == (0, 0, 0, 3)
    assert {row["value"][:2] for row in found["refusals"]} == {"'="}, "guarded where they are told"
    computed = workbook([HEADER, ["180101", "2024", "=2+3"]])
    assert (
        counts(dry(terminal, computed, said, "formula.xlsx"))[0] + counts(dry(terminal, computed, said, "f.xlsx"))[3]
        == 1
    )


def test_days_that_a_workbook_keeps_as_numbers_are_days(terminal: Terminal, world: World) -> None:
    daily = world.an_indicator(**{**WORKS, "frequency": "day", "title": "Nivel del agua"})
    book = workbook(
        [["Ubigeo", "Fecha", "Valor"], ["180101", 45352, 5], ["180101", 45353, 6]], formats={1: "yyyy-mm-dd"}
    )
    found = dry(terminal, book, {**SAID, "indicator": daily}, "dias.xlsx")
    assert counts(found) == (2, 0, 0, 0)
    plain = csv(["180101", "45352", "5"], ["180101", "45353", "6"])
    found = dry(terminal, plain, {**SAID, "indicator": daily})
    assert counts(found) == (0, 0, 0, 2), "a number is a day only where somebody says so"
    assert counts(dry(terminal, plain, {**SAID, "indicator": daily, "serials": True})) == (2, 0, 0, 0)


def test_a_header_of_two_lines_is_one(terminal: Terminal, world: World) -> None:
    slug = world.an_indicator(**{**WORKS, "title": "Personas contratadas"})
    rows = [["Ubigeo", "2023", "", "2024", ""], ["", "Hombres", "Mujeres", "Hombres", "Mujeres"],
            ["180101", 10, 11, 12, 13], ["180106", 20, 21, 22, 23]]  # fmt: skip
    file = terminal.file(workbook(rows), "dos.xlsx")
    assert terminal.propose(file)["header_rows"] == 2
    found = terminal.bring(file, {**SAID, "indicator": slug}, publish=True)
    assert counts(found) == (8, 0, 0, 0)
    assert world.shown(slug, place="pe", by="sexo") == {
        "Hombres": {"2023": "30", "2024": "34"}, "Mujeres": {"2023": "32", "2024": "36"},
    }  # fmt: skip


def test_codes_of_two_systems_in_one_file_are_asked_about_and_never_guessed(terminal: Terminal, works: str) -> None:
    rows = [["180106", "2023", "1"], ["170101", "2024", "3"]]  # Torata by INEI; Moquegua by RENIEC
    open_ = terminal.propose(terminal.file(csv(*rows)))["questions"]
    assert any("INEI" in each and "RENIEC" in each for each in open_)
    for codes, taken in (("inei", 1), ("reniec", 1)):
        found = dry(terminal, csv(*rows), {**SAID, "codes": codes, "indicator": works})
        assert counts(found) == (taken, 0, 0, len(rows) - taken), codes
    both = csv(["170105", "2024", "1"], ["170105", "2023", "2"])  # another district in each
    assert any("same six digits" in each for each in terminal.propose(terminal.file(both))["questions"])


NONE = [
    "NaN",
    "nan",
    "inf",
    "-Infinity",
    "1e30",
    "10000000000000000",
    "1" * 100,
    "1e-30",
    "1.2.3",
    "5 obras",
    "0x10",
    "١٢",
]


def test_what_is_no_number_in_range_is_refused_with_its_reason(terminal: Terminal, said: dict[str, Any]) -> None:
    rows = [["180106", str(2000 + at), value] for at, value in enumerate(NONE)]
    found = dry(terminal, csv(GOOD, *rows), said)
    assert counts(found) == (1, 0, 0, len(NONE))
    assert [int(row["row"]) for row in found["refusals"]] == list(range(3, len(NONE) + 3))
    assert all(row["column"] == "Obras" and row["reason"] for row in found["refusals"])


def test_noughts_that_no_text_may_hold_are_left_out(terminal: Terminal, said: dict[str, Any]) -> None:
    content = csv(["180101", "20\x0024", "5\x00"]).encode()
    assert counts(dry(terminal, content, said)) == (1, 0, 0, 0)


def test_cells_of_a_hundred_thousand_characters_are_refused_and_told_in_short(
    terminal: Terminal, said: dict[str, Any]
) -> None:
    found = dry(terminal, csv(GOOD, ["180106", "2024", "x" * 100_000], ["9" * 100_000, "2024", "5"]), said)
    assert counts(found) == (1, 0, 0, 2)


def test_bytes_that_are_no_table_are_refused(terminal: Terminal) -> None:
    for content in (b"", b"PK\x03\x04 no", b"%PDF-1.7 hola"):
        assert refused(terminal, content, None)


@pytest.mark.parametrize("mapping", ["[1, 2]", "null", '"texto"', "7", "{no es json", "", '{"sheet": "uno"}'])
def test_what_is_no_mapping_is_refused_before_anything_is_read(terminal: Terminal, works: str, mapping: str) -> None:
    chosen = terminal.file(mapping, "mapping.json")
    with pytest.raises(ClickException, match=r"mapping"):
        terminal.run(terminal.file(csv(GOOD)), mapping_file=chosen)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"columns": {"place": "No hay", "period": "Año", "value": "Obras"}}, "No hay"),
    ({"columns": {"place": "Ubigeo", "period": "Año"}}, "Which column holds the figures"),
    ({"columns": ["Ubigeo"]}, "columns"), ({"columns": {"place": 5}}, "columns"), ({"columns": 5}, "columns"),
    ({"header_row": "x"}, "header_row"), ({"header_row": [1]}, "header_row"), ({"header_row": 77}, "77"),
    ({"header_row": -1}, "-1"), ({"sheet": True}, "sheet"), ({"codes": "klingon"}, "codes of places"),
    ({"multiplier": "mucho"}, "multiplier"), ({"multiplier": "-1"}, "multiplier"), ({"multiplier": "NaN"}, "multiplier"),
    ({"place": "999999"}, "999999"), ({"indicator": "no-hay"}, "no-hay"), ({"indicator": ["x"]}, "indicator"),
    ({"periods": {"Obras": "nunca"}, "shape": "wide"}, "Obras"), ({"breakdowns": {"No hay": "x"}}, "No hay"),
    ({"breakdowns": 5}, "breakdowns"), ({"values": {"Obras": 5}}, "values"), ({"same": "multiply"}, "same"),
    ({"same": ["add"]}, "same"), ({"only": {"No hay": "x"}}, "No hay"), ({"only": {"Obras": 5}}, "only"),
    ({"percent": "45"}, "percent"), ({"seen": "todo"}, "seen"), ({"header_breakdowns": {"Obras": "x"}}, "header_breakdowns"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=str)
def test_a_mapping_that_cannot_be_meant_is_refused_in_words(
    world: World, said: dict[str, Any], wrong: dict[str, Any], words: str
) -> None:
    with world.reading(), pytest.raises(Invalid) as why:
        read(world, {"header_row": 1, **said, **wrong})
    assert words in str(why.value.message)


def read(world: World, mapping: dict[str, Any]) -> None:
    """Read a file of one figure as the desk does: only where nothing is open."""
    actor = world.actor("analista")
    if open_ := showing.questions(actor, mapping):
        raise Invalid(" ".join(open_))
    list(showing.plan(actor, iter([(1, HEADER), (2, GOOD)]), mapping))


def test_a_sheet_that_is_not_there_is_the_last_one(terminal: Terminal, said: dict[str, Any]) -> None:
    book = workbook([["nada", "aquí"], ["1", "2"]], [HEADER, GOOD])
    whole = {"header_row": 1, **said}
    for number in (1, 99):
        chosen = terminal.file(json.dumps({**whole, "sheet": number}), "mapping.json")
        assert terminal.run(terminal.file(book, "hojas.xlsx"), mapping_file=chosen, dry_run=True) == 0
    chosen = terminal.file(json.dumps({**whole, "sheet": 0}), "mapping.json")
    with pytest.raises(ClickException):
        terminal.run(terminal.file(book, "hojas.xlsx"), mapping_file=chosen, dry_run=True)


def test_whether_45_percent_is_45_or_a_share_is_asked_where_it_could_be_either(
    terminal: Terminal, world: World
) -> None:
    slug = world.an_indicator(over_places="none")
    file = terminal.file(csv(["180101", "2023", "0.45"], ["180101", "2024", "0.5"]))
    told = {**SAID, "indicator": slug}
    with pytest.raises(ClickException, match=r"Is 45 percent written as 45 or as 0.45"):
        terminal.bring(file, told)
    assert counts(terminal.bring(file, {**told, "percent": "share"}, publish=True)) == (2, 0, 0, 0)
    assert world.shown(slug, place="180101") == {"Moquegua": {"2023": "45", "2024": "50"}}
    clear = terminal.file(csv(["180101", "2023", "45"], ["180101", "2024", "50"]))
    assert counts(terminal.bring(clear, told)) == (0, 0, 2, 0), "nobody asks where it is clear"
