"""What the aspect of tags contributes to the rest."""

from __future__ import annotations

from observatory.aspects.tags import events, queries, views
from observatory.kernel.registry import Panel, PublicTable, Room

room = Room(
    name="tags",
    public=[PublicTable("tags", queries.public)],
    blueprints=[views.pages],
    events=[events.Tagged, events.Untagged],
    panels=[Panel(("*",), "tags/_panel.html", views.panel, 80)],
)
