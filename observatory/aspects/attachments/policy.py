"""Who may attach files, withdraw their own, and erase what must not be kept."""

from __future__ import annotations

from typing import Any

from observatory.aspects.attachments.models import ERASED, SHOWN, WITHDRAWN
from observatory.aspects.tags.policy import is_not_withdrawn, is_steward
from observatory.kernel.policy import Actor, rule
from observatory.kernel.text import lazy_


@rule(lazy_("you act for an organisation, as its manager, a representative, its secretary or a verifier"))
def speaks_for_somebody(actor: Actor, record: Any) -> bool:
    return actor.holds("manager", "representative", "secretary", "verifier")


@rule(lazy_("you act for the organisation that added it"))
def is_of_its_organisation(actor: Actor, attachment: Any) -> bool:
    if not actor.holds("manager", "representative", "secretary", "verifier", "steward"):
        return False
    return actor.is_operator or actor.organisation_id == attachment.organisation_id


@rule(lazy_("it is published"))
def is_shown(actor: Actor, attachment: Any) -> bool:
    return bool(attachment.state == SHOWN)


@rule(lazy_("it was withdrawn, and not erased"))
def is_withdrawn(actor: Actor, attachment: Any) -> bool:
    return bool(attachment.state == WITHDRAWN)


@rule(lazy_("it has not been erased"))
def is_kept(actor: Actor, attachment: Any) -> bool:
    return bool(attachment.state != ERASED)


@rule(
    lazy_(
        "you act as a moderator, without a mandate of the organisation that added it or of the one that keeps the page"
    )
)
def is_impartial_moderator(actor: Actor, attachment: Any) -> bool:
    if not actor.holds("moderator"):
        return False
    concerned = {attachment.organisation_id, attachment.record.keeper_id} - {None}
    return actor.is_operator or not concerned & actor.organisation_ids


@rule(lazy_("you sent it"))
def sent_it(actor: Actor, draft: Any) -> bool:
    return actor.person_id is not None and draft.person_id == actor.person_id


ATTACH = (speaks_for_somebody | is_steward) & is_not_withdrawn
HANDLE_DRAFT = sent_it
WITHDRAW = is_of_its_organisation & is_shown
BRING_BACK = is_of_its_organisation & is_withdrawn
ERASE = (is_of_its_organisation | is_impartial_moderator) & is_kept
