"""The demo's conveniences: one-click accounts and a page of the messages sent. Nothing here answers outside demo mode."""

from __future__ import annotations

import email
import email.policy
import json
from typing import Any

from observatory.kernel.config import Settings
from observatory.kernel.text import lazy_
from observatory.people.models import Person
from observatory.people.queries import person_by_email

ROLES = {
    "administrator": lazy_("Administrator"),
    "steward": lazy_("Steward of reference data"),
    "moderator": lazy_("Moderator"),
    "liaison": lazy_("Company liaison"),
    "officer": lazy_("Public officer"),
    "secretary": lazy_("Roundtable secretary"),
    "verifier": lazy_("Independent verifier"),
    "academic": lazy_("Academic"),
    "community": lazy_("Community member"),
    "ngo": lazy_("NGO analyst"),
}
"""The kinds of people that the demo has an account for."""


def accounts(settings: Settings) -> list[dict[str, Any]]:
    """The demo accounts, one for each kind of person, as written when the demo was loaded."""
    path = settings.instance / "demo-accounts.json"
    if not settings.demo or not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found


def person(settings: Settings, address: str) -> Person | None:
    """The fictitious person of a demo account; nobody outside demo mode."""
    if not any(account["email"] == address for account in accounts(settings)):
        return None
    found = person_by_email(address)
    return found if found is not None and found.is_demo and found.may_sign_in() else None


def messages(settings: Settings, limit: int = 50) -> list[dict[str, str]]:
    """The newest messages that would have been mailed."""
    found = []
    for path in sorted(settings.mail_folder.glob("*.eml"), reverse=True)[:limit]:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        found.append(
            {
                "to": str(message["To"]),
                "subject": str(message["Subject"]),
                "date": str(message["Date"]),
                "body": body.get_content() if body is not None else "",
            }
        )
    return found
