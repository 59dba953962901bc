"""What is told to reactions when moderators act; the log of moderation keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommentHidden:
    number: int


@dataclass(frozen=True)
class CommentShownAgain:
    number: int
