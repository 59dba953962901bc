"""What the aspect of reference contributes to the rest."""

from __future__ import annotations

from observatory.aspects.reference import events, queries, views
from observatory.kernel.registry import Panel, PublicTable, Room

room = Room(
    name="reference",
    public=[
        PublicTable("sources", queries.public),
        PublicTable("facts", queries.public_facts),
        PublicTable("contradictions", queries.public_contradictions),
    ],
    blueprints=[views.pages],
    events=[events.FactRecorded, events.FactCorrected, events.FactTakenBack, events.KeeperChanged],
    panels=[Panel(("*",), "reference/_panel.html", views.panel, 85)],
)
