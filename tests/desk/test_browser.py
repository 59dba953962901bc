"""The desk in the browser: sent, understood, looked at, written in one piece, taken back."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from lxml import html
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from observatory.aspects.desk import service
from observatory.aspects.desk.models import ImportBatch, ImportUpload
from observatory.kernel import clock, sheets
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.organisations.models import Organisation
from tests.app import OWN, Demo, Visitor

HEAD = "Directorio regional;;;;\n;;;;\nNombre;Sector;RUC;Ubigeos;Página web\n"
GOOD = "Centro de Estudios del Ande;civil_society;20100047218;180101;https://ande.example\n"
BAD = "Municipalidad errada;state;20100047219;180101;\n"


def send(visitor: Visitor, body: str | bytes, name: str = "directorio.csv", register: str = "organisations") -> Any:
    values = visitor.form("/desk", "/desk") | {"register": register}
    raw = body.encode("cp1252") if isinstance(body, str) else body
    values["file"] = FileStorage(io.BytesIO(raw), name)
    boundary, sent = encode_multipart(values)
    return visitor.client.post("/desk", data=sent, content_type=f'multipart/form-data; boundary="{boundary}"')


def upload(visitor: Visitor, body: str | bytes, **more: Any) -> str:
    """Send a file; the address of the page on how it is read."""
    answer = send(visitor, body, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def check(visitor: Visitor, path: str, **said: Any) -> str:
    """Look at what would be done; the text of the preview."""
    answer = visitor.post(path, visitor.form(path) | said)
    assert answer.status_code == 303, answer.text
    return visitor.text(f"{path}/preview")


def write(visitor: Visitor, path: str) -> Any:
    return visitor.post(f"{path}/batch", visitor.form(f"{path}/preview", f"{path}/batch"))


def counts(page: str) -> list[int]:
    """New, changed, refused, unchanged."""
    return [
        int(re.sub(r"\D", "", each.text_content()))
        for each in html.fromstring(page).xpath("//nav//a[contains(@class, 'chip')]")
    ]


def number(demo: Demo) -> int:
    """How many batches there are beside the one that every demo of the tests has."""
    return int(demo.scalar(select(func.count()).select_from(ImportBatch).where(ImportBatch.file_name != "prueba.csv")))


def test_a_file_is_understood_looked_at_and_written_in_one_batch(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, HEAD + GOOD)
    form = steward.form(path)
    assert form["header_row"] == "3" and form["column_name"] == "Nombre" and form["column_places"] == "Ubigeos"
    page = check(steward, path)
    assert counts(page) == [1, 0, 0, 0] and "Centro de Estudios del Ande" in page
    assert demo.scalar(select(func.count()).select_from(Organisation).where(Organisation.ruc == "20100047218")) == 0
    answer = write(steward, path)
    assert answer.status_code == 303 and answer.location.startswith("/desk/batches/")
    guest = demo.guest().text(answer.location)
    assert "directorio.csv" in guest and re.search("[0-9a-f]{64}", guest)
    assert "Centro de Estudios" not in guest, "a draft is named to nobody who may not see it"
    assert "Centro de Estudios" in steward.text(answer.location)
    assert steward.get(path).status_code == 404, "what was written waits no more"
    assert not list((demo.home.folder / "imports").iterdir())


def test_refused_rows_are_told_apart_left_out_and_come_back_mended(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, HEAD + GOOD + BAD)
    page = check(steward, path)
    assert counts(page) == [1, 0, 1, 0] and "20100047219" in page and "This is no RUC" in page
    assert "Nothing can be written yet" in page and "Write 1 row" not in page
    refused = write(steward, path)
    assert refused.status_code == 422 and "refused" in refused.text and number(demo) == 0
    assert "Write 1 row" in check(steward, path, skip_refused="y")
    before = sheets.read(steward.get(f"{path}/refused.xlsx").data)
    assert (
        before.rows[0][1][:3] == ["What is wrong", "Row of the file", "Nombre"]
        and "This is no RUC" in before.rows[1][1][0]
    )
    answer = write(steward, path)
    left = steward.get(f"{answer.location.partition('?')[0]}/refused.xlsx")
    assert sheets.read(left.data).rows == before.rows
    for visitor in (demo.guest(), demo.client_as("manager")):
        assert visitor.get(f"{answer.location}/refused.xlsx").status_code in {303, 403}
    mended = left.data.replace(b"", b"")
    again = upload(steward, _with(mended, "20100047219", "20131312955"), name="rechazadas.xlsx")
    assert counts(check(steward, again, skip_refused="")) == [1, 0, 0, 0]


def _with(book: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for row, cells in sheets.read(book).rows:
            for column, text in enumerate(cells):
                page.write_string(row - 1, column, text.replace(old, new))
    return out.getvalue()


def test_how_a_file_is_read_is_remembered_for_its_header_and_for_the_organisation_alone(demo: Demo) -> None:
    steward = demo.client_as("steward")
    first = upload(steward, HEAD + GOOD)
    check(steward, first, column_website="", skip_refused="y")
    again = steward.form(upload(steward, HEAD + GOOD.replace("Ande", "Sur")))
    assert again["column_website"] == "" and again.get("skip_refused")
    other = steward.form(upload(steward, "Nombre;RUC;Web\nA;20100047218;https://a.example\n"))
    assert other["column_website"] == "Web" and not other.get("skip_refused")


def test_the_header_may_be_named_by_hand(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, "a;b\nuno;dos\nQuién;Cuál\nX;20100047218\n")
    answer = steward.post(path, steward.form(path) | {"header_row": "3", "again": "1"})
    assert answer.status_code == 200 and "Quién" in answer.text
    told = steward.post(path, steward.form(path) | {"header_row": "3", "column_name": "Quién"})
    assert told.status_code == 422 and "No column says which organisation" in told.text
    page = check(steward, path, header_row="3", column_name="Quién", column_ruc="Cuál")
    assert counts(page) == [0, 0, 1, 0] and "needs its name and its sector" in page


def test_another_sheet_of_a_workbook_is_chosen(demo: Demo) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Portada").write_string(4, 2, "Nada")
        page = book.add_worksheet("Datos")
        for column, (head, value) in enumerate(
            (("Nombre", "Del libro"), ("Sector", "company"), ("RUC", "20100047218"))
        ):
            page.write_string(0, column, head)
            page.write_string(1, column, value)
    steward = demo.client_as("steward")
    path = upload(steward, out.getvalue(), name="libro.xlsx")
    answer = steward.post(path, steward.form(path) | {"sheet": "1", "header_row": "1", "again": "1"})
    assert "Del libro" in answer.text and 'selected value="1"' in answer.text
    values = {"sheet": "1", "header_row": "1", "column_name": "Nombre", "column_sector": "Sector", "column_ruc": "RUC"}
    assert counts(check(steward, path, **values)) == [1, 0, 0, 0]


def test_what_is_written_is_what_was_looked_at(demo: Demo) -> None:
    steward, other = demo.client_as("steward"), demo.client_as("steward")
    one, two = upload(steward, HEAD + GOOD), upload(other, HEAD + GOOD)
    check(steward, one)
    check(other, two)
    assert write(steward, one).status_code == 303
    late = write(other, two)
    assert late.status_code == 409 and "check it again" in late.text and number(demo) == 1
    again = other.post(f"{two}/check", other.form(f"{two}/preview", f"{two}/batch"))
    assert again.status_code == 303 and counts(other.text(f"{two}/preview")) == [0, 0, 0, 1]
    assert write(other, two).status_code == 303 and number(demo) == 1, "there was nothing left to write"


def test_a_batch_is_taken_back_but_not_what_somebody_changed_since(demo: Demo) -> None:
    steward = demo.client_as("steward")
    with demo.database.reading() as unit:
        kept = {
            row.slug: row.summary
            for row in unit.execute(
                select(Record.slug, Record.summary).where(Record.slug.in_((OWN, "talleres-apachetayoq")))
            )
        }
    path = upload(steward, f"slug,summary\n{OWN},Uno nuevo\ntalleres-apachetayoq,Otro nuevo\n")
    assert counts(check(steward, path)) == [0, 2, 0, 0]
    batch = write(steward, path).location.partition("?")[0]
    demo.client_as("manager").send(f"/organisations/{OWN}/edit", summary="Cambiado después")
    page = steward.text(f"{batch}/reversal")
    assert "1 record would be given back" in page and "1 stays as it is" in page and "Somebody changed it since" in page
    for visitor in (demo.client_as("manager"), demo.client_as("moderator")):
        assert visitor.get(f"{batch}/reversal").status_code == 403
    answer = steward.send(f"{batch}/reversal", reason="Era el archivo de otro año.")
    assert answer.status_code == 303
    assert "Era el archivo de otro año." in demo.guest().text(answer.location)
    assert "This batch was taken back" in demo.guest().text(batch)
    with demo.database.reading() as unit:
        now = dict(unit.execute(select(Record.slug, Record.summary).where(Record.slug.in_(kept))).all())
    assert now == {OWN: "Cambiado después", "talleres-apachetayoq": kept["talleres-apachetayoq"]}
    assert steward.get(f"{batch}/reversal").status_code == 409


def test_what_a_batch_made_and_published_is_withdrawn_and_a_draft_stays(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(
        steward, "slug,nombre,sector,estado\nuna-nueva,Una nueva,company,published\notra-nueva,Otra,company,draft\n"
    )
    assert counts(check(steward, path)) == [2, 0, 0, 0]
    batch = write(steward, path).location.partition("?")[0]
    page = steward.text(f"{batch}/reversal")
    assert "this batch had made it" in page and "It is a draft" in page
    steward.send(f"{batch}/reversal", reason="No eran de aquí.")
    assert demo.scalar(select(Record.state).where(Record.slug == "una-nueva")) == "withdrawn"
    assert demo.scalar(select(Record.state).where(Record.slug == "otra-nueva")) == "draft"


def test_a_batch_of_figures_is_taken_back_with_their_source(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, "inei,population,latitud\n180101,77777,-17.5\n", register="places")
    told = steward.post(path, steward.form(path))
    assert told.status_code == 422 and "Where do the populations come from" in told.text
    with demo.database.reading() as unit:
        before = unit.execute(select(Record.__table__.c.version).where(Record.slug == "180101")).scalar()
    check(steward, path, option_source="Censo de prueba")
    batch = write(steward, path).location.partition("?")[0]
    assert "77,777" in demo.guest().text("/places/180101") and "Censo de prueba" in demo.guest().text("/places/180101")
    steward.send(f"{batch}/reversal", reason="Era de otro censo.")
    page = demo.guest().text("/places/180101")
    assert "77,777" not in page and "Censo de prueba" not in page.partition("panel-history")[0]
    with demo.database.reading() as unit:
        assert unit.scalar(select(func.count(HistoryEntry.id)).where(HistoryEntry.batch_id > 1)) == 2
        assert (before or 0) + 2 == unit.scalar(select(Record.__table__.c.version).where(Record.slug == "180101"))


def test_who_may_bring_what_and_whose_upload_it_is(demo: Demo) -> None:
    steward, manager = demo.client_as("steward"), demo.client_as("manager")
    assert "Registers are brought by stewards" in demo.client_as("citizen").text("/desk")
    offered = manager.text("/desk")  # an organisation brings its promises, and no reference data
    assert 'value="commitments"' in offered and 'value="organisations"' not in offered
    forged = manager.post(
        "/desk", {"csrf_token": manager.token(), "register": "organisations", "file": (io.BytesIO(b"a,b"), "a.csv")}
    )
    assert forged.status_code == 422 and demo.scalar(select(func.count()).select_from(ImportUpload)) == 0
    path = upload(steward, HEAD + GOOD)
    check(steward, path)
    for visitor in (demo.guest(), manager, demo.client_as("administrator")):
        for part in ("", "/preview", "/refused.xlsx"):
            assert visitor.get(path + part).status_code in {303, 404}
        for part in ("/batch", "/check", "/discard"):
            assert visitor.post(path + part, {"csrf_token": visitor.token()}).status_code in {303, 404}
    assert number(demo) == 0
    assert steward.post(f"{path}/discard", steward.form(path)).status_code == 303
    assert steward.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"MZ\x90\x00", "datos.xlsx", "could not be read as a table"),
        (b"%PDF-1.4", "datos.csv", "could not be read as a table"),
        (b"", "vacio.csv", "nothing in this file"),
        (b"PK\x03\x04 broken", "roto.xlsx", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(shared_demo: Demo, body: bytes, name: str, words: str) -> None:
    answer = send(shared_demo.once_as("steward"), body, name)
    assert answer.status_code == 422 and words in answer.text
    assert not list((shared_demo.home.folder / "imports").glob("*"))


def test_formulas_stay_text_on_the_way_in_and_out(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, 'Nombre;Sector;RUC\n=HYPERLINK("http://x");civil_society;20100047219\n@SUM(1);company;1\n')
    check(steward, path)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(steward.get(f"{path}/refused.xlsx").data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_a_large_file_is_looked_at_in_light_pages(demo: Demo) -> None:
    steward = demo.client_as("steward")
    rows = "".join(f"{n};Organización {n};company;\n" for n in range(30_000))
    path = upload(
        steward, "slug;Nombre;Sector;RUC\n" + rows.replace("29998;Organización 29998;company;", "29998;Errada;nada;")
    )
    page = check(steward, path)
    assert counts(page) == [29_999, 0, 1, 0] and "30,000" in page, "the row that is wrong is the last but one"
    check(steward, path, skip_refused="y")
    page = steward.text(f"{path}/preview?kind=new&from=20000")
    assert len(page) < 60_000 and "Organización 20000" in page and "Too many rows for the browser" in page
    began = time.monotonic()
    answer = write(steward, path)
    assert (
        answer.status_code == 422 and "command" in answer.text and time.monotonic() - began < 20 and number(demo) == 0
    )


def test_killed_while_it_writes_nothing_is_half_written(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, HEAD + GOOD + GOOD.replace("Ande", "Sur").replace("20100047218", "20131312955"))
    check(steward, path)
    register = demo.app.extensions["observatory.registry"].registers["organisations"]
    done: list[object] = []

    def dies(actor: Any, outcome: Any, **more: Any) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(outcome)
        return register.apply(actor, outcome, **more)

    class Dying:
        def __getattr__(self, name: str) -> Any:
            return dies if name == "apply" else getattr(register, name)

    registers = demo.app.extensions["observatory.registry"].registers
    values = steward.form(f"{path}/preview", f"{path}/batch")
    monkeypatch.setitem(registers, "organisations", Dying())
    with pytest.raises(KeyboardInterrupt):
        steward.post(f"{path}/batch", values)
    monkeypatch.undo()
    assert done and number(demo) == 0
    assert demo.scalar(select(func.count()).select_from(Organisation).where(Organisation.ruc == "20100047218")) == 0
    assert write(steward, path).status_code == 303, "the file still waits"


def test_a_file_that_waits_too_long_goes(demo: Demo) -> None:
    steward = demo.client_as("steward")
    path = upload(steward, HEAD + GOOD)
    with clock.frozen(clock.now() + service.WAITS * 2):
        service.sweep(demo.database, _Old(demo))
    assert demo.scalar(select(func.count()).select_from(ImportUpload)) == 0
    assert steward.get(path).status_code == 404


class _Old:
    """The folder, in which everything is old."""

    def __init__(self, demo: Demo) -> None:
        self.waiting = demo.app.extensions["observatory.imports"]

    def sweep(self, older: float) -> None:
        self.waiting.sweep(-1)


def test_the_real_files_go_through_by_hand(demo: Demo, real_data: Path) -> None:
    folder = real_data / "01-territory"
    steward = demo.client_as("steward")
    path = upload(
        steward, Path(folder / "ubigeo_inei_2025.csv").read_bytes(), name="ubigeo_inei_2025.csv", register="places"
    )
    told = steward.post(path, steward.form(path))
    assert told.status_code == 422 and "Which system are the codes of" in told.text
    page = check(steward, path, option_system="inei", option_source="Ubigeo INEI 2025")
    new, changed, refused, unchanged = counts(page)
    assert new == 0 and refused == 0 and changed + unchanged == 1_891
    other = steward.post(path, steward.form(path) | {"option_system": "reniec"})
    assert other.status_code == 303
    assert counts(steward.text(f"{path}/preview"))[2] == 1_891, "the names fit the other system"
    path = upload(
        steward,
        Path(folder / "equivalencia-ubigeos-oti-concytec.csv").read_bytes(),
        name="equivalencia.csv",
        register="places",
    )
    assert sum(counts(check(steward, path))) == 1_875
