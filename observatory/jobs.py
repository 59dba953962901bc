"""What the drainer does: mail, the search index, the words of documents, printing, what rooms do every day, and forgetting
what has run out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from flask import Flask

from observatory.aspects.attachments import texts
from observatory.aspects.desk import service as desk
from observatory.aspects.desk.waiting import Waiting
from observatory.kernel import clock, files, language, outbox, pages, printing, throttle
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.drainer import Drainer
from observatory.kernel.files import Contents
from observatory.kernel.pagecache import Freshness
from observatory.kernel.preferences import Preferences
from observatory.kernel.registry import Registry
from observatory.kernel.search import WhooshShelf
from observatory.people import closing, invitations, sessions
from observatory.records import derived

SWEEP_SECONDS = 3600


MORNING = 6
"""The hour in Lima from which what is done once a day is done: nobody is written to at midnight."""
AGAIN_SECONDS = 600


def drainer(
    settings: Settings, database: Database, shelf: WhooshShelf, rooms: Registry, html: printing.Html
) -> Drainer:
    """The drainer of an instance. Its rooms tell which stored files are spoken of, and what is to be done every day;
    `html` writes documents that are to be printed."""
    preferences = Preferences(settings, database, Freshness(database).number)
    store = files.of(settings)
    alone = language.alone()
    alone.extensions["observatory.registry"] = rooms  # what is done every day may ask what rooms offer
    # What is done every day comes first: what it writes is sent and found in the same round.
    jobs: dict[str, Callable[[], int]] = {
        name: daily(partial(_in_words, alone, job, database, preferences)) for name, job in rooms.daily.items()
    }
    jobs |= {
        "texts": texts.Reader(database, store),
        "search": lambda: derived.drain(database, shelf),
        "mail": lambda: outbox.drain(database, preferences.current()),
        "printing": printing.Press(database, store, html, settings.public_url or "http://localhost"),
        "sweep": sweeper(settings, database, rooms.contents),
    }
    return Drainer(database, settings.instance, jobs)


def _in_words(
    alone: Flask, job: Callable[[Database, Settings], int], database: Database, preferences: Preferences
) -> int:
    """Do a job that writes to people, with today's settings, where there is no request that brings a language."""
    with alone.app_context():
        return job(database, preferences.current())


def daily(job: Callable[[], int]) -> Callable[[], int]:
    """A job that does another one once a day in Lima, and once after each start; one that failed is done again later."""
    done: dt.date | None = None
    not_before = 0.0

    def look() -> int:
        nonlocal done, not_before
        now = clock.now().astimezone(clock.LIMA)
        if now.hour < MORNING or now.date() == done or time.monotonic() < not_before:
            return 0
        not_before = time.monotonic() + AGAIN_SECONDS
        did = job()
        done, not_before = now.date(), 0.0
        return did

    return look


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
