"""The site's own pages, as a manifest like every other."""

from observatory.kernel.registry import Room
from observatory.site import about, exports, feeds, health, home, search, styleguide
from observatory.site.blueprint import pages

room = Room(name="site", blueprints=(pages, health.unguarded))

__all__ = ["about", "exports", "feeds", "home", "room", "search", "styleguide"]
