"""The pages of commitments: what everyone reads, and what people write. Importing the package makes its routes."""

from observatory.rooms.commitments.views import acting, checking, reading, writing
from observatory.rooms.commitments.views.blueprint import pages

__all__ = ["acting", "checking", "pages", "reading", "writing"]
