"""Who may change an organisation, and who may see it."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import DRAFT, PUBLISHED, WITHDRAWN

STEWARDS = "stewards"
"""The audience label that stewards and administrators carry."""


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, organisation: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("you act for this organisation as its manager or a representative"))
def speaks_for_it(actor: Actor, organisation: Any) -> bool:
    return actor.holds("manager", "representative") and actor.organisation_id == organisation.id


@rule(lazy_("you act for this organisation as its manager"))
def manages_it(actor: Actor, organisation: Any) -> bool:
    return actor.holds("manager") and actor.organisation_id == organisation.id


@rule(lazy_("it has not been withdrawn"))
def is_not_withdrawn(actor: Actor, organisation: Any) -> bool:
    return bool(organisation.state != WITHDRAWN)


@rule(lazy_("it is not published already"))
def is_not_published(actor: Actor, organisation: Any) -> bool:
    return bool(organisation.state != PUBLISHED)


@rule(lazy_("it is published"))
def is_published(actor: Actor, organisation: Any) -> bool:
    return bool(organisation.state == PUBLISHED)


CREATE = is_steward
EDIT = (speaks_for_it | is_steward) & is_not_withdrawn
PUBLISH = (manages_it | is_steward) & is_not_published
WITHDRAW = (manages_it | is_steward) & is_published
RECORD_REFERENCE = is_steward
MERGE = is_steward & is_published


def audience(organisation: Any) -> set[str]:
    """A draft stays between its own people and the stewards; anything else is public, withdrawn or not."""
    inside = {f"org:{organisation.keeper_id}", STEWARDS} if organisation.keeper_id else {STEWARDS}
    return inside if organisation.state == DRAFT else inside | {PUBLIC}
