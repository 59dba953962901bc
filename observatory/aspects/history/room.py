"""What the history adds: its pages, and the last changes on every record's page."""

from observatory.aspects.history import views
from observatory.kernel.registry import Panel, Room

room = Room(
    name="history",
    blueprints=(views.pages,),
    panels=(Panel(on=("*",), template="history/_panel.html", content=views.panel, order=90),),
)
