"""Outlines of areas: borders stay shared, drawings stay small, and what can't be drawn is told."""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely

from observatory.kernel import outlines
from observatory.kernel.errors import Invalid

pytestmark = pytest.mark.usefixtures("app_context")
FILES = [("departamental", "FIRST_IDDP", 60, 25), ("provincial", "FIRST_IDPR", 200, 195)]
Ring = list[list[float]]


def square(west: float = -75, south: float = -15, side: float = 1.0) -> Ring:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def collection(*geometries: Any) -> bytes:
    """A file with a feature for each geometry; a list is the one ring of a polygon. `key` is the number."""
    shapes = [{"type": "Polygon", "coordinates": [each]} if isinstance(each, list) else each for each in geometries]
    told = [{"type": "Feature", "properties": {"key": str(n)}, "geometry": g} for n, g in enumerate(shapes, 1)]
    return json.dumps({"type": "FeatureCollection", "features": told}).encode()


def drawn(data: bytes | Path, key: str = "key", scale: int = 60, **more: Any) -> outlines.Drawing:
    return outlines.draw(data, [each.get(key) for each in outlines.features(data)], scale=scale, **more)


def polygon(path: str) -> Any:
    """The shape of a path, its holes taken out as `evenodd` does."""
    shape, start = shapely.Polygon(), (0, 0)
    for part in path.split("m")[1:]:
        steps = [int(number) for number in re.findall(r"-?\d+", part)]
        at, ring = start, []
        for right, down in zip(steps[::2], steps[1::2], strict=True):
            at = (at[0] + right, at[1] + down)
            ring.append(at)
        start = ring[0]
        shape = shape.symmetric_difference(shapely.Polygon(ring))
    return shape


def holes(shape: Any) -> list[float]:
    parts = getattr(shape, "geoms", [shape])
    return sorted(shapely.Polygon(ring).area for part in parts for ring in part.interiors)


@pytest.mark.parametrize(("name", "key", "scale", "count"), FILES, ids=lambda value: str(value))
def test_neighbours_share_their_borders(real_data: Path, name: str, key: str, scale: int, count: int) -> None:
    file = real_data / "01-territory" / f"peru_{name}_simple.geojson"
    drawing = drawn(file, key, scale)
    shapes = [polygon(outline.path) for outline in drawing.outlines.values()]
    assert len(shapes) == count and not drawing.problems
    whole = shapely.union_all(shapes)
    assert sum(shape.area for shape in shapes) == whole.area, "nothing lies in two of them"
    source = shapely.union_all(
        [shapely.geometry.shape(each["geometry"]) for each in json.loads(file.read_text())["features"]]
    )
    unit = scale * scale * math.cos(math.radians(drawing.parallel))
    assert abs(whole.area / (source.area * unit) - 1) < 0.001
    lakes = [area * unit for area in holes(source) if area * unit > 2]
    assert len(holes(whole)) <= len(lakes), "no gap has opened"
    for outline, shape in zip(drawing.outlines.values(), shapes, strict=True):
        assert shape.bounds == outline.box


def test_two_features_with_one_key_are_one_area(real_data: Path) -> None:
    file = real_data / "01-territory" / "peru_provincial_simple.geojson"
    drawing = drawn(file, "FIRST_IDPR", 200)
    for code in ("2001", "0510"):
        assert polygon(drawing.outlines[code].path).geom_type == "Polygon"
        assert drawing.outlines[code].path.count("m") == 1, "the border between the two parts is gone"


def _detailed(ring: Ring, times: int) -> Ring:
    """A ring with as ragged a border as an original survey has: the same for both neighbours."""
    for _time in range(times):
        made = []
        for a, b in pairwise(ring):
            bend = random.Random(repr(sorted((a, b)))).uniform(-0.2, 0.2) * (1 if a < b else -1)
            made += [a, [(a[0] + b[0]) / 2 - bend * (b[1] - a[1]), (a[1] + b[1]) / 2 + bend * (b[0] - a[0])]]
        ring = [*made, ring[-1]]
    return ring


def test_a_file_of_any_detail_gives_a_small_drawing(real_data: Path) -> None:
    told = json.loads((real_data / "01-territory" / "peru_departamental_simple.geojson").read_text())
    for feature in told["features"]:
        geometry = feature["geometry"]
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        detailed = [[_detailed(ring, 4) for ring in part] for part in parts]
        feature["geometry"] = {"type": "MultiPolygon", "coordinates": detailed}
    data = json.dumps(told).encode()
    assert len(data) > 2_000_000
    paths = [outline.path for outline in drawn(data, "FIRST_IDDP").outlines.values()]
    assert len(paths) == 25
    assert len(gzip.compress("".join(paths).encode())) < 8_000


def test_shapes_that_do_not_quite_fit_are_made_to() -> None:
    left = [[-75, -15], [-74.0004, -15], [-74.0002, -14.4], [-74.0003, -14], [-75, -14], [-75, -15]]
    right = [[-73.9996, -15], [-73, -15], [-73, -14], [-74.0009, -14], [-74.001, -14.6], [-73.9996, -15]]
    shapes = [polygon(outline.path) for outline in drawn(collection(left, right), scale=600).outlines.values()]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).geom_type == "Polygon"


def test_drawings_along_the_same_latitude_fit_together() -> None:
    whole = drawn(collection(square(), square(-74)))
    part = drawn(collection(square(-74)), parallel=whole.parallel)
    assert part.outlines["1"] == whole.outlines["2"]
    assert whole.parallel == -14 and part.outlines["1"].path.endswith("z")


