"""Who may open a handover, confirm, receive and sign; who may see. Rules receive a `Case`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.rooms.handovers.models import INCOMING, OPEN, OUTGOING

SPEAKERS = ("manager", "secretary", "representative")


@dataclass(frozen=True)
class Case:
    """A handover with all that its rules ask about, as it stands for one actor on one day."""

    handover: Any
    side: str | None
    """On which side the actor is, by the dates of the mandate under which they act; None where that is not in force, or
    is no mandate to speak for this organisation."""
    today: dt.date


@rule(lazy_("you act for an organisation as its manager, a representative or its secretary"))
def speaks(actor: Actor, subject: Any) -> bool:
    return actor.mandate_id is not None and actor.organisation_id is not None and actor.holds(*SPEAKERS)


@rule(
    lazy_(
        "you act for its organisation as manager, representative or secretary, under a mandate that is in force: one that "
        "has ended gives nothing, whatever was signed"
    )
)
def acts_for_it(actor: Actor, case: Any) -> bool:
    return speaks.holds(actor, case) and case.side is not None


@rule(lazy_("your mandate began on the last day of the term or before"))
def goes(actor: Actor, case: Any) -> bool:
    return bool(case.side == OUTGOING)


@rule(lazy_("your mandate began after the last day of the term"))
def comes(actor: Actor, case: Any) -> bool:
    return bool(case.side == INCOMING)


@rule(lazy_("the last day of the term is not over"))
def lasts(actor: Actor, case: Any) -> bool:
    return bool(case.today <= case.handover.term_ends_on)


@rule(lazy_("both sides have not signed it yet"))
def is_open(actor: Actor, case: Any) -> bool:
    return bool(case.handover.state == OPEN)


OPEN_IT = speaks
_GOES = acts_for_it & goes & is_open
_COMES = acts_for_it & comes & is_open
EDIT = _GOES & lasts
DRAW_UP = _GOES & lasts
CONFIRM = _GOES
ANSWER = _COMES
SIGN = acts_for_it & is_open


def audience(handover: Any) -> set[str]:
    """Public from the day on which it is opened; items about what not everybody may see are left out by each read."""
    return {PUBLIC}
