"""Everything that is stored about one person, as they may take it with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.people.models import SecurityEvent
from observatory.people.queries import own_account, own_mandates, own_sessions
from observatory.records.history import HistoryEntry


def everything_about(actor: Actor) -> dict[str, Any]:
    """The actor's account, mandates, sessions, security log and acts, as plain JSON values."""
    person = own_account(actor)
    acts = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.person_id == person.id).order_by(HistoryEntry.id)
    ).all()
    log = db.session.scalars(
        select(SecurityEvent).where(SecurityEvent.person_id == person.id).order_by(SecurityEvent.id)
    )
    return {
        "account": {
            "name": person.name,
            "email": person.email,
            "alias": person.alias,
            "language": person.language,
            "reminders": person.reminders,
            "created_at": _text(person.created_at),
            "verified_at": _text(person.verified_at),
        },
        "mandates": [
            {
                "organisation": row.organisation,
                "role": row.Mandate.role,
                "title": row.Mandate.title,
                "from": _text(row.Mandate.from_on),
                "until": _text(row.Mandate.to_on),
                "state": row.Mandate.state(),
                "appointing_act": row.Mandate.appointing_act,
            }
            for row in own_mandates(actor)
        ],
        "sessions": [
            {"device": row.device, "begun": _text(row.created_at), "last_used": _text(row.seen_at)}
            for row in own_sessions(actor)
        ],
        "security_log": [
            {"at": _text(entry.at), "what": entry.what, "network": entry.network, "device": entry.device}
            for entry in log
        ],
        "acts": [
            {
                "at": _text(act.at),
                "event": act.event,
                "record": act.record_id,
                "facts": act.facts,
                "changes": act.changes,
            }
            for act in acts
        ],
    }


def _text(value: dt.date | dt.datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
