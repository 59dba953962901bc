"""Who may propose, accept, report, verify, dispute and decide; who may see. Rules receive a `Case`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import DRAFT
from observatory.rooms.commitments.models.checking import ANSWERED, SETTLED
from observatory.rooms.commitments.models.checking import OPEN as UNANSWERED
from observatory.rooms.commitments.models.words import (
    CLAIMED,
    COMPLETION,
    KEPT_TRACK,
    NOTHING,
    OPEN,
    PROPOSED,
    RUNNING,
    SIGNATURES,
    VERIFIED,
)

NEVER_VERIFY = frozenset({"other", "participation_body"})
"""Sectors that verify nothing."""
_SPEAKERS = ("manager", "representative", "secretary")


@dataclass(frozen=True)
class Case:
    """A commitment with all that its rules ask about, as it stands for one actor."""

    commitment: Any
    parties: Mapping[int, str] = field(default_factory=dict)
    """Sector by organisation: whoever owes it, carries it out, or contributes to it, as its words say or a verifier saw."""
    givers: Mapping[int, str] = field(default_factory=dict)
    """Sector by organisation of whoever pledged something to it."""
    responsible: frozenset[int] = frozenset()
    bound: frozenset[int] = frozenset()
    """The parties, whoever ever reported on it or pledged to it, what these were before and became, and every
    organisation under the same control with one of them since it was proposed."""
    keeper: frozenset[int] = frozenset()
    """Whoever posted it, with its allies likewise."""
    held: frozenset[int] = frozenset()
    """The organisations for which the actor has held a mandate since it was proposed."""
    acted: bool = False
    """Whether the actor drafted, proposed, accepted, reported or pledged something in it, for whichever organisation."""
    disputes: bool = False
    """Whether the actor, or the organisation they act for, says that it is not done and that is not settled."""
    near: bool = False
    """Whether the actor's organisation posted it, or belongs where it does."""
    same_world: bool = True
    """Whether the actor's organisation is as real, or as fictitious, as the commitment."""
    subject: Any = None
    """What beside the commitment the verb is about: a report, a dispute, a contribution."""

    def about(self, subject: Any) -> Case:
        """The same case, about something that stands in it."""
        return replace(self, subject=subject)


@dataclass(frozen=True)
class Sitting:
    """A session of a participation body, as the subject of a case: only there is anything decided about a commitment."""

    body_id: int | None
    held_on: dt.date
    document: str
    """How its minutes are called, with the item."""
    url: str = ""
    record_id: int | None = None
    """The session, where it has a page here."""


def _speaks(actor: Actor) -> bool:
    return actor.organisation_id is not None and actor.holds(*_SPEAKERS)


@rule(lazy_("you act for an organisation as its manager, a representative or its secretary"))
def speaks(actor: Actor, case: Any) -> bool:
    return actor.is_operator or _speaks(actor)


@rule(lazy_("your organisation posted it"))
def posted_it(actor: Actor, case: Any) -> bool:
    own = actor.organisation_id is not None and actor.organisation_id == case.commitment.keeper_id
    nobody = case.commitment.keeper_id is None
    return actor.is_operator or (own and actor.holds(*_SPEAKERS, "steward")) or (nobody and actor.holds("steward"))


@rule(lazy_("it is a draft"))
def is_draft(actor: Actor, case: Any) -> bool:
    return bool(case.commitment.state == DRAFT)


@rule(lazy_("the minutes in which it was agreed are not being signed, and the session did not take it back"))
def is_not_being_signed(actor: Actor, case: Any) -> bool:
    return case.commitment.awaits not in (SIGNATURES, NOTHING)


@rule(lazy_("the minutes in which it was agreed are published, and the session did not take it back"))
def is_signed(actor: Actor, case: Any) -> bool:
    return case.commitment.awaits in ("", COMPLETION)


