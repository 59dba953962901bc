"""What the figures of small places give for larger ones: rightly, with holes, by weight, and exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from observatory.rooms.indicators.models import Observation, ObservationSum, Series, SeriesPeriod
from observatory.rooms.indicators.service import delivering
from tests.indicators.world import World

SUM = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}
PEOPLE = {"over_places": "sum", "kind": "people", "unit": "personas", "direction": "none", "title": "Población"}
DISTRICTS = ("180101", "180106", "170105", "170106", "170107")
LARGER = ("1801", "18", "1701", "17", "pe")


def counted(world: World, slug: str, period: str, *places: str) -> dict[str, tuple[Decimal | None, int, int]]:
    """(value, parts, whole) of these places."""
    found = {}
    for place in places:
        figure = world.figure(slug, place, period)
        if figure is not None:
            found[place] = (figure.value, figure.parts, figure.whole)
    return found


def test_districts_add_up_to_provinces_departments_and_the_country(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {place: {"2024": 10**at} for at, place in enumerate(DISTRICTS)})
    assert counted(world, slug, "2024", *LARGER) == {
        "1801": (11, 2, 2), "18": (11, 2, 2), "1701": (11_100, 3, 3), "17": (11_100, 3, 3), "pe": (11_111, 5, 5),
    }  # fmt: skip


def test_with_holes_it_says_of_how_many_parts_it_is_the_sum(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {"2024": 7}, "170107": {"2024": 5}, "170105": {"2024": None}})
    assert counted(world, slug, "2024", *LARGER) == {
        "1801": (7, 1, 2), "18": (7, 1, 2), "1701": (5, 1, 3), "17": (5, 1, 3), "pe": (12, 2, 5),
    }  # fmt: skip


def test_a_gap_is_no_zero(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {"2024": None}, "180106": {"2024": (None, "Q")}, "170105": {"2024": 0}})
    assert counted(world, slug, "2024", "1801", "18", "1701", "pe") == {"1701": (0, 1, 3), "pe": (0, 1, 5)}
    gap = world.figure(slug, "180106", "2024")
    assert gap is not None and (gap.value, gap.status) == (None, "Q")
    with world.reading() as unit:
        own = select(SeriesPeriod.level, SeriesPeriod.figures, SeriesPeriod.gaps).join(
            Series, Series.id == SeriesPeriod.series_id
        )
        found = unit.execute(own.where(Series.indicator_id == world.find(slug).id)).all()
    assert [tuple(row) for row in found] == [("district", 1, 2)]


def test_what_is_published_of_a_larger_place_stands_before_what_its_parts_give(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {"2024": 7}, "180106": {"2024": 8}, "18": {"2024": 20}, "170105": {"2024": 1}})
    assert counted(world, slug, "2024", "1801", "18", "pe") == {"1801": (15, 2, 2), "18": (20, 0, 0), "pe": (21, 3, 5)}


def test_a_sum_is_as_doubtful_as_the_most_doubtful_of_its_parts(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {"2024": 7}, "180106": {"2024": (8, "P")}, "170105": {"2024": (1, "E")}})
    found = {place: world.figure(slug, place, "2024") for place in ("180101", "18", "17", "pe")}
    assert {place: each.status for place, each in found.items() if each} == {
        "180101": "A",
        "18": "P",
        "17": "E",
        "pe": "E",
    }


def test_without_a_rule_nothing_is_added_up(world: World) -> None:
    slug = world.an_indicator()
    world.figures(slug, {"180101": {"2024": 40}, "180106": {"2024": 60}})
    assert counted(world, slug, "2024", *LARGER) == {}


def test_percentages_are_averaged_by_weight_and_follow_it_when_it_changes(world: World) -> None:
    people = world.an_indicator(**PEOPLE)
    slug = world.an_indicator(over_places="weighted", weight_id=world.find(people).id)
    world.figures(slug, {"180101": {"2024": 50}, "180106": {"2024": 90}, "170105": {"2024": 10}})
    assert counted(world, slug, "2024", *LARGER) == {}, "without weights nothing can be said"
    world.figures(people, {"180101": {"2024": 900}, "180106": {"2024": 100}})
    assert counted(world, slug, "2024", *LARGER) == {"1801": (54, 2, 2), "18": (54, 2, 2), "pe": (54, 2, 5)}
    world.figures(people, {"180106": {"2024": 1100}, "170105": {"2024": 2000}})
    assert counted(world, slug, "2024", "18", "17", "pe") == {"18": (72, 2, 2), "17": (10, 1, 3), "pe": (41, 3, 5)}


def test_what_was_weighed_before_can_be_read_as_of_then(world: World) -> None:
    people = world.an_indicator(**PEOPLE)
    slug = world.an_indicator(over_places="weighted", weight_id=world.find(people).id)
    world.figures(people, {"180101": {"2024": 900}, "180106": {"2024": 100}})
    before = world.figures(slug, {"180101": {"2024": 50}, "180106": {"2024": 90}})
    world.figures(people, {"180106": {"2024": 900}})
    assert [world.value(slug, "18", "2024", edition=edition) for edition in (before, None)] == [54, 70]


def test_the_weight_of_another_way_of_counting_weighs_nothing(world: World) -> None:
    people = world.an_indicator(**PEOPLE)
    slug = world.an_indicator(over_places="weighted", weight_id=world.find(people).id)
    world.figures(people, {"180101": {"2024": 900}, "180106": {"2024": 100}})
    world.figures(slug, {"180101": {"2024": 50}, "180106": {"2024": 90}})
    world.redefined(people, comparable=False)
    world.figures(people, {"180101": {"2024": 100}, "180106": {"2024": 300}})
    assert world.value(slug, "18", "2024") == 80


def test_a_superseded_figure_is_in_no_sum_any_more(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {"2023": 1, "2024": 7}, "180106": {"2023": 2, "2024": 8}})
    id = world.deliver(slug, {"180101": {"2024": 100}, "180106": {"2024": None}})
    world.publish(id)
    assert counted(world, slug, "2024", "1801", "pe") == {"1801": (100, 1, 2), "pe": (100, 1, 5)}
    assert counted(world, slug, "2023", "pe") == {"pe": (3, 2, 5)}
    world.handle("jefa", delivering.take_back, id, reason="Era otro archivo.")
    assert counted(world, slug, "2024", "1801", "pe") == {"1801": (15, 2, 2), "pe": (15, 2, 5)}


def test_figures_of_a_breakdown_and_of_a_scope_are_added_up_apart(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {"2024": 7}, "180106": {"2024": 8}})
    women = [("sexo", "Sexo", "Mujeres")]
    world.figures(slug, {"180101": {"2024": 3}, "180106": {"2024": 4}}, breakdown=women)
    world.figures(slug, {"180101": {"2024": 70}}, scope="Con saldos")
    assert counted(world, slug, "2024", "pe") == {"pe": (15, 2, 5)}
    assert world.shown(slug, place="pe", by="sexo") == {"Mujeres": {"2024": "7"}}
    assert world.shown(slug, place="pe", by="scope") == {"": {"2024": "15"}, "Con saldos": {"2024": "70"}}


def test_a_rule_that_changes_changes_what_its_figures_give(world: World) -> None:
    slug = world.an_indicator(**{**SUM, "over_places": "none"})
    world.figures(slug, {"180101": {"2024": 7}, "180106": {"2024": 8}})
    assert counted(world, slug, "2024", "pe") == {}
    world.redefined(slug, comparable=True, over_places="sum")
    assert counted(world, slug, "2024", "pe") == {"pe": (15, 2, 5)}
    world.redefined(slug, comparable=True, over_places="none")
    assert counted(world, slug, "2024", "pe") == {}


def test_what_a_former_lineage_gave_stays_and_is_told_alike_as_of_its_editions(world: World) -> None:
    slug = world.an_indicator(**SUM)
    edition = world.figures(slug, {"180101": {"2024": 7}, "180106": {"2024": 8}})
    world.redefined(slug, comparable=False)
    world.figures(slug, {"180101": {"2024": 70}})
    for asked in ({"version": "1"}, {"version": "1", "edition": str(edition)}):
        assert world.shown(slug, place="pe", **asked) == {"Perú": {"2024": "15"}}
    assert world.shown(slug, place="pe") == {"Perú": {"2024": "70"}}


EXACT = [
    "123456789012345.123456789", "0.1", "0.30000000000000004", "999999999999999", "-0.000000000000000001",
    "7844000000.55", "33.333333333333333333", "100", "1000000000000", "-12.50",
]  # fmt: skip


def test_decimals_of_any_length_come_out_as_they_went_in(world: World) -> None:
    slug = world.an_indicator(**SUM)
    world.figures(slug, {"180101": {str(2000 + at): text for at, text in enumerate(EXACT)}})
    with world.reading() as unit:
        own = select(Series.id).where(Series.indicator_id == world.find(slug).id)
        stored = select(Observation.value).where(Observation.series_id.in_(own)).order_by(Observation.period)
        assert list(unit.scalars(stored)) == [Decimal(text) for text in EXACT]
    found = world.selection(slug, place="180101").strands[0].figures
    assert [each.value for each in found.values()] == [Decimal(text) for text in EXACT]


def test_sums_of_long_decimals_are_exact_too(world: World) -> None:
    slug = world.an_indicator(**SUM)
    told: dict[str, Any] = {"180101": {"2024": "123456789012345.1"}, "180106": {"2024": "0.000000000000001"}}
    world.figures(slug, {**told, "170105": {"2024": "0.1"}, "170106": {"2024": "0.2"}})
    assert world.value(slug, "1801", "2024") == Decimal("123456789012345.100000000000001")
    assert world.value(slug, "17", "2024") == Decimal("0.3")
    with world.reading() as unit:
        stored = unit.scalars(
            select(ObservationSum.value).where(ObservationSum.territory_id == world.place("1801"))
        ).all()
    assert Decimal("123456789012345.100000000000001") in stored


@pytest.mark.parametrize("period", ["2024", "2024-S1", "2024-Q3", "2024-02", "2024-02-29"])
def test_periods_of_every_kind_are_added_up(one_world: World, period: str) -> None:
    slug = one_world.an_indicator(**SUM)
    one_world.figures(slug, {"180101": {period: 1}, "180106": {period: 2}})
    assert one_world.value(slug, "pe", period) == 3
