"""Who may run a roundtable and its sessions; who may see. Rules of what happens in a session receive a `Case`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import DRAFT
from observatory.rooms.roundtables.models.words import (
    CIRCULATED,
    CONVENED,
    IN_SESSION,
    OVER,
    PLANNED,
    PUBLISHED,
    STANDING,
)

_SPEAKERS = ("manager", "representative", "secretary")


@dataclass(frozen=True)
class Case:
    """A session with all that its rules ask about."""

    session: Any
    minutes: Any = None
    sitting: frozenset[int] = frozenset()
    """The organisations that sit there on its day, or may sit for one that does, or have sat there."""
    present: frozenset[int] = frozenset()
    """Those for which somebody has taken a seat in it."""
    stands: bool = True
    """Whether the roundtable is published and was not closed."""

    @property
    def keeper_id(self) -> int | None:
        """The body."""
        return self.session.keeper_id  # type: ignore[no-any-return]

    @property
    def state(self) -> str:
        return self.session.state  # type: ignore[no-any-return]


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


@rule(lazy_("you act for this roundtable as its secretary, its manager or a representative"))
def works_for_it(actor: Actor, case: Any) -> bool:
    return actor.mandate_id is not None and actor.organisation_id == case.keeper_id and actor.role in _SPEAKERS


@rule(lazy_("it was convened and has not begun"))
def is_convened(actor: Actor, case: Any) -> bool:
    return bool(case.state == CONVENED)


@rule(lazy_("it is in session"))
def is_in_session(actor: Actor, case: Any) -> bool:
    return bool(case.state == IN_SESSION)


@rule(lazy_("its roundtable was not closed"))
def has_a_standing_table(actor: Actor, case: Any) -> bool:
    return bool(case.stands)


@rule(lazy_("it is over"))
def is_over(actor: Actor, case: Any) -> bool:
    return bool(case.state in OVER and not case.session.recorded)


@rule(lazy_("its minutes have not circulated yet"))
def is_being_written(actor: Actor, case: Any) -> bool:
    return case.minutes is None


@rule(lazy_("its minutes circulate, to be signed"))
def circulates(actor: Actor, case: Any) -> bool:
    return case.minutes is not None and bool(case.minutes.state == CIRCULATED)


@rule(lazy_("its minutes are published"))
def is_published(actor: Actor, case: Any) -> bool:
    return case.minutes is not None and bool(case.minutes.state == PUBLISHED)


@rule(lazy_("you act for an organisation that took a seat in it"))
def was_there(actor: Actor, case: Any) -> bool:
    return actor.mandate_id is not None and actor.role in _SPEAKERS and actor.organisation_id in case.present


@rule(lazy_("an organisation for which you hold a mandate sits there, or you act as a steward"))
def belongs_to_it(actor: Actor, case: Any) -> bool:
    return actor.holds("steward") or bool({case.keeper_id, *case.sitting} & actor.organisation_ids)


@rule(lazy_("it was recorded from a document and stands"))
def was_recorded(actor: Actor, session: Any) -> bool:
    return bool(session.recorded and session.state in OVER)


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
BEGIN = runs_it & is_convened & has_a_standing_table
ATTEND = works_for_it & is_in_session
NOTE = works_for_it & (is_in_session | (is_over & is_being_written))
RECORD_OUTCOME = runs_it & is_in_session & has_a_standing_table
END = runs_it & is_in_session
WRITE_UP = runs_it & is_over & is_being_written
COMPLETE = runs_it & (is_in_session | (is_over & is_being_written))
CIRCULATE = runs_it & is_over & is_being_written
AMEND = was_there & circulates
SETTLE = runs_it & circulates
SIGN = (was_there | runs_it) & circulates
PUBLISH = runs_it & circulates
ADD = runs_it & is_published
RECORD_SESSION = _RUNS & stands
WITHDRAW_SESSION = _RUNS & was_recorded
BRING = is_secretary | is_steward
"""A file of past sessions; of which roundtable each row is says RECORD_SESSION."""
FOLLOW = belongs_to_it
"""Reading what is said in a session and its minutes before they are published."""


def audience(roundtable: Any) -> set[str]:
    """A draft stays with the body and the stewards."""
    if roundtable.state != DRAFT:
        return {PUBLIC}
    return {"stewards", *({f"org:{roundtable.keeper_id}"} if roundtable.keeper_id else ())}


def audience_of_session(session: Any) -> set[str]:
    """Until it is convened it stays with the body and the stewards, also where it is given up before."""
    return {"stewards", f"org:{session.keeper_id}"} if session.convened_on is None else {PUBLIC}
