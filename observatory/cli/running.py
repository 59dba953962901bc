"""Starting, migrating, indexing and examining an instance."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from observatory.kernel.config import DATA, Settings
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.kernel.search import Unreadable, WhooshShelf


def alembic_config(settings: Settings) -> Config:
    """Alembic's configuration for this instance's database."""
    config = Config()
    config.set_main_option("script_location", str(DATA / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = settings.database_url
    return config


def upgrade(settings: Settings) -> None:
    """Bring the tables up to date."""
    command.upgrade(alembic_config(settings), "head")


INBUF = 40_000_000
"""Bytes of a request kept in memory: a photograph that is being sent is never written to a temporary file."""
MOST_BYTES = 64_000_000
"""Of a request, the largest that any page takes and a little more: beyond it nothing is even read."""
OWNED = (
    "observatory.db",
    "observatory.db-wal",
    "observatory.db-shm",
    "search",
    "mail",
    "files",
    "uploads",
    "imports",
    "secret-key",
    "drainer.lock",
)
MARKS = ("demo-accounts.json", "demo-begun")
"""What the demo writes into its instance's folder; nothing else there is ever deleted."""


def erase(settings: Settings) -> None:
    """Delete the demo instance's data, and only that. Refuses what is not a demo's and a server's database."""
    if not settings.database_url.startswith("sqlite"):
        raise click.ClickException("--fresh only starts over embedded demos: drop the other database by hand.")
    if not any((settings.instance / name).exists() for name in MARKS):
        if (settings.instance / "observatory.db").exists():
            raise click.ClickException(f"{settings.instance} holds an instance that is no demo: nothing was deleted.")
        return
    for name in (*OWNED, *MARKS):
        path = settings.instance / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def was_cut_short(settings: Settings) -> bool:
    """Whether loading the embedded demo was begun here and not finished."""
    return (settings.instance / "demo-begun").exists() and not (settings.instance / "demo-accounts.json").exists()


def serve(settings: Settings, *, host: str, port: int, threads: int, worker: bool) -> None:
    """Serve until stopped, with a server that buffers slow clients."""
    import waitress

    from observatory.app import create_app

    settings = replace(settings, public_url=address_of(settings, host, port))
    app = create_app(settings)
    drainer = app.extensions["observatory.drainer"]
    with suppress(Unreadable):  # the search page and `doctor` say so
        app.extensions["observatory.shelf"].count()  # opened before the first visitor has to wait for it
    settle()
    if worker:
        drainer.start()
    server: Any = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        connection_limit=2000,
        asyncore_use_poll=True,
        ident=None,
        inbuf_overflow=INBUF,
        max_request_body_size=MOST_BYTES,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run()
    finally:
        drainer.stop()


def settle() -> None:
    """Keep what a program made when it started out of the search for garbage, which looked through a quarter of a million
    objects, and held up some page in twenty for as long as a fifth of a second."""
    gc.collect()
    gc.freeze()


def address_of(settings: Settings, host: str, port: int) -> str:
    """Where people reach the site: what links in messages begin with."""
    if settings.public_url:
        return settings.public_url
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not listened on
        raise click.ClickException(
            f"Nobody can open http://{host}:{port}, and links in messages would begin with it. Set OBSERVATORY_PUBLIC_URL "
            "to the address at which people reach this site, such as https://observatorio.example."
        )
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def work(settings: Settings) -> None:
    """Drain the queues until stopped."""
    from observatory.app import drainer_of, open_database, registry

    registry()
    database = open_database(settings)
    drainer = drainer_of(settings, database, WhooshShelf(settings.search_folder))
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    drainer.start()
    stopped.wait()
    drainer.stop()


def reindex(settings: Settings, say: Callable[[str], None]) -> int:
    """Build the index anew."""
    from observatory.app import open_database, registry
    from observatory.records import derived

    registry()
    step = 500

    def progress(count: int) -> None:
        if count % step == 0:
            say(f"  … {count} records")

    with closing(open_database(settings)) as database:
        return derived.rebuild(database, WhooshShelf(settings.search_folder), progress)


