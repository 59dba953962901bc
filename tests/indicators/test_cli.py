"""Volumes at the command line: what it asks, what it says, and that it is all or nothing, whatever happens meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from click.testing import CliRunner
from sqlalchemy import func, select

from observatory.aspects.desk.models import ImportBatch
from observatory.cli import main
from observatory.rooms.indicators.models import Delivery, Observation, ObservationSum, Series
from tests.indicators.terminal import Terminal, counts
from tests.indicators.world import World, a_world
from tests.services import ENGINES, ROOT, Homes, environment

WORKS = {"over_places": "sum", "kind": "count", "unit": "obras", "direction": "none", "title": "Obras terminadas"}
ANALYST = {"email": "p0@example.org", "organisation": "ministerio"}
STEWARD = {"email": "p9@example.org", "organisation": "equipo"}
ANSWERS = {"codes": "inei", "source": "inei", "as_of": "2026-01"}
KEYS = {"new", "changed", "unchanged", "refused", "suspicious", "batch"}
ROWS = [
    {"ubigeo": "180101", "anio": "2023", "valor": "5"}, {"ubigeo": "180101", "anio": "2024", "valor": "6"},
    {"ubigeo": "180106", "anio": "2024", "valor": "s/d"},
]  # fmt: skip
BAD = {"ubigeo": "999999", "anio": "2024", "valor": "1"}


@pytest.fixture
def works(world: World) -> str:
    return world.an_indicator(**WORKS)


def test_it_says_how_it_would_read_a_file_and_what_only_a_person_can_say(terminal: Terminal, works: str) -> None:
    proposed = terminal.propose(terminal.file(ROWS), **ANALYST)
    assert proposed["columns"] == {"place": "ubigeo", "period": "anio", "value": "valor"}
    assert proposed["header_row"] == 1 and proposed["shape"] == "long"
    asked = " ".join(proposed["questions"])
    assert "Which indicator" in asked and "Where do the figures come from?" in asked and "As of which date" in asked


def test_what_is_open_is_asked_and_nothing_is_guessed(terminal: Terminal, works: str) -> None:
    before = terminal.world.count()
    with pytest.raises(ClickException) as asked:
        terminal.bring(terminal.file(ROWS), **ANALYST)
    assert "Which indicator are the figures of?" in str(asked.value.message) and "--mapping" in str(asked.value.message)
    with pytest.raises(ClickException, match="no indicator called"):
        terminal.bring(terminal.file(ROWS), {**ANSWERS, "indicator": "no-hay"}, **ANALYST)
    assert terminal.world.count() == before


def test_a_dry_run_says_all_and_writes_nothing(terminal: Terminal, works: str) -> None:
    world = terminal.world
    before = world.count(), world.events(works)
    said = terminal.bring(terminal.file(ROWS), {**ANSWERS, "indicator": works}, dry_run=True, **ANALYST)
    assert set(said) - {"code", "refusals"} == KEYS
    assert counts(said) == (3, 0, 0, 0) and (said["batch"], said["code"]) == (None, 0)
    assert (world.count(), world.events(works)) == before
    with world.reading() as unit:
        assert unit.scalar(select(func.count()).where(Series.indicator_id == world.find(works).id)) == 0


def test_figures_are_handed_over_in_one_batch_and_wait(terminal: Terminal, works: str) -> None:
    world = terminal.world
    file = terminal.file(ROWS)
    said = terminal.bring(file, {**ANSWERS, "indicator": works, "remark": "Del archivo anual"}, **ANALYST)
    assert set(said) - {"code", "refusals"} == KEYS
    assert counts(said) == (3, 0, 0, 0) and said["batch"] and said["code"] == 0 and said["refusals"] == []
    with world.reading() as unit:
        delivery = unit.scalars(select(Delivery).where(Delivery.batch_id == said["batch"])).one()
        batch = unit.get_one(ImportBatch, said["batch"])
        assert (delivery.state, delivery.size, delivery.note) == ("submitted", 3, "Del archivo anual")
        assert batch.organisation_id == delivery.organisation_id == world.organisations["ministerio"]
        assert (batch.counts["new"], batch.file_name, len(batch.sha256)) == (3, "cifras.csv", 64)
    assert world.shown(works) == {}
    again = terminal.bring(file, {**ANSWERS, "indicator": works}, **ANALYST)
    assert counts(again) == (0, 0, 3, 0) and again["batch"] is None, "they wait already"
    world.publish(delivery.id)
    assert world.shown(works, place="180101,180106") == {
        "Moquegua": {"2023": "5", "2024": "6"},
        "Torata": {"2024": "–"},
    }
    again = terminal.bring(file, {**ANSWERS, "indicator": works}, **ANALYST)
    assert counts(again) == (0, 0, 3, 0) and again["batch"] is None


def test_a_steward_publishes_at_once_and_nobody_else_does(terminal: Terminal, works: str) -> None:
    world = terminal.world
    mapping = {**ANSWERS, "indicator": works}
    before = world.count()
    with pytest.raises(ClickException, match="Only a steward"):
        terminal.bring(terminal.file(ROWS), mapping, publish=True, **ANALYST)
    assert world.count() == before
    said = terminal.bring(terminal.file(ROWS), mapping, publish=True, **STEWARD)
    assert counts(said) == (3, 0, 0, 0) and world.value(works, "pe", "2024") == 6
    changed = [{**ROWS[0], "valor": "60"}, ROWS[1], {**ROWS[2], "valor": "7"}]
    said = terminal.bring(terminal.file(changed), mapping, publish=True, **STEWARD)
    assert counts(said) == (0, 2, 1, 0) and said["suspicious"] == 1
    assert (world.value(works, "pe", "2023"), world.value(works, "pe", "2024")) == (60, 13)
    assert [row.value for row in world.former(works, "180101", "2023")] == [60, 5]


def test_one_refused_row_and_nothing_is_written_unless_it_may_be_left_out(terminal: Terminal, works: str) -> None:
    world = terminal.world
    file = terminal.file([*ROWS, BAD, {"ubigeo": "180101", "anio": "2024", "valor": "9"}])
    before, mapping = world.count(), {**ANSWERS, "indicator": works, "same": "refuse"}
    said = terminal.bring(file, mapping, **ANALYST)
    assert counts(said) == (3, 0, 0, 2) and (said["batch"], said["code"]) == (None, 1)
    assert [(row["row"], row["column"], row["value"]) for row in said["refusals"]] == [
        ("5", "ubigeo", "999999"), ("6", "valor", "9"),
    ]  # fmt: skip
    assert all(row["reason"] for row in said["refusals"])
    assert world.count() == before
    said = terminal.bring(file, {**mapping, "skip_refused": True}, **ANALYST)
    assert counts(said) == (3, 0, 0, 2) and said["batch"] and said["code"] == 1
    assert world.count() == before + 3


def test_the_command_itself_speaks_json_and_ends_with_a_code(terminal: Terminal, works: str) -> None:
    world, file = terminal.world, terminal.file([*ROWS, BAD])
    who = ["--as", ANALYST["email"], "--for", ANALYST["organisation"]]
    environ = environment(world.home)
    runner = CliRunner(env={**environ, "LANG": "C.UTF-8"})
    answer = runner.invoke(main, ["import", "observations", str(file), "--propose", *who])
    assert answer.exit_code == 0 and "questions" in json.loads(answer.stdout)
    mapping = terminal.file(json.dumps({**json.loads(answer.stdout), **ANSWERS, "indicator": works}), "mapping.json")
    answer = runner.invoke(main, ["import", "observations", str(file), "--mapping", str(mapping), "--dry-run", *who])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == {
        "new": 3, "changed": 0, "unchanged": 0, "refused": 1, "suspicious": 0, "batch": None,
    }  # fmt: skip
    assert answer.stderr.splitlines()[0] == "row,column,value,reason,suggestion"
    assert answer.stderr.splitlines()[1].startswith("5,ubigeo,999999,")
    answer = runner.invoke(main, ["import", "places", str(file), "--publish"])
    assert answer.exit_code == 2 and "--publish goes with observations" in answer.stderr
    answer = runner.invoke(main, ["import", "observations", str(file), "--as", "nadie@example.org"])
    assert answer.exit_code == 1 and "Nobody signs in as" in answer.stderr


BRING = """
import sys
from pathlib import Path
from observatory.cli import exchanging
from observatory.kernel.config import Settings
from observatory.rooms.indicators.service import writing
inner = writing.write
def write(rows, **more):
    def counted():
        for at, row in enumerate(rows):
            if at == 110_000:
                print("written", flush=True)
            yield row
    return inner(counted(), **more)
