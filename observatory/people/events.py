"""What can happen to mandates. Told on the organisation's history, where the public looks for it."""

from dataclasses import dataclass

from observatory.kernel.text import lazy_


@dataclass(frozen=True)
class MandateApproved:
    """Somebody may act for the organisation from now on."""

    person_id: int
    role: str
    from_on: str
    to_on: str | None
    sentence = lazy_("{actor} gave {person} a mandate to act for {record}")


@dataclass(frozen=True)
class MandateRevoked:
    """Ended before its date."""

    person_id: int
    role: str
    reason: str
    sentence = lazy_("{actor} ended the mandate of {person} for {record}: {reason}")


@dataclass(frozen=True)
class MandateClosed:
    """Ended because the person closed their account, whom nobody names any more."""

    role: str
    sentence = lazy_("A mandate for {record} ended: the account was closed")


@dataclass(frozen=True)
class InvitationSent:
    """Somebody may come to act for the organisation; who, is told once they have accepted."""

    role: str
    sentence = lazy_("{actor} invited somebody to act for {record}: {role}")


@dataclass(frozen=True)
class InvitationWithdrawn:
    role: str
    sentence = lazy_("{actor} withdrew an invitation to act for {record}: {role}")


EVENTS = (MandateApproved, MandateRevoked, MandateClosed, InvitationSent, InvitationWithdrawn)