def test_holes_stay_and_islands_too_small_to_see_go() -> None:
    lake, speck = square(-74.7, -14.7, 0.4), square(-70, -10, 0.001)
    geometry = {"type": "MultiPolygon", "coordinates": [[square(), lake], [speck], [square(-73, -15, 0.3)]]}
    outline = drawn(collection(geometry)).outlines["1"]
    assert outline.path.count("m") == 3
    assert len(holes(polygon(outline.path))) == 1


def test_an_area_smaller_than_a_unit_leaves_something_to_point_at() -> None:
    outline = drawn(collection(square(-75, -15, 0.008))).outlines["1"]
    assert polygon(outline.path).area == 1


BOW = [[-75, -15], [-74, -14], [-74, -15], [-75, -14], [-75, -15]]
SPIKE = [[-75, -15], [-74, -15], [-74, -14], [-73, -14], [-74, -14], [-75, -14], [-75, -15]]


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        (None, outlines.EMPTY),
        ({"type": "Polygon", "coordinates": []}, outlines.EMPTY),
        ({"type": "MultiPolygon", "coordinates": [[]]}, outlines.EMPTY),
        ({"type": "Polygon"}, outlines.EMPTY),
        ([[-75, -15], [-74, -14], [-75, -15], [-74, -14], [-75, -15]], outlines.EMPTY),
        ({"type": "Point", "coordinates": [-75, -15]}, outlines.NO_AREA),
        ({"type": "LineString", "coordinates": square()}, outlines.NO_AREA),
        ({"type": "GeometryCollection", "geometries": []}, outlines.NO_AREA),
        ({"type": ["Polygon"], "coordinates": [square()]}, outlines.NO_AREA),
        ({"type": "Polygon", "coordinates": square()}, outlines.ODD),
        ({"type": "Polygon", "coordinates": 5}, outlines.ODD),
        ({"type": "Polygon", "coordinates": [["ab", "cd", "ef", "gh"]]}, outlines.ODD),
        ([[-75, -15], [-74, -15], [-75, -15]], outlines.ODD),
        ([["-75", "-15"], *square()], outlines.ODD),
        ([[True, True], *square()], outlines.ODD),
        ([[float("nan"), -15], *square()], outlines.OUTSIDE),
        ([[float("inf"), -15], *square()], outlines.OUTSIDE),
        ([[10**400, -15], *square()], outlines.OUTSIDE),
        (square(280_000, 8_650_000, 1000), outlines.OUTSIDE),
        (BOW, outlines.CROSSED),
    ],
)
def test_a_feature_that_can_not_be_drawn_is_told_and_the_others_are_drawn(geometry: Any, why: str) -> None:
    drawing = drawn(collection(square(-80), geometry))
    assert dict(drawing.problems) == {2: why}
    assert list(drawing.outlines) == ["1"]


def test_what_is_covered_by_others_is_told() -> None:
    assert dict(drawn(collection(square(), square())).problems) == {2: outlines.HIDDEN}


def test_small_faults_are_mended_and_heights_are_left_out() -> None:
    open_ring = [[*at, 3400.5] for at in square(-80)[:-1]]
    drawing = drawn(collection(SPIKE, open_ring))
    assert not drawing.problems
    assert {polygon(outline.path).area for outline in drawing.outlines.values()} == {60 * 58}


def test_features_without_a_key_are_not_drawn() -> None:
    data = collection(square(), {"type": "Point", "coordinates": []})
    drawing = outlines.draw(data, ["here", None], scale=60)
    assert list(drawing.outlines) == ["here"] and not drawing.problems
    assert not outlines.draw(data, [None, None], scale=60).outlines


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no GeoJSON"),
        (b"PK\x03\x04 a shapefile in a zip", "no GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "no GeoJSON"),
        (b"[" * 200_000, "no GeoJSON"),
        (b'{"type":"FeatureCollection","features":' + b'[{"a":' * 50_000, "no GeoJSON"),
        (b"[1, 2]", "no FeatureCollection"),
        (b'{"type": "Topology", "objects": {}}', "no FeatureCollection"),
        (b'{"type": "Feature", "geometry": null}', "no FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "no FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "no feature"),
        (b'{"type": "FeatureCollection", "features": [' + b"0," * 20_000 + b"0]}", "20,000"),
        (b" " * 60_000_001, "60 MB"),
    ],
    ids=lambda value: str(value[:30]),
)
def test_a_file_that_is_no_collection_of_features_is_told_so(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        outlines.features(data)


def test_properties_are_read_as_texts() -> None:
    told = {"a": " 01 ", "b": 1.0, "c": 2.5, "d": None, "e": True, "f": [1], "g": "x" * 999, "h": 7}
    odd: list[Any] = [{"type": "Feature", "properties": told, "geometry": None}, {"properties": None}, 5, None]
    data = json.dumps({"type": "FeatureCollection", "features": odd}).encode("utf-16")
    assert outlines.features(data) == [{"a": "01", "b": "1", "c": "2.5", "g": "x" * 120, "h": "7"}, {}, {}, {}]
    older = '{"type":"FeatureCollection","features":[{"properties":{"n":"Áncash"}}]}'.encode("cp1252")
    assert outlines.features(older) == [{"n": "Áncash"}]
