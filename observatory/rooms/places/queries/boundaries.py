"""What a file of boundaries says: which of its properties holds codes of places here, and what would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from observatory.kernel import db, outlines
from observatory.kernel.desk import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Problem, Row
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, slugify
from observatory.records.models import Source
from observatory.records.queries import records, visible
from observatory.rooms.places.models import LEVELS, SCALES, Boundary, code
from observatory.rooms.places.queries.territories import territories

_SHOWN = 8

Features = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class _Reading:
    """What a property says, if it holds codes: of each feature the code, and the level that most of them are of."""

    name: str
    level: str
    codes: list[str | None]
    """A place of that level, or None."""
    exact: int
    """How many are written as they are here, with their leading noughts."""

    @property
    def places(self) -> set[str]:
        return {code for code in self.codes if code}


def plan(
    actor: Actor, features: Features, file: Path, *, named: str | None = None, source: str | None = None
) -> list[Outcome]:
    """What would become of the boundary of each place that a GeoJSON file draws, and which features are refused, by
    number. `Outcome.plan` is the Boundary as it would be.

    `named` is the property with the codes; by default it is found. `source` is one's key or title. Raises Invalid where
    no property holds codes, or several might.
    """
    known = _known(actor)
    reading = _read(features, known, named) if named is not None else _found(features, known)
    refused = _strange(features, known, reading)
    before = {row.slug: row for row in db.session.execute(_drawn(reading.level))}
    drawing, scale = _draw(file, reading, before)
    for number, why in drawing.problems.items():
        name = features[number - 1].get(reading.name, "")
        refused.append(_refused(number, reading.name, name, str(outlines.REASONS[why])))
    broken = {reading.codes[number - 1] for number in drawing.problems}  # half a place is not drawn either
    source_id = source_named(actor, source)
    found = []
    for slug, outline in sorted(drawing.outlines.items()):
        if slug in broken:
            continue
        old, (west, north, east, south) = before.get(slug), outline.box
        drawn = Boundary(
            level=reading.level, path=outline.path, west=west, north=north, east=east, south=south, scale=scale,
            parallel=drawing.parallel, source_id=source_id, territory_id=known[slug].id,
        )  # fmt: skip
        row = Row(reading.codes.index(slug) + 1, {}, {"code": slug})
        found.append(Outcome(row, _kind(old, drawn, source), plan=drawn))
    return found + sorted(refused, key=lambda outcome: outcome.row.number)


def source_named(actor: Actor, text: str | None) -> int | None:
    """The source with this key or title, if there is one; raises Invalid for what can only be a key and is none."""
    if text is None:
        return None
    statement = select(Source.id).where(or_(Source.key == text, Source.title == text)).order_by(Source.key != text)
    found = db.session.scalar(statement.limit(1))
    if found is None and slugify(text) == text:
        raise Invalid(_("There is no source with the key %(key)s: name an existing one, or a title.", key=text))
    return found


def _known(actor: Actor) -> dict[str, Any]:
    statement = select(records.c.slug, territories.c.id, territories.c.level)
    statement = statement.join(territories, territories.c.id == records.c.id).where(visible(actor))
    return {row.slug: row for row in db.session.execute(statement)}


def _drawn(level: str) -> Any:
    """The boundaries of a level that are here, with the codes of their places."""
    statement = select(records.c.slug, *Boundary.__table__.c).join(Boundary, Boundary.territory_id == records.c.id)
    return statement.where(Boundary.level == level)


# --- Which property holds the codes ---------------------------------------------------------------------------------


def _found(features: Features, known: Mapping[str, Any]) -> _Reading:
    """The property that tells most places apart, all of one level, in more than half of the features."""
    names = dict.fromkeys(name for feature in features for name in feature)
    readings = [reading for name in names if (reading := _reading(name, features, known)) is not None]
    fitting = [
        each for each in readings
        if 2 * sum(map(bool, each.codes)) > len(features) and 2 * len(each.places) > sum(map(bool, each.codes))
    ]  # fmt: skip
    if not fitting:
        raise Invalid(
            _(
                "No property of this file holds codes of places that are here: name the right one with --code. There are: %(names)s.",
                names=_examples(features),
            )
        )
    weights = [(len(each.places), each.exact) for each in fitting]
    best = [each for each, weight in zip(fitting, weights, strict=True) if weight == max(weights)]
    if any(each.codes != best[0].codes for each in best):
        raise Invalid(
            _(
                "Several properties could hold the codes, and they differ: %(names)s. Name the right one with --code.",
                names=", ".join(each.name for each in best),
            )
        )
    return best[0]


def _read(features: Features, known: Mapping[str, Any], name: str) -> _Reading:
    """The property that somebody named."""
    if not any(name in feature for feature in features):
        raise Invalid(
            _("No feature has the property %(name)s. There are: %(names)s.", name=name, names=_examples(features))
        )
    reading = _reading(name, features, known)
    if reading is None:
        raise Invalid(_("The property %(name)s holds no code of a place that is here.", name=name))
    return reading


def _reading(name: str, features: Features, known: Mapping[str, Any]) -> _Reading | None:
    codes = [_place(feature.get(name, ""), known) for feature in features]
    levels = Counter(known[code].level for code in codes if code)
    if not levels:
        return None
    level = levels.most_common(1)[0][0]
    kept = [code if code and known[code].level == level else None for code in codes]
    exact = sum(code is not None and feature[name] == code for code, feature in zip(kept, features, strict=True))
    return _Reading(name, level, kept, exact)


def _place(text: str, known: Mapping[str, Any]) -> str | None:
    """The place whose code a value is: two letters, or digits that may have lost their leading nought."""
    if text.lower() in known:
        return text.lower()
    try:
        found = code(text)
    except ValueError:
        return None
    return found if found in known else None


def _examples(features: Features) -> str:
    values: dict[str, str] = {}
    for feature in features:
        values = {**feature, **values}
    shown = [f"{name} ({value[:20]})" for name, value in list(values.items())[:_SHOWN]]
    return ", ".join(shown + ["…"] * (len(values) > _SHOWN)) or "–"


# --- What would become of each --------------------------------------------------------------------------------------


def _strange(features: Features, known: Mapping[str, Any], reading: _Reading) -> list[Outcome]:
    found = []
    for number, (feature, kept) in enumerate(zip(features, reading.codes, strict=True), 1):
        text = feature.get(reading.name, "")
        if kept is not None:
            continue
        other = _place(text, known)
        if not text:
            reason = _("This feature says nothing there.")
        elif other is None:
            reason = _("No place here has this code.")
        else:
            reason = _(
                "This is of another level than the rest: %(level)s.", level=LEVELS[known[other].level]
            )  # each level is a map of its own
        found.append(_refused(number, reading.name, text, str(reason)))
    return found


def _draw(file: Path, reading: _Reading, before: Mapping[str, Any]) -> tuple[outlines.Drawing, int]:
    """The drawing and its scale: as what is here is drawn, unless all of that is drawn anew."""
    drawing, scale = None, SCALES[reading.level]
    if before.keys() <= reading.places:
        drawing = outlines.draw(file, reading.codes, scale=scale)
    if drawing is None or not before.keys() <= drawing.outlines.keys():
        here = next(iter(before.values()))
        scale = here.scale
        drawing = outlines.draw(file, reading.codes, scale=scale, parallel=here.parallel)
    return drawing, scale


def _kind(old: Any, drawn: Boundary, source: str | None) -> str:
    if old is None:
        return NEW
    same = all(getattr(old, name) == getattr(drawn, name) for name in ("path", "scale", "parallel"))
    known = source is None or (drawn.source_id is not None and old.source_id == drawn.source_id)
    return UNCHANGED if same and known else CHANGED


def _refused(number: int, column: str, value: str, reason: str) -> Outcome:
    return Outcome(Row(number, {}, {}, [Problem(column, value, reason)]), REFUSED)
