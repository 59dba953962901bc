"""Stating facts, listing sources, changing keepers. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from observatory.aspects.reference import events, policy
from observatory.aspects.reference.models import SourceChange
from observatory.aspects.reference.queries import FIELDS, edition
from observatory.kernel import db
from observatory.kernel.errors import Invalid, Stale
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_, slugify
from observatory.records import Contradiction, Fact, Record, Source, given_reason, note
from observatory.records.models import CHANGED, DRAFT
from observatory.records.queries import records, visible


@verb(policy.STATE_FACT)
def record_fact(
    actor: Actor, record: Record, *, text_es: str, text_en: str = "", value: str = "", as_of: str = "",
    source_id: int | None = None, contradiction_id: int | None = None, version: int | None = None,
) -> Fact:  # fmt: skip
    """Record a sourced sentence about a record."""
    record.expect(version, {})
    fact = Fact(record_id=record.id)
    _describe(fact, text_es, text_en, value, as_of, source_id, contradiction_id)
    db.session.add(fact)
    db.session.flush()
    note(actor, record, events.FactRecorded(), fact=(None, _words(fact)))
    return fact


@verb(policy.STATE_FACT)
def correct_fact(
    actor: Actor, record: Record, *, fact: Fact, text_es: str, text_en: str = "", value: str = "", as_of: str = "",
    source_id: int | None = None, contradiction_id: int | None = None, version: int | None = None,
) -> Fact:  # fmt: skip
    """Correct a sourced sentence about a record; its history keeps what it said before."""
    record.expect(version, {})
    before = _words(fact)
    _describe(fact, text_es, text_en, value, as_of, source_id, contradiction_id)
    if db.session.is_modified(fact):
        note(actor, record, events.FactCorrected(), fact=(before, _words(fact)))
    return fact


@verb(policy.STATE_FACT)
def take_back_fact(actor: Actor, record: Record, *, fact: Fact, reason: str, version: int | None = None) -> None:
    """Take a wrong fact off the page; its words and the reason stay in the history."""
    record.expect(version, {})
    note(actor, record, events.FactTakenBack(reason=given_reason(reason)), fact=(_words(fact), None))
    db.session.delete(fact)


@verb(policy.LIST_SOURCE)
def add_source(actor: Actor, subject: None, **values: str) -> Source:
    """Add a source that facts can name."""
    source = Source(key=_free_key(slugify(values.get("title", ""))))
    changes = _set(source, values)
    db.session.add(source)
    db.session.flush()
    _tell(actor, source, changes)
    return source


@verb(policy.LIST_SOURCE)
def correct_source(actor: Actor, source: Source, *, version: int | None = None, **values: str) -> Source:
    """Correct a source; what it said before stays on its page."""
    db.session.refresh(source, with_for_update=True)
    now = edition(actor, source.id).version
    if version is not None and version != now:
        raise Stale(CHANGED, {name: getattr(source, name) for name in FIELDS}, now)
    changes = _set(source, values)
    if changes:
        _tell(actor, source, changes)
    return source


@verb(policy.CHANGE_KEEPER)
def change_keeper(actor: Actor, record: Record, *, keeper_id: int | None, version: int | None = None) -> None:
    """Say which organisation's people look after a record's page from now on, drafts included."""
    record.expect(version, {"keeper_id": record.keeper_id})
    title = ""
    if keeper_id is not None:
        statement = select(records.c.title, records.c.state).where(
            records.c.id == keeper_id, records.c.kind == "organisation", visible(actor)
        )
        found = db.session.execute(statement).one_or_none()
        if found is None:
            raise Invalid(lazy_("Choose one from the list."), field="keeper_id")
        if found.state == DRAFT:
            raise Invalid(lazy_("Publish that organisation first: its name would be read here."), field="keeper_id")
        title = found.title
    if record.keeper_id != keeper_id:
        record.keeper_id = keeper_id
        note(actor, record, events.KeeperChanged(keeper=title or "–"))


def _describe(
    fact: Fact, text_es: str, text_en: str, value: str, as_of: str, source_id: int | None, question_id: int | None
) -> None:
    if not text_es.strip():
        raise Invalid(lazy_("Write the fact."), field="text_es")
    if source_id is None or db.session.get(Source, source_id) is None:
        raise Invalid(lazy_("A fact needs its source."), field="source_id")
    if question_id is not None:
        question = db.session.get(Contradiction, question_id)
        if question is None or question.record_id != fact.record_id:
            raise Invalid(lazy_("Choose one from the list."), field="contradiction_id")
    fact.text_es, fact.text_en = text_es.strip(), (text_en or "").strip()
    fact.value, fact.as_of = (value or "").strip(), (as_of or "").strip()
    fact.source_id, fact.contradiction_id = source_id, question_id


def _words(fact: Fact) -> str:
    source = db.session.get(Source, fact.source_id) if fact.source_id else None
    said = ": ".join(part for part in (fact.text_es, fact.value) if part)
    return f"{said} ({source.title})" if source else said


def _set(source: Source, values: dict[str, str]) -> dict[str, list[str]]:
    changes: dict[str, list[str]] = {}
    for name in FIELDS:
        old, new = getattr(source, name) or "", " ".join((values.get(name) or "").split())
        if old != new:
            changes[name] = [old, new]
        setattr(source, name, new)
    if len(source.title) < 3:
        raise Invalid(lazy_("Give the title as the source has it."), field="title")
    if source.url and not source.url.startswith(("https://", "http://")):
        raise Invalid(lazy_("An address begins with https://."), field="url")
    return changes


def _tell(actor: Actor, source: Source, changes: dict[str, Any]) -> None:
    db.session.add(
        SourceChange(
            source_id=source.id, changes=changes, person_id=actor.person_id, organisation_id=actor.organisation_id
        )
    )


def _free_key(wanted: str) -> str:
    taken = set(db.session.scalars(select(Source.key).where(Source.key.startswith(wanted))))
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted[:70]}-{number}"
    return key
