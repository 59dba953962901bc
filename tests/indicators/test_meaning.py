"""What is said of a figure is true of it: of which places, of which part, per whom, against which target, in which version."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from observatory.aspects.desk import service as desk
from observatory.kernel.errors import Invalid
from observatory.rooms.indicators.models import Series, breakdown_of
from observatory.rooms.indicators.service import targets
from tests.app import words
from tests.indicators.reading import text
from tests.indicators.test_page import line
from tests.indicators.test_real_files import REGISTER
from tests.indicators.world import World

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}
PEOPLE = {"over_places": "sum", "kind": "people", "unit": "personas", "direction": "none", "title": "Población"}
CANON: dict[str, Any] = {
    "kind": "money", "currency": "PEN", "unit": "soles", "direction": "none", "title": "Canon transferido", "decimals": 0,
    "phrase_en": "{value} of canon were transferred",
}  # fmt: skip
TARGET: dict[str, Any] = {"place": "18", "document": "Plan regional"}


def bring(world: World, slug: str, content: str, breakdowns: dict[str, str]) -> None:
    """Hand over a small file as the analyst, in one batch."""
    mapping = {
        "header_row": 1, "columns": {name: name for name in ("place", "period", "value")}, "breakdowns": breakdowns,
        "indicator": slug, "codes": "inei", "source": "inei", "as_of": "2025", "decimal": ".", "same": "refuse",
    }  # fmt: skip
    with world.unit():
        desk.stream_in(
            world.actor("analista"), REGISTER, lines=iter(text(content)), mapping=mapping, file_name="a.csv", sha256="0" * 64,
            watch=lambda found: None,
        )  # fmt: skip


def test_sums_of_other_places_are_set_side_by_side_and_not_subtracted(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2022": 10, "2023": 10, "2024": 12}, "180106": {"2023": 90, "2024": 96}})
    assert line(world, slug, asked="?place=18") == "Moquegua: 108 obras in 2024: 8 % more than in 2023."
    assert line(world, slug, asked="?place=18&to=2023") == (
        "Moquegua: 100 obras in 2023: in 2022 it was 10 obras (from 1 of 2 places)."
    )


def test_a_sum_of_some_places_is_not_held_against_the_target_of_all(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.do("analista", targets.set_target, slug, period="2024", value=Decimal(100), **TARGET)
    world.figures(slug, {"180101": {"2024": 12}})
    assert line(world, slug, asked="?place=18") == "Moquegua: 12 obras in 2024 (from 1 of 2 places)."


def test_a_part_is_named_and_never_told_as_the_whole(world: World) -> None:
    slug = world.an_indicator(**PEOPLE, phrase_en="{value} people lived here")
    world.figures(slug, {"180101": {"2024": 100}})
    for value, group in ((48, "Mujeres"), (52, "Varones")):
        world.figures(slug, {"180101": {"2024": value}}, breakdown=[("sexo", "Sexo", group)])
    assert line(world, slug, asked="?place=180101&by=sexo") == "Mujeres, Moquegua: 48 personas in 2024."
    assert line(world, slug, asked="?place=180101") == "In Moquegua, in 2024 100 people lived here."


def test_a_share_is_told_with_its_own_unit_wherever_it_goes(world: World) -> None:
    counted = world.an_indicator(**PEOPLE)
    people = world.find(counted).id
    world.figures(counted, {"180101": {"2024": 40_000}})
    slug = world.an_indicator(**CANON, per_head_id=people)
    world.figures(slug, {"180101": {"2023": 1_000, "2024": 1_500}})
    asked = "?place=180101&per=head"
    assert line(world, slug, asked=asked) == "Moquegua: 0.038 soles per inhabitant in 2024: 50 % more than in 2023."
    row = next(csv.DictReader(io.StringIO(world.text(f"/indicators/{slug}.csv{asked}"))))
    assert (row["value"], row["unit"]) == ("0.025", "soles per inhabitant")
    told = json.loads(world.text(f"/indicators/{slug}.json{asked}"))
    assert told["unit"] == "soles per inhabitant" == told["observations"][0]["unit"]
    assert "soles per inhabitant" in world.text(f"/indicators/{slug}{asked}")
    assert "0.038" in words(world.text(f"/indicators/{slug}{asked}"))


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2023", "10 below the target for 2025"),
        ("2025", "6 above the target."),
        ("2026", "14 below the target for 2030"),
    ],
)
def test_the_line_speaks_of_the_next_target_and_names_its_year(world: World, until: str, told: str) -> None:
    slug = world.an_indicator()
    for period, value in (("2030", 60), ("2025", 40)):
        world.do("analista", targets.set_target, slug, period=period, value=Decimal(value), **TARGET)
    world.figures(slug, {"18": {"2023": 30, "2025": 46, "2026": 46}})
    assert told in line(world, slug, asked=f"?place=18&to={until}")


def test_months_and_years_do_not_mix_in_one_line(world: World) -> None:
    slug = world.an_indicator(**{**WORKS, "over_places": "none", "frequency": "irregular"})
    world.figures(slug, {"18": {"2022": 120, "2023": 130, "2024": 140, "2024-01": 9}})
    world.act_as("guest")
    assert "140 obras in 2024: 7.7 % more than in 2023" in words(world.text("/indicators"))


def test_a_mean_for_a_larger_place_is_weighted_by_what_its_parts_weigh_together(world: World) -> None:
    weighing = world.an_indicator(**WORKS)
    weight = world.find(weighing).id
    world.figures(weighing, {"180101": {"2024": 1}, "180106": {"2024": 1}, "170105": {"2024": 6}})
    slug = world.an_indicator(title="Avance", over_places="weighted", weight_id=weight)
    world.figures(slug, {"18": {"2024": 10}, "17": {"2024": 50}})
    found = world.figure(slug, "pe", "2024")
    assert found is not None and found.value == 40


def test_an_old_version_is_read_as_it_was_defined(world: World) -> None:
    slug = world.an_indicator(definition="Lo gastado del canon, en por ciento del presupuesto.")
    world.do("analista", targets.set_target, slug, period="2024", value=Decimal(50), **TARGET)
    world.figures(slug, {"18": {"2023": 40}})
    world.redefined(
        slug, comparable=False, kind="money", currency="PEN", unit="soles", definition="Lo gastado del canon, en soles."
    )
    world.figures(slug, {"18": {"2023": 7000}})
    now, then = (words(world.text(f"/indicators/{slug}?place=18{more}")) for more in ("", "&version=1"))
    assert "S/ 7,000 in 2023" in now and "en soles" in now and "by 2024" not in now and "As version 1" not in now
    assert "40 % in 2023" in then and "por ciento del presupuesto" in then and "Moquegua: 50 % by 2024" in then
    assert "As version 1 of its definition says" in then
    assert "version=1&edition=" in then, "the citation leads to what it meant then"
    old = json.loads(world.text(f"/indicators/{slug}.json?place=18&version=1"))
    assert (old["unit"], old["definition_version"], old["observations"][0]["value"]) == ("%", 1, "40")
    for part in ("all.csv", "sdmx.csv"):
        assert ",40" in world.text(f"/indicators/{slug}/{part}?version=1") and "7000" in world.text(
            f"/indicators/{slug}/{part}"
        )
    assert "Not known here: version=7" in words(world.text(f"/indicators/{slug}?version=7"))


def test_a_figure_of_an_old_version_stands_in_the_unit_that_it_had(world: World) -> None:
    slug = world.an_indicator()
    world.figures(slug, {"18": {"2023": 40}})
    with world.reading() as unit:
        series = unit.query(Series.id).filter(Series.indicator_id == world.find(slug).id).scalar()
    world.redefined(slug, comparable=False, kind="money", currency="PEN", unit="soles")
    assert "40 %" in words(world.text(f"/indicators/{slug}/figures/{series}/18/2023"))


@pytest.mark.parametrize(
    ("first", "second"),
    [("< 5", "> 5"), ("65", "65+"), ("+65", "65"), ("1.5", "15"), ("男", "女"), ("≤ 5", "< 5"), ("año", "ano"), ("5 %", "5"),
     ("a" * 190 + "x", "a" * 190 + "y")],
)  # fmt: skip
def test_signs_and_letters_of_any_script_tell_breakdowns_apart(first: str, second: str) -> None:
    assert breakdown_of([("edad", first)]) != breakdown_of([("edad", second)])


@pytest.mark.parametrize(("first", "second"), [("Mujeres", " MUJERES "), ("Áncash", "ancash"), ("1,5", "1.5")])
def test_case_accents_and_spaces_tell_nothing_apart(first: str, second: str) -> None:
    assert breakdown_of([("x", first)]) == breakdown_of([("x", second)])


def test_two_names_that_would_be_one_breakdown_are_refused(world: World) -> None:
    slug = world.an_indicator(**PEOPLE)
    with pytest.raises(Invalid, match="“5/9” and “5-9” would be one breakdown"):
        bring(world, slug, "place;period;value;Edad\n180101;2024;10;5/9\n180101;2024;20;5-9\n", {"Edad": "edad"})


def test_groups_told_apart_by_a_sign_go_in_and_keep_the_name_of_their_column(world: World) -> None:
    slug = world.an_indicator(**PEOPLE)
    bring(
        world, slug, "place;period;value;Ámbito\n180101;2024;10;< 5 km\n180101;2024;20;> 5 km\n", {"Ámbito": "ambito"}
    )
    world.publish(world.waiting()[-1])
    assert world.shown(slug, place="180101", by="ambito") == {"< 5 km": {"2024": "10"}, "> 5 km": {"2024": "20"}}
    with world.reading() as unit:
        own = (Series.indicator_id == world.find(slug).id, Series.breakdown != "")
        found = unit.query(Series).filter(*own).order_by(Series.id).all()
        assert [each.dimensions[0][1] for each in found] == ["Ámbito", "Ámbito"]
