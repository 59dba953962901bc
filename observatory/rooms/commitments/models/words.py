"""The words of commitments: states, kinds, phases and sources of money; and how what a draft says is cleaned."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from observatory.kernel.cleaning import choice, line, sane_day, text, web_address
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_, lazy_p
from observatory.records.models import DRAFT, LANGUAGES, WITHDRAWN

PROPOSED, ACCEPTED, IN_PROGRESS, CLAIMED, VERIFIED = (
    "proposed",
    "accepted",
    "in_progress",
    "reported_complete",
    "verified",
)
SUSPENDED, CANCELLED, SUPERSEDED = "suspended", "cancelled", "superseded"
STATES = {
    DRAFT: lazy_("Draft"),
    PROPOSED: lazy_("Proposed, not accepted"),
    ACCEPTED: lazy_("Accepted, not begun"),
    IN_PROGRESS: lazy_("In progress"),
    CLAIMED: lazy_("Reported complete"),
    VERIFIED: lazy_("Verified"),
    SUSPENDED: lazy_("Suspended"),
    CANCELLED: lazy_("Cancelled"),
    SUPERSEDED: lazy_("Superseded"),
    WITHDRAWN: lazy_("Withdrawn"),
}
RUNNING = (ACCEPTED, IN_PROGRESS)
"""Accepted and not claimed to be done: what can be late or at risk."""
OPEN = (*RUNNING, CLAIMED, SUSPENDED)
"""Accepted and not yet at an end."""
KEPT_TRACK = (*OPEN, VERIFIED)
"""What counts in the completion (F12): ever accepted, neither cancelled nor superseded."""

PUBLIC_SERVICE, COMPANY_OBLIGATION, CIVIL_SOCIETY = "public_service", "company_obligation", "civil_society"
NATURES = {
    PUBLIC_SERVICE: lazy_("Public service"),
    COMPANY_OBLIGATION: lazy_("Obligation of a company"),
    CIVIL_SOCIETY: lazy_("Commitment of a community, an NGO or a university"),
}
PUBLIC_BODIES = ("state", "oversight")
PHASES = {
    "construction": lazy_p("phase of a mine", "Construction"),
    "operation": lazy_p("phase of a mine", "Operation"),
    "closure": lazy_p("phase of a mine", "Closure"),
}
WORKS_FOR_TAXES = "works_for_taxes"
MONEY = {
    "public_budget": lazy_("Public budget"),
    "company": lazy_("The company's own money"),
    WORKS_FOR_TAXES: lazy_("Works for taxes: public money that a company advances"),
    "cooperation": lazy_("Cooperation or donations"),
    "own": lazy_("Own means of the community, NGO or university"),
    "none_needed": lazy_("It takes no money"),
    "not_known": lazy_("Not known yet"),
}
UNDATED = "9999-12-31"
"""Sorts after every date."""
MOST_MONEY = Decimal(10) ** 15
CURRENCIES = ("PEN", "USD", "EUR")
MOST_STEPS = 20
"""Milestones of a commitment."""
MINUTES, SIGNATURES, COMPLETION, NOTHING = "minutes", "signatures", "completion", "nothing"
AWAITS = (MINUTES, SIGNATURES, COMPLETION, NOTHING)
"""Until its minutes circulate, a draft that a session agreed can be completed; while they are signed it stays as it is;
published, it can be completed in what they do not say, and proposed; taken back in the session, it comes to nothing."""
RESPONSIBLE, CONTRIBUTING = "responsible", "contributing"


def _sentence(field: str, value: str | None) -> str:
    value = " ".join((value or "").split())
    if not 8 <= len(value) <= 300:
        raise Invalid(lazy_("Say what is promised in one sentence of 8 to 300 characters."), field=field)
    return value


def shift_of(first: dt.date | None, now: dt.date | None) -> dt.timedelta:
    """By how much a date was moved into the future; nothing where there was none, or it was moved back."""
    return max(now - first, dt.timedelta()) if first is not None and now is not None else dt.timedelta()


def money_amount(field: str, value: Decimal | None) -> Decimal | None:
    """An amount in cents, above zero; None where it is not known. Raises Invalid."""
    if value is None:
        return None
    if not value.is_finite() or abs(value) >= MOST_MONEY:
        raise Invalid(lazy_("This amount is out of any range."), field=field)
    value = value.quantize(Decimal("0.01"))
    if value <= 0:
        raise Invalid(lazy_("Give an amount above zero, or nothing where it is not known."), field=field)
    return value


def _same(field: str, value: Any) -> Any:
    return value


CLEAN: dict[str, Any] = {
    "title": _sentence,
    "language": lambda field, value: value if value in LANGUAGES else "es",
    "nature": choice(NATURES),
    "verbatim": text(6000),
    "problem": text(6000),
    "expected_result": text(6000),
    "phase": choice(PHASES),
    "accountable_id": _same,
    "accountable_as_written": line(400),
    "oversight_id": _same,
    "document": line(400),
    "document_url": web_address,
    "promised_on": sane_day,
    "planned_evidence": text(6000),
    "money": choice(MONEY),
    "money_note": line(500),
    "amount": money_amount,
    "currency": lambda field, value: value if value in CURRENCIES else "PEN",
    "site_id": _same,
    "register": line(120),
    "external_id": line(120),
}

PARTS = {
    "owes": lazy_("It owes"),
    "carries_out": lazy_("It carries out"),
    "oversees": lazy_("It oversees"),
    "contributes": lazy_("It contributes to"),
}
"""As what an organisation has part in a commitment, the heaviest first."""
HORIZONS = {
    "late": lazy_("Late"),
    "soon": lazy_("Due within 30 days"),
    "later": lazy_("Due later"),
    "undated": lazy_("Without a date"),
    "claimed": lazy_("Claimed, waits to be verified"),
    "suspended": lazy_("Suspended"),
}
"""When what is open is due: the groups of what an organisation owes."""
