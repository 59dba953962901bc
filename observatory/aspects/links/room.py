"""What the aspect of links contributes to the rest."""

from __future__ import annotations

from observatory.aspects.links import events, views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="links",
    blueprints=[views.pages],
    events=[events.Linked, events.Unlinked],
    panels=[Panel(("*",), "links/_panel.html", views.panel, 60)],
)
