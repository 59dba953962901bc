"""What comes of an item: information, a deferral, an agreement that becomes a commitment or changes one. Verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from observatory.kernel import clock, db
from observatory.kernel.cleaning import choice, text
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import excerpt, lazy_
from observatory.records import given_reason, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import MONEY, Commitment
from observatory.rooms.commitments.models.words import (
    CIVIL_SOCIETY,
    COMPANY_OBLIGATION,
    MINUTES,
    NOTHING,
    PUBLIC_BODIES,
    PUBLIC_SERVICE,
)
from observatory.rooms.commitments.policy import NEVER_VERIFY, Sitting
from observatory.rooms.commitments.queries import cases
from observatory.rooms.commitments.service import deciding
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.queries import places
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import AgendaItem, Outcome, Reservation, RoundtableSession
from observatory.rooms.roundtables.models.words import AGREEMENT, DEFERRAL, INFORMATION, MOST_OUTCOMES, SCORECARD
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting
from observatory.rooms.roundtables.queries.quorum import quorum_of
from observatory.rooms.roundtables.service.meeting import held, settle_quorum


@verb(policy.RECORD_OUTCOME)
def record_information(actor: Actor, case: Case, *, item: AgendaItem, statement: str) -> Outcome:
    """Record that an item was for information: that takes no quorum."""
    made = _outcome(actor, held(case), item, INFORMATION, statement)
    note(actor, case.session, events.InformationRecorded(item=item.title))
    return made


@verb(policy.RECORD_OUTCOME)
def defer(actor: Actor, case: Case, *, item: AgendaItem, statement: str) -> Outcome:
    """Leave an item for a later session, where it comes up again by itself."""
    session = held(case)
    _must_have_quorum(session)
    made = _outcome(actor, session, item, DEFERRAL, statement)
    note(actor, session, events.ItemDeferred(item=item.title))
    return made


@verb(policy.RECORD_OUTCOME)
def agree(
    actor: Actor, case: Case, *, item: AgendaItem, statement: str, becomes: bool = True, link: str = "",
    accountable_id: int | None = None, due_on: dt.date | None = None, verifier_id: int | None = None,
    money: str | None = None, expected_result: str = "", reserved: Sequence[int] = (), reservation: str = "",
    reason: str = "",
) -> Outcome:  # fmt: skip
    """Record an agreement, which becomes a draft commitment with the session as its source.

    Unless it `becomes` one, `reason` says why nobody owes anything by it. `reserved`: organisations that did not agree, or not to all of it."""
    session = held(case)
    _must_have_quorum(session)
    made = _outcome(actor, session, item, AGREEMENT, statement)
    _reserve(case, made, reserved, reservation)
    made.verifier_id = _verifier(actor, session, verifier_id, accountable_id)
    if becomes:
        told = {"accountable_id": accountable_id, "due_on": due_on, "money": money, "expected_result": expected_result}
        made.commitment_id = draft_of(actor, session, item, made, link, told).id
    else:
        reason = given_reason(reason)
        made.exceptions = dict.fromkeys(SCORECARD, reason)
    note(actor, session, events.AgreementAdopted(item=item.title))
    return made


@verb(policy.COMPLETE)
def draft_commitment(actor: Actor, case: Case, *, outcome: Outcome, link: str = "", **told: Any) -> Commitment:
    """Make a draft commitment of an agreement that was recorded without one: once."""
    session = held(case)
    db.session.refresh(outcome, with_for_update=True)
    _must_stand(outcome)
    if outcome.type != AGREEMENT or outcome.commitment_id is not None or outcome.decision_id is not None:
        raise Invalid(lazy_("This agreement is a commitment already, or changed one."))
    item = db.session.get_one(AgendaItem, outcome.item_id)
    made = draft_of(actor, session, item, outcome, link, told)
    outcome.commitment_id, outcome.exceptions = made.id, {}
    note(actor, session, events.AgreementCompleted(item=item.title))
    return made


@verb(policy.RECORD_OUTCOME)
def change_commitment(
    actor: Actor, case: Case, *, item: AgendaItem, commitment: Commitment, kind: str, reason: str,
    due_on: dt.date | None = None, successor: str = "", reserved: Sequence[int] = (), reservation: str = "", link: str = "",
) -> Outcome:  # fmt: skip
    """Record that the session moved the date of a commitment, suspended, resumed, cancelled or replaced it; at once."""
    session = held(case)
    _must_have_quorum(session)
    asked = cases.case_of(actor, commitment)
    sitting = Sitting(session.keeper_id, session.day, cited(session, item), link, session.id)
    made = _outcome(actor, session, item, AGREEMENT, reason)
    _reserve(case, made, reserved, reservation)
    decided = deciding.decide(actor, asked.about(sitting), kind=kind, reason=reason, due_on=due_on, successor=successor)
    db.session.flush()
    made.decision_id = decided.id
    note(actor, session, events.CommitmentChanged(item=item.title, commitment=commitment.title))
    return made


@verb(policy.COMPLETE)
def complete(
    actor: Actor, case: Case, *, outcome: Outcome, accountable_id: int | None = None, due_on: dt.date | None = None,
    verifier_id: int | None = None, money: str | None = None, oversight_id: int | None = None, expected_result: str = "",
    planned_evidence: str = "", exceptions: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Say of an agreement what the scorecard asks, or in public why it is missing.

    That is who answers for it, by when, who verifies it, whose money it takes; and beside that what its commitment needs
    before it can be proposed."""
    session = held(case)
    db.session.refresh(outcome, with_for_update=True)
    _must_stand(outcome)
    if outcome.type != AGREEMENT or outcome.decision_id is not None:
        raise Invalid(lazy_("Only an agreement on something new has these."))
    excused = {
        name: given_reason(words) for name, words in (exceptions or {}).items() if name in SCORECARD and words.strip()
    }
    if outcome.commitment_id is not None:
        commitment = db.session.get_one(Commitment, outcome.commitment_id)
        accountable_id = accountable_id if commitment.state == DRAFT else commitment.accountable_id
        if commitment.state == DRAFT:
            told: dict[str, Any] = {
                "accountable_id": accountable_id,
                "due_on": due_on,
                "money": choice(MONEY)("money", money),
            }
            told |= {
                "nature": _nature(accountable_id), "oversight_id": oversight_id, "expected_result": expected_result,
                "planned_evidence": planned_evidence,
            }  # fmt: skip
            commitments.edit(actor, cases.case_of(actor, commitment), **told)
    outcome.verifier_id = _verifier(actor, session, verifier_id, accountable_id)
    outcome.exceptions = excused
    item = db.session.get_one(AgendaItem, outcome.item_id)
    note(actor, session, events.AgreementCompleted(item=item.title))


