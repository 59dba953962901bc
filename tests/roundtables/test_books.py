"""Books of minutes as files: as people have them, all or nothing, a session whole or not at all, and the same twice adds nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from observatory.aspects.desk import service as desk
from observatory.aspects.desk.models import ImportBatch
from observatory.kernel import sheets
from observatory.kernel.desk import NEW, REFUSED, Row, counts, planned, propose
from observatory.kernel.errors import Invalid, Refused
from observatory.kernel.tables import csv_parts, workbook
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.roundtables.models import AgendaItem, Outcome, RoundtableSession
from observatory.rooms.roundtables.room import room
from observatory.rooms.roundtables.service import recording
from observatory.rooms.roundtables.tables.columns import day_of, is_total, session_number
from tests.app import words
from tests.roundtables.meetings import circulated, convened
from tests.roundtables.test_recording import CANAL, ITEMS
from tests.roundtables.world import World

SESSIONS = next(each for each in room.registers if each.name == "sessions")
LISTING = next(each for each in room.listings if each.name == "sessions")
HEADER = ("Sesión", "Fecha", "Punto", "Resultado", "Acuerdo", "Responsable", "Plazo", "Acta")


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([header, *rows])
    return out.getvalue().encode("latin-1")


BOOK = table(
    ("Sesión N° 21", "15/11/2025", "Canal de riego", "", CANAL, "Ministerio de las Cifras", "31/12/2026", "Acta 21"),
    ("", "", "", "", "La ONG mide el caudal cada mes.", "Agua para Todos ", "s/f", ""),
    ("", "", "Calidad del agua", "Pendiente", "", "", "", ""),
    ("22", "15-dic-2025", "Informe", "Información", "Se presentó el informe anual.", "", "", "Acta 22"),
    ("", "", "Presas", "acuerdo", "El comité visita la presa.", "Comité de Usuarios de Ilo", "2026", ""),
)  # fmt: skip


def bring(
    world: World, data: bytes | Path, who: str = "secretaria", *, dry: bool = False, **more: Any
) -> dict[str, Any]:
    """What would become of a file, or became: counts by kind, `refusals` as (row, column, reason), and the batch."""
    sheet = sheets.read(data)
    mapping = propose(SESSIONS, sheet) | more
    with world.unit():
        actor = world.actor(who)
        assert SESSIONS.questions(mapping) == []
        outcomes = planned(SESSIONS, actor, sheet, mapping)
        told: dict[str, Any] = counts(outcomes)
        told["refusals"] = [
            (outcome.row.number, problem.column, problem.reason)
            for outcome in outcomes if outcome.kind == REFUSED
            for problem in outcome.row.problems
        ]  # fmt: skip
        if not dry and (not told[REFUSED] or mapping.get("skip_refused")):
            batch = desk.take_in(
                actor, SESSIONS, outcomes=outcomes, mapping=mapping, file_name="actas.csv", sha256="0" * 64
            )
            told["batch"] = batch.id if batch else None
    return told


def count(world: World, cls: Any) -> int:
    with world.reading() as unit:
        return int(unit.scalar(select(func.count()).select_from(cls)) or 0)


def kinds(told: dict[str, Any]) -> tuple[int, int, int]:
    return told["new"], told["unchanged"], told["refused"]


def test_a_book_of_minutes_goes_in_and_the_same_twice_adds_nothing(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    organisations = count(world, Organisation)
    assert kinds(bring(world, BOOK, dry=True)) == (5, 0, 0)
    assert count(world, RoundtableSession) == 0
    assert bring(world, BOOK)["batch"]
    with world.reading() as unit:
        found = unit.scalars(select(RoundtableSession).order_by(RoundtableSession.number)).all()
        assert [(each.number, each.day, each.document) for each in found] == [
            (21, dt.date(2025, 11, 15), "Acta 21"), (22, dt.date(2025, 12, 15), "Acta 22"),
        ]  # fmt: skip
        items = unit.scalars(select(AgendaItem.title).order_by(AgendaItem.id)).all()
        assert items == ["Canal de riego", "Calidad del agua", "Informe", "Presas"]
        assert unit.scalars(select(Outcome.type).order_by(Outcome.id)).all() == [
            "agreement", "agreement", "deferral", "information", "agreement",
        ]  # fmt: skip
        drafts = unit.scalars(select(Commitment).order_by(Commitment.id)).all()
        assert [(each.accountable_id, each.accountable_as_written or "", each.due_original) for each in drafts] == [
            (world.organisations["ministerio"], "", dt.date(2026, 12, 31)),
            (world.organisations["ong"], "", None),
            (None, "Comité de Usuarios de Ilo", dt.date(2026, 12, 31)),
        ]
        assert {each.state for each in drafts} == {"draft"}
    assert count(world, Organisation) == organisations
    again = bring(world, BOOK)
    assert (kinds(again), again["batch"]) == ((0, 5, 0), None)
    assert (count(world, RoundtableSession), count(world, Outcome), count(world, Commitment)) == (2, 5, 3)
    world.act_as("guest")
    assert "Sesión 22" in words(world.text(f"/roundtables/{slug}"))
    assert "El comité visita la presa." in words(world.text(f"/sessions/{found[1].slug}"))


def test_what_is_handed_out_goes_in_again_and_changes_nothing(own_world: World, tmp_path: Path) -> None:
    world = own_world
    slug = circulated(world).table  # run here; its minutes are not public yet
    world.today = dt.date(2026, 3, 21)
    bring(world, BOOK)
    world.do("secretaria", recording.record_session, slug, held_on=dt.date(2026, 1, 3), document="Acta 23", items=())
    world.do(
        "secretaria", recording.record_session, slug, held_on=dt.date(2026, 1, 4), document="=Acta 24", quorum=False,
        items=ITEMS[1:],
    )  # fmt: skip
    before = [count(world, cls) for cls in (RoundtableSession, AgendaItem, Outcome, Commitment)]
    columns = [(column.key, column.value) for column in LISTING.columns]
    for who in ("guest", "secretaria"):
        with world.reading():
            rows = list(LISTING.rows(world.actor(who), {}))
        assert len(rows) == 11 and {row["state"] for row in rows} == {"held", "no_quorum"}
        text = "".join(csv_parts(rows, columns)).encode()
        assert ("doce kilómetros" in text.decode()) and ("El ministerio construye" in text.decode())
        workbook(rows, columns, "sessions", str(tmp_path / "sessions.xlsx"))
        for data in (text, tmp_path / "sessions.xlsx"):
            told = bring(world, data)
            assert (kinds(told), told["batch"]) == ((0, 11, 0), None)
    assert [count(world, cls) for cls in (RoundtableSession, AgendaItem, Outcome, Commitment)] == before


def test_what_a_session_run_here_decided_is_handed_out_once_its_minutes_are_published(own_world: World) -> None:
    circulated(own_world)
    with own_world.reading():
        rows = list(LISTING.rows(own_world.actor("guest"), {}))
    assert [row["agreement"] for row in rows] == [None, None, None]


def test_sessions_to_come_are_handed_out_and_go_in_again(own_world: World) -> None:
    convened(own_world)
    with own_world.reading():
        rows = list(LISTING.rows(own_world.actor("guest"), {}))
    assert {row["state"] for row in rows} == {"convened"}
    columns = [(column.key, column.value) for column in LISTING.columns]
    assert kinds(bring(own_world, "".join(csv_parts(rows, columns)).encode())) == (0, 3, 0)
    other = [row | {"session": 99} for row in rows]
    told = bring(own_world, "".join(csv_parts(other, columns)).encode())
    assert told["refused"] == 3 and (2, "state", "Only a session that took place can be recorded.") in told["refusals"]


def _mess(path: Path) -> Path:
    """As a secretary's spreadsheet is: a title above, merged cells, serial days, empty rows, totals."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("Actas"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range(0, 0, 0, 7, "COMITÉ DEL VALLE - SEGUIMIENTO DE ACUERDOS")
        sheet.write_row(
            2,
            0,
            [
                "N° de sesión",
                "Fecha de la sesión",
                "Tema",
                "Tipo",
                "ACUERDO",
                "Entidad responsable",
                "Plazo",
                "Documento",
            ],
        )
        sheet.merge_range(3, 0, 5, 0, "III")
        sheet.merge_range(3, 1, 5, 1, 45996)  # 5 December 2025
        sheet.merge_range(3, 2, 4, 2, "Canal de riego")
        sheet.write_row(3, 4, [CANAL, "MINISTERIO DE LAS CIFRAS", 46387, "Acta III"])
        sheet.write_row(4, 4, ["La comunidad limpia las acequias.", "Junta de Regantes", "s/f"])
        sheet.write_row(5, 2, ["Varios", "pendiente"])
        sheet.write(7, 0, 4)
        sheet.write_datetime(7, 1, dt.datetime(2025, 12, 15), day)
        sheet.write_row(7, 2, ["Presas", "", "El comité visita la presa.", "", "15-mar-2026", "Acta IV"])
        sheet.write_row(9, 0, ["TOTAL ACUERDOS", "", "", "", 3])
    return path