def setup_link(settings: Settings, url: str) -> str | None:
    """The one-time link for the first administrator, or None when there is one."""
    from observatory.app import open_database, registry
    from observatory.people.administration import setup_open, setup_token

    registry()
    with closing(open_database(settings)) as database, database.unit_of_work():
        return f"{url.rstrip('/')}/setup/{setup_token()}" if setup_open() else None


def reset_second_factor(settings: Settings, email: str) -> bool:
    """Switch off a lost second factor; answers whether there was one."""
    from observatory.app import create_app
    from observatory.people import factors
    from observatory.people.queries import person_by_email

    app = create_app(settings)
    database: Database = app.extensions["observatory.database"]
    with app.test_request_context("/"), closing(database), database.unit_of_work():
        person = person_by_email(email)
        if person is None or not factors.has_factor(person.id):
            return False
        factors.reset(Actor.operator(), person, reason="Reset at the command line of the server.")
    return True


def announce_setup(settings: Settings, host: str, port: int) -> None:
    address = address_of(settings, host, port)
    link = setup_link(settings, address)
    if link:
        click.echo(f"Create the first administrator here, once, within two days:\n  {link}")
    click.echo(f"Serving on {address}")


def announce_demo(settings: Settings, port: int) -> None:
    """Say where the demo is and who can sign in."""
    accounts = json.loads((settings.instance / "demo-accounts.json").read_text())
    click.echo("\nDemo accounts (fictitious people; the sign-in page offers each with one click):")
    for account in accounts:
        click.echo(f"  {account['role']:<14} {account['email']:<38} {account['password']}")
    click.echo(f"\nThe Observatory is served on http://127.0.0.1:{port} — Ctrl+C stops it.\n")


def examine(settings: Settings) -> list[tuple[bool, str, str]]:
    """Findings as (fine, what, what to do about it)."""
    from observatory.app import open_database, registry
    from observatory.kernel import outbox, paper, printing
    from observatory.records import derived

    registry()
    findings: list[tuple[bool, str, str]] = []
    folder = settings.instance
    findings.append(
        (os.access(folder, os.W_OK), f"the instance folder {folder} can be written", "Give its owner write access.")
    )
    key = folder / "secret-key"
    private = not key.exists() or key.stat().st_mode & 0o077 == 0
    findings.append((private, "the secret key is readable by its owner only", f"chmod 600 {key}"))
    database = open_database(settings)
    try:
        findings += _examine_database(settings, database)
        with database.reading():
            mail, printings = outbox.state(), printing.state()
        index = derived.compared(database, WhooshShelf(settings.search_folder))
    except Exception as error:
        findings.append(
            (
                False,
                f"the database answers ({type(error).__name__})",
                "Check OBSERVATORY_DATABASE_URL and that it runs.",
            )
        )
        return findings
    finally:
        database.close()
    findings.append(
        (mail["given_up"] == 0, f"no message was given up ({mail['given_up']})", "Check the SMTP settings.")
    )
    findings.append(
        (
            printings["given_up"] == 0,
            f"no document to be printed was given up ({printings['given_up']})",
            "The log of the worker says why, at “printing_given_up”.",
        )
    )
    findings.append(
        (
            printings["waiting"] == 0 or paper.available(),
            f"documents can be printed ({printings['waiting']} waiting)",
            "Install observatory[pdf] and Pango, as docs/guide/operate.md says; until then pages show no link to a PDF.",
        )
    )
    findings.append(
        (
            index.waiting < 1000,
            f"the search queue is short ({index.waiting})",
            "Start `observatory worker` or `observatory serve`.",
        )
    )
    findings.append((index.problem is None, index.problem or "the search index is whole", "Run `observatory reindex`."))
    return findings


def _examine_database(settings: Settings, database: Database) -> list[tuple[bool, str, str]]:
    head = ScriptDirectory.from_config(alembic_config(settings)).get_current_head()
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        findings = [(current == head, "the tables are up to date", "Run `observatory migrate`.")]
        if database.is_sqlite:
            answer = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            findings.append((answer == "ok", "the database file is whole", "Restore the latest backup."))
    free = shutil.disk_usage(settings.instance).free
    findings.append((free > 200_000_000, f"{free // 1_000_000} MB of disk are free", "Make room."))
    return findings
