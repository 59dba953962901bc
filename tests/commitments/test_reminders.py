"""Reminders: each step of each date once, whoever sends them, and to nobody who does not want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from observatory import jobs
from observatory.kernel import clock, language
from observatory.kernel.outbox import Outgoing
from observatory.people.models import Person
from observatory.rooms.commitments import formulas, service
from observatory.rooms.commitments.models import CommitmentReminder, Milestone
from observatory.rooms.commitments.service import reminding
from tests.app import Demo
from tests.commitments.conftest import STEPS, World

DAY = dt.date(2026, 3, 2)
SITE = "https://observatorio.example"


def _remind(world: World, day: dt.date | None = None, hour: int = 8) -> int:
    """Do the job as the drainer does: without a request, on a day of the world."""
    settings = replace(world.land.app.extensions["observatory.settings"], public_url=SITE)
    with (
        clock.frozen(dt.datetime.combine(day or world.today, dt.time(hour), clock.LIMA)),
        language.alone().app_context(),
    ):
        return reminding.remind(world.land.database, settings)


def _mail(world: World) -> list[Outgoing]:
    """The messages that wait, which are then taken out."""
    with world.unit() as unit:
        found = list(unit.scalars(select(Outgoing).order_by(Outgoing.id)))
        unit.execute(delete(Outgoing))
        unit.expunge_all()
    return found


def _start(world: World, days: int, **values: Any) -> str:
    """A commitment that is due so many days after the world's day; its own messages are taken out."""
    slug = world.accepted(due_on=DAY + dt.timedelta(days=days), **values)
    _mail(world)
    return slug


def _steps(world: World) -> list[int]:
    with world.reading() as unit:
        return list(unit.scalars(select(CommitmentReminder.step).order_by(CommitmentReminder.id)))


def _person(world: World, name: str, **values: Any) -> str:
    with world.unit() as unit:
        if values:
            unit.execute(update(Person).where(Person.name == name).values(**values))
        return str(unit.scalar(select(Person.email).where(Person.name == name)))


def test_every_step_goes_out_on_its_day_and_on_no_other(world: World) -> None:
    slug = _start(world, 40)
    due = DAY + dt.timedelta(days=40)
    sent = {}
    for number in range(90):
        day = DAY + dt.timedelta(days=number)
        if _remind(world, day):
            sent[(day - due).days] = _mail(world)
        assert _remind(world, day) == 0, "twice on the same day"
    assert tuple(sent) == formulas.STEPS
    assert all(len(messages) == 1 for messages in sent.values())
    email = _person(world, "alcaldesa", language="en")
    for step, (message,) in sent.items():
        assert message.recipient == email
        assert f"{SITE}/commitments/{slug}/updates/new" in message.body
        assert f"{SITE}/organisations/municipalidad/owed" in message.body
        assert f"{SITE}/organisations/comunidad" in message.body
        assert f"{SITE}/account" in message.body
        assert "Entregar agua potable" in message.body, step


def test_one_message_for_all_dates_of_an_organisation_in_its_peoples_language(world: World) -> None:
    _person(world, "alcaldesa", language="en")
    for days in (7, 30, 1):
        _start(world, days)
    assert _remind(world) == 1
    (message,) = _mail(world)
    assert message.subject.startswith("3 due dates to look at: Municipalidad")
    assert "in 1 day" in message.body and "in 7 days" in message.body and "in 30 days" in message.body
    assert message.body.index("in 1 day") < message.body.index("in 7 days") < message.body.index("in 30 days")
    assert "LATE" not in message.body
    _person(world, "alcaldesa", language="es")
    assert _remind(world, DAY + dt.timedelta(days=2)) == 1
    (message,) = _mail(world)
    assert "3 mar. 2026" in message.body


def test_whoever_carries_it_out_is_reminded_and_whoever_contributes_is_not(world: World) -> None:
    ids = world.organisations
    _start(world, 7, responsible=[ids["universidad"]], contributing=[ids["ong"]])
    assert _remind(world) == 2
    got = {message.recipient for message in _mail(world)}
    assert got == {_person(world, who) for who in ("alcaldesa", "rectora")}


