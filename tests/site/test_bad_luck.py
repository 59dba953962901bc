"""Bad input and bad luck: each shows a clear message and the right status; nothing is lost, nothing leaks."""

import shutil
import threading
from typing import Any

from sqlalchemy import func, select, text

from observatory.kernel.outbox import Outgoing
from observatory.records.models import Record
from observatory.rooms.organisations.models import Organisation
from tests.app import OTHER, OWN, Demo, form_in

EDIT = f"/organisations/{OWN}/edit"
NEW = "/organisations/new"
VALUES = {"title": "Cooperativa Nueva", "sector": "civil_society", "language": "es", "places": "180106"}


def summary_of(demo: Demo, slug: str = OWN) -> str:
    return str(demo.scalar(select(Record.summary).where(Record.slug == slug, Record.kind == "organisation")))


def count_of(demo: Demo, title: str) -> int:
    return int(demo.scalar(select(func.count()).select_from(Record).where(Record.title == title)))


def test_two_editors_at_once_see_each_others_text_and_lose_none(demo: Demo) -> None:
    first, second = demo.client_as("manager"), demo.client_as("representative")
    opened = second.form(EDIT)
    assert first.send(EDIT, summary="Lo que escribió la primera").status_code == 303
    late = second.post(EDIT, opened | {"summary": "Lo que escribió el segundo"})
    assert late.status_code == 409
    for words in ("Lo que escribió la primera", "Lo que escribió el segundo", "changed this while you were writing"):
        assert words in late.text
    assert summary_of(demo) == "Lo que escribió la primera"
    again = second.post(EDIT, form_in(late.text))
    assert again.status_code == 303
    assert summary_of(demo) == "Lo que escribió el segundo"
    told = demo.guest().text(f"/history/organisation/{OWN}")
    assert "primera" in told and "segundo" in told


def test_a_form_opened_under_another_mandate_is_not_sent_under_this_one(demo: Demo) -> None:
    citizen = demo.client_as("stranger")
    form = citizen.form(f"/organisations/{OTHER}/edit")
    answer = citizen.post(f"/organisations/{OTHER}/edit", form | {"mandate": "999999", "summary": "Otra pestaña"})
    assert answer.status_code == 409
    assert "act for another organisation" in answer.text
    assert "Otra pestaña" in answer.text, "the text is kept"
    assert summary_of(demo, OTHER) != "Otra pestaña"
    assert citizen.post(f"/organisations/{OTHER}/edit", form_in(answer.text)).status_code == 303


def test_a_double_click_makes_one_thing(demo: Demo) -> None:
    steward = demo.client_as("steward")
    form = steward.form(NEW) | VALUES
    answers = [steward.post(NEW, form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.location for answer in answers}) == 1
    assert count_of(demo, VALUES["title"]) == 1


def test_ten_clicks_at_the_same_moment_make_one_thing(demo: Demo) -> None:
    steward = demo.client_as("steward")
    form, cookie = steward.form(NEW) | VALUES, steward.cookie()
    answers: list[Any] = []
    start = threading.Barrier(10)

    def click() -> None:
        client = demo.app.test_client(use_cookies=False)
        start.wait()
        answers.append(client.post(NEW, data=form, headers={"Cookie": f"obs={cookie}"}))

    threads = [threading.Thread(target=click) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303] * 10
    assert len({answer.location for answer in answers}) == 1
    assert count_of(demo, VALUES["title"]) == 1


def test_somebody_elses_submission_key_gives_nothing(demo: Demo) -> None:
    steward, manager = demo.client_as("steward"), demo.client_as("manager")
    form = steward.form(NEW) | VALUES
    assert steward.post(NEW, form).status_code == 303
    stolen = manager.form(EDIT) | {"submission": form["submission"], "summary": "Con la clave de otra persona"}
    answer = manager.post(EDIT, stolen)
    assert answer.status_code in {303, 409}
    assert "cooperativa" not in (answer.location or "")


EXTRA = {
    "role": "administrator", "keeper_id": "1", "is_demo": "1", "state": "withdrawn", "id": "1", "kind": "site",
    "slug": "robado", "created_at": "2000-01-01", "person_id": "1", "organisation_id": "1", "source_id": "1",
    "publish": "1", "actor": "1", "approved_at": "2020-01-01",
}  # fmt: skip


