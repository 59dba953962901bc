"""What the aspect of tags contributes to the rest."""

from __future__ import annotations

from observatory.aspects.tags import events, views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="tags",
    blueprints=[views.pages],
    events=[events.Tagged, events.Untagged],
    panels=[Panel(("*",), "tags/_panel.html", views.panel, 80)],
)
