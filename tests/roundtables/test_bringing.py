"""Books of minutes brought as files: mess and all, all or nothing, once, taken back; and what was exported changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from observatory.cli import exchanging
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.roundtables.models import AgendaItem, Outcome, RoundtableSession
from tests import tables
from tests.app import Demo

HEADER = ("Sesión", "Fecha", "Punto de agenda", "Resultado", "Acuerdo", "Responsable", "Plazo", "Acta")
BOOK = "Libro de actas 3"
MESS = (
    ("21", "15/12/2024", "Canal de riego", "", "La empresa construye doce kilómetros de canal.", "Minera Puna Alta S.A.", "31/12/2025", BOOK),
    ("", "", "Agua para Qantupata", "Acuerdo", "La región entrega seis bombas.", "GORE de la Cuenca (por confirmar)", "s/f", ""),
    ("", "", "", "", "", "", "", ""),
    ("22", "15-ene-2025", "Camino a la bocatoma", "pendiente", "Falta el presupuesto.", "", "", BOOK),
    ("", "", "Informe de la comisión", "información", "Se presentó el informe de diciembre.", "", "", ""),
    ("TOTAL", "", "", "", "4", "", "", ""),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")


class Desk:
    """The command line over a demonstration, as the secretary of its roundtable."""

    def __init__(self, demo: Demo, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.demo, self.folder, self.capsys = demo, folder, capsys

    def bring(self, file: Path, who: str = "secretary", body: str = tables.RUN, **mapping: Any) -> dict[str, Any]:
        """What the command says: its JSON, and the rows of `refusals`."""
        emails = {account["role"]: account["email"] for account in self.demo.accounts()}
        options: dict[str, Any] = {
            "mapping_file": None, "dry_run": mapping.pop("dry_run", False), "email": emails.get(who),
            "organisation": body if who in emails else None,
        }  # fmt: skip
        exchanging.bring(self.demo.settings, "sessions", file, only_propose=True, **options)
        proposed = json.loads(self.capsys.readouterr().out)
        options["mapping_file"] = self.folder / "mapping.json"
        options["mapping_file"].write_text(json.dumps({**proposed, **mapping}))
        exchanging.bring(self.demo.settings, "sessions", file, only_propose=False, **options)
        said = self.capsys.readouterr()
        return {**json.loads(said.out), "refusals": list(csv.DictReader(io.StringIO(said.err)))}

    def file(self, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, name: str = "actas.csv") -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        return path

    def recorded(self) -> list[tuple[int, str, str]]:
        with self.demo.database.reading() as unit:
            found = select(RoundtableSession).where(RoundtableSession.recorded, RoundtableSession.number > 20)
            return [
                (each.number, each.day.isoformat(), each.state)
                for each in unit.scalars(found.order_by(RoundtableSession.number))
            ]


@pytest.fixture
def desk(demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(demo, tmp_path, capsys)


def test_a_book_of_minutes_as_people_keep_it(desk: Desk) -> None:
    said = desk.bring(desk.file(MESS), dry_run=True)
    assert (said["new"], said["refused"]) == (4, 0), said["refusals"]
    assert desk.recorded() == [], "nothing is written by looking"
    said = desk.bring(desk.file(MESS))
    assert (said["new"], said["refused"]) == (4, 0) and said["batch"]
    assert desk.recorded() == [(21, "2024-12-15", "held"), (22, "2025-01-15", "held")]
    with desk.demo.database.reading() as unit:
        told = unit.execute(
            select(AgendaItem.title, Outcome.type, Commitment.accountable_as_written, Commitment.due_original)
            .join(Outcome, Outcome.item_id == AgendaItem.id)
            .join(RoundtableSession, RoundtableSession.id == AgendaItem.session_id)
            .outerjoin(Commitment.__table__, Commitment.__table__.c.id == Outcome.commitment_id)
            .where(RoundtableSession.recorded, RoundtableSession.number > 20)
            .order_by(RoundtableSession.number, AgendaItem.position)
        ).all()
        owes = unit.scalar(
            select(func.count()).where(Commitment.accountable_id.is_not(None), Commitment.document.startswith(BOOK))
        )
    assert [(row[0], row[1]) for row in told] == [
        ("Canal de riego", "agreement"), ("Agua para Qantupata", "agreement"), ("Camino a la bocatoma", "deferral"),
        ("Informe de la comisión", "information"),
    ]  # fmt: skip
    assert str(told[0][3]) == "2025-12-31" and told[1][3] is None, "no date is no date"
    assert told[1][2] == "GORE de la Cuenca (por confirmar)" and owes == 1, "whoever is not here stays as written"


def test_the_same_file_again_adds_nothing(desk: Desk) -> None:
    desk.bring(desk.file(MESS))
    said = desk.bring(desk.file(MESS, name="otra-vez.csv"))
    assert (said["new"], said["refused"], said["unchanged"]) == (0, 0, 4)
    assert len(desk.recorded()) == 2


ENGLISH = (
    "Session number",
    "Session date",
    "Agenda item",
    "Outcome type",
    "Agreement text",
    "Responsible",
    "Deadline",
    "Source",
)


def test_headers_in_english_are_read_alike(desk: Desk) -> None:
    said = desk.bring(desk.file(MESS, ENGLISH))
    assert (said["new"], said["refused"]) == (4, 0), said["refusals"]
    assert desk.recorded() == [(21, "2024-12-15", "held"), (22, "2025-01-15", "held")]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (("23", "15/13/2024", "Agua", "", "Se acordó algo.", "", "", BOOK), "Fecha", "not a date"),
        (("23", "2099-01-01", "Agua", "", "Se acordó algo.", "", "", BOOK), "date", "still to come"),
        (("23", "2024-12-20", "Agua", "votación", "Se acordó algo.", "", "", BOOK), "Resultado", "Choose one of"),
        (("1", "2024-12-20", "Agua", "", "Se acordó algo.", "", "", BOOK), "date", "Session 1 is here already"),
        (("23", "2024-12-20", "", "pendiente", "", "", "", BOOK), "item", "which item"),
        (("21", "2024-12-16", "Agua", "", "Se acordó algo.", "", "", BOOK), "date", "Row 2 has another day"),
    ],
)
def test_what_can_not_be_is_refused_with_its_row_and_nothing_of_the_file_is_taken(
    desk: Desk, row: tuple[str, ...], column: str, reason: str
) -> None:
    said = desk.bring(desk.file((*MESS[:2], row)))
    found = [(each["row"], each["column"]) for each in said["refusals"] if reason in each["reason"]]
    assert ("4", column) in found, said["refusals"]
    assert desk.recorded() == []


def test_rows_that_fall_with_a_wrong_one_name_it(desk: Desk) -> None:
    wrong = ("21", "", "Agua", "votación", "Se acordó algo.", "", "", "")
    told = {each["row"]: each["reason"] for each in desk.bring(desk.file((*MESS[:2], wrong)))["refusals"]}
    assert told.keys() == {"2", "3", "4"}
    assert "Row 4" in told["2"] and "Row 4" in told["3"], told


def test_a_batch_that_is_taken_back_withdraws_its_sessions_and_can_come_again(desk: Desk) -> None:
    batch = desk.bring(desk.file(MESS))["batch"]
    path = f"/desk/batches/{batch}"
    reason = {"reason": "Era el libro de otro año."}
    for stranger in ("manager", "moderator"):
        assert desk.demo.client_as(stranger).get(f"{path}/reversal").status_code == 403, stranger
    secretary = desk.demo.client_as("secretary")
    answer = secretary.send(f"{path}/reversal", **reason)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    assert [state for _number, _day, state in desk.recorded()] == ["withdrawn", "withdrawn"]
    with desk.demo.database.reading() as unit:
        drafts = unit.scalar(select(func.count()).where(Commitment.document.startswith(BOOK)))
    said = desk.bring(desk.file(MESS))
    assert (said["new"], said["refused"]) == (4, 0), said["refusals"]
    assert desk.recorded() == [(21, "2024-12-15", "held"), (22, "2025-01-15", "held")]
    with desk.demo.database.reading() as unit:
        assert unit.scalar(select(func.count()).where(Commitment.document.startswith(BOOK))) == drafts, "taken up again"


def test_somebody_elses_roundtable_takes_nothing_of_it(desk: Desk) -> None:
    header = (*HEADER, "Mesa")
    rows = [(*row, tables.RUN) for row in MESS[:1]]
    said = desk.bring(desk.file(rows, header))
    assert said["new"] == 1
    other = [("23", "2024-12-20", *row[2:], "comite-monitoreo-agua-sallqa") for row in MESS[:1]]
    said = desk.bring(desk.file(other, header, "otra.csv"))
    assert (said["new"], said["refused"]) == (0, 1), "one's own body is no other one's"


def test_what_was_exported_goes_in_again_and_changes_nothing(desk: Desk) -> None:
    desk.bring(desk.file(MESS))
    path = desk.folder / "todo.csv"
    exchanging.send_out(desk.demo.settings, "sessions", path)
    desk.capsys.readouterr()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    own = [row for row in rows if row["roundtable"] == tables.RUN and row["recorded"] in ("yes", "true", "True", "1")]
    assert len(own) == 4
    again = desk.file([list(row.values()) for row in own], list(own[0]), "propias.csv")
    said = desk.bring(again)
    assert (said["new"], said["changed"], said["refused"]) == (0, 0, 0), said["refusals"]


def test_the_whole_export_goes_in_again_and_changes_nothing(desk: Desk) -> None:
    desk.bring(desk.file(MESS))
    path = desk.folder / "todo.csv"
    count = exchanging.send_out(desk.demo.settings, "sessions", path)
    desk.capsys.readouterr()
    said = desk.bring(path, who="operator")
    assert (said["unchanged"], said["new"], said["refused"], said["batch"]) == (count, 0, 0, None), said["refusals"]


def test_a_long_book_is_looked_through(desk: Desk) -> None:
    days = [dt.date(2024, 12, 1) + dt.timedelta(at % 500) for at in range(1_000)]
    rows = [
        (str(100 + at // 20), days[at // 20].isoformat(), f"Punto {at}", "", f"Acuerdo número {at} de la mesa.", "", "", BOOK)
        for at in range(20_000)
    ]  # fmt: skip
    said = desk.bring(desk.file(rows), dry_run=True, who="operator", roundtable=tables.RUN)
    assert (said["new"], said["refused"]) == (20_000, 0), said["refusals"][:3]
    assert desk.recorded() == []
