"""Translating. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

from observatory.aspects.translations import events, policy, queries
from observatory.aspects.translations.models import RecordTranslation, mark_of
from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid, NotFound
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import Record, given_reason, note
from observatory.records.models import LANGUAGES


@verb(policy.TRANSLATE)
def translate(
    actor: Actor, record: Record, *, language: str, title: str, summary: str = "", version: int | None = None
) -> RecordTranslation:
    """Say what a record is called and what it is in another language; again, to correct it or bring it up to date."""
    found = queries.find(actor, record.id, language)
    record.expect(version, {"title": found.title, "summary": found.summary} if found else {})
    if language not in LANGUAGES or language == record.language:
        raise Invalid(lazy_("Choose another language than the original's."), field="language")
    title, summary = " ".join(title.split()), summary.replace("\r\n", "\n").strip()
    if not 2 <= len(title) <= 300:
        raise Invalid(lazy_("Give the name in 2 to 300 characters."), field="title")
    before = [language, found.title, found.summary] if found else None
    made = found or RecordTranslation(record_id=record.id, language=language)
    made.title, made.summary, made.at = title, summary[:4000], clock.now()
    made.original = mark_of(record.title, record.summary)
    db.session.add(made)
    note(
        actor, record, events.Translated(language=language), translation=(before, [language, made.title, made.summary])
    )
    return made


@verb(policy.TRANSLATE)
def take_back(actor: Actor, record: Record, *, language: str, reason: str, version: int | None = None) -> None:
    """Take a translation away; the history keeps it, with the reason."""
    record.expect(version, {})
    found = queries.find(actor, record.id, language)
    if found is None:
        raise NotFound
    fact = events.TranslationTakenBack(language=language, reason=given_reason(reason))
    note(actor, record, fact, translation=([language, found.title, found.summary], None))
    db.session.delete(found)
