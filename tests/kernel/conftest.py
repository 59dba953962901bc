"""An empty database with all tables, of each test's own, on each engine in turn."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from observatory.app import registry
from observatory.kernel.config import Settings
from observatory.kernel.db import Base, Database
from observatory.kernel.pagecache import ContentVersion
from tests.services import Home


@pytest.fixture
def database(home: Home) -> Iterator[Database]:
    registry()
    settings = Settings.load({}, instance=home.folder, database_url=home.url)
    made = Database(settings.database_url)
    Base.metadata.create_all(made.engine)
    with made.engine.begin() as connection:
        connection.execute(insert(ContentVersion).values(id=1, number=1))
    yield made
    made.close()
