"""What can happen to what is stated of a record. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class FactRecorded:
    sentence = lazy_("{actor} recorded a sourced fact about {record}")


@dataclass(frozen=True)
class FactCorrected:
    sentence = lazy_("{actor} corrected a sourced fact about {record}")


@dataclass(frozen=True)
class FactTakenBack:
    reason: str
    sentence = lazy_("{actor} took back a fact about {record}: {reason}")


@dataclass(frozen=True)
class KeeperChanged:
    """`keeper` is empty where nobody keeps the page any more."""

    keeper: str
    sentence = lazy_("{actor} changed who keeps the page of {record}: {keeper}")
