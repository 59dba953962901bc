"""What can happen to a record's translations."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class Translated:
    language: str
    sentence = lazy_("{actor} translated {record}: {language}")


@dataclass(frozen=True)
class TranslationTakenBack:
    language: str
    reason: str
    sentence = lazy_("{actor} took back a translation of {record} ({language}): {reason}")
