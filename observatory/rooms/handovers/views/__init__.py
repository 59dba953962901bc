"""The pages of handovers."""

from observatory.rooms.handovers.views import drawing_up, reading, transferring
from observatory.rooms.handovers.views.blueprint import pages

__all__ = ["drawing_up", "pages", "reading", "transferring"]
