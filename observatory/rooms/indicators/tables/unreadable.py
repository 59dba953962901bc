"""Why something in a file can't be read."""

from __future__ import annotations


class Unreadable(ValueError):
    """A text that can't be read, with what to do about it, in the words of whoever brought the file."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason, self.suggestion = reason, suggestion


class Ambiguous(Unreadable):
    """A text that can be read in two ways, and only whoever made the file knows which is meant."""
