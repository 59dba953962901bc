"""What goes wrong in a real session: slips, people who change their minds, somebody who closes an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel.errors import Invalid, Refused, Stale
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate, Person
from observatory.records.models import Record
from observatory.rooms.commitments import service as promises
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.queries import cases
from observatory.rooms.roundtables import service
from observatory.rooms.roundtables.models import Attendance, Minutes
from observatory.rooms.roundtables.queries import exporting, past, sessions
from observatory.rooms.roundtables.queries import meeting as reading
from observatory.rooms.roundtables.queries import minutes as records
from observatory.rooms.roundtables.service import meeting, minutes, outcomes, preparing, seating
from observatory.rooms.roundtables.service.meeting import Gone
from tests.app import words
from tests.roundtables.meetings import DAY, circulated, convened, opened, whole
from tests.roundtables.test_meeting import asked, sent_by
from tests.roundtables.test_minutes import SIGNERS, digest, signed_by
from tests.roundtables.world import World


def only(world: World) -> Commitment:
    with world.reading() as unit:
        return unit.scalars(select(Commitment)).one()


def edit(world: World, who: str, **values: Any) -> None:
    with world.unit() as unit:
        found = unit.scalars(select(Commitment)).one()
        promises.edit(world.actor(who), cases.case_of(world.actor(who), found), **values)


def propose(world: World) -> None:
    with world.unit() as unit:
        found = unit.scalars(select(Commitment)).one()
        promises.propose(world.actor("secretaria"), cases.case_of(world.actor("secretaria"), found))


def test_seats_that_were_marked_by_mistake_leave_no_trace_in_the_minutes(own_world: World) -> None:
    made = opened(own_world)
    with own_world.reading():
        assert made.find().quorum_at is not None
    made.do(
        meeting.record_attendance, seats={made.seats[name]: Gone.MISTAKEN for name in ("ministerio", "minera-alta")}
    )
    with own_world.reading():
        assert made.find().quorum_at is None
    made.do(meeting.end_session)
    assert made.state() == "no_quorum"
    with own_world.reading():
        told = records.content_of(own_world.actor("secretaria"), made.find())
    assert [row["organisation"] for row in told["attendance"]] == ["Comunidad de Torata"] or len(
        told["attendance"]
    ) == 1


def test_nobody_is_on_two_seats(own_world: World) -> None:
    world = own_world
    made = convened(world)
    with world.unit() as unit:
        seat = unit.get_one(seating.Seat, made.seats["ong"])
        seat.alternate_id = world.organisations["ministerio"]
    made.do(meeting.open_session)
    with world.reading():
        mandate = world.actor("alcaldesa").mandate_id
    made.sit("ministerio", mandate_id=mandate)
    with pytest.raises(Invalid, match="on two seats at once"):
        made.sit("ong", mandate_id=mandate, instead=True)


def test_whoever_closes_their_account_is_named_no_more(own_world: World) -> None:
    world = own_world
    made = opened(world, sitting=())
    with world.reading():
        mandate = world.actor("alcaldesa").mandate_id
    made.sit("ministerio", mandate_id=mandate, name="alcaldesa")
    world.act_as("comunera")
    assert "alcaldesa" in world.text(f"/sessions/{made.number}/live")
    with world.reading():
        actor = world.actor("alcaldesa")
        assert [row["attended"][:10] for row in exporting.mine(actor)] == ["2026-03-20"], "in the file of their data"
    with world.unit() as unit:
        unit.scalars(select(Person).where(Person.name == "alcaldesa")).one().close()
    assert "alcaldesa" not in world.text(f"/sessions/{made.number}/live")
    with world.reading() as unit:
        assert unit.scalars(select(Attendance.name)).all() == [""]


def test_guests_are_counted_each_and_can_be_taken_out(own_world: World) -> None:
    world = own_world
    made = opened(world)
    numbers = [made.do(meeting.add_guest, as_written="Universidad", sex="f") for _ in range(6)]
    world.act_as("secretaria")
    assert world.send(f"/sessions/{made.number}/guests/{numbers[0]}/removal").status_code == 303
    made.do(meeting.end_session)
    with world.reading():
        told = records.content_of(world.actor("secretaria"), made.find())
    assert (told["people"]["f"], len(told["guests"])) == (None, 5), (
        "three more of whom nobody said it would give it away"
    )


def test_who_was_there_is_not_taken_back_under_what_was_agreed(own_world: World) -> None:
    world = own_world
    made = opened(world)
    number = made.agree("Canal de riego")
    gone = {made.seats["ministerio"]: Gone.MISTAKEN}
    with pytest.raises(Invalid, match="rests on who was there"):
        made.do(meeting.record_attendance, seats=gone)
    with world.unit():
        service.edit(world.actor("secretaria"), world.find(made.table), quorum_percent=100)
    made.leave("comunidad")
    with world.reading():
        assert made.find().quorum_at is not None, "it was agreed under the rule of then"
    made.do(outcomes.take_back, outcome=number, reason="No hubo acuerdo.")
    made.do(meeting.record_attendance, seats=gone)


def test_a_note_that_arrived_is_acknowledged_even_when_it_comes_again_too_late(own_world: World) -> None:
    world = own_world
    made = opened(world)
    world.act_as("secretaria")
    item = made.items["Canal de riego"]
    told = asked(world, f"/sessions/{made.number}/live?token=1").get_json() | {"key": "tarde-12345", "text": "Se dijo."}
    path = f"/sessions/{made.number}/items/{item}/notes"
    first = sent_by(world, path, told).get_json()
    made.do(meeting.end_session)
    made.do(minutes.circulate, amend_until=DAY)
    again = sent_by(world, path, told)
    assert (again.status_code, again.get_json()) == (200, first)
    assert sent_by(world, path, told | {"key": "tarde-99999"}).status_code == 403


def test_the_quorum_of_the_minutes_is_that_of_the_session_whatever_changes_later(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.end_session)
    with world.unit():
        service.edit(world.actor("secretaria"), world.find(made.table), quorum_percent=90)
    group = world.do("secretaria", seating.set_constituency, made.table, name="Otros", needed=1)
    for name in ("contraloria", "otra-mesa"):
        told = {"constituency_id": group, "organisation_id": world.organisations[name], "from_on": dt.date(2025, 1, 1)}
        world.do("secretaria", seating.give_seat, made.table, **told)
    with world.reading():
        told = records.content_of(world.actor("secretaria"), made.find())["quorum"]
    assert (told["present"], told["seats"], told["needed"], told["lacking"], told["reached"]) == (3, 4, 3, [], True)


def test_a_rule_that_is_written_down_in_the_middle_counts(own_world: World) -> None:
    world = own_world
    made = convened(world)
    with world.unit():
        service.edit(world.actor("secretaria"), world.find(made.table), quorum_percent=None)
    made.do(meeting.open_session)
    made.sit("comunidad", "ministerio", "minera-alta")
    with pytest.raises(Invalid, match="Nobody has said"):
        made.agree("Canal de riego")
    with world.unit():
        service.edit(world.actor("secretaria"), world.find(made.table), quorum_percent=50)
    made.agree("Canal de riego")
    made.do(meeting.end_session)
    assert made.state() == "held"


def test_without_a_rule_a_session_is_held_and_its_minutes_say_so(own_world: World) -> None:
    world = own_world
    made = convened(world)
    with world.unit():
        service.edit(world.actor("secretaria"), world.find(made.table), quorum_percent=None)
    made.do(meeting.open_session)
    made.sit("comunidad")
    made.do(meeting.end_session)
    assert made.state() == "held"
    world.act_as("secretaria")
    page = words(world.text(f"/sessions/{made.number}/minutes"))
    assert "Nobody has said what makes a quorum." in page and "never had a quorum" not in page


def test_a_closed_table_is_not_convened_opened_or_led_to_agreements(own_world: World) -> None:
    world = own_world
    made = convened(world)
    world.do("secretaria", service.close, made.table, reason="Cumplió lo que acordó.")
    with pytest.raises(Refused):
        made.do(meeting.open_session)


def test_what_is_signed_stays_as_it_was_read_until_everyone_reads_it(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.agree("Canal de riego", **whole(world))
    edit(world, "presidenta", expected_result="12 km de canal.")
    with pytest.raises(Refused):
        propose(world)
    made.do(meeting.end_session)
    made.do(minutes.circulate, amend_until=DAY)
    with pytest.raises(Refused):
        edit(world, "presidenta", due_on=dt.date(2030, 1, 1))
    signed_by(made, *SIGNERS)
    made.do(minutes.publish)
    with pytest.raises(Invalid, match="signed minutes say this"):
        edit(world, "presidenta", due_on=dt.date(2030, 1, 1))
    edit(world, "presidenta", planned_evidence="Acta de obra.")
    propose(world)
    assert only(world).state == "proposed"


def test_an_agreement_is_completed_on_one_page_and_proposed_with_the_minutes(own_world: World) -> None:
    world = own_world
    made = opened(world)
    number = made.agree("Canal de riego", accountable_id=world.organisations["minera-alta"])
    assert only(world).nature == "company_obligation"
    made.do(meeting.end_session)
    world.act_as("secretaria")
    told = {
        "accountable_id": str(world.organisations["ministerio"]), "due_on": "2026-12-31", "money": "public_budget",
        "verifier_id": str(world.organisations["ong"]), "expected_result": "12 km de canal.", "planned_evidence": "Acta de obra.",
    }  # fmt: skip
    assert world.send(f"/sessions/{made.number}/outcomes/{number}/completion", **told).status_code == 303
    assert only(world).nature == "public_service", "it follows who owes it"
    made.do(minutes.circulate, amend_until=DAY)
    signed_by(made, *SIGNERS)
    assert made.do(minutes.publish) == []
    world.act_as("guest")
    number_of = only(world).slug
    assert f'href="/commitments/{number_of}"' in world.text(f"/sessions/{made.number}/minutes")


def test_published_minutes_link_nothing_that_a_reader_can_not_see(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    signed_by(made, *SIGNERS)
    assert len(made.do(minutes.publish)) == 1, "it still lacks something"
    number = only(world).slug
    world.act_as("guest")
    assert f'href="/commitments/{number}"' not in world.text(f"/sessions/{made.number}/minutes")
    world.act_as("secretaria")
    page = world.text(f"/sessions/{made.number}/minutes")
    assert "still lack something" in page and f'href="/commitments/{number}"' in page


def test_what_was_taken_back_is_never_proposed(own_world: World) -> None:
    world = own_world
    made = opened(world)
    number = made.agree("Canal de riego", **whole(world))
    made.do(outcomes.take_back, outcome=number, reason="Era otra cosa.")
    with pytest.raises(Refused):
        edit(world, "secretaria", planned_evidence="Acta de obra.")


def test_what_is_written_of_the_discussion_is_not_public_before_the_minutes_are(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.end_session)
    made.do(minutes.write_up, item=made.items["Canal de riego"], discussion="Palabras en borrador.")
    made.do(minutes.circulate, amend_until=DAY)
    number = made.do(
        minutes.propose_amendment, "comunera", item=made.items["Canal de riego"], statement="Esto también se dijo."
    )
    made.do(minutes.settle_amendment, amendment=number, taken_in=False, answer="Respuesta reservada.")
    with world.reading() as unit:
        rows = unit.execute(sessions.public_items(Actor.guest())).mappings().all()
        assert rows and all("discussion" not in row for row in rows)
        for table in (exporting.public_minutes, past.public_outcomes, exporting.public_signatures):
            assert unit.execute(table(Actor.guest())).all() == []
    world.act_as("guest")
    for page in (f"/sessions/{made.number}", f"/history/session/{made.number}"):
        text = world.text(page)
        assert "borrador." not in text and "reservada" not in text and "también se dijo" not in text


def test_what_was_planned_before_convening_stays_with_the_body(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = str(
        world.do("secretaria", preparing.plan_session, slug, starts_at=dt.datetime(2026, 3, 20, 9), venue="Torata")
    )
    from tests.roundtables.test_preparing import do

    secret = do(world, number, preparing.add_item, title="Asunto que se quitó").id
    kept = do(world, number, preparing.add_item, title="Turnos de riego").id
    do(world, number, preparing.set_order, positions={secret: None, kept: 1})
    do(world, number, preparing.convene)
    world.act_as("guest")
    assert "Asunto que se quitó" not in world.text(f"/history/session/{number}")


def test_who_writes_up_an_item_sees_what_somebody_else_wrote_meanwhile(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.end_session)
    world.act_as("secretaria")
    page = f"/sessions/{made.number}/minutes/items/{made.items['Canal de riego']}/discussion"
    first, second = world.form(page), world.form(page)
    assert world.post(page, first | {"discussion": "Lo primero."}).status_code == 303
    answer = world.post(page, second | {"discussion": "Lo segundo."})
    text = words(answer.get_data(as_text=True))
    assert answer.status_code == 409 and "Lo primero." in text and "Lo segundo." in text
    from tests.app import form_in

    again = form_in(answer.get_data(as_text=True))
    assert world.post(page, again).status_code == 303, "having seen it, they may"


def test_a_verb_that_looked_before_the_minutes_circulated_writes_nothing(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.end_session)
    with world.reading():
        old = reading.case_of(made.find())
    made.do(minutes.circulate, amend_until=DAY)

    def write(item: Any) -> None:
        with world.unit() as unit:
            case = type(old)(made.find(), None, old.sitting, old.present)
            found = unit.get_one(minutes.AgendaItem, item)
            minutes.write_up(world.actor("secretaria"), case, item=found, discussion="Tarde.")

    with pytest.raises(Stale):
        write(made.items["Canal de riego"])


def test_a_late_amendment_gives_days_to_sign_again(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    signed_by(made, *SIGNERS)
    number = made.do(
        minutes.propose_amendment, "comunera", item=made.items["Canal de riego"], statement="Esto también se dijo."
    )
    world.today = DAY + dt.timedelta(9)
    told = {"taken_in": True, "answer": "Así fue.", "discussion": "Todo se dijo."}
    made.do(minutes.settle_amendment, amendment=number, **told)
    signed_by(made, "secretaria")
    with pytest.raises(Invalid, match="has not signed yet"):
        made.do(minutes.publish, unsigned="No respondieron.")
    world.today = DAY + dt.timedelta(13)
    made.do(minutes.publish, unsigned="No respondieron.")


def test_notes_that_no_minutes_can_hold_are_refused_before_they_circulate(own_world: World) -> None:
    made = opened(own_world)
    for at in range(3):
        made.do(meeting.write_note, item=made.items["Canal de riego"], key=f"largo-{at:04}", words="palabra " * 1200)
    made.do(meeting.end_session)
    with pytest.raises(Invalid, match="too long for minutes"):
        made.do(minutes.circulate, amend_until=DAY)
    made.do(minutes.write_up, item=made.items["Canal de riego"], discussion="Se dijo mucho.")
    made.do(minutes.circulate, amend_until=DAY)


def test_what_was_entered_is_shown_again_where_it_is_refused(own_world: World) -> None:
    world = own_world
    made = opened(world, sitting=())
    world.act_as("secretaria")
    page = f"/sessions/{made.number}/attendance"
    seat = made.seats["comunidad"]
    answer = world.post(page, world.form(page) | {f"name-{seat}": "Doña Rosa"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Doña Rosa" in text and "say whether they are in the room" in words(text)
    item = made.items["Canal de riego"]
    form = world.form(f"/sessions/{made.number}/items/{item}/agreement")
    made.do(meeting.end_session)
    late = world.post(
        f"/sessions/{made.number}/items/{item}/agreement", form | {"statement": "Un acuerdo escrito con calma.", "becomes": "commitment"}
    )  # fmt: skip
    text = late.get_data(as_text=True)
    assert late.status_code == 403 and "Un acuerdo escrito con calma." in text and "it is in session" in words(text)
    assert made.outcomes() == []


def test_a_matter_that_was_taken_up_again_is_not_offered_for_ever(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(outcomes.defer, item=made.items["Canal de riego"], statement="Falta el informe técnico.")
    made.do(outcomes.record_information, item=made.items["Canal de riego"], statement="Llega el martes.")
    made.do(meeting.end_session)
    told = {"starts_at": dt.datetime(2026, 4, 20, 9), "venue": "Torata"}
    after = str(world.do("secretaria", preparing.plan_session, made.table, **told))
    world.act_as("secretaria")
    assert "Canal de riego" in words(world.text(f"/sessions/{after}/matters")), (
        "information after a deferral leaves it open"
    )


def test_signatures_and_addenda_can_be_checked_by_anybody(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    signed_by(made, *SIGNERS)
    made.do(minutes.publish)
    made.do(minutes.add_addendum, statement="El plano anexo es el de abril.")
    world.act_as("guest")
    told = world.get(f"/sessions/{made.number}/minutes/record.json").get_json()
    assert told["minutes"] == digest(made) and len(told["signatures"]) == 4
    [addendum] = told["addenda"]
    assert addendum["content"]["after"] == told["minutes"]
    assert addendum["sha256"] == minutes.digest_of(addendum["content"])
    with world.reading() as unit:
        assert unit.scalars(select(Minutes.state)).one() == "published"
        assert unit.scalars(select(Record.state).where(Record.kind == "session")).one() == "held"
        assert unit.scalars(select(Mandate.id).limit(1)).one()
