"""What the aspect of comments contributes to the rest."""

from __future__ import annotations

from observatory.aspects.comments import queries, signals, views
from observatory.kernel.registry import NavItem, Panel, PublicTable, Room
from observatory.kernel.text import lazy_

room = Room(
    name="comments",
    public=[PublicTable("comments", queries.public), PublicTable("moderation", queries.public_acts)],
    blueprints=[views.pages],
    signals=[signals.CommentHidden, signals.CommentShownAgain],
    panels=[Panel(("*",), "comments/_panel.html", views.panel, 70)],
    mine=[
        NavItem(lazy_("Named in comments"), "comments.mentions", 10),
        NavItem(lazy_("Reports of errors"), "comments.errors", 20),
    ],
    limits={
        "comments.say": ("comment", "30/hour"),
        "comments.reply": ("comment", "30/hour"),
        "comments.report_error": ("comment", "30/hour"),
        "comments.report": ("report", "20/hour"),
    },
    personal={"comments": queries.own},
)
