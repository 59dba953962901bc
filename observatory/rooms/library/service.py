"""Bringing documents. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_, slugify
from observatory.records import RecordPlace, given_reason, note
from observatory.records.models import PUBLISHED, Record, Source
from observatory.records.queries import records
from observatory.rooms.library import events, policy, queries
from observatory.rooms.library.models import Document, DocumentPart, Written


@dataclass(frozen=True)
class Text:
    """A text as it came in a file."""

    file_name: str
    sha256: str
    written: Written


@dataclass(frozen=True)
class Work:
    """What is said of all texts of a folder: of which work they are, what they are about and where they come from."""

    collection: str
    territory_id: int | None = None
    about_id: int | None = None
    language: str = "es"
    author: str = ""
    issued: str = ""
    url: str = ""
    source: dict[str, str] = field(default_factory=dict)
    """Title, publisher, url and licence of the source."""
    keeper_id: int | None = None
    is_demo: bool = False


@verb(policy.ADD)
def bring(actor: Actor, subject: None, *, work: Work, texts: Sequence[Text]) -> dict[str, int]:
    """Take a folder of texts in: new ones are added, changed ones get their new words, in this one unit of work.

    Raises Invalid where it is not said what they are about.
    """
    if work.territory_id is None and work.about_id is None:
        raise Invalid(lazy_("Say which place or which organisation these texts are about."))
    if not work.collection.strip():
        raise Invalid(lazy_("Say of which work or set these texts are."))
    known = queries.known(actor, work.collection)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    source_id = _source(work.source)
    for position, text in enumerate(texts, 1):
        document = known.get(text.file_name)
        if document is None:
            _add(actor, work, text, position, source_id)
            counts["new"] += 1
        elif document.sha256 != text.sha256:
            replace(actor, document, text=text)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    return counts


def _add(actor: Actor, work: Work, text: Text, position: int, source_id: int | None) -> Document:
    document = Document(
        state=PUBLISHED, keeper_id=work.keeper_id, territory_id=work.territory_id, source_id=source_id,
        language=work.language, is_demo=work.is_demo, summary="", about_id=work.about_id, parts=[],
    )  # fmt: skip
    document.describe(
        {
            "title": text.written.title, "collection": work.collection.strip(), "position": position, "author": work.author,
            "issued": work.issued, "url": work.url, "file_name": text.file_name, "sha256": text.sha256,
        }
    )  # fmt: skip
    document.slug = _free_slug(slugify(f"{work.collection} {text.file_name.rpartition('.')[0]}"))
    document.parts = _parts(text)
    db.session.add(document)
    db.session.flush()
    if work.territory_id is not None:
        db.session.add(RecordPlace(record_id=document.id, territory_id=work.territory_id))
    note(actor, document, events.DocumentAdded(sha256=text.sha256))
    return document


@verb(policy.REPLACE)
def replace(actor: Actor, document: Document, *, text: Text) -> Document:
    """Give a document the words of a newer file."""
    document.describe({"title": text.written.title, "sha256": text.sha256})
    document.parts.clear()
    db.session.flush()
    document.parts.extend(_parts(text))
    note(actor, document, events.DocumentReplaced(sha256=text.sha256))
    return document


@verb(policy.WITHDRAW)
def withdraw(actor: Actor, document: Document, *, reason: str, version: int | None = None) -> None:
    """Take a document out of the lists; its page stays, with the reason."""
    document.expect(version, {})
    reason = given_reason(reason)
    document.withdraw()
    note(actor, document, events.DocumentWithdrawn(reason=reason))


def _parts(text: Text) -> list[DocumentPart]:
    return [
        DocumentPart(number=number, heading=heading, html=body, text=words)
        for number, (heading, body, words) in enumerate(text.written.parts, 1)
    ]


def _source(said: dict[str, Any]) -> int | None:
    if not said.get("title"):
        return None
    found = db.session.scalar(select(Source.id).where(Source.title == said["title"]))
    if found is not None:
        return found
    source = Source(key=slugify(said["title"])[:80], as_of="", note="", **said)
    db.session.add(source)
    db.session.flush()
    return source.id


def _free_slug(wanted: str) -> str:
    taken = set(
        db.session.scalars(select(records.c.slug).where(Record.kind == "document", records.c.slug.startswith(wanted)))
    )
    if wanted not in taken:
        return wanted
    return next(each for number in range(2, 10_000) if (each := f"{wanted[:75]}-{number}") not in taken)
