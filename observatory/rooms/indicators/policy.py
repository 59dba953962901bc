"""Who may define, approve, deliver, validate and publish; who may see. Rules receive a `Case` or a `Handed`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import DRAFT, PUBLISHED
from observatory.rooms.indicators.models.words import DELIVERED, PROPOSED, SUBMITTED, VALIDATED

_SPEAKERS = ("manager", "representative", "secretary")
_DEFINE = frozenset({"civil_society", "academia", "state", "oversight", "multilateral", "participation_body"})


@dataclass(frozen=True)
class Case:
    """An indicator with all that its rules ask about, as it stands for one actor."""

    indicator: Any
    draft: Any = None
    """The version of its definition that is drafted or proposed and not in force, if there is one."""
    bound: frozenset[int] = frozenset()
    """Its keeper, and every organisation under the same control with it, or before or after it in a succession."""
    drafted: bool = False
    """Whether the actor drafted or proposed that version, for whichever organisation."""
    same_world: bool = True
    """Whether the actor's organisation is as real, or as fictitious, as the indicator."""


@dataclass(frozen=True)
class Handed:
    """A delivery with all that its rules ask about, as it stands for one actor."""

    delivery: Any
    bound: frozenset[int] = frozenset()
    """Whoever delivered it, with its allies as in `Case.bound`."""
    keeps: bool = False
    """Whether the actor's organisation keeps every indicator in it."""
    same_world: bool = True
    ever_published: bool = False


def _speaks(actor: Actor) -> bool:
    return actor.organisation_id is not None and actor.holds(*_SPEAKERS)


@rule(lazy_("you act for an organisation as its manager, a representative or its secretary"))
def speaks(actor: Actor, subject: Any) -> bool:
    return actor.is_operator or _speaks(actor)


@rule(lazy_("your organisation is an NGO, a university, a public body, a multilateral or a participation body"))
def may_define(actor: Actor, subject: Any) -> bool:
    return actor.is_operator or actor.sector in _DEFINE


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, subject: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("your organisation keeps it"))
def keeps_it(actor: Actor, case: Any) -> bool:
    own = actor.organisation_id is not None and actor.organisation_id == case.indicator.keeper_id
    nobody = case.indicator.keeper_id is None
    return actor.is_operator or (own and actor.holds(*_SPEAKERS, "steward")) or (nobody and actor.holds("steward"))


@rule(lazy_("a version of it is drafted"))
def has_draft(actor: Actor, case: Any) -> bool:
    return bool(case.draft is not None and case.draft.state == DRAFT)


@rule(lazy_("a version of it waits for approval"))
def has_proposal(actor: Actor, case: Any) -> bool:
    return bool(case.draft is not None and case.draft.state == PROPOSED)


@rule(lazy_("no other version of it is drafted or proposed"))
def has_no_draft(actor: Actor, case: Any) -> bool:
    return bool(case.draft is None)


@rule(lazy_("it is approved"))
def is_approved(actor: Actor, case: Any) -> bool:
    return bool(case.indicator.state == PUBLISHED)


@rule(lazy_("neither your organisation nor one you hold a mandate of keeps it, or is under the same control"))
def is_of_another_organisation(actor: Actor, case: Any) -> bool:
    return actor.is_operator or not (case.bound & {*actor.organisation_ids, actor.organisation_id})


@rule(lazy_("you did not draft it yourself"))
def did_not_draft(actor: Actor, case: Any) -> bool:
    return not case.drafted


@rule(lazy_("your organisation is as real, or as fictitious, as what this is about"))
def is_of_the_same_world(actor: Actor, subject: Any) -> bool:
    return actor.is_operator or actor.holds("steward") or bool(subject.same_world)


@rule(lazy_("it waits to be validated"))
def waits(actor: Actor, handed: Any) -> bool:
    return bool(handed.delivery.state == SUBMITTED)


@rule(lazy_("it was not answered or published yet"))
def is_not_published(actor: Actor, handed: Any) -> bool:
    return bool(handed.delivery.state in (SUBMITTED, VALIDATED))


@rule(lazy_("it was validated"))
def is_validated(actor: Actor, handed: Any) -> bool:
    return bool(handed.delivery.state == VALIDATED)


