"""Where data are missing: how far each indicator reaches, what is due, and whose duty it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.records.models import PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.indicators import formulas
from observatory.rooms.indicators.models import Observation
from observatory.rooms.indicators.queries import definitions, producer, rows, series
from observatory.rooms.indicators.queries.figure import ever_published, standing
from observatory.rooms.places.models import COUNTRY, Territory

territories = Territory.__table__


@dataclass(frozen=True)
class Reach:
    """How far the figures of an indicator reach."""

    row: Any
    first: str | None
    last: str | None
    level: str
    """The finest level with figures; empty without any."""
    places: int
    whole: int
    """Of how many places of that level the last period has figures, and how many there are."""
    holes: Sequence[str]
    """Periods between the first and the last for which nothing is published."""
    gaps: int
    """How many figures of the last period are published as missing, with a reason."""
    series_id: int | None
    """The series with most figures in the last period."""
    due: str | None
    """The next period that is expected."""
    due_on: dt.date | None
    """When it is expected; None where nobody said."""

    def late(self, today: dt.date) -> int:
        """Days since the next release should have come; 0 where it is not late, or no day is known."""
        return max(0, (today - self.due_on).days) if self.due_on is not None else 0


def reaches(actor: Actor, *, demo: bool | None = None) -> list[Reach]:
    """The reach of every approved indicator that the actor may see: those overdue first, then by name."""
    statement = rows(
        actor, producer.c.title.label("producer"), producer.c.slug.label("producer_slug"),
        producer.c.language.label("producer_language"), definitions.c.producer_name, _first_approval().label("approved_on"),
    ).where(records.c.state == PUBLISHED)  # fmt: skip
    if demo is not None:
        statement = statement.where(records.c.is_demo == demo)
    found = db.session.execute(statement.order_by(records.c.sort_title)).all()
    plain = _plain_series([row.id for row in found])
    known: dict[int, list[Any]] = {}
    for each in series.periods_of([one.id for one in plain]):
        known.setdefault(each.series_id, []).append(each)
    by_indicator: dict[int, list[Any]] = {}
    for one in plain:
        by_indicator.setdefault(one.indicator_id, []).append(one)
    sizes = _sizes()
    today = clock.today()
    reached = [_reach(row, by_indicator.get(row.id, []), known, sizes) for row in found]
    return sorted(reached, key=lambda each: (-each.late(today), each.row.sort_title))


def _first_approval() -> Any:
    """When it was first approved to be counted as it is now: new words alone put off no duty."""
    own = definitions.alias()
    first = select(func.min(own.c.approved_on)).where(
        own.c.indicator_id == definitions.c.indicator_id, own.c.lineage == definitions.c.lineage
    )
    return first.scalar_subquery()


def _plain_series(ids: Sequence[int]) -> list[Any]:
    table = series.series_table
    statement = select(table).where(
        table.c.indicator_id.in_(list(ids)), table.c.breakdown == "", ever_published(table.c.id)
    )
    return list(db.session.execute(statement)) if ids else []


def _sizes() -> dict[str, int]:
    statement = select(territories.c.level, func.count()).group_by(territories.c.level)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _reach(row: Any, own: Sequence[Any], known: dict[int, list[Any]], sizes: dict[str, int]) -> Reach:
    entries = [entry for one in own if one.lineage == row.lineage for entry in known.get(one.id, ())]
    names = sorted({entry.period for entry in entries if entry.figures})
    if not names:
        due, due_on = _due(row, None)
        return Reach(row, None, None, "", 0, 0, (), 0, None, due, due_on)
    last = names[-1]
    latest = [entry for entry in entries if entry.period == last and entry.figures]
    finest = max(latest, key=lambda entry: entry.figures)
    filled = set(names)
    holes, step = [], names[0]
    while step < last and len(holes) < 400:
        step = formulas.following(step)
        if step < last and step not in filled:
            holes.append(step)
    due, due_on = _due(row, last)
    whole = sizes.get(finest.level, 0)
    if finest.level == COUNTRY:  # nobody owes the figures of every country
        whole = max(entry.figures for one in own for entry in known.get(one.id, ()) if entry.level == COUNTRY)
    gaps = sum(entry.gaps for entry in entries if entry.period == last)
    return Reach(
        row,
        names[0],
        last,
        finest.level,
        finest.figures,
        whole,
        holes,
        gaps,
        finest.series_id,
        due,
        due_on,
    )


def _due(row: Any, last: str | None) -> tuple[str | None, dt.date | None]:
    """The next period after the last one with figures, and the day by which it is expected."""
    if row.frequency == "irregular":
        return None, None
    due = formulas.following(last) if last is not None else _first_due(row)
    if due is None or row.release_days is None:
        return due, None
    due_on = formulas.bounds(due)[1] + dt.timedelta(days=int(row.release_days))
    return due, due_on if last is not None else max(due_on, row.approved_on)


def _first_due(row: Any) -> str | None:
    """Where nothing was ever delivered: the last period that was over when the definition was approved."""
    if row.approved_on is None:
        return None
    return formulas.before(formulas.holding(row.approved_on, row.frequency))


def missing_places(actor: Actor, reach: Reach, *, limit: int = 200) -> list[Any]:
    """(slug, title, last) of the places of the finest level for which the last period has no figure, by name: with the last
    period for which each has one, None where it never had."""
    table = Observation.__table__.c
    own = (table.series_id == reach.series_id, table.value.is_not(None), standing())
    there = select(table.territory_id).where(*own, table.period == reach.last)
    before = (
        select(table.territory_id, func.max(table.period).label("last"))
        .where(*own)
        .group_by(table.territory_id)
        .subquery()
    )
    statement = (
        select(records.c.slug, records.c.title, before.c.last)
        .join(territories, territories.c.id == records.c.id)
        .outerjoin(before, before.c.territory_id == records.c.id)
        .where(territories.c.level == reach.level, records.c.id.not_in(there), visible(actor))
        .order_by(records.c.sort_title, records.c.id)
        .limit(limit)
    )
    if reach.level == COUNTRY:
        statement = statement.where(before.c.last.is_not(None))
    return list(db.session.execute(statement))
