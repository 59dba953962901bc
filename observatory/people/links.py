"""Single-use links sent by mail: random, hashed, bound to one purpose and one hour."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import select, update

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_
from observatory.people.models import MailLink
from observatory.people.sessions import hashed

HOUR = dt.timedelta(hours=1)
VERIFY, RESET, ADDRESS, SETUP = "verify", "reset", "address", "setup"
BAD_LINK = lazy_("This link has expired or was used already. Ask for a new one.")


def make(
    purpose: str, person_id: int | None, *, life: dt.timedelta = HOUR, keeps_others: bool = False, **data: Any
) -> str:
    """A new link of this purpose; earlier ones of the same person and purpose stop working, unless it `keeps_others`.

    Answers the token.
    """
    now = clock.now()
    same = select(MailLink).where(
        MailLink.person_id == person_id, MailLink.purpose == purpose, MailLink.used_at.is_(None)
    )
    for earlier in () if keeps_others else db.session.scalars(same):
        earlier.used_at = now
    token = secrets.token_urlsafe(32)
    db.session.add(
        MailLink(person_id=person_id, purpose=purpose, token_hash=hashed(token), data=data, expires_at=now + life)
    )
    return token


def revoke_all(person_id: int) -> None:
    """Make every open link of a person worthless: whoever changes the password wants that."""
    db.session.execute(
        update(MailLink)
        .where(MailLink.person_id == person_id, MailLink.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def use(purpose: str, token: str) -> MailLink:
    """Spend a link. Expired, used, unknown and meant for something else all raise the same Invalid."""
    link = db.session.scalar(
        select(MailLink)
        .where(MailLink.token_hash == hashed(token[:100]), MailLink.purpose == purpose)
        .with_for_update()
    )
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise Invalid(BAD_LINK)
    link.used_at = clock.now()
    return link
