"""The small country of tests.land, a copy for each test, on each database in turn."""

from collections.abc import Iterator

import pytest

from tests.land import Land, a_land, fill
from tests.services import Homes


@pytest.fixture
def land(homes: Homes, engine_name: str) -> Iterator[Land]:
    home = homes.clone(engine_name, "land", fill)
    with a_land(home) as made:
        yield made
    homes.discard(home)
