"""Figures on their way: nobody publishes alone, nothing is edited, and what once stood can be read for ever."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from observatory.kernel import db
from observatory.kernel.errors import Invalid, Refused, Stale
from observatory.rooms.indicators import queries, service
from observatory.rooms.indicators.models import Observation, ObservationSum, SeriesPeriod
from observatory.rooms.indicators.queries import cases
from observatory.rooms.indicators.queries.figure import standing
from observatory.rooms.indicators.service import delivering, single
from tests.indicators.world import World, a_world
from tests.services import Homes

COUNTED = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}


def test_figures_are_invisible_until_somebody_of_another_organisation_validated_and_published_them(
    world: World,
) -> None:
    slug = world.an_indicator()
    id = world.deliver(slug, {"18": {"2024": 40}})
    assert world.figure(slug, "18", "2024") is None
    assert world.shown(slug) == {}
    assert world.handle("profesora", delivering.validate, id, reason="Es lo que dice la fuente.") is None
    assert world.figure(slug, "18", "2024") is None, "validated, not published"
    assert world.delivery(id).reason == "Es lo que dice la fuente."
    edition = world.handle("analista", delivering.publish, id)
    found = world.figure(slug, "18", "2024")
    assert found is not None and found.value == 40 and found.source_id == world.sources["inei"]
    assert edition and world.delivery(id).state == "published"
    assert world.events(slug)[-3:] == ["FiguresDelivered", "FiguresValidated", "FiguresPublished"]


@pytest.mark.parametrize(
    ("who", "under"),
    [
        ("analista", None), ("jefa", None), ("directora", None), ("doble", "universidad"), ("doble", "ministerio"),
        ("inventora", None), ("ciudadana", None), ("guest", None),
    ],
    ids=str,
)  # fmt: skip
def test_whoever_brought_figures_their_organisation_and_its_allies_do_not_validate_them(
    one_world: World, who: str, under: str | None
) -> None:
    world = one_world
    id = world.deliver(world.an_indicator(), {"18": {"2024": 40}})
    with pytest.raises(Refused):
        world.handle(who, delivering.validate, id, under=under, publish=True)
    assert world.delivery(id).state == "submitted"


def test_the_same_person_does_not_validate_under_another_mandate(one_world: World) -> None:
    world = one_world
    id = world.deliver(world.an_indicator(), {"18": {"2024": 40}}, who="doble", under="universidad")
    with pytest.raises(Refused):
        world.handle("doble", delivering.validate, id, under="ministerio")
    world.publish(id, "vocera")
    assert world.delivery(id).state == "published"


def test_a_later_figure_supersedes_the_former_which_stays_with_who_when_and_why(world: World) -> None:
    slug = world.an_indicator()
    count, published = world.count(), world.published()
    first = world.figures(slug, {"18": {"2024": (40, "P")}}, note="Cifra preliminar")
    second = world.deliver(slug, {"18": {"2024": "41.5"}}, who="vocera", as_of="2026-02", source="mef")
    edition = world.publish(second)
    now, before = world.former(slug, "18", "2024")
    assert (now.value, now.status, now.organisation_slug, now.as_of) == (Decimal("41.5"), "A", "ong", "2026-02")
    assert (before.value, before.status, before.organisation_slug, before.note) == (
        40,
        "P",
        "ministerio",
        "Cifra preliminar",
    )
    assert (before.edition, now.edition) == (first, edition)
    assert before.until_at == now.from_at and now.until_at is None
    third = world.handle("vocera", delivering.take_back, second, reason="Era de otra región.")
    again, now, before = world.former(slug, "18", "2024")
    assert (again.value, again.edition, now.why) == (40, third, "Era de otra región.")
    assert (world.count(), world.published()) == (count + 3, published + 1)


def test_a_selection_as_of_an_edition_reads_what_stood_then_sums_included(world: World) -> None:
    slug = world.an_indicator(**COUNTED)
    first = world.figures(slug, {"180101": {"2024": 3}, "180106": {"2024": 4}})
    second = world.figures(slug, {"180106": {"2024": 10}, "170105": {"2024": 1}})
    third = world.figures(slug, {"18": {"2024": 99}})
    values = {
        edition: [world.value(slug, place, "2024", edition=edition) for place in ("180106", "1801", "18", "pe")]
        for edition in (first, second, third, None)
    }
    assert values == {
        first: [4, 7, 7, 7], second: [10, 13, 13, 14], third: [10, 13, 99, 100], None: [10, 13, 99, 100],
    }  # fmt: skip
    assert world.shown(slug, place="18", edition=str(first)) == {"Moquegua": {"2024": "7"}}
    assert world.selection(slug, edition="7777").unknown == ("edition=7777",)
    figure = world.figure(slug, "pe", "2024", edition=second)
    assert figure is not None and (figure.parts, figure.whole) == (3, 5)


def test_taking_a_delivery_back_restores_what_it_had_superseded_and_only_that(world: World) -> None:
    slug = world.an_indicator(**COUNTED)
    world.figures(slug, {"180101": {"2024": 1, "2023": 1}, "180106": {"2024": 2}})
    middle = world.deliver(slug, {"180101": {"2024": 10, "2023": 10, "2025": 10}, "170105": {"2024": 5}})
    world.publish(middle)
    world.figures(slug, {"180101": {"2023": 100}}, who="vocera")  # stands on top of what is taken back
    edition = world.handle("guardiana", delivering.take_back, middle, reason="Otra unidad de medida.")
    values = {(place, year): world.value(slug, place, year)
              for place in ("180101", "180106", "170105") for year in ("2023", "2024", "2025")}  # fmt: skip
    assert values == {
        ("180101", "2023"): 100, ("180101", "2024"): 1, ("180101", "2025"): None, ("180106", "2023"): None,
        ("180106", "2024"): 2, ("180106", "2025"): None, ("170105", "2023"): None, ("170105", "2024"): None,
        ("170105", "2025"): None,
    }  # fmt: skip
    assert (world.value(slug, "pe", "2024"), world.value(slug, "pe", "2025")) == (3, None)
    assert world.value(slug, "pe", "2024", edition=edition - 2) == 17, "as it stood before"
    assert world.delivery(middle).state == "taken_back"
    with pytest.raises(Refused):
        world.handle("guardiana", delivering.take_back, middle, reason="Otra vez lo mismo.")


def test_the_same_figure_twice_changes_nothing(world: World) -> None:
    slug = world.an_indicator()
    world.figures(slug, {"18": {"2024": "40.0"}})
    count, waiting = world.count(), world.waiting()
    told: dict[str, Any] = {"place": "18", "period": "2024", "obs_status": "A", "as_of": "2026"}
    told |= {"source_id": world.sources["inei"]}

    def hand_in(value: Decimal | None, **more: Any) -> Any:
        with world.unit():
            actor = world.actor("vocera")
            return single.hand_in(actor, queries.find(actor, slug), value=value, **(told | more))

    with pytest.raises(Invalid) as refused:
        hand_in(Decimal("40"))
    assert refused.value.field == "value"
    assert (world.count(), world.waiting()) == (count, waiting)
    hand_in(Decimal("40"), obs_status="P")
    assert len(world.waiting()) == len(waiting) + 1, "another status is another figure"


def test_a_returned_delivery_never_appears(world: World) -> None:
    slug = world.an_indicator()
    id = world.deliver(slug, {"18": {"2024": 40}})
    with pytest.raises(Invalid):
        world.handle("profesora", delivering.return_delivery, id, reason="no")
    world.handle("profesora", delivering.return_delivery, id, reason="La fuente dice otra cosa.")
    for attempt in (delivering.validate, delivering.publish):
        with pytest.raises(Refused):
            world.handle("guardiana", attempt, id)
    assert world.delivery(id).state == "returned"
    assert world.delivery(id).reason == "La fuente dice otra cosa."
    assert world.former(slug, "18", "2024") == [], "what was never published is nobody's to read"
    assert world.shown(slug) == {}


def test_what_was_validated_can_still_be_returned_and_is_then_not_published(one_world: World) -> None:
    world = one_world
    id = world.deliver(world.an_indicator(), {"18": {"2024": 40}})
    world.handle("profesora", delivering.validate, id)
    world.handle("vocera", delivering.return_delivery, id, reason="Falta un departamento.")
    with pytest.raises(Refused):
        world.handle("analista", delivering.publish, id)


@pytest.mark.parametrize(
    ("value", "status"), [("40", "O"), ("40", "M"), ("0", "Q"), ("1", "L"), (None, "A"), (None, "P"), (None, "B")]
)
def test_only_what_is_not_there_is_marked_as_missing_and_it_says_why(
    one_world: World, value: str | None, status: str
) -> None:
    with pytest.raises(Invalid) as refused:
        delivering.check_status(Decimal(value) if value else None, status)
    assert refused.value.field == "obs_status"
    for told, known in ((Decimal(0), "A"), (Decimal(5), "E"), (None, "O"), (None, "Q")):
        delivering.check_status(told, known)


@pytest.mark.parametrize("people", [1, 4])
def test_fewer_than_five_people_are_suppressed_whatever_the_form_says(one_world: World, people: int) -> None:
    world = one_world
    slug = world.an_indicator(kind="people", unit="personas", direction="none")

    def hand_in(place: str, value: Decimal) -> None:
        with world.unit():
            actor = world.actor("vocera")
            single.hand_in(
                actor, queries.find(actor, slug), place=place, period="2024", value=value, obs_status="A", as_of="2026",
                source_id=world.sources["inei"],
            )  # fmt: skip

    hand_in("180101", Decimal(people))
    hand_in("180106", Decimal(5))
    hand_in("170105", Decimal(0))
    with world.reading() as unit:
        own = select(Observation.value, Observation.status).order_by(Observation.id.desc()).limit(3)
        stored = unit.execute(own).all()[::-1]
    assert [tuple(row) for row in stored] == [(None, "Q"), (5, "A"), (0, "A")]


def test_figures_of_what_is_not_approved_are_not_published(world: World) -> None:
    slug = world.an_indicator(approved=False)
    id = world.deliver(slug, {"18": {"2024": 40}})
    with pytest.raises(Invalid, match="is not approved"):
        world.publish(id)
    assert world.delivery(id).state == "submitted", "and nothing of the attempt is left"
    world.do("rectora", service.approve, slug)
    world.publish(id)
    assert world.value(slug, "18", "2024") == 40


def test_a_steward_publishes_reference_data_at_once_and_nobody_else_does(world: World) -> None:
    slug = world.an_indicator()

    def bring(who: str, value: int) -> None:
        with world.unit():
            rows = world.rows(slug, {"18": {"2024": value}})
            delivering.deliver_published(world.actor(who), None, rows=rows)

    with pytest.raises(Refused):
        bring("analista", 40)
    bring("guardiana", 40)
    assert world.value(slug, "18", "2024") == 40


def test_two_who_answer_a_delivery_at_once_do_not_both_answer_it(one_world: World) -> None:
    world = one_world
    id = world.deliver(world.an_indicator(), {"18": {"2024": 40}})
    with world.unit():
        actor = world.actor("vocera")
        handed = cases.handed_of(actor, cases.find_delivery(actor, id))
        delivery = handed.delivery
        delivery.state = "returned"  # what another answered meanwhile
        db.session.flush()
        delivery.state = "submitted"
        with db.session.no_autoflush, pytest.raises(Stale):
            delivering.validate(actor, handed)
        db.abandon()


@pytest.mark.parametrize("places", [("180106", "180106"), ("180106", "180101")], ids=["same", "beside"])
def test_two_deliveries_published_at_the_same_moment_leave_one_figure_and_a_sum_that_is_right(
    homes: Homes, places: tuple[str, str]
) -> None:
    with a_world(homes, "postgresql") as world:
        slug = world.an_indicator(**COUNTED)
        world.figures(slug, {"180106": {"2024": 1}, "170105": {"2024": 1}})
        for number in range(3):
            ids = [
                world.deliver(slug, {place: {"2024": 10 * number + at + 2}}, who=who)
                for at, (place, who) in enumerate(zip(places, ("analista", "vocera"), strict=True))
            ]
            _together(world, ids)
        with world.reading() as unit:
            keys = (Observation.series_id, Observation.period, Observation.territory_id)
            current = unit.execute(select(*keys, func.count()).where(standing()).group_by(*keys)).all()
            assert {row[-1] for row in current} == {1}
            stored = unit.scalars(select(Observation.value).where(standing())).all()
            country = world.place("pe")
            sums = unit.scalars(select(ObservationSum.value).where(ObservationSum.territory_id == country)).all()
            figures = unit.scalar(select(func.sum(SeriesPeriod.figures)))
        assert sums == [sum(stored)]
        assert figures == len(stored) == len(current)


def _together(world: World, deliveries: list[int]) -> None:
    """Publish these at one moment, each in a thread; one that is told to look again does."""
    ready, problems = threading.Barrier(len(deliveries)), []

    def publish(id: int) -> None:
        ready.wait()
        for _attempt in range(4):
            try:
                world.publish(id, "profesora")
                return
            except Stale:
                continue
            except Exception as problem:
                problems.append(problem)
                return

    threads = [threading.Thread(target=publish, args=(id,)) for id in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert problems == []
    assert [world.delivery(id).state for id in deliveries] == ["published"] * len(deliveries)