def test_a_spreadsheet_as_a_secretary_has_it_goes_in(own_world: World, tmp_path: Path) -> None:
    world = own_world
    world.a_roundtable()
    told = bring(world, _mess(tmp_path / "actas.xlsx"))
    assert told["refusals"] == [] and kinds(told) == (4, 0, 0)
    with world.reading() as unit:
        found = unit.scalars(select(RoundtableSession).order_by(RoundtableSession.number)).all()
        assert [(each.number, each.day) for each in found] == [(3, dt.date(2025, 12, 5)), (4, dt.date(2025, 12, 15))]
        drafts = unit.scalars(select(Commitment).order_by(Commitment.id)).all()
        assert [each.due_original for each in drafts] == [dt.date(2026, 12, 31), None, dt.date(2026, 3, 15)]
        assert [each.accountable_as_written or "" for each in drafts] == ["", "Junta de Regantes", ""]
    assert kinds(bring(world, _mess(tmp_path / "again.xlsx"))) == (0, 4, 0)


WRONG = table(
    ("1", "10/01/2026", "Canal", "", CANAL, "", "31/12/2025", "Acta 1"),
    ("", "", "Presas", "", "El comité visita la presa.", "", "", ""),
    ("2", "31/02/2026", "Canal", "", CANAL, "", "", "Acta 2"),
    ("3", "10/01/2099", "Canal", "", CANAL, "", "", "Acta 3"),
    ("4", "diciembre 2025", "Canal", "", CANAL, "", "", "Acta 4"),
    ("5", "", "Canal", "", CANAL, "", "", "Acta 5"),
    ("seis", "11/01/2026", "Canal", "", CANAL, "", "", "Acta 6"),
    ("7", "12/01/2026", "Canal", "votado", CANAL, "", "", "Acta 7"),
    ("8", "13/01/2026", "Canal", "", "Sí", "", "", "Acta 8"),
    ("9", "14/01/2026", "Canal", "", CANAL, "", "", ""),
    ("10", "15/01/2026", "Canal", "", CANAL, "", "", "Acta 10"),
    ("10", "16/01/2026", "Presas", "", "El comité visita la presa.", "", "", "Acta 10"),
    ("11", "17/01/2026", "Canal", "", CANAL, "", "", "Acta 11"),
)


