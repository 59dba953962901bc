"""Targets: set and revised where everybody sees it, and measured by the last figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from observatory.kernel.errors import Invalid, Refused, Stale
from observatory.kernel.policy import Actor
from observatory.rooms.indicators import queries
from observatory.rooms.indicators.models import Target
from observatory.rooms.indicators.queries import page
from observatory.rooms.indicators.service import targets
from tests.app import words
from tests.indicators.world import World

TOLD: dict[str, Any] = {
    "place": "18", "period": "2026", "value": Decimal("15"), "baseline_period": "2020", "baseline_value": Decimal("28"),
    "document": "Plan regional, página 12",
}  # fmt: skip
DOWN = {"direction": "decrease", "title": "Anemia infantil", "frequency": "year"}


def set_target(world: World, slug: str, who: str = "analista", **values: Any) -> Target:
    found: Target = world.do(who, targets.set_target, slug, **(TOLD | values))
    return found


def aims(world: World, slug: str) -> list[page.Aim]:
    with world.reading():
        return page.aims(queries.row(Actor.guest(), slug))


def fails(world: World, slug: str, **values: Any) -> str:
    with pytest.raises(Invalid) as refused:
        set_target(world, slug, **values)
    return refused.value.field or ""


def test_a_target_is_measured_by_the_last_figure(world: World) -> None:
    slug = world.an_indicator(**DOWN)
    set_target(world, slug)
    (aim,) = aims(world, slug)
    assert (aim.actual, aim.achievement.reason, aim.track) == (None, "no_actual", "")
    world.figures(slug, {"18": {"2021": 26, "2023": 20}, "pe": {"2024": 30}})
    (aim,) = aims(world, slug)
    assert aim.actual is not None and aim.actual[0] == "2023"
    assert aim.achievement.percent is not None and round(aim.achievement.percent, 1) == Decimal("61.5")
    assert aim.share is not None and round(aim.share, 2) == Decimal("0.50") and aim.track == "on_track"
    found = words(world.text(f"/indicators/{slug}?place=18"))
    assert "Moquegua: 15 % by 2026" in found and "61.5 %" in found and "On track" in found
    assert "Baseline: 28 % in 2020" in found and "Now: 20 % in 2023" in found and "Plan regional, página 12" in found
    assert world.events(slug)[3] == "TargetSet"


@pytest.mark.parametrize(
    ("value", "words_", "track"),
    [
        ("21.9", "46.9 %", "On track"), ("24", "30.8 %", "At risk"), ("26", "15.4 %", "Off track"),
        ("30", "-15.4 %: further away than at the start", "Off track"), ("12", "123.1 %: exceeded", "On track"),
    ],
)  # fmt: skip
def test_the_page_says_how_far_one_has_come(one_world: World, value: str, words_: str, track: str) -> None:
    slug = one_world.an_indicator(**DOWN)
    set_target(one_world, slug)
    one_world.figures(slug, {"18": {"2023": value}})
    found = words(one_world.text(f"/indicators/{slug}"))
    assert words_ in found and track in found


def test_what_should_stay_is_in_its_band_or_out_of_it(one_world: World) -> None:
    slug = one_world.an_indicator(direction="maintain", tolerance=Decimal("2"), title="Garantía")
    set_target(one_world, slug, value=Decimal("100"), baseline_period="", baseline_value=None)
    for value, told in (("101.5", "within its band"), ("97", "out of its band")):
        one_world.figures(slug, {"18": {"2024": value}})
        assert told in words(one_world.text(f"/indicators/{slug}"))


def test_a_chain_of_three_shows_the_original_and_each_reason(world: World) -> None:
    slug = world.an_indicator(**DOWN)
    first = set_target(world, slug)
    world.today += dt.timedelta(days=30)
    second = set_target(world, slug, revises=first, value=Decimal("18"), reason="La pandemia lo retrasó.")
    third = set_target(world, slug, revises=second, value=Decimal("17"), period="2027", reason="Nuevo plan regional.")
    world.today -= dt.timedelta(days=30)
    (aim,) = aims(world, slug)
    assert (aim.current.id, [each.id for each in aim.former]) == (third.id, [second.id, first.id])
    assert (aim.current.baseline_period, aim.current.baseline_value) == ("2020", 28), "where one stood does not change"
    found = words(world.text(f"/indicators/{slug}"))
    assert "Moquegua: 17 % by 2027" in found
    assert "Revised: 18 % by 2026" in found and "15 % by 2026" in found and "Nuevo plan regional." in found
    assert world.events(slug)[-3:] == ["TargetSet", "TargetRevised", "TargetRevised"]
    for revised in (first, second):
        with pytest.raises(Stale):
            set_target(world, slug, revises=revised, value=Decimal("1"), reason="Otra vez distinto.")


def test_a_revision_needs_its_reason_and_its_place(world: World) -> None:
    slug = world.an_indicator(**DOWN)
    first = set_target(world, slug)
    assert fails(world, slug, revises=first, reason="no") == "reason"
    assert fails(world, slug, revises=first, place="17", reason="Otra región.") == "place"
    other = world.an_indicator(**DOWN)
    assert fails(world, other, revises=first, reason="Otro indicador.") == "place"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": Decimal("30")}, "value"), ({"value": Decimal("28.0")}, "value"), ({"period": "2020"}, "period"),
        ({"period": "2019"}, "period"), ({"place": "99"}, "place"), ({"period": "2026-13"}, "period"),
        ({"period": "pronto"}, "period"), ({"baseline_period": ""}, "baseline_value"),
        ({"baseline_value": None}, "baseline_value"), ({"document": ""}, "document"), ({"source_id": 987_654}, "source_id"),
    ],
    ids=str,
)  # fmt: skip
def test_a_target_that_could_never_be_measured_is_refused(one_world: World, values: dict[str, Any], field: str) -> None:
    slug = one_world.an_indicator(**DOWN)
    assert fails(one_world, slug, **values) == field
    assert aims(one_world, slug) == []


def test_one_place_has_one_target_for_a_period(world: World) -> None:
    slug = world.an_indicator(**DOWN)
    first = set_target(world, slug)
    assert fails(world, slug, value=Decimal("10")) == "period"
    set_target(world, slug, place="17")
    set_target(world, slug, period="2028")
    set_target(world, slug, revises=first, period="2027", reason="Un año más tarde.")
    assert fails(world, slug, period="2027", value=Decimal("9")) == "period", "the revised one stands there"
    set_target(world, slug, period="2026", value=Decimal("20"))


def test_only_its_keeper_and_stewards_set_targets_and_only_of_what_is_approved(world: World) -> None:
    slug = world.an_indicator(**DOWN)
    with pytest.raises(Refused):
        set_target(world, slug, "vocera")
    set_target(world, slug, "guardiana")
    with pytest.raises(Refused):
        set_target(world, world.proposed(**DOWN))


def test_targets_of_another_way_of_counting_are_not_measured_by_the_new_one(world: World) -> None:
    slug = world.an_indicator(**DOWN)
    set_target(world, slug)
    world.redefined(slug, comparable=False)
    assert aims(world, slug) == []
    set_target(world, slug)


def test_targets_are_set_and_revised_through_the_pages(one_world: World) -> None:
    world, slug = one_world, one_world.an_indicator(**DOWN)
    world.act_as("analista")
    path = f"/indicators/{slug}/targets/new"
    told = {name: str(value) for name, value in TOLD.items()}
    assert world.send(path, **told | {"value": "30"}).status_code == 422
    answer = world.send(path, **told)
    assert answer.status_code == 303 and answer.location == f"/indicators/{slug}#targets"
    revision = f"/indicators/{slug}/targets/{aims(world, slug)[0].current.id}/revision"
    assert "Moquegua: 15 % by 2026. It stays visible as the former target." in words(world.text(revision))
    answer = world.send(revision, period="2027", value="16", document="Plan 2027", reason="Se corrigió el plan.")
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    assert len(aims(world, slug)[0].former) == 1
