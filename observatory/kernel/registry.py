"""The manifests: what a room contributes to the rest, checked when the program starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from observatory.kernel import printing
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.desk import Register
from observatory.kernel.files import Contents
from observatory.kernel.offers import Dossiers, Holdings, Matters
from observatory.kernel.policy import Actor
from observatory.kernel.search import Document

HOME = "home"
"""What a panel names to stand on the home page."""


class ManifestError(RuntimeError):
    """A manifest is incomplete or contradicts another; the message says where."""


@dataclass(frozen=True)
class Field:
    """How a column of a record is called and shown in its history. `show` turns stored values into words."""

    label: object
    show: Callable[[Any], object] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of record: everything that has its own page and its own audience."""

    name: str
    cls: type
    label: object
    plural: object
    audience: Callable[[Any], set[str]]
    documents: Callable[[Sequence[int]], Iterable[Document]]
    """Search documents of the records with these ids, read in a fixed number of statements."""
    endpoint: str
    """Endpoint of its page; the address is `url_for(endpoint, slug=record.slug)`."""
    fields: Mapping[str, Field]
    template: str | None = None
    """Card for mixed lists; `records/_card.html` when the room has none of its own."""
    states: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column of an export: `key` as the machine reads it, `value(row)` of one row."""

    key: str
    value: Callable[[Any], object]


@dataclass(frozen=True)
class Listing:
    """A list with filters in its address; its CSV and its Atom feed come from the same query."""

    name: str
    title: object
    rows: Callable[[Actor, Mapping[str, str]], Iterable[Any]]
    """All rows this actor may see under these filters, streamed."""
    recent: Callable[[Actor, Mapping[str, str], int], Sequence[Any]]
    """The n most recently changed, as rows with kind, slug, title, summary, language, created_at, updated_at."""
    columns: Sequence[Column]
    endpoint: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublicTable:
    """What everybody may know, as rows for whoever carries on elsewhere: `statement(actor)` selects them, in a fixed
    order, with exactly the columns that are public."""

    name: str
    statement: Callable[[Actor], Any]


@dataclass(frozen=True)
class Panel:
    """A part that one room puts on the page of another room's kind. `content(actor, row)` answers template values,
    or None when there is nothing to show; `row` has at least id, kind and slug.

    `on` names kinds, "*" for every kind, or "home" for the home page (then `row` is None)."""

    on: tuple[str, ...]
    template: str
    content: Callable[[Actor, Any], Mapping[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class NavItem:
    """An entry of the section menu."""

    label: object
    endpoint: str
    order: int


@dataclass(frozen=True)
class Statistic:
    """A count for the home page, computed when read."""

    label: object
    value: Callable[[Actor], int]
    endpoint: str


@dataclass(frozen=True)
class Facet:
    """A search facet's words: `options(actor, values)` names the values found, `empty` is never counted."""

    name: str
    label: object
    options: Callable[[Sequence[str]], Mapping[str, object]]
    order: int = 50


@dataclass(frozen=True)
class Room:
    """A room's or an aspect's manifest."""

    name: str
    blueprints: Sequence[Any] = ()
    kinds: Sequence[Kind] = ()
    events: Sequence[type] = ()
    listings: Sequence[Listing] = ()
    registers: Sequence[Register] = ()
    """Tables that are taken in from files."""
    panels: Sequence[Panel] = ()
    matters: Sequence[Matters] = ()
    """What may be on the agenda of a meeting."""
    holdings: Sequence[Holdings] = ()
    """What an office hands over to the next."""
    nav: Sequence[NavItem] = ()
    mine: Sequence[NavItem] = ()
    """Entries of the menu of whoever has signed in: what waits for them here."""
    statistics: Sequence[Statistic] = ()
    facets: Sequence[Facet] = ()
    limits: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """How often one person may send to an endpoint: its name → (what is counted, such as "30/hour")."""
    bodies: Mapping[str, int] = field(default_factory=dict)
    """How many bytes may be sent to an endpoint that takes files; elsewhere a million is enough."""
    texts: Callable[[Sequence[int]], Mapping[int, str]] | None = None
    """What else is searched of any record: words by record, for those among the given ids that have some."""
    public: Sequence[PublicTable] = ()
    public_files: Callable[[Actor], Sequence[str]] | None = None
    """The SHA-256 of the stored files that the actor may read."""
    contents: Contents | None = None
    """The stored files that rows here speak of: what backups keep and no sweep takes away."""
    dossiers: Mapping[str, Dossiers] = field(default_factory=dict)
    """By kind: what is said of its records in a document that is frozen."""
    printables: Mapping[str, Callable[[int], str]] = field(default_factory=dict)
    """Documents of records that are printed (`kernel.printing`): by name, the page of a record's, in its language."""
    personal: Mapping[str, Callable[[Actor], Any]] = field(default_factory=dict)
    """What is stored here about the actor, as JSON values by name: for the file of their own data."""
    reactions: Mapping[tuple[str, str], Callable[[Actor, Any, Any], None]] = field(default_factory=dict)
    """What follows here, in the same transaction, from a fact told of a record: by (kind, event)."""
    daily: Mapping[str, Callable[[Database, Settings], int]] = field(default_factory=dict)
    """What is done once a day by whoever drains, by name: answers how much was done, and bears being done again."""
    signals: Sequence[type] = ()
    """Facts that are told to reactions and to nobody else: no history keeps them."""


