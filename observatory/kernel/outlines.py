"""Outlines of areas: a stranger's GeoJSON as compact SVG paths, simplified together so that neighbours share their borders.

Knows nothing of what the areas are: whoever asks says what each feature is to be drawn as.

A degree of latitude is `scale` units, a degree of longitude as many times the cosine of one latitude, `parallel`; y grows
southwards. So what was drawn with the same two numbers fits together, whichever file it came from.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from observatory.kernel import confined
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_

LARGEST = 60_000_000
"""Bytes of a file."""
MOST = 20_000
"""Features of a file."""
SECONDS = 60
"""Of processor time for drawing them."""
TOLERANCE = 1.5
"""In units: a corner goes if the triangle that it makes with its neighbours is no larger than the square of this."""
_FINE = 20
"""Parts of a unit in which coordinates are compared: borders that differ by less are one."""
_GAP = 1.0
"""In units: where shapes that do not fit together are made to, gaps that are no wider are closed."""
_AGREES = 0.05
"""Of its area, that mending may change of a shape."""
_POLE = 80
_MOST_PROPERTIES, _LONGEST = 60, 120

EMPTY, NO_AREA, ODD, OUTSIDE, CROSSED, HIDDEN = "empty", "no_area", "odd", "outside", "crossed", "hidden"
REASONS = {
    EMPTY: lazy_("It has no shape, or none large enough to be seen."),
    NO_AREA: lazy_("It is a point, a line or a collection: a boundary is a Polygon or a MultiPolygon."),
    ODD: lazy_("Its coordinates are not lists of at least four positions, each a pair of numbers."),
    OUTSIDE: lazy_("It lies outside of the degrees of the earth: save the file with longitude and latitude (WGS 84)."),
    CROSSED: lazy_("Its border crosses itself, and what was meant can't be told: mend it where it was drawn."),
    HIDDEN: lazy_("Nothing is left of it: other shapes of the file cover it."),
}

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Outline:
    """The shape of one area: path data of whole numbers, relative but for its start, and the box around it, in units."""

    path: str
    box: Box


@dataclass(frozen=True)
class Drawing:
    """What was drawn, by key; why features could not be, by their number from 1; and along which latitude."""

    outlines: Mapping[str, Outline]
    problems: Mapping[int, str]
    parallel: int


def features(source: bytes | Path) -> list[dict[str, str]]:
    """What each feature of a GeoJSON file says about itself: texts by property. Raises Invalid, saying what to do."""
    found: list[dict[str, str]] = json.loads(confined.run("features", _within(source)))
    return found


def draw(source: bytes | Path, keys: Sequence[str | None], *, scale: int, parallel: int | None = None) -> Drawing:
    """The outlines of a file's features: those with the same key as one area, those without one not at all.

    `parallel` is by default the middle of what is drawn. Raises Invalid, saying what to do.
    """
    asked = json.dumps({"keys": list(keys), "scale": scale, "parallel": parallel}).encode()
    told = json.loads(confined.run("outlines", asked + b"\n" + _within(source), seconds=SECONDS))
    outlines = {key: Outline(path, tuple(box)) for key, (path, box) in told["outlines"].items()}
    return Drawing(outlines, {int(number): why for number, why in told["problems"].items()}, told["parallel"])


def _within(source: bytes | Path) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > LARGEST:
        raise Invalid(lazy_("The file is larger than 60 MB: simplify the shapes first, or send it in parts."))
    return source if isinstance(source, bytes) else source.read_bytes()


# --- In the child ---------------------------------------------------------------------------------------------------


def properties_of(data: bytes, arguments: list[str]) -> bytes:
    """The scalar properties of each feature as JSON, as texts."""
    return json.dumps([_properties(feature) for feature in _features(data)]).encode()


def outlines_of(data: bytes, arguments: list[str]) -> bytes:
    """The outlines as JSON, asked for in the first line of `data`."""
    head, _line, body = data.partition(b"\n")
    del data
    asked, problems = json.loads(head), dict[int, str]()
    wanted: list[tuple[int, str, Any]] = []
    for number, (key, feature) in enumerate(zip(asked["keys"], _features(body), strict=True), 1):
        if key is None:
            continue
        try:
            wanted.append((number, key, _polygons(feature.get("geometry"))))
        except _Unfit as reason:
            problems[number] = str(reason)
    del body
    parallel = _middle(wanted) if asked["parallel"] is None else int(asked["parallel"])
    outlines = _drawn(wanted, asked["scale"] * math.cos(math.radians(parallel)), asked["scale"], problems)
    return json.dumps({"outlines": outlines, "problems": problems, "parallel": parallel}).encode()


class _Unfit(Exception):
    """Nothing can be drawn of a feature: one of REASONS."""


def _features(data: bytes) -> list[Any]:
    try:
        try:
            told = json.loads(data)
        except UnicodeDecodeError:  # what older programs of maps write
            told = json.loads(data.decode("cp1252", errors="replace"))
    except (ValueError, RecursionError):
        raise Invalid(lazy_("This is no GeoJSON: export the layer as GeoJSON, and send that file as it is.")) from None
    found = told.get("features") if isinstance(told, dict) and told.get("type") == "FeatureCollection" else None
    if not isinstance(found, list):
        raise Invalid(lazy_("This JSON is no FeatureCollection: export the whole layer as GeoJSON, not one shape."))
    if not found:
        raise Invalid(lazy_("There is no feature in this file."))
    if len(found) > MOST:
        raise Invalid(lazy_("This file has more than 20,000 features: send it in parts."))
    return [feature if isinstance(feature, dict) else {} for feature in found]


def _properties(feature: dict[str, Any]) -> dict[str, str]:
    told = feature.get("properties")
    pairs = list(told.items())[:_MOST_PROPERTIES] if isinstance(told, dict) else []
    whole = [(k, int(v) if isinstance(v, float) and v.is_integer() else v) for k, v in pairs]
    return {
        k: str(v).strip()[:_LONGEST] for k, v in whole if isinstance(v, str | int | float) and not isinstance(v, bool)
    }


def _polygons(geometry: Any) -> list[Any]:
    """The polygons of a geometry as they stand in the file, each a list of rings, checked."""
    if not isinstance(geometry, dict):
        raise _Unfit(EMPTY)
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Unfit(NO_AREA)
    told: Any = geometry.get("coordinates")
    try:
        polygons = [each for each in ([told] if geometry["type"] == "Polygon" else told or ()) if each]
        fits = all(_fits(ring) for polygon in polygons for ring in polygon)
    except (TypeError, ValueError):
        raise _Unfit(ODD) from None
    if not polygons:
        raise _Unfit(EMPTY)
    if not fits:
        raise _Unfit(OUTSIDE)
    return polygons


def _fits(ring: Any) -> bool:
    """Whether a ring lies on the earth; raises TypeError or ValueError where it is none."""
    if not isinstance(ring, list) or len(ring) < 4 or any(isinstance(n, bool) for at in ring for n in at):
        raise ValueError
    return all(abs(x) <= 180 and abs(y) <= 90 for x, y, *_height in ring)  # NaN is neither


def _middle(wanted: Sequence[tuple[int, str, Any]]) -> int:
    latitudes: list[float] = [at[1] for _number, _key, polygons in wanted for rings in polygons for at in rings[0]] or [
        0
    ]
    return max(-_POLE, min(_POLE, round((min(latitudes) + max(latitudes)) / 2)))


def _drawn(
    wanted: list[tuple[int, str, Any]], across: float, down: float, problems: dict[int, str]
) -> dict[str, tuple[str, Box]]:
    """The paths by key; features of which nothing can be made go to `problems`."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # no other thread may be started here
    import shapely

    parts: dict[str, list[Any]] = {}
    first: dict[str, int] = {}
    wanted.reverse()
    while wanted:  # what has been taken over is let go of: memory is short
        number, key, polygons = wanted.pop()
        try:
            shape = _mended([[_projected(ring, across, down) for ring in rings] for rings in polygons])
        except _Unfit as reason:
            problems[number] = str(reason)
            continue
        parts.setdefault(key, []).append(shape)
        first.setdefault(key, number)
    whole = [shapely.union_all(shapes) if len(shapes) > 1 else shapes[0] for shapes in parts.values()]
    if not shapely.coverage_is_valid(whole):
        whole = list(shapely.coverage_clean(whole, gap_width=_GAP))
    outlines = {}
    for key, shape in zip(parts, shapely.coverage_simplify(whole, TOLERANCE), strict=True):
        if shape.is_empty:
            problems[first[key]] = HIDDEN
        else:
            outlines[key] = _outline(shape)
    return outlines


