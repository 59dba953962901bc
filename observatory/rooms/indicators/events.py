"""What can happen to an indicator. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class IndicatorDrafted:
    sentence = lazy_("{actor} drafted the indicator {record}")


@dataclass(frozen=True)
class IndicatorEdited:
    sentence = lazy_("{actor} edited the indicator {record}")


@dataclass(frozen=True)
class DefinitionDrafted:
    number: int
    sentence = lazy_("{actor} drafted version {number} of what {record} means")


@dataclass(frozen=True)
class DefinitionProposed:
    number: int
    sentence = lazy_("{actor} proposed version {number} of what {record} means")


@dataclass(frozen=True)
class DefinitionApproved:
    number: int
    sentence = lazy_("{actor} approved version {number} of what {record} means")


@dataclass(frozen=True)
class DefinitionReturned:
    number: int
    reason: str
    sentence = lazy_("{actor} returned version {number} of what {record} means: {reason}")


@dataclass(frozen=True)
class DefinitionDropped:
    number: int
    sentence = lazy_("{actor} dropped the draft of version {number} of what {record} means")


@dataclass(frozen=True)
class IndicatorGivenUp:
    reason: str
    sentence = lazy_("{actor} no longer keeps {record}: {reason}")


@dataclass(frozen=True)
class TargetSet:
    place: str
    period: str
    value: str
    sentence = lazy_("{actor} set a target of {record} for {place}: {value} by {period}")


@dataclass(frozen=True)
class TargetRevised:
    place: str
    period: str
    value: str
    before: str
    reason: str
    sentence = lazy_(
        "{actor} revised the target of {record} for {place} from {before} to {value} by {period}: {reason}"
    )


@dataclass(frozen=True)
class FiguresDelivered:
    number: int
    size: int
    sentence = lazy_(
        "{actor} delivered figures of {record}, {size} in all (delivery {number}); nobody has validated them yet"
    )


@dataclass(frozen=True)
class FiguresValidated:
    number: int
    size: int
    sentence = lazy_("{actor} validated figures of {record}, {size} in all (delivery {number})")


@dataclass(frozen=True)
class FiguresPublished:
    number: int
    size: int
    edition: int
    sentence = lazy_("{actor} published figures of {record}, {size} in all (delivery {number}, edition {edition})")


@dataclass(frozen=True)
class FiguresReturned:
    number: int
    size: int
    reason: str
    sentence = lazy_("{actor} returned figures of {record}, {size} in all (delivery {number}): {reason}")


@dataclass(frozen=True)
class FiguresWithdrawn:
    number: int
    size: int
    reason: str
    sentence = lazy_(
        "{actor} withdrew figures of {record}, {size} in all (delivery {number}), before they were published: {reason}"
    )


@dataclass(frozen=True)
class FiguresTakenBack:
    number: int
    size: int
    edition: int
    reason: str
    sentence = lazy_(
        "{actor} took back figures of {record}, {size} in all (delivery {number}, edition {edition}); what stood before holds again: {reason}"
    )


@dataclass(frozen=True)
class MeasureNamed:
    indicator: str
    place: str
    sentence = lazy_("{actor} said that {record} is measured by “{indicator}” ({place})")


@dataclass(frozen=True)
class MeasureEnded:
    indicator: str
    reason: str
    sentence = lazy_("{actor} said that {record} is no longer measured by “{indicator}”: {reason}")


ALL = [value for value in list(globals().values()) if isinstance(value, type) and hasattr(value, "sentence")]
