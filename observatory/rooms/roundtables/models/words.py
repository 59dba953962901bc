"""The words of roundtables: forms, states, rules of decision."""

from __future__ import annotations

from observatory.kernel.text import lazy_, lazy_p
from observatory.records.models import DRAFT, WITHDRAWN

INSTALLED, ACTIVE, EXTENDED, CLOSED = "installed", "active", "extended", "closed"
STATES = {
    DRAFT: lazy_("Draft"),
    INSTALLED: lazy_p("roundtable", "Installed"),
    ACTIVE: lazy_("Active"),
    EXTENDED: lazy_("Extended"),
    CLOSED: lazy_("Closed"),
    WITHDRAWN: lazy_("Withdrawn"),
}
STANDING = (INSTALLED, ACTIVE, EXTENDED)
"""While it lasts."""
FORMS = {
    "dialogue": lazy_("Dialogue table"),
    "development": lazy_("Development table"),
    "monitoring": lazy_("Monitoring committee"),
    "council": lazy_("Council"),
    "other": lazy_("Another body"),
}
CONSENSUS = "consensus"
DECISIONS = {
    CONSENSUS: lazy_("By consensus"),
    "majority": lazy_("By more than half of those present"),
    "two_thirds": lazy_("By two thirds of those present"),
}
PLANNED, CONVENED, CANCELLED = DRAFT, "convened", "cancelled"
IN_SESSION, HELD, NO_QUORUM = "in_session", "held", "no_quorum"
SESSION_STATES = {
    PLANNED: lazy_p("session", "Planned, not convened"),
    CONVENED: lazy_p("session", "Convened"),
    IN_SESSION: lazy_p("session", "In session"),
    HELD: lazy_p("session", "Held"),
    NO_QUORUM: lazy_p("session", "Without quorum"),
    CANCELLED: lazy_p("session", "Cancelled"),
    WITHDRAWN: lazy_("Withdrawn"),
}
OVER = (HELD, NO_QUORUM)
"""It took place, with a quorum or without."""
INFORMATION, DEFERRAL, AGREEMENT = "information", "deferral", "agreement"
OUTCOMES = {
    INFORMATION: lazy_p("outcome", "Information"),
    DEFERRAL: lazy_p("outcome", "Left for a later session"),
    AGREEMENT: lazy_p("outcome", "Agreement"),
}
SEXES = {"f": lazy_("Woman"), "m": lazy_("Man"), "x": lazy_("Neither")}
CIRCULATED, PUBLISHED = "circulated", "published"
MINUTES_STATES = {
    CIRCULATED: lazy_p("minutes", "Circulated, to be signed"),
    PUBLISHED: lazy_p("minutes", "Published"),
}
OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"
AMENDMENT_STATES = {
    OPEN: lazy_p("amendment", "Waits for an answer"),
    ACCEPTED: lazy_p("amendment", "Taken in"),
    REJECTED: lazy_p("amendment", "Not taken in"),
}
ACCOUNTABLE, DEADLINE, VERIFIER, SOURCE_OF_MONEY = "accountable", "deadline", "verifier", "money"
SCORECARD = {
    ACCOUNTABLE: lazy_("who answers for it"),
    DEADLINE: lazy_("by when"),
    VERIFIER: lazy_("who verifies it"),
    SOURCE_OF_MONEY: lazy_("where the money comes from"),
}
"""What each agreement must say before the minutes can circulate."""
MOST_ITEMS = 100
MOST_NUMBER = 9999
MOST_GUESTS, MOST_NOTES, MOST_OUTCOMES = 500, 5000, 500
MOST_SEATS, MOST_CONSTITUENCIES = 300, 20

NEW, MEETS, SLOW, DORMANT, EXPIRED, ENDED = "new", "meets", "slow", "dormant", "expired", "closed"
UNKNOWN = "unknown"
HEALTH = {
    MEETS: lazy_("It meets"),
    NEW: lazy_("No session recorded here yet"),
    UNKNOWN: lazy_("No later session known here"),
    SLOW: lazy_("Overdue to meet"),
    DORMANT: lazy_("Dormant"),
    EXPIRED: lazy_("Its term is over"),
    ENDED: lazy_("Closed"),
}
