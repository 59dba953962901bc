"""A commitment with all that its rules ask about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate
from observatory.records.history import HistoryEntry
from observatory.records.queries import one_or_404, visible
from observatory.rooms.commitments.models import Commitment, CommitmentParty, Contribution, Dispute, ProgressUpdate
from observatory.rooms.commitments.models.checking import SETTLED
from observatory.rooms.commitments.models.plan import CONFIRMED
from observatory.rooms.commitments.models.words import RESPONSIBLE
from observatory.rooms.commitments.policy import Case
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.queries import places
from observatory.rooms.organisations.queries.succession import allies, same_world

_TAKING_PART = (
    "CommitmentDrafted", "CommitmentEdited", "CommitmentProposed", "CommitmentAccepted", "ProgressReported",
    "CommitmentRecorded", "CommitmentReturned", "CommitmentWithdrawn", "DueDateMoved", "CommitmentSuspended",
    "CommitmentResumed", "CommitmentCancelled", "CommitmentSuperseded", "VerifierWasAsked", "VerifierWasNamed", "DisputeClosed",
    "ContributionLapsed", "CompletionClaimed", "ReportSuperseded", "ContributionPledged", "ContributionDelivered", "DisputeAnswered",
)  # fmt: skip


def case_of(actor: Actor, commitment: Any) -> Case:
    """The commitment (an entity, or a row of its page) as it stands for the actor, in a fixed number of statements."""
    named = _rows(CommitmentParty, commitment, CommitmentParty.role)
    giving = _rows(Contribution, commitment, Contribution.state)
    reporting = _rows(ProgressUpdate, commitment)
    owing = {commitment.accountable_id, *(row.organisation_id for row in named)}
    owing |= {row.organisation_id for row in giving if row.state == CONFIRMED}
    days = (commitment.proposed_on, commitment.accepted_on)  # of what was recorded, the acceptance comes first
    since = min((day for day in days if day is not None), default=clock.today())
    return Case(
        commitment,
        parties=_sectors(owing - {None}),
        givers=_sectors({row.organisation_id for row in giving}),
        responsible=frozenset(row.organisation_id for row in named if row.role == RESPONSIBLE),
        bound=allies({*owing, *(row.organisation_id for row in (*giving, *reporting))} - {None}, since),
        keeper=allies({commitment.keeper_id} - {None}, since),
        held=frozenset(_held(actor, since)) if actor.person_id is not None else frozenset(),
        acted=_acted(actor, commitment.id),
        disputes=_disputes(actor, commitment.id),
        near=_near(actor, commitment),
        same_world=same_world(actor.organisation_id, fictitious=bool(commitment.is_demo)),
    )


def _rows(cls: Any, commitment: Any, *columns: Any) -> Sequence[Any]:
    statement = select(cls.organisation_id, *columns).where(cls.commitment_id == commitment.id)
    return db.session.execute(statement.distinct()).all()


def _sectors(ids: set[int]) -> dict[int, str]:
    table = Organisation.__table__
    statement = select(table.c.id, table.c.sector).where(table.c.id.in_(ids))
    return {row.id: row.sector for row in db.session.execute(statement)}


def _acted(actor: Actor, commitment_id: int) -> bool:
    if actor.person_id is None:
        return False
    found = select(HistoryEntry.id).where(
        HistoryEntry.record_id == commitment_id, HistoryEntry.person_id == actor.person_id,
        HistoryEntry.event.in_(_TAKING_PART),
    )  # fmt: skip
    return db.session.scalar(found.limit(1)) is not None


def _disputes(actor: Actor, commitment_id: int) -> bool:
    if actor.person_id is None:
        return False
    own = Dispute.person_id == actor.person_id
    if actor.organisation_id is not None:
        own = or_(own, Dispute.organisation_id == actor.organisation_id)
    found = select(Dispute.id).where(Dispute.commitment_id == commitment_id, own, Dispute.state != SETTLED)
    return db.session.scalar(found.limit(1)) is not None


def _near(actor: Actor, commitment: Any) -> bool:
    """Whether the actor's organisation posted it, or belongs at, above or below its place, or at that of its site."""
    if actor.organisation_id is None:
        return False
    if actor.organisation_id == commitment.keeper_id:
        return True
    about = [id for id in (commitment.id, commitment.site_id) if id is not None]
    found = places([actor.organisation_id, *about])
    own = [place.path for place in found.get(actor.organisation_id, ())]
    there = [place.path for id in about for place in found.get(id, ())]
    return any(f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/") for a in own for b in there)


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


class Acceptable:
    """A row of a commitment's page, as the rules want it."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def accepting_id(self) -> int | None:
        """See Commitment.accepting_id."""
        found: int | None = Commitment.accepting_id(self)  # type: ignore[arg-type]
        return found