def _projected(ring: Any, across: float, down: float) -> Any:
    import numpy

    at = numpy.array([place[:2] for place in ring], dtype=float) * (across, -down)
    at = numpy.round(at * _FINE) / _FINE
    moved = numpy.ones(len(at), dtype=bool)
    moved[1:] = (at[1:] != at[:-1]).any(axis=1)
    return at[moved]


def _mended(polygons: list[list[Any]]) -> Any:
    """A valid shape of these rings; rings that are smaller than can be told apart are left out."""
    import shapely

    drawable = [[ring for ring in rings if len(ring) > 3] for rings in polygons if len(rings[0]) > 3]
    shape = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in drawable])
    if not shape.is_valid:
        drawn, shape = shape.area, shapely.make_valid(shape, method="structure", keep_collapsed=False)
        if abs(shape.area - drawn) > _AGREES * shape.area:
            raise _Unfit(CROSSED)
    if not shape.area:
        raise _Unfit(EMPTY)
    return shape


def _outline(shape: Any) -> tuple[str, Box]:
    """The path of a shape in whole units. What is smaller than a unit goes, but something is always left to point at."""
    polygons = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    polygons.sort(key=lambda part: -part.area)
    rings = [ring for part in polygons for ring in _whole(part)]
    if not rings:
        x, y = (round(at) for at in polygons[0].representative_point().coords[0])
        rings = [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]]
    xs, ys = zip(*(at for ring in rings for at in ring), strict=True)
    return _path(rings), (min(xs), min(ys), max(xs), max(ys))


def _whole(polygon: Any) -> Iterator[list[tuple[int, int]]]:
    """The rings of a polygon rounded, without corners that then make no difference; of a speck none."""
    for ring in (polygon.exterior, *polygon.interiors):
        corners = _corners([(round(x), round(y)) for x, y in ring.coords[:-1]])
        if len(corners) >= 3 and abs(_turn(corners)) >= 2:
            yield corners
        elif ring is polygon.exterior:
            return


def _corners(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for at in points:
        while kept and (kept[-1] == at or (len(kept) > 1 and _straight(kept[-2], kept[-1], at))):
            kept.pop()
        kept.append(at)
    while len(kept) > 2 and (kept[-1] == kept[0] or _straight(kept[-2], kept[-1], kept[0])):
        kept.pop()
    return kept


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _turn(ring: list[tuple[int, int]]) -> int:
    """Twice the area of a ring, signed."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def _path(rings: list[list[tuple[int, int]]]) -> str:
    path, start = "", (0, 0)
    for ring in rings:
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip([start, *ring], ring, strict=False)]
        path += "m" + "".join(f" {n}" if n >= 0 else f"{n}" for step in steps for n in step).lstrip() + "z"
        start = ring[0]
    return path
