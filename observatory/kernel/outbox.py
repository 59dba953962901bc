"""Mail: written in the transaction that causes it, sent afterwards, tried again until it is out or given up."""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from sqlalchemy import String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.db import Base, Database
from observatory.kernel.errors import Invalid
from observatory.kernel.logs import log
from observatory.kernel.text import lazy_

ATTEMPTS = 8
KEPT_DAYS = 30
CLAIM = dt.timedelta(minutes=10)
"""How long a process may take over one message before another tries it: far longer than the server's time-outs."""


class Outgoing(Base):
    """A message to be sent. Its text is deleted once it is out: links in it are secrets."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    next_try_at: Mapped[dt.datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    failure: Mapped[str | None] = mapped_column(String(200))


def send(recipient: str, subject: str, body: str) -> None:
    """Put a message into the outbox of the open unit of work. Raises Invalid on an address or subject with a line break."""
    if any(char in recipient + subject for char in "\r\n\x00"):
        raise Invalid(lazy_("An e-mail address can't hold a line break."), field="email")
    now = clock.now()
    db.session.add(Outgoing(recipient=recipient, subject=subject[:300], body=body, created_at=now, next_try_at=now))


def message_of(row: Outgoing, settings: Settings) -> EmailMessage:
    """`row` as MIME."""
    message = EmailMessage()
    local, _, domain = settings.mail_from.partition("@")
    message["From"] = Address(settings.site_name, local, domain)
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = row.created_at
    message["Message-ID"] = make_msgid(f"obs{row.id}", domain=domain or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.body)
    return message


def drain(database: Database, settings: Settings, *, limit: int = 20) -> int:
    """Send what is due; answers how many went out.

    Each message is claimed before it is sent: whoever else drains at the same moment leaves it alone. Killed between
    sending and writing that down, the claim runs out and the message goes out once more: never lost, rarely twice.
    """
    now = clock.now()
    with database.reading() as unit:
        due = unit.scalars(
            select(Outgoing)
            .where(Outgoing.sent_at.is_(None), Outgoing.attempts < ATTEMPTS, Outgoing.next_try_at <= now)
            .order_by(Outgoing.id)
            .limit(limit)
        ).all()
    sent = 0
    for row in due:
        values: dict[str, Any]
        if not _claimed(database, row):
            continue
        try:
            _deliver(message_of(row, settings), settings)
            values = {"sent_at": clock.now(), "body": "", "failure": None, "next_try_at": clock.now()}
            sent += 1
        except (OSError, smtplib.SMTPException) as error:
            wait = dt.timedelta(seconds=min(30 * 4**row.attempts, 6 * 3600))
            values = {"next_try_at": clock.now() + wait, "failure": type(error).__name__}
            log.warning("mail_failed", attempt=row.attempts + 1, error=type(error).__name__)
        with database.side_transaction() as unit:
            unit.execute(update(Outgoing).where(Outgoing.id == row.id).values(**values))
    return sent


def _claimed(database: Database, row: Outgoing) -> bool:
    """Whether this try is ours: counted and put off in one step that only one process can take."""
    with database.side_transaction() as unit:
        ours = update(Outgoing).where(
            Outgoing.id == row.id, Outgoing.attempts == row.attempts, Outgoing.sent_at.is_(None)
        )
        result = unit.execute(ours.values(attempts=row.attempts + 1, next_try_at=clock.now() + CLAIM))
        return bool(result.rowcount)  # type: ignore[attr-defined]


def sweep(database: Database) -> None:
    """Forget messages that went out long ago."""
    with database.side_transaction() as unit:
        unit.execute(delete(Outgoing).where(Outgoing.sent_at < clock.now() - dt.timedelta(days=KEPT_DAYS)))


def state() -> dict[str, int]:
    """How many messages wait, and how many were given up."""
    waiting = select(func.count()).where(Outgoing.sent_at.is_(None), Outgoing.attempts < ATTEMPTS)
    dead = select(func.count()).where(Outgoing.sent_at.is_(None), Outgoing.attempts >= ATTEMPTS)
    return {"waiting": db.session.scalar(waiting) or 0, "given_up": db.session.scalar(dead) or 0}


def _deliver(message: EmailMessage, settings: Settings) -> None:
    if not settings.smtp_host:
        settings.mail_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{os.urandom(3).hex()}.eml"
        (settings.mail_folder / name).write_bytes(bytes(message))
        return
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20) as server:
        if settings.smtp_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)
