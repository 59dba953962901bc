"""Sentences: an event's words filled with who did it, to which record, and the facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from flask_babel import format_date
from markupsafe import Markup, escape

from observatory.kernel.text import _, lazy_
from observatory.people.models import ROLES
from observatory.records.models import LANGUAGES

UNKNOWN = lazy_("{actor} changed {record}")
"""For an event whose room is no longer there."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def fill(words: str, values: Mapping[str, object]) -> Markup:
    """`words` with each {name} replaced by its value, escaped unless it is Markup; a name without value is left out."""
    parts = []
    position = 0
    for found in _PLACEHOLDER.finditer(words):
        parts.append(escape(words[position : found.start()]))
        parts.append(escape(values.get(found.group(1), "…")))
        position = found.end()
    parts.append(escape(words[position:]))
    return Markup("").join(parts)


def person_words(name: str | None, alias: str | None, closed_at: object) -> str | None:
    """How the public reads a person's name; None once the account is closed."""
    return None if closed_at is not None or not name else (alias or name)


def actor_words(row: Any, organisation: object | None) -> Markup:
    """Who did it and for whom. `organisation` is its name (or link), None if there is none the reader may see."""
    person = person_words(row.person_name, row.person_alias, row.person_closed_at)
    if row.organisation_id is not None:
        person = person_words(row.person_name, None, row.person_closed_at)
    values = {"person": person or "", "organisation": organisation or ""}
    if person and organisation:
        return fill(_("{person} ({organisation})"), values)
    if person:
        return fill("{person}", values)
    if row.person_id is not None and organisation:
        return fill(_("a former member of {organisation}"), values)
    if organisation:
        return fill("{organisation}", values)
    if row.person_id is not None:
        return escape(_("somebody whose account is closed"))
    return escape(_("the operator of this Observatory"))


def sentence(words: str, actor: Markup, record: object, facts: Mapping[str, object]) -> Markup:
    """The whole sentence, beginning with a capital letter and without a full stop."""
    if words.startswith("{actor}") and not actor.startswith("<"):
        actor = actor[:1].upper() + actor[1:]
    return fill(words, {**facts, "actor": actor, "record": record})


def fact_words(name: str, value: object) -> str:
    """A fact as kept in JSON, in words: dates as people write them, roles by their names."""
    if value is None:
        return "…"
    if name == "role" and value in ROLES:
        return str(ROLES[str(value)])
    if name == "language" and value in LANGUAGES:
        return str(LANGUAGES[str(value)])
    if isinstance(value, str) and _DATE.fullmatch(value):
        return date_words(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(fact_words(name, item) for item in value)
    return str(value)


def date_words(text: str) -> str:
    """An ISO date as people write it; anything else as it is."""
    try:
        return str(format_date(dt.date.fromisoformat(text), "long"))
    except ValueError:
        return text
