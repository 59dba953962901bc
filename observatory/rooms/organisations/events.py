"""What can happen to an organisation. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class OrganisationCreated:
    sentence = lazy_("{actor} added {record}")


@dataclass(frozen=True)
class OrganisationEdited:
    sentence = lazy_("{actor} edited {record}")


@dataclass(frozen=True)
class OrganisationPublished:
    sentence = lazy_("{actor} published {record}")


@dataclass(frozen=True)
class OrganisationWithdrawn:
    reason: str
    sentence = lazy_("{actor} withdrew {record}: {reason}")


@dataclass(frozen=True)
class ControlRecorded:
    """`since` is empty where the beginning is not known."""

    parent: str
    since: str
    until: str
    sentence = lazy_("{actor} recorded that {parent} controls {record}")


@dataclass(frozen=True)
class SuccessionRecorded:
    predecessor: str
    successor: str
    sentence = lazy_("{actor} recorded that {successor} follows {predecessor}")


@dataclass(frozen=True)
class OrganisationWentOver:
    successors: str
    how: str
    reason: str
    sentence = lazy_("{actor} recorded that {record} went over into {successors}: {reason}")


@dataclass(frozen=True)
class ControlTakenBack:
    parent: str
    reason: str
    sentence = lazy_("{actor} took back that {parent} controls {record}: {reason}")


@dataclass(frozen=True)
class SuccessionTakenBack:
    predecessor: str
    successor: str
    reason: str
    sentence = lazy_("{actor} took back that {successor} follows {predecessor}: {reason}")
