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
    sentence = lazy_("{actor} convened {record}; items on its agenda: {items}")


@dataclass(frozen=True)
class SessionMoved:
    sentence = lazy_("{actor} changed the time or the place of {record}")


@dataclass(frozen=True)
class SessionCancelled:
    reason: str
    sentence = lazy_("{actor} cancelled {record}: {reason}")


@dataclass(frozen=True)
class SessionOpened:
    sentence = lazy_("{actor} opened {record}")


@dataclass(frozen=True)
class AttendanceRecorded:
    present: int
    seats: int
    sentence = lazy_("{actor} recorded who is in {record}; seats taken: {present} of {seats}")


@dataclass(frozen=True)
class InformationRecorded:
    item: str
    sentence = lazy_("{record}: information on “{item}”, as {actor} recorded")


@dataclass(frozen=True)
class ItemDeferred:
    item: str
    sentence = lazy_("{record} left “{item}” for a later session, as {actor} recorded")


@dataclass(frozen=True)
class AgreementAdopted:
    item: str
    sentence = lazy_("{record} agreed on “{item}”, as {actor} recorded")


@dataclass(frozen=True)
class CommitmentChanged:
    item: str
    commitment: str
    sentence = lazy_("{record} decided about “{commitment}”, as {actor} recorded")


@dataclass(frozen=True)
class AgreementCompleted:
    item: str
    sentence = lazy_("{actor} completed what {record} agreed on “{item}”")


@dataclass(frozen=True)
class OutcomeTakenBack:
    item: str
    reason: str
    sentence = lazy_("{actor} took back what was recorded on “{item}” in {record}: {reason}")


@dataclass(frozen=True)
class SessionHeld:
    sentence = lazy_("{record} was held, as {actor} recorded")


@dataclass(frozen=True)
class SessionWithoutQuorum:
    sentence = lazy_("{record} ended without ever having a quorum, as {actor} recorded")


@dataclass(frozen=True)
class SessionRecorded:
    document: str
    sentence = lazy_("{actor} recorded {record} as {document} has it")


@dataclass(frozen=True)
class SessionWithdrawn:
    reason: str
    sentence = lazy_("{actor} withdrew what was recorded of {record}: {reason}")


@dataclass(frozen=True)
class MinutesWritten:
    item: str
    sentence = lazy_("{actor} wrote in the minutes of {record} what was said on “{item}”")


@dataclass(frozen=True)
class MinutesCirculated:
    digest: str
    sentence = lazy_("{actor} circulated the minutes of {record}")


@dataclass(frozen=True)
class AmendmentProposed:
    item: str
    sentence = lazy_("{actor} proposed another text on “{item}” for the minutes of {record}")


@dataclass(frozen=True)
class AmendmentSettled:
    item: str
    sentence = lazy_("{actor} answered what was proposed on “{item}” for the minutes of {record}")


@dataclass(frozen=True)
class MinutesSigned:
    digest: str
    sentence = lazy_("{actor} signed the minutes of {record}")


@dataclass(frozen=True)
class MinutesPublished:
    digest: str
    sentence = lazy_("{actor} published the minutes of {record}")


@dataclass(frozen=True)
class AddendumAdded:
    digest: str
    sentence = lazy_("{actor} added to the minutes of {record}")


@dataclass(frozen=True)
class RoundtableMet:
    session: str
    sentence = lazy_("{record} met: {session}")


ALL = [
    SessionOpened,
    AttendanceRecorded,
    InformationRecorded,
    ItemDeferred,
    AgreementAdopted,
    CommitmentChanged,
    AgreementCompleted,
    OutcomeTakenBack,
    SessionHeld,
    SessionWithoutQuorum,
    SessionRecorded,
    SessionWithdrawn,
    MinutesWritten,
    MinutesCirculated,
    AmendmentProposed,
    AmendmentSettled,
    MinutesSigned,
    MinutesPublished,
    AddendumAdded,
    RoundtableMet,
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
