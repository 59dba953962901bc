"""A file of past sessions: carrying out what its rows were planned to do, and taking that back. Verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from observatory.kernel import db
from observatory.kernel.desk import Outcome
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.rooms.commitments.service import as_told as told_of_commitment
from observatory.rooms.roundtables import policy
from observatory.rooms.roundtables.models import Roundtable, RoundtableSession
from observatory.rooms.roundtables.service.recording import record_session, withdraw_session


@verb(policy.BRING)
def bring(actor: Actor, outcome: Outcome, *, mapping: Mapping[str, Any]) -> RoundtableSession | None:
    """Carry out what a row of a file was planned to do: the first of a session records all of it."""
    planned = outcome.plan
    if planned.values is None:
        return None
    roundtable = db.session.get_one(Roundtable, planned.roundtable_id)
    return record_session(actor, roundtable, **planned.values)


@verb(policy.BRING)
def give_back(actor: Actor, record: Any, *, values: Mapping[str, Any] | None, reason: str) -> None:
    """Withdraw a session that a file recorded. Drafts that came of it stay."""
    if record.kind != "session":
        raise Invalid(lazy_("What a file added as a draft stays: edit it, or leave it unproposed."))
    withdraw_session(actor, record, reason=reason)


def as_told(record: Any) -> dict[str, object]:
    """What a session, or what changed with it, holds now, by the names that its history has."""
    if record.kind == "session":
        return {"title": record.title, "number": record.number, "state": record.state, "document": record.document}
    return {"state": record.state} if record.kind == "roundtable" else told_of_commitment(record)
