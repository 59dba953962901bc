"""What changed, field by field; in long texts, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from observatory.aspects.history.sentences import date_words
from observatory.kernel.config import LANGUAGES
from observatory.kernel.language import NAMES
from observatory.kernel.registry import Field
from observatory.kernel.text import _, lazy_
from observatory.records.models import STATES

Runs = Sequence[tuple[str, str]]
"""Pieces of text, each ("same" | "del" | "ins", text)."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LONG = 80
_MOST_WORDS = 3_000
_ALIKE = 0.35
_KEPT = 24


@dataclass(frozen=True)
class Change:
    """One field's change. `runs` when the text was partly kept; else `old` and `new`, empty for nothing."""

    label: str
    old: str = ""
    new: str = ""
    runs: Runs = ()
    language: str = ""
    """Of the text, where it may be another than the page's."""


def _language(value: Any) -> str:
    return NAMES.get(value, str(value)) if value in LANGUAGES else str(value)


BASE: Mapping[str, Field] = {
    "title": Field(lazy_("Title")),
    "summary": Field(lazy_("Summary")),
    "slug": Field(lazy_("Address of the page")),
    "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
    "language": Field(lazy_("Language of the text"), _language),
    "keeper_id": Field(lazy_("Kept by")),
    "territory_id": Field(lazy_("Place")),
    "site_id": Field(lazy_("Site")),
    "source_id": Field(lazy_("Source")),
    "is_demo": Field(lazy_("Demonstration data")),
    "tags": Field(lazy_("Tags")),
    "fact": Field(lazy_("Sourced fact")),
    "link": Field(lazy_("Linked page")),
    "translation": Field(lazy_("Translation")),
}
"""What every record has, whatever its kind."""


def told(
    changes: Mapping[str, Sequence[Any]], fields: Mapping[str, Field], name_of: Callable[[str, Any], str | None]
) -> list[Change]:
    """The changes of one entry in the order in which the kind declares its fields.

    `name_of(field, id)` names what a reference points to. A field nobody declared is called by its own name: no
    change goes untold.
    """
    known = {**BASE, **fields}
    order = {name: position for position, name in enumerate(known)}
    found = []
    for name in sorted(changes, key=lambda name: (order.get(name, len(order)), name)):
        old, new = changes[name]
        spoken = _spoken(name, old, new)
        if spoken:
            old, new = (value[1:] if value else None for value in (old, new))
        field = known.get(name) or Field(name.removesuffix("_id").replace("_", " "))
        before, after = (_words(name, field, value, name_of) for value in (old, new))
        if before != after:
            change = _change(str(field.label), before, after)
            found.append(replace(change, language=spoken))
    return found


TRANSLATION = "translation"
"""The one change whose values begin with the language that the rest is in."""


def _spoken(name: str, old: Any, new: Any) -> str:
    return str((new or old)[0]) if name == TRANSLATION and (new or old) else ""


def _words(name: str, field: Field, value: Any, name_of: Callable[[str, Any], str | None]) -> str:
    if value in (None, "", []):
        return ""
    if field.show is not None:
        return str(field.show(value))
    if name.endswith("_id"):
        return name_of(name, value) or _("something you may not see")
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return ", ".join(_words(name, field, item, name_of) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return date_words(value) if name.endswith("_on") else str(value)


def _change(label: str, old: str, new: str) -> Change:
    if old and new and (len(old) > _LONG or len(new) > _LONG):
        runs = word_runs(old, new)
        if runs:
            return Change(label, runs=runs)
    return Change(label, old, new)


def word_runs(old: str, new: str) -> list[tuple[str, str]]:
    """Both texts in one, word by word; empty when they have too little in common to be read that way.

    Very long texts are compared line by line: comparing words takes quadratic time.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) + len(after) > _MOST_WORDS:
        return []
    operations = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    kept = sum(_weight(before[i:j]) for operation, i, j, _k, _m in operations if operation == "equal")
    if 2 * kept < _ALIKE * (_weight(before) + _weight(after)):
        return []
    runs: list[tuple[str, str]] = []
    gone, come = "", ""
    for position, (operation, i, j, k, m) in enumerate(operations):
        last = position == len(operations) - 1
        if operation == "equal" and (last or not (gone or come) or _weight(before[i:j])):
            runs += [run for run in (("del", gone), ("ins", come)) if run[1]]
            gone, come = "", ""
            runs.append(("same", _shortened(before[i:j], position == 0, last)))
        else:  # a mere space between two changes belongs to them
            gone += "".join(before[i:j])
            come += "".join(after[k:m])
    return runs + [run for run in (("del", gone), ("ins", come)) if run[1]]


def _weight(words: Sequence[str]) -> int:
    """How many letters and signs there are, spaces aside."""
    return sum(len(word.strip()) for word in words)


def _shortened(words: Sequence[str], first: bool, last: bool) -> str:
    """What stayed the same, with only so much of it as the reader needs to find the place."""
    if len(words) <= 3 * _KEPT:
        return "".join(words)
    head = [] if first else words[:_KEPT]
    tail = [] if last else words[-_KEPT:]
    return "".join(head).rstrip() + " […] " + "".join(tail).lstrip()
