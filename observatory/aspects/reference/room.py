"""What the aspect of reference contributes to the rest."""

from __future__ import annotations

from observatory.aspects.reference import events, views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="reference",
    blueprints=[views.pages],
    events=[events.FactRecorded, events.FactCorrected, events.FactTakenBack, events.KeeperChanged],
    panels=[Panel(("*",), "reference/_panel.html", views.panel, 85)],
)