def test_fields_that_no_form_has_change_nothing(demo: Demo) -> None:
    manager, steward = demo.client_as("manager"), demo.client_as("steward")
    told = {"summary", "version", "updated_at"}
    every = [*Record.__table__.c, *Organisation.__table__.c]
    columns = [column.label(str(column)) for column in every if column.key not in told]
    statement = select(*columns).where(Record.slug == OWN, Organisation.id == Record.id)
    with demo.database.reading() as unit:
        before = unit.execute(statement).one()
    assert manager.send(EDIT, summary="Solo esto", **EXTRA).status_code == 303
    with demo.database.reading() as unit:
        assert unit.execute(statement).one() == before
    assert summary_of(demo) == "Solo esto"
    assert steward.send(NEW, **VALUES, **EXTRA).status_code == 303
    with demo.database.reading() as unit:
        made = unit.scalars(select(Organisation).where(Organisation.title == VALUES["title"])).one()
    assert (made.slug, made.state, made.is_demo, made.source_id) == ("cooperativa-nueva", "draft", False, None)
    assert made.keeper_id == made.id


def test_an_edit_of_nothing_but_the_rest_stays_whole(demo: Demo) -> None:
    """A form with hostile values in every field is answered in words, never with a fault."""
    manager = demo.client_as("manager")
    before = summary_of(demo)
    for rubbish in (
        "",
        "\0",
        "x" * 20_000,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "😀" * 500,
    ):
        form = {name: rubbish for name in manager.form(EDIT) if name not in {"csrf_token", "mandate"}}
        answer = manager.post(EDIT, manager.form(EDIT) | form)
        assert answer.status_code in {409, 422}, rubbish[:20]
        assert "<script>alert" not in answer.text
    assert summary_of(demo) == before


def test_a_form_whose_page_leads_nowhere_is_carried_out_once_too(demo: Demo) -> None:
    guest = demo.guest()
    form = guest.form("/sign-up") | {
        "name": "Dos",
        "email": "dos@prueba.example",
        "password": "otra llama azul vuela lejos",
    }
    sent = select(func.count()).select_from(Outgoing).where(Outgoing.recipient == "dos@prueba.example")
    for _click in range(3):
        assert guest.post("/sign-up", form).status_code == 200
    assert demo.scalar(sent) == 1


def test_a_lost_index_is_built_anew_and_everything_is_found_again(demo: Demo) -> None:
    shelf = demo.app.extensions["observatory.shelf"]
    drainer = demo.app.extensions["observatory.drainer"]
    guest = demo.guest()
    for lost in (
        lambda: shutil.rmtree(demo.settings.search_folder),
        lambda: (demo.settings.search_folder / "current").write_text("v1-00000001"),
    ):
        lost()
        assert guest.get("/healthz").status_code == 503
        assert demo.client_as("manager").send(EDIT, summary="Una sola vicuña").status_code == 303
        drainer.run_once()
        assert guest.get("/search.json?q=torata").json["total"] > 0, "not only what changed since"
        assert guest.get("/search.json?q=vicuña").json["total"] == 1
        found = guest.get("/healthz")
        assert found.status_code == 200
        assert found.json["index"]["documents"] == found.json["index"]["records"] == shelf.count()


def test_an_index_that_lacks_records_is_not_well(demo: Demo) -> None:
    shelf = demo.app.extensions["observatory.shelf"]
    guest = demo.guest()
    demo.app.extensions["observatory.drainer"].run_once()
    assert guest.get("/healthz").status_code == 200
    shelf.update([], delete=[int(demo.scalar(select(Record.id).where(Record.slug == OWN)))])
    answer = guest.get("/healthz")
    assert (answer.status_code, answer.json["index"]["status"]) == (503, "down")


def test_the_planner_knows_the_tables_after_loading(demo: Demo) -> None:
    known = (
        "sqlite_stat1 WHERE tbl = 'record_places'"
        if demo.database.is_sqlite
        else "pg_stats WHERE tablename = 'record_places'"
    )
    assert demo.scalar(text(f"SELECT count(*) FROM {known}")) > 0  # noqa: S608 - no input
