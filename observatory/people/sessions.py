"""Sessions as rows: they can be listed, revoked, and die with a changed password or a closed account."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, select, update
from werkzeug.datastructures import CallbackDict

from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.logs import log
from observatory.people.models import Mandate, SessionRow

ABSOLUTE = dt.timedelta(hours=12)
REMEMBERED = dt.timedelta(days=30)
IDLE = dt.timedelta(hours=2)
IDLE_ADMINISTRATOR = dt.timedelta(minutes=30)
SEEN_EVERY = dt.timedelta(minutes=1)


def hashed(token: str) -> str:
    """What is kept of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(settings: Settings) -> str:
    return "__Host-obs" if settings.secure else "obs"


class RowSession(CallbackDict[str, Any], SessionMixin):
    """Flask's session, backed by a row. `token` is None until there is something worth keeping."""

    def __init__(self, data: dict[str, Any] | None = None, row: SessionRow | None = None, token: str | None = None):
        def changed(session: RowSession) -> None:
            session.modified = True

        super().__init__(data or {}, changed)  # type: ignore[arg-type]
        self.row = row
        self.token = token
        self.modified = False
        self.new = row is None


class RowSessions(SessionInterface):
    """Reads and writes sessions in short transactions of their own, outside the request's work."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.name = cookie_name(settings)

    def open_session(self, app: Flask, request: Request) -> RowSession:
        token = request.cookies.get(self.name, "")
        if not 20 < len(token) < 100:
            return RowSession()
        now = clock.now()
        with self.database.reading() as unit:
            row = unit.scalar(select(SessionRow).where(SessionRow.token_hash == hashed(token)))
            idle = row is not None and now - row.seen_at > _allowed(row)
        if row is None or row.expires_at <= now:
            return RowSession()
        if idle:
            self._end(row)
            return RowSession()
        return RowSession(dict(row.data), row, token)

    def _end(self, row: SessionRow) -> None:
        """Nobody was there for too long: the session can't be woken up again, by whatever address."""
        try:
            with self.database.side_transaction() as unit:
                unit.execute(delete(SessionRow).where(SessionRow.id == row.id))
        except db.UNAVAILABLE as error:
            log.warning("session_not_ended", error=type(error).__name__)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, RowSession)
        if session.row is None and not session:
            return
        response.headers.add("Vary", "Cookie")
        try:
            self._save(session, response)
        except db.UNAVAILABLE as error:  # a page can be read although the database can't be written
            log.warning("session_not_saved", error=type(error).__name__)

    def _save(self, session: RowSession, response: Response) -> None:
        now = clock.now()
        if session.row is None:
            self._begin(session, response)
        elif session.modified:
            with self.database.side_transaction() as unit:
                unit.execute(
                    update(SessionRow).where(SessionRow.id == session.row.id).values(data=_stored(session), seen_at=now)
                )
        elif now - session.row.seen_at > SEEN_EVERY:
            with self.database.side_transaction() as unit:
                unit.execute(update(SessionRow).where(SessionRow.id == session.row.id).values(seen_at=now))

    def _begin(self, session: RowSession, response: Response) -> None:
        token = secrets.token_urlsafe(32)
        now = clock.now()
        with self.database.side_transaction() as unit:
            unit.add(SessionRow(token_hash=hashed(token), data=_stored(session), expires_at=now + ABSOLUTE))
        self.set_cookie(response, token)

    def set_cookie(self, response: Response, token: str, *, lasting: bool = False) -> None:
        response.set_cookie(
            self.name,
            token,
            max_age=int(REMEMBERED.total_seconds()) if lasting else None,
            secure=self.settings.secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )


def _allowed(row: SessionRow) -> dt.timedelta:
    """How long this session may lie idle; shortest for whoever has power over the instance."""
    if row.person_id is None:
        return ABSOLUTE
    powerful = select(Mandate.id).where(
        Mandate.person_id == row.person_id,
        Mandate.role.in_(("administrator", "moderator", "steward")),
        Mandate.is_live(clock.today()),
    )
    if db.session.scalar(powerful.limit(1)) is not None:
        return IDLE_ADMINISTRATOR
    return REMEMBERED if row.expires_at - row.created_at > ABSOLUTE * 2 else IDLE


def begin(person_id: int, mandate_id: int | None, *, device: str, remember: bool, replaces: int | None) -> str:
    """A fresh session row for `person_id` in the open unit of work; answers its token. The old row goes: a token
    known before signing in is worth nothing after."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    if replaces is not None:
        db.session.execute(delete(SessionRow).where(SessionRow.id == replaces))
    db.session.add(
        SessionRow(
            token_hash=hashed(token),
            person_id=person_id,
            mandate_id=mandate_id,
            data={},
            device=device[:80],
            expires_at=now + (REMEMBERED if remember else ABSOLUTE),
        )
    )
    return token


def end_all(person_id: int, *, but: int | None = None) -> None:
    """Revoke every session of a person, except one."""
    statement = delete(SessionRow).where(SessionRow.person_id == person_id)
    if but is not None:
        statement = statement.where(SessionRow.id != but)
    db.session.execute(statement)


def sweep(database: Database) -> None:
    """Delete the sessions that have run out."""
    with database.side_transaction() as unit:
        unit.execute(delete(SessionRow).where(SessionRow.expires_at <= clock.now()))


def device_of(user_agent: str) -> str:
    """A browser and its system in two words, for the list of sessions; nothing finer is kept."""
    browsers = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


def _stored(session: RowSession) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(dict(session)))
    return data
