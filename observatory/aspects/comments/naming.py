"""Organisations named in a comment: `@slug` becomes a link, is kept, and their people are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from observatory.aspects.comments.models import Comment, CommentMention
from observatory.kernel import db
from observatory.kernel.errors import Stale
from observatory.kernel.policy import PUBLIC, Actor
from observatory.kernel.text import _
from observatory.people.speaking import tell
from observatory.records import Record
from observatory.records.derived import labels_of
from observatory.records.models import CHANGED, DRAFT
from observatory.records.queries import records, visible

_NAME = re.compile(r"(?<![\w@/])@([a-z0-9][a-z0-9-]{2,89})")
_MOST = 5
"""So many organisations may one comment call: more would be noise for their people."""


def named_in(actor: Actor, body: str) -> dict[str, Any]:
    """The organisations that `body` names and the actor may see, by the last part of their address: (id, title)."""
    slugs = list(dict.fromkeys(_NAME.findall(body)))[:_MOST]
    if not slugs:
        return {}
    statement = select(records.c.slug, records.c.id, records.c.title).where(
        records.c.kind == "organisation", records.c.slug.in_(slugs), records.c.state != DRAFT, visible(actor)
    )
    return {row.slug: row for row in db.session.execute(statement)}


def linked(body: str, named: Mapping[str, Any]) -> str:
    """`body` as Markdown in which those names lead to the organisations."""

    def link(found: re.Match[str]) -> str:
        row = named.get(found[1])
        if row is None:
            return found[0]
        title = re.sub(r"([\\\[\]*_`<>])", r"\\\1", row.title)
        return f"[@{title}](/organisations/{row.slug})"

    return _NAME.sub(link, body)


def keep(comment: Comment, named: Mapping[str, Any]) -> None:
    """Let exactly these organisations be named by a comment."""
    db.session.execute(delete(CommentMention).where(CommentMention.comment_id == comment.id))
    db.session.add_all(CommentMention(comment_id=comment.id, organisation_id=row.id) for row in named.values())


def tell_named(actor: Actor, record: Record, named: Mapping[str, Any], link: str) -> None:
    """Write to the people who speak for the organisations named, but to nobody about their own words.

    Nor about a page that the organisation may not see yet: the message would tell its title.
    """
    audience = labels_of([record.id])[record.id]
    for row in named.values():
        if not audience & {PUBLIC, f"org:{row.id}"}:
            continue

        def words(title: str = row.title) -> tuple[str, str]:
            subject = _("%(organisation)s was named in a comment", organisation=title)
            return subject, _("On the page “%(title)s”: %(link)s", title=record.title, link=link)

        tell(row.id, words, but=actor.person_id)


def tell_keeper(record: Record, link: str) -> None:
    """Write to the people of the organisation that keeps a page that somebody reports an error on it."""

    def words() -> tuple[str, str]:
        subject = _("Somebody reports an error on “%(title)s”", title=record.title)
        return subject, _("Read and answer it here: %(link)s", link=link)

    tell(record.keeper_id, words)


def expect(comment: Comment, version: int | None, current: dict[str, object]) -> None:
    """Raise Stale unless the form showed this very version of the comment."""
    if version is not None and version != comment.version:
        raise Stale(CHANGED, current, comment.version)
