"""Peru down to its provinces, and how files of boundaries are brought in: filled once, copied for each test."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from sqlalchemy import func, select, update

from observatory.cli import boundaries
from observatory.kernel import clock
from observatory.kernel.config import Settings
from observatory.people.models import Mandate, Person
from observatory.rooms.places import service
from observatory.rooms.places.models import Boundary, Territory
from tests.land import Land, a_land, seeder
from tests.seeds.reading import table
from tests.services import Home

STEWARD = {"email": "steward@example.org", "organisation": "equipo"}
PLAIN = {"code": None, "source": None, "skip_refused": False, "dry_run": False, "email": None, "organisation": None}


@dataclass
class Country:
    """The departments and provinces of Peru, and how files are brought in."""

    land: Land
    settings: Settings
    capsys: pytest.CaptureFixture[str]

    def bring(self, file: Path, **more: Any) -> dict[str, Any]:
        """What the command says: its JSON, `code`, and the rows of `refusals`."""
        code = boundaries.bring(self.settings, file, **{**PLAIN, **more})
        said = self.capsys.readouterr()
        return {**json.loads(said.out), "code": code, "refusals": list(csv.DictReader(io.StringIO(said.err)))}

    def refuse(self, file: Path, **more: Any) -> str:
        """The words with which a whole file is refused."""
        with pytest.raises(ClickException) as refused:
            boundaries.bring(self.settings, file, **{**PLAIN, **more})
        return refused.value.message

    def count(self, level: str) -> int:
        with self.land.database.reading() as unit:
            found = unit.scalar(select(func.count()).select_from(Boundary).where(Boundary.level == level))
        return int(found or 0)

    def boundary(self, slug: str) -> Boundary | None:
        with self.land.database.reading() as unit:
            joined = select(Boundary).join(Territory, Territory.id == Boundary.territory_id)
            return unit.scalars(joined.where(Territory.slug == slug)).one_or_none()


def fill(home: Home) -> None:
    """For Homes.clone: the small country, and what it lacks of departments and provinces."""
    with a_land(home, new=True) as land, land.app.test_request_context("/"), land.database.unit_of_work() as unit:
        made = {each.slug: each for each in unit.scalars(select(Territory))}
        for row in table("departments.csv") + table("provinces.csv"):
            code = row["inei"]
            tile = {name: int(row[name]) for name in ("tile_row", "tile_column") if name in row}
            if code not in made:
                made[code] = service.add_territory(
                    seeder(), None, code=code, title=row["name"], parent=made[row["parent_inei"]],
                    population=int(row["population"]), population_source_id=1, position=tile,
                )  # fmt: skip
                unit.flush()
        unit.execute(update(Person).values(verified_at=clock.now()))
        unit.execute(update(Mandate).values(approved_at=clock.now()))


def square(west: float, south: float, side: float = 1.0) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def a_file(folder: Path, *features: tuple[dict[str, Any], Any]) -> Path:
    """A GeoJSON file of these (properties, geometry)."""
    file = folder / "lindes.geojson"
    told = [{"type": "Feature", "properties": of, "geometry": geometry} for of, geometry in features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": told}))
    return file
