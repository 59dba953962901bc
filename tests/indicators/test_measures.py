"""By which indicators a record is measured: with the figures that count, as the indicator was defined, until it is ended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from observatory.kernel.policy import Actor
from observatory.records.models import Record
from observatory.rooms.indicators.queries import measures
from observatory.rooms.indicators.service import measuring
from tests.app import words
from tests.indicators.world import World

NAMED: dict[str, Any] = {
    "place": "18", "baseline_period": "2020", "baseline_value": Decimal(20), "period": "2024", "value": Decimal(60),
}  # fmt: skip


@pytest.fixture
def site(world: World) -> int:
    with world.reading() as unit:
        return int(
            unit.query(Record.id)
            .filter(Record.kind == "site", Record.is_demo.is_(False))
            .order_by(Record.id)
            .first()[0]
        )


def named(world: World, site: int, slug: str, **values: Any) -> None:
    id = world.find(slug).id
    with world.unit() as unit:
        record = unit.get_one(Record, site)
        measuring.measure(world.actor("guardiana"), record, indicator_id=id, **(NAMED | values))


def of(world: World, site: int) -> list[measures.Measured]:
    with world.reading():
        return measures.of_record(Actor.guest(), site)


def page(world: World, site: int) -> str:
    with world.reading() as unit:
        slug = unit.get_one(Record, site).slug
    world.act_as("guest")
    return words(world.text(f"/sites/{slug}"))


def test_what_was_measured_after_its_period_does_not_count(world: World, site: int) -> None:
    slug = world.an_indicator()
    named(world, site, slug)
    world.figures(slug, {"18": {"2022": 30, "2024": (99, "P"), "2026": 80}})
    found = of(world, site)[-1]
    assert found.actual is not None and found.actual[0] == "2022", "nor what is provisional, where something settled is"
    assert found.achievement.percent == 25
    assert set(found.figures) == {"2022", "2024", "2026"}, "the small line has all"
    assert "30 % 2022" in page(world, site)


def test_periods_are_compared_by_their_end_and_not_by_their_letters(world: World, site: int) -> None:
    slug = world.an_indicator(frequency="irregular")
    named(world, site, slug, period="2024-S1")
    world.figures(slug, {"18": {"2023-Q4": 40, "2024-Q1": 50, "2024": 70}})
    found = of(world, site)[-1]
    assert found.actual is not None and (found.actual[0], found.achievement.percent) == ("2024-Q1", 75)


def test_a_month_of_what_adds_up_says_nothing_of_a_year(world: World, site: int) -> None:
    slug = world.an_indicator(frequency="month", over_periods="sum", kind="count", unit="obras")
    named(world, site, slug)
    world.figures(slug, {"18": {"2024-01": 9}})
    found = of(world, site)[-1]
    assert (found.actual, found.achievement.reason) == (None, "no_actual")


def test_it_stays_with_the_definition_by_which_it_was_named(world: World, site: int) -> None:
    slug = world.an_indicator()
    named(world, site, slug)
    world.figures(slug, {"18": {"2023": 40}})
    world.redefined(slug, comparable=False, kind="money", currency="PEN", unit="soles", direction="none")
    world.figures(slug, {"18": {"2023": 9000}})
    found = of(world, site)[-1]
    assert found.actual is not None and (found.actual[1].value, found.achievement.percent) == (40, 50)
    told = page(world, site)
    assert "40 % 2023" in told and "Baseline: 20 % in 2020" in told and "9,000" not in told


def test_one_that_was_ended_stands_below_with_its_target_and_why(world: World, site: int) -> None:
    slug = world.an_indicator()
    named(world, site, slug)
    found = of(world, site)[-1]
    with world.unit() as unit:
        measure = measures.find(world.actor("guardiana"), site, found.measure.id)
        measuring.end_measure(
            world.actor("guardiana"), unit.get_one(Record, site), measure=measure, reason="Mide otra cosa."
        )
    told = page(world, site)
    assert (
        "Measured by 1 indicator until it was ended" in told
        and "Target 60 %, 2024" in told
        and "Mide otra cosa." in told
    )
