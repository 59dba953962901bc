"""Drafting, proposing and accepting. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.desk import NEW, Outcome
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people.speaking import tell
from observatory.records import given_reason, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.commitments import events, policy
from observatory.rooms.commitments.models import Commitment, CommitmentParty
from observatory.rooms.commitments.models.words import COMPLETION, CONTRIBUTING, RESPONSIBLE
from observatory.rooms.commitments.policy import Case
from observatory.rooms.commitments.queries import cases
from observatory.rooms.commitments.queries.advice import advise, parties_of
from observatory.rooms.commitments.service.parts import milestones_of, settle, steps_told
from observatory.rooms.organisations.queries import places

NAMES = (
    "title", "language", "nature", "verbatim", "problem", "expected_result", "phase", "accountable_id", "accountable_as_written",
    "oversight_id", "document", "document_url", "promised_on", "planned_evidence", "money", "money_note", "amount",
    "currency", "site_id",
)  # fmt: skip


ROLES = (RESPONSIBLE, CONTRIBUTING)


def current(commitment: Commitment) -> dict[str, object]:
    """The stored values by field name, to set beside what somebody else entered."""
    found: dict[str, object] = {name: getattr(commitment, name) for name in NAMES}
    codes = [place.slug for place in places([commitment.id]).get(commitment.id, ())]
    by_role: dict[str, list[int]] = {RESPONSIBLE: [], CONTRIBUTING: []}
    for party in db.session.scalars(
        select(CommitmentParty).where(CommitmentParty.commitment_id == commitment.id).order_by(CommitmentParty.id)
    ):
        by_role[party.role].append(party.organisation_id)
    steps = [{"title": step.title, "weight": step.weight, "due_on": step.due_on} for step in milestones_of(commitment)]
    return found | by_role | {"due_on": commitment.due_original, "place": " ".join(codes), "milestones": steps}


@verb(policy.CREATE)
def create(
    actor: Actor, subject: None, *, is_demo: bool = False, covers: int = 1, source_id: int | None = None,
    keeper_id: int | None = None, **values: Any,
) -> Commitment:  # fmt: skip
    """Draft a commitment for the organisation one acts for. Only its sentence is needed to begin."""
    keeper = actor.organisation_id if not actor.is_operator else keeper_id
    if not is_demo and keeper is not None:
        is_demo = _is_fictitious(keeper)
    commitment = Commitment(
        keeper_id=keeper, state=DRAFT, is_demo=is_demo, covers=covers, source_id=source_id, slug=secrets.token_hex(16),
        summary="",
    )  # fmt: skip
    commitment.describe({"title": "", **values})
    if actor.batch_id is None:  # of a file, all rows were checked together
        _check_named(actor, values, fictitious=is_demo)
    db.session.add(commitment)
    db.session.flush()
    commitment.slug = str(commitment.id)
    note(actor, commitment, events.CommitmentDrafted(), **settle(commitment, values, new=True))
    return commitment


def _keep_agreed(commitment: Commitment, values: Mapping[str, Any]) -> None:
    """Refuse to change what published minutes say of a commitment; what they leave open may be said."""
    stored = current(commitment)
    for name in ("verbatim", "accountable_id", "due_on", "money"):
        said = stored[name] if stored[name] not in ("", "not_known") else None
        if name in values and said is not None and values[name] != said:
            raise Invalid(lazy_("The signed minutes say this: another session can change it."), field=name)


def _is_fictitious(organisation_id: int) -> bool:
    known: dict[int, bool] = db.session.info.setdefault("fictitious", {})  # thousands of rows of a file ask the same
    if organisation_id not in known:
        found = db.session.scalar(select(records.c.is_demo).where(records.c.id == organisation_id))
        known[organisation_id] = bool(found)
    return known[organisation_id]


@verb(policy.EDIT)
def edit(actor: Actor, case: Case, *, version: int | None = None, **values: Any) -> Commitment:
    """Change a draft."""
    commitment: Commitment = case.commitment
    db.session.refresh(commitment, with_for_update=True)
    if version is not None and version != commitment.version:
        commitment.expect(version, current(commitment))
    if commitment.state != DRAFT:
        raise Invalid(lazy_("It was proposed meanwhile, and can't be edited any more."))
    _check_named(actor, values, fictitious=commitment.is_demo)
    if commitment.awaits == COMPLETION:
        _keep_agreed(commitment, values)
    commitment.describe(values)
    changed = db.session.is_modified(commitment)
    beside = settle(commitment, values)
    if changed or beside:
        note(actor, commitment, events.CommitmentEdited(), **beside)
    return commitment


@verb(policy.PROPOSE)
def propose(actor: Actor, case: Case, *, version: int | None = None, link: str = "") -> None:
    """Show a draft to everyone, for whoever would owe it to accept."""
    commitment: Commitment = case.commitment
    db.session.refresh(commitment, with_for_update=True)
    commitment.expect(version, {})
    check(commitment)
    commitment.propose(today=clock.today())
    due = commitment.due_original.isoformat() if commitment.due_original else ""
    note(actor, commitment, events.CommitmentProposed(due=due))
    title = commitment.title

    def words() -> tuple[str, str]:
        return _("A commitment waits for your answer: %(title)s", title=title), _(
            "Read it, and accept it or return it with a reason: %(link)s", link=link
        )

    tell(commitment.accepting_id(), words, but=actor.person_id)


def check(commitment: Commitment) -> None:
    """Raise Invalid, naming the field, for the first thing that a commitment lacks to be proposed or accepted."""
    has_place = bool(places([commitment.id]))
    needed = [each for each in advise(commitment, milestones_of(commitment), has_place=has_place) if each.needed]
    if needed:
        raise Invalid(needed[0].words, field=needed[0].field)


@verb(policy.ACCEPT)
def accept(actor: Actor, case: Case, *, version: int | None = None) -> None:
    """Say yes to what was proposed: from now on it is owed."""
    commitment = locked(case, version)
    check(commitment)
    commitment.accept(today=clock.today())
    if commitment.next_milestone_on is None:
        due = [step.due_on for step in milestones_of(commitment) if step.due_on]
        commitment.next_milestone_on = min(due) if due else None
    note(actor, commitment, events.CommitmentAccepted())


@verb(policy.RECORD)
def record(
    actor: Actor, case: Case, *, state: str, since: dt.date, progress: int | None = None, version: int | None = None
) -> None:
    """Publish what a source says was accepted elsewhere, with what became of it; `progress` in percent, where it is told.

    It needs a document or a source, and somebody who owes it. Nothing is ever verified in this way.
    """
    commitment = locked(case, version)
    if commitment.source_id is None and not commitment.document:
        raise Invalid(lazy_("Name the document that says so."))
    if commitment.covers == 1:
        wrong = [each for each in parties_of(commitment) if each.field != "oversight_id"]
        if wrong:
            raise Invalid(wrong[0].words)
    if progress is not None and not 0 <= progress <= 100:
        raise Invalid(lazy_("A percentage lies between 0 and 100."), field="progress")
    told = None if progress is None else progress * 100
    commitment.record(state, since=since, progress=told, today=clock.today())
    note(actor, commitment, events.CommitmentRecorded(since=since.isoformat()))


@verb(policy.RETURN)
def send_back(actor: Actor, case: Case, *, reason: str, version: int | None = None, link: str = "") -> None:
    """Return what was proposed, with a reason; it is a draft again, and its page says so."""
    commitment = locked(case, version)
    reason = given_reason(reason)
    commitment.send_back()
    note(actor, commitment, events.CommitmentReturned(reason=reason))
    title = commitment.title

    def words() -> tuple[str, str]:
        return _("Returned: %(title)s", title=title), _(
            "It was not accepted: %(reason)s\nChange it and propose it again: %(link)s", reason=reason, link=link
        )

    tell(commitment.keeper_id, words, but=actor.person_id)


@verb(policy.WITHDRAW)
def withdraw(actor: Actor, case: Case, *, reason: str, version: int | None = None) -> None:
    """Take back what one proposed, before it is accepted; its page stays, with the reason."""
    commitment = locked(case, version)
    reason = given_reason(reason)
    commitment.withdraw()
    note(actor, commitment, events.CommitmentWithdrawn(reason=reason))


@verb(policy.BRING)
def bring(actor: Actor, outcome: Outcome, *, mapping: Mapping[str, Any]) -> Commitment:
    """Carry out what a row of a file was planned to do: a new one is a draft, a draft of one's own is changed."""
    values = {name: new for name, (_old, new) in outcome.changes.items()}
    if outcome.kind == NEW:
        return create(actor, None, **values)
    commitment = db.session.scalars(select(Commitment).where(Commitment.slug == outcome.plan)).one()
    return edit(actor, cases.case_of(actor, commitment), **values)


