"""Between sessions: when a body last met, who comes, what happened since."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from observatory.rooms.commitments.models import Commitment
from observatory.rooms.roundtables.queries import following
from observatory.rooms.roundtables.service import meeting, outcomes
from tests.app import words
from tests.roundtables.meetings import DAY, opened
from tests.roundtables.test_preparing import a_commitment
from tests.roundtables.world import World


def test_a_body_that_met_is_shown_with_its_pulse_and_is_dormant_once_it_falls_silent(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.end_session)
    world.act_as("guest")
    page = words(world.text(f"/roundtables/{made.table}"))
    assert "It meets" in page and "Mar 20, 2026" in page
    assert "Community1 of 1 · 100 %" in page and "Civil society0 of 1 · 0 %" in page and "State1 of 1 · 100 %" in page
    for days, how in ((91, "Overdue to meet"), (181, "Dormant")):
        world.today = DAY + dt.timedelta(days)
        assert how in words(world.text("/roundtables/health"))
        assert "Last met: Mar 20, 2026" in words(world.text("/roundtables/health"))


def test_a_session_without_quorum_is_no_meeting_of_the_body(own_world: World) -> None:
    world = own_world
    made = opened(world, sitting=("comunidad",))
    made.do(meeting.end_session)
    with world.reading():
        assert following.last_held([world.find(made.table).id]) == {}
    assert "No session recorded here yet" in words(world.text(f"/roundtables/{made.table}"))


def test_what_happened_since_the_last_session_is_told(own_world: World) -> None:
    world = own_world
    made = opened(world)
    a_commitment(world, made.table, "Construir doce kilómetros de canal", DAY - dt.timedelta(3))
    a_commitment(world, made.table, "Reparar la bocatoma del valle", DAY + dt.timedelta(30))
    made.do(meeting.end_session)
    world.act_as("guest")
    world.today = DAY + dt.timedelta(31)
    page = words(world.text(f"/roundtables/{made.table}/follow-up"))
    assert "Session 1, Mar 20, 2026" in page and "Became late 1" in page
    assert "Reparar la bocatoma" in page and "Construir doce" not in page, "that one was late before"


def test_agreements_are_carried_out_once_they_are_verified_or_changed_something(own_world: World) -> None:
    world = own_world
    made = opened(world)
    a_commitment(world, made.table, "Construir doce kilómetros de canal", dt.date(2026, 6, 30))
    made.agree("Canal de riego")
    made.agree("Calidad del agua", becomes=False, reason="Solo se tomó nota.")
    with world.reading() as unit:
        number = unit.scalars(select(Commitment.id).where(Commitment.accepted_on.is_not(None))).one()
        slug = unit.scalars(select(Commitment.slug).where(Commitment.id == number)).one()
    told = {"kind": "due_date", "due_on": dt.date(2026, 9, 30), "reason": "Llovió dos meses."}
    made.do(outcomes.change_commitment, item=made.items["Canal de riego"], commitment=number, **told)
    with world.reading():
        assert following.carried(world.find(made.table).id) == following.Carried(agreements=2, done=1)
    world.act_as("guest")
    page = words(world.text(f"/commitments/{slug}"))
    assert "Sessions that dealt with it" in page and "changed there" in page
