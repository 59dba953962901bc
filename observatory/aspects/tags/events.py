"""What can happen to a record's tags. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class Tagged:
    tag: str
    sentence = lazy_("{actor} tagged {record} with {tag}")


@dataclass(frozen=True)
class Untagged:
    tag: str
    sentence = lazy_("{actor} removed the tag {tag} from {record}")