def as_told(commitment: Commitment) -> dict[str, object]:
    """What a commitment holds now, by the names and in the shapes that its history has."""
    found = {
        name: value for name, value in current(commitment).items() if name not in ("due_on", "place", "milestones")
    }
    place = str(current(commitment)["place"])
    return found | {
        "due_original": commitment.due_original, "places": place.split(), "register": commitment.register,
        "external_id": commitment.external_id, "milestones": steps_told(milestones_of(commitment)),
    }  # fmt: skip


@verb(policy.BRING)
def give_back(actor: Actor, commitment: Commitment, *, values: Mapping[str, Any] | None, reason: str) -> None:
    """Give a draft the values it had before a batch."""
    if values is None:
        raise Invalid(lazy_("What a file added as a draft stays: edit it, or leave it unproposed."))
    given = {name: value for name, value in values.items() if name in {*NAMES, "register", "external_id", *ROLES}}
    if "due_original" in values:
        given["due_on"] = values["due_original"]
    if "places" in values:
        given["place"] = " ".join(values["places"] or ())
    if "milestones" in values:
        given["milestones"] = [
            {"title": title, "weight": Decimal(weight), "due_on": _day(due)}
            for title, weight, due in values["milestones"] or ()
        ]
    for name in ("due_on", "promised_on"):
        if name in given:
            given[name] = _day(given[name])
    if given.get("amount") is not None:
        given["amount"] = Decimal(str(given["amount"]))
    edit(actor, cases.case_of(actor, commitment), **given)


