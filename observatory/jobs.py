"""What the drainer does: mail, the search index, the words of documents, printing, and forgetting what has run out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from observatory.aspects.attachments import texts
from observatory.aspects.desk import service as desk
from observatory.aspects.desk.waiting import Waiting
from observatory.kernel import files, outbox, pages, printing, throttle
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.drainer import Drainer
from observatory.kernel.files import Contents
from observatory.kernel.pagecache import Freshness
from observatory.kernel.preferences import Preferences
from observatory.kernel.search import WhooshShelf
from observatory.people import closing, invitations, sessions
from observatory.records import derived

SWEEP_SECONDS = 3600


def drainer(
    settings: Settings, database: Database, shelf: WhooshShelf, contents: Sequence[Contents], html: printing.Html
) -> Drainer:
    """The drainer of an instance; `contents` tell which stored files are spoken of, `html` writes documents to be printed."""
    preferences = Preferences(settings, database, Freshness(database).number)
    store = files.of(settings)
    jobs = {
        "texts": texts.Reader(database, store),
        "search": lambda: derived.drain(database, shelf),
        "mail": lambda: outbox.drain(database, preferences.current()),
        "printing": printing.Press(database, store, html, settings.public_url or "http://localhost"),
        "sweep": sweeper(settings, database, contents),
    }
    return Drainer(database, settings.instance, jobs)


def sweeper(settings: Settings, database: Database, contents: Sequence[Contents]) -> Callable[[], int]:
    """A job that once an hour deletes what has run out: sessions, counters, old messages, submissions, security events."""
    swept = 0.0

    def sweep() -> int:
        nonlocal swept
        if time.monotonic() - swept < SWEEP_SECONDS and swept:
            return 0
        swept = time.monotonic()
        for job in (sessions.sweep, throttle.sweep, outbox.sweep, pages.sweep, closing.sweep, invitations.sweep):
            job(database)
        desk.sweep(database, Waiting(settings.imports_folder))
        texts.sweep(database, files.Sealed(settings.uploads_folder))
        with suppress(files.StoreDown):  # in an hour again
            files.sweep(files.of(settings), lambda: files.spoken_of(database, contents))
        database.tune()
        return 0

    return sweep