@rule(lazy_("it was never proposed"))
def was_never_proposed(actor: Actor, case: Any) -> bool:
    return bool(case.commitment.proposed_on is None)


@rule(lazy_("your organisation is of another sector than the one that gives it"))
def is_of_another_sector_than_the_giver(actor: Actor, case: Any) -> bool:
    return bool(case.givers.get(case.subject.organisation_id) != actor.sector)


@rule(lazy_("it is proposed and nobody has accepted or returned it"))
def is_proposed(actor: Actor, case: Any) -> bool:
    return bool(case.commitment.state == PROPOSED)


@rule(
    lazy_(
        "you act for whoever accepts it: the body that owes it or, for a company's obligation, the one that oversees it"
    )
)
def accepts_it(actor: Actor, case: Any) -> bool:
    return _speaks(actor) and actor.organisation_id == case.commitment.accepting_id()


@rule(lazy_("you act for the organisation that owes it or one that carries it out"))
def carries_it_out(actor: Actor, case: Any) -> bool:
    own = {case.commitment.accountable_id, *case.responsible}
    return _speaks(actor) and actor.organisation_id in own


@rule(lazy_("you act for the organisation that owes it"))
def owes_it(actor: Actor, case: Any) -> bool:
    return _speaks(actor) and actor.organisation_id == case.commitment.accountable_id


@rule(lazy_("it was accepted and is neither verified nor closed"))
def is_open(actor: Actor, case: Any) -> bool:
    return bool(case.commitment.state in OPEN)


@rule(lazy_("it was accepted and is neither suspended nor closed"))
def can_be_checked(actor: Actor, case: Any) -> bool:
    return bool(case.commitment.state in (*RUNNING, CLAIMED, VERIFIED))


@rule(lazy_("you act as a verifier"))
def is_verifier(actor: Actor, case: Any) -> bool:
    return actor.mandate_id is not None and actor.person_id is not None and actor.role == "verifier"


@rule(lazy_("your organisation is of another sector than every party of it, and of one that verifies"))
def is_of_another_sector(actor: Actor, case: Any) -> bool:
    return actor.sector is not None and actor.sector not in {*case.parties.values(), *NEVER_VERIFY}


@rule(
    lazy_(
        "neither your organisation nor one for which you have held a mandate since it was proposed is a party of it, posted "
        "it, or is under the same control as one that did"
    )
)
def is_independent(actor: Actor, case: Any) -> bool:
    return not ((case.bound | case.keeper) & {*case.held, *actor.organisation_ids, actor.organisation_id})


@rule(
    lazy_(
        "neither your organisation nor one for which you have held a mandate since it was proposed owes it, carries it out or "
        "contributes to it"
    )
)
def is_not_bound(actor: Actor, case: Any) -> bool:
    return not (case.bound & {*case.held, *actor.organisation_ids, actor.organisation_id})


@rule(lazy_("you have not drafted, accepted, reported or pledged anything in it yourself"))
def took_no_part(actor: Actor, case: Any) -> bool:
    return not case.acted


@rule(lazy_("you do not say yourself that it is not done"))
def does_not_dispute(actor: Actor, case: Any) -> bool:
    return not case.disputes


@rule(lazy_("your organisation posted it, or belongs where it does"))
def is_near(actor: Actor, case: Any) -> bool:
    return bool(case.near)


@rule(lazy_("your organisation is as real, or as fictitious, as the commitment"))
def is_of_the_same_world(actor: Actor, case: Any) -> bool:
    return bool(case.same_world)


@rule(lazy_("you are signed in"))
def is_signed_in(actor: Actor, case: Any) -> bool:
    return not actor.is_guest


@rule(lazy_("you do not act for the organisation that owes it"))
def does_not_owe_it(actor: Actor, case: Any) -> bool:
    return bool(actor.organisation_id is None or actor.organisation_id != case.commitment.accountable_id)


