"""Who may tag a record: its keeper's people and the stewards."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import WITHDRAWN


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, record: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("you act for the organisation that keeps this record, as its manager or a representative"))
def speaks_for_its_keeper(actor: Actor, record: Any) -> bool:
    return actor.holds("manager", "representative") and actor.organisation_id == record.keeper_id


@rule(lazy_("it has not been withdrawn"))
def is_not_withdrawn(actor: Actor, record: Any) -> bool:
    return bool(record.state != WITHDRAWN)


ADD_TAG = is_steward
TAG = (speaks_for_its_keeper | is_steward) & is_not_withdrawn
