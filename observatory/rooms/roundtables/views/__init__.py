"""The pages of roundtables."""

from observatory.rooms.roundtables.views import brief, preparing, reading, running
from observatory.rooms.roundtables.views.blueprint import pages

__all__ = ["brief", "pages", "preparing", "reading", "running"]