class Registry:
    """All manifests together. Central pages loop over it and never name a kind."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self.rooms = tuple(rooms)
        self.kinds = _unique("kind", ((kind.name, kind) for room in rooms for kind in room.kinds))
        self.events = _unique("event", ((event.__name__, event) for room in rooms for event in room.events))
        self.listings = _unique("listing", ((item.name, item) for room in rooms for item in room.listings))
        self.registers = _unique("register", ((item.name, item) for room in rooms for item in room.registers))
        self.facets = _unique(
            "facet",
            ((f.name, f) for f in sorted((f for room in rooms for f in room.facets), key=lambda f: f.order)),
        )
        every = sorted((each for room in rooms for each in room.matters), key=lambda each: each.order)
        self.matters = _unique("source of matters", ((each.name, each) for each in every))
        held = sorted((each for room in rooms for each in room.holdings), key=lambda each: each.order)
        self.holdings = _unique("source of holdings", ((each.name, each) for each in held))
        self.nav = sorted((item for room in rooms for item in room.nav), key=lambda item: item.order)
        self.mine = sorted((item for room in rooms for item in room.mine), key=lambda item: item.order)
        self.statistics = [item for room in rooms for item in room.statistics]
        self.dossiers = _unique("dossier", (pair for room in rooms for pair in room.dossiers.items()))
        if unknown := set(self.dossiers) - set(self.kinds):
            raise ManifestError(f"dossiers of the unknown kind {sorted(unknown)[0]!r}")
        self.printables = _unique("printable", (pair for room in rooms for pair in room.printables.items()))
        _unique("room", ((room.name, room) for room in rooms))
        signals = {signal.__name__ for room in rooms for signal in room.signals}
        for room in rooms:
            for panel in room.panels:
                for kind in panel.on:
                    if kind not in ("*", HOME) and kind not in self.kinds:
                        raise ManifestError(f"{room.name}: a panel stands on the unknown kind {kind!r}")
            for kind, event in room.reactions:
                if kind not in self.kinds or event not in {*self.events, *signals}:
                    raise ManifestError(f"{room.name}: a reaction to the unknown {event!r} of {kind!r}")
        for name, event in self.events.items():
            if not getattr(event, "sentence", None):
                raise ManifestError(f"the event {name} has no sentence")

    @property
    def public(self) -> dict[str, PublicTable]:
        """Everything that is public, by name."""
        return _unique("public table", ((table.name, table) for room in self.rooms for table in room.public))

    @property
    def daily(self) -> dict[str, Callable[[Database, Settings], int]]:
        """Everything that is done once a day, by name."""
        return _unique("daily job", (item for room in self.rooms for item in room.daily.items()))

    @property
    def contents(self) -> list[Contents]:
        """What tells which stored files are spoken of."""
        return [printing.contents, *(room.contents for room in self.rooms if room.contents)]

    def panels(self, kind: str) -> list[Panel]:
        """The panels for the page of `kind` (or for the home page), in order."""
        every = () if kind == HOME else ("*",)
        found = [panel for room in self.rooms for panel in room.panels if {kind, *every} & set(panel.on)]
        return sorted(found, key=lambda panel: panel.order)

    def check_templates(self, exists: Callable[[str], bool]) -> None:
        """Raise ManifestError if a template named by a manifest is missing."""
        named = [(room.name, panel.template) for room in self.rooms for panel in room.panels]
        named += [(room.name, kind.template) for room in self.rooms for kind in room.kinds if kind.template]
        for room_name, template in named:
            if not exists(template):
                raise ManifestError(f"{room_name}: the template {template} does not exist")


def _unique(what: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ManifestError(f"two manifests declare the {what} {name!r}")
        found[name] = value
    return found
