"""The pages of roundtables."""

from observatory.rooms.roundtables.views import preparing, reading, running
from observatory.rooms.roundtables.views.blueprint import pages

__all__ = ["pages", "preparing", "reading", "running"]