def test_milestones_have_steps_of_their_own_until_they_are_claimed(world: World) -> None:
    _person(world, "alcaldesa", language="en")
    steps = [STEPS[0] | {"due_on": DAY + dt.timedelta(days=7)}, STEPS[1]]
    _start(world, 200, milestones=steps)
    assert _remind(world) == 1
    (message,) = _mail(world)
    assert "Milestone: Zanjas" in message.body and "in 7 days" in message.body
    with world.unit() as unit:
        unit.execute(update(Milestone).values(claimed=100))
    assert _remind(world, DAY + dt.timedelta(days=6)) == 0


@pytest.mark.parametrize(
    ("days", "step"),
    [(-31, None), (-30, -30), (-20, -30), (-16, -30), (-15, None), (-7, -7), (-2, -7), (0, -1), (1, 1), (7, 1), (8, 8),
     (22, 8), (23, None), (30, 30), (44, 30), (45, None)],
)  # fmt: skip
def test_the_step_to_take(days: int, step: int | None) -> None:
    assert formulas.step_of(days, formulas.STEPS) == step


def test_a_gap_of_ten_days(world: World) -> None:
    _start(world, 8)  # the steps of seven days and of one day are missed
    assert _remind(world, DAY + dt.timedelta(days=10)) == 1
    assert _steps(world) == [1]
    (message,) = _mail(world)
    assert message.body.count("/updates/new") == 1
    assert _remind(world, DAY + dt.timedelta(days=11)) == 0
    assert _remind(world, DAY + dt.timedelta(days=16)) == 1
    assert _steps(world) == [1, 8]


def test_a_new_date_has_steps_of_its_own(world: World) -> None:
    slug = _start(world, 7)
    assert _remind(world) == 1
    world.decide(slug, "due_date", due_on=DAY + dt.timedelta(days=8))
    assert _remind(world) == 0, "one message a day"
    assert _remind(world, DAY + dt.timedelta(days=1)) == 1
    with world.reading() as unit:
        rows = unit.execute(select(CommitmentReminder.due_on, CommitmentReminder.step)).all()
    assert sorted(map(tuple, rows)) == [(DAY + dt.timedelta(days=days), -7) for days in (7, 8)]
    world.decide(slug, "due_date", due_on=DAY + dt.timedelta(days=300))
    assert not any(_remind(world, DAY + dt.timedelta(days=days)) for days in range(2, 40))


def test_steps_before_it_was_accepted_are_not_made_up_for(world: World) -> None:
    _start(world, 20)
    assert _remind(world) == 0
    assert _remind(world, DAY + dt.timedelta(days=13)) == 1
    assert _steps(world) == [-7]


@pytest.mark.parametrize("how", ["suspended", "claimed", "verified", "cancelled", "proposed", "draft"])
def test_nobody_is_reminded_of_what_waits_for_nothing(world: World, how: str) -> None:
    makers: dict[str, Callable[..., str]] = {
        "claimed": world.claimed, "verified": world.verified, "proposed": world.proposed, "draft": world.draft,
    }  # fmt: skip
    slug = makers.get(how, world.accepted)(due_on=DAY + dt.timedelta(days=7))
    if how in ("suspended", "cancelled"):
        world.decide(slug, {"suspended": "suspension", "cancelled": "cancellation"}[how])
    _mail(world)
    assert not any(_remind(world, DAY + dt.timedelta(days=days)) for days in (0, 6, 8, 15))
    assert _mail(world) == [] and _steps(world) == []


def test_a_body_is_told_once_what_became_late_of_what_it_posted(world: World) -> None:
    _person(world, "secretaria", language="en")
    slug = world.proposed("secretaria", due_on=DAY + dt.timedelta(days=2))
    world.do("alcaldesa", service.accept, slug)
    _mail(world)
    late = DAY + dt.timedelta(days=3)
    _remind(world, DAY + dt.timedelta(days=2))
    assert _person(world, "secretaria") not in {message.recipient for message in _mail(world)}
    assert _remind(world, late) == 2
    secretary = _person(world, "secretaria")
    (message,) = [each for each in _mail(world) if each.recipient == secretary]
    assert message.subject.startswith("1 commitment became late: Comité")
    assert f"{SITE}/commitments?late=1&keeper=comite" in message.body
    assert "/updates/new" not in message.body
    for days in range(1, 30):
        _remind(world, late + dt.timedelta(days=days))
    assert secretary not in {message.recipient for message in _mail(world)}


