"""What the aspect of translations contributes to the rest."""

from __future__ import annotations

from observatory.aspects.translations import events, queries, views
from observatory.kernel.registry import Panel, PublicTable, Room

room = Room(
    name="translations",
    public=[PublicTable("translations", queries.public)],
    blueprints=[views.pages],
    events=[events.Translated, events.TranslationTakenBack],
    panels=[Panel(("*",), "translations/_panel.html", views.panel, 5)],
)
