"""Opening a handover: the inventory drafted from what the rooms know, refreshed, and added to by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from observatory.app import registry
from observatory.kernel.errors import Invalid, Refused
from observatory.rooms.commitments.models import Commitment, VerifierAsked
from observatory.rooms.commitments.service import checking
from observatory.rooms.handovers import service
from observatory.rooms.handovers.queries import inventory
from observatory.rooms.handovers.service import transferring
from observatory.rooms.indicators.queries import holdings as figures
from tests.app import words
from tests.commitments.conftest import decide_in_session
from tests.handovers.world import AFTER, BEFORE, LAST, TERM, World
from tests.indicators.world import a_world as a_world_of_figures
from tests.services import Homes


def titles(world: World, number: int, source: str) -> list[str]:
    return [item.title for item in world.items(number, source)]


def test_the_inventory_is_drafted_from_what_each_room_knows(own_world: World) -> None:
    world = own_world
    owed = world.a_commitment("Construir doce kilómetros de canal")
    late = world.a_commitment("Reparar la bocatoma del valle", due=BEFORE - dt.timedelta(10))
    world.a_commitment("Techar el mercado de Torata", accepted=False)
    world.a_commitment("Estudiar un camino nuevo al valle", who="alcaldesa", proposed=False)
    theirs = {
        "nature": "company_obligation", "accountable_id": world.organisations["minera-alta"],
        "oversight_id": world.organisations["ministerio"], "money": "company",
    }  # fmt: skip
    world.a_commitment("Regar la vía tres veces al día", who="minero", **theirs)
    world.promise("vocera", checking.dispute, late, words="La bocatoma sigue rota hasta hoy.")
    with world.unit() as unit:
        asked = unit.scalars(select(Commitment.id).where(Commitment.slug == owed)).one()
        unit.add(
            VerifierAsked(
                commitment_id=asked, organisation_id=world.organisations["ministerio"], at=dt.datetime.now(dt.UTC)
            )
        )
    world.a_seat()
    number = world.opened()
    assert titles(world, number, "owed") == ["Reparar la bocatoma del valle", "Construir doce kilómetros de canal"]
    late_why, why = (item.why for item in world.items(number, "owed"))
    assert late_why == "10 días de atraso" and "30 jun. 2027" in why, "as it stands, in the organisation's language"
    assert titles(world, number, "overseen") == ["Regar la vía tres veces al día"]
    assert titles(world, number, "proposed") == ["Techar el mercado de Torata"]
    assert titles(world, number, "disputes") == ["Reparar la bocatoma del valle"]
    assert titles(world, number, "verifications") == ["Construir doce kilómetros de canal"]
    assert titles(world, number, "seats") == ["Mesa del Valle"]
    assert titles(world, number, "drafts") == ["Estudiar un camino nuevo al valle"]
    functions = titles(world, number, "mandates")
    assert any(title.startswith("Cargo de saliente ·") for title in functions), "by function, without a person's name"
    assert not any("entrante" in title for title in functions), "their mandates have not begun"
    assert [item.number for item in world.items(number)] == list(range(1, len(world.items(number)) + 1))
    assert world.events(number) == ["HandoverOpened"]


def test_what_another_source_speaks_of_is_not_listed_again(own_world: World) -> None:
    world = own_world
    world.a_commitment("Construir doce kilómetros de canal", who="alcaldesa")
    number = world.opened()
    assert titles(world, number, "owed") == ["Construir doce kilómetros de canal"]
    assert titles(world, number, "kept") == []


def test_indicators_come_with_what_is_overdue(homes: Homes, engine_name: str) -> None:
    with a_world_of_figures(homes, engine_name) as world:
        slug = world.an_indicator(release_days=30, frequency="year")
        world.an_indicator(title="Otra cosa del ministerio")
        world.today += dt.timedelta(60)
        with world.reading():
            actor = world.actor("jefa")
            found = figures.figures(actor, world.organisations["ministerio"])
            assert [(each.title, "expected since" in str(each.why)) for each in found] == [
                ("Canon minero gastado", True), ("Otra cosa del ministerio", False),
            ]  # fmt: skip
            assert found[0].url == f"/indicators/{slug}" and found[0].record_id
            assert figures.figures(actor, world.organisations["ong"]) == []


def test_refreshing_adds_what_came_up_and_loses_nothing(own_world: World) -> None:
    world = own_world
    slug = world.a_commitment()
    number = world.opened()
    before = {item.key: (item.number, item.title, item.why) for item in world.items(number)}
    world.do("saliente", service.add_custody, number, kind="seal", title="Sello redondo")
    world.a_commitment("Reparar la bocatoma del valle")
    world.promise(
        "secretaria", decide_in_session, slug, kind="cancellation",
        reason="Ya no hace falta.",
    )  # fmt: skip
    assert world.refreshed("saliente", number) == 1
    after = {item.key: (item.number, item.title, item.why) for item in world.items(number)}
    assert before.items() <= after.items() and len(after) == len(before) + 2
    assert titles(world, number, "owed") == ["Construir doce kilómetros de canal", "Reparar la bocatoma del valle"]
    assert world.refreshed("saliente", number) == 0, "once more finds nothing new"
    assert world.events(number) == ["HandoverOpened", "CustodyAdded", "InventoryRefreshed"]


@pytest.mark.parametrize(("values", "field"), [
    ({"term_ends_on": BEFORE - dt.timedelta(1)}, "term_ends_on"), ({"term_ends_on": None}, "term_ends_on"),
    ({"term_ends_on": BEFORE + dt.timedelta(401)}, "term_ends_on"), ({"act": ""}, "act"), ({"proclaimed_by": " "}, "proclaimed_by"),
])  # fmt: skip
def test_a_term_needs_its_last_day_and_who_comes(own_world: World, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        own_world.opened(**values)
    assert refused.value.field == field


def test_there_is_one_for_each_term(own_world: World) -> None:
    world = own_world
    world.opened()
    for who in ("saliente", "saliente2", "permanente"):
        with pytest.raises(Invalid, match="handover of your organisation already"):
            world.opened(who)
    assert world.opened("vocera"), "of another organisation"


@pytest.mark.parametrize("who", ["guest", "ciudadana", "verificadora", "guardiana", "operator", "entrante"])
def test_strangers_and_those_whose_mandate_does_not_last_open_none(own_world: World, who: str) -> None:
    with pytest.raises(Refused):
        own_world.opened(who)


def test_those_who_come_can_not_open_the_handover_of_those_who_went(own_world: World) -> None:
    world = own_world
    world.today = AFTER
    with pytest.raises(Invalid) as refused:
        world.opened("entrante")  # the term is over
    assert refused.value.field == "term_ends_on"
    with pytest.raises(Refused):
        world.opened("saliente", term_ends_on=AFTER)


@pytest.mark.parametrize("field", ["title", "detail"])
def test_a_password_is_refused_in_what_is_in_custody(own_world: World, field: str) -> None:
    world = own_world
    number = world.opened()
    told = {"kind": "account", "title": "Usuario del SIAF", "detail": "En la caja fuerte."}
    with pytest.raises(Invalid, match="looks like a password") as refused:
        world.do("saliente", service.add_custody, number, **(told | {field: "contraseña: hunter2"}))
    assert refused.value.field == field
    world.do("saliente", service.add_custody, number, **told)
    assert titles(world, number, "custody") == ["Usuario del SIAF"]
    world.act_as("saliente")
    page = words(world.text(f"/handovers/{number}/custody/new"))
    assert "Passwords are never written here" in page
    answer = world.send(f"/handovers/{number}/custody/new", **told | {"title": "SIAF password=abc"})
    assert answer.status_code == 422 and "looks like a password" in words(answer.get_data(as_text=True))


def test_who_sees_what(own_world: World) -> None:
    world = own_world
    world.a_commitment("Construir doce kilómetros de canal")
    world.a_commitment("Estudiar un camino nuevo al valle", who="alcaldesa", proposed=False)
    number = world.opened()
    told = {"kind": "key", "title": "Llaves del depósito", "detail": "DETALLE-RESERVADO"}
    world.do("saliente", service.add_custody, number, **told)
    custody = world.items(number, "custody")[0].number
    world.do("saliente", transferring.confirm_item, number, item=custody, note_="NOTA-DE-CUSTODIA")
    for who in ("guest", "vocera", "guardiana"):
        world.act_as(who)
        page = words(world.text(f"/handovers/{number}"))
        assert "Construir doce" in page and "Llaves del depósito" in page, who
        assert "Estudiar un camino" not in page and "1 item that only the organisation sees" in page, who
        assert "DETALLE-RESERVADO" not in page and "NOTA-DE-CUSTODIA" not in page, who
        for path in (f"/history/handover/{number}", "/activity", "/handovers.atom", "/exports/handovers.csv"):
            text = world.text(path)
            assert "Estudiar un camino" not in text and "RESERVADO" not in text and "NOTA-DE" not in text, path
    world.act_as("verificadora")
    page = words(world.text(f"/handovers/{number}"))
    assert "Estudiar un camino" in page and "DETALLE-RESERVADO" in page and "NOTA-DE-CUSTODIA" in page
    with world.reading() as unit:
        every = unit.execute(inventory.public_items(world.actor("guest"))).all()
    assert {row.title for row in every} >= {"Construir doce kilómetros de canal", "Llaves del depósito"}
    assert "Estudiar un camino nuevo al valle" not in {row.title for row in every}
    assert "RESERVADO" not in repr(every) and "NOTA-DE-CUSTODIA" not in repr(every)


def test_the_list_the_panel_and_who_is_reminded(own_world: World) -> None:
    world = own_world
    reminder = "A term ends soon and no handover is open"
    for who, told in (("guest", False), ("vocera", False), ("ciudadana", False), ("verificadora", True), ("saliente", True), ("guardiana", True)):  # fmt: skip
        world.act_as(who)
        assert (reminder in words(world.text("/handovers"))) == told, who
        assert (reminder in words(world.text("/organisations/ministerio"))) == told, who
    world.today = LAST - dt.timedelta(121)
    world.act_as("saliente")
    assert reminder not in words(world.text("/handovers")), "it is too early"
    world.today = BEFORE
    page = words(world.text("/handovers"))
    assert "No handover has been opened yet" in page and "Open a handover" in page
    form = world.form("/handovers/new")
    assert form["term_ends_on"] == LAST.isoformat(), "the end of one's own mandate"
    answer = world.post("/handovers/new", form | {name: str(value) for name, value in TERM.items()})
    assert answer.status_code == 303
    world.act_as("guest")
    for path in (
        "/handovers",
        "/handovers?stage=preparing&organisation=ministerio&demo=no&place=18",
        "/organisations/ministerio",
    ):
        page = words(world.text(path))
        assert "Transferencia de gestión 2026, Ministerio de las Cifras" in page and "Being prepared" in page, path
    for none in (
        "stage=closed",
        "stage=transfer",
        "stage=x",
        "demo=yes",
        "place=17",
        "place=x",
        "organisation=ong",
        "orphaned=1",
    ):
        assert "No handover with these filters" in words(world.text(f"/handovers?{none}")), none
    world.act_as("saliente")
    assert reminder not in words(world.text("/handovers"))
    assert "preparing" in world.text("/exports/handovers.csv")


def test_the_term_is_corrected_while_it_lasts(own_world: World) -> None:
    world = own_world
    number = world.opened()
    world.do("saliente", service.edit, number, **(TERM | {"act": "Resolución 99", "term_ends_on": dt.date(2027, 1, 5)}))
    world.act_as("guest")
    page = words(world.text(f"/handovers/{number}"))
    assert "Resolución 99" in page and "Jan 5, 2027" in page and "gestión 2027" in page
    assert world.events(number) == ["HandoverOpened", "HandoverEdited"]
    world.today = dt.date(2027, 1, 6)
    with pytest.raises(Refused, match="last day of the term is not over"):
        world.do("permanente", service.edit, number, **TERM)


def test_every_source_is_declared_once() -> None:
    sources = registry().holdings
    assert list(sources) == sorted(sources, key=lambda name: sources[name].order)
    assert [name for name, source in sources.items() if source.rest] == ["kept"] == list(sources)[-1:]
