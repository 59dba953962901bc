"""The pages of places: territories under /places, sites under /sites."""

from observatory.rooms.places.views.sites import pages as site_pages
from observatory.rooms.places.views.territories import pages as territory_pages

__all__ = ["site_pages", "territory_pages"]
