"""Who may speak, edit, report, hide, restore and appeal, and who answers reports of errors."""

from __future__ import annotations

from typing import Any

from observatory.aspects.comments.models import ERROR, HIDDEN, VISIBLE
from observatory.kernel.policy import Actor, rule
from observatory.kernel.text import lazy_


@rule(lazy_("you are signed in"))
def is_signed_in(actor: Actor, subject: Any) -> bool:
    return not actor.is_guest


@rule(lazy_("you wrote it"))
def is_author(actor: Actor, comment: Any) -> bool:
    return actor.person_id is not None and comment.person_id == actor.person_id


@rule(lazy_("somebody else wrote it"))
def is_not_author(actor: Actor, comment: Any) -> bool:
    return bool(comment.person_id != actor.person_id)


@rule(lazy_("it was written less than 15 minutes ago and is not hidden; later, correct it by a reply"))
def is_editable(actor: Actor, comment: Any) -> bool:
    return bool(comment.is_editable())


@rule(lazy_("it is not hidden"))
def is_visible(actor: Actor, comment: Any) -> bool:
    return bool(comment.state == VISIBLE)


@rule(lazy_("it is hidden"))
def is_hidden(actor: Actor, comment: Any) -> bool:
    return bool(comment.state == HIDDEN)


@rule(lazy_("you act as a moderator"))
def is_moderator(actor: Actor, comment: Any) -> bool:
    return actor.holds("moderator")


@rule(lazy_("you have no mandate of the organisation that wrote it, and none of the one that keeps the page"))
def is_impartial(actor: Actor, comment: Any) -> bool:
    concerned = {comment.organisation_id, comment.record.keeper_id} - {None, actor.organisation_id}
    own = {comment.organisation_id} & {actor.organisation_id} - {None}
    return not own and not concerned & actor.organisation_ids


@rule(lazy_("it is a report of an error that nobody has answered"))
def is_open_report(actor: Actor, comment: Any) -> bool:
    return comment.kind == ERROR and comment.outcome is None


@rule(lazy_("you act for the organisation that keeps this page, or as a steward"))
def answers_for_the_page(actor: Actor, comment: Any) -> bool:
    keeps = actor.holds("manager", "representative") and actor.organisation_id == comment.record.keeper_id
    return keeps or actor.holds("steward")


COMMENT = is_signed_in
EDIT = is_author & is_editable
REPORT = is_signed_in & is_not_author & is_visible
HIDE = is_moderator & is_not_author & is_impartial & is_visible
RESTORE = is_moderator & is_not_author & is_impartial & is_hidden
APPEAL = is_author & is_hidden
SETTLE = answers_for_the_page & is_open_report & is_visible
READ_QUEUE = is_moderator
