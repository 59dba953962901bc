"""The pages of roundtables."""

from observatory.rooms.roundtables.views import attendance, brief, meeting, minutes, past, preparing, reading, running
from observatory.rooms.roundtables.views.blueprint import pages

__all__ = ["attendance", "brief", "meeting", "minutes", "pages", "past", "preparing", "reading", "running"]
