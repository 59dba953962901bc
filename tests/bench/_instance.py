"""An instance as large as the targets speak of: the demonstration, and made-up organisations until there are enough."""

import datetime as dt
import itertools
import random
from contextlib import closing
from pathlib import Path
from typing import Any

from search_speed import vocabulary
from sqlalchemy import bindparam, func, insert, select, update

from observatory.app import open_database, registry
from observatory.cli import loading, running
from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.policy import PUBLIC
from observatory.kernel.search import WhooshShelf
from observatory.kernel.text import sort_key
from observatory.records import derived
from observatory.records.history import HistoryEntry
from observatory.records.models import PUBLISHED, Fact, Record, RecordAudience, RecordPlace, Source
from observatory.rooms.organisations.models import LEVELLED, SECTORS, Control, Organisation

RICH = 60
"""So many of the made-up organisations have all that a page can show: their pages are the ones measured."""
_KEPT, _FACTS, _CONTROLLED = 10, 8, 4


def settings_of(folder: Path, **more: Any) -> Settings:
    """Settings of the instance in `folder`; nothing drains its queues unless asked for."""
    return Settings.load({}, **({"demo": True, "instance": folder} | more))


def slug_of(number: int) -> str:
    """The address of a made-up organisation; those below RICH have the full pages."""
    return f"organizacion-{number:05}"


def build(folder: Path, count: int) -> int:
    """Make an instance of `count` records in `folder`, searchable, unless it is one; answers how many were made up."""
    settings = settings_of(folder)
    running.upgrade(settings)
    loading.load_once(settings, say=lambda words: None)
    registry()
    with closing(open_database(settings)) as database:
        with database.unit_of_work():
            made = max(0, count - int(db.session.scalar(select(func.count()).select_from(Record.__table__)) or 0))
            if made:
                _insert(made)
        if made:
            derived.rebuild(database, WhooshShelf(settings.search_folder))
    return made


def _insert(count: int) -> None:
    rng = random.Random(2026)
    known = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(known))))
    first = int(db.session.scalar(select(func.max(Record.__table__.c.id))) or 0) + 1
    places = list(db.session.scalars(select(Record.__table__.c.id).where(Record.__table__.c.kind == "territory")))
    source = db.session.scalar(select(Source.id).limit(1))
    begin = clock.now() - dt.timedelta(days=400)

    def words(low: int, high: int) -> str:
        return " ".join(rng.choices(known, cum_weights=weights, k=rng.randint(low, high))).capitalize()

    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (Record, Organisation, RecordAudience, RecordPlace, HistoryEntry, Fact, Control)
    }
    keepers = []
    for number in range(count):
        id, title, at = first + number, words(2, 6), begin + dt.timedelta(minutes=number)
        keeper = first + (number - RICH) // _KEPT if RICH <= number < RICH * (_KEPT + 1) else id
        keepers.append({"kept": id, "keeper": keeper})
        rows[Record].append(
            {
                "id": id, "kind": "organisation", "slug": slug_of(number), "title": title, "sort_title": sort_key(title),
                "summary": "\n\n".join(words(60, 90) for _ in range(3)) if number < RICH else words(30, 50),
                "language": "es", "source_id": source, "state": PUBLISHED, "is_demo": True,
                "created_at": at, "updated_at": at, "version": 1,
            }
        )  # fmt: skip
        sector = rng.choice(tuple(SECTORS))
        level = "national" if sector in LEVELLED else None
        rows[Organisation].append({"id": id, "acronym": "", "sector": sector, "level": level, "website": ""})
        rows[RecordAudience].append({"record_id": id, "label": PUBLIC})
        rows[RecordPlace] += [
            {"record_id": id, "territory_id": place} for place in rng.sample(places, rng.randint(1, 3))
        ]
        rows[HistoryEntry].append(
            {"record_id": id, "at": at, "event": "OrganisationCreated", "facts": {}, "changes": {}, "version": 1, "via": "seed"}
        )  # fmt: skip
        if number < RICH:
            rows[Fact] += [
                {"record_id": id, "text_es": words(20, 30), "text_en": words(20, 30), "value": "", "source_id": source}
                for _ in range(_FACTS)
            ]
            rows[Control] += [
                {"organisation_id": first + RICH + number * _KEPT + child, "parent_id": id, "source_id": source}
                for child in range(_CONTROLLED)
            ]
    for table, values in rows.items():
        for start in range(0, len(values), 5_000):
            db.session.execute(insert(table.__table__), values[start : start + 5_000])
    kept: Any = Record.__table__
    by_id = update(kept).where(kept.c.id == bindparam("kept")).values(keeper_id=bindparam("keeper"))
    db.session.connection().execute(by_id, keepers)
