"""What the history adds: its pages, and the last changes on every record's page."""

from observatory.aspects.history import queries, views
from observatory.kernel.registry import Panel, PublicTable, Room

room = Room(
    name="history",
    public=[PublicTable("history", queries.public)],
    blueprints=(views.pages,),
    panels=(Panel(on=("*",), template="history/_panel.html", content=views.panel, order=90),),
)
