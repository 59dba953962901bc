"""The words of commitments: states, kinds, phases and sources of money; and how what a draft says is cleaned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

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
RESPONSIBLE, CONTRIBUTING = "responsible", "contributing"


def _sentence(field: str, value: str | None) -> str:
    value = " ".join((value or "").split())
    if not 8 <= len(value) <= 300:
        raise Invalid(lazy_("Say what is promised in one sentence of 8 to 300 characters."), field=field)
    return value


def _line(most: int) -> Any:
    return lambda field, value: " ".join((value or "").split())[:most]


def _text(field: str, value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()[:6000]


def _choice(allowed: Mapping[str, Any]) -> Any:
    def clean(field: str, value: str | None) -> str | None:
        if value and value not in allowed:
            raise Invalid(lazy_("Choose one from the list."), field=field)
        return value or None

    return clean


def _url(field: str, value: str | None) -> str:
    value = (value or "").strip()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        good = False
    if not good or len(value) > 500 or " " in value:
        raise Invalid(lazy_("Give the full address, beginning with https:// or http://."), field=field)
    return value


FIRST_YEAR, LAST_YEAR = 1900, 2150


def sane_day(field: str, value: dt.date | None) -> dt.date | None:
    """A day that a promise can speak of; raises Invalid for one that can only be a slip of the pen."""
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Invalid(lazy_("Look at the year again."), field=field)
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
    "nature": _choice(NATURES),
    "verbatim": _text,
    "problem": _text,
    "expected_result": _text,
    "phase": _choice(PHASES),
    "accountable_id": _same,
    "accountable_as_written": _line(400),
    "oversight_id": _same,
    "document": _line(400),
    "document_url": _url,
    "promised_on": sane_day,
    "planned_evidence": _text,
    "money": _choice(MONEY),
    "money_note": _line(500),
    "amount": money_amount,
    "currency": lambda field, value: value if value in CURRENCIES else "PEN",
    "site_id": _same,
    "register": _line(120),
    "external_id": _line(120),
}
