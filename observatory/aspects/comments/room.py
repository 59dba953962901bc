"""What the aspect of comments contributes to the rest."""

from __future__ import annotations

from observatory.aspects.comments import queries, views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="comments",
    blueprints=[views.pages],
    panels=[Panel(("*",), "comments/_panel.html", views.panel, 70)],
    limits={
        "comments.say": ("comment", "30/hour"),
        "comments.reply": ("comment", "30/hour"),
        "comments.report_error": ("comment", "30/hour"),
        "comments.report": ("report", "20/hour"),
    },
    personal={"comments": queries.own},
)
