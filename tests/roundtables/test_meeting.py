"""Running a session: who is there, the quorum, notes that are never lost, what comes of each item."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel.errors import Invalid, Refused
from observatory.rooms.commitments import service as promises
from observatory.rooms.commitments.models import Commitment, Decision
from observatory.rooms.commitments.queries import cases
from observatory.rooms.roundtables.models import Attendance
from observatory.rooms.roundtables.service import meeting, outcomes, preparing
from observatory.rooms.roundtables.service.meeting import Taken
from tests.app import words
from tests.roundtables.meetings import DAY, convened, opened
from tests.roundtables.test_preparing import a_commitment
from tests.roundtables.world import World


def test_a_session_is_opened_on_its_day_and_ends_held_where_there_was_a_quorum(own_world: World) -> None:
    world = own_world
    made = convened(world)
    world.today = DAY - dt.timedelta(2)
    with pytest.raises(Invalid, match="too early"):
        made.do(meeting.open_session)
    world.today = DAY
    made.do(meeting.open_session)
    with pytest.raises(Refused):
        made.do(meeting.open_session)
    made.sit("comunidad", "ministerio", "minera-alta")
    made.do(meeting.end_session)
    assert made.state() == "held"
    with pytest.raises(Refused):
        made.do(meeting.end_session)
    with world.reading():
        assert world.find(made.table).state == "active", "it has met"


def test_without_a_quorum_only_information_is_recorded(own_world: World) -> None:
    made = opened(own_world, sitting=("comunidad", "ong"))
    item = made.items["Canal de riego"]
    for verb, more in (
        (outcomes.agree, {}),
        (outcomes.defer, {}),
        (outcomes.change_commitment, {"kind": "suspension", "reason": "No hay agua.", "commitment": None}),
    ):
        told = more or {"statement": "Algo que se acuerda."}
        with pytest.raises(Invalid, match="no quorum now: 2 of 3"):
            made.do(verb, item=item, **told)
    assert made.outcomes() == []
    made.do(outcomes.record_information, item=item, statement="Se informó del avance.")
    made.do(meeting.end_session)
    assert made.state() == "no_quorum"


def test_a_quorum_lost_half_way_leaves_what_was_agreed_and_ends_agreeing(own_world: World) -> None:
    made = opened(own_world)
    made.agree("Canal de riego")
    made.leave("ministerio")
    with pytest.raises(Invalid, match="no quorum now"):
        made.agree("Calidad del agua")
    made.sit("ong")  # three seats again, but none of the State
    with pytest.raises(Invalid, match="a group is missing"):
        made.agree("Calidad del agua")
    made.sit("ministerio")
    made.agree("Calidad del agua")
    assert [(row.present, row.seats) for row in made.outcomes()] == [(3, 4), (4, 4)]
    made.do(meeting.end_session)
    assert made.state() == "held"


def test_where_nobody_said_what_makes_a_quorum_nothing_is_agreed(own_world: World) -> None:
    world = own_world
    made = opened(world)
    with world.unit():
        world.find(made.table)
        from observatory.rooms.roundtables import service

        service.edit(world.actor("secretaria"), world.find(made.table), quorum_percent=None)
    with pytest.raises(Invalid, match="Nobody has said what makes a quorum"):
        made.agree("Canal de riego")


def test_a_seat_is_taken_by_its_organisation_or_its_alternate_under_a_mandate_in_force(own_world: World) -> None:
    world = own_world
    made = opened(world, sitting=())
    with pytest.raises(Invalid, match="No other organisation may sit"):
        made.sit("ministerio", instead=True)
    with world.reading():
        mandates = {who: world.actor(who).mandate_id for who in ("alcaldesa", "minero")}
    with pytest.raises(Invalid, match="not in force today, or is of another"):
        made.sit("ministerio", mandate_id=mandates["minero"])
    made.sit("ministerio", mandate_id=mandates["alcaldesa"], sex="f", remote=True)
    made.sit("ministerio", mandate_id=mandates["alcaldesa"], sex="f", remote=False)
    with world.reading() as unit:
        rows = unit.scalars(select(Attendance)).all()
    assert [(row.mandate_id, row.sex, row.remote) for row in rows] == [(mandates["alcaldesa"], "f", False)], "set right"
    made.leave("ministerio")
    made.sit("ministerio")
    with world.reading() as unit:
        assert [row.left_at is None for row in unit.scalars(select(Attendance).order_by(Attendance.id))] == [
            False,
            True,
        ]


def test_two_record_attendance_at_once_and_nothing_of_either_is_lost(own_world: World) -> None:
    world = own_world
    made = opened(world, sitting=())
    page = f"/sessions/{made.number}/attendance"
    world.act_as("secretaria")
    first = world.form(page)
    world.act_as("presidenta")
    second = world.form(page)
    assert world.post(page, second | _taken(made, "comunidad")).status_code == 303
    world.act_as("secretaria")
    assert world.post(page, first | _taken(made, "ministerio", "minera-alta")).status_code == 303
    text = words(world.text(f"/sessions/{made.number}/live"))
    assert "3 of 4 seats taken" in text and "Quorum" in text


def asked(world: World, path: str, **headers: str) -> Any:
    with world.moment():
        return world.land.client.get(path, headers={"Accept-Language": "en"} | headers, buffered=True)


def sent_by(world: World, path: str, values: dict[str, str]) -> Any:
    """What the script of the page sends."""
    headers = {"Accept-Language": "en", "Accept": "application/json"}
    with world.moment():
        return world.land.client.post(path, data=values, headers=headers, buffered=True)


def _taken(made: Any, *names: str) -> dict[str, str]:
    return {f"how-{made.seats[name]}": "here" for name in names} | {f"who-{made.seats[name]}": "own-" for name in names}


def test_a_note_sent_again_stands_once_and_notes_of_two_stand_both(own_world: World) -> None:
    world = own_world
    made = opened(world)
    item = made.items["Canal de riego"]
    one = made.do(meeting.write_note, item=item, key="k-one-11111", words="Habla la *comunidad*.")
    two = made.do(meeting.write_note, "presidenta", item=item, key="k-two-22222", words="Responde el ministerio.")
    assert made.do(meeting.write_note, item=item, key="k-one-11111", words="Otra cosa.") == one != two
    with pytest.raises(Invalid, match="somebody else"):
        made.do(meeting.write_note, "presidenta", item=item, key="k-one-11111", words="Mío.")
    assert made.notes() == ["Habla la *comunidad*.", "Responde el ministerio."]
    world.act_as("comunera")
    text = world.text(f"/sessions/{made.number}/live")
    assert "<em>comunidad</em>" in text and "data-note-form" not in text, (
        "who sits there reads along and does not write"
    )


def test_notes_come_as_json_and_are_refused_with_words(own_world: World) -> None:
    world = own_world
    made = opened(world)
    world.act_as("secretaria")
    page, item = f"/sessions/{made.number}/live", made.items["Canal de riego"]
    told = asked(world, f"{page}?token=1").get_json()
    path = f"/sessions/{made.number}/items/{item}/notes"
    sent = told | {"key": "abcdef-123456", "text": "Se leyó el informe."}
    answer = sent_by(world, path, sent)
    assert answer.status_code == 201
    again = sent_by(world, path, sent)
    assert again.get_json() == answer.get_json()
    empty = sent_by(world, path, told | {"key": "abcdef-999999", "text": " "})
    assert empty.status_code == 422 and empty.get_json()["error"]
    world.act_as("minero")
    foreign = asked(world, f"{page}?token=1").get_json() | {"key": "abcdef-777777", "text": "Yo también."}
    refused = sent_by(world, path, foreign)
    assert refused.status_code == 403 and "You can do this when" in refused.get_json()["error"]
    assert made.notes() == ["Se leyó el informe."]


def test_the_live_page_answers_nothing_while_nothing_has_changed(own_world: World) -> None:
    world = own_world
    made = opened(world)
    world.act_as("comunera")
    page = f"/sessions/{made.number}/live?part=1"
    first = asked(world, page)
    assert first.status_code == 200 and 'data-live="here"' in first.get_data(as_text=True)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert asked(world, page, **tag).status_code == 304
    made.do(meeting.write_note, item=made.items["Canal de riego"], key="k-one-11111", words="Algo nuevo.")
    changed = asked(world, page, **tag)
    assert changed.status_code == 200 and "Algo nuevo." in changed.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretaria", 200), ("comunera", 200), ("minero", 200), ("guardiana", 200), ("otra", 403), ("ciudadana", 403), ("guest", 303)],
)  # fmt: skip
def test_only_who_sits_there_follows_it(world: World, who: str, status: int) -> None:
    made = _shared(world)
    world.act_as(who)
    assert asked(world, f"/sessions/{made.number}/live").status_code == status


_made: dict[int, Any] = {}


def _shared(world: World) -> Any:
    if id(world) not in _made:
        _made[id(world)] = opened(world)
    return _made[id(world)]


def test_an_agreement_becomes_a_draft_commitment_with_the_session_as_its_source(own_world: World) -> None:
    world = own_world
    made = opened(world)
    world.act_as("secretaria")
    answer = world.send(
        f"/sessions/{made.number}/items/{made.items['Canal de riego']}/agreement", becomes="commitment",
        statement="El ministerio construye doce kilómetros de canal hasta diciembre.", due_on="2026-12-31",
        accountable_id=str(world.organisations["ministerio"]), verifier_id=str(world.organisations["ong"]), money="public_budget",
        reserved=str(world.organisations["minera-alta"]), reservation="Faltan estudios.",
    )  # fmt: skip
    assert answer.status_code == 303
    with world.reading() as unit:
        found = unit.scalars(select(Commitment)).one()
    assert (found.state, found.nature, found.due_original) == ("draft", "public_service", dt.date(2026, 12, 31))
    assert found.document == "Sesión 1, Mesa del Valle, punto 1" and found.promised_on == DAY
    assert found.document_url.endswith(f"/sessions/{made.number}/minutes")
    row = made.outcomes()[0]
    assert row.commitment_id == found.id and row.verifier_id == world.organisations["ong"]
    page = words(world.text(f"/sessions/{made.number}/live"))
    assert "Reservation of Minera Alta: Faltan estudios." in page
    with pytest.raises(Invalid, match="is a commitment already"):
        made.do(outcomes.draft_commitment, outcome=row.id)
    with world.reading() as unit:
        assert len(unit.scalars(select(Commitment)).all()) == 1, "and there is still one"


def test_a_form_sent_twice_agrees_once(own_world: World) -> None:
    world = own_world
    made = opened(world)
    world.act_as("secretaria")
    page = f"/sessions/{made.number}/items/{made.items['Canal de riego']}/agreement"
    form = world.form(page) | {"statement": "El ministerio repara la bocatoma.", "becomes": "commitment"}
    assert [world.post(page, form).status_code for _ in range(2)] == [303, 303]
    assert len(made.outcomes()) == 1


def test_what_becomes_no_commitment_says_why_and_may_become_one_later_once(own_world: World) -> None:
    made = opened(own_world)
    with pytest.raises(Invalid) as refused:
        made.agree("Canal de riego", becomes=False)
    assert refused.value.field == "reason"
    number = made.agree("Canal de riego", becomes=False, reason="Solo se fijó la fecha.")
    made.do(outcomes.draft_commitment, outcome=number)
    with pytest.raises(Invalid, match="is a commitment already"):
        made.do(outcomes.draft_commitment, outcome=number)


def test_a_verifier_is_of_another_sector_and_of_one_that_verifies(own_world: World) -> None:
    world = own_world
    made = opened(world)
    ids = world.organisations
    for verifier, words_ in (
        ("mesa", "do not verify"),
        ("ministerio", "of another sector"),
        ("inventada", "from the list"),
    ):
        with pytest.raises(Invalid, match=words_) as refused:
            made.agree("Canal de riego", accountable_id=ids["ministerio"], verifier_id=ids[verifier])
        assert refused.value.field == "verifier_id"


def test_a_reservation_is_of_somebody_who_was_there(own_world: World) -> None:
    world = own_world
    made = opened(world)
    with pytest.raises(Invalid, match="took a seat"):
        made.agree("Canal de riego", reserved=[world.organisations["ong"]])
    with pytest.raises(Invalid, match="whose reservation"):
        made.agree("Canal de riego", reservation="No estamos de acuerdo.")


def test_only_a_session_moves_a_date_and_the_first_one_stays(own_world: World) -> None:
    world = own_world
    made = opened(world)
    a_commitment(world, made.table, "Construir doce kilómetros de canal", dt.date(2026, 6, 30))
    with world.reading() as unit:
        number = unit.scalars(select(Commitment.slug)).one()
    world.act_as("secretaria")
    page = f"/sessions/{made.number}/items/{made.items['Canal de riego']}/change"
    told = {"number": number, "kind": "due_date", "reason": "Llovió dos meses."}
    assert "Give the new date." in words(world.send(page, **told).get_data(as_text=True))
    assert "There is no commitment" in words(world.send(page, **(told | {"number": "999999"})).get_data(as_text=True))
    assert world.send(page, **told, due_on="2026-09-30").status_code == 303
    with world.reading() as unit:
        found, decision = unit.scalars(select(Commitment)).one(), unit.scalars(select(Decision)).one()
        assert (found.due_original, found.due_current) == (dt.date(2026, 6, 30), dt.date(2026, 9, 30))
        assert decision.session_id == made.find().id and decision.document.endswith("punto 1")
    text = words(world.text(f"/commitments/{number}"))
    assert "Llovió dos meses." in text and "Sesión 1, Mesa del Valle, punto 1" in text
    row = made.outcomes()[0]
    with pytest.raises(Invalid, match="decide on it again"):
        made.do(outcomes.take_back, outcome=row.id, reason="Fue un error.")


def test_a_body_decides_only_about_what_is_its_own(own_world: World) -> None:
    world = own_world
    made = opened(world)
    other = world.a_roundtable("otra", title="Comité de la Cuenca")
    assert other
    with world.unit():
        number = promises.create(world.actor("otra"), None, title="Otra promesa, de otra mesa", place="17").id
    with world.unit() as unit:
        found = unit.get_one(Commitment, number)
        assert cases.case_of(world.actor("secretaria"), found).near is False
    item = made.items["Canal de riego"]
    with pytest.raises(Refused):
        made.do(
            outcomes.change_commitment, item=item, commitment=number, kind="suspension", reason="Porque sí, nada más."
        )
    assert made.outcomes() == [], "nothing of it stays"


def test_what_was_recorded_by_mistake_is_taken_back_while_the_session_lasts(own_world: World) -> None:
    made = opened(own_world)
    number = made.agree("Canal de riego")
    made.do(outcomes.take_back, outcome=number, reason="Era del punto dos.")
    assert made.outcomes()[0].taken_back == "Era del punto dos."
    with pytest.raises(Invalid, match="was taken back"):
        made.do(outcomes.take_back, outcome=number, reason="Otra vez.")
    made.agree("Calidad del agua")
    made.do(meeting.end_session)
    with pytest.raises(Refused):
        made.do(outcomes.take_back, outcome=made.outcomes()[1].id, reason="Ya tarde.")


def test_what_was_left_comes_up_at_the_next_session_until_it_is_taken_up(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(outcomes.defer, item=made.items["Canal de riego"], statement="Falta el informe técnico.")
    made.agree("Calidad del agua", becomes=False, reason="Solo se tomó nota.")
    made.do(meeting.end_session)
    starts_at = dt.datetime(2026, 4, 20, 9, 30)
    after = str(world.do("secretaria", preparing.plan_session, made.table, starts_at=starts_at, venue="Torata"))
    world.act_as("secretaria")
    page = words(world.text(f"/sessions/{after}/matters"))
    assert "Left by earlier sessions" in page and "Canal de riego" in page and "left by session 1" in page
    assert "Fecha de la siguiente sesión" in page, "what was not dealt with comes up too"
    assert "Calidad del agua" not in page
    assert (
        world.send(f"/sessions/{after}/matters", chosen=f"left_over-o{made.items['Canal de riego']}").status_code == 303
    )
    assert "Canal de riego" in words(world.text(f"/sessions/{after}"))
    assert "Canal de riego" not in words(world.text(f"/sessions/{after}/matters"))


def test_the_day_of_a_session_is_that_of_lima(own_world: World) -> None:
    """Late in the evening in Lima it is the next day already for who takes part from elsewhere."""
    world = own_world
    slug = world.a_roundtable()
    evening = dt.datetime(2026, 3, 20, 23, 30)
    number = world.do(
        "secretaria", preparing.plan_session, slug, starts_at=evening, online_url="https://example.org/sala"
    )
    with world.reading() as unit:
        found = unit.get_one(meeting.RoundtableSession, number)
        assert found.starts_at == dt.datetime(2026, 3, 21, 4, 30, tzinfo=dt.UTC) and found.day == DAY
    text = words(world.text(f"/sessions/{number}")) if world.act_as("secretaria") is None else ""
    assert "11:30" in text or "23:30" in text


@pytest.mark.parametrize("who", ["minero", "comunera", "otra", "guardiana", "ciudadana"])
def test_strangers_run_nothing(world: World, who: str) -> None:
    made = _shared(world)
    for verb, values in (
        (meeting.record_attendance, {"seats": {made.seats["ong"]: Taken()}}),
        (meeting.add_guest, {"as_written": "Prensa"}),
        (meeting.write_note, {"item": made.items["Canal de riego"], "key": "k-xxxxxxxx", "words": "Hola."}),
        (outcomes.agree, {"item": made.items["Canal de riego"], "statement": "Algo que se acuerda."}),
        (meeting.end_session, {}),
    ):
        with pytest.raises(Refused):
            made.do(verb, who, **values)


def test_the_form_about_a_commitment_offers_what_the_body_posted_and_that_is_open(own_world: World) -> None:
    world = own_world
    made = opened(world)
    a_commitment(world, made.table, "Construir «doce» kilómetros de canal", DAY)
    world.act_as("secretaria")
    path = f"/sessions/{made.number}/items/{made.items['Canal de riego']}/change"
    page = world.text(path)
    with world.reading() as unit:
        slug = unit.scalars(select(Commitment.slug).where(Commitment.accepted_on.is_not(None))).one()
    offered = f'<option label="Construir «doce» kilómetros de canal" value="{slug}">'
    assert page.count(offered) == 2 and 'list="number-datalist"' in page, "for it, and for what takes its place"
    assert "Mesa del Valle</p><h1>" in page, "which session it is about"
