"""Where figures are missing: how far each indicator reaches, what is due and overdue, and whose duty it is."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html

from observatory.kernel.policy import Actor
from observatory.rooms.indicators.queries import coverage
from observatory.rooms.indicators.queries.coverage import Reach
from observatory.rooms.places import service as places
from tests.app import words
from tests.indicators.country import TODAY
from tests.indicators.world import World

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}


def reach(world: World, slug: str) -> Reach:
    with world.reading():
        return next(each for each in coverage.reaches(Actor.guest()) if each.row.slug == slug)


def entry(world: World, slug: str) -> str:
    """What the page says of an indicator."""
    world.act_as("guest")
    page = html.fromstring(world.text("/indicators/coverage"))
    (found,) = page.xpath(f"//main//li[.//a[@href='/indicators/{slug}']]")
    return " ".join(found.text_content().split())


def test_it_reaches_from_the_first_figure_to_the_last_with_the_holes_between(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2019": 1, "2020": 2, "2023": 3}, "180106": {"2020": 5, "2022": None}})
    world.figures(slug, {"170105": {"2023": 4}, "170106": {"2023": None}})
    found = reach(world, slug)
    assert (found.first, found.last, list(found.holes)) == ("2019", "2023", ["2021", "2022"])
    assert (found.level, found.places, found.whole, found.gaps) == ("district", 2, 5, 1)
    told = entry(world, slug)
    assert "2 of 5 (district)" in told and "Missing in between: 2021, 2022" in told
    assert "1 figure of the last period is published as missing" in told


@pytest.mark.parametrize(
    ("frequency", "release", "last", "due", "due_on", "late"),
    [
        ("year", 30, "2024", "2025", dt.date(2026, 1, 30), 31),
        ("year", 61, "2024", "2025", dt.date(2026, 3, 2), 0),
        ("year", 60, "2024", "2025", dt.date(2026, 3, 1), 1),
        ("quarter", 10, "2025-Q3", "2025-Q4", dt.date(2026, 1, 10), 51),
        ("month", 0, "2026-02", "2026-03", dt.date(2026, 3, 31), 0),
        ("year", None, "2020", "2021", None, 0),
        ("irregular", 10, "2020", None, None, 0),
    ],
)  # fmt: skip
def test_what_is_due_is_overdue_from_the_day_after(
    one_world: World, frequency: str, release: int | None, last: str, due: str | None, due_on: dt.date | None, late: int
) -> None:
    slug = one_world.an_indicator(frequency=frequency, release_days=release)
    one_world.figures(slug, {"18": {last: 1}})
    found = reach(one_world, slug)
    assert (found.due, found.due_on, found.late(TODAY)) == (due, due_on, late)
    told = entry(one_world, slug)
    assert (f"Overdue for {late} day" in told) == bool(late)
    assert ("Nobody said when the next is expected" in told) == (due_on is None)
    assert "Whose duty: Ministerio de las Cifras" in told


def test_those_overdue_stand_first_and_drafts_nowhere(own_world: World) -> None:
    world = own_world
    fine = world.an_indicator(title="A tiempo", release_days=400)
    late = world.an_indicator(title="Zapatos tardíos", release_days=1)
    later = world.an_indicator(title="Más tardíos", release_days=1)
    empty = world.an_indicator(title="Nunca")
    world.draft(title="Apenas un borrador")
    world.proposed(title="Apenas propuesto")
    world.figures(fine, {"18": {"2025": 1}})
    world.figures(late, {"18": {"2024": 1}})
    world.figures(later, {"18": {"2023": 1}})
    with world.reading():
        order = [each.row.slug for each in coverage.reaches(Actor.guest())]
    assert order == [later, late, fine, empty]
    assert "No figure yet" in entry(world, empty)
    assert reach(world, empty).last is None
    world.act_as("guest")
    assert "Apenas" not in world.text("/indicators/coverage")
    assert later not in world.text("/indicators/coverage?demo=yes")


def test_which_places_lack_a_figure(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2023": 1, "2024": 2}, "180106": {"2022": 1, "2023": 2, "2024": None}})
    told = reach(world, slug)
    with world.reading():
        found = coverage.missing_places(Actor.guest(), told)
    assert told.last == "2024"
    assert [row.slug for row in found] == ["170105", "170106", "170107", "180106"], "a published gap is no figure"
    world.act_as("guest")
    page = world.text(f"/indicators/coverage?indicator={slug}")
    assert "No figure in 2024:" in page and 'href="/places/180106"' in page
    assert "Which places have none" in world.text("/indicators/coverage")


def test_a_producer_here_is_named_as_a_link(world: World) -> None:
    slug = world.an_indicator(producer_id=world.organisations["contraloria"], producer_name="")
    assert "Whose duty: Contraloría de Prueba" in entry(world, slug)
    assert 'href="/organisations/contraloria"' in world.text("/indicators/coverage")


@pytest.mark.parametrize(
    ("frequency", "release", "due", "due_on"),
    [
        ("year", 30, "2025", dt.date(2026, 3, 2)),
        ("year", 90, "2025", dt.date(2026, 3, 31)),
        ("month", 5, "2026-02", dt.date(2026, 3, 5)),
        ("quarter", None, "2025-Q4", None),
        ("irregular", 5, None, None),
    ],
)
def test_what_was_never_delivered_is_expected_from_the_approval_on(
    one_world: World, frequency: str, release: int | None, due: str | None, due_on: dt.date | None
) -> None:
    slug = one_world.an_indicator(frequency=frequency, release_days=release)
    found = reach(one_world, slug)
    assert (found.last, found.due, found.due_on) == (None, due, due_on)
    assert "approved on Mar 2, 2026" in entry(one_world, slug)


def test_one_never_delivered_is_overdue_and_says_since_when(own_world: World) -> None:
    slug = own_world.an_indicator(frequency="year", release_days=10)
    own_world.today += dt.timedelta(days=12)
    assert "No figure yet: overdue for 12 days" in entry(own_world, slug)


def test_each_place_says_since_when_it_has_none(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2021": 1, "2024": 1}, "180106": {"2021": 2, "2022": 3}})
    world.act_as("guest")
    told = words(world.text(f"/indicators/coverage?indicator={slug}"))
    assert "(last: 2022)" in told and "(never)" in told


def test_no_country_owes_the_figures_of_another(world: World) -> None:
    with world.unit():
        places.add_territory(Actor.operator(), None, code="cl", title="Chile")
    slug = world.an_indicator(title="Producto por habitante")
    world.figures(slug, {"pe": {"2023": 1, "2024": 2}})
    assert (reach(world, slug).places, reach(world, slug).whole) == (1, 1)
    world.figures(slug, {"cl": {"2023": 3}})
    found = reach(world, slug)
    assert (found.level, found.places, found.whole) == ("country", 1, 2)
    with world.reading():
        assert [(row.slug, row.last) for row in coverage.missing_places(Actor.guest(), found)] == [("cl", "2023")]