def test_each_wrong_row_says_its_column_and_why_and_nothing_is_written(own_world: World) -> None:
    world = own_world
    world.a_roundtable()
    told = bring(world, WRONG)
    assert kinds(told) == (1, 0, 12) and "batch" not in told
    assert [(row, column) for row, column, _reason in told["refusals"]] == [
        (2, "due"), (3, ""), (4, "Fecha"), (5, "date"), (6, "date"), (7, "date"), (8, "Sesión"),
        (9, "Resultado"), (10, "agreement"), (11, "document"), (12, ""), (13, "date"),
    ]  # fmt: skip
    assert count(world, RoundtableSession) == 0
    told = bring(world, WRONG, skip_refused=True)
    assert told["batch"] and count(world, RoundtableSession) == 1


def test_a_session_goes_in_whole_so_that_mended_rows_can_be_sent_as_they_are(own_world: World) -> None:
    world = own_world
    world.a_roundtable()
    rows = [
        ("1", "10/01/2026", "Canal", "", CANAL, "", "31/12/2025", "Acta 1"),
        ("", "", "Presas", "", "El comité visita la presa.", "", "", ""),
    ]
    assert bring(world, table(*rows), skip_refused=True)["batch"] is None
    rows[0] = (*rows[0][:6], "31/12/2026", "Acta 1")
    assert kinds(bring(world, table(*rows))) == (2, 0, 0)


