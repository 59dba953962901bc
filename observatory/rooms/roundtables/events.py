"""What can happen to roundtables and their sessions, each with its sentence."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class RoundtableDrafted:
    sentence = lazy_("{actor} drafted the page of {record}")


@dataclass(frozen=True)
class RoundtableEdited:
    sentence = lazy_("{actor} changed {record}")


@dataclass(frozen=True)
class RoundtableInstalled:
    act: str
    sentence = lazy_("{actor} published {record}, founded by {act}")


@dataclass(frozen=True)
class RoundtableExtended:
    until: str
    act: str
    sentence = lazy_("{actor} extended {record} until {until}, by {act}")


@dataclass(frozen=True)
class RoundtableClosed:
    reason: str
    sentence = lazy_("{actor} closed {record}: {reason}")


@dataclass(frozen=True)
class ConstituencySet:
    name: str
    sentence = lazy_("{actor} said who sits in {record} for “{name}”")


@dataclass(frozen=True)
class SeatGiven:
    organisation: str
    sentence = lazy_("{organisation} took a seat in {record}, as {actor} recorded")


@dataclass(frozen=True)
class SeatEnded:
    organisation: str
    reason: str
    sentence = lazy_("{organisation} no longer sits in {record}, as {actor} recorded: {reason}")


@dataclass(frozen=True)
class CommissionFormed:
    name: str
    sentence = lazy_("{record} formed the commission “{name}”, as {actor} recorded")


@dataclass(frozen=True)
class CommissionEnded:
    name: str
    sentence = lazy_("{record} ended the commission “{name}”, as {actor} recorded")


@dataclass(frozen=True)
class SessionPlanned:
    sentence = lazy_("{actor} began to prepare {record}")


@dataclass(frozen=True)
class AgendaChanged:
    sentence = lazy_("{actor} changed the agenda of {record}")


@dataclass(frozen=True)
class AgendaDocumentsChosen:
    item: str
    sentence = lazy_("{actor} said which documents belong to “{item}” on the agenda of {record}")


@dataclass(frozen=True)
class SessionConvened:
    items: int
    sentence = lazy_("{actor} convened {record}, with {items} items on its agenda")


@dataclass(frozen=True)
class SessionMoved:
    sentence = lazy_("{actor} changed the time or the place of {record}")


@dataclass(frozen=True)
class SessionCancelled:
    reason: str
    sentence = lazy_("{actor} cancelled {record}: {reason}")


ALL = [
    SessionPlanned,
    AgendaChanged,
    AgendaDocumentsChosen,
    SessionConvened,
    SessionMoved,
    SessionCancelled,
    RoundtableDrafted,
    RoundtableEdited,
    RoundtableInstalled,
    RoundtableExtended,
    RoundtableClosed,
    ConstituencySet,
    SeatGiven,
    SeatEnded,
    CommissionFormed,
    CommissionEnded,
]
