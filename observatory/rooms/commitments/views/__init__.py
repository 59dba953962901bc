"""The pages of commitments: what everyone reads, and what people write. Importing the package makes its routes."""

from observatory.rooms.commitments.views import acting, checking, owing, reading, writing
from observatory.rooms.commitments.views.blueprint import pages

__all__ = ["acting", "checking", "owing", "pages", "reading", "writing"]
