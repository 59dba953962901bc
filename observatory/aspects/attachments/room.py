"""What the aspect of attachments contributes to the rest."""

from __future__ import annotations

from observatory.aspects.attachments import events, queries, views
from observatory.kernel.registry import Panel, PublicTable, Room

room = Room(
    name="attachments",
    public=[PublicTable("attachments", queries.public)],
    blueprints=[views.pages],
    events=[events.FileAttached, events.FileWithdrawn, events.FileBroughtBack, events.FileErased],
    panels=[Panel(("*",), "attachments/_panel.html", views.panel, 55)],
    limits={"attachments.new": ("file", "60/hour")},
    bodies={"attachments.new": 31_000_000},
    texts=queries.texts,
    contents=queries.contents,
    public_files=queries.public_files,
    personal={"files": queries.own},
)
