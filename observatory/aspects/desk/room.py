"""What the desk contributes to the rest."""

from __future__ import annotations

from observatory.aspects.desk import queries, service, views
from observatory.kernel.registry import NavItem, PublicTable, Room
from observatory.kernel.sheets import LARGEST
from observatory.kernel.text import lazy_

room = Room(
    name="desk",
    public=[PublicTable("batches", queries.public)],
    blueprints=[views.pages],
    mine=[NavItem(lazy_("Import desk"), "desk.index", 30)],
    limits={"desk.send": ("import", "60/hour")},
    bodies={"desk.send": LARGEST + 1_000_000},
    contents=queries.contents,
)

__all__ = ["room", "service"]
