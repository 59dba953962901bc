"""What rooms offer to those who meet, read up or hand over: matters, dossiers and holdings, asked for through their manifests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from observatory.kernel.policy import Actor


@dataclass(frozen=True)
class Meeting:
    """For what matters are looked for: the body that meets, about which site, and since when something counts as new."""

    body_id: int | None
    site_id: int | None
    since: dt.date | None


@dataclass(frozen=True)
class Matter:
    """Something that a meeting might deal with: a record, or what an earlier meeting left; and why now."""

    record_id: int | None
    title: str
    language: str
    url: str
    why: object
    origin_id: int | None = None
    """The item of an earlier meeting that was left."""

    @property
    def key(self) -> str:
        """Tells matters of one source apart."""
        return f"o{self.origin_id}" if self.origin_id is not None else str(self.record_id)


@dataclass(frozen=True)
class Matters:
    """Matters arising that a room offers to those who prepare a meeting: the most urgent ones first."""

    name: str
    label: object
    offer: Callable[[Actor, Meeting], Sequence[Matter]]
    order: int = 50


@dataclass(frozen=True)
class Reading:
    """A figure in words: what it is of, the value with its unit, of when it is, and who says so."""

    label: str
    value: str
    as_of: str = ""
    source: str = ""


@dataclass(frozen=True)
class Dossier:
    """What a record says at a moment, in words, for a document that is frozen."""

    facts: Sequence[tuple[str, str]] = ()
    """(label, value), in the order in which they are read."""
    figures: Sequence[Reading] = ()
    history: Sequence[tuple[str, str]] = ()
    """(day in ISO form, sentence), newest first; organisations are named, never persons."""


Dossiers = Callable[[Actor, Sequence[int]], Mapping[int, Dossier]]
"""The dossiers of those of these records that the actor may see, in a fixed number of statements, in the language that
is spoken just now."""


@dataclass(frozen=True)
class Holding:
    """Something that an office must hand over at the end of its term: what it owes, keeps, or must still answer."""

    key: str
    """The same for the same thing whenever it is asked, within its source."""
    record_id: int | None
    """Where it has a page: whoever may see that may know of it; None where it is public."""
    title: str
    language: str
    url: str
    why: object
    """How it stands now, in a few words."""


@dataclass(frozen=True)
class Holdings:
    """What of an organisation's a room knows, for the inventory at the end of a term: the most urgent first."""

    name: str
    label: object
    offer: Callable[[Actor, int], Sequence[Holding]]
    """By the organisation's id."""
    order: int = 50
    rest: bool = False
    """Whether it offers only the records that no other source speaks of."""
