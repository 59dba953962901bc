"""What tests need beside the program: databases of both kinds, a mail server, the real files."""

import fcntl
import os
import shutil
import socket
import sqlite3
import traceback
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import postgres
from tests.loud import skip_loudly

ENGINES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """Where an instance lives: its folder, and the address of the database that belongs to it."""

    engine: str
    folder: Path
    url: str


Fill = Callable[[Home], None]


class Homes:
    """Makes homes for instances, empty ones or cheap copies of one that was filled once."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._made: list[Home] = []

    def fresh(self, engine: str) -> Home:
        """An empty folder and an empty database (`engine` is "sqlite" or "postgresql")."""
        return self._keep(self._make(engine, uuid.uuid4().hex[:12]))

    def clone(self, engine: str, key: str, fill: Fill) -> Home:
        """A copy of the home that `fill(home)` filled; it runs once for each engine and key in the whole run, whichever
        worker comes first. `fill` must leave no connection open. What it raises, every later clone raises too.
        """
        template = self._template(engine, key, fill)
        name = uuid.uuid4().hex[:12]
        folder = self._run / "homes" / name
        shutil.copytree(template.folder, folder)
        if engine == "postgresql":
            return self._keep(Home(engine, folder, self._cluster().create(f"home_{name}", _database(template))))
        return self._keep(Home(engine, folder, _sqlite(folder)))

    def discard(self, home: Home) -> None:
        """Remove a home with its database."""
        self._made.remove(home)
        shutil.rmtree(home.folder, ignore_errors=True)
        if home.engine == "postgresql":
            self._cluster().drop(_database(home))

    def discard_all(self) -> None:
        for home in list(self._made):
            self.discard(home)

    def _keep(self, home: Home) -> Home:
        self._made.append(home)
        return home

    def _make(self, engine: str, name: str) -> Home:
        folder = self._run / "homes" / name
        folder.mkdir(parents=True, mode=0o700)
        if engine == "postgresql":
            return Home(engine, folder, self._cluster().create(f"home_{name}"))
        return Home(engine, folder, _sqlite(folder))

    def _template(self, engine: str, key: str, fill: Fill) -> Home:
        name = f"template_{engine}_{key}"
        folder = self._run / "homes" / name
        url = self._cluster().url(f"home_{name}") if engine == "postgresql" else _sqlite(folder)
        template = Home(engine, folder, url)
        (self._run / "homes").mkdir(exist_ok=True)
        done, failed = (self._run / "homes" / f"{name}.{ending}" for ending in ("done", "failed"))
        with (self._run / "homes" / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if failed.exists():
                raise RuntimeError(f"the template {key!r} could not be filled:\n{failed.read_text()}")
            if not done.exists():
                try:
                    fill(self._make(engine, name))
                    self._close(template)
                except BaseException:
                    failed.write_text(traceback.format_exc())
                    raise
                done.touch()
        return template

    def _close(self, template: Home) -> None:
        if template.engine == "postgresql":
            self._cluster().close_template(_database(template))
            return
        connection = sqlite3.connect(template.folder / "observatory.db")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        connection.close()
        if busy:
            raise RuntimeError("whoever filled the template left a connection open")

    def _cluster(self) -> postgres.Cluster:
        programs = postgres.binaries()
        if programs is None:
            skip_loudly("postgresql", "no PostgreSQL: `make test` gets one, or apt-get install postgresql")
        return postgres.cluster(self._run, programs)


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'observatory.db'}"


def _database(home: Home) -> str:
    return f"home_{home.folder.name}"


@pytest.fixture(scope="session")
def homes() -> Iterator[Homes]:
    """Makes homes of any kind; a test that uses it alone chooses the engine itself."""
    made = Homes(Path(os.environ[postgres.RUN_FOLDER]))
    yield made
    made.discard_all()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Runs the test once for each database: "sqlite", then "postgresql"."""
    return str(request.param)


@pytest.fixture
def home(homes: Homes, engine_name: str) -> Iterator[Home]:
    """An empty home of this test's own, on each database in turn."""
    made = homes.fresh(engine_name)
    yield made
    homes.discard(made)


@pytest.fixture
def engine_url(home: Home) -> str:
    """The address of an empty database of this test's own, on each database in turn."""
    return home.url


@pytest.fixture
def postgres_url(homes: Homes) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    made = homes.fresh("postgresql")
    yield made.url
    homes.discard(made)


@dataclass
class Mailbox:
    """A mail server that keeps what it is given. Set `answer` ("451 try later") to make it refuse."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    answer: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer:
            return self.answer
        content = envelope.original_content or b""
        self.messages.append(message_from_bytes(content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def smtp_server() -> Iterator[Mailbox]:
    """A real SMTP server on this machine; what reached it stands in `.messages`."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port, enable_SMTPUTF8=True)
    controller.start()
    yield mailbox
    controller.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real files: OBSERVATORY_REAL_DATA, else `../shared/data` beside the project."""
    named = os.environ.get("OBSERVATORY_REAL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        skip_loudly("real-data", "the folder with the real files is not here: set OBSERVATORY_REAL_DATA to it")
    return folder


def environment(home: Home, **more: Any) -> dict[str, str]:
    """The environment for a program of its own process that is to use `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OBSERVATORY_")}
    own = {"OBSERVATORY_INSTANCE": str(home.folder), "OBSERVATORY_DATABASE_URL": home.url}
    return kept | own | {f"OBSERVATORY_{name.upper()}": str(value) for name, value in more.items()}
