"""Figures on other pages: of a place beside the country's, some on the home page; and found by the words of a fact sheet."""

from __future__ import annotations

from decimal import Decimal

from lxml import html

from observatory.kernel.policy import Actor
from observatory.kernel.search import Query
from observatory.records import derived
from observatory.rooms.indicators import service
from observatory.rooms.indicators.queries import keyfigures
from tests.indicators.world import World

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "decimals": 0, "title": "Obras terminadas"}


def panel(world: World, path: str, name: str) -> str:
    world.act_as("guest")
    found = html.fromstring(world.text(path)).xpath(f"//section[@aria-labelledby='{name}']")
    return " ".join(found[0].text_content().split()) if found else ""


def test_a_place_shows_its_key_figures_beside_the_countrys(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2022": 1, "2023": 2, "2024": (3, "E")}, "170105": {"2023": 40}})
    told = panel(world, "/places/180101", "panel-indicators")
    assert "Obras terminadas" in told and "3 obras 2024, estimated" in told
    assert "Country: 3 obras (2024)" in told
    told = panel(world, "/places/18", "panel-indicators")
    assert "(from 1 of 2 places)" in told
    told = panel(world, "/places/pe", "panel-indicators")
    assert "3 obras 2024" in told and "Country:" not in told
    assert slug not in world.text("/places/170106"), "nothing is known of it there"
    with world.reading():
        (key,) = [each for each in keyfigures.of_place(Actor.guest(), world.place("180101")) if each.row.slug == slug]
        assert key.last[1].value == Decimal(3) and key.country is not None and len(key.figures) == 3


def test_what_was_counted_another_way_before_is_no_key_figure_any_more(world: World) -> None:
    slug = world.an_indicator(title="Empleo contado de nuevo")
    world.figures(slug, {"17": {"2023": 50}})
    world.redefined(slug, comparable=False)
    world.figures(slug, {"17": {"2024": 70}})
    told = panel(world, "/places/17", "panel-indicators")
    assert told.count("Empleo contado de nuevo") == 1 and "70 % 2024" in told


def test_what_is_hidden_submitted_or_given_up_is_on_no_other_page(world: World) -> None:
    hidden = world.an_indicator(approved=False, title="Propuesto solamente")
    world.deliver(hidden, {"18": {"2024": 1}})
    waiting = world.an_indicator(title="Espera todavía")
    world.deliver(waiting, {"18": {"2024": 1}})
    ended = world.an_indicator(title="Ya no se mide")
    world.figures(ended, {"18": {"2024": 1}})
    world.do("jefa", service.give_up, ended, reason="Nadie lo mide ya.")
    told = panel(world, "/places/18", "panel-indicators")
    for title in ("Propuesto solamente", "Espera todavía", "Ya no se mide"):
        assert title not in told


def test_the_home_page_shows_the_country_with_its_last_change(own_world: World) -> None:
    world = own_world
    assert panel(world, "/", "panel-figures") == ""
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2022": 10, "2023": 20}, "180106": {"2022": 1, "2023": 1}})
    broken = world.an_indicator(title="Serie quebrada")
    world.figures(broken, {"pe": {"2022": 10, "2023": (20, "B")}})
    told = panel(world, "/", "panel-figures")
    assert "Obras terminadas 21 obras 2023 (from 2 of" in told and "in 2022 it was 11 obras (from 2 of" in told
    part = told.partition("Serie quebrada")[2]
    assert (
        part.startswith(" 20 % 2023")
        and "than in 2022" not in part.partition("All indicators")[0].partition("Obras")[0]
    )


def found(world: World, text: str, labels: frozenset[str] = frozenset({"public"})) -> list[str]:
    shelf = world.land.app.extensions["observatory.shelf"]
    while derived.drain(world.land.database, shelf):
        pass
    return [hit.url for hit in shelf.search(Query(text=text, labels=labels)).hits if "/indicators/" in hit.url]


def test_it_is_found_by_the_words_of_its_fact_sheet(own_world: World) -> None:
    world = own_world
    slug = world.an_indicator(
        code="16.6.1", method="Encuesta a hogares con teodolito", limitations="Excluye a la población nómada",
        disaggregations="quintil", producer_id=world.organisations["contraloria"],
    )  # fmt: skip
    for text in (
        "canon gastado",
        "teodolito",
        "devengado",
        "nomada",
        "quintil",
        "16.6.1",
        "Contraloría de Prueba canon",
    ):
        assert found(world, text) == [f"/indicators/{slug}"], text
    draft = world.draft(title="Cataclismo secreto")
    assert found(world, "cataclismo") == []
    own = frozenset({"public", f"org:{world.organisations['ministerio']}"})
    assert found(world, "cataclismo", own) == [f"/indicators/{draft}"]
    world.do("analista", service.propose, draft)
    assert found(world, "cataclismo") == [f"/indicators/{draft}"]


def test_the_catalogue_is_filtered_by_words_level_kind_and_keeper(own_world: World) -> None:
    world = own_world
    percent = world.an_indicator(level="outcome")
    count = world.an_indicator(**WORKS)
    other = world.an_indicator(who="rectora", by="vocera", title="Estudios publicados", kind="count")
    proposed = world.proposed(title="Gasto por venir")

    def listed(query: str) -> set[str]:
        page = html.fromstring(world.text(f"/indicators?{query}"))
        links = {
            link.removeprefix("/indicators/") for link in page.xpath("//main//li//a/@href") if "/indicators/" in link
        }
        return links & {percent, count, other, proposed}

    world.act_as("guest")
    assert listed("") == {percent, count, other, proposed}
    assert listed("q=TÉRMINADAS") == {count} and listed("q=%25") == listed("")
    assert listed("level=outcome") == {percent} and listed("kind=percent") == {percent, proposed}
    assert listed("keeper=universidad") == {other} and listed("state=proposed") == {proposed}
    assert listed("state=nada") == listed("kind=nada") == set()
