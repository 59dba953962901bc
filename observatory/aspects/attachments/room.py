"""What the aspect of attachments contributes to the rest."""

from __future__ import annotations

from observatory.aspects.attachments import events, queries, views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="attachments",
    blueprints=[views.pages],
    events=[events.FileAttached, events.FileWithdrawn, events.FileBroughtBack, events.FileErased],
    panels=[Panel(("*",), "attachments/_panel.html", views.panel, 55)],
    limits={"attachments.new": ("file", "60/hour")},
    bodies={"attachments.new": 31_000_000},
    texts=queries.texts,
    contents=queries.contents,
    personal={"files": queries.own},
)
