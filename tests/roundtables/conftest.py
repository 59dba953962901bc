"""Worlds for the tests of the room: one shared by a module, or one of a test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.roundtables.world import World, a_world
from tests.services import ENGINES, Homes


@pytest.fixture(scope="module", params=ENGINES)
def world(request: pytest.FixtureRequest, homes: Homes) -> Iterator[World]:
    """A copy that the tests of a module share, on each database in turn."""
    with a_world(homes, str(request.param)) as made:
        yield made


@pytest.fixture
def own_world(homes: Homes, engine_name: str) -> Iterator[World]:
    """A copy of a test's own, on each database in turn."""
    with a_world(homes, engine_name) as made:
        yield made
