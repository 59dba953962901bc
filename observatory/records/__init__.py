"""Records: everything that has its own page and its own audience, and the history of every change to it."""

from observatory.records.history import HistoryEntry, given_reason, note
from observatory.records.models import Contradiction, Fact, Record, RecordAudience, RecordPlace, Source
from observatory.records.queries import find_by_slug, one_or_404, visible, visible_to

__all__ = [
    "Contradiction",
    "Fact",
    "HistoryEntry",
    "Record",
    "RecordAudience",
    "RecordPlace",
    "Source",
    "find_by_slug",
    "given_reason",
    "note",
    "one_or_404",
    "visible",
    "visible_to",
]
