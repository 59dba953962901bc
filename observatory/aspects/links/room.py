"""What the aspect of links contributes to the rest."""

from __future__ import annotations

from observatory.aspects.links import events, queries, views
from observatory.kernel.registry import Panel, PublicTable, Room

room = Room(
    name="links",
    public=[PublicTable("links", queries.public)],
    blueprints=[views.pages],
    events=[events.Linked, events.Unlinked],
    panels=[Panel(("*",), "links/_panel.html", views.panel, 60)],
)
