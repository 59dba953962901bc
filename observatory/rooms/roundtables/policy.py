"""Who may run a roundtable; who may see."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import DRAFT
from observatory.rooms.roundtables.models.words import CONVENED, PLANNED, STANDING


@rule(lazy_("you act as the secretary of a participation body"))
def is_secretary(actor: Actor, subject: Any) -> bool:
    return actor.mandate_id is not None and actor.role == "secretary" and actor.sector == "participation_body"


@rule(lazy_("you act as the secretary of this roundtable"))
def runs_it(actor: Actor, roundtable: Any) -> bool:
    own = actor.organisation_id is not None and actor.organisation_id == roundtable.keeper_id
    return own and actor.mandate_id is not None and actor.role == "secretary"


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, subject: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("it is a draft"))
def is_draft(actor: Actor, roundtable: Any) -> bool:
    return bool(roundtable.state == DRAFT)


@rule(lazy_("it was not closed"))
def lasts(actor: Actor, roundtable: Any) -> bool:
    return bool(roundtable.state in (DRAFT, *STANDING))


@rule(lazy_("it is published and was not closed"))
def stands(actor: Actor, roundtable: Any) -> bool:
    return bool(roundtable.state in STANDING)


@rule(lazy_("it was not convened yet"))
def is_planned(actor: Actor, session: Any) -> bool:
    return bool(session.state == PLANNED)


@rule(lazy_("it is still to take place"))
def is_to_come(actor: Actor, session: Any) -> bool:
    return bool(session.state in (PLANNED, CONVENED))


_RUNS = runs_it | is_steward
CREATE = is_secretary | is_steward
EDIT = _RUNS & lasts
INSTALL = _RUNS & is_draft
EXTEND = _RUNS & stands
CLOSE = _RUNS & stands
SEAT = _RUNS & lasts
COMMISSION = _RUNS & lasts
PLAN = runs_it & stands
PREPARE = runs_it & is_planned
MOVE = runs_it & is_to_come


def audience(roundtable: Any) -> set[str]:
    """A draft stays with the body and the stewards."""
    if roundtable.state != DRAFT:
        return {PUBLIC}
    return {"stewards", *({f"org:{roundtable.keeper_id}"} if roundtable.keeper_id else ())}


def audience_of_session(session: Any) -> set[str]:
    """Until it is convened it stays with the body and the stewards, also where it is given up before."""
    return {"stewards", f"org:{session.keeper_id}"} if session.convened_on is None else {PUBLIC}