def test_who_switched_reminders_off_gets_none(world: World) -> None:
    _start(world, 7)
    _person(world, "alcaldesa", reminders=False)
    assert _remind(world) == 0 and _mail(world) == []
    assert _steps(world) == [], "nobody was told: it is not done"
    _person(world, "alcaldesa", reminders=True)
    assert _remind(world, DAY + dt.timedelta(days=1)) == 1


def test_fictitious_people_without_a_password_are_never_written_to(world: World) -> None:
    _start(world, 7)
    _person(world, "alcaldesa", is_demo=True, password_hash=None)
    assert _remind(world) == 0
    _person(world, "alcaldesa", is_demo=True, password_hash="x")
    assert _remind(world) == 1


def test_two_at_once_send_one(world: World) -> None:
    for days in (7, 1, 30):
        _start(world, days)
    world.of_the_company(due_on=DAY + dt.timedelta(days=7))
    _mail(world)
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _number: _remind(world), range(4)))
    assert sum(sent) == 2
    assert len(_mail(world)) == 3, "two people act for the company"
    assert sorted(_steps(world)) == [-30, -7, -7, -1]


def test_killed_before_the_commit_nothing_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _start(world, 7)
    world.of_the_company(due_on=DAY + dt.timedelta(days=7))
    _mail(world)

    def die(organisation_id: int, *_rest: Any, **_more: Any) -> None:
        if organisation_id == world.organisations["municipalidad"]:
            raise RuntimeError("the machine stops here")

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "tell", die)
        with pytest.raises(RuntimeError):
            _remind(world)
    assert len(_steps(world)) == 1, "of the other organisation, which does not wait for this one"
    assert _remind(world) == 1
    assert [message.recipient for message in _mail(world)] == [_person(world, "alcaldesa")]


def test_the_job_runs_once_a_day_from_the_morning_and_again_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[dt.date] = []
    faults = [True]

    def job() -> int:
        if faults and faults.pop():
            raise RuntimeError
        ran.append(clock.today())
        return 1

    moment = [1000.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: moment[0])
    every_day = jobs.daily(job)

    def at(day: dt.date, hour: int) -> int:
        with clock.frozen(dt.datetime.combine(day, dt.time(hour), clock.LIMA)):
            return every_day()

    assert at(DAY, 5) == 0
    with pytest.raises(RuntimeError):
        at(DAY, 6)
    assert at(DAY, 6) == 0, "not at once again"
    moment[0] += jobs.AGAIN_SECONDS
    assert at(DAY, 6) == 1
    assert at(DAY, 23) == 0
    assert at(DAY + dt.timedelta(days=1), 7) == 1
    assert ran == [DAY, DAY + dt.timedelta(days=1)]


def test_a_long_list_is_cut(world: World) -> None:
    _person(world, "alcaldesa", language="en")
    for _number in range(3):
        _start(world, 7)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reminding, "MOST", 2)
        assert _remind(world) == 1
    (message,) = _mail(world)
    assert message.body.count("/updates/new") == 2 and "And 1 more" in message.body
    assert len(_steps(world)) == 3


def test_reminders_are_switched_off_and_on_in_the_account(demo: Demo) -> None:
    manager = demo.client_as("manager")
    email = manager.get("/account/data.json").json["account"]["email"]
    wanted = select(Person.reminders).where(Person.email == email)
    values = manager.form("/account", "/account/profile")
    assert values["reminders"] == "y" and demo.scalar(wanted) is True
    assert (
        manager.post("/account/profile", {key: values[key] for key in values if key != "reminders"}).status_code == 303
    )
    assert demo.scalar(wanted) is False
    assert manager.get("/account/data.json").json["account"]["reminders"] is False
    values = manager.form("/account", "/account/profile")
    assert "reminders" not in values
    assert manager.post("/account/profile", {**values, "reminders": "y"}).status_code == 303
    assert demo.scalar(wanted) is True
