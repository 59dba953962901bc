"""What people contribute: accounts, mandates, and who speaks for an organisation on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from observatory.kernel.policy import Actor
from observatory.kernel.registry import Panel, PublicTable, Room
from observatory.people import (
    account_views,
    administration_views,
    events,
    factor_views,
    invitation_views,
    mandate_views,
    steering,
    steering_views,
    views,
)
from observatory.people.models import MANDATE_STATES, ROLES
from observatory.people.queries import mandates_of_organisation


def _speakers(actor: Actor, row: Any) -> Mapping[str, Any]:
    rows = mandates_of_organisation(actor, row.id)
    current = [r for r in rows if r.Mandate.state() in {"active", "coming"}]
    asked = [r for r in rows if r.Mandate.state() == "requested"]
    past = [r for r in rows if r.Mandate.state() in {"ended", "revoked"}]
    return {"current": current, "asked": asked, "past": past, "roles": ROLES, "states": MANDATE_STATES, "record": row}


room = Room(
    name="people",
    public=[PublicTable("administration", steering.public)],
    blueprints=(
        views.pages,
        account_views.pages,
        mandate_views.pages,
        invitation_views.pages,
        administration_views.pages,
        factor_views.pages,
        steering_views.pages,
    ),
    events=events.EVENTS,
    panels=(Panel(on=("organisation",), template="people/_speakers.html", content=_speakers, order=20),),
)
