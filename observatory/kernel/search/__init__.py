"""Finding records by their words: the only place that knows the search library.

`WhooshShelf` holds `Document`s and answers a `Query` with `Results`. Who may see what is decided here by labels alone,
before anything is counted or shown.
"""

from observatory.kernel.search.query import Document, Hit, Query, Results
from observatory.kernel.search.shelf import WhooshShelf
from observatory.kernel.search.storing import Busy, Unreadable

__all__ = ["Busy", "Document", "Hit", "Query", "Results", "Unreadable", "WhooshShelf"]
