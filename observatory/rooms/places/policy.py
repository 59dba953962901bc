"""Who may change places and sites, and who may see them."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import PUBLIC, Actor, rule
from observatory.kernel.text import lazy_
from observatory.records.models import DRAFT, PUBLISHED, WITHDRAWN

STEWARDS = "stewards"
"""The audience label that stewards and administrators carry."""


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, record: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("you act for the organisation that keeps this site, as its manager or a representative"))
def speaks_for_its_keeper(actor: Actor, site: Any) -> bool:
    return actor.holds("manager", "representative") and actor.organisation_id == site.keeper_id


@rule(lazy_("you act for the organisation that keeps this site, as its manager"))
def manages_its_keeper(actor: Actor, site: Any) -> bool:
    return actor.holds("manager") and actor.organisation_id == site.keeper_id


@rule(lazy_("it has not been withdrawn"))
def is_not_withdrawn(actor: Actor, site: Any) -> bool:
    return bool(site.state != WITHDRAWN)


@rule(lazy_("it is not published already"))
def is_not_published(actor: Actor, site: Any) -> bool:
    return bool(site.state != PUBLISHED)


@rule(lazy_("it is published"))
def is_published(actor: Actor, site: Any) -> bool:
    return bool(site.state == PUBLISHED)


ADD_TERRITORY = is_steward
CORRECT_TERRITORY = is_steward
DRAW_BOUNDARIES = is_steward
CREATE_SITE = is_steward
EDIT_SITE = (speaks_for_its_keeper | is_steward) & is_not_withdrawn
PUBLISH_SITE = (manages_its_keeper | is_steward) & is_not_published
WITHDRAW_SITE = (manages_its_keeper | is_steward) & is_published
RECORD_REFERENCE = is_steward


def territory_audience(territory: Any) -> set[str]:
    """Places are public."""
    return {PUBLIC}


def site_audience(site: Any) -> set[str]:
    """A draft stays between its keeper's people and the stewards; anything else is public, withdrawn or not."""
    inside = {f"org:{site.keeper_id}", STEWARDS} if site.keeper_id else {STEWARDS}
    return inside if site.state == DRAFT else inside | {PUBLIC}
