"""The minutes: nothing vague circulates, what was read is what is signed, and what is published never changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from observatory.app import drainer_of
from observatory.kernel import paper
from observatory.kernel.errors import Invalid, Refused
from observatory.people.models import Mandate
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.organisations.models import Succession
from observatory.rooms.roundtables.models import Minutes
from observatory.rooms.roundtables.queries import minutes as reading
from observatory.rooms.roundtables.service import meeting, minutes, outcomes
from tests.app import words
from tests.loud import skip_loudly
from tests.roundtables.meetings import DAY, Meeting, circulated, opened, whole
from tests.roundtables.test_preparing import mails
from tests.roundtables.world import World

SIGNERS = ("secretaria", "comunera", "alcaldesa", "minero")


def digest(made: Meeting) -> str:
    with made.world.reading() as unit:
        return unit.scalars(select(Minutes.digest)).one()


def work(world: World) -> None:
    """Let the worker do what waits for it."""
    settings = world.land.app.extensions["observatory.settings"]
    with world.moment():
        drainer_of(settings, world.land.database, world.land.app.extensions["observatory.shelf"]).run_once()


def signed_by(made: Meeting, *who: str) -> None:
    for each in who:
        made.do(minutes.sign, each, digest=digest(made))


def test_no_minutes_circulate_while_an_agreement_is_vague(own_world: World) -> None:
    world = own_world
    made = opened(world)
    number = made.agree("Canal de riego")
    made.do(meeting.end_session)
    told = whole(world)
    for missing, word in (
        ({}, "who answers for it"),
        ({"accountable_id": told["accountable_id"]}, "by when"),
        ({"accountable_id": told["accountable_id"], "due_on": told["due_on"]}, "who verifies it"),
        ({name: told[name] for name in ("accountable_id", "due_on", "verifier_id")}, "where the money comes from"),
        (told | {"money": "not_known"}, "where the money comes from"),
    ):
        made.do(outcomes.complete, outcome=number, **missing)
        with pytest.raises(Invalid, match=word):
            made.do(minutes.circulate, amend_until=DAY)
    made.do(
        outcomes.complete,
        outcome=number,
        **(told | {"money": None}),
        exceptions={"money": "El pliego lo dirá en abril."},
    )
    made.do(minutes.circulate, amend_until=DAY)
    world.act_as("secretaria")
    assert "El pliego lo dirá en abril." in words(world.text(f"/sessions/{made.number}/minutes")), "a public exception"


def test_the_draft_is_seen_by_the_body_the_circulating_text_by_who_sits_there(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.write_note, item=made.items["Canal de riego"], key="k-one-11111", words="Habló la comunidad.")
    number = made.agree("Canal de riego", **whole(world))
    made.do(meeting.end_session)
    page = f"/sessions/{made.number}/minutes"
    seen = {"secretaria": 200, "presidenta": 200, "comunera": 404, "minero": 404, "otra": 404, "guest": 404}
    for who, status in seen.items():
        world.act_as(who)
        world.text(page, status=status)
    made.do(minutes.write_up, item=made.items["Calidad del agua"], discussion="Se leyó el **informe**.")
    made.do(minutes.circulate, amend_until=DAY + dt.timedelta(7))
    for who, status in (seen | {"comunera": 200, "minero": 200}).items():
        world.act_as(who)
        text = world.text(page, status=status)
        if status == 200:
            assert "Habló la comunidad." in text and "<strong>informe</strong>" in text and str(number)


def test_the_hash_is_that_of_the_text_that_is_handed_out(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    world.act_as("comunera")
    raw = world.get(f"/sessions/{made.number}/minutes.json").get_data()
    assert hashlib.sha256(raw).hexdigest() == digest(made)
    told = json.loads(raw)
    assert told["state"] == "held" and told["began"].endswith("-05:00") and told["quorum"]["reached"]
    assert [row["organisation"] for row in told["attendance"]] == [
        "Comunidad de Prueba",
        "Ministerio de las Cifras",
        "Minera Alta",
    ] or len(told["attendance"]) == 3
    assert set(told["people"].values()) == {None}, "groups of fewer than five are not counted"
    world.act_as("guest")
    world.text(f"/sessions/{made.number}/minutes.json", status=404)


def test_all_who_were_there_sign_and_everyone_reads(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    with pytest.raises(Invalid, match="Sign them for the roundtable first"):
        made.do(minutes.publish)
    signed_by(made, "secretaria", "comunera", "alcaldesa")
    with pytest.raises(Invalid, match="Minera Alta has not signed yet"):
        made.do(minutes.publish)
    with pytest.raises(Invalid, match="has signed these minutes already"):
        signed_by(made, "comunera")
    with pytest.raises(Refused):
        signed_by(made, "vocera")
    world.act_as("minero")
    assert world.get(f"/sessions/{made.number}/minutes/signature").status_code == 302, "read it first"
    answer = world.send(f"/sessions/{made.number}/minutes/signature?digest={digest(made)}", read="y")
    assert answer.status_code == 303
    before = len(mails(world))
    world.act_as("secretaria")
    assert world.send(f"/sessions/{made.number}/minutes/publication").status_code == 303
    told = {to for to, _subject, body in mails(world)[before:] if f"/sessions/{made.number}/minutes" in body}
    assert told == {f"t{at}@example.org" for at in (1, 3, 6, 7)}, "all who sign, but for whoever published them"
    world.act_as("guest")
    page = words(world.text(f"/sessions/{made.number}/minutes"))
    assert "El ministerio construye doce kilómetros de canal." in page and "minero" in page and digest(made) in page
    assert "Agua para Todos" in page, "who verifies it"
    assert "El ministerio construye" in words(world.text(f"/sessions/{made.number}"))
    with pytest.raises(Refused):
        made.do(minutes.publish)


def test_what_says_all_it_must_is_proposed_when_the_minutes_are_published(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.agree("Canal de riego", **whole(world), expected_result="12 km de canal revestido.")
    made.agree("Calidad del agua", "La empresa entrega los datos de agua cada mes.", **whole(world))
    made.do(meeting.end_session)
    with world.unit() as unit:
        found = unit.scalars(select(Commitment).order_by(Commitment.id)).first()
        from observatory.rooms.commitments import service
        from observatory.rooms.commitments.queries import cases

        service.edit(
            world.actor("secretaria"), cases.case_of(world.actor("secretaria"), found), planned_evidence="Acta de obra."
        )
    made.do(minutes.circulate, amend_until=DAY)
    signed_by(made, *SIGNERS)
    before = len(mails(world))
    left = made.do(minutes.publish)
    with world.reading() as unit:
        states = list(unit.scalars(select(Commitment.state).order_by(Commitment.id)))
    assert states == ["proposed", "draft"] and len(left) == 1
    assert [to for to, _subject, _body in mails(world)[before:]].count("t3@example.org") == 2, (
        "the minutes, and the proposal"
    )


def test_a_mandate_that_ended_yesterday_signs_nothing(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    with world.unit() as unit:
        mandate = unit.get_one(Mandate, world.actor("minero").mandate_id)
        mandate.to_on = DAY
    signed_in_time = dt.datetime.combine(DAY, dt.time(23, 59))
    assert signed_in_time
    world.today = DAY + dt.timedelta(1)
    with pytest.raises(Refused):
        signed_by(made, "minero")
    world.today = DAY
    signed_by(made, "minero")


def test_whoever_has_read_another_text_signs_again(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    signed_by(made, "secretaria", "alcaldesa")
    before = digest(made)
    item = made.items["Calidad del agua"]
    with pytest.raises(Refused):
        made.do(minutes.propose_amendment, "vocera", item=item, statement="Faltó decir algo.")
    number = made.do(
        minutes.propose_amendment, "comunera", item=item, statement="La comunidad pidió los datos de marzo."
    )
    with pytest.raises(Invalid, match="Answer first"):
        made.do(minutes.publish)
    with pytest.raises(Refused):
        made.do(minutes.settle_amendment, "comunera", amendment=number, taken_in=True, answer="Así fue.")
    with pytest.raises(Invalid) as refused:
        made.do(minutes.settle_amendment, amendment=number, taken_in=True, answer="Así fue.")
    assert refused.value.field == "discussion"
    world.act_as("secretaria")
    told = {"taken_in": "yes", "answer": "Así fue.", "discussion": "La comunidad pidió los datos de marzo."}
    assert world.send(f"/sessions/{made.number}/minutes/amendments/{number}", **told).status_code == 303
    assert digest(made) != before
    with pytest.raises(Invalid, match="have changed since you opened them"):
        made.do(minutes.sign, "minero", digest=before)
    with pytest.raises(Invalid, match="Sign them for the roundtable first"):
        made.do(minutes.publish)
    signed_by(made, *SIGNERS)
    made.do(minutes.publish)
    world.act_as("guest")
    assert "La comunidad pidió los datos de marzo." in words(world.text(f"/sessions/{made.number}/minutes"))


def test_amendments_end_on_their_day_and_then_minutes_may_be_published_unsigned_with_the_reason(
    own_world: World,
) -> None:
    world = own_world
    made = circulated(world)
    signed_by(made, "secretaria", "comunera")
    world.today = DAY + dt.timedelta(8)
    with pytest.raises(Invalid, match="time for amendments is over"):
        made.do(minutes.propose_amendment, "minero", item=made.items["Canal de riego"], statement="Tarde, pero seguro.")
    with pytest.raises(Invalid) as refused:
        made.do(minutes.publish)
    assert refused.value.field == "unsigned"
    made.do(minutes.publish, unsigned="La empresa no respondió a tres cartas.")
    world.act_as("guest")
    assert "La empresa no respondió a tres cartas." in words(world.text(f"/sessions/{made.number}/minutes"))


def test_an_organisation_that_is_no_more_does_not_hold_the_minutes_up(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    with world.unit() as unit:
        unit.add(
            Succession(
                predecessor_id=world.organisations["minera-alta"],
                successor_id=world.organisations["ong"],
                on=DAY,
                how="merged",
            )
        )
    signed_by(made, "secretaria", "comunera", "alcaldesa")
    made.do(minutes.publish)
    world.act_as("guest")
    page = words(world.text(f"/sessions/{made.number}/minutes"))
    assert "went over into another organisation or are no more: Minera Alta" in page


def test_published_minutes_are_added_to_and_the_hashes_are_a_chain(own_world: World) -> None:
    world = own_world
    made = circulated(world)
    signed_by(made, *SIGNERS)
    with pytest.raises(Refused):
        made.do(minutes.add_addendum, statement="Antes de tiempo, no.")
    made.do(minutes.publish)
    kept = digest(made)
    made.do(minutes.add_addendum, statement="El plano anexo es el de abril.")
    made.do(minutes.add_addendum, statement="Y su escala es 1:5000.")
    with world.reading() as unit:
        rows = reading.addenda(unit.scalars(select(Minutes.session_id)).one())
    chain = kept
    for row in rows:
        told = {"after": chain, "at": row.at.isoformat(timespec="seconds"), "text": row.text}
        raw = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        chain = hashlib.sha256(raw).hexdigest()
        assert row.digest == chain
    assert digest(made) == kept
    for verb, values in (
        (minutes.write_up, {"item": made.items["Canal de riego"], "discussion": "Otra cosa."}),
        (minutes.propose_amendment, {"item": made.items["Canal de riego"], "statement": "Otra cosa."}),
        (minutes.sign, {"digest": kept}),
    ):
        with pytest.raises(Refused):
            made.do(verb, **values)


def test_two_secretaries_circulate_at_once_and_one_does(own_world: World) -> None:
    world = own_world
    made = opened(world)
    made.do(meeting.end_session)
    world.act_as("secretaria")
    page = f"/sessions/{made.number}/minutes/circulation"
    forms = [world.form(page), world.form(page)]
    answers = [
        world.post(page, form | {"amend_until": (DAY + dt.timedelta(3)).isoformat()}).status_code for form in forms
    ]
    assert answers[0] == 303 and answers[1] in (403, 409)
    with world.reading() as unit:
        assert len(unit.scalars(select(Minutes)).all()) == 1


def test_a_session_without_quorum_has_minutes_too(own_world: World) -> None:
    world = own_world
    made = opened(world, sitting=("comunidad",))
    made.do(outcomes.record_information, item=made.items["Canal de riego"], statement="Se informó del avance.")
    made.do(meeting.end_session)
    made.do(minutes.circulate, amend_until=DAY)
    signed_by(made, "secretaria", "comunera")
    made.do(minutes.publish)
    world.act_as("guest")
    page = words(world.text(f"/sessions/{made.number}/minutes", language="en"))
    assert "it never had a quorum" in page and "nothing was decided" in page and "Estado: 0 of 1" in page


def test_the_days_for_amendments_are_not_endless(own_world: World) -> None:
    made = opened(own_world)
    made.do(meeting.end_session)
    for day in (DAY - dt.timedelta(1), DAY + dt.timedelta(61)):
        with pytest.raises(Invalid) as refused:
            made.do(minutes.circulate, amend_until=day)
        assert refused.value.field == "amend_until"


def test_people_are_counted_by_sex_where_they_are_many_enough(own_world: World) -> None:
    made: Any = opened(own_world)
    for number in range(5):
        made.do(meeting.add_guest, as_written="Prensa", name=f"Persona {number}", sex="f")
    made.do(meeting.end_session)
    made.do(minutes.circulate, amend_until=DAY)
    own_world.act_as("comunera")
    page = words(own_world.text(f"/sessions/{made.number}/minutes"))
    assert "Woman: 5" in page and "Persona 1" not in page, "and nobody's name is told"


def test_published_minutes_are_printed_and_again_when_something_is_added(own_world: World) -> None:
    if not paper.available():
        skip_loudly("pdf", "no WeasyPrint, or not the libraries it needs: docs/guide/operate.md")
    world = own_world
    made = circulated(world)
    signed_by(made, *SIGNERS)
    link = f"/sessions/{made.number}/minutes.pdf"
    world.act_as("guest")
    world.text(link, status=404)
    made.do(minutes.publish)
    assert link not in world.text(f"/sessions/{made.number}/minutes"), "none is made yet"
    work(world)
    assert link in world.text(f"/sessions/{made.number}/minutes")
    first = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(world.get(link).get_data())).pages)
    assert "Acta de la sesión 1" in first and "El ministerio construye doce kilómetros" in " ".join(first.split())
    assert "comunera" in first and digest(made)[:40] in first.replace("\n", "")
    made.do(minutes.add_addendum, statement="El plano anexo es el de abril.")
    world.text(link, status=404)
    work(world)
    again = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(world.get(link).get_data())).pages)
    assert "El plano anexo es el de abril." in " ".join(again.split())
