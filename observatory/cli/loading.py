"""The demonstration: seeds loaded through the services, so that loading exercises them and writes a true history."""

from __future__ import annotations

import json
from collections.abc import Callable

from click import ClickException
from flask_babel import force_locale
from sqlalchemy import select

from observatory.app import create_app, open_database, registry
from observatory.aspects.attachments.texts import Reader
from observatory.cli import discussion, story
from observatory.cli.figures import Loader as FiguresLoader
from observatory.cli.handing import Loader as Handing
from observatory.cli.promises import Loader
from observatory.cli.reading import CREATED, OPERATOR, entries_of, ids, moment
from observatory.cli.reference import (
    SEEDS,
    load_organisations,
    load_places,
    load_relations,
    load_sites,
    load_sources,
    load_tags,
)
from observatory.cli.tables import Loader as Tables
from observatory.kernel import clock, db, files
from observatory.kernel.config import LOCALES, Settings
from observatory.kernel.db import Database
from observatory.kernel.outbox import Outgoing
from observatory.kernel.search import WhooshShelf
from observatory.people.models import Person
from observatory.people.passwords import Passwords
from observatory.records import Record, derived
from observatory.rooms.library import service as library

Say = Callable[[str], None]


def load_once(settings: Settings, *, say: Say) -> bool:
    """Fill an empty instance with the demo; answers whether it did.

    Each step commits by itself: later ones see what earlier ones published. The accounts' file is written last, so a
    load that was cut short is known as such.
    """
    accounts_file = settings.instance / "demo-accounts.json"
    if accounts_file.exists():
        return False
    registry()
    database = open_database(settings)
    _refuse_real(database, settings)
    (settings.instance / "demo-begun").touch()
    organisations = entries_of(SEEDS / "organisations" / "public.yaml")
    organisations += entries_of(SEEDS / "organisations" / "fictitious.yaml")
    sources: dict[str, int] = {}
    accounts: list[dict[str, str]] = []
    steps: list[tuple[str, Callable[[], object]]] = [
        ("sources", lambda: sources.update(load_sources(SEEDS / "places" / "sources.yaml"))),
        ("departments, provinces and districts", lambda: load_places(SEEDS / "places", sources)),
        ("organisations", lambda: load_organisations(organisations, sources)),
        ("who controls whom", lambda: load_relations(organisations, sources)),
        ("sites", lambda: load_sites(SEEDS / "places", sources)),
        ("the library", load_library),
        ("tags", lambda: load_tags(SEEDS, organisations)),
        ("people and their mandates", lambda: accounts.extend(story.load_people(SEEDS, passwords_of(settings)))),
    ]
    say("Loading the demonstration (about half a minute):")
    for words, step in steps:
        say(f"  {words} …")
        with database.unit_of_work():
            step()
    say("  what happened since …")
    story.replay(database, SEEDS)
    discussion.replay(database, SEEDS, files.of(settings))
    say("  commitments …")
    promises = Loader(database, SEEDS, files.of(settings), sources)
    for path in sorted((SEEDS / "commitments").glob("*.yaml")):
        promises.load(path)
    say("  indicators and their figures …")
    figures = FiguresLoader(database, SEEDS, sources)
    for path in sorted((SEEDS / "indicators").glob("[fr]*.yaml"), reverse=True):  # the real ones first
        figures.load(path)
    say("  roundtables …")
    tables = Tables(database, SEEDS, sources)
    app = create_app(
        settings
    )  # dates in what is said of matters arising and in invitations are written as on its pages
    with app.test_request_context("/"), force_locale(LOCALES["es"]):
        for path in sorted((SEEDS / "roundtables").glob("*.yaml"), reverse=True):  # the real ones first
            tables.load(path)
        say("  handovers …")
        handing = Handing(database, SEEDS)
        for path in sorted((SEEDS / "handovers").glob("*.yaml")):
            handing.load(path)
    app.extensions["observatory.database"].close()
    texts = Reader(database, files.of(settings))
    while texts():
        pass
    say("  search index …")
    database.analyse()
    derived.rebuild(database, WhooshShelf(settings.search_folder))
    _clear_queues(database)
    accounts_file.touch(mode=0o600)
    accounts_file.write_text(json.dumps(accounts, ensure_ascii=False, indent=2) + "\n")
    database.close()
    return True


def load_library() -> None:
    """The texts of seeds/library: real, written for the Observatory, about the country."""
    from observatory.cli.texts import texts_in

    work = library.Work(
        collection="Palabras del Observatorio", territory_id=ids("territory")["pe"], author="Observatorio"
    )
    with clock.frozen(moment(CREATED + 4)):
        library.bring(OPERATOR, None, work=work, texts=list(texts_in(SEEDS / "library", [])))


def _refuse_real(database: Database, settings: Settings) -> None:
    """Raise when the instance holds people or records that are not the demo's."""
    with database.reading():
        used = any(db.session.scalar(select(table.id).limit(1)) is not None for table in (Record.__table__.c, Person))
    if used:
        database.close()
        raise ClickException(
            f"{settings.instance} holds an instance already: the demo is only loaded into an empty one. "
            "Name another folder with OBSERVATORY_INSTANCE."
        )


def passwords_of(settings: Settings) -> Passwords:
    return Passwords(memory_kib=settings.argon2_memory_kib, time_cost=settings.argon2_time)


def _clear_queues(database: Database) -> None:
    """What was queued while loading is in the index, and nobody is written to about what is only replayed."""
    with database.side_transaction() as unit:
        unit.execute(derived.SearchQueueRow.__table__.delete())
        unit.execute(Outgoing.__table__.delete())
