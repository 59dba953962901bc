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
PLANNED, CONVENED, CANCELLED = "planned", "convened", "cancelled"
SESSION_STATES = {
    PLANNED: lazy_p("session", "Planned, not convened"),
    CONVENED: lazy_p("session", "Convened"),
    CANCELLED: lazy_p("session", "Cancelled"),
}
MOST_ITEMS = 100
MOST_SEATS, MOST_CONSTITUENCIES = 300, 20

NEW, MEETS, SLOW, DORMANT, EXPIRED, ENDED = "new", "meets", "slow", "dormant", "expired", "closed"
HEALTH = {
    MEETS: lazy_("It meets"),
    NEW: lazy_("No session recorded here yet"),
    SLOW: lazy_("Overdue to meet"),
    DORMANT: lazy_("Dormant"),
    EXPIRED: lazy_("Its term is over"),
    ENDED: lazy_("Closed"),
}
