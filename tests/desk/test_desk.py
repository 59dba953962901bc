"""Registers in and out: real files as they are, all or nothing, and nothing guessed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click import ClickException
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import func, select

from observatory.aspects.desk import service
from observatory.aspects.desk.models import ImportBatch
from observatory.cli import exchanging, running
from observatory.kernel import desk, sheets
from observatory.kernel.db import Database
from observatory.kernel.errors import Invalid, Refused
from observatory.kernel.policy import Actor
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.places.models import Territory
from observatory.rooms.places.room import room as places
from tests.app import Demo, address_of, settings_of
from tests.services import Home, Homes


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")


PLACES = places.registers[0]


def bring(settings: Any, name: str, file: Path, capsys: pytest.CaptureFixture[str], **mapping: Any) -> dict[str, Any]:
    """What the command says: its JSON, `code`, and the rows of `refusals`."""
    options = {"only_propose": False, "mapping_file": None, "dry_run": False, "email": None, "organisation": None}
    options |= {key: mapping.pop(key) for key in list(mapping) if key in options}
    if mapping:
        exchanging.bring(settings, name, file, **{**options, "only_propose": True})
        proposed = json.loads(capsys.readouterr().out)
        chosen = file.with_suffix(".mapping.json")
        chosen.write_text(json.dumps({**proposed, **mapping}))
        options["mapping_file"] = chosen
    code = exchanging.bring(settings, name, file, **options)
    said = capsys.readouterr()
    return {**json.loads(said.out), "code": code, "refusals": list(csv.DictReader(io.StringIO(said.err)))}


@pytest.fixture
def empty(home: Home) -> Any:
    """The settings of an instance with tables and nothing else, which is no demonstration."""
    settings = settings_of(home, demo=False)
    running.upgrade(settings)
    return settings


@contextmanager
def reading(settings: Any) -> Iterator[Any]:
    database = Database(settings.database_url)
    with database.reading() as unit:
        yield unit
    database.close()


def test_the_real_files_load_as_they_are_and_the_figures_come_out(
    empty: Any, real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = real_data / "01-territory"
    districts = folder / "ubigeo_inei_2025.csv"
    with pytest.raises(ClickException, match="Which system are the codes of"):
        bring(empty, "places", districts, capsys)
    answers = {"system": "inei", "source": "INEI, ubigeos 2025"}
    copied = Path(str(empty.instance)) / "distritos.csv"
    copied.write_bytes(districts.read_bytes())
    told = bring(empty, "places", copied, capsys, **answers, dry_run=True)
    assert (told["new"], told["batch"]) == (1 + 25 + 196 + 1891, None)
    told = bring(empty, "places", copied, capsys, **answers)
    assert (told["new"], told["refused"], told["code"]) == (2113, 0, 0)
    again = bring(empty, "places", copied, capsys, **answers)
    assert (again["unchanged"], again["batch"]) == (1891, None), "the same file twice changes nothing"
    pairs = Path(str(empty.instance)) / "equivalencia.csv"
    pairs.write_bytes((folder / "equivalencia-ubigeos-oti-concytec.csv").read_bytes())
    strict = bring(empty, "places", pairs, capsys, adds=False)
    assert (strict["code"], strict["batch"]) == (1, None)
    shifted = next(row for row in strict["refusals"] if row["value"] == "PAZOS")
    assert shifted["suggestion"] == "090711" and "of another year" in shifted["reason"]
    loose = bring(empty, "places", pairs, capsys, adds=False, follow_names=True, skip_refused=True)
    assert (loose["refused"], loose["code"]) == (5, 1) and loose["batch"]
    with reading(empty) as unit:
        level, district = Territory.level, Territory.level == "district"
        assert dict(unit.execute(select(level, func.count()).group_by(level)).all()) == {
            "country": 1, "department": 25, "province": 196, "district": 1891,
        }  # fmt: skip
        assert unit.scalar(select(func.sum(Territory.population))) == 34_350_244
        ancash = select(func.sum(Territory.population), func.count()).where(Territory.inei.like("02____"))
        assert unit.execute(ancash).one() == (1_205_639, 166)
        assert unit.scalar(select(Territory.title).where(Territory.slug == "0613")) == "Santa Cruz"
        paired = select(func.count()).where(district, Territory.reniec.is_not(None))
        assert unit.scalar(paired) == 1837 - 5, "the five told above are left to a person"
        assert unit.scalar(paired.where(Territory.reniec != Territory.inei)) == 1727 - 5


def test_what_the_export_wrote_changes_nothing_when_it_comes_back(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("places", "organisations"):
        for ending in ("csv", "xlsx"):
            file = tmp_path / f"{name}.{ending}"
            count = exchanging.send_out(demo.settings, name, file)
            told = bring(demo.settings, name, file, capsys)
            assert (told["unchanged"], told["code"], told["batch"]) == (count, 0, None), told


def test_an_edited_file_is_a_diff_and_goes_in_as_one_batch(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "organizaciones.csv"
    file.write_text(
        "Lista de la mesa\n\nRUC;Razón social;Sector;Página web;Ubigeos\n"
        ";;;;\n20100070970;Nueva Minera S.A.;company;https://nueva.example;180106, 18\n"
        "20131312955;Oficina de prueba;academia;s/d;1801\n",
        encoding="cp1252",
    )
    told = bring(demo.settings, "organisations", file, capsys, dry_run=True)
    assert (told["new"], told["refused"]) == (2, 0)
    told = bring(demo.settings, "organisations", file, capsys)
    assert told["new"] == 2 and told["batch"]
    made = select(Organisation.website, Organisation.state).where(Organisation.ruc == "20100070970")
    with demo.database.reading() as unit:
        row = unit.execute(made).one()
        assert tuple(row) == ("https://nueva.example", "draft")
        assert unit.scalars(select(HistoryEntry.via).order_by(HistoryEntry.id.desc())).first() == "import"
        batch = unit.get(ImportBatch, told["batch"])
        assert batch.counts["new"] == 2 and len(batch.sha256) == 64
    assert bring(demo.settings, "organisations", file, capsys)["unchanged"] == 2


def test_one_wrong_row_of_thousands_and_nothing_is_written(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "muchas.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["slug", "name", "sector"])
        writer.writerows([f"fila-{n}", f"Fila {n}", "company" if n != 4999 else "minería"] for n in range(1, 5001))
    before = demo.scalar(select(func.count()).select_from(Record))
    told = bring(demo.settings, "organisations", file, capsys)
    assert (told["new"], told["refused"], told["batch"], told["code"]) == (4999, 1, None, 1)
    assert told["refusals"][0]["row"] == "5000" and told["refusals"][0]["column"] == "sector"
    assert demo.scalar(select(func.count()).select_from(Record)) == before


def test_codes_of_the_other_system_are_not_joined_by_mistake(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with demo.database.reading() as unit:
        rows = unit.execute(
            select(Territory.reniec, Territory.title).where(
                Territory.reniec.is_not(None), Territory.level == "district"
            )
        ).all()
    file = tmp_path / "reniec.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([("ubigeo", "distrito"), *((row.reniec, row.title) for row in rows[:400])])
    told = bring(demo.settings, "places", file, capsys, system="inei")
    assert told["refused"] == 400 and "far better" in told["refusals"][0]["reason"]
    told = bring(demo.settings, "places", file, capsys, system="reniec")
    assert (told["unchanged"], told["refused"]) == (400, 0)


def test_only_who_may_brings_a_register(demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "una.csv"
    file.write_text("slug,name,sector\nuna-mas,Una más,company\n")
    steward = next(a["email"] for a in demo.accounts() if a["role"] == "steward")
    who = {"email": address_of("manager"), "organisation": "minera-puna-alta"}
    with pytest.raises(ClickException, match="steward of reference data"):
        bring(demo.settings, "organisations", file, capsys, **who)
    with pytest.raises(ClickException, match="no mandate in force"):
        bring(demo.settings, "organisations", file, capsys, **{**who, "organisation": "otra"})
    told = bring(demo.settings, "organisations", file, capsys, email=steward, organisation="equipo-del-observatorio")
    assert told["new"] == 1
    with pytest.raises(Refused):
        service.take_in(Actor.guest(), PLACES, outcomes=[], mapping={}, file_name="x", sha256="0" * 64)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010101", "010101"),
        ("10101", "010101"),
        ("10101.0", "010101"),
        ("020000", "02"),
        ("010100", "0101"),
        ("1", "01"),
    ],
)
def test_a_code_is_read_as_people_write_it(text: str, value: str) -> None:
    from observatory.rooms.places.tables import code

    assert code(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567.5", "1234567.5"), ("1.234.567,5", "1234567.5"), ("12,5", "12.5"), ("12.5", "12.5"), ("1 234", "1234"),
        ("-7", "-7"), ("1,234", "1234"),
    ],
)  # fmt: skip
def test_a_number_is_read_with_either_mark(text: str, value: str) -> None:
    assert desk.number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["NaN", "inf", "1e30", "doce", "1,2,3", "--"])
def test_what_is_no_number_is_refused(text: str, app_context: None) -> None:
    with pytest.raises(ValueError, match=r"number"):
        desk.number(text)


def test_files_that_are_no_tables_are_refused_with_what_to_do(tmp_path: Path, app_context: None) -> None:
    def a_file(name: str, body: bytes) -> Path:
        (tmp_path / name).write_bytes(body)
        return tmp_path / name

    bomb = tmp_path / "bomba.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out, out.open("sheet1.xml", "w", force_zip64=True) as part:
        for _megabyte in range(300):
            part.write(b"0" * 1_000_000)
    assert bomb.stat().st_size < 400_000
    for path, words in (
        (bomb, "unpacks to more"),
        (a_file("roto.xlsx", b"PK\x03\x04rubbish"), "damaged"),
        (a_file("vacio.csv", b"\n\n;;\n"), "nothing in this file"),
        (a_file("programa.csv", b"\x7fELF\x00\x00"), "could not be read as a table"),
        (a_file("otro.xlsx", _zip({"hola.txt": b"hola"})), "could not be read as a table"),
    ):
        with pytest.raises(Invalid, match=words):
            sheets.read(path)


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return out.getvalue()


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=12
)


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    mark=st.sampled_from(",;\t|"),
)
def test_any_table_that_was_written_reads_back(tmp_path: Path, rows: list[list[str]], encoding: str, mark: str) -> None:
    table = [["uno", "dos", "tres"]] * 4 + [[f"x{cell}" for cell in row] for row in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL).writerows(table)
    file = tmp_path / "tabla.csv"
    file.write_bytes(out.getvalue().encode(encoding))
    if not any(other in cell for row in table for cell in row for other in set(",;\t|") - {mark}):
        assert [cells for _number, cells in sheets.read(file).rows] == table
    with xlsxwriter.Workbook(str(tmp_path / "tabla.xlsx"), {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            for at, cell in enumerate(row):
                sheet.write_string(number, at, cell)
    assert [cells for _number, cells in sheets.read(tmp_path / "tabla.xlsx").rows] == table


def test_two_people_who_bring_the_same_file_make_everything_once(
    homes: Homes, demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "una.csv"
    file.write_text("slug,name,sector\nuna-mas,Una más,company\n")
    first = bring(demo.settings, "organisations", file, capsys)
    second = bring(demo.settings, "organisations", file, capsys)
    assert (first["new"], second["new"], second["unchanged"]) == (1, 0, 1)
    assert demo.scalar(select(func.count()).where(Record.slug == "una-mas")) == 1
