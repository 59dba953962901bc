"""What is said of a figure is true of it: of which places, of which part, per whom, against which target, in which version."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from observatory.aspects.desk import service as desk
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
    world.figures(weighing, {place: {"2024": 1} for place in ("180101", "180106")})
    world.figures(weighing, {place: {"2024": 2} for place in ("170105", "170106", "170107")})
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
    [("< 5", "> 5"), ("65", "65+"), ("+65", "65"), ("1.5", "15"), ("男", "女"), ("≤ 5", "< 5"), ("año", "ano"), ("5 %", "5"), ("A & B", "A and B"), ("-5", "5"), ("<5", "<=5"),
     ("a" * 190 + "x", "a" * 190 + "y")],
)  # fmt: skip
def test_signs_and_letters_of_any_script_tell_breakdowns_apart(first: str, second: str) -> None:
    assert breakdown_of([("edad", first)]) != breakdown_of([("edad", second)])


@pytest.mark.parametrize(
    ("first", "second"),
    [("Mujeres", " MUJERES "), ("Áncash", "ancash"), ("1,5", "1.5"), ("5 - 9", "5-9"), ("a;b=c", "A;B=C")],
)
def test_case_accents_and_spaces_tell_nothing_apart(first: str, second: str) -> None:
    assert breakdown_of([("x", first)]) == breakdown_of([("x", second)])


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


def test_what_adds_up_over_time_keeps_the_coverage_of_its_places(world: World) -> None:
    slug = world.an_indicator(**WORKS, frequency="quarter", over_periods="sum")
    quarters = {f"{year}-Q{q}": 10 for year in (2022, 2023) for q in (1, 2, 3, 4)}
    world.figures(slug, {"180101": quarters, "180106": {period: 5 for period in quarters if period > "2023"}})
    assert line(world, slug, asked="?place=18&step=year") == (
        "Moquegua: 60 obras in 2023: in 2022 it was 40 obras (from 1 of 2 places)."
    )


def test_one_place_is_not_subtracted_from_another(world: World) -> None:
    slug = world.an_indicator(**WORKS)
    world.figures(slug, {"180101": {"2022": 10}, "180106": {"2023": 1000}})
    assert line(world, slug, asked="?place=18") == (
        "Moquegua: 1,000 obras in 2023 (from 1 of 2 places): in 2022 it was 10 obras (from 1 of 2 places)."
    )


def test_nothing_is_subtracted_across_a_break_wherever_it_lies(world: World) -> None:
    slug = world.an_indicator(frequency="month")
    world.figures(slug, {"18": {"2022-09": 10, "2023-06": (40, "B"), "2023-09": 41}})
    assert line(world, slug, asked="?place=18").endswith("1 point more than in Jun 2023.")
    works = world.an_indicator(**WORKS)
    world.figures(works, {place: {"2022": 10, "2023": (1000, "B")} for place in ("180101", "180106")})
    assert line(world, works, asked="?place=18") == "Moquegua: 2,000 obras in 2023."


def test_a_forecast_is_neither_the_last_figure_nor_what_was_achieved(world: World) -> None:
    slug = world.an_indicator()
    told = {"period": "2030", "value": Decimal(80), "baseline_period": "2020", "baseline_value": Decimal(20)}
    world.do("analista", targets.set_target, slug, **TARGET, **told)
    world.figures(slug, {"18": {"2024": 50, "2030": (85, "F")}})
    page = words(world.text(f"/indicators/{slug}?place=18"))
    assert "50 % in 2024: 30 below the target for 2030" in page and "Now: 50 % in 2024" in page and "50.0 %" in page


def test_targets_and_the_fact_sheet_stay_in_the_unit_of_the_whole_when_figures_are_shared_out(world: World) -> None:
    counted = world.an_indicator(**PEOPLE)
    world.figures(counted, {"18": {"2024": 40_000}})
    slug = world.an_indicator(**CANON, per_head_id=world.find(counted).id)
    world.do("analista", targets.set_target, slug, period="2030", value=Decimal(20_000_000), **TARGET)
    world.figures(slug, {"18": {"2024": 1_500}})
    page = words(world.text(f"/indicators/{slug}?place=18&per=head"))
    assert (
        "Moquegua: S/ 20 million by 2030" in page
        and "Now: S/ 1,500 in 2024" in page
        and re.search(r"Unit ?soles ?How", page)
    )
    assert json.loads(world.text(f"/indicators/{slug}.json?place=18&per=head"))["currency"] is None


def test_weights_of_some_places_weigh_nothing_for_the_place_above(world: World) -> None:
    weighing = world.an_indicator(**WORKS)
    world.figures(
        weighing, {"180101": {"2024": 1}, "170105": {"2024": 2}, "170106": {"2024": 2}, "170107": {"2024": 2}}
    )
    slug = world.an_indicator(title="Avance", over_places="weighted", weight_id=world.find(weighing).id)
    world.figures(slug, {"18": {"2024": 10}, "17": {"2024": 50}})
    found = world.figure(slug, "pe", "2024")
    assert found is not None and (found.value, found.of_some) == (50, True)


def test_projections_until_the_last_year_break_no_page(world: World) -> None:
    slug = world.an_indicator(release_days=30)
    world.figures(slug, {"18": {"2099": 1, "2100": (2, "F")}})
    for path in ("/indicators/coverage", "/indicators", f"/indicators/{slug}", "/places/18"):
        world.text(path)


def test_files_that_write_a_group_with_another_sign_never_overwrite_each_other(world: World) -> None:
    slug = world.an_indicator(**PEOPLE)
    for value, group in ((10, "A & B"), (99, "A and B"), (7, "-5"), (8, "5"), (20, "<5"), (30, "<=5")):
        bring(world, slug, f"place;period;value;Edad\n180101;2024;{value};{group}\n", {"Edad": "edad"})
        world.publish(world.waiting()[-1])
    shown = {name: each["2024"] for name, each in world.shown(slug, place="180101", by="edad").items()}
    assert shown == {"A & B": "10", "A and B": "99", "-5": "7", "5": "8", "<5": "20", "<=5": "30"}
