"""Preparing a session: when and where, what came up, the agenda, convening it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from observatory.kernel.errors import Invalid, Refused
from observatory.kernel.outbox import Outgoing
from observatory.kernel.policy import Actor
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.queries import cases
from observatory.rooms.roundtables.models import RoundtableSession
from observatory.rooms.roundtables.queries import sessions
from observatory.rooms.roundtables.service import preparing
from tests.app import words
from tests.roundtables.test_running import GROUPS
from tests.roundtables.world import TODAY, World

SOON = dt.datetime(2026, 3, 20, 9, 30)
PLACE: dict[str, Any] = {"starts_at": SOON, "venue": "Local comunal de Torata"}


def a_session(world: World, slug: str, **values: Any) -> str:
    return str(world.do("secretaria", preparing.plan_session, slug, **(PLACE | values)))


def do(world: World, number: str, verb: Any, who: str = "secretaria", **values: Any) -> Any:
    with world.unit() as unit:
        found = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one()
        return verb(world.actor(who), found, **values)


def agenda(world: World, number: str) -> list[str]:
    with world.reading() as unit:
        id = unit.scalars(select(RoundtableSession.id).where(RoundtableSession.slug == number)).one()
        return [item.title for item in sessions.agenda(world.actor("secretaria"), id)]


def mails(world: World) -> list[tuple[str, str, str]]:
    with world.reading() as unit:
        return [(row.recipient, row.subject, row.body) for row in unit.scalars(select(Outgoing).order_by(Outgoing.id))]


def a_commitment(world: World, slug: str, title: str, due: dt.date) -> None:
    """One that the body posted and the ministry accepted a year ago."""
    told = {
        "nature": "public_service", "accountable_id": world.organisations["ministerio"], "due_on": due, "place": "180106",
        "document": "Acta 3", "promised_on": dt.date(2025, 1, 10), "expected_result": "12 km de canal.", "money": "public_budget",
        "verbatim": title, "planned_evidence": "Acta de recepción.",
    }  # fmt: skip
    today, world.today = world.today, dt.date(2025, 1, 15)
    with world.unit():
        number = commitments.create(world.actor("secretaria"), None, title=title, **told).slug
    for who, verb in (("secretaria", commitments.propose), ("alcaldesa", commitments.accept)):
        with world.unit() as unit:
            from observatory.rooms.commitments.models import Commitment

            found = unit.scalars(select(Commitment).where(Commitment.slug == number)).one()
            verb(world.actor(who), cases.case_of(world.actor(who), found))
    world.today = today


def test_a_session_stays_with_the_body_until_it_is_convened(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.seated(slug, GROUPS)
    number = a_session(world, slug)
    for who, status in (("guest", 404), ("minero", 404), ("secretaria", 200), ("presidenta", 200), ("guardiana", 200)):
        world.act_as(who)
        world.text(f"/sessions/{number}", status=status)
        assert ("Session 1" in words(world.text(f"/roundtables/{slug}"))) == (status == 200), who
    world.act_as("secretaria")
    assert (
        world.send(f"/sessions/{number}/items/new", title="Turnos de riego", known="Ver el acta 3.").status_code == 303
    )
    before = len(mails(world))
    assert world.send(f"/sessions/{number}/convening").status_code == 303
    told = mails(world)[before:]
    assert {to for to, _subject, _body in told} >= {f"t{at}@example.org" for at in (3, 5, 6, 7)}, "all who sit there"
    assert not {to for to, _subject, _body in told} & {f"t{at}@example.org" for at in (0, 2, 4, 8)}
    assert all(
        "Mesa del Valle" in subject and f"/sessions/{number}" in body and "09:30" in body for _to, subject, body in told
    )
    world.act_as("guest")
    page = words(world.text(f"/sessions/{number}"))
    assert (
        "Turnos de riego" in page
        and "Ver el acta 3." in page
        and "Local comunal de Torata" in page
        and "Convened" in page
    )
    assert "Next:" in words(world.text(f"/roundtables/{slug}"))


def test_it_takes_a_place_a_time_to_come_and_an_agenda(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    for wrong, field in (
        ({"venue": ""}, "venue"),
        ({"starts_at": dt.datetime(2026, 3, 1, 9)}, "starts_at"),
        ({"online_url": "meet"}, "online_url"),
    ):
        with pytest.raises(Invalid) as refused:
            a_session(world, slug, **wrong)
        assert refused.value.field == field
    number = a_session(world, slug)
    with pytest.raises(Invalid, match="Write an agenda first"):
        do(world, number, preparing.convene)
    do(world, number, preparing.add_item, title="Turnos de riego")
    world.today = SOON.date() + dt.timedelta(1)
    with pytest.raises(Invalid, match="still to come"):
        do(world, number, preparing.convene)


def test_what_came_up_is_offered_once_and_put_on_the_agenda(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    a_commitment(world, slug, "Construir doce kilómetros de canal", TODAY - dt.timedelta(10))
    a_commitment(world, slug, "Reparar la bocatoma del valle", TODAY + dt.timedelta(5))
    number = a_session(world, slug)
    world.act_as("secretaria")
    page = words(world.text(f"/sessions/{number}/matters"))
    assert "Late commitments" in page and "Construir doce kilómetros de canal" in page and "10 days late" in page
    assert "Commitments at risk" in page and "Reparar la bocatoma del valle" in page
    with world.reading() as unit:
        found = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one()
        from observatory.app import registry

        keys = [
            key
            for _source, every in sessions.offered(world.actor("secretaria"), found, registry().matters)
            for key, _m in every
        ]
    assert world.send(f"/sessions/{number}/matters").status_code == 422, "nothing was chosen"
    assert world.send(f"/sessions/{number}/matters", chosen="late-999999").status_code == 422
    assert world.send(f"/sessions/{number}/matters", chosen=keys[0]).status_code == 303
    assert agenda(world, number) == ["Construir doce kilómetros de canal"]
    page = words(world.text(f"/sessions/{number}/matters"))
    assert "Construir doce" not in page and "Reparar la bocatoma" in page
    assert "10 días de atraso" in words(world.text(f"/sessions/{number}")), (
        "as it was then, in the language of the body"
    )


def test_the_agenda_is_put_in_order_and_items_are_taken_off(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = a_session(world, slug)
    for title in ("Primero", "Segundo", "Tercero"):
        do(world, number, preparing.add_item, title=title)
    world.act_as("secretaria")
    stale, form = world.form(f"/sessions/{number}/order"), world.form(f"/sessions/{number}/order")
    places = [name for name in form if name.startswith("place-")]
    assert [form[name] for name in places] == ["10", "20", "30"]
    slip = world.post(f"/sessions/{number}/order", form | {places[2]: "1."})
    assert slip.status_code == 422 and "a number, or take it off" in words(slip.get_data(as_text=True))
    off = places[1].replace("place-", "off-")
    assert world.post(f"/sessions/{number}/order", form | {places[2]: "1", off: "y"}).status_code == 303
    assert agenda(world, number) == ["Tercero", "Primero"]
    answer = world.post(f"/sessions/{number}/order", stale)
    assert answer.status_code in (409, 422), "somebody changed it meanwhile"
    assert agenda(world, number) == ["Tercero", "Primero"]


def test_after_it_was_convened_only_time_and_place_change_and_calendars_are_told(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.seated(slug, GROUPS)
    number = a_session(world, slug)
    world.act_as("guest")
    world.text(f"/sessions/{number}.ics", status=404)
    do(world, number, preparing.add_item, title="Turnos de riego")
    do(world, number, preparing.convene)
    for verb, values in (
        (preparing.add_item, {"title": "Otro punto"}),
        (preparing.set_order, {"positions": {}}),
        (preparing.convene, {}),
    ):
        with pytest.raises(Refused):
            do(world, number, verb, **values)
    before = len(mails(world))
    do(world, number, preparing.move_session, starts_at=SOON + dt.timedelta(days=1), venue="Coliseo", link="https://x")
    assert {subject for _to, subject, _body in mails(world)[before:]} == {
        "Cambio de fecha o lugar: Sesión 1, Mesa del Valle"
    }
    (event,) = Calendar.from_ical(world.text(f"/roundtables/{slug}.ics")).walk("VEVENT")
    assert (event["SEQUENCE"], str(event["LOCATION"]), str(event["STATUS"])) == (1, "Coliseo", "CONFIRMED")
    assert event["DTSTART"].dt == dt.datetime(2026, 3, 21, 14, 30, tzinfo=dt.UTC)
    do(world, number, preparing.cancel_session, reason="Huaico en la carretera.", link="https://x")
    (event,) = Calendar.from_ical(world.text(f"/sessions/{number}.ics")).walk("VEVENT")
    assert (event["SEQUENCE"], str(event["STATUS"])) == (2, "CANCELLED")
    assert "Huaico en la carretera." in words(world.text(f"/sessions/{number}"))
    with pytest.raises(Refused):
        do(world, number, preparing.move_session, starts_at=SOON, venue="Coliseo")


@pytest.mark.parametrize("who", ["presidenta", "otra", "minero", "alcaldesa", "guardiana", "ciudadana", "operator"])
def test_only_the_secretary_of_the_body_prepares_its_sessions(own_world: World, who: str) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = a_session(world, slug)
    with pytest.raises(Refused):
        world.do(who, preparing.plan_session, slug, **PLACE)
    for verb, values in (
        (preparing.add_item, {"title": "Otro punto"}), (preparing.convene, {}), (preparing.cancel_session, {"reason": "No."}),
        (preparing.move_session, PLACE), (preparing.set_order, {"positions": {}}), (preparing.take_up, {"offered": {}, "chosen": []}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            do(world, number, verb, who, **values)


def test_what_was_given_up_before_it_was_convened_stays_with_the_body(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.seated(slug, GROUPS)
    number = a_session(world, slug)
    do(world, number, preparing.add_item, title="Un punto reservado")
    before = len(mails(world))
    do(world, number, preparing.cancel_session, reason="No hay local.", link="https://x")
    assert len(mails(world)) == before, "nobody was invited"
    world.act_as("guest")
    world.text(f"/sessions/{number}", status=404)
    world.text(f"/sessions/{number}.ics", status=404)
    assert "VEVENT" not in world.text(f"/roundtables/{slug}.ics") and "Session 1" not in words(
        world.text(f"/roundtables/{slug}")
    )
    world.act_as("secretaria")
    assert "No hay local." in words(world.text(f"/sessions/{number}"))


def test_sessions_are_numbered_within_their_roundtable(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    other = world.a_roundtable("otra", title="Comité de la Cuenca")
    first, second = a_session(world, slug), a_session(world, slug)
    third = str(world.do("otra", preparing.plan_session, other, **PLACE))
    with world.reading():
        found = {
            row.slug: (row.number, row.title)
            for row in (sessions.row(Actor.operator(), each) for each in (first, second, third))
        }
    assert found == {
        first: (1, "Sesión 1, Mesa del Valle"),
        second: (2, "Sesión 2, Mesa del Valle"),
        third: (1, "Sesión 1, Comité de la Cuenca"),
    }
