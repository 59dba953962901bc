"""What can happen to places and sites. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class TerritoryAdded:
    sentence = lazy_("{actor} added {record}")


@dataclass(frozen=True)
class TerritoryCorrected:
    sentence = lazy_("{actor} corrected {record}")


@dataclass(frozen=True)
class BoundaryDrawn:
    sentence = lazy_("{actor} drew the boundary of {record}")


@dataclass(frozen=True)
class SiteCreated:
    sentence = lazy_("{actor} added {record}")


@dataclass(frozen=True)
class SiteEdited:
    sentence = lazy_("{actor} edited {record}")


@dataclass(frozen=True)
class SitePublished:
    sentence = lazy_("{actor} published {record}")


@dataclass(frozen=True)
class SiteWithdrawn:
    reason: str
    sentence = lazy_("{actor} withdrew {record}: {reason}")


@dataclass(frozen=True)
class OperatorRecorded:
    """`share` is percent as text, empty where it is not known."""

    organisation: str
    share: str
    since: str
    until: str
    sentence = lazy_("{actor} recorded the part of {organisation} in {record}")


@dataclass(frozen=True)
class DistrictRecorded:
    district: str
    share: str
    basis: str
    sentence = lazy_("{actor} recorded that {record} produces in {district}")


@dataclass(frozen=True)
class OperatorTakenBack:
    organisation: str
    reason: str
    sentence = lazy_("{actor} took back the part of {organisation} in {record}: {reason}")


@dataclass(frozen=True)
class DistrictTakenBack:
    district: str
    reason: str
    sentence = lazy_("{actor} took back that {record} produces in {district}: {reason}")


@dataclass(frozen=True)
class SiteContradictionTakenBack:
    question: str
    reason: str
    sentence = lazy_("{actor} took back that sources about {record} disagree on “{question}”: {reason}")


@dataclass(frozen=True)
class SiteContradictionRecorded:
    question: str
    sentence = lazy_("{actor} recorded that sources about {record} disagree: {question}")
