"""Quorum, and how a roundtable does: told when asked and never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from observatory.rooms.roundtables.models.words import (
    CLOSED,
    DORMANT,
    ENDED,
    EXPIRED,
    MEETS,
    NEW,
    SCORECARD,
    SLOW,
    UNKNOWN,
)

USUAL_RHYTHM = 90
"""Days between two sessions, where a roundtable says nothing of it."""


@dataclass(frozen=True)
class Quorum:
    """Whether enough seats are taken, overall and for each constituency that needs some."""

    present: int
    seats: int
    needed: int
    lacking: Sequence[tuple[int, int, int]]
    """(constituency, taken, needed) where too few are."""

    @property
    def reached(self) -> bool:
        return self.seats > 0 and self.present >= self.needed and not self.lacking


def quorum(
    seats: Mapping[int, int], taken: Collection[int], minima: Mapping[int, int], *, percent: int, strict: bool
) -> Quorum:
    """`seats`: seat → constituency; `taken`: the seats where somebody sits; `minima`: constituency → seats needed.

    A part of the seats: with `strict` more than `percent` of them, else at least as much. Without any seat there is none.
    """
    there = [seat for seat in seats if seat in set(taken)]
    part = len(seats) * percent
    needed = max(1, part // 100 + 1 if strict else -(-part // 100))
    counts: dict[int, int] = {}
    for seat in there:
        counts[seats[seat]] = counts.get(seats[seat], 0) + 1
    lacking = [(each, counts.get(each, 0), least) for each, least in minima.items() if counts.get(each, 0) < least]
    return Quorum(len(there), len(seats), min(needed, len(seats)) if seats else needed, lacking)


def health(row: Any, last_held: dt.date | None, today: dt.date, *, run_here: bool = True) -> str:
    """How a roundtable does: closed, its term over, dormant (no session in twice the time after which it should have met
    again), slow (in once that time), it meets; or no session of it, or no later one, is known here, which says nothing of
    others that it may have held. Only what runs its sessions here (`run_here`) can be told to be late: of any other, documents
    tell some and not all. `row` has state, expires_on, rhythm_days."""
    if row.state == CLOSED:
        return ENDED
    if row.expires_on is not None and row.expires_on < today:
        return EXPIRED
    if last_held is None:
        return NEW
    rhythm, silent = row.rhythm_days or USUAL_RHYTHM, (today - last_held).days
    if silent > rhythm and not run_here:
        return UNKNOWN
    if silent > 2 * rhythm:
        return DORMANT
    return SLOW if silent > rhythm else MEETS


def scorecard(known: Mapping[str, bool], exceptions: Mapping[str, str]) -> list[str]:
    """What an agreement still lacks: of who answers for it, by when, who verifies it and whose money it takes, those that are
    neither known nor excused in public."""
    return [name for name in SCORECARD if not known.get(name) and not exceptions.get(name)]
