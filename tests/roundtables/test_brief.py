"""The brief of a session: frozen when it is convened, as everyone may read it; its digest, its PDF; documents of items."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update

from observatory.app import drainer_of, registry
from observatory.aspects.attachments import queries as files_of
from observatory.aspects.attachments import service as attachments
from observatory.kernel import db, files, intake, paper
from observatory.kernel.errors import Invalid, Refused
from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.queries import dossiers
from observatory.rooms.roundtables.models import AgendaDocument, AgendaItem, RoundtableSession, SessionBrief
from observatory.rooms.roundtables.service import brief, preparing
from tests.app import Demo, words
from tests.counting import counted
from tests.loud import skip_loudly
from tests.roundtables.test_preparing import SOON, a_commitment, a_session, do
from tests.roundtables.world import PEOPLE, TODAY, World

CANAL = "Construir doce kilómetros de canal"


def about(world: World, number: str, kind: str, title: str) -> int:
    """An item about a record, whatever it is, as its secretary took it up."""
    with world.unit() as unit:
        session = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one()
        item = preparing.add_item(world.actor("secretaria"), session, title=title)
        item.record_id = unit.scalars(select(Record.id).where(Record.kind == kind, Record.title == title)).one()
        return int(item.id)


def convened(
    world: World, *, items: tuple[str, ...] = ("Turnos de riego",), promises: tuple[str, ...] = (CANAL,)
) -> str:
    """A session with items of its own and some about promises."""
    number = a_session(world, world.a_roundtable())
    for title in items:
        do(world, number, preparing.add_item, title=title, known="Ver el acta 3.")
    for title in promises:
        a_commitment(world, "mesa", title, TODAY - dt.timedelta(10))
        about(world, number, "commitment", title)
    do(world, number, preparing.convene)
    return number


def content(world: World, number: str) -> dict[str, Any]:
    world.act_as("guest")
    found: dict[str, Any] = json.loads(world.text(f"/sessions/{number}/brief.json"))
    return found


def a_file(world: World, number: str, name: str = "acta.txt", who: str = "secretaria") -> int:
    with world.unit() as unit:
        session = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one()
        store = world.land.app.extensions["observatory.files"]
        sent = intake.receive(b"Turnos de riego, sector 4.", name)
        made = attachments.attach(world.actor(who), session, content=sent, title=f"Acta {name}", files=store)
        return int(made.id)


def test_it_is_there_once_the_session_is_convened_and_public_like_it(own_world: World) -> None:
    world = own_world
    number = a_session(world, world.a_roundtable())
    do(world, number, preparing.add_item, title="Turnos de riego")
    for who in ("guest", "secretaria", "guardiana"):
        world.act_as(who)
        for end in ("", ".json", ".pdf"):
            world.text(f"/sessions/{number}/brief{end}", status=404)
    assert "Brief" not in words(world.text(f"/sessions/{number}", status=200))
    do(world, number, preparing.convene)
    for who in ("guest", "minero", "secretaria"):
        world.act_as(who)
        assert "Turnos de riego" in words(world.text(f"/sessions/{number}/brief"))
        assert f"/sessions/{number}/brief" in world.text(f"/sessions/{number}")


def test_it_says_of_a_promise_what_stood_when_the_session_was_convened(own_world: World) -> None:
    world = own_world
    number = convened(world)
    told = content(world, number)
    assert told["session"]["starts_at"] == "2026-03-20T09:30-05:00" and told["session"]["time_zone"] == "America/Lima"
    assert [item["title"] for item in told["agenda"]] == ["Turnos de riego", CANAL]
    assert told["agenda"][0]["note"] == "Ver el acta 3." and told["agenda"][0]["about"] is None
    said = told["agenda"][1]["about"]
    values = [value for _label, value in said["facts"]]
    assert {CANAL, "12 km de canal.", "Ministerio de las Cifras", "10 días de atraso"} <= set(values)
    assert any("Aceptado" in value and "15 ene" in value for value in values), values
    (claimed,) = said["figures"]
    assert (claimed["value"], claimed["source"]) == ("0 %", "Ministerio de las Cifras")
    assert [on for on, _words in said["history"]] == ["2025-01-15", "2025-01-15"]
    page = words(world.text(f"/sessions/{number}/brief"))
    assert "10 días de atraso" in page and "Ministerio de las Cifras" in page and "As of" in page
    world.today = TODAY + dt.timedelta(5)
    with world.unit() as unit:  # what becomes of it later is not in it
        unit.scalars(select(Commitment)).one()
        unit.execute(update(Record).where(Record.title == CANAL).values(title="Otra promesa", state="in_progress"))
    assert content(world, number) == told


def test_its_digest_is_that_of_its_content_to_the_letter(own_world: World) -> None:
    world = own_world
    number = convened(world)
    world.act_as("guest")
    raw = world.get(f"/sessions/{number}/brief.json").get_data()
    digest = hashlib.sha256(raw).hexdigest()
    assert digest in world.text(f"/sessions/{number}/brief")
    assert brief.canonical(json.loads(raw)).encode() == raw
    assert " :" not in raw.decode() and "kilómetros" in raw.decode()


def test_it_is_frozen_in_the_language_of_the_body_whoever_convenes_it(own_world: World) -> None:
    world = own_world
    number = convened(world)  # the secretary of these tests reads English
    said = content(world, number)["agenda"][1]["about"]
    assert said["kind_in_words"] == "Compromiso" and "commitment" not in json.dumps(said["history"])
    page = world.text(f"/sessions/{number}/brief", language="en")
    assert 'class="stack brief" lang="es"' in page and "Compromiso" in words(page)


def test_it_holds_what_everyone_may_see_and_nobody_s_name(own_world: World) -> None:
    world = own_world
    number = a_session(world, world.a_roundtable())
    a_commitment(world, "mesa", CANAL, TODAY - dt.timedelta(10))
    with world.unit():
        hidden = {"nature": "public_service", "verbatim": "Promesa reservada"}
        commitments.create(world.actor("secretaria"), None, title="Un borrador reservado", **hidden)
    about(world, number, "commitment", CANAL)
    about(world, number, "commitment", "Un borrador reservado")
    about(world, number, "organisation", "Ministerio de las Cifras")
    do(world, number, preparing.convene)
    told = content(world, number)
    assert [bool(item["about"]) for item in told["agenda"]] == [True, False, True]
    assert told["agenda"][2]["about"]["kind"] == "organisation"
    raw = world.text(f"/sessions/{number}/brief.json")
    assert "Promesa reservada" not in raw
    assert not {name for name in PEOPLE if f"{name} (" in raw.lower() or f'"{name} ' in raw.lower()}


def test_it_takes_as_many_statements_for_many_items_as_for_few(own_world: World) -> None:
    world = own_world
    titles = [f"Promesa número {number} del acta" for number in range(12)]
    slug = world.a_roundtable()
    for title in titles:
        a_commitment(world, slug, title, TODAY - dt.timedelta(10))
    counts = []
    for few in (2, 12):
        number = a_session(world, slug)
        for title in titles[:few]:
            about(world, number, "commitment", title)
        with counted(world.land.database.engine) as said:
            do(world, number, preparing.convene)
        counts.append(len(said))
        assert len(content(world, number)["agenda"]) == few
        with counted(world.land.database.engine) as said:
            world.text(f"/sessions/{number}/brief")
        counts.append(len(said))
    assert counts[:2] == counts[2:]


def test_a_session_that_was_moved_says_where_it_is_now_and_one_that_was_cancelled_that(own_world: World) -> None:
    world = own_world
    number = convened(world)
    before = content(world, number)
    assert "Moved since" not in words(world.text(f"/sessions/{number}/brief"))
    later = SOON + dt.timedelta(days=1)
    do(world, number, preparing.move_session, starts_at=later, venue="Coliseo de Torata", link="https://x")
    world.act_as("guest")
    page = words(world.text(f"/sessions/{number}/brief"))
    assert "Moved since" in page and "Coliseo de Torata" in page and "Local comunal de Torata" in page
    assert content(world, number) == before
    do(world, number, preparing.cancel_session, reason="Huaico en la carretera.", link="https://x")
    world.act_as("guest")
    page = words(world.text(f"/sessions/{number}/brief"))
    assert "will not take place" in page and "Moved since" not in page


def test_it_is_printed_by_the_worker_and_linked_to_once_it_is(own_world: World) -> None:
    world = own_world
    if not paper.available():
        skip_loudly("pdf", "no WeasyPrint, or not the libraries it needs: docs/guide/operate.md")
    number = convened(world)
    world.act_as("guest")
    link = f"/sessions/{number}/brief.pdf"
    for page in (f"/sessions/{number}", f"/sessions/{number}/brief"):
        assert link not in world.text(page)
    world.text(link, status=404)
    settings = world.land.app.extensions["observatory.settings"]
    with world.moment():  # a worker, which has no site of its own until something is to be printed
        drainer_of(settings, world.land.database, world.land.app.extensions["observatory.shelf"]).run_once()
    for page in (f"/sessions/{number}", f"/sessions/{number}/brief"):
        assert link in world.text(page)
    answer = world.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"inline; filename=session-{number}-brief.pdf"
    read = PdfReader(io.BytesIO(answer.get_data()))
    text = "\n".join(page.extract_text() for page in read.pages)
    assert "Turnos de riego" in text and "Ministerio de las Cifras" in text
    assert read.trailer["/Root"]["/Lang"] == "es" and "Sesión 1" in str(read.metadata and read.metadata.title)
    digest = hashlib.sha256(world.get(f"/sessions/{number}/brief.json").get_data()).hexdigest()
    assert digest[:20] in text.replace("\n", "")
    kept = files.spoken_of(world.land.database, registry().contents)
    assert hashlib.sha256(answer.get_data()).hexdigest() in kept
    again = world.land.client.get(link, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_documents_belong_to_items_and_are_listed_with_their_fingerprint(own_world: World) -> None:
    world = own_world
    number = a_session(world, world.a_roundtable())
    do(world, number, preparing.add_item, title="Turnos de riego")
    with world.reading() as unit:
        item = unit.scalars(select(AgendaItem.id)).one()
    world.act_as("secretaria")
    path = f"/sessions/{number}/items/{item}/documents"
    assert "add one there first" in words(world.text(path))
    one, other = a_file(world, number), a_file(world, number, "plano.txt")
    answer = world.send(path, attachments=str(one))
    assert answer.status_code == 303 and answer.location.endswith(f"/sessions/{number}#item-{item}")
    sha256 = hashlib.sha256(b"Turnos de riego, sector 4.").hexdigest()
    page = world.text(f"/sessions/{number}")
    agenda = page.partition('id="agenda"')[2].partition("</section>")[0]
    assert f"/files/{one}" in agenda and sha256[:12] in agenda and f"/files/{other}" not in agenda
    do(world, number, preparing.convene)
    (told,) = content(world, number)["agenda"][0]["documents"]
    assert (told["number"], told["name"], told["size"], told["sha256"]) == (one, "acta.txt", 26, sha256)
    page = words(world.text(f"/sessions/{number}/brief"))
    assert "acta.txt" in page and sha256[:12] in page
    with world.unit():
        found = files_of.find(world.actor("secretaria"), one)
        attachments.withdraw(world.actor("secretaria"), found, reason="Se adjuntó por error.")
    assert "acta.txt" not in words(world.text(f"/sessions/{number}/brief"))


def test_only_files_of_the_session_s_page_can_be_chosen_until_it_is_convened_and_by_whoever_prepares_it(
    own_world: World,
) -> None:
    world = own_world
    slug = world.a_roundtable()
    number, elsewhere = a_session(world, slug), a_session(world, slug)
    do(world, number, preparing.add_item, title="Turnos de riego")
    foreign, own = a_file(world, elsewhere), a_file(world, number)
    with world.reading() as unit:
        item = unit.scalars(select(AgendaItem.id)).one()

    def choose(who: str, *chosen: int, of: str = number) -> None:
        with world.unit() as unit:
            session = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == of)).one()
            brief.choose_documents(
                world.actor(who), session, item=unit.get_one(AgendaItem, item), attachments=list(chosen)
            )

    with pytest.raises(Invalid):
        choose("secretaria", foreign)
    with pytest.raises(Invalid):
        choose("secretaria", own, of=elsewhere)
    for who in ("presidenta", "otra", "guardiana", "minero", "ciudadana", "operator"):
        with pytest.raises(Refused):
            choose(who, own)
        world.act_as("ciudadana" if who == "operator" else who)
        assert world.get(f"/sessions/{number}/items/{item}/documents").status_code in (403, 404)
    choose("secretaria", own)
    choose("secretaria", own)  # again, nothing happens
    with world.unit() as unit:
        assert unit.scalar(select(func.count()).select_from(AgendaDocument)) == 1
        session = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one()
        other = preparing.add_item(world.actor("secretaria"), session, title="Otro punto")
        preparing.set_order(world.actor("secretaria"), session, positions={item: None, other.id: 1})
        db.session.flush()
        assert unit.scalar(select(func.count()).select_from(AgendaDocument)) == 0, "it went with its item"
        item = other.id
    do(world, number, preparing.convene)
    with pytest.raises(Refused):
        choose("secretaria", own)


def test_convened_twice_at_once_there_is_one_brief(own_world: World) -> None:
    world = own_world
    number = a_session(world, world.a_roundtable())
    do(world, number, preparing.add_item, title="Turnos de riego")
    world.act_as("secretaria")
    form = world.form(f"/sessions/{number}/convening")

    def send(_turn: int) -> int:
        with world.moment():
            client = world.land.app.test_client()
            told = {name: value for name, value in form.items() if name != "submission"}
            client.set_cookie("x", "y")
            return int(client.post(f"/sessions/{number}/convening", data=told).status_code)

    world.land.app.config["WTF_CSRF_ENABLED"] = False
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2)))[0] == 303
    with world.reading() as unit:
        assert unit.scalar(select(func.count()).select_from(SessionBrief)) == 1


def test_everything_of_the_demonstration_has_a_dossier_in_a_fixed_number_of_statements(shared_demo: Demo) -> None:
    app = shared_demo.app
    with app.test_request_context("/"), shared_demo.database.reading() as unit:
        for kind, offered in registry().dossiers.items():
            ids = list(unit.scalars(select(Record.id).where(Record.kind == kind).order_by(Record.id).limit(60)))
            with counted(shared_demo.database.engine) as said:
                found = offered(Actor.guest(), ids)
            with counted(shared_demo.database.engine) as few:
                offered(Actor.guest(), list(found)[:2])
            assert len(found) > 5 and len(said) - len(few) in range(-3, 4), kind
            assert all(dossier.facts and dossier.history for dossier in found.values())
            assert any(dossier.figures for dossier in found.values())
            assert all(value and label for dossier in found.values() for label, value in dossier.facts)
        assert offered(Actor.guest(), []) == {}
        assert dossiers.of(Actor.guest(), [0]) == {}
