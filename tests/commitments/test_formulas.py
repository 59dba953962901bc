"""What is told and never stored: late, at risk, contested, how much was kept. Two writings of each, which must agree."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select

from observatory.app import registry
from observatory.kernel import clock
from observatory.kernel.db import Base, Database
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.records.models import Record, RecordAudience
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import STATES, Commitment
from observatory.rooms.commitments.models.commitment import RUNNING
from observatory.rooms.commitments.queries import sums

TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
records, commitments = Record.__table__, Commitment.__table__
NOT_ACCEPTED = ("draft", "proposed", "withdrawn")


def ago(days: int) -> dt.date:
    return TODAY - days * DAY


def a_row(**values: Any) -> SimpleNamespace:
    """A commitment accepted a hundred days ago and due in a hundred, reported on yesterday and not behind."""
    told: dict[str, Any] = {
        "state": "in_progress", "accepted_on": ago(100), "due_original": ago(-100), "due_current": ago(-100),
        "reported_on": ago(1), "next_milestone_on": None, "progress": 5_000, "open_disputes": 0, "last_finding": None,
        "claimed_on": None, "closed_on": None, "suspended_days": 0, "grace_days": 0, "resumed_on": None, "recorded": False,
    }  # fmt: skip
    return SimpleNamespace(**(told | values))


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    """The tables and nothing in them, on each database in turn."""
    registry()
    made = Database(engine_url)
    Base.metadata.create_all(made.engine)
    yield made
    made.close()


def keep(database: Database, rows: list[SimpleNamespace]) -> None:
    """Store rows as commitments that everyone sees; each row gets its number."""
    noon = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
    beside = {
        "kind": "commitment",
        "language": "es",
        "summary": "",
        "version": 1,
        "created_at": noon,
        "updated_at": noon,
    }
    told, labels, base = [], [], []
    for id, row in enumerate(rows, 1):
        row.id = id
        title = f"Promesa {id}"
        demo = getattr(row, "is_demo", False)
        base.append(
            beside
            | {"id": id, "slug": str(id), "title": title, "sort_title": title.lower(), "state": row.state}
            | {"is_demo": demo}
        )
        told.append({c.name: v for c in commitments.c if (v := getattr(row, c.name, None)) is not None} | {"id": id})
        labels.append({"record_id": id, "label": "public"})
    with database.engine.begin() as connection:
        connection.execute(insert(records), base)
        for one in told:
            connection.execute(insert(commitments), one)
        connection.execute(insert(RecordAudience), labels)


def generated(number: int) -> list[SimpleNamespace]:
    """Rows in every state, with days crowded around the boundaries; the same ones in every run."""
    draw = random.Random(11)
    made = []
    for _ in range(number):
        state = draw.choice([*RUNNING * 4, *STATES])
        accepted = None if state in NOT_ACCEPTED else ago(draw.choice([0, 1, 40, 59, 60, 61, 79, 80, 81, 100, 400]))
        due = draw.choice([None, *map(ago, (-400, -100, -25, -20, -19, -1, 0, 1, 2, 80, 100, 101))])
        progress = draw.choice([0, 1, 1_999, 2_000, 5_999, 6_000, 6_001, 7_999, 8_000, 9_999, 10_000])
        if due and accepted and accepted < TODAY and due > accepted and draw.random() < 0.5:  # just at, above, below
            gone, span = (TODAY - accepted).days, (due - accepted).days
            progress = min(10_000, max(0, gone * 10_000 // span - 2_000 + draw.choice([-1, 0, 1])))
        reported = accepted and draw.choice([None, *(ago(days) for days in (0, 1, 59, 60, 61))])
        row = a_row(
            state=state, accepted_on=accepted, due_original=due, due_current=due, progress=progress,
            reported_on=reported, next_milestone_on=draw.choice([None, None, *map(ago, (-1, 0, 1))]),
            open_disputes=draw.choice([0, 0, 1, 3]),
            last_finding=draw.choice([None, "confirmed", "partly", "not_confirmed", "cannot_determine"]),
            suspended_days=draw.choice([0, 0, 0, 1, 2, 20]), grace_days=draw.choice([0, 0, 0, 1, 2, 20]), recorded=draw.random() < 0.2,
            resumed_on=draw.choice([None, None, *map(ago, (0, 1, 59, 60, 61))]),
        )  # fmt: skip
        made.append(row)
    return made


def test_both_writings_of_every_formula_agree_around_all_boundaries(database: Database) -> None:
    rows = generated(3_000)
    keep(database, rows)
    told = select(
        records.c.id, formulas.standing_sql(TODAY), formulas.is_late_sql(TODAY), formulas.is_at_risk_sql(TODAY),
        formulas.is_contested_sql(),
    ).join_from(records, commitments, commitments.c.id == records.c.id)  # fmt: skip
    with database.engine.connect() as connection:
        found = {row[0]: row[1:] for row in connection.execute(told)}
    seen = set()
    for row in rows:
        standing, late, risk, contested = found[row.id]
        assert standing == formulas.standing(row, TODAY), row
        assert bool(late) == formulas.is_late(row, TODAY), row
        assert bool(risk) == bool(formulas.risks(row, TODAY)), row
        assert bool(contested) == formulas.is_contested(row), row
        seen |= {standing, *formulas.risks(row, TODAY)}
    assert seen >= {"late", "at_risk", "slow", "milestone", "silent", *STATES}, "every case came up"


@pytest.mark.parametrize(("due", "late"), [(ago(1), True), (TODAY, False), (ago(-1), False), (None, False)], ids=str)
@pytest.mark.parametrize("state", STATES)
def test_the_due_date_itself_is_on_time_and_only_what_runs_is_late(state: str, due: dt.date | None, late: bool) -> None:
    assert formulas.is_late(a_row(state=state, due_current=due), TODAY) == (late and state in RUNNING)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"reported_on": ago(59)}, []),
        ({"reported_on": ago(60)}, ["silent"]),
        ({"reported_on": None, "accepted_on": ago(59)}, []),
        ({"reported_on": None, "accepted_on": ago(60)}, ["silent"]),
        ({"due_current": ago(-25), "progress": 5_999}, ["slow"]),
        ({"due_current": ago(-25), "progress": 6_000}, []),  # 80 % of the time is over, progress is 20 points behind
        ({"due_current": ago(-26), "progress": 0}, []),
        ({"due_current": TODAY, "progress": 7_999}, ["slow"]),
        ({"next_milestone_on": ago(1)}, ["milestone"]),
        ({"next_milestone_on": TODAY}, []),
        ({"due_current": None, "progress": 0}, []),
        ({"due_current": None, "reported_on": ago(60), "next_milestone_on": ago(1)}, ["milestone", "silent"]),
        ({"accepted_on": TODAY, "due_current": TODAY, "progress": 0}, []),
        ({"due_current": ago(1), "reported_on": ago(90), "progress": 0}, []),  # late outranks at risk
    ],
    ids=str,
)
def test_at_risk_is_sixty_silent_days_a_missed_milestone_or_twenty_points_behind_at_the_end(
    values: dict[str, Any], why: list[str]
) -> None:
    assert formulas.risks(a_row(**values), TODAY) == why
    assert formulas.risks(a_row(**values | {"state": "reported_complete"}), TODAY) == []


def test_what_is_undated_is_never_late_and_has_no_days() -> None:
    row = a_row(due_current=None, due_original=None)
    assert formulas.days_late(row, row.due_current, TODAY) is None
    assert formulas.days_left(row, TODAY) is None
    assert not formulas.is_late(row, dt.date.max)


def test_days_late_are_told_against_both_dates() -> None:
    row = a_row(due_original=ago(50), due_current=ago(10))
    assert formulas.days_late(row, row.due_original, TODAY) == 50
    assert formulas.days_late(row, row.due_current, TODAY) == 10
    assert formulas.days_late(row, TODAY, TODAY) == 0
    assert formulas.days_late(a_row(accepted_on=None), ago(10), TODAY) is None, "nobody owes it yet"
    assert formulas.days_late(a_row(closed_on=ago(45)), row.due_original, TODAY) == 5, "it ends when it is closed"


def test_the_clock_stops_at_the_claim_and_runs_again_after_a_refutation() -> None:
    due = ago(10)
    made = Commitment(
        state="accepted", accepted_on=ago(100), due_original=due, due_current=due, suspended_days=0, grace_days=0
    )
    made.report(progress=10_000, complete=True, next_milestone_on=None, today=ago(7))
    assert formulas.days_late(made, due, TODAY) == 3
    made.report(progress=10_000, complete=True, next_milestone_on=None, today=ago(5))
    assert formulas.days_late(made, due, TODAY) == 3, "a second claim does not move the first"
    made.take_finding("confirmed", accepted=1, verifier_id=1, today=ago(4))
    assert (made.state, formulas.days_late(made, due, TODAY)) == ("verified", 3)
    made.take_finding("not_confirmed", accepted=0, verifier_id=1, today=ago(2))
    assert (made.state, formulas.days_late(made, due, TODAY)) == ("in_progress", 10)
    assert formulas.is_late(made, TODAY)


def test_what_is_suspended_is_never_late_and_the_days_of_suspension_do_not_count() -> None:
    due = ago(10)
    made = Commitment(
        state="in_progress", accepted_on=ago(200), due_original=due, due_current=due, progress=9_900, suspended_days=0, grace_days=0,
        reported_on=ago(50), recorded=False,
    )  # fmt: skip
    assert formulas.standing(made, TODAY) == "late" and formulas.days_late_now(made, TODAY) == 10
    made.decide("suspension", due_on=None, today=ago(8))
    assert formulas.standing(made, TODAY) == "suspended" and formulas.risks(made, TODAY) == []
    assert formulas.days_late_now(made, TODAY) is None
    with pytest.raises(Invalid):
        made.report(progress=10_000, complete=True, next_milestone_on=None, today=TODAY)
    made.decide("resumption", due_on=None, today=TODAY)
    assert (made.state, made.suspended_days) == ("in_progress", 8)
    assert formulas.standing(made, TODAY) == "late" and formulas.days_late_now(made, TODAY) == 2
    assert formulas.days_late(made, due, TODAY) == 10, "the first promise is told as it was"
    made.decide("suspension", due_on=None, today=TODAY)
    made.decide("resumption", due_on=None, today=TODAY + 2 * DAY)
    assert formulas.days_late_now(made, TODAY + 2 * DAY) == 2, "both suspensions count together"


@pytest.mark.parametrize(("days", "late"), [(9, True), (10, False), (11, False)])
def test_it_is_on_time_on_the_day_that_the_days_of_suspension_move_it_to(days: int, late: bool) -> None:
    row = a_row(due_current=ago(10), grace_days=days)
    assert formulas.is_late(row, TODAY) == late
    assert formulas.days_left(row, TODAY) == (None if late else days - 10)


def test_nobody_is_silent_who_was_never_asked_here_or_has_just_resumed() -> None:
    quiet = a_row(reported_on=None, accepted_on=ago(90))
    assert formulas.risks(quiet, TODAY) == ["silent"]
    assert formulas.risks(a_row(reported_on=None, accepted_on=ago(90), recorded=True), TODAY) == []
    assert formulas.risks(a_row(reported_on=ago(90), recorded=True), TODAY) == ["silent"], "once they reported they are"
    assert formulas.risks(a_row(reported_on=ago(90), resumed_on=ago(59)), TODAY) == []
    assert formulas.risks(a_row(reported_on=ago(90), resumed_on=ago(60)), TODAY) == ["silent"]


COUNTS = {
    "verified": 149, "reported_complete": 120, "in_progress": 100, "at_risk": 40, "late": 60, "accepted": 50,
    "suspended": 5, "cancelled": 30, "superseded": 12, "proposed": 70, "draft": 9, "withdrawn": 3,
}  # fmt: skip
"""149 of 524: what was cancelled or superseded, and what nobody accepted, is not among the 524."""


def test_149_verified_of_524_are_28_4_percent() -> None:
    found = formulas.completion(COUNTS)
    assert found is not None and f"{found:.2f}" == "28.44"
    assert f"{found:.1f}" == "28.4"
    assert formulas.completion({"cancelled": 3, "proposed": 2}) is None, "nothing was accepted"


@pytest.mark.parametrize("standing", ["reported_complete", "in_progress", "at_risk", "late", "accepted", "suspended"])
def test_what_is_claimed_or_under_way_never_counts_as_kept(standing: str) -> None:
    assert formulas.completion({standing: 1_000}) == 0
    assert formulas.completion({"verified": 1, standing: 3}) == 25


def test_the_tables_tell_the_same_completion_and_leave_out_what_is_fictitious_or_stands_for_many(
    database: Database,
) -> None:
    standings = [name for name, count in COUNTS.items() for _ in range(count)]
    how = {
        "late": {"state": "in_progress", "due_current": ago(1)},
        "at_risk": {"state": "accepted", "reported_on": ago(61)},
    }
    rows = [a_row(**how.get(name, {"state": name})) for name in standings]
    rows += [a_row(state="verified", covers=375), a_row(state="verified", is_demo=True)]
    keep(database, rows)
    noon = dt.datetime.combine(TODAY, dt.time(12), clock.LIMA)
    with clock.frozen(noon), database.reading():
        told = dict(sums.tallies(Actor.guest()))
        tally, fictitious = told[False], told[True]
    assert dict(tally.counts) == {name: count for name, count in COUNTS.items() if name != "draft"}
    assert (tally.all, tally.closed, tally.proposed) == (524, 42, 70)
    assert tally.completion is not None and f"{tally.completion:.1f}" == "28.4"
    assert fictitious.all == 1, "never summed with real ones"


def test_the_share_of_a_claim_is_weighted_and_rounded_down() -> None:
    thirds = {1: Decimal("33.33"), 2: Decimal("33.33"), 3: Decimal("33.34")}
    assert formulas.share(thirds, {1: 100, 2: 100, 3: 100}) == 10_000
    assert formulas.share(thirds, {1: 100, 2: 100, 3: 99}) == 9_966
    assert formulas.share(thirds, {}) == 0 and formulas.share({}, {}) == 0
