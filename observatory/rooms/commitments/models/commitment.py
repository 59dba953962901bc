"""A commitment and its parties, and the rules about one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from observatory.kernel.cleaning import sane_day
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import fold, lazy_
from observatory.records import Record
from observatory.records.models import DRAFT, WITHDRAWN
from observatory.rooms.commitments.models.checking import CONFIRMED, NOT_CONFIRMED, PARTLY
from observatory.rooms.commitments.models.words import (
    ACCEPTED,
    CANCELLED,
    CLAIMED,
    CLEAN,
    COMPANY_OBLIGATION,
    IN_PROGRESS,
    OPEN,
    PROPOSED,
    RUNNING,
    SUPERSEDED,
    SUSPENDED,
    UNDATED,
    VERIFIED,
    shift_of,
)


class Commitment(Record):
    """A promise made in public. Its title is the promise in one sentence; its slug is its number.

    `due_original` never changes once it was proposed, `due_current` only by a decision. Whether it is late, at risk or
    contested is never stored: `formulas` tells it from what stands here.
    """

    __tablename__ = "commitments"
    id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    nature: Mapped[str | None] = mapped_column(String(30))
    """One of NATURES; null in a draft where nobody has said it yet."""
    verbatim: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    expected_result: Mapped[str] = mapped_column(Text, default="")
    """What can be measured once it is kept."""
    phase: Mapped[str | None] = mapped_column(String(20))
    accountable_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    accountable_as_written: Mapped[str] = mapped_column(String(400), default="")
    """What a file calls whoever owes it, until a person says which organisation is meant."""
    oversight_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    document: Mapped[str] = mapped_column(String(400), default="")
    document_url: Mapped[str] = mapped_column(String(500), default="")
    promised_on: Mapped[dt.date | None]
    """The day of the document in which it was promised."""
    planned_evidence: Mapped[str] = mapped_column(Text, default="")
    money: Mapped[str | None] = mapped_column(String(20))
    money_note: Mapped[str] = mapped_column(String(500), default="")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = mapped_column(String(3), default="PEN")
    due_original: Mapped[dt.date | None]
    due_current: Mapped[dt.date | None]
    """Null where no date was promised: undated, and never on time."""
    due_key: Mapped[str] = mapped_column(String(10), default=UNDATED, info={"told": False})
    """`due_current` as text, or UNDATED: what lists are in the order of."""
    proposed_on: Mapped[dt.date | None]
    accepted_on: Mapped[dt.date | None]
    claimed_on: Mapped[dt.date | None]
    """When the standing claim that it is done was filed: the clock stops there. Null without one."""
    verified_on: Mapped[dt.date | None]
    closed_on: Mapped[dt.date | None]
    """When it was cancelled or superseded."""
    reported_on: Mapped[dt.date | None]
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """The organisation whose verifier confirmed it."""
    paused: Mapped[str | None] = mapped_column(String(20))
    """The state to which a suspended one returns."""
    suspended_on: Mapped[dt.date | None]
    suspended_days: Mapped[int] = mapped_column(default=0)
    """For how many days it was suspended, all suspensions that are over together: its clock stood still."""
    resumed_on: Mapped[dt.date | None]
    grace_days: Mapped[int] = mapped_column(default=0)
    """The days of suspension for which its current date waits: those since a decision last moved it, before any claim."""
    grace_from: Mapped[dt.date | None]
    """While it is suspended, the day since which they are counted; null where it was claimed to be done."""
    progress: Mapped[int] = mapped_column(default=0)
    """What its parties claim, weighted over the milestones: hundredths of a percent, 0 to 10,000."""
    next_milestone_on: Mapped[dt.date | None]
    """The earliest date of a milestone that is not claimed in full; null where there is none."""
    open_disputes: Mapped[int] = mapped_column(default=0)
    last_finding: Mapped[str | None] = mapped_column(String(20))
    covers: Mapped[int] = mapped_column(default=1)
    """More than 1 where a source only counts promises without naming them: one page stands for them all, and is in no sum."""
    recorded: Mapped[bool] = mapped_column(default=False)
    """Its acceptance is known from a source and did not happen here: nobody is silent who was never asked here."""
    register: Mapped[str] = mapped_column(String(120), default="")
    external_id: Mapped[str] = mapped_column(String(120), default="")
    """How another register, named by `register`, numbers it."""
    awaits: Mapped[str] = mapped_column(String(12), default="", info={"told": False})
    """What a draft that a session agreed waits for, one of AWAITS: its minutes say the same and are signed. Empty elsewhere."""
    words: Mapped[str] = mapped_column(Text, default="", info={"told": False})
    """The promise folded, for finding it by its words in the list."""

    __mapper_args__: ClassVar[dict[str, Any]] = {
        "polymorphic_identity": "commitment",
        "inherit_condition": id == Record.id,
    }
    __table_args__ = (
        Index("ix_commitments_due_key", "due_key", "id"),
        Index("ix_commitments_register_external_id", "register", "external_id"),
    )

    @validates("due_current")
    def _keyed(self, key: str, due: dt.date | None) -> dt.date | None:
        self.due_key = due.isoformat() if due else UNDATED
        return due

    def describe(self, values: Mapping[str, Any]) -> None:
        """Take new values for what its draft says, checked one by one; raises Invalid naming the field.

        What is missing is no error in a draft: `propose` refuses it.
        """
        for name, clean in CLEAN.items():
            if name in values:
                cleaned = clean(name, values[name])
                if cleaned != getattr(self, name):
                    setattr(self, name, cleaned)
        if "due_on" in values and values["due_on"] != self.due_original:
            self.due_original = self.due_current = sane_day("due_on", values["due_on"])
        self.words = fold(f"{self.title} {self.verbatim or ''} {self.expected_result or ''}")
        if self.due_original and self.promised_on and self.due_original < self.promised_on:
            raise Invalid(lazy_("It can't be due before it was promised: look at both dates again."), field="due_on")

    def propose(self, *, today: dt.date) -> None:
        """Show it to everyone, as not accepted yet."""
        if self.state != DRAFT:
            raise Invalid(lazy_("Only a draft can be proposed."))
        if self.promised_on and self.promised_on > today:
            raise Invalid(lazy_("The document is of a day that is still to come."), field="promised_on")
        self.state = PROPOSED
        if self.proposed_on is None:  # conflicts of interest count from the first time
            self.proposed_on = today

    def accept(self, *, today: dt.date) -> None:
        """The party that owes it says yes."""
        self._must_be(PROPOSED)
        self.state, self.accepted_on = ACCEPTED, today

    def record(self, state: str, *, since: dt.date, progress: int | None, today: dt.date) -> None:
        """Take over from a source what became of it: accepted, in progress or claimed; never verified."""
        if state not in (ACCEPTED, IN_PROGRESS, CLAIMED):
            raise Invalid(lazy_("Choose one from the list."), field="state")
        if sane_day("since", since) is not None and since > today:
            raise Invalid(lazy_("Give a day that has come."), field="since")
        if self.promised_on is not None and since < self.promised_on:
            raise Invalid(lazy_("It can't have been accepted before it was promised."), field="since")
        self.propose(today=today)
        self.state, self.accepted_on, self.recorded = state, since, True
        if state == CLAIMED:
            self.claimed_on, self.progress = since, 10_000
        elif progress is not None:
            self.progress = progress

    def send_back(self) -> None:
        """The party that would owe it says no: it is a draft again, and no commitment of anybody."""
        self._must_be(PROPOSED)
        self.state = DRAFT

    def report(self, *, progress: int, complete: bool, next_milestone_on: dt.date | None, today: dt.date) -> None:
        """Take what a party reports: `progress` in hundredths of a percent."""
        if self.state not in (*RUNNING, CLAIMED, SUSPENDED):
            raise Invalid(lazy_("Progress can be reported once it is accepted and until it is verified or closed."))
        self.progress, self.next_milestone_on, self.reported_on = progress, next_milestone_on, today
        if self.state == SUSPENDED:
            if complete:
                raise Invalid(lazy_("It is suspended: a decision must resume it first."), field="complete")
            if self.paused == CLAIMED:  # the claim is taken back: its clock waits from now on
                self.grace_from = today
            self.paused, self.claimed_on = IN_PROGRESS, None
        elif complete:
            if self.state != CLAIMED:
                self.claimed_on = today
            self.state = CLAIMED
        else:
            self.state, self.claimed_on = IN_PROGRESS, None

    def take_finding(self, finding: str, *, accepted: int, verifier_id: int | None, today: dt.date) -> None:
        """Take what a verifier of another sector found; `accepted` pieces of evidence stand.

        Only a confirmation clears what an earlier finding refuted.
        """
        if self.state not in (*RUNNING, CLAIMED, VERIFIED):
            raise Invalid(lazy_("Only a commitment that was accepted, and not closed, can be verified."))
        if finding == CONFIRMED:
            if self.state not in (CLAIMED, VERIFIED):
                raise Invalid(lazy_("It can be confirmed once its parties have reported it complete."), field="finding")
            if accepted < 1:
                raise Invalid(lazy_("To confirm it, accept at least one piece of evidence."), field="accepted")
            if self.state != VERIFIED:
                self.state, self.verified_on, self.verifier_id = VERIFIED, today, verifier_id
        elif finding == NOT_CONFIRMED and self.state in (CLAIMED, VERIFIED):
            self.state, self.claimed_on = IN_PROGRESS, None
        elif self.state == VERIFIED and (finding == PARTLY or accepted < 1):
            self.state = CLAIMED
        if self.state != VERIFIED:
            self.verified_on = self.verifier_id = None
        if finding in (CONFIRMED, NOT_CONFIRMED) or self.last_finding != NOT_CONFIRMED:
            self.last_finding = finding

    def lose_evidence(self) -> None:
        """The last accepted piece of evidence is gone: what was verified is a claim again."""
        if self.state == VERIFIED:
            self.state, self.verified_on, self.verifier_id, self.last_finding = CLAIMED, None, None, None

    def decide(self, kind: str, *, due_on: dt.date | None, today: dt.date) -> None:
        """Carry out what a participation body decided."""
        if self.state == SUSPENDED and kind == "suspension":
            raise Invalid(lazy_("It is suspended already."), field="kind")
        if kind == "resumption":
            if self.state != SUSPENDED or self.suspended_on is None:
                raise Invalid(lazy_("Only what is suspended can be resumed."), field="kind")
            self.state, self.resumed_on = self.paused or ACCEPTED, today
            self._end_suspension(today)
            return
        if self.state not in OPEN:
            raise Invalid(lazy_("A decision can change it from its acceptance until it is verified or closed."))
        if kind == "due_date":
            if due_on is None:
                raise Invalid(lazy_("Give the new date."), field="due_on")
            sane_day("due_on", due_on)
            if due_on == self.due_current:
                raise Invalid(lazy_("This is the date that it has."), field="due_on")
            if self.promised_on and due_on < self.promised_on:
                raise Invalid(lazy_("It can't be due before it was promised."), field="due_on")
            before = self.shift
            self.due_current, self.grace_days = due_on, 0
            if self.grace_from is not None:
                self.grace_from = today
            if self.next_milestone_on is not None:
                self.next_milestone_on += self.shift - before
        elif kind == "suspension":
            self.grace_from = None if self.state == CLAIMED else today
            self.paused, self.state, self.suspended_on = self.state, SUSPENDED, today
        else:
            self.state = CANCELLED if kind == "cancellation" else SUPERSEDED
            self._end_suspension(today)
            self.closed_on, self.claimed_on = today, None

    def _end_suspension(self, today: dt.date) -> None:
        """Add up the days for which its clock stood still."""
        if self.suspended_on is not None:
            self.suspended_days += (today - self.suspended_on).days
        if self.grace_from is not None:
            self.grace_days += (today - self.grace_from).days
        self.paused = self.suspended_on = self.grace_from = None

    def withdraw(self) -> None:
        """Whoever proposed it takes it back before it is accepted; its page stays with the reason."""
        self._must_be(PROPOSED)
        self.state = WITHDRAWN

    @property
    def shift(self) -> dt.timedelta:
        """By how much decisions moved its date into the future: its milestones move along."""
        return shift_of(self.due_original, self.due_current)

    def accepting_id(self) -> int | None:
        """Who accepts it: whoever owes it; for the obligation of a company, the body that oversees it."""
        return self.oversight_id if self.nature == COMPANY_OBLIGATION else self.accountable_id

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise Invalid(lazy_("Somebody has decided on this already: look at the page again."))


class CommitmentParty(Base):
    """An organisation that carries a commitment out for whoever owes it, or contributes to it."""

    __tablename__ = "commitment_parties"
    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    __table_args__ = (UniqueConstraint("commitment_id", "organisation_id", "role", name="uq_commitment_parties"),)
