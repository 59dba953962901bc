"""What an address shows: which places, lines, periods and steps, and what is told where it names what is not there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from observatory.kernel.policy import Actor
from observatory.rooms.indicators import queries
from observatory.rooms.indicators.queries import selection
from tests.indicators.world import World

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}
MONTHS = {f"2023-{at:02}": at for at in range(1, 13)} | {f"2024-{at:02}": 10 * at for at in range(1, 7)}


@pytest.fixture(scope="module")
def works(world: World) -> str:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2021": 1, "2022": 2, "2024": 4}, "180106": {"2022": 20}, "170105": {"2023": 300}})
    for group, value in (("Mujeres", 3), ("Hombres", 5)):
        world.figures(slug, {"180101": {"2024": value}}, breakdown=[("sexo", "Sexo", group)])
    two = [("edad", "Edad", "0-5"), ("sexo", "Sexo", "Mujeres")]
    world.figures(slug, {"180101": {"2024": 1}}, breakdown=two)
    world.figures(slug, {"180101": {"2024": 40}}, scope="Con saldos")
    return slug


def test_without_a_word_it_shows_the_country_or_the_largest_places(world: World, works: str) -> None:
    assert world.shown(works) == {"Perú": {"2021": "1", "2022": "22", "2023": "300", "2024": "4"}}
    plain = world.an_indicator()
    world.figures(plain, {"18": {"2024": 1}, "17": {"2024": 2}, "180101": {"2024": 3}})
    assert world.shown(plain) == {"Madre de Dios": {"2024": "2"}, "Moquegua": {"2024": "1"}}


def test_places_are_shown_in_the_order_asked_for_and_an_unknown_one_is_told(world: World, works: str) -> None:
    chosen = world.selection(works, place="180106, 99,180101,180106,<b>")
    assert [strand.place.slug for strand in chosen.strands] == ["180106", "180101"]
    assert list(chosen.unknown) == ["99", "<b>"]
    page = world.text(f"/indicators/{works}?place=180101,99,%3Cb%3E")
    assert "Not known here: 99, &lt;b&gt;" in page
    assert list(world.selection(works, place="180101", edition="99999").unknown) == ["edition=99999"]
    assert world.selection(works, place="99").strands[0].name == "Perú", "the usual places instead"


def test_several_places_may_stand_in_several_arguments_too(world: World, works: str) -> None:
    page = world.text(f"/indicators/{works}?place=180101&place=180106")
    assert '<th scope="col" class="r">Torata</th>' in page and '<th scope="col" class="r">Moquegua</th>' in page


@pytest.mark.parametrize(
    ("asked", "periods"),
    [
        ({}, ["2021", "2022", "2023", "2024"]), ({"from_": "2022"}, ["2022", "2023", "2024"]), ({"to": "2022"}, ["2021", "2022"]),
        ({"from_": "2022", "to": "2023"}, ["2022", "2023"]), ({"from_": "2030"}, []), ({"from_": "x", "to": "y"}, []),
    ],
    ids=str,
)  # fmt: skip
def test_from_and_until_are_within(world: World, works: str, asked: dict[str, str], periods: list[str]) -> None:
    chosen = world.selection(works, **asked)
    assert list(chosen.periods) == periods
    assert list(chosen.every) == ["2021", "2022", "2023", "2024"], "the form knows of all"


def test_a_month_lies_within_the_years_asked_for(world: World) -> None:
    slug = world.an_indicator(frequency="month")
    world.figures(slug, {"18": MONTHS})
    assert list(world.selection(slug, from_="2023-11", to="2024").periods)[:3] == ["2023-11", "2023-12", "2024-01"]
    assert list(world.selection(slug, to="2023").periods)[-1] == "2023-12"


def test_lines_by_breakdown_and_by_scope_and_never_mixed(world: World, works: str) -> None:
    chosen = world.selection(works, place="180101", by="sexo")
    assert chosen.dimensions == [("sexo", "Sexo")], "a figure of two breakdowns is in neither"
    assert world.shown(works, place="180101", by="sexo") == {"Hombres": {"2024": "5"}, "Mujeres": {"2024": "3"}}
    assert world.shown(works, place="180101", by="scope", from_="2024") == {
        "": {"2024": "4"}, "Con saldos": {"2024": "40"},
    }  # fmt: skip
    assert world.shown(works, place="180101", scope="Con saldos") == {"Moquegua": {"2024": "40"}}
    assert world.selection(works, by="altura", scope="Sin nada").by == "place"


@pytest.mark.parametrize(
    ("rule", "year"), [("sum", {"2023": "78"}), ("mean", {"2023": "6.5"}), ("last", {"2023": "12"}), ("none", None)]
)
def test_months_give_a_year_only_where_all_of_them_are_there_and_a_rule_says_how(
    one_world: World, rule: str, year: dict[str, str] | None
) -> None:
    slug = one_world.an_indicator(frequency="month", over_periods=rule)
    one_world.figures(slug, {"18": MONTHS})
    chosen = one_world.selection(slug, step="year")
    if year is None:
        assert (chosen.step, list(chosen.steps), len(chosen.periods)) == ("fine", ["month"], 18)
        return
    assert chosen.step == "year" and set(chosen.steps) == {"month", "year"}
    assert one_world.shown(slug, step="year") == {"Moquegua": year}, "half a year is none"


def test_a_chart_never_mixes_years_with_months(one_world: World) -> None:
    slug = one_world.an_indicator(frequency="month", over_periods="sum")
    one_world.figures(slug, {"18": MONTHS | {"2023": 999, "2022": 5}})
    assert len(one_world.selection(slug).periods) == 18, "the step with most figures"
    assert one_world.shown(slug, step="year") == {"Moquegua": {"2022": "5", "2023": "999"}}, "published ones, not sums"


def test_what_is_divided_is_divided_by_the_people_of_the_nearest_year(world: World) -> None:
    people = world.an_indicator(kind="people", unit="personas", over_places="sum", title="Población")
    world.figures(people, {"180101": {"2017": 100, "2025": 200}, "180106": {"2017": 50}, "170105": {"2017": 0}})
    slug = world.an_indicator(
        kind="money", currency="PEN", unit="S/", over_places="sum", per_head_id=world.find(people).id, title="Canon",
    )  # fmt: skip
    world.figures(
        slug,
        {
            "180101": {"2016": 1000, "2020": 1000, "2022": 1000, "2024-Q1": 7},
            "180106": {"2020": None, "2022": 10}, "170105": {"2022": 5}, "170106": {"2022": 5},
        },
    )  # fmt: skip
    assert world.shown(slug, per="head", place="180101,180106,170105,170106") == {
        "Moquegua": {"2016": "10", "2020": "10", "2022": "5"}, "Torata": {"2022": "0.2"},
    }  # fmt: skip
    page = world.text(f"/indicators/{slug}?per=head&place=180101")
    assert "S/ per inhabitant" in page and "of the nearest year that is published" in page and "Población" in page
    assert world.selection(people, per="head").per_head is False, "nothing else is divided"


def test_an_edition_that_came_later_for_another_indicator_is_a_moment_too(world: World) -> None:
    slug, other = world.an_indicator(), world.an_indicator()
    world.figures(slug, {"18": {"2024": 1}})
    between = world.figures(other, {"18": {"2024": 9}})
    world.figures(slug, {"18": {"2024": 2}})
    assert world.shown(slug, edition=str(between)) == {"Moquegua": {"2024": "1"}}


@pytest.mark.parametrize(
    "asked",
    [
        {"edition": "-1"}, {"edition": "9" * 40}, {"edition": "²"}, {"version": "x"}, {"version": "²"}, {"version": "99"},
        {"step": "century"}, {"per": "cabeza"}, {"place": "," * 300}, {"place": "180101," * 40}, {"by": "place; drop table"},
        {"from_": "=1+1"}, {"scope": "%"}, {"to": "٢٠٢٤"}, {"version": "9" * 5000},
    ],
    ids=str,
)  # fmt: skip
def test_an_address_with_nonsense_shows_what_can_be_shown(world: World, works: str, asked: dict[str, Any]) -> None:
    with world.reading():
        row = queries.row(Actor.guest(), works)
        told = {name.rstrip("_"): value for name, value in asked.items()}
        assert selection.select(Actor.guest(), row, told) is not None
    assert world.land.client.get(f"/indicators/{works}", query_string=told).status_code == 200


def test_at_most_thirty_lines_are_shown_and_five_drawn(world: World, works: str) -> None:
    chosen = world.selection(works, place="pe,18,17,1801,1701,180101,180106,170105")
    assert len(chosen.strands) == 8 and len(chosen.drawn) == 5
    assert chosen.strands[0].figures["2022"].value == Decimal(22)
