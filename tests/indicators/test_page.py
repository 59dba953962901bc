"""The page of an indicator: its first sentence in both languages, marks in its table, what differs side by side; and that
nobody's words become markup."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask_babel import force_locale
from lxml import html

from observatory.kernel.text import _
from observatory.rooms.indicators.service import targets
from observatory.rooms.indicators.views import sentences
from tests.app import words
from tests.indicators.world import World

PHRASES = {"phrase_es": "se gastó el {value} del canon", "phrase_en": "{value} of the canon was spent"}
MONEY = {"kind": "money", "currency": "PEN", "unit": "S/", "direction": "none", "title": "Canon transferido"}
TARGET: dict[str, Any] = {
    "place": "18", "period": "2030", "value": Decimal(80), "baseline_period": "2020", "baseline_value": Decimal(30),
    "document": "Plan regional",
}  # fmt: skip


def line(world: World, slug: str, language: str = "en", asked: str = "") -> str:
    """The sentence with which the page opens."""
    page = html.fromstring(world.text(f"/indicators/{slug}{asked}", language=language))
    return " ".join(page.xpath("//p[@class='lede']")[0].text_content().split())


def in_spanish(world: World, source: str, **values: str) -> str:
    with world.reading("es"), force_locale("es_PE"):
        return str(_(source, **values))


def test_a_percentage_is_told_with_its_change_in_points_and_its_target(world: World) -> None:
    slug = world.an_indicator(**PHRASES)
    world.figures(slug, {"18": {"2023": "69.5", "2024": "71.5"}})
    world.do("analista", targets.set_target, slug, **TARGET)
    assert line(world, slug) == (
        "In Moquegua, in 2024 71.5 % of the canon was spent: 2 points more than in 2023, 8.5 below the target for 2030."
    )
    told = line(world, slug, "es")
    assert "Moquegua" in told and "se gastó el 71.5 % del canon" in told and "of the canon was spent" not in told
    start = in_spanish(
        world, "In %(place)s, in %(period)s %(phrase)s", place="Moquegua", period="2024", phrase="se gastó el 71.5 % del canon"
    )  # fmt: skip
    below = in_spanish(world, "%(amount)s below the target for %(period)s", amount="8.5", period="2030")
    assert told.startswith(start + ": ") and told.endswith(f", {below}.")


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"2024": 71}, "In 2024 71 % of the canon was spent."),
        ({"2023": 70, "2024": 71}, "In 2024 71 % of the canon was spent: 1 point more than in 2023."),
        ({"2021": 80, "2024": 71}, "In 2024 71 % of the canon was spent: 9 points less than in 2021."),
        ({"2023": 71, "2024": "71.04"}, "In 2024 71 % of the canon was spent: the same as in 2023."),
        ({"2023": 60, "2024": (71, "P")}, "In 2024 71 % of the canon was spent (provisional): in 2023 it was 60 %."),
        ({"2023": 60, "2024": (71, "B")}, "In 2024 71 % of the canon was spent."),
        ({"2023": 60, "2024": None}, "In 2023 60 % of the canon was spent."),
        ({"2024": None}, "No figure is published yet."),
        ({}, "No figure is published yet."),
    ],
    ids=str,
)  # fmt: skip
def test_the_first_sentence_in_english(one_world: World, figures: dict[str, Any], sentence: str) -> None:
    slug = one_world.an_indicator(**PHRASES)
    if figures:
        one_world.figures(slug, {"pe": figures})
    assert line(one_world, slug) == sentence
    if sentence == "No figure is published yet.":
        assert line(one_world, slug, "es") == in_spanish(one_world, "No figure is published yet.")


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"2023": "5253000000", "2024": "7844000000"}, "S/ 7,844 million in 2024: 49.3 % more than in 2023."),
        ({"2023": "7844000000", "2024": "5253000000"}, "S/ 5,253 million in 2024: 33 % less than in 2023."),
        ({"2023": "1000", "2024": "9500.4"}, "S/ 9,500 in 2024: 9.5 times what it was in 2023."),
        ({"2023": "-5", "2024": "12.5"}, "S/ 12.5 in 2024: S/ 17.5 more than in 2023."),
        ({"2023": "0", "2024": "0"}, "S/ 0.0 in 2024: the same as in 2023."),
        ({"2023-03": 10, "2024-02": 40, "2024-03": 20}, "S/ 20.0 in Mar 2024: 100 % more than in Mar 2023."),
    ],
    ids=str,
)
def test_money_is_told_in_millions_and_against_the_same_time_a_year_before(
    one_world: World, figures: dict[str, Any], sentence: str
) -> None:
    slug = one_world.an_indicator(**MONEY)
    one_world.figures(slug, {"pe": figures})
    assert line(one_world, slug) == sentence


def test_what_differs_stands_side_by_side_and_nobody_chooses(world: World) -> None:
    slug = world.an_indicator(direction="none", title="Avance de Moquegua 2024")
    for scope, value in (("Todo el presupuesto", "91.5"), ("Foro de cooperación", "82"), ("Sólo inversión", "76.4")):
        world.figures(slug, {"18": {"2024": value}}, scope=scope, note=f"Nota: {scope}")
    page = world.text(f"/indicators/{slug}?place=18")
    part = words(page).partition("Published values that differ")[2].partition("All scopes in one chart")[0]
    assert re.findall(r"([\d.]+) % · ([^0-9]+?) ?2024", part) == [
        ("82", "Foro de cooperación"), ("76.4", "Sólo inversión"), ("91.5", "Todo el presupuesto"),
    ]  # fmt: skip
    assert "Nota: Sólo inversión" in part
    alone = world.an_indicator()
    world.figures(alone, {"18": {"2024": 1}})
    assert "Published values that differ" not in world.text(f"/indicators/{alone}")


def test_the_table_marks_what_is_doubtful_computed_or_not_there(world: World) -> None:
    slug = world.an_indicator(over_places="sum", kind="count", unit="obras", decimals=0)
    world.figures(
        slug,
        {
            "180101": {"2021": 1, "2022": (2, "P"), "2023": (3, "E"), "2024": None},
            "180106": {"2021": 4, "2022": 5, "2024": (None, "Q")},
        },
        note="La oficina estuvo cerrada",
    )  # fmt: skip
    page = html.fromstring(world.text(f"/indicators/{slug}?place=180101,180106,18"))
    cells = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        for row in page.xpath("//table[@class='figures-table']/tbody/tr")
    ]
    assert cells == [
        ["Missing: La oficina estuvo cerrada", "Suppressed: too few people: La oficina estuvo cerrada", "·Not published"],
        ["3 e", "·Not published", "3 c* e"], ["2 p", "5", "7 c p"], ["1", "4", "5 c"],
    ]  # fmt: skip
    links = page.xpath("//table[@class='figures-table']//a/@href")
    assert len(links) == 5 and all(world.get(link).status_code == 200 for link in links)


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "</textarea><b>x</b>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nobodys_words_become_markup(one_world: World, text: str) -> None:
    world = one_world
    slug = world.an_indicator(
        title=f"Canon {text}", summary=text, unit=text[:40], kind="count", method=text, producer_name=text,
        phrase_en=f"{text} {{value}}", phrase_es=f"{text} {{value}}", licence=text, disaggregations=text,
    )  # fmt: skip
    world.figures(slug, {"18": {"2024": 1}}, scope=text, note=text, as_of=text[:40])
    world.figures(slug, {"18": {"2024": None}}, note=text)
    world.figures(slug, {"18": {"2024": 3}}, breakdown=[("x", text, text)])
    world.do("analista", targets.set_target, slug, **TARGET | {"document": text})
    series = world.selection(slug, by="scope", place="18").strands[0].series.id
    embed = html.fromstring(world.text(f"/indicators/{slug}")).xpath("//textarea[@id='embed']")[0].text_content()
    (picture,) = html.fromstring(f"<div>{embed}</div>").xpath("//img")
    assert picture.get("alt") == world.find(slug).title, "on the pages of others neither"
    for path in (f"/indicators/{slug}", f"/indicators/{slug}?by=scope&place=18", f"/indicators/{slug}?by=x&place=18",
                 f"/indicators/{slug}/versions/1", f"/indicators/{slug}/figures/{series}/18/2024", "/indicators",
                 "/indicators/coverage", f"/indicators/{slug}.svg"):  # fmt: skip
        page = world.text(path)
        assert not re.search(r"<script>alert|<img src=x|</textarea><b>", page), path


def test_what_an_address_names_is_escaped_too(one_world: World) -> None:
    slug = one_world.an_indicator()
    one_world.figures(slug, {"18": {"2024": 1}})
    page = one_world.text(f"/indicators/{slug}?place=%3Cscript%3Ealert(1)%3C/script%3E&from=%22%3E%3Cu%3E")
    assert "<script>alert" not in page and '"><u>' not in page


def test_a_figure_that_is_not_there_has_no_page(one_world: World) -> None:
    slug = one_world.an_indicator()
    one_world.figures(slug, {"18": {"2024": 1}})
    series = one_world.selection(slug).strands[0].series.id
    for path in (f"{series}/18/2024-13", f"{series}/99/2024", "987654/18/2024", f"{series}/18/x"):
        assert one_world.get(f"/indicators/{slug}/figures/{path}").status_code == 404
    other = one_world.an_indicator()
    assert one_world.get(f"/indicators/{other}/figures/{series}/18/2024").status_code == 404


def test_it_can_be_cited_as_of_its_edition_and_embedded(one_world: World) -> None:
    slug = one_world.an_indicator()
    edition = one_world.figures(slug, {"18": {"2024": 1}})
    page = one_world.text(f"/indicators/{slug}?place=18")
    cite = html.fromstring(page).xpath("//textarea[@id='cite']")[0].text_content()
    assert f"edition {edition} of 2026-03-02" in cite and "definition 1" in cite and slug in cite
    embed = html.fromstring(page).xpath("//textarea[@id='embed']")[0].text_content()
    assert f"/indicators/{slug}.svg?place=18" in embed
    later = one_world.text(f"/indicators/{slug}?edition={edition}")
    assert f"As it stood in edition {edition}" in words(later)


def test_a_small_number_and_a_large_one_are_short_on_a_tile(one_world: World) -> None:
    row = SimpleNamespace(decimals=1)
    with one_world.reading():
        shown = [
            sentences.short(row, Decimal(each)) for each in ("0.25", "7.25", "123.4", "12345", "7844000000", "-3000000")
        ]
        assert sentences.short(row, None) == "–"
    assert shown == ["0.25", "7.2", "123", "12 k", "7.8 G", "-3 M"]
