"""The tables' one line of history: up on empty and on filled databases of both engines, down, and up again."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, inspect, select, text

from observatory.app import registry
from observatory.cli import running
from observatory.kernel.db import Base
from observatory.kernel.pagecache import ContentVersion
from tests.app import Demo, settings_of
from tests.services import Home


def config_of(home: Home) -> Config:
    registry()
    return running.alembic_config(settings_of(home))


def differences(url: str) -> list[object]:
    """What the tables lack of the models, or have beside them."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(found, Base.metadata))
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_an_empty_database_gets_every_table(home: Home) -> None:
    config = config_of(home)
    command.upgrade(config, "head")
    assert tables(home.url) == set(Base.metadata.tables) | {"alembic_version"}
    assert differences(home.url) == []
    command.upgrade(config, "head")
    command.check(config)


def test_down_takes_everything_away_and_up_brings_it_back(home: Home) -> None:
    config = config_of(home)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert tables(home.url) == {"alembic_version"}
    command.upgrade(config, "head")
    assert differences(home.url) == []


def test_the_filled_demonstration_is_as_the_models_say(demo: Demo) -> None:
    demo.database.close()
    command.check(config_of(demo.home))
    assert differences(demo.settings.database_url) == []
    before = demo.scalar(select(func.count()).select_from(Base.metadata.tables["records"]))
    demo.database.close()
    running.upgrade(demo.settings)
    assert demo.scalar(select(func.count()).select_from(Base.metadata.tables["records"])) == before


def test_a_migrated_database_counts_its_commits_from_the_start(home: Home) -> None:
    command.upgrade(config_of(home), "head")
    engine = create_engine(home.url)
    with engine.connect() as connection:
        assert connection.execute(select(ContentVersion.id)).all() == [(1,)]
    engine.dispose()


def test_a_filled_database_holds_together(demo: Demo) -> None:
    """No reference leads nowhere; the engines check it themselves."""
    with demo.database.engine.connect() as connection:
        if demo.database.is_sqlite:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        else:
            unchecked = text("SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")
            assert connection.execute(unchecked).all() == []


def test_the_history_of_the_tables_is_one_line() -> None:
    class Nowhere:
        database_url = ""

    scripts = ScriptDirectory.from_config(running.alembic_config(Nowhere()))  # type: ignore[arg-type]
    assert len(scripts.get_heads()) == 1
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == [
        f"{number:04d}" for number in range(1, len(list(scripts.walk_revisions())) + 1)
    ]


def test_an_instance_that_was_not_migrated_is_told_what_to_do(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    findings = running.examine(settings_of(home))
    bad = [(what, advice) for fine, what, advice in findings if not fine]
    assert bad and all(advice for _, advice in bad)
    running.upgrade(settings_of(home))
    running.reindex(settings_of(home), say=lambda words: None)
    left = [what for fine, what, _ in running.examine(settings_of(home)) if not fine]
    assert left == []
