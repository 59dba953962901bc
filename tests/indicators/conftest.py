"""Worlds for the tests of the room: one shared by a module, or one of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.indicators.terminal import Terminal
from tests.indicators.world import World, a_world
from tests.services import ENGINES, Homes


@pytest.fixture(scope="module", params=ENGINES)
def world(request: pytest.FixtureRequest, homes: Homes) -> Iterator[World]:
    """A copy that the tests of a module share, on each database in turn: each test makes indicators of its own."""
    with a_world(homes, str(request.param)) as made:
        yield made


@pytest.fixture(scope="module")
def one_world(homes: Homes) -> Iterator[World]:
    """The same on SQLite alone, for what has nothing to do with the kind of database."""
    with a_world(homes, "sqlite") as made:
        yield made


@pytest.fixture
def own_world(homes: Homes, engine_name: str) -> Iterator[World]:
    """A copy of a test's own, on each database in turn."""
    with a_world(homes, engine_name) as made:
        yield made


@pytest.fixture
def terminal(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """The command line over the world, in English."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Terminal(world, tmp_path, capsys)