@rule(lazy_("it was accepted and is not closed"))
def is_on_track_or_kept(actor: Actor, case: Any) -> bool:
    return bool(case.commitment.state in KEPT_TRACK)


@rule(
    lazy_(
        "it was answered, and you act as the secretary of a participation body that posted it or belongs where it does"
    )
)
def closes_for_the_body(actor: Actor, case: Any) -> bool:
    secretary = actor.mandate_id is not None and actor.role == "secretary" and actor.sector == "participation_body"
    return bool(secretary and case.near and case.subject.state == ANSWERED)


@rule(lazy_("what was said waits for an answer"))
def waits_for_an_answer(actor: Actor, case: Any) -> bool:
    return bool(case.subject.state == UNANSWERED)


@rule(lazy_("you said it"))
def said_it(actor: Actor, case: Any) -> bool:
    return actor.person_id is not None and actor.person_id == case.subject.person_id


@rule(lazy_("it is not settled"))
def is_not_settled(actor: Actor, case: Any) -> bool:
    return bool(case.subject.state != SETTLED)


@rule(lazy_("you act as the secretary of a participation body"))
def is_secretary(actor: Actor, case: Any) -> bool:
    return actor.mandate_id is not None and actor.role == "secretary" and actor.sector == "participation_body"


@rule(lazy_("a session of your body decides it"))
def is_decided_in_session(actor: Actor, case: Any) -> bool:
    return isinstance(case.subject, Sitting) and case.subject.body_id == actor.organisation_id


@rule(lazy_("your organisation reported it"))
def reported_it(actor: Actor, case: Any) -> bool:
    return _speaks(actor) and actor.organisation_id == case.subject.organisation_id


@rule(lazy_("your organisation pledged it"))
def pledged_it(actor: Actor, case: Any) -> bool:
    return _speaks(actor) and actor.organisation_id == case.subject.organisation_id


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, case: Any) -> bool:
    return actor.holds("steward")


CREATE = speaks | is_steward
EDIT = posted_it & is_draft & is_not_being_signed
PROPOSE = posted_it & is_draft & is_signed
RECORD = is_steward & posted_it & is_draft & was_never_proposed & is_signed
WITHDRAW = posted_it & is_proposed
ACCEPT = accepts_it & is_proposed & is_of_the_same_world
RETURN = accepts_it & is_proposed & is_of_the_same_world
REPORT = carries_it_out & is_open & is_of_the_same_world
SUPERSEDE = reported_it & carries_it_out & is_open
_CHECKS = is_verifier & is_of_another_sector & is_independent & took_no_part & does_not_dispute & is_of_the_same_world
VERIFY = _CHECKS & can_be_checked
DISPUTE = is_signed_in & does_not_owe_it & is_on_track_or_kept
ANSWER = owes_it & waits_for_an_answer
SETTLE = (said_it | (closes_for_the_body & is_not_bound & is_of_the_same_world)) & is_not_settled
_OF_ITS_BODY = is_secretary & is_near & is_not_bound & is_of_the_same_world
ASK_VERIFIER = _OF_ITS_BODY & can_be_checked
DECIDE = _OF_ITS_BODY & is_open & is_decided_in_session
PLEDGE = speaks & does_not_owe_it & is_open & is_of_the_same_world
DELIVER = pledged_it
CONFIRM_CONTRIBUTION = _CHECKS & is_of_another_sector_than_the_giver & is_on_track_or_kept
LAPSE = pledged_it | _OF_ITS_BODY
BRING = speaks | is_steward


def audience(commitment: Any) -> set[str]:
    """A draft stays inside the organisation that wrote it. What was proposed once stays public, also when it was returned:
    nothing that was public disappears."""
    inside = {f"org:{commitment.keeper_id}"} if commitment.keeper_id else {"stewards"}
    hidden = commitment.state == DRAFT and commitment.proposed_on is None
    return inside if hidden else inside | {PUBLIC}
