"""Deliveries between being brought and being published: who sees them, withdraws them, may take part at all."""

from __future__ import annotations

from typing import Any

import pytest

from observatory.kernel.errors import Invalid, Refused
from observatory.rooms.indicators import service
from observatory.rooms.indicators.service import delivering
from tests.app import words
from tests.indicators.world import World


@pytest.mark.parametrize("order", [("corrected", "first"), ("first", "corrected")])
def test_two_deliveries_taken_back_leave_nothing_standing(world: World, order: tuple[str, str]) -> None:
    slug = world.an_indicator()
    made = {}
    for name, value in (("first", 1), ("corrected", 2)):
        made[name] = world.deliver(slug, {"180101": {"2024": value}})
        world.publish(made[name])
    assert world.value(slug, "180101", "2024") == 2
    for name in order:
        world.handle("guardiana", delivering.take_back, made[name], reason="Era de otra obra.")
    assert world.shown(slug) == {}, "what was taken back never holds again"


def test_what_waits_is_read_by_who_brought_it_and_who_may_answer_it_and_by_nobody_else(world: World) -> None:
    slug = world.an_indicator()
    id = world.deliver(slug, {"180101": {"2024": "41.375"}})
    path = f"/indicators/deliveries/{id}"
    for who, sees in (
        ("guest", False), ("ciudadana", False), ("inventora", False), ("analista", True), ("profesora", True),
        ("guardiana", True),
    ):  # fmt: skip
        world.act_as(who)
        shown = words(world.text(path))
        assert ("41.375" in shown) == sees, who
        assert ("Nothing of it was published." in shown) == (not sees)
    world.handle("analista", delivering.withdraw, id, reason="Faltaba un distrito.")
    world.act_as("guest")
    assert "41.375" not in world.text(path)
    other = world.deliver(slug, {"180101": {"2024": "41.375"}})
    world.publish(other)
    assert "41.375" in world.text(f"/indicators/deliveries/{other}")


def test_whoever_brought_figures_withdraws_them_until_they_are_published(world: World) -> None:
    slug = world.an_indicator()
    id = world.deliver(slug, {"18": {"2024": 40}})
    world.handle("profesora", delivering.validate, id)
    for who in ("profesora", "vocera", "guardiana", "guest"):
        with pytest.raises(Refused):
            world.handle(who, delivering.withdraw, id, reason="No me gusta.")
    world.act_as("jefa")
    path = f"/indicators/deliveries/{id}"
    assert f"{path}/withdrawal" in world.text(path)
    assert world.send(f"{path}/withdrawal", reason="no").status_code == 422
    assert world.send(f"{path}/withdrawal", reason="Faltaba un distrito.").status_code == 303
    assert (world.delivery(id).state, world.delivery(id).reason) == ("withdrawn", "Faltaba un distrito.")
    for verb in (delivering.publish, delivering.validate):
        with pytest.raises(Refused):
            world.handle("guardiana", verb, id)
    assert world.events(slug)[-1] == "FiguresWithdrawn"
    published = world.deliver(slug, {"18": {"2024": 40}})
    world.publish(published)
    with pytest.raises(Refused):
        world.handle("analista", delivering.withdraw, published, reason="Demasiado tarde.")


def test_what_a_steward_publishes_at_once_says_that_nobody_looked_through_it(world: World) -> None:
    slug = world.an_indicator()
    with world.unit():
        rows = world.rows(slug, {"18": {"2024": 40}})
        id = int(delivering.deliver_published(world.actor("guardiana"), None, rows=rows).id)
    found = world.delivery(id)
    assert (found.validated_at, found.validated_by_id, found.validated_for_id) == (None, None, None)
    world.act_as("guest")
    told = "Published by a steward of reference data: nobody else looked through it."
    assert told in words(world.text(f"/indicators/deliveries/{id}"))
    page = words(world.text(f"/indicators/{slug}"))
    assert "published by a steward, unchecked by others" in page and "Validated by:" not in page


def test_who_was_invented_brings_nothing_to_what_is_real(world: World) -> None:
    slug = world.an_indicator()
    invented = world.an_indicator(who="inventora", by="guardiana", title="Inventado")
    before = world.count()
    for who, to in (("inventora", slug), ("analista", invented)):
        with pytest.raises(Refused, match="as real, or as fictitious"):
            world.deliver(to, {"18": {"2024": 1}}, who=who)
    assert world.count() == before
    assert world.delivery(world.deliver(invented, {"18": {"2024": 1}}, who="inventora")).is_demo is True


@pytest.mark.parametrize("field", ["weight_id", "per_head_id"])
def test_what_is_real_never_rests_on_what_was_invented(world: World, field: str) -> None:
    people: dict[str, Any] = {"kind": "people", "unit": "personas", "direction": "none"}
    real = world.find(world.an_indicator(title="Población", **people)).id
    invented = world.find(world.an_indicator(who="inventora", by="guardiana", title="Inventada", **people)).id
    with pytest.raises(Invalid):
        world.draft(**{field: invented, "over_places": "weighted"})
    world.draft(**{field: real, "over_places": "weighted"})
    world.draft("inventora", **{field: real, "over_places": "weighted"})
    world.act_as("analista")
    assert ">Inventada<" not in world.text("/indicators/new")
    world.act_as("inventora")
    assert ">Inventada<" in world.text("/indicators/new")


@pytest.mark.parametrize(
    ("sheet", "comparable"),
    [({"unit": "soles"}, True), ({"kind": "count", "unit": "%"}, False), ({"kind": "money", "currency": "PEN"}, False)],
    ids=str,
)
def test_figures_of_another_kind_are_not_said_to_be_comparable(
    one_world: World, sheet: dict[str, str], comparable: bool
) -> None:
    world = one_world
    slug = world.an_indicator()
    world.do("analista", service.redefine, slug, reason="Cambió el método.")
    world.do("analista", service.edit, slug, **sheet)
    if not comparable:
        with pytest.raises(Invalid) as refused:
            world.do("analista", service.propose, slug, comparable=True)
        assert refused.value.field == "comparable"
    world.do("analista", service.propose, slug, comparable=comparable)


def test_figures_in_another_unit_are_not_comparable_however_it_is_spelt(one_world: World) -> None:
    world = one_world
    sheet = {"kind": "other", "unit": "Miles de toneladas"}
    for unit, comparable in (("miles de toneladas", True), ("toneladas", False)):
        slug = world.an_indicator(**sheet)
        world.do("analista", service.redefine, slug, reason="Cambió el método.")
        world.do("analista", service.edit, slug, unit=unit)
        if not comparable:
            with pytest.raises(Invalid):
                world.do("analista", service.propose, slug, comparable=True)
        world.do("analista", service.propose, slug, comparable=comparable)