writing.write = write
exchanging.bring(
    Settings.load(), "observations", Path(sys.argv[1]), only_propose=False, mapping_file=Path(sys.argv[2]), dry_run=False,
    email=None, organisation=None, publish=True,
)
print("done", flush=True)
"""
DISTRICTS = ("180101", "180106", "170105", "170106", "170107")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_an_import_of_200_000_rows_killed_in_the_middle_leaves_nothing(
    homes: Homes, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    with a_world(homes, engine) as world:
        slug = world.an_indicator(**WORKS)
        mapping: dict[str, Any] = {
            **ANSWERS, "indicator": slug, "header_row": 1, "breakdowns": {"grupo": "grupo"},
            "columns": {"place": "ubigeo", "period": "anio", "value": "valor"},
        }  # fmt: skip
        told, file = tmp_path / "mapping.json", tmp_path / "muchas.csv"
        told.write_text(json.dumps(mapping))
        with file.open("w") as out:
            out.write("ubigeo,anio,grupo,valor\n")
            for group in range(400):
                for year in range(1920, 2020):
                    out.writelines(f"{place},{year},g{group},{group + year}\n" for place in DISTRICTS)
        process = subprocess.Popen(
            [sys.executable, "-c", BRING, str(file), str(told)], env=environment(world.home), cwd=ROOT, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        with process.stdout as lines:
            assert lines.readline().strip() == "written"
            process.kill()
            process.wait(30)
            assert "done" not in lines.read()
        with world.reading() as unit:
            for cls in (Observation, Series, Delivery, ImportBatch, ObservationSum):
                assert unit.scalar(select(func.count()).select_from(cls)) == 0
        terminal = Terminal(world, tmp_path, capsys)
        said = terminal.bring(terminal.file(ROWS, "pocas.csv"), {**ANSWERS, "indicator": slug}, publish=True, **STEWARD)
        assert counts(said) == (3, 0, 0, 0) and world.value(slug, "pe", "2024") == 6
