"""What can happen to a commitment. `{actor}` and `{record}` are filled in by the history."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class CommitmentDrafted:
    sentence = lazy_("{actor} drafted {record}")


@dataclass(frozen=True)
class CommitmentEdited:
    sentence = lazy_("{actor} edited {record}")


@dataclass(frozen=True)
class CommitmentProposed:
    due: str
    sentence = lazy_("{actor} proposed {record}")


@dataclass(frozen=True)
class CommitmentAccepted:
    sentence = lazy_("{actor} accepted {record}")


@dataclass(frozen=True)
class CommitmentRecorded:
    since: str
    sentence = lazy_("{actor} recorded {record} as its source has it, since {since}")


@dataclass(frozen=True)
class CommitmentReturned:
    reason: str
    sentence = lazy_("{actor} did not accept {record}: {reason}")


@dataclass(frozen=True)
class CommitmentWithdrawn:
    reason: str
    sentence = lazy_("{actor} withdrew {record}: {reason}")


@dataclass(frozen=True)
class ProgressReported:
    """`percent` is what is claimed of the whole, as words."""

    number: int
    percent: str
    sentence = lazy_("{actor} reported progress on {record}: {percent} %")


@dataclass(frozen=True)
class CompletionClaimed:
    number: int
    sentence = lazy_("{actor} reported {record} complete; nobody has verified it yet")


@dataclass(frozen=True)
class ReportSuperseded:
    number: int
    by: int
    reason: str
    sentence = lazy_("{actor} replaced report {number} on {record} by another: {reason}")


@dataclass(frozen=True)
class CommitmentConfirmed:
    number: int
    sentence = lazy_("{actor} verified that {record} is done")


@dataclass(frozen=True)
class CommitmentPartlyConfirmed:
    number: int
    sentence = lazy_("{actor} found {record} done in part")


@dataclass(frozen=True)
class CommitmentRefuted:
    number: int
    sentence = lazy_("{actor} found that {record} is not done")


@dataclass(frozen=True)
class CommitmentUndetermined:
    number: int
    sentence = lazy_("{actor} looked at {record} and could not determine whether it is done")


@dataclass(frozen=True)
class EvidenceLost:
    number: int
    sentence = lazy_("File {number}, which was evidence of {record}, is gone")


@dataclass(frozen=True)
class EvidenceIsBack:
    number: int
    sentence = lazy_("File {number} is offered again as evidence of {record}")


@dataclass(frozen=True)
class CommitmentDisputed:
    number: int
    sentence = lazy_("{actor} says that {record} is not done")


@dataclass(frozen=True)
class DisputeAnswered:
    number: int
    sentence = lazy_("{actor} answered that {record} was said not to be done")


@dataclass(frozen=True)
class DisputeSettled:
    number: int
    sentence = lazy_("{actor} no longer says that {record} is not done")


@dataclass(frozen=True)
class DisputeModerated:
    number: int
    sentence = lazy_("{actor} moderated what was said against {record}")


@dataclass(frozen=True)
class DisputeClosed:
    number: int
    reason: str
    sentence = lazy_("{actor} closed, after its answer, that {record} was said not to be done: {reason}")


@dataclass(frozen=True)
class VerifierWasAsked:
    verifier: str
    sentence = lazy_("{actor} asked {verifier} to verify {record}")


@dataclass(frozen=True)
class VerifierWasNamed:
    verifier: str
    sentence = lazy_("{actor} published the agreement by which {verifier} is to verify {record}")


@dataclass(frozen=True)
class DueDateMoved:
    before: str
    due: str
    document: str
    reason: str
    sentence = lazy_("{actor} recorded a new due date of {record}, {due} ({document}): {reason}")


@dataclass(frozen=True)
class CommitmentSuspended:
    document: str
    reason: str
    sentence = lazy_("{actor} recorded that {record} is suspended ({document}): {reason}")


@dataclass(frozen=True)
class CommitmentResumed:
    document: str
    reason: str
    sentence = lazy_("{actor} recorded that {record} goes on ({document}): {reason}")


@dataclass(frozen=True)
class CommitmentCancelled:
    document: str
    reason: str
    sentence = lazy_("{actor} recorded that {record} is cancelled ({document}): {reason}")


@dataclass(frozen=True)
class CommitmentSuperseded:
    successor: str
    document: str
    reason: str
    sentence = lazy_("{actor} recorded that {successor} takes the place of {record} ({document}): {reason}")


@dataclass(frozen=True)
class ContributionPledged:
    what: str
    sentence = lazy_("{actor} pledged to {record}: {what}")


@dataclass(frozen=True)
class ContributionDelivered:
    what: str
    sentence = lazy_("{actor} says that this was delivered to {record}: {what}")


@dataclass(frozen=True)
class ContributionConfirmed:
    what: str
    sentence = lazy_("{actor} verified that this was delivered to {record}: {what}")


@dataclass(frozen=True)
class ContributionLapsed:
    what: str
    reason: str
    sentence = lazy_("{actor} recorded that this will not come to {record}: {what}. {reason}")


@dataclass(frozen=True)
class DutyPassed:
    """An organisation went over into another, and what it owes went along."""

    before: str
    after: str
    sentence = lazy_("The duties of {before} in {record} went over to {after}")


ALL = [value for value in list(globals().values()) if isinstance(value, type) and hasattr(value, "sentence")]
