"""What can happen to a document. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class DocumentAdded:
    sha256: str
    sentence = lazy_("{actor} added {record} to the library")


@dataclass(frozen=True)
class DocumentReplaced:
    sha256: str
    sentence = lazy_("{actor} replaced the text of {record}")


@dataclass(frozen=True)
class DocumentWithdrawn:
    reason: str
    sentence = lazy_("{actor} withdrew {record}: {reason}")
