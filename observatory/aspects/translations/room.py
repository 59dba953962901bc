"""What the aspect of translations contributes to the rest."""

from __future__ import annotations

from observatory.aspects.translations import events, views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="translations",
    blueprints=[views.pages],
    events=[events.Translated, events.TranslationTakenBack],
    panels=[Panel(("*",), "translations/_panel.html", views.panel, 5)],
)
