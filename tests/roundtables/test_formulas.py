"""Quorum, and how a roundtable does, by its fixtures and at its edges."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from observatory.rooms.roundtables.formulas import health, quorum

TODAY = dt.date(2026, 3, 2)
COMMUNITIES, STATE, COMPANY = 1, 2, 3
SEATS = {11: COMMUNITIES, 12: COMMUNITIES, 21: STATE, 22: STATE, 31: COMPANY, 32: COMPANY}


@pytest.mark.parametrize(
    ("seats", "percent", "strict", "needed"),
    [
        (6, 50, True, 4), (6, 50, False, 3), (7, 50, True, 4), (7, 50, False, 4), (1, 50, True, 1), (3, 66, False, 2), (3, 67, False, 3),
        (100, 100, False, 100), (100, 100, True, 100), (200, 1, False, 2), (3, 1, False, 1),
    ],
)  # fmt: skip
def test_so_many_seats_are_needed(seats: int, percent: int, strict: bool, needed: int) -> None:
    every = dict.fromkeys(range(seats), COMMUNITIES)
    assert quorum(every, (), {}, percent=percent, strict=strict).needed == needed
    there = list(every)[:needed]
    assert quorum(every, there, {}, percent=percent, strict=strict).reached
    assert not quorum(every, there[1:], {}, percent=percent, strict=strict).reached


def test_each_constituency_may_need_seats_of_its_own() -> None:
    minima = {COMMUNITIES: 2, COMPANY: 1}
    found = quorum(SEATS, [11, 21, 22, 31], minima, percent=50, strict=True)
    assert (found.present, found.lacking, found.reached) == (4, [(COMMUNITIES, 1, 2)], False)
    assert quorum(SEATS, [11, 12, 22, 31], minima, percent=50, strict=True).reached
    assert quorum(SEATS, [11, 12, 21, 22], minima, percent=50, strict=True).lacking == [(COMPANY, 0, 1)]


def test_who_has_no_seat_does_not_count_and_nobody_counts_twice() -> None:
    found = quorum(SEATS, [11, 11, 11, 99], {}, percent=50, strict=True)
    assert (found.present, found.reached) == (1, False)


def test_without_a_seat_there_is_no_quorum() -> None:
    found = quorum({}, [1, 2], {}, percent=1, strict=False)
    assert (found.seats, found.reached) == (0, False)


@pytest.mark.parametrize(
    ("state", "last", "expires", "rhythm", "how"),
    [
        ("installed", None, None, 60, "new"),
        ("active", TODAY - dt.timedelta(60), None, 60, "meets"),
        ("active", TODAY - dt.timedelta(61), None, 60, "slow"),
        ("active", TODAY - dt.timedelta(120), None, 60, "slow"),
        ("active", TODAY - dt.timedelta(121), None, 60, "dormant"),
        ("active", TODAY - dt.timedelta(91), None, None, "slow"),
        ("active", TODAY, TODAY, 60, "meets"),
        ("active", TODAY, TODAY - dt.timedelta(1), 60, "expired"),
        ("installed", None, TODAY - dt.timedelta(1), 60, "expired"),
        ("extended", TODAY - dt.timedelta(500), TODAY + dt.timedelta(1), 60, "dormant"),
        ("closed", TODAY, None, 60, "closed"),
    ],
)
def test_how_it_does(state: str, last: dt.date | None, expires: dt.date | None, rhythm: int | None, how: str) -> None:
    row = SimpleNamespace(state=state, expires_on=expires, rhythm_days=rhythm)
    assert health(row, last, TODAY) == how


@pytest.mark.parametrize(("days", "how"), [(60, "meets"), (61, "unknown"), (900, "unknown")])
def test_documents_do_not_tell_that_a_body_is_late(days: int, how: str) -> None:
    row = SimpleNamespace(state="active", expires_on=None, rhythm_days=60)
    assert health(row, TODAY - dt.timedelta(days), TODAY, run_here=False) == how
