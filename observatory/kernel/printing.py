"""Documents on paper: wanted in the transaction that freezes what they say, made by the drainer, kept as files.

Whoever freezes a document wants it printed (`want`) under the digest of its content. A page links to the PDF only once it
is there (`printed`): where the library is missing it never is, and nothing else changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flask import Response, current_app, request
from sqlalchemy import Connection, ForeignKey, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock, confined, db
from observatory.kernel.db import Base, Database
from observatory.kernel.errors import NotFound
from observatory.kernel.files import Files
from observatory.kernel.logs import log
from observatory.kernel.paper import available

ATTEMPTS = 5
CLAIM = dt.timedelta(minutes=10)
"""How long a process may take over one document before another tries it."""
SECONDS = 60
"""Of processor time for one document."""
_AT_ONCE = 3

Html = Callable[[int, str], str]
"""The page of a document by its record and its name, as everyone may read it, in the record's language."""


class Printing(Base):
    """A document that is to be a PDF, or is one. What was made is never changed: other content is another row."""

    __tablename__ = "printings"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    """Which document of the record: a printable of a manifest."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of what it says, as whoever froze it counts it."""
    wanted_at: Mapped[dt.datetime]
    next_try_at: Mapped[dt.datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    made_at: Mapped[dt.datetime | None]
    __table_args__ = (UniqueConstraint("record_id", "name", "digest", name="uq_printings_digest"),)


class Made(NamedTuple):
    """A PDF that is there."""

    sha256: str
    size: int


def want(record_id: int, name: str, digest: str) -> None:
    """Have a document printed, in the open unit of work; one that still waited for older content is no longer wanted."""
    now = clock.now()
    same = (Printing.record_id == record_id, Printing.name == name)
    db.session.execute(delete(Printing).where(*same, Printing.digest != digest, Printing.made_at.is_(None)))
    found = db.session.scalars(select(Printing).where(*same, Printing.digest == digest)).one_or_none()
    if found is None:
        db.session.add(
            Printing(record_id=record_id, name=name, digest=digest, wanted_at=now, next_try_at=now, attempts=0)
        )
    elif found.made_at is None:
        found.attempts, found.next_try_at = 0, now


def printed(record_id: int, name: str, digest: str) -> Made | None:
    """The PDF of a record already shown; None while there is none."""
    found = db.session.execute(
        select(Printing.sha256, Printing.size).where(
            Printing.record_id == record_id, Printing.name == name, Printing.digest == digest,
            Printing.made_at.is_not(None),
        )
    ).one_or_none()  # fmt: skip
    return Made(found.sha256, found.size) if found else None


def answer(made: Made | None, file_name: str) -> Response:
    """A PDF to be read in the browser, or NotFound."""
    if made is None:
        raise NotFound
    if request.if_none_match.contains(made.sha256):
        response = Response(status=304)
    else:
        pieces = current_app.extensions["observatory.files"].read(made.sha256)
        if pieces is None:
            raise NotFound
        response = Response(pieces, content_type="application/pdf")
        response.content_length = made.size
        response.headers.set("Content-Disposition", "inline", filename=file_name)
    response.set_etag(made.sha256)
    return response


class Press:
    """Makes what is wanted, one document after the other, each in a process of its own. `html` writes its page, and
    links in it are meant from `origin`."""

    def __init__(self, database: Database, files: Files, html: Html, origin: str) -> None:
        self.database, self.files, self.html, self.origin = database, files, html, origin

    def __call__(self) -> int:
        """Make a few of those that are due; answers how many were made. Without the library they wait."""
        with self.database.reading() as unit:
            due = unit.scalars(
                select(Printing)
                .where(Printing.made_at.is_(None), Printing.attempts < ATTEMPTS, Printing.next_try_at <= clock.now())
                .order_by(Printing.id)
                .limit(_AT_ONCE)
            ).all()
        if not due or not available():
            return 0
        return sum(self._make(row) for row in due if self._claimed(row))

    def _claimed(self, row: Printing) -> bool:
        """Whether this try is ours: counted and put off in one step that only one process can take. A process that is
        killed over it leaves it to whoever comes when that time is over."""
        ours = update(Printing).where(
            Printing.id == row.id, Printing.attempts == row.attempts, Printing.made_at.is_(None)
        )
        with self.database.side_transaction() as unit:
            result: Any = unit.execute(ours.values(attempts=row.attempts + 1, next_try_at=clock.now() + CLAIM))
            return bool(result.rowcount)

    def _make(self, row: Printing) -> bool:
        values: dict[str, Any]
        try:
            pdf = confined.run("print", self.html(row.record_id, row.name).encode(), self.origin, seconds=SECONDS)
            values = {"sha256": self.files.put(pdf), "size": len(pdf), "made_at": clock.now(), "failure": None}
        except Exception as error:  # whatever is wrong with one document, the others are made
            wait = dt.timedelta(seconds=30 * 4**row.attempts)
            values = {"next_try_at": clock.now() + wait, "failure": f"{type(error).__name__}: {error}"[:200]}
            given_up = row.attempts + 1 >= ATTEMPTS
            tell = log.error if given_up else log.warning
            tell("printing_given_up" if given_up else "printing_failed", printing=row.id, error=type(error).__name__)
        with self.database.unit_of_work() as unit:  # counted as a change of content: pages that are kept link to it now
            unit.execute(update(Printing).where(Printing.id == row.id).values(**values))
        return "made_at" in values


def contents(connection: Connection) -> Iterator[str]:
    """The stored files that printed documents are."""
    for row in connection.execute(select(Printing.sha256).where(Printing.sha256.is_not(None))):
        yield str(row.sha256)


def state() -> dict[str, int]:
    """How many documents wait, and how many were given up."""
    waits = select(func.count()).where(Printing.made_at.is_(None), Printing.attempts < ATTEMPTS)
    dead = select(func.count()).where(Printing.made_at.is_(None), Printing.attempts >= ATTEMPTS)
    return {"waiting": db.session.scalar(waits) or 0, "given_up": db.session.scalar(dead) or 0}
