"""History entries as a person reads them: a sentence with links, the moment, and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale
from markupsafe import Markup, escape

from observatory.aspects.history import queries
from observatory.aspects.history.diff import Change, told
from observatory.aspects.history.sentences import UNKNOWN, actor_words, fact_words, person_words, sentence
from observatory.kernel import atom
from observatory.kernel.pages import absolute, address, registry
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, excerpt

CHANNELS = ("web", "")


@dataclass(frozen=True)
class Told:
    """One entry. `sentence` may be put into a page as it is; `text` is the same without links."""

    id: int
    at: dt.datetime
    kind: str
    slug: str
    sentence: Markup
    author: str
    permalink: str
    is_demo: bool
    language: str
    via: str
    changes: Sequence[Change] = ()

    @property
    def text(self) -> str:
        return self.sentence.striptags()


def tell(actor: Actor, rows: Sequence[Any], *, changes: bool = False) -> list[Told]:
    """`rows` of history as sentences, with their changes field by field if asked; a fixed number of statements."""
    names = _Names(actor, rows, changes)
    return [_tell(row, names, changes) for row in rows]


def plainly(actor: Actor, rows: Sequence[Any], record: str) -> dict[int, list[tuple[dt.datetime, str]]]:
    """`rows` of history as plain sentences by record, in the order of `rows`, for what is kept for good: the record is
    called `record` in all of them, and organisations are named, but never a person, whose name may have to go one day."""
    rows = [row for row in rows if not any(name.endswith("person_id") for name in row.facts)]
    names = _Names(actor, rows, changes=False)
    found: dict[int, list[tuple[dt.datetime, str]]] = {}
    for row in rows:
        event = registry().events.get(row.event)
        person = _("a person") if row.person_id is not None else _("the operator of this Observatory")
        who = escape(row.organisation_title or person)
        words = sentence(str(event.sentence if event else UNKNOWN), who, record, names.facts(row.facts)).striptags()
        found.setdefault(row.record_id, []).append((row.at, words))
    return found


class _Names:
    """What the ids in facts and changes stand for, read at once for all entries."""

    def __init__(self, actor: Actor, rows: Sequence[Any], changes: bool) -> None:
        people: set[int] = set()
        others: set[int] = set()
        sources: set[int] = set()
        for row in rows:
            pairs = list(row.facts.items())
            if changes:
                pairs += [(name, value) for name, both in row.changes.items() for value in both]
            for name, value in pairs:
                if name.endswith("_id") and isinstance(value, int) and not isinstance(value, bool):
                    self._kept(name, people, sources, others).add(value)
        self.people = queries.people(people)
        self.records = queries.references(actor, others)
        self.sources = queries.sources(sources)

    @staticmethod
    def _kept(name: str, people: set[int], sources: set[int], others: set[int]) -> set[int]:
        """Which of the three an id called `name` belongs to."""
        if name.endswith("person_id"):
            return people
        return sources if name.endswith("source_id") else others

    def of(self, name: str, value: Any) -> str | None:
        """What an id is called; None if the reader may not know or it is gone."""
        if name.endswith("source_id"):
            return self.sources.get(value)
        if name.endswith("person_id"):
            row = self.people.get(value)
            return person_words(row.name, None, row.closed_at) if row else None
        row = self.records.get(value)
        return row.title if row else None

    def facts(self, facts: Mapping[str, Any]) -> dict[str, object]:
        """The facts in words; {thing} for each thing_id."""
        found: dict[str, object] = {}
        for name, value in facts.items():
            if name.endswith("_id") and isinstance(value, int):
                row = None if name.endswith(("person_id", "source_id")) else self.records.get(value)
                words = _link(row.kind, row.slug, row.title, row.language) if row else self.of(name, value)
                found[name.removesuffix("_id")] = words or _("somebody whose account is closed")
            else:
                found[name] = fact_words(name, value)
        return found


def _tell(row: Any, names: _Names, changes: bool) -> Told:
    manifests = registry()
    event = manifests.events.get(row.event)
    organisation = None
    if row.organisation_title:
        organisation = _link(
            row.organisation_kind, row.organisation_slug, row.organisation_title, row.organisation_language
        )
    who = actor_words(row, organisation)
    kind = manifests.kinds.get(row.kind)
    return Told(
        id=row.id,
        at=row.at,
        kind=row.kind,
        slug=row.slug,
        sentence=sentence(
            str(event.sentence if event else UNKNOWN),
            who,
            _link(row.kind, row.slug, row.title, row.language),
            names.facts(row.facts),
        ),
        author=who.striptags(),
        permalink=_permalink(row),
        is_demo=row.is_demo,
        language=row.language,
        via="" if row.via in CHANNELS else row.via,
        changes=told(row.changes, kind.fields if kind else {}, names.of) if changes else (),
    )


def _permalink(row: Any, **more: Any) -> str:
    return url_for("history.show", kind=row.kind, slug=row.slug, entry=row.id, _anchor=f"e{row.id}", **more)


def _link(kind: str, slug: str, title: str, language: str) -> Markup:
    target = address(kind, slug)
    if not target:
        return Markup("{}").format(title)
    if language and language != str(get_locale() or "es").split("_")[0]:
        return Markup('<a href="{}" lang="{}">{}</a>').format(target, language, title)
    return Markup('<a href="{}">{}</a>').format(target, title)


def feed_entries(stories: Sequence[Told]) -> list[atom.Entry]:
    """The same for a feed."""
    return [
        atom.Entry(
            id=absolute(_permalink(story, lang=None)),
            url=absolute(story.permalink),
            title=excerpt(story.text, 200),
            updated=story.at,
            published=story.at,
            author=story.author,
            category=story.kind,
            summary="; ".join(change.label for change in story.changes),
        )
        for story in stories
    ]
