"""The small country of tests.land and a whole one, a copy for each test, on each database in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import settings_of
from tests.land import Land, a_land, fill
from tests.places import country as whole
from tests.services import Homes


@pytest.fixture
def land(homes: Homes, engine_name: str) -> Iterator[Land]:
    home = homes.clone(engine_name, "land", fill)
    with a_land(home) as made:
        yield made
    homes.discard(home)


@pytest.fixture
def country(
    homes: Homes, engine_name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[whole.Country]:
    monkeypatch.setenv("LANG", "C.UTF-8")
    home = homes.clone(engine_name, "peru", whole.fill)
    with a_land(home) as land:
        yield whole.Country(land, settings_of(home), capsys)
    homes.discard(home)


@pytest.fixture
def departments(real_data: Path) -> Path:
    return real_data / "01-territory" / "peru_departamental_simple.geojson"


@pytest.fixture
def provinces(real_data: Path) -> Path:
    return real_data / "01-territory" / "peru_provincial_simple.geojson"
