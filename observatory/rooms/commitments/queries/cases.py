"""A commitment with all that its rules ask about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate
from observatory.records.queries import one_or_404, visible
from observatory.rooms.commitments.models import Commitment, CommitmentParty, Contribution, Dispute, ProgressUpdate
from observatory.rooms.commitments.models.words import RESPONSIBLE
from observatory.rooms.commitments.policy import Case
from observatory.rooms.organisations.models import Control, Organisation


def case_of(actor: Actor, commitment: Any) -> Case:
    """The commitment (an entity, or a row of its page) as it stands for the actor: four statements."""
    named = db.session.execute(
        select(CommitmentParty.organisation_id, CommitmentParty.role).where(
            CommitmentParty.commitment_id == commitment.id
        )
    ).all()
    giving = db.session.scalars(
        select(Contribution.organisation_id).where(Contribution.commitment_id == commitment.id)
    ).all()
    ids = {commitment.accountable_id, commitment.keeper_id, *(row.organisation_id for row in named), *giving} - {None}
    parties = {
        row.id: row.sector
        for row in db.session.execute(select(Organisation.id, Organisation.sector).where(Organisation.id.in_(ids)))
    }
    since = commitment.proposed_on or clock.today()
    return Case(
        commitment,
        parties=parties,
        responsible=frozenset(row.organisation_id for row in named if row.role == RESPONSIBLE),
        allied=frozenset(_allied(ids, since)),
        held=frozenset(_held(actor, since)) if actor.person_id is not None else frozenset(),
    )


def _allied(ids: Iterable[int], since: dt.date) -> set[int]:
    """These organisations and all that were under one control with them on any day since."""
    beside: dict[int, set[int]] = {}
    statement = select(Control.organisation_id, Control.parent_id).where(
        or_(Control.to_on.is_(None), Control.to_on >= since)
    )
    for child, parent in db.session.execute(statement):
        beside.setdefault(child, set()).add(parent)
        beside.setdefault(parent, set()).add(child)
    seen = set(ids)
    waiting = list(seen)
    while waiting:
        for other in beside.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _held(actor: Actor, since: dt.date) -> Iterable[int]:
    """The organisations for which the actor's mandates counted on any day since, whatever became of them."""
    return db.session.scalars(
        select(Mandate.organisation_id).where(
            Mandate.person_id == actor.person_id, Mandate.approved_at.is_not(None),
            or_(Mandate.to_on.is_(None), Mandate.to_on >= since),
            or_(Mandate.revoked_at.is_(None), Mandate.revoked_at >= dt.datetime.combine(since, dt.time(), clock.LIMA)),
        )
    )  # fmt: skip


def find_update(actor: Actor, commitment: Commitment, id: int) -> ProgressUpdate:
    """A report on a commitment that the actor may see."""
    found: ProgressUpdate = one_or_404(_part(actor, ProgressUpdate, commitment, id))
    return found


def find_dispute(actor: Actor, commitment: Commitment, id: int) -> Dispute:
    """What somebody said of a commitment that the actor may see."""
    found: Dispute = one_or_404(_part(actor, Dispute, commitment, id))
    return found


def find_contribution(actor: Actor, commitment: Commitment, id: int) -> Contribution:
    """A contribution to a commitment that the actor may see."""
    found: Contribution = one_or_404(_part(actor, Contribution, commitment, id))
    return found


def _part(actor: Actor, cls: Any, commitment: Commitment, id: int) -> Any:
    return select(cls).where(cls.id == id, cls.commitment_id == commitment.id, visible(actor, cls.commitment_id))
