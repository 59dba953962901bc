"""What was written before signs told breakdowns apart is found again afterwards."""

from __future__ import annotations

import datetime as dt
import json

from alembic import command
from sqlalchemy import create_engine, text

from observatory.rooms.indicators.models import breakdown_of
from tests.migrations.test_migrations import config_of
from tests.services import Home

NAMES = ("< 5", "65+", "Niñas y niños", "Rural", "1,5", "男", "5 %", "x" * 250)


def test_series_of_before_are_carried_over(home: Home) -> None:
    config = config_of(home)
    command.upgrade(config, "0016")
    engine = create_engine(home.url)
    with engine.begin() as connection:
        record = text(
            "INSERT INTO records (id, kind, slug, title, sort_title, language, state, is_demo, version, created_at, updated_at, summary) "
            "VALUES (:id, :kind, :slug, 't', 't', 'es', 'published', false, 1, :at, :at, '')"
        )
        connection.execute(record, {"id": 1, "kind": "indicator", "slug": "x", "at": dt.datetime(2026, 1, 1)})
        connection.execute(
            text("INSERT INTO indicators (id, code, level, phrase_es, phrase_en, words) VALUES (1, '', '', '', '', '')")
        )
        series = text(
            "INSERT INTO indicator_series (id, indicator_id, lineage, breakdown, dimensions, scope, scope_en) "
            "VALUES (:id, 1, 1, :was, :dimensions, '', '')"
        )
        for id, name in enumerate(NAMES, 1):
            told = {"id": id, "was": f"x={id}", "dimensions": json.dumps([["x", "X", name]])}
            connection.execute(series, told)
    command.upgrade(config, "head")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT breakdown FROM indicator_series ORDER BY id")).scalars().all()
    engine.dispose()
    assert found == [breakdown_of([("x", name)]) for name in NAMES]
