"""What can happen to a record's links. Told on the record at which the link begins."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class Linked:
    target: str
    sentence = lazy_("{actor} linked {record} to {target}")


@dataclass(frozen=True)
class Unlinked:
    target: str
    reason: str
    sentence = lazy_("{actor} took back the link of {record} to {target}: {reason}")