def _day(value: Any) -> dt.date | None:
    """A date as history keeps it, as a date."""
    return dt.date.fromisoformat(value) if isinstance(value, str) and value else value or None


def locked(case: Case, version: int | None) -> Commitment:
    """The commitment of a case, held until the commit; Stale where the form showed another version."""
    commitment: Commitment = case.commitment
    seen = commitment.state
    db.session.refresh(commitment, with_for_update=True)
    commitment.expect(version, {})
    if commitment.state != seen:  # what the rule was asked about is no longer so
        commitment.expect(-1, {})
    return commitment


def _check_named(actor: Actor, values: Mapping[str, Any], *, fictitious: bool) -> None:
    """Refuse organisations and sites that the actor can't see, that are not public, or that are real where the commitment is
    invented, or the reverse."""
    named = [(name, values.get(name)) for name in ("accountable_id", "oversight_id", "site_id")]
    named += [(name, id) for name in (RESPONSIBLE, CONTRIBUTING) for id in values.get(name) or ()]
    wanted = {id for _name, id in named if id}
    if not wanted:
        return
    kinds = {
        row.id: row.kind
        for row in db.session.execute(
            select(records.c.id, records.c.kind).where(
                records.c.id.in_(wanted), records.c.state == PUBLISHED, records.c.is_demo == fictitious, visible(actor)
            )
        )
    }
    for name, id in named:
        if id and kinds.get(id) != ("site" if name == "site_id" else "organisation"):
            raise Invalid(lazy_("Choose one from the list."), field=name)


__all__ = [
    "accept",
    "bring",
    "check",
    "create",
    "current",
    "edit",
    "give_back",
    "locked",
    "propose",
    "send_back",
    "withdraw",
]
