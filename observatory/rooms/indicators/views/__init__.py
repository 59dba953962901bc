"""The pages of indicators."""

from observatory.rooms.indicators.views import coverage, defining, delivering, machines, measuring, reading
from observatory.rooms.indicators.views.blueprint import pages

__all__ = ["coverage", "defining", "delivering", "machines", "measuring", "pages", "reading"]
