"""Commitments, what is reported of them, what is found, and what is decided about them."""

from observatory.rooms.commitments.models.checking import FINDINGS, Dispute, Finding, VerifierAsked
from observatory.rooms.commitments.models.commitment import Commitment, CommitmentParty
from observatory.rooms.commitments.models.plan import CONTRIBUTION_STATES, DECISIONS, FORMS, Contribution, Decision
from observatory.rooms.commitments.models.progress import Evidence, Milestone, MilestoneReport, ProgressUpdate
from observatory.rooms.commitments.models.reminder import CommitmentReminder
from observatory.rooms.commitments.models.words import CURRENCIES, MONEY, NATURES, PHASES, STATES

__all__ = [
    "CONTRIBUTION_STATES",
    "CURRENCIES",
    "DECISIONS",
    "FINDINGS",
    "FORMS",
    "MONEY",
    "NATURES",
    "PHASES",
    "STATES",
    "Commitment",
    "CommitmentParty",
    "CommitmentReminder",
    "Contribution",
    "Decision",
    "Dispute",
    "Evidence",
    "Finding",
    "Milestone",
    "MilestoneReport",
    "ProgressUpdate",
    "VerifierAsked",
]