def test_a_number_that_is_taken_and_words_that_are_not_here(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.do(
        "secretaria",
        recording.record_session,
        slug,
        held_on=dt.date(2025, 11, 15),
        document="Acta",
        number=21,
        items=ITEMS,
    )
    told = bring(world, BOOK)
    assert {row for row, _column, _reason in told["refusals"]} == {3}
    assert "recorded here without this" in told["refusals"][0][2]
    other = table(("21", "16/11/2025", "Canal", "", CANAL, "", "", "Acta 21"))
    assert bring(world, other)["refusals"] == [(2, "date", "Session 21 is here already, of another day.")]
    run_here = table(("1", "20/03/2026", "Canal", "", CANAL, "", "", "Acta 1"))
    assert bring(world, run_here, dry=True)["refused"] == 1  # still to come


def test_sessions_without_a_number_are_known_by_their_day(own_world: World) -> None:
    world = own_world
    world.a_roundtable()
    file = table(
        ("", "15/01/2026", "Presas", "", "El comité visita la presa.", "", "", "Acta de enero"),
        ("", "15/12/2025", "Canal", "", CANAL, "", "", "Acta de diciembre"),
        ("", "", "", "", "La comunidad limpia las acequias.", "", "", ""),
    )
    assert kinds(bring(world, file)) == (3, 0, 0)
    with world.reading() as unit:
        found = unit.scalars(select(RoundtableSession).order_by(RoundtableSession.number)).all()
        assert [(each.number, each.title) for each in found] == [
            (1, "Sesión del 15/12/2025, Mesa del Valle"), (2, "Sesión del 15/01/2026, Mesa del Valle"),
        ]  # fmt: skip
    assert kinds(bring(world, file)) == (0, 3, 0)


def test_sessions_that_are_counted_anew_each_year_are_called_so(own_world: World) -> None:
    world = own_world
    world.a_roundtable()
    file = table(
        ("N.º 001-2026", "15/01/2026", "Presas", "", "El comité visita la presa.", "", "", "Acta de enero"),
        ("N.º 005-2025", "15/12/2025", "Canal", "", CANAL, "", "", "Acta de diciembre"),
        ("", "", "", "", "La comunidad limpia las acequias.", "", "", ""),
        ("N.º 006-2025", "15/12/2025", "Agua", "pendiente", "", "", "", "Acta extraordinaria"),
    )
    assert kinds(bring(world, file)) == (4, 0, 0)
    with world.reading() as unit:
        found = unit.scalars(select(RoundtableSession).order_by(RoundtableSession.number)).all()
        assert [each.title.split(",")[0] for each in found] == ["Sesión 005-2025", "Sesión 006-2025", "Sesión 001-2026"]
    assert kinds(bring(world, file)) == (0, 4, 0)
    with world.reading():
        rows = list(LISTING.rows(world.actor("secretaria"), {}))
    columns = [(column.key, column.value) for column in LISTING.columns]
    assert kinds(bring(world, "".join(csv_parts(rows, columns)).encode())) == (0, 4, 0)


def test_whose_roundtable_it_is_follows_from_the_file_the_mapping_or_the_body(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    other = world.a_roundtable("otra", title="Comité de la Cuenca")
    row = ("1", "10/01/2026", "Canal", "", CANAL, "", "", "Acta 1")
    for name, reason in (
        ("Nadie", "No roundtable here"),
        ("COMITE DE LA CUENCA", "You can do this when"),
        (other, "You can do this when"),
    ):
        told = bring(world, table((*row, name), header=(*HEADER, "Mesa")))
        assert [(r, c) for r, c, _why in told["refusals"]] == [(2, "roundtable")] and told["refusals"][0][2].startswith(
            reason
        )
    assert "Say which roundtable" in bring(world, table(row), "guardiana")["refusals"][0][2]
    assert bring(world, table(row), "guardiana", roundtable="Comité de la cuenca")["new"] == 1
    assert bring(world, table((*row, slug.upper()), header=(*HEADER, "Mesa")))["new"] == 1
    with world.reading() as unit:
        assert {each.roundtable_id for each in unit.scalars(select(RoundtableSession))} == {
            world.find(slug).id,
            world.find(other).id,
        }


@pytest.mark.parametrize("who", ["guest", "ciudadana", "alcaldesa", "presidenta"])
def test_strangers_bring_nothing(own_world: World, who: str) -> None:
    world = own_world
    slug = world.a_roundtable()
    with pytest.raises(Refused):
        bring(world, BOOK, who, skip_refused=True, roundtable=slug)
    assert count(world, RoundtableSession) == 0


def test_a_commitment_that_stands_is_named_once_and_drafts_can_be_left_out(own_world: World) -> None:
    from observatory.rooms.commitments import service as commitments

    world = own_world
    world.a_roundtable()
    with world.unit():
        number = commitments.create(world.actor("secretaria"), None, title="Construir doce kilómetros de canal").slug
    header = (*HEADER, "commitment")
    row = ("1", "10/01/2026", "Canal", "", CANAL, "", "", "Acta 1", number)
    twice = ("2", "11/01/2026", "Canal", "", CANAL, "", "", "Acta 2", number)
    assert [(r, c) for r, c, _why in bring(world, table(row, twice, header=header))["refusals"]] == [(3, "commitment")]
    unknown = (*twice[:8], "987654")
    assert bring(world, table(row, unknown, header=header))["refusals"][0][:2] == (3, "commitment")
    assert bring(world, table(row, header=header), drafts=False)["new"] == 1
    assert bring(world, table(twice[:8]), drafts=False)["new"] == 1
    assert count(world, Commitment) == 1


def test_a_batch_is_taken_back_and_sent_again(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    batch = bring(world, BOOK)["batch"]
    world.act_as("secretaria")
    page = words(world.text(f"/desk/batches/{batch}/reversal"))
    assert "Its page tells that it met" in page and "added by this file as a draft" in page
    assert world.send(f"/desk/batches/{batch}/reversal", reason="Era el libro de otro año.").status_code == 303
    with world.reading() as unit:
        assert set(unit.scalars(select(RoundtableSession.state))) == {"withdrawn"}
        assert set(unit.scalars(select(Commitment.state))) == {"draft"}
    assert 'href="/sessions/' not in world.text(f"/roundtables/{slug}")
    assert kinds(bring(world, BOOK)) == (5, 0, 0)
    assert (count(world, RoundtableSession), count(world, Outcome), count(world, Commitment)) == (2, 5, 3)
    second = bring(world, BOOK)["batch"]
    assert second is None
    with world.reading() as unit:
        last = unit.scalars(select(ImportBatch.id).order_by(ImportBatch.id.desc())).first()
    assert world.send(f"/desk/batches/{last}/reversal", reason="Otra vez era otro.").status_code == 303
    with world.reading() as unit:
        assert set(unit.scalars(select(RoundtableSession.state))) == {"withdrawn"}


def test_the_desk_shows_a_file_before_it_is_written(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.act_as("secretaria")
    sent = world.post("/desk", world.form("/desk") | {"register": "sessions", "file": (io.BytesIO(BOOK), "actas.csv")})
    assert sent.status_code == 303
    read = sent.headers["Location"]
    preview = world.send(read)
    assert preview.status_code == 303, words(preview.get_data(as_text=True))
    page = words(world.text(preview.headers["Location"]))
    assert "Session 21 of 2025-11-15" in page and "Comité de Usuarios de Ilo is not here under this name" in page
    assert "Ministerio de las Cifras is not here" not in page and "Write 5 rows" in page
    written = world.send(preview.headers["Location"], read + "/batch")
    assert written.status_code == 303
    assert "Sesión 22" in world.text(f"/roundtables/{slug}")


def test_somebody_recorded_the_same_session_meanwhile(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    sheet = sheets.read(BOOK)
    mapping = propose(SESSIONS, sheet)
    with world.reading():
        outcomes = planned(SESSIONS, world.actor("secretaria"), sheet, mapping)
    world.do("guardiana", recording.record_session, slug, held_on=dt.date(2025, 12, 15), document="Acta", number=22)
    with pytest.raises(Invalid, match="Session 22 is here already"), world.unit():
        desk.take_in(
            world.actor("secretaria"), SESSIONS, outcomes=outcomes, mapping=mapping, file_name="a.csv", sha256="0" * 64
        )
    assert (count(world, RoundtableSession), count(world, Commitment)) == (1, 0)


def test_twenty_thousand_rows_are_looked_through_in_little_time_and_memory(own_world: World) -> None:
    world = own_world
    world.a_roundtable()
    start = dt.date(1960, 1, 1)
    rows = [
        (str(number + 1) if part == 0 else "", (start + dt.timedelta(number * 5)).isoformat() if part == 0 else "", f"Punto {part // 2}", "",
         f"La entidad {number} cumple lo acordado en el punto {part}.", f"Entidad {number % 700}", "s/f", f"Acta {number + 1}" if part == 0 else "")
        for number in range(4000) for part in range(5)
    ]  # fmt: skip
    sheet = sheets.read(table(*rows))
    mapping = propose(SESSIONS, sheet)
    statements = 0

    def one(*_told: Any) -> None:
        nonlocal statements
        statements += 1

    from sqlalchemy import event

    with world.reading() as unit:
        actor = world.actor("secretaria")
        event.listen(unit.get_bind(), "before_cursor_execute", one)
        tracemalloc.start()
        began = time.monotonic()
        outcomes = planned(SESSIONS, actor, sheet, mapping)
        took, peak = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        event.remove(unit.get_bind(), "before_cursor_execute", one)
    assert counts(outcomes)[NEW] == 20_000
    assert statements < 10 and peak < 150_000_000 and took < 60


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("N° 05", 5),
        ("Sesión 12", 12),
        ("3.0", 3),
        ("III sesión ordinaria", 3),
        ("XIV", 14),
        ("Sesión N.º 005-2025", "005-2025"),
        ("IV - 2024", "IV-2024"),
    ],
)
def test_numbers_are_read_as_minutes_have_them(text: str, number: int | str) -> None:
    assert session_number(text) == number


@pytest.mark.parametrize("text", ["3 y 4", "0", "tercera", "sesión", "10000", "003-25"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write the number alone"):
        session_number(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/12/2025", dt.date(2025, 12, 15)), ("15-dic-2025", dt.date(2025, 12, 15)), ("15-dic-25", dt.date(2025, 12, 15)),
        ("46006", dt.date(2025, 12, 15)), ("46006.5", dt.date(2025, 12, 15)), ("15 de diciembre de 2025", dt.date(2025, 12, 15)),
        ("dic-25", None), ("2025", None), ("12/2025", None),
    ],
)  # fmt: skip
def test_a_session_was_on_a_day(text: str, day: dt.date | None) -> None:
    assert day_of(text, "dmy") == day


@pytest.mark.parametrize(
    ("texts", "total"),
    [
        ({"session": "TOTAL", "agreement": "12"}, True), ({"session": "Total de acuerdos: 12"}, True), ({"item": "Subtotal"}, True),
        ({"session": "3", "agreement": "Total transparencia en las obras."}, False), ({"session": "3"}, False),
    ],
)  # fmt: skip
def test_sums_below_a_table_are_no_sessions(texts: dict[str, str], total: bool) -> None:
    assert is_total(Row(9, texts, {})) == total
