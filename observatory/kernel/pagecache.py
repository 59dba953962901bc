"""Signed-out pages, kept compressed in memory until anything changes.

A WSGI layer: a hit never reaches Flask. An entry holds for one content version and one day in Lima (lateness is
computed when read). Only successful public GETs that set no cookie are kept.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Mapped, Session, mapped_column

from observatory.kernel import clock, language
from observatory.kernel.db import Base, Database, before_commit

Start = Callable[..., Any]
COMPRESSIBLE = ("text/", "application/json", "application/atom+xml", "image/svg+xml", "application/problem+json")
_LIMIT_BYTES = 32 * 1024 * 1024


class ContentVersion(Base):
    """One row that counts commits: whatever is derived from content is as old as the number it was made with."""

    __tablename__ = "content_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


@before_commit
def _count(unit: Session) -> None:
    if unit.info.get("written"):
        table: Any = ContentVersion.__table__
        unit.connection().execute(update(table).where(table.c.id == 1).values(number=table.c.number + 1))


class Freshness:
    """The current content version, asked of the database at most every `interval` seconds."""

    def __init__(self, database: Database, interval: float = 0.25) -> None:
        self.database = database
        self.interval = interval
        self._asked = 0.0
        self._number = -1
        self._sql = "SELECT number FROM content_version WHERE id = 1"

    def number(self) -> int:
        """The number; -1 when the database does not answer (then nothing is served from memory)."""
        moment = time.monotonic()
        if moment - self._asked > self.interval or self._number < 0:
            try:
                with self.database.engine.execution_options(observatory_write=False).connect() as connection:
                    self._number = connection.exec_driver_sql(self._sql).scalar() or 0
            except Exception:
                self._number = -1
            self._asked = moment
        return self._number

    def forget(self) -> None:
        """Ask again next time: this process has just committed."""
        self._asked = 0.0


class PageCache:
    """The layer. `private` are the names of cookies whose bearers are never served from here."""

    def __init__(self, app: Any, freshness: Freshness, *, private: tuple[str, ...], skip: tuple[str, ...]) -> None:
        self.app = app
        self.freshness = freshness
        self.private = tuple(f"{name}=" for name in private)
        self.skip = skip
        self.enabled = True
        self._entries: OrderedDict[tuple[Any, ...], tuple[str, list[tuple[str, str]], bytes, str]] = OrderedDict()
        self._size = 0
        self._stamp: tuple[Any, ...] = ()
        self._lock = threading.Lock()
        self._making: dict[tuple[Any, ...], threading.Lock] = {}

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if not self._may_keep(environ):
            return self._compressed(environ, start_response)
        number = self.freshness.number()
        if number < 0:
            return self._compressed(environ, start_response)
        stamp = (number, clock.today())
        zipped = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        query = environ.get("QUERY_STRING", "")
        key = (
            environ.get("HTTP_HOST", ""),
            environ.get("PATH_INFO", ""),
            "&".join(sorted(query.split("&"), key=lambda part: part.partition("=")[0])) if query else "",
            language.resolve(environ),
            zipped,
        )
        with self._lock:
            if stamp != self._stamp:
                self._entries.clear()
                self._size, self._stamp = 0, stamp
            entry = self._entries.get(key)
            gate = None if entry else self._making.setdefault(key, threading.Lock())
        if entry is not None:
            return _answer(environ, start_response, entry)
        assert gate is not None
        with gate:  # one renders, the others wait for its page
            with self._lock:
                entry = self._entries.get(key) if stamp == self._stamp else None
            if entry is not None:
                return _answer(environ, start_response, entry)
            try:
                return self._make(environ, start_response, key, stamp)
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _may_keep(self, environ: dict[str, Any]) -> bool:
        if not self.enabled or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return False
        cookies = environ.get("HTTP_COOKIE", "")
        if cookies and any(name in cookies for name in self.private):
            return False
        path = environ.get("PATH_INFO", "")
        return not path.startswith(self.skip)

    def _make(self, environ: dict[str, Any], start_response: Start, key: Any, stamp: Any) -> Iterable[bytes]:
        head = environ["REQUEST_METHOD"] == "HEAD"
        status, headers, body = _collect(self.app, {**environ, "REQUEST_METHOD": "GET"} if head else environ)
        headers, body = _zip(environ, headers, body)
        names = {name.lower() for name, _ in headers}
        public = status.startswith("200") and "set-cookie" not in names and not _says_no_store(headers)
        if not public:
            start_response(status, headers)
            return [] if head else [body]
        etag = f'W/"{hashlib.sha256(repr((key, stamp)).encode() + body).hexdigest()[:20]}"'
        headers = [(n, v) for n, v in headers if n.lower() not in {"etag", "cache-control"}]
        headers += [("ETag", etag), ("Cache-Control", "public, max-age=0, must-revalidate")]
        entry = (status, headers, body, etag)
        with self._lock:
            if stamp == self._stamp and len(body) < _LIMIT_BYTES // 16:
                self._entries[key] = entry
                self._size += len(body)
                while self._size > _LIMIT_BYTES:
                    _, oldest = self._entries.popitem(last=False)
                    self._size -= len(oldest[2])
        return _answer(environ, start_response, entry)

    def _compressed(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Pass through, compressing text; long downloads stream on untouched."""
        captured: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            captured[:] = [status, headers]
            return lambda data: None

        parts = self.app(environ, start)
        status, headers = captured
        length = next((value for name, value in headers if name.lower() == "content-length"), None)
        if length is None or environ["REQUEST_METHOD"] == "HEAD" or int(length) > 2_000_000:
            start_response(status, headers)
            return parts  # type: ignore[no-any-return]
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        headers, body = _zip(environ, headers, body)
        start_response(status, headers)
        return [body]


def _answer(environ: dict[str, Any], start_response: Start, entry: tuple[Any, ...]) -> Iterable[bytes]:
    status, headers, body, etag = entry
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and (etag in asked or asked.strip() == "*"):
        start_response("304 Not Modified", [h for h in headers if not h[0].lower().startswith("content-")])
        return []
    start_response(status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _collect(app: Any, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    captured: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        captured[:] = [status, headers]
        return lambda data: None

    parts = app(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    return captured[0], captured[1], body


def _zip(environ: dict[str, Any], headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    kept = {name.lower(): value for name, value in headers}
    kind = kept.get("content-type", "")
    headers = [(n, v) for n, v in headers if n.lower() not in {"content-length", "vary"}]
    vary = {part.strip() for part in kept.get("vary", "").split(",") if part.strip()}
    headers.append(("Vary", ", ".join(sorted(vary | {"Accept-Encoding", "Accept-Language", "Cookie"}))))
    wanted = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    if wanted and len(body) > 400 and kind.startswith(COMPRESSIBLE) and "content-encoding" not in kept:
        body = gzip.compress(body, 6, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return headers, body


def _says_no_store(headers: list[tuple[str, str]]) -> bool:
    return any(n.lower() == "cache-control" and ("no-store" in v or "private" in v) for n, v in headers)
