"""A file of figures through the pages: sent, asked about, looked at, written, validated by others, and taken back whole."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import python_calamine

from tests.app import words
from tests.indicators.world import World

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}
FILE = "Ubigeo;Año;Obras\n180101;2023;5\n180101;2024;6\n180106;2024;7\n"
SAID = {"codes": "inei", "source": "inei", "as_of": "2026-01"}


@pytest.fixture
def works(world: World) -> str:
    return world.an_indicator(**WORKS)


def sent(world: World, content: str | bytes = FILE, name: str = "obras.csv") -> str:
    """The address of the page that asks how a file is read."""
    answer = world.upload(name, content.encode() if isinstance(content, str) else content)
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    return str(answer.location)


def checked(world: World, path: str, **values: Any) -> str:
    """Say how it is read; the address of the preview."""
    answer = world.send(path, **values)
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    assert answer.location == f"{path}/preview"
    return str(answer.location)


def written(world: World, path: str) -> str:
    """Write what a preview shows; where it leads."""
    answer = world.post(f"{path}/batch", world.form(f"{path}/preview", f"{path}/batch"))
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    return str(answer.location)


def delivered(world: World, content: str = FILE, **values: Any) -> tuple[str, int]:
    """A file sent and written: the address of its batch, and the number of its delivery."""
    path = sent(world, content)
    checked(world, path, **(SAID | values))
    batch = written(world, path)
    return batch, world.waiting()[-1]


def test_a_file_goes_from_the_browser_to_the_page_of_its_indicator(world: World, works: str) -> None:
    world.act_as("analista")
    path = sent(world)
    page = words(world.text(path))
    assert "Which indicator are the figures of?" in page and "Where do the figures come from?" in page
    assert "Ubigeo: 180101, 180106" in world.text(path), "columns are known by their first values"
    refused = world.send(path)
    assert refused.status_code == 422 and "Which indicator" in words(refused.get_data(as_text=True))
    preview = words(world.text(checked(world, path, indicator=works, **SAID)))
    assert "New: 3" in preview and "Write 3 rows" in preview and "Nothing has been written yet." in preview
    assert "Torata" in preview, "places are called by their names"
    before = world.count()
    batch = written(world, path)
    assert re.fullmatch(r"/desk/batches/\d+", batch)
    assert world.count() == before + 3 and world.shown(works) == {}
    assert "New: 3" in words(world.text("/desk")) and "obras.csv" in words(world.text(batch))
    id = world.waiting()[-1]
    page = words(world.text(f"/indicators/deliveries/{id}"))
    assert "Waits for somebody of another organisation" in page and "3 new, 0 in the place of a published one" in page
    assert f"/indicators/deliveries/{id}/validation" not in world.text(f"/indicators/deliveries/{id}")
    assert world.get(f"/indicators/deliveries/{id}/validation").status_code == 403

    world.act_as("profesora")
    assert f"Delivery {id}" in words(world.text("/indicators/deliveries"))
    answer = world.send(f"/indicators/deliveries/{id}/validation", reason="Comparé cada cifra.", publish="y")
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    world.act_as("guest")
    page = words(world.text(f"/indicators/{works}?place=180101"))
    assert "Validated by: Universidad del Sur" in page and "Moquegua: 6 obras in 2024" in page
    assert "Comparé cada cifra." in words(world.text(f"/indicators/deliveries/{id}"))
    assert world.value(works, "pe", "2024") == 13


def test_the_same_file_again_has_nothing_to_write(world: World, works: str) -> None:
    world.act_as("analista")
    _batch, id = delivered(world, indicator=works)
    for _again in ("while it waits", "once it is published"):
        path = sent(world)
        preview = words(world.text(checked(world, path, indicator=works, **SAID)))
        assert "Unchanged: 3" in preview and "Write" not in preview
        before = world.count()
        assert written(world, path) == "/desk"
        assert world.count() == before
        if world.delivery(id).state == "submitted":
            world.publish(id)


def test_what_changes_what_is_refused_and_what_is_odd_is_told_before_anything_is_written(
    world: World, works: str
) -> None:
    world.act_as("analista")
    _batch, id = delivered(world, indicator=works)
    world.publish(id)
    odd = "Ubigeo;Año;Obras\n180101;2023;5\n180101;2024;66\n180106;2024;7\n180106;2025;8\n999999;2024;1\n180106;2023;mucho\n"
    path = sent(world, odd)
    checked(world, path, indicator=works, **SAID)
    preview = words(world.text(f"{path}/preview"))
    for told in ("New: 1", "Changed: 1", "Refused: 2", "Unchanged: 2", "Worth a second look: 1"):
        assert told in preview
    assert "Nothing can be written yet" in preview and "999999" in preview
    assert "6" in words(world.text(f"{path}/preview?kind=changed")) and "66" in words(
        world.text(f"{path}/preview?kind=changed")
    )
    assert "far from the figure before it" in words(world.text(f"{path}/preview?kind=suspicious"))
    answer = world.post(f"{path}/batch", world.form(f"{path}/preview", f"{path}/batch"))
    assert answer.status_code == 422

    book = world.get(f"{path}/refused.xlsx")
    rows = python_calamine.load_workbook(io.BytesIO(book.data)).get_sheet_by_index(0).to_python()
    assert rows[0][2:] == ["Ubigeo", "Año", "Obras"]
    assert [(row[1], row[2], row[4]) for row in rows[1:]] == [("6", "999999", "1"), ("7", "180106", "mucho")]
    assert all(row[0] for row in rows[1:])

    checked(world, path, skip_refused="y")
    assert "Write 2 rows" in words(world.text(f"{path}/preview"))
    batch = written(world, path)
    assert "Refused: 2" in words(world.text(batch))
    assert world.get(f"{batch}/refused.xlsx").status_code == 200
    world.act_as("minero")
    assert world.get(f"{batch}/refused.xlsx").status_code == 404, "they are nobody else's to read"
    assert "rows that were left out" not in words(world.text(batch))
    page = words(world.text(f"/indicators/deliveries/{world.waiting()[-1]}"))
    assert "Worth a second look" in page and "1 new, 1 in the place of a published one" in page
    assert "66" in page and "It is far from the figure before it" in page


def test_how_a_file_is_read_is_remembered_for_the_organisation_alone(world: World, works: str) -> None:
    head = "Codigo del sitio;Cuando;Cuanto\n"
    columns = {"column_place": "Codigo del sitio", "column_period": "Cuando", "column_value": "Cuanto"}
    world.act_as("analista")
    path = sent(world, head + "180101;2019;5\n")
    checked(world, path, indicator=works, skip_refused="y", **columns, **SAID)
    world.act_as("jefa")
    path = sent(world, head + "180106;2020;8\n", "otro.csv")
    form = world.form(path)
    assert (form["indicator"], form["codes"], form["column_value"]) == (works, "inei", "Cuanto")
    assert not form.get("skip_refused"), "what is refused in another file is looked at anew"
    assert (form["source"], form["as_of"]) == ("inei", ""), "of each file anew: as of when"
    answer = world.send(path, as_of="2026-02")
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    world.act_as("vocera")
    path = sent(world, head + "180106;2020;8\n", "otro.csv")
    assert world.form(path)["indicator"] == "", "another organisation says it itself"


def test_two_people_who_send_the_same_file_at_once_do_not_write_it_twice(world: World, works: str) -> None:
    world.act_as("analista")
    first = sent(world)
    checked(world, first, indicator=works, **SAID)
    world.act_as("jefa")
    second = sent(world)
    checked(world, second, indicator=works, **SAID)
    form = world.form(f"{second}/preview", f"{second}/batch")
    world.act_as("analista")
    written(world, first)
    before = world.count()
    world.act_as("jefa")
    answer = world.post(f"{second}/batch", form)
    assert answer.status_code == 409
    assert "What is stored has changed since you looked at this file." in words(answer.get_data(as_text=True))
    assert world.count() == before
    world.post(f"{second}/check", form)
    assert "Unchanged: 3" in words(world.text(f"{second}/preview"))


def test_a_batch_is_taken_back_whole(world: World, works: str) -> None:
    world.act_as("analista")
    _batch, id = delivered(world, indicator=works)
    world.publish(id)
    batch, id = delivered(world, FILE.replace(";6", ";60") + "170105;2024;1\n", indicator=works)
    assert world.get(f"{batch}/reversal").status_code == 200
    world.publish(id)
    assert world.value(works, "pe", "2024") == 68
    world.act_as("vocera")
    assert world.send(f"{batch}/reversal", reason="No me gusta.").status_code == 403
    world.act_as("jefa")
    answer = world.send(f"{batch}/reversal", reason="Era otro archivo.")
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    assert (world.value(works, "pe", "2024"), world.value(works, "170105", "2024")) == (13, None)
    assert "It takes back what another batch did" in words(world.text(answer.location))
    assert "This batch was taken back." in words(world.text(batch))
    assert world.get(f"{batch}/reversal").status_code == 409
    history = words(world.text(f"/indicators/{works}/figures/{_series(world, works)}/180101/2024"))
    assert "Superseded" in history and "Era otro archivo." in history and "Holds now" in history


def test_a_batch_that_waits_is_withdrawn_by_whoever_brought_it(world: World, works: str) -> None:
    world.act_as("analista")
    batch, id = delivered(world, indicator=works)
    for who, offered in (("guest", False), ("vocera", False), ("guardiana", False), ("jefa", True)):
        world.act_as(who)
        assert (f"{batch}/reversal" in world.text(batch)) == offered, who
    world.act_as("vocera")
    assert world.send(f"{batch}/reversal", reason="No me gusta.").status_code == 403
    world.act_as("jefa")
    assert world.send(f"{batch}/reversal", reason="Era otro archivo.").status_code == 303
    assert world.delivery(id).state == "withdrawn"
    assert "This batch was taken back." in words(world.text(batch))
    assert f"{batch}/reversal" not in world.text(batch)


def _series(world: World, slug: str) -> int:
    return int(world.selection(slug, place="180101").strands[0].series.id)


@pytest.mark.parametrize("who", ["vocera", "jefa", "guest", "ciudadana"])
def test_nobody_else_sees_a_file_that_somebody_sent(one_world: World, who: str) -> None:
    world = one_world
    world.act_as("analista")
    path = sent(world)
    form = world.form(path)
    world.act_as(who)
    for part in ("", "/preview", "/refused.xlsx"):
        assert world.get(path + part).status_code == 404
    for part in ("", "/batch", "/check", "/discard"):
        assert world.post(path + part, form).status_code == 404
    world.act_as("analista")
    assert world.get(path).status_code == 200
    assert world.post(f"{path}/discard", form).status_code == 303
    assert world.get(path).status_code == 404


def test_a_citizen_brings_no_files_and_a_company_does(one_world: World) -> None:
    world = one_world
    slug = world.an_indicator(**WORKS)
    world.act_as("ciudadana")
    assert "Send a file" not in words(world.text("/desk"))
    world.act_as("minero")
    assert delivered(world, indicator=slug)


def test_a_steward_may_publish_at_once_and_others_are_not_asked(world: World, works: str) -> None:
    world.act_as("analista")
    path = sent(world)
    assert "publish" not in world.form(path) and "Publish at once" not in words(world.text(path))
    forced = world.form(path) | SAID | {"indicator": works, "publish": "y"}
    assert world.post(path, forced).status_code == 303
    written(world, path)
    assert world.shown(works) == {}, "what the form did not ask is not done"
    world.act_as("guardiana")
    path = sent(world, "Ubigeo;Año;Obras\n170105;2022;4\n")
    checked(world, path, indicator=works, publish="y", **SAID)
    written(world, path)
    assert world.value(works, "pe", "2022") == 4


def test_figures_of_several_indicators_stand_in_one_file(world: World, works: str) -> None:
    other = world.an_indicator(**{**WORKS, "title": "Obras paralizadas"})
    world.act_as("analista")
    path = sent(world, "Ubigeo;Año;Terminadas;Paralizadas\n180101;2024;5;1\n180106;2024;6;2\n")
    checked(world, path, by_columns=f"Terminadas = {works}; Paralizadas = {other}", **SAID)
    written(world, path)
    world.publish(world.waiting()[-1])
    assert (world.value(works, "pe", "2024"), world.value(other, "pe", "2024")) == (11, 3)


def test_a_single_figure_comes_from_a_form_and_waits_like_all_others(world: World) -> None:
    works = world.an_indicator(**{**WORKS, "frequency": "quarter"})
    world.act_as("vocera")
    path = f"/indicators/{works}/figures/new"
    told = {"place": "18", "period": "2024-q2", "value": "12.5", "as_of": "2026-02", "source_id": world.sources["inei"]}
    for wrong, words_ in (
        ({"place": "99"}, "There is no place with this code."), ({"period": "2024-13"}, "Write a period as"),
        ({"period": "2024"}, "kept by quarter, and this is a year"), ({"period": "9999-Q1"}, "no year between 1800 and 2100"),
        ({"value": "1e15"}, "out of any range"), ({"obs_status": "O"}, "Only a missing figure"),
        ({"value": ""}, "Only a missing figure"), ({"source_id": ""}, ""), ({"value": "NaN"}, "not a number"),
    ):  # fmt: skip
        answer = world.send(path, **(told | wrong))
        assert answer.status_code == 422 and words_ in words(answer.get_data(as_text=True)), wrong
    answer = world.send(path, **told)
    assert answer.status_code == 303 and re.fullmatch(r"/indicators/deliveries/\d+", answer.location)
    again = world.send(path, **told)
    assert again.status_code == 422 and "it waits to be validated" in words(again.get_data(as_text=True))
    world.publish(int(answer.location.rpartition("/")[2]))
    assert str(world.value(works, "18", "2024-Q2")) == "12.5"
