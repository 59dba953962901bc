"""Attaching files and taking them back. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection

from sqlalchemy import delete

from observatory.aspects.attachments import events, policy, queries
from observatory.aspects.attachments.models import Attachment, AttachmentDraft, AttachmentText
from observatory.aspects.comments import service as comments
from observatory.aspects.comments.models import FILE
from observatory.kernel import clock, db, intake, preferences
from observatory.kernel.errors import Invalid, Stale
from observatory.kernel.files import Files, Sealed
from observatory.kernel.intake import Content
from observatory.kernel.policy import Actor, verb
from observatory.kernel.reading import READABLE
from observatory.kernel.text import _, lazy_
from observatory.records import Record, given_reason, note

MOST_DRAFTS = 20
GONE = lazy_("This file waited for too long, or you signed in anew since: send it again.")


@verb(policy.ATTACH)
def send(actor: Actor, record: Record, *, content: Content, secret: str, sealed: Sealed) -> AttachmentDraft:
    """Take a file that its sender then describes and publishes. Sealed with `secret`, it is readable to them alone."""
    assert actor.person_id is not None
    _check_quota(actor, len(content.body))
    if len(queries.drafts(actor, record.id)) >= MOST_DRAFTS:
        raise Invalid(lazy_("Publish or discard first what you have sent to this page."), field="files")
    draft = AttachmentDraft(
        id=secrets.token_urlsafe(24), record_id=record.id, person_id=actor.person_id, file_name=content.name,
        media_type=content.media.type, size=len(content.body), width=content.width, height=content.height,
        at=clock.now(),
    )  # fmt: skip
    sealed.keep(draft.id, secret, content.sealed())
    db.session.add(draft)
    db.session.flush()
    return draft


@verb(policy.HANDLE_DRAFT, conceals=True)
def discard(actor: Actor, draft: AttachmentDraft, *, sealed: Sealed) -> None:
    """Forget something that was sent."""
    db.session.delete(draft)
    db.after_commit(lambda: sealed.drop(draft.id))


@verb(policy.HANDLE_DRAFT, conceals=True)
def publish(
    actor: Actor, draft: AttachmentDraft, *, title: str, words: str, cells: Collection[int], secret: str,
    sealed: Sealed, files: Files,
) -> Attachment:  # fmt: skip
    """Attach something that was sent, its covered parts gone."""
    kept = sealed.opened(draft.id, secret)
    if kept is None:
        raise Stale(GONE)
    content = intake.cover(Content.unsealed(kept), cells)
    made = attach(actor, draft.record, content=content, title=title, words=words, files=files, covered=bool(cells))
    discard(actor, draft, sealed=sealed)
    return made


@verb(policy.ATTACH)
def attach(
    actor: Actor, record: Record, *, content: Content, title: str, files: Files, words: str = "", covered: bool = False
) -> Attachment:
    """Put a file on a record; whoever has an account announces it in the discussion, where it is moderated too."""
    title = " ".join(title.split())[:200]
    if len(title) < 3:
        raise Invalid(lazy_("Say what it is."), field="title")
    _check_quota(actor, len(content.body))
    made = Attachment(
        record_id=record.id, title=title, file_name=content.name, media_type=content.media.type, size=len(content.body),
        sha256=files.put(content.body), preview_sha256=files.put(content.preview) if content.preview else None,
        width=content.width, height=content.height, covered=covered, person_id=actor.person_id,
        organisation_id=actor.organisation_id, at=clock.now(),
        read_at=None if content.media.type in READABLE else clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    if actor.person_id is not None:
        shown = title.replace("[", "(").replace("]", ")")
        body = "\n\n".join(part for part in (words.strip(), f"[{shown}](/files/{made.id})") if part)
        made.comment_id = comments.say(actor, record, body=body, kind=FILE).id
    note(actor, record, events.FileAttached(number=made.id, sha256=made.sha256))
    return made


@verb(policy.WITHDRAW)
def withdraw(actor: Actor, attachment: Attachment, *, reason: str, version: int | None = None) -> None:
    """Take a file off its page, with a reason that everyone reads."""
    _expect(attachment, version)
    reason = given_reason(reason)
    attachment.withdraw(reason)
    note(actor, attachment.record, events.FileWithdrawn(number=attachment.id, reason=reason))


@verb(policy.BRING_BACK)
def bring_back(actor: Actor, attachment: Attachment, *, version: int | None = None) -> None:
    """Publish a withdrawn file again."""
    _expect(attachment, version)
    attachment.bring_back()
    note(actor, attachment.record, events.FileBroughtBack(number=attachment.id))


@verb(policy.ERASE)
def erase(
    actor: Actor, attachment: Attachment, *, reason: str, drop: Callable[[list[str]], None], version: int | None = None
) -> None:
    """Delete a file's content and words for good, as where it shows what must stay private.

    `drop` deletes contents by their SHA-256, once this is committed.
    """
    _expect(attachment, version)
    reason = given_reason(reason)
    attachment.erase(reason)
    attachment.title = attachment.file_name = ""
    db.session.execute(delete(AttachmentText).where(AttachmentText.attachment_id == attachment.id))
    note(actor, attachment.record, events.FileErased(number=attachment.id, sha256=attachment.sha256, reason=reason))
    contents = [each for each in (attachment.sha256, attachment.preview_sha256) if each]
    db.after_commit(lambda: drop(contents))


def _expect(attachment: Attachment, version: int | None) -> None:
    if version is not None and version != attachment.version:
        raise Stale(
            lazy_("Somebody changed this while you were working on it. Open it again and look."), {}, attachment.version
        )


def _check_quota(actor: Actor, more: int) -> None:
    if actor.is_operator:
        return
    quota = int(preferences.stored()["quota_mb"])
    if queries.used(actor, actor.organisation_id) + more > quota * 1_000_000:
        raise Invalid(
            _("Your organisation's files would take more than the %(size)s MB it may use: withdraw and erase some first, "
              "or ask the administrators.", size=quota),
            field="files",
        )  # fmt: skip
