"""Who may bring documents, and who may see them."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import PUBLISHED


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, document: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("you act for the organisation that keeps this record, as its manager or a representative"))
def speaks_for_its_keeper(actor: Actor, document: Any) -> bool:
    return actor.holds("manager", "representative") and actor.organisation_id == document.keeper_id


@rule(lazy_("it is published"))
def is_published(actor: Actor, document: Any) -> bool:
    return bool(document.state == PUBLISHED)


ADD = is_steward
REPLACE = (speaks_for_its_keeper | is_steward) & is_published
WITHDRAW = (speaks_for_its_keeper | is_steward) & is_published


def audience(document: Any) -> set[str]:
    """What the library holds is public."""
    return {PUBLIC}
