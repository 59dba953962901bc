"""Due dates in a calendar: whole days, known again when a decision moves or stops them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from icalendar import Calendar

from observatory.kernel import clock
from observatory.kernel.policy import Actor
from observatory.rooms.commitments import service
from observatory.rooms.commitments.queries import owing
from tests.commitments.conftest import DUE, STEPS, World


def _read(world: World, path: str, language: str = "en") -> Any:
    moment = dt.datetime.combine(world.today, dt.time(12), clock.LIMA)
    with clock.frozen(moment):
        answer = world.land.app.test_client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/calendar")
    return Calendar.from_ical(answer.get_data(as_text=True))


def _events(world: World, path: str = "/commitments.ics", language: str = "en") -> dict[str, Any]:
    found = _read(world, path, language).walk("VEVENT")
    return {str(event["uid"]).partition("@")[0]: event for event in found}


def test_a_due_date_and_its_milestones_are_whole_days(world: World) -> None:
    slug = world.accepted(milestones=STEPS)
    found = _events(world)
    event = found.pop(f"commitment-{slug}")
    assert event["dtstart"].dt == DUE and event["dtend"].dt == DUE + dt.timedelta(days=1)
    assert event["dtstart"].params["value"] == "DATE"
    assert event["sequence"] == 0 and str(event["status"]) == "CONFIRMED"
    assert str(event["url"]).endswith(f"/commitments/{slug}")
    (step,) = found.values()  # the other one has no date
    assert str(step["summary"]).startswith("Milestone: Zanjas")
    assert step["dtstart"].dt == STEPS[0]["due_on"]


def test_a_moved_date_is_the_same_event_with_a_higher_number(world: World) -> None:
    slug = world.accepted(milestones=STEPS)
    before = _events(world)
    later = DUE + dt.timedelta(days=60)
    world.decide(slug, "due_date", due_on=later)
    after = _events(world)
    assert set(after) == set(before)
    for uid, event in after.items():
        assert event["sequence"] > before[uid]["sequence"]
        assert event["dtstart"].dt == before[uid]["dtstart"].dt + dt.timedelta(days=60)
    world.decide(slug, "suspension")
    stopped = _events(world)
    assert {str(event["status"]) for event in stopped.values()} == {"CANCELLED"}
    world.today += dt.timedelta(days=5)
    world.decide(slug, "resumption")
    again = _events(world)[f"commitment-{slug}"]
    assert str(again["status"]) == "CONFIRMED" and again["sequence"] == 3
    assert again["dtstart"].dt == later + dt.timedelta(days=5)


def test_what_was_cancelled_or_superseded_is_cancelled_there(world: World) -> None:
    gone, replaced, heir = world.accepted(), world.accepted(), world.accepted()
    world.decide(gone, "cancellation")
    world.decide(replaced, "supersession", successor=heir)
    found = _events(world)
    assert {uid: str(event["status"]) for uid, event in found.items()} == {
        f"commitment-{gone}": "CANCELLED", f"commitment-{replaced}": "CANCELLED", f"commitment-{heir}": "CONFIRMED",
    }  # fmt: skip
    assert found[f"commitment-{gone}"]["sequence"] == 1
    assert str(found[f"commitment-{gone}"]["summary"]).startswith("Cancelled: ")


def test_only_dates_to_come_of_what_is_open_and_public(world: World) -> None:
    today, yesterday = world.today, world.today - dt.timedelta(days=1)
    due, claimed = world.accepted(due_on=today), world.claimed()
    world.accepted(due_on=yesterday)
    world.accepted(due_on=None)
    world.verified()
    world.proposed()
    world.draft()
    assert set(_events(world)) == {f"commitment-{due}", f"commitment-{claimed}"}


def test_milestones_of_what_has_no_date_itself(world: World) -> None:
    world.accepted(due_on=None, milestones=STEPS)
    assert [uid.partition("-")[0] for uid in _events(world)] == ["milestone"]


def test_the_filters_of_the_list_hold_in_the_calendar(world: World) -> None:
    own, company = world.accepted(), world.of_the_company()
    body = world.proposed("secretaria")
    world.do("alcaldesa", service.accept, body)
    for path, wanted in (
        ("/commitments.ics?organisation=municipalidad", {own, body}),
        ("/commitments.ics?organisation=fiscalizadora", {company}),
        ("/commitments.ics?keeper=comunidad", {own, company}),
        ("/commitments.ics?keeper=comite", {body}),
        ("/organisations/minera-alta/owed.ics", {company}),
        ("/organisations/minera-alta/owed.ics?organisation=municipalidad", {company}),
        ("/organisations/comite/owed.ics", set()),
    ):
        assert set(_events(world, path)) == {f"commitment-{slug}" for slug in wanted}, path


def test_the_words_are_in_the_language_asked_for(world: World) -> None:
    world.accepted()
    assert "Accepted, not begun" in str(_events(world).popitem()[1]["description"])
    assert "Accepted" not in str(_events(world, language="es").popitem()[1]["description"])


def test_a_calendar_is_bounded(world: World) -> None:
    for days in range(4):
        world.accepted(due_on=world.today + dt.timedelta(days=days))
    with world.unit():
        assert len(owing.dated(Actor.guest(), {}, 3)) == 3
