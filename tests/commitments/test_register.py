"""The register of commitments in and out: unchanged both ways, other people's registers as drafts, all or nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from observatory.app import open_database
from observatory.cli import exchanging
from observatory.records.models import Record
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.tables.columns import date_of, steps
from tests import promises
from tests.app import Demo


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")


class Desk:
    """The command line over a demonstration."""

    def __init__(self, demo: Demo, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.demo, self._folder, self._capsys = demo, folder, capsys

    def bring(self, file: Path, **mapping: Any) -> dict[str, Any]:
        """What the command says: its JSON, `code`, and the rows of `refusals`."""
        options: dict[str, Any] = {"mapping_file": None, "dry_run": False, "email": None, "organisation": None}
        options |= {key: mapping.pop(key) for key in list(mapping) if key in options}
        exchanging.bring(self.demo.settings, "commitments", file, only_propose=True, **options)
        proposed = json.loads(self._capsys.readouterr().out)
        options["mapping_file"] = self._folder / "mapping.json"
        options["mapping_file"].write_text(json.dumps({**proposed, **mapping}))
        code = exchanging.bring(self.demo.settings, "commitments", file, only_propose=False, **options)
        said = self._capsys.readouterr()
        return {**json.loads(said.out), "code": code, "refusals": list(csv.DictReader(io.StringIO(said.err)))}

    def file(self, *rows: dict[str, Any], name: str = "promesas.csv") -> Path:
        path = self._folder / name
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def exported(self, name: str) -> Path:
        path = self._folder / name
        exchanging.send_out(self.demo.settings, "commitments", path)
        self._capsys.readouterr()
        return path

    def count(self) -> int:
        return int(self.demo.scalar(select(func.count()).select_from(Commitment)))

    def found(self, **values: Any) -> list[Commitment]:
        database = open_database(self.demo.settings)
        try:
            with database.reading() as unit:
                statement = select(Commitment).order_by(Commitment.id)
                for name, value in values.items():
                    statement = statement.where(getattr(Commitment, name) == value)
                return list(unit.scalars(statement))
        finally:
            database.close()


@pytest.fixture
def desk(demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    return Desk(demo, tmp_path, capsys)


@pytest.mark.parametrize("name", ["todo.csv", "todo.xlsx"])
def test_what_was_exported_goes_in_again_and_changes_nothing(desk: Desk, name: str) -> None:
    before = desk.count()
    said = desk.bring(desk.exported(name))
    assert (said["new"], said["changed"], said["refused"], said["batch"]) == (0, 0, 0, None)
    assert said["unchanged"] > 100
    assert desk.count() == before


def test_an_edited_file_changes_drafts_and_nothing_that_was_proposed(desk: Desk) -> None:
    file = desk.file(
        {"number": promises.DRAFT, "result": "14 bombas entregadas.", "due_original": ""},
        {"number": promises.RUNNING, "result": "14 bombas entregadas.", "due_original": ""},
    )
    said = desk.bring(file, skip_refused=True)
    assert (said["changed"], said["refused"]) == (
        0,
        2,
    )  # the operator sees neither an organisation's draft nor its words
    said = desk.bring(file, skip_refused=True, email="manager@prueba.example", organisation="minera-puna-alta")
    assert (said["changed"], said["refused"]) == (1, 1)
    assert said["refusals"][0]["reason"] == "It was proposed: its words stay as they are."
    draft = desk.found(slug=promises.DRAFT)[0]
    assert (draft.expected_result, draft.due_original) == ("14 bombas entregadas.", None)
    running = desk.found(slug=promises.RUNNING)[0]
    assert (running.expected_result, running.due_original is None) == ("12 bombas entregadas.", False)


def test_a_due_date_is_not_moved_by_a_file(desk: Desk) -> None:
    later = (dt.date.today() + dt.timedelta(days=900)).isoformat()
    for column in ("due_current", "due_original"):
        said = desk.bring(desk.file({"number": promises.RUNNING, column: later}))
        assert said["refused"] == 1
        assert "decision" in said["refusals"][0]["reason"]


def test_a_state_is_not_changed_by_a_file(desk: Desk) -> None:
    said = desk.bring(desk.file({"number": promises.RUNNING, "state": "verified", "title": ""}))
    assert said["refused"] == 1
    assert desk.found(slug=promises.RUNNING)[0].state == "in_progress"


def test_the_register_of_the_open_government_partnership_goes_in_as_drafts(desk: Desk, real_data: Path) -> None:
    file = real_data / "05-commitments-results" / "open_parliament_0703_CUT-americas.csv"
    said = desk.bring(file, register="OGP", dates="mdy")
    assert (said["new"], said["refused"]) == (77, 0)
    found = desk.found(register="OGP", external_id="AR0045")[0]
    assert (found.state, found.accountable_id) == ("draft", None)
    assert found.accountable_as_written.startswith("Cámara de Diputados de la Nación")
    assert (found.promised_on, found.due_original) == (dt.date(2017, 8, 1), dt.date(2019, 6, 30))
    again = desk.bring(file, register="OGP", dates="mdy")
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 77)


def test_the_register_of_national_contributions_goes_in_but_for_what_stands_there_twice(
    desk: Desk, real_data: Path
) -> None:
    said = desk.bring(real_data / "05-commitments-results" / "ndcs.csv", skip_refused=True)
    assert (said["new"], said["refused"]) == (740, 1)
    assert len(desk.found(accountable_as_written="Peru")) == 4


def test_promises_of_parties_go_in_from_json(desk: Desk, real_data: Path) -> None:
    files = sorted((real_data / "05-commitments-results" / "promesas-peru").glob("*.json"))
    said = [desk.bring(file, register="Promesas 2021") for file in files]
    assert sum(each["new"] for each in said) == 345
    found = desk.found(register="Promesas 2021", external_id="PL-2021-001")[0]
    assert found.accountable_as_written == "Peru Libre"
    assert found.title.startswith("Creacion del Ministerio de Ciencia")
    assert {each.state for each in desk.found(register="Promesas 2021")} == {"draft"}


def test_one_wrong_row_among_five_thousand_and_nothing_is_written(desk: Desk, tmp_path: Path) -> None:
    path, before = tmp_path / "muchas.xlsx", desk.count()
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["promesa", "responsable", "ubigeo", "plazo"])
        for number in range(1, 5001):
            due = "31/02/2027" if number == 4999 else "31/12/2027"
            sheet.write_row(number, 0, [f"Instalar {number} bombas de agua", "Municipalidad", "060505", due])
    said = desk.bring(path)
    assert (said["new"], said["refused"], said["batch"]) == (4999, 1, None)
    assert (said["refusals"][0]["row"], said["refusals"][0]["column"]) == ("5000", "plazo")
    assert desk.count() == before


def test_the_same_commitment_twice_in_a_file_is_told(desk: Desk) -> None:
    row = {"promesa": "Entregar cuarenta cocinas mejoradas", "responsable": "Comunidad", "plazo": "2027-05-01"}
    said = desk.bring(desk.file(row, row, {**row, "monto": "1500"}))
    assert (said["new"], said["unchanged"], said["refused"]) == (1, 1, 1)
    assert said["refusals"][0]["reason"] == "Row 2 is about the same commitment."


def test_what_cannot_be_right_is_refused_in_its_row(desk: Desk) -> None:
    good = {"promesa": "Entregar cuarenta cocinas mejoradas", "fecha": "2026-01-01", "plazo": "2027-05-01"}
    wrong: list[dict[str, Any]] = [
        {"plazo": "2025-05-01"}, {"document_url": "https://[x"}, {"monto": "-5"}, {"ubigeo": "999999"},
        {"accountable": "nadie"}, {"hitos": "la mitad"}, {"promesa": "Corta"}, {"number": "123456789"},
        {"accountable": "sociedad-minera-cerro-verde", "state": ""},
    ]  # fmt: skip
    names = dict.fromkeys(key for row in wrong for key in row)
    rows = [{**dict.fromkeys(names, ""), **good, "responsable": str(n), **row} for n, row in enumerate(wrong)]
    said = desk.bring(
        desk.file(*rows), skip_refused=True, email="manager@prueba.example", organisation="minera-puna-alta"
    )
    assert (said["new"], said["refused"]) == (0, len(wrong))
    assert {int(each["row"]) for each in said["refusals"]} == set(range(2, len(wrong) + 2))


def test_a_code_that_lost_its_zero_is_found(desk: Desk) -> None:
    said = desk.bring(desk.file({"promesa": "Entregar cuarenta cocinas mejoradas", "ubigeo": "60505"}))
    assert (said["new"], said["refused"]) == (1, 0)


def test_a_stranger_cannot_change_a_draft_by_a_file(desk: Desk) -> None:
    file = desk.file({"number": promises.DRAFT, "result": "Ninguna."})
    said = desk.bring(file, email="stranger@prueba.example", organisation="comunidad-campesina-jacha-qalani")
    assert said["refused"] == 1
    assert desk.found(slug=promises.DRAFT)[0].expected_result == "12 bombas entregadas."


def test_a_batch_that_changed_a_draft_is_taken_back(desk: Desk) -> None:
    who = {"email": "manager@prueba.example", "organisation": "minera-puna-alta"}
    file = desk.file(
        {"number": promises.DRAFT, "ubigeo": "180203", "hitos": "40 % 2026-12-31 Compra\n60 % Entrega", "monto": "10"}
    )
    assert desk.bring(file, **who)["changed"] == 1
    demo = desk.demo
    manager = demo.client_as("manager")
    number = demo.scalar(select(func.max(_batches().id)))
    assert "Milestones" in manager.text(f"/desk/batches/{number}")
    answer = manager.send(f"/desk/batches/{number}/reversal", reason="Era otro archivo.")
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    draft = desk.found(slug=promises.DRAFT)[0]
    assert draft.amount is None
    assert demo.scalar(select(Record.slug).where(Record.id == draft.territory_id)) == "060505"


def _batches() -> Any:
    from observatory.aspects.desk.models import ImportBatch

    return ImportBatch


@pytest.mark.parametrize(
    ("text", "order", "last", "day"),
    [
        ("31/12/2026", "mdy", True, dt.date(2026, 12, 31)),
        ("03/04/2026", "mdy", True, dt.date(2026, 3, 4)),
        ("03/04/2026", "dmy", True, dt.date(2026, 4, 3)),
        ("6/30/20", "mdy", True, dt.date(2020, 6, 30)),
        ("2026", "dmy", True, dt.date(2026, 12, 31)),
        ("2026", "dmy", False, dt.date(2026, 1, 1)),
        ("february 2028", "dmy", True, dt.date(2028, 2, 29)),
        ("15 de setiembre de 2026", "dmy", True, dt.date(2026, 9, 15)),
        ("31/02/2026", "dmy", True, None),
        ("pronto", "dmy", True, None),
        ("2026-13-01", "dmy", True, None),
    ],
)
def test_dates_are_read_as_files_have_them(text: str, order: str, last: bool, day: dt.date | None) -> None:
    assert date_of(text, order, last=last) == day


def test_milestones_are_read_as_they_are_written() -> None:
    assert [step["title"] for step in steps("40 % 2026-05-31 Compra\n\n60% Entrega")] == ["Compra", "Entrega"]
    with pytest.raises(ValueError, match="One in each line"):
        steps("la mitad")
