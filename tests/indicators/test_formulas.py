"""What is computed from figures, by its fixtures and at its edges."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.rooms.indicators.formulas import (
    Achievement,
    Part,
    achievement,
    before,
    bounds,
    differs,
    doubt_of,
    elapsed,
    following,
    frequency_of,
    is_jump,
    on_track,
    over_periods,
    per_head,
    position,
    total,
    worst,
)

D = Decimal


def achieved(baseline: Any, target: Any, actual: Any, direction: str, tolerance: Any = None) -> Achievement:
    told = [D(each) if each is not None else None for each in (baseline, target, actual, tolerance)]
    return achievement(baseline=told[0], target=told[1], actual=told[2], direction=direction, tolerance=told[3])


# --- F4: achievement ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "percent", "word"),
    [
        ("28", "15", "20", "decrease", "61.5", "under_way"),
        ("-5", "-2", "-3", "increase", "66.7", "under_way"),
        ("10", "20", "8", "increase", "-20.0", "regressed"),
        ("10", "20", "10", "increase", "0.0", "under_way"),
        ("10", "20", "20", "increase", "100.0", "reached"),
        ("10", "20", "25", "increase", "150.0", "exceeded"),
        ("28", "15", "10", "decrease", "138.5", "exceeded"),
        ("28", "15", "30", "decrease", "-15.4", "regressed"),
        ("-10", "10", "0", "none", "50.0", "under_way"),
    ],
)
def test_achievement_is_the_share_of_the_way(
    baseline: str, target: str, actual: str, direction: str, percent: str, word: str
) -> None:
    found = achieved(baseline, target, actual, direction)
    assert found.percent is not None and round(found.percent, 1) == D(percent)
    assert (found.word, found.reason, found.distance) == (word, "", D(actual) - D(target))


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "reason"),
    [
        (None, "15", "20", "decrease", "no_baseline"),
        ("28", None, "20", "decrease", "no_target"),
        ("28", "15", None, "decrease", "no_actual"),
        ("15", "15", "20", "decrease", "no_way"),
        ("15", "15.0", "15", "increase", "no_way"),
        ("10", "20", "15", "decrease", "wrong_way"),
        ("20", "10", "15", "increase", "wrong_way"),
    ],
)
def test_where_it_cannot_be_said_it_is_not_and_why(
    baseline: str | None, target: str | None, actual: str | None, direction: str, reason: str
) -> None:
    found = achieved(baseline, target, actual, direction)
    assert (found.percent, found.reason, found.word) == (None, reason, "unknown")
    assert (found.distance is None) == (reason in ("no_target", "no_actual"))


@pytest.mark.parametrize(
    ("actual", "tolerance", "word", "percent", "distance"),
    [
        ("100", "5", "in_band", 100, "0"), ("105", "5", "in_band", 100, "5"), ("95", "5", "in_band", 100, "-5"),
        ("105.01", "5", "out_of_band", None, "5.01"), ("94", "5", "out_of_band", None, "-6"),
        ("100", None, "in_band", 100, "0"), ("100.1", None, "out_of_band", None, "0.1"),
    ],
)  # fmt: skip
def test_what_should_stay_is_within_its_band_or_as_far_out_as_it_is(
    actual: str, tolerance: str | None, word: str, percent: int | None, distance: str
) -> None:
    for baseline in (None, "80"):
        found = achieved(baseline, "100", actual, "maintain", tolerance)
        assert (found.word, found.percent, found.distance) == (word, percent, D(distance))


# --- F5: on track ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "share", "track"),
    [
        ("45", "0.5", "on_track"), ("44.999", "0.5", "at_risk"), ("30", "0.5", "at_risk"), ("29.999", "0.5", "off_track"),
        ("-20", "0.5", "off_track"), ("150", "1", "on_track"), ("90", "1", "on_track"), ("60", "1", "at_risk"),
        ("0", "0.001", "off_track"), (None, "0.5", ""), ("50", None, ""), ("50", "0", ""),
    ],
)  # fmt: skip
def test_on_track_is_nine_tenths_of_the_time_and_at_risk_six(
    percent: str | None, share: str | None, track: str
) -> None:
    assert on_track(D(percent) if percent else None, D(share) if share else None) == track


def test_before_the_start_nothing_is_said_and_after_the_end_all_of_the_time_is_over() -> None:
    start, end = dt.date(2024, 12, 31), dt.date(2026, 12, 31)
    assert elapsed(start, end, dt.date(2024, 12, 30)) is None
    assert elapsed(start, end, start) == 0
    assert elapsed(start, end, dt.date(2025, 12, 31)) == D("0.5")
    assert elapsed(start, end, end) == elapsed(start, end, dt.date(2030, 1, 1)) == 1
    assert elapsed(end, end, end) is None and elapsed(end, start, end) is None
    assert on_track(D(0), elapsed(start, end, start)) == ""


# --- F13: per head --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "population", "value"),
    [
        ("100", "8", "12.5"),
        ("0", "8", "0"),
        ("-4", "8", "-0.5"),
        (None, "8", None),
        ("100", None, None),
        ("1", "0", None),
    ],
)
def test_per_head_needs_both_and_somebody_living_there(
    amount: str | None, population: str | None, value: str | None
) -> None:
    found = per_head(D(amount) if amount else None, D(population) if population else None)
    assert found == (D(value) if value else None)


# --- Periods --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "kind", "first", "last", "earlier", "later"),
    [
        ("2024", "year", (2024, 1, 1), (2024, 12, 31), "2023", "2025"),
        ("2024-S1", "half", (2024, 1, 1), (2024, 6, 30), "2023-S2", "2024-S2"),
        ("2024-S2", "half", (2024, 7, 1), (2024, 12, 31), "2024-S1", "2025-S1"),
        ("2024-Q1", "quarter", (2024, 1, 1), (2024, 3, 31), "2023-Q4", "2024-Q2"),
        ("2024-Q4", "quarter", (2024, 10, 1), (2024, 12, 31), "2024-Q3", "2025-Q1"),
        ("2024-02", "month", (2024, 2, 1), (2024, 2, 29), "2024-01", "2024-03"),
        ("2023-12", "month", (2023, 12, 1), (2023, 12, 31), "2023-11", "2024-01"),
        ("2024-02-29", "day", (2024, 2, 29), (2024, 2, 29), "2024-02-28", "2024-03-01"),
        ("2023-12-31", "day", (2023, 12, 31), (2023, 12, 31), "2023-12-30", "2024-01-01"),
        ("1801", "year", (1801, 1, 1), (1801, 12, 31), "1800", "1802"),
    ],
)
def test_a_period_has_a_beginning_an_end_and_neighbours(
    period: str, kind: str, first: Any, last: Any, earlier: str, later: str
) -> None:
    assert bounds(period) == (dt.date(*first), dt.date(*last))
    assert frequency_of(period) == kind
    assert (before(period), following(period)) == (earlier, later)
    assert before(later) == following(earlier) == period


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-", "2024-S0", "2024-S3", "2024-Q0", "2024-Q5", "2024-13", "2024-00", "2024-2", "2024-02-30",
     "2023-02-29", "2024-2-1", "2024-02-01 ", " 2024", "2024-q1", "20245", "٢٠٢٤", "2024\n", "0000", "2024-W10", "abcd"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        bounds(text)


def test_a_period_stands_on_an_axis_where_it_begins() -> None:
    assert [position(each) for each in ("2024", "2024-S2", "2023-Q2")] == [2024, 2024 + 182 / 366, 2023 + 90 / 365]
    assert position("2024-03") < position("2024-03-02") < position("2024-Q2") < position("2025")


# --- Adding up ------------------------------------------------------------------------------------------------------


def test_a_sum_counts_its_parts_and_carries_the_worst_doubt() -> None:
    found = total([Part(D(3)), Part(D(4), parts=5, status="P"), Part(D("0.5"), status="E")], weighted=False)
    assert found == Part(D("7.5"), None, 7, "E")
    assert total([], weighted=False) is None


def test_a_mean_of_percentages_by_weight_is_not_the_plain_mean() -> None:
    # 36 % of 728 million in one district, 90 % of 12 million in another: 36.9 % of all, not 63 %.
    parts = [Part(D(36), D(728)), Part(D(90), D(12))]
    found = total(parts, weighted=True)
    assert found is not None and round(found.value, 1) == D("36.9") != sum(part.value for part in parts) / 2
    assert (found.weight, found.parts) == (740, 2)


def test_a_mean_leaves_out_what_has_no_weight() -> None:
    known = [Part(D(10), D(1)), Part(D(20), None), Part(D(30), D(0)), Part(D(40), D(-1))]
    assert total(known, weighted=True) == Part(D(10), D(1), 1, "A")
    assert total(known[1:], weighted=True) is None


@pytest.mark.parametrize(
    ("statuses", "worst_"), [("A", "A"), ("AB", "B"), ("AP", "P"), ("PE", "E"), ("UP", "P"), ("EIF", "F"), ("", "A")]
)
def test_what_is_put_together_is_as_doubtful_as_its_worst_part(statuses: str, worst_: str) -> None:
    assert doubt_of(statuses) == worst_


@given(st.lists(st.decimals(-(10**15), 10**15, places=18, allow_nan=False), min_size=1, max_size=40))
def test_a_sum_loses_no_digit_in_whatever_order(values: list[Decimal]) -> None:
    with localcontext() as context:
        context.prec = 200
        expected = sum(values, D(0))
    found = total([Part(value) for value in values], weighted=False)
    turned = total([Part(value) for value in reversed(values)], weighted=False)
    assert found is not None and turned is not None and found.value == turned.value == expected
    assert over_periods([("2024", value) for value in values], "sum") == expected


@pytest.mark.parametrize(("rule", "value"), [("sum", "10"), ("mean", "2.5"), ("last", "4"), ("none", None)])
def test_a_longer_period_is_what_the_rule_says(rule: str, value: str | None) -> None:
    values = [(f"2024-Q{at}", D(at)) for at in range(1, 5)]
    assert over_periods(values, rule) == (D(value) if value else None)
    assert over_periods([], rule) is None


# --- Doubts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "last", "largest", "steps", "jump"),
    [
        ("16", "10", "1", 3, True), ("15", "10", "1", 3, False), ("4", "10", "1", 3, True), ("10", "10", "0", 9, False),
        ("16", "10", "0", 3, True), ("15", "10", "0", 3, False), ("99", "10", "1", 2, False), ("100", "10", "1", 2, True),
        ("1", "10", "0", 0, True), ("1.1", "10", "0", 0, False), ("-100", "10", "0", 0, True), ("5", "0", "0", 1, False),
        ("0", "5", "0", 1, False), ("0", "5", "0.5", 5, True),
    ],
)  # fmt: skip
def test_a_jump_goes_far_beyond_what_the_series_has_done(
    value: str, last: str, largest: str, steps: int, jump: bool
) -> None:
    assert is_jump(D(value), D(last), D(largest), steps) is jump


@pytest.mark.parametrize(
    ("total_", "value", "parts", "other"),
    [
        ("100", "100", 3, False), ("101", "100", 3, False), ("101.6", "100", 3, True), ("98", "100", 2, True),
        ("1000002", "1000000", 2, False), ("1000400", "1000000", 2, False), ("1000600", "1000000", 2, True),
    ],
)  # fmt: skip
def test_a_total_may_differ_from_its_parts_by_rounding_alone(total_: str, value: str, parts: int, other: bool) -> None:
    assert differs(D(total_), D(value), parts) is other


def test_places_are_ordered_by_which_way_is_better_and_the_unknown_left_out() -> None:
    values = {"a": D(3), "b": D(9), "c": None, "d": D(5)}
    assert worst(values, "increase") == worst(values, "none") == ["b", "d", "a"]
    assert worst(values, "decrease") == ["a", "d", "b"]
