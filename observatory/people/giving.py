"""What every way of giving or ending a mandate has in common."""

from __future__ import annotations

import datetime as dt

from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.kernel.text import _
from observatory.people.events import MandateApproved
from observatory.people.models import OPERATOR_ROLES, ROLES, Invitation, Mandate
from observatory.records.history import note
from observatory.records.models import Record


def check(actor: Actor, role: str, from_on: dt.date, to_on: dt.date | None) -> None:
    """Raise Invalid unless `actor` may give this role between these dates."""
    if role not in ROLES:
        raise Invalid(_("There is no such role."), field="role")
    if role in OPERATOR_ROLES and not (actor.holds("administrator") or actor.is_operator):
        raise Invalid(_("Only an administrator gives this role."), field="role")
    if to_on is not None and to_on < from_on:
        raise Invalid(_("A mandate can't end before it begins."), field="to_on")


def required_reason(reason: str) -> str:
    """`reason` without the spaces around it; Invalid where none is given."""
    if not reason.strip():
        raise Invalid(_("Give the reason: it is shown."), field="reason")
    return reason.strip()[:500]


def note_given(actor: Actor, mandate: Mandate) -> None:
    """Tell on the organisation's history that a mandate was given."""
    fact = MandateApproved(
        person_id=mandate.person_id,
        role=mandate.role,
        from_on=mandate.from_on.isoformat(),
        to_on=mandate.to_on.isoformat() if mandate.to_on else None,
    )
    note(actor, organisation_of(mandate), fact)


def organisation_of(paper: Mandate | Invitation) -> Record:
    """The organisation for which a mandate or an invitation counts."""
    return db.session.get_one(Record, paper.organisation_id)