@verb(policy.RECORD_OUTCOME)
def take_back(actor: Actor, case: Case, *, outcome: Outcome, reason: str) -> None:
    """Take back what was recorded by mistake, while the session lasts; it stays to be read, struck through."""
    session = held(case)
    db.session.refresh(outcome, with_for_update=True)
    _must_stand(outcome)
    if outcome.decision_id is not None:
        raise Invalid(lazy_("The commitment has changed already: let the session decide on it again."))
    reason = given_reason(reason)
    if outcome.commitment_id is not None:
        commitment = db.session.get_one(Commitment, outcome.commitment_id)
        if commitment.state != DRAFT:
            raise Invalid(lazy_("The commitment was proposed meanwhile: withdraw it first."))
        commitment.awaits = NOTHING
    outcome.taken_back = reason
    item = db.session.get_one(AgendaItem, outcome.item_id)
    note(actor, session, events.OutcomeTakenBack(item=item.title, reason=reason))


def _outcome(actor: Actor, session: RoundtableSession, item: AgendaItem, type: str, words: str) -> Outcome:
    words = text(6000)("statement", words)
    if len(words) < 5:
        raise Invalid(lazy_("Write what came of it."), field="statement")
    count = select(func.count()).where(Outcome.session_id == session.id)
    if (db.session.scalar(count) or 0) >= MOST_OUTCOMES:
        raise Invalid(lazy_("There are as many as a session can have."), field="statement")
    every = meeting.seats(session)
    made = Outcome(
        session_id=session.id, item_id=item.id, type=type, text=words, adopted_at=clock.now(), seats=len(every),
        present=sum(row.attendance_id is not None for row in every), exceptions={}, person_id=actor.person_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _must_have_quorum(session: RoundtableSession) -> None:
    quorum = quorum_of(session)
    if quorum is None:
        raise Invalid(
            lazy_(
                "Nobody has said what makes a quorum: write it on the page of the roundtable, under Edit, and come back."
            )
        )
    if quorum.reached:
        settle_quorum(session)
    else:
        raise Invalid(
            lazy_(
                "There is no quorum now: %(present)s of %(needed)s seats that it takes, or a group is missing. Only information "
                "can be recorded.",
                present=quorum.present, needed=quorum.needed,
            )
        )  # fmt: skip


def _must_stand(outcome: Outcome) -> None:
    if outcome.taken_back:
        raise Invalid(lazy_("This was taken back."))


def _reserve(case: Case, outcome: Outcome, organisations: Sequence[int], words: str) -> None:
    for id in dict.fromkeys(organisations):
        if id not in case.present:
            raise Invalid(lazy_("Only who took a seat in this session can have a reservation."), field="reserved")
        db.session.add(Reservation(outcome_id=outcome.id, organisation_id=id, text=text(1000)("reservation", words)))
    if words.strip() and not organisations:
        raise Invalid(lazy_("Say whose reservation it is."), field="reserved")


def _verifier(actor: Actor, session: RoundtableSession, id: int | None, accountable_id: int | None) -> int | None:
    """Who will verify it: of another sector than whoever owes it, and of one that verifies."""
    if id is None:
        return None
    organisation = Organisation.__table__.c
    known = select(organisation.sector).join(records, records.c.id == organisation.id).where(
        records.c.id == id, records.c.state == PUBLISHED, records.c.is_demo == session.is_demo, visible(actor)
    )  # fmt: skip
    sector = db.session.scalar(known)
    if sector is None:
        raise Invalid(lazy_("Choose one from the list."), field="verifier_id")
    if sector in NEVER_VERIFY:
        raise Invalid(lazy_("Organisations of this sector do not verify: name another one."), field="verifier_id")
    if accountable_id is not None and sector == _sector(accountable_id):
        raise Invalid(lazy_("Who verifies it must be of another sector than who answers for it."), field="verifier_id")
    return id


def _sector(id: int | None) -> str | None:
    return db.session.scalar(select(Organisation.sector).where(Organisation.id == id)) if id is not None else None


def _nature(accountable_id: int | None) -> str | None:
    """What kind of commitment it is, as follows from who owes it; None while nobody does."""
    sector = _sector(accountable_id)
    if sector is None:
        return None
    if sector == "company":
        return COMPANY_OBLIGATION
    return PUBLIC_SERVICE if sector in PUBLIC_BODIES else CIVIL_SOCIETY


def draft_of(
    actor: Actor, session: RoundtableSession, item: AgendaItem, outcome: Outcome, link: str, told: Mapping[str, Any]
) -> Commitment:
    """The draft commitment that an agreement becomes: its words are the promise, the session is its document."""
    where = [place.slug for place in places([session.roundtable_id]).get(session.roundtable_id, ())]
    values: dict[str, Any] = {
        "title": excerpt(outcome.text, 290), "verbatim": outcome.text, "language": session.language,
        "nature": _nature(told.get("accountable_id")), "document": cited(session, item), "document_url": link,
        "promised_on": session.day, "site_id": session.site_id, "place": " ".join(where),
    }  # fmt: skip
    given = {name: value for name, value in told.items() if value not in (None, "")}
    made = commitments.create(actor, None, is_demo=session.is_demo, **(values | given))
    made.awaits = "" if session.recorded else MINUTES
    return made


def cited(session: RoundtableSession, item: AgendaItem) -> str:
    """How the minutes of an item are cited."""
    title = session.title
    words = "%(title)s, item %(number)s" if session.language == "en" else "%(title)s, punto %(number)s"
    return words % {"title": title, "number": item.position}
