"""Worlds for the tests of the room: one of a test's own, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.handovers.world import World, a_world
from tests.services import Homes


@pytest.fixture
def own_world(homes: Homes, engine_name: str) -> Iterator[World]:
    """A copy of a test's own, on each database in turn."""
    with a_world(homes, engine_name) as made:
        yield made