@rule(lazy_("it is published"))
def is_published(actor: Actor, handed: Any) -> bool:
    return bool(handed.delivery.state == DELIVERED)


@rule(lazy_("you did not deliver it yourself"))
def did_not_deliver(actor: Actor, handed: Any) -> bool:
    return bool(actor.is_operator or (actor.person_id is not None and actor.person_id != handed.delivery.person_id))


@rule(
    lazy_("you act for another organisation than the one that delivered it, and hold no mandate of one allied with it")
)
def is_of_another_deliverer(actor: Actor, handed: Any) -> bool:
    return not (handed.bound & {*actor.organisation_ids, actor.organisation_id})


@rule(lazy_("you act for an organisation as its manager, a representative, its secretary or a verifier"))
def may_check(actor: Actor, handed: Any) -> bool:
    return actor.organisation_id is not None and actor.holds(*_SPEAKERS, "verifier")


@rule(lazy_("something of it was published"))
def was_published(actor: Actor, handed: Any) -> bool:
    return bool(handed.ever_published)


@rule(lazy_("your organisation delivered it"))
def delivered_it(actor: Actor, handed: Any) -> bool:
    own = actor.organisation_id is not None and actor.organisation_id == handed.delivery.organisation_id
    return actor.is_operator or (own and actor.holds(*_SPEAKERS))


@rule(lazy_("your organisation validated it"))
def validated_it(actor: Actor, handed: Any) -> bool:
    own = actor.organisation_id is not None and actor.organisation_id == handed.delivery.validated_for_id
    return own and actor.holds(*_SPEAKERS, "verifier")


@rule(lazy_("your organisation keeps every indicator in it"))
def keeps_them(actor: Actor, handed: Any) -> bool:
    return bool(handed.keeps and actor.holds(*_SPEAKERS, "steward"))


@rule(lazy_("your organisation keeps this page"))
def keeps_the_page(actor: Actor, record: Any) -> bool:
    own = actor.organisation_id is not None and actor.organisation_id == getattr(record, "keeper_id", None)
    return actor.is_operator or (own and actor.holds(*_SPEAKERS, "steward"))


@rule(lazy_("it is something that is measured: not an indicator, a place, an organisation or a session"))
def can_be_measured(actor: Actor, record: Any) -> bool:
    return bool(record.kind not in ("indicator", "territory", "organisation", "session"))


CREATE = (speaks & may_define) | is_steward
EDIT = keeps_it & has_draft
DESCRIBE = keeps_it
PROPOSE = keeps_it & has_draft
DROP = keeps_it & has_draft & is_approved
REDEFINE = keeps_it & is_approved & has_no_draft
APPROVE = (
    has_proposal
    & is_of_another_organisation
    & did_not_draft
    & is_of_the_same_world
    & ((speaks & may_define) | is_steward)
)
RETURN = APPROVE
GIVE_UP = (keeps_it | is_steward) & is_approved & has_no_draft
SET_TARGET = (keeps_it | is_steward) & is_approved
DELIVER = speaks | is_steward
_LOOKS_THROUGH = did_not_deliver & is_of_the_same_world & is_of_another_deliverer & (may_check | is_steward)
VALIDATE = waits & _LOOKS_THROUGH
SEND_BACK = is_not_published & _LOOKS_THROUGH
SEE_FIGURES = was_published | delivered_it | is_steward | (may_check & is_of_the_same_world)
"""What is not published is shown to whoever brought it, and to those who may have to answer it."""
PUBLISH = is_validated & is_of_the_same_world & (is_steward | validated_it | keeps_them | delivered_it)
PUBLISH_AT_ONCE = is_steward
MEASURE = can_be_measured & (keeps_the_page | is_steward)
WITHDRAW = is_not_published & delivered_it
TAKE_BACK = is_published & (delivered_it | is_steward)


def audience(indicator: Any) -> set[str]:
    """A draft stays inside the organisation that wrote it; what was once proposed is public."""
    inside = {f"org:{indicator.keeper_id}"} if indicator.keeper_id else {"stewards"}
    return inside if indicator.state == DRAFT else inside | {PUBLIC}
