"""When the database can only be read: reading goes on, writing is refused in words, and the text is kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event, select

from observatory.records.models import Record
from tests.app import OWN, Demo

EDIT = f"/organisations/{OWN}/edit"
PAGES = ("/", "/organisations", f"/organisations/{OWN}", "/places/180106", "/sites/puna-alta", "/search?q=agua", "/activity", "/exports/sites.csv", "/history/site/puna-alta")  # fmt: skip


@contextmanager
def read_only(demo: Demo) -> Iterator[None]:
    """Every transaction that begins in the block can only read."""
    statement = "PRAGMA query_only=ON" if demo.database.is_sqlite else "SET TRANSACTION READ ONLY"

    def forbid(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(demo.database.engine, "begin", forbid, insert=True)
    yield
    event.remove(demo.database.engine, "begin", forbid)
    demo.database.engine.dispose()


def test_reading_goes_on_and_writing_says_that_it_cannot(demo: Demo) -> None:
    manager, guest = demo.client_as("manager"), demo.guest()
    form = manager.form(EDIT) | {"summary": "Un texto que no debe perderse"}
    before = demo.scalar(select(Record.summary).where(Record.slug == OWN))
    with read_only(demo):
        for path in PAGES:
            assert guest.get(path).status_code == 200, path
            assert manager.get(path).status_code == 200, path
        opened = manager.get(EDIT)
        assert opened.status_code == 200
        assert "data-draft=" in opened.text, "the form's page keeps what was typed on the device"
        answer = manager.post(EDIT, form)
        assert answer.status_code == 503
        assert "Nothing was saved" in answer.text and "keep your text" in answer.text
        assert answer.headers["Retry-After"] == "60"
        assert guest.post("/sign-in", {}).status_code in {400, 503}
        assert guest.get("/sign-in").status_code in {200, 503}
    assert demo.scalar(select(Record.summary).where(Record.slug == OWN)) == before
    assert manager.post(EDIT, form).status_code == 303, "the same form can be sent once it is over"
