"""Who may give, answer and end mandates, and who may touch an account."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import Actor, rule
from observatory.kernel.text import lazy_
from observatory.people.models import OPERATOR_ROLES


@rule(lazy_("you are signed in"))
def is_signed_in(actor: Actor, subject: Any) -> bool:
    return not actor.is_guest


@rule(lazy_("anyone may"))
def is_anyone(actor: Actor, subject: Any) -> bool:
    return True


@rule(lazy_("it is your own"))
def is_own(actor: Actor, subject: Any) -> bool:
    return (
        actor.person_id is not None and getattr(subject, "person_id", getattr(subject, "id", None)) == actor.person_id
    )


@rule(lazy_("you act as a manager of this organisation"))
def manages(actor: Actor, subject: Any) -> bool:
    organisation_id = getattr(subject, "organisation_id", None) or getattr(subject, "id", None)
    return actor.holds("manager", "administrator") and actor.organisation_id == organisation_id


@rule(lazy_("you act as an administrator"))
def is_administrator(actor: Actor, subject: Any) -> bool:
    return actor.holds("administrator")


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, subject: Any) -> bool:
    return actor.holds("steward")


@rule(lazy_("it is not your own mandate"))
def is_not_own(actor: Actor, subject: Any) -> bool:
    return getattr(subject, "person_id", None) != actor.person_id


@rule(lazy_("the role is one that this organisation can give"))
def is_ordinary(actor: Actor, subject: Any) -> bool:
    return getattr(subject, "role", "") not in OPERATOR_ROLES or actor.holds("administrator")


@rule(lazy_("it is not your own account"))
def is_not_own_account(actor: Actor, person: Any) -> bool:
    return getattr(person, "id", None) != actor.person_id


REQUEST = is_signed_in
INVITE = manages | is_administrator
ANSWER = (manages | is_administrator) & is_not_own & is_ordinary
ANSWER_INVITATION = (manages | is_administrator) & is_ordinary
REVOKE = ((manages | is_administrator) & is_ordinary) | is_own
OWN_ACCOUNT = is_own
MODERATE_ACCOUNT = is_administrator & is_not_own_account
