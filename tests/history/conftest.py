"""One small instance for each database, shared by the tests of a module that only read it."""

from collections.abc import Iterator

import pytest

from tests.services import ENGINES, Homes
from tests.site.world import World, a_world


@pytest.fixture(scope="module", params=ENGINES)
def world(request: pytest.FixtureRequest, homes: Homes) -> Iterator[World]:
    """An instance on each database in turn."""
    home = homes.fresh(str(request.param))
    with a_world(home) as made:
        yield made
    homes.discard(home)
