"""What participation bodies decide, and what others contribute."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import given_reason, note
from observatory.records.queries import visible
from observatory.rooms.commitments import events, policy
from observatory.rooms.commitments.models import DECISIONS, FORMS, Commitment, Contribution, Decision
from observatory.rooms.commitments.models.words import CURRENCIES, KEPT_TRACK, money_amount
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.service import locked
from observatory.rooms.commitments.service.checking import settle_all


@verb(policy.DECIDE)
def decide(
    actor: Actor, case: Case, *, kind: str, reason: str, due_on: dt.date | None = None, successor: str = "",
    version: int | None = None,
) -> Decision:  # fmt: skip
    """Record what a session decided: only this moves a date, suspends, cancels or replaces a commitment.

    The case is about the Sitting."""
    commitment, sitting = locked(case, version), case.subject
    if kind not in DECISIONS:
        raise Invalid(lazy_("Choose one from the list."), field="kind")
    if sitting.held_on > clock.today():
        raise Invalid(lazy_("Record it when the day has come."))
    if commitment.promised_on and sitting.held_on < commitment.promised_on:
        raise Invalid(lazy_("It can't be decided before the day on which it was promised."))
    document = sitting.document[:400]
    reason = given_reason(reason)
    heir = _successor(actor, commitment, successor) if kind == "supersession" else None
    before = commitment.due_current
    commitment.decide(kind, due_on=due_on, today=clock.today())
    assert actor.organisation_id is not None
    made = Decision(
        commitment_id=commitment.id, body_id=actor.organisation_id, kind=kind, decided_on=sitting.held_on, document=document,
        document_url=sitting.url, session_id=sitting.record_id, reason=reason, due_before=before if kind == "due_date" else None,
        due_on=due_on if kind == "due_date" else None, successor_id=heir.id if heir else None,
        person_id=actor.person_id, mandate_id=actor.mandate_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    if kind in {"cancellation", "supersession"}:
        settle_all(commitment, "closed")
    told = {"document": document, "reason": reason}
    if kind == "due_date":
        note(actor, commitment, events.DueDateMoved(before=_iso(before), due=_iso(due_on), **told))
    elif heir is not None:
        note(actor, commitment, events.CommitmentSuperseded(successor=heir.title, **told))
    else:
        note(actor, commitment, _EVENTS[kind](**told))
    return made


_EVENTS = {
    "suspension": events.CommitmentSuspended,
    "resumption": events.CommitmentResumed,
    "cancellation": events.CommitmentCancelled,
}


def _successor(actor: Actor, commitment: Commitment, slug: str) -> Commitment:
    wanted = select(Commitment).where(Commitment.slug == slug.strip(), visible(actor, Commitment.id))
    found = db.session.scalars(wanted).one_or_none()
    if found is None or found.id == commitment.id:
        raise Invalid(lazy_("Give the number of the commitment that takes its place."), field="successor")
    if found.state not in KEPT_TRACK:
        raise Invalid(lazy_("The commitment that takes its place must be accepted first."), field="successor")
    return found


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


@verb(policy.PLEDGE)
def pledge(
    actor: Actor, case: Case, *, form: str, what: str, amount: Decimal | None = None, currency: str = "PEN",
    version: int | None = None,
) -> Contribution:  # fmt: skip
    """Pledge something to a commitment that another organisation owes; the duty stays with that one."""
    commitment = locked(case, version)
    if actor.organisation_id is None:
        raise Invalid(lazy_("An organisation pledges: act for one."))
    if form not in FORMS:
        raise Invalid(lazy_("Choose one from the list."), field="form")
    what = " ".join(what.split())[:300]
    if len(what) < 4:
        raise Invalid(lazy_("Say what is given."), field="what")
    amount = money_amount("amount", amount)
    made = Contribution(
        commitment_id=commitment.id, organisation_id=actor.organisation_id, form=form, what=what, amount=amount,
        currency=currency if currency in CURRENCIES else "PEN", pledged_on=clock.today(), state="pledged",
    )  # fmt: skip
    db.session.add(made)
    note(actor, commitment, events.ContributionPledged(what=what), contributions=(None, _told(made)))
    return made


@verb(policy.DELIVER)
def deliver(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """Say that what one pledged was handed over."""
    commitment = locked(case, version)
    case.subject.deliver(clock.today())
    note(actor, commitment, events.ContributionDelivered(what=case.subject.what))


@verb(policy.CONFIRM_CONTRIBUTION)
def confirm_contribution(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """Verify, from another sector, that a contribution was handed over."""
    commitment = locked(case, version)
    case.subject.confirm(actor.organisation_id, clock.today())
    note(actor, commitment, events.ContributionConfirmed(what=case.subject.what))


@verb(policy.LAPSE)
def lapse(actor: Actor, case: Case, *, reason: str, version: int | None = None) -> None:
    """Record that what was pledged will not come, and why."""
    commitment = locked(case, version)
    reason = given_reason(reason)
    case.subject.lapse(reason, clock.today())
    note(actor, commitment, events.ContributionLapsed(what=case.subject.what, reason=reason))


def _told(made: Contribution) -> list[str]:
    amount = f"{made.amount} {made.currency}" if made.amount is not None else ""
    return [made.what, made.form, amount]
