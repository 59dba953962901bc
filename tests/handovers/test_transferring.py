"""Confirming, receiving, observing and signing; what a day changes, and what two do at once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid, NotFound, Refused, Stale
from observatory.rooms.commitments.models import Commitment, ProgressUpdate
from observatory.rooms.commitments.queries import cases as promised
from observatory.rooms.commitments.service import reporting
from observatory.rooms.handovers import formulas, queries, service
from observatory.rooms.handovers.models import Handover
from observatory.rooms.handovers.queries import cases
from observatory.rooms.handovers.queries.survival import survival
from observatory.rooms.handovers.service import transferring
from tests.app import words
from tests.commitments.conftest import decide_in_session
from tests.handovers.world import AFTER, BEFORE, LAST, World

CUSTODY = {"kind": "seal", "title": "Sello redondo"}


def ready(world: World) -> int:
    """A handover with something owed and something in custody, opened by the office that goes."""
    world.a_commitment()
    number = world.opened()
    world.do("saliente", service.add_custody, number, **CUSTODY)
    return number


def handed(world: World) -> int:
    """One that the office that goes confirmed and signed; the new office is there."""
    number = ready(world)
    world.confirm_everything(number)
    world.do("saliente", transferring.sign, number)
    world.today = AFTER
    return number


def test_from_the_first_item_to_both_signatures(own_world: World) -> None:
    world = own_world
    number = ready(world)
    first = world.items(number)[0].number
    world.act_as("saliente")
    path = f"/handovers/{number}"
    item = world.items(number)[0].id
    assert world.send(f"{path}/items/{item}/confirmation", note_="En la oficina 2.", confirmed="y").status_code == 303
    answer = world.send(f"{path}/signature")
    assert answer.status_code == 422 and "Confirm each item first" in words(answer.get_data(as_text=True))
    for source in world.sources(number):
        if source != "owed":
            assert world.send(f"{path}/groups/{source}/confirmation").status_code == 303
    assert world.send(f"{path}/signature").status_code == 303
    world.act_as("guest")
    assert "Being handed over" in words(world.text(path)), "the office that goes has signed"
    world.today = AFTER
    world.act_as("entrante")
    page = words(world.text(path))
    assert "The office that comes" in page and "Receive or observe it" in page and "Confirm it" not in page
    assert world.send(f"{path}/items/{item}/answer", answer="observed", reason="").status_code == 422
    assert world.send(f"{path}/items/{item}/answer", answer="observed", reason="Falta el plano.").status_code == 303
    answer = world.send(f"{path}/signature")
    assert answer.status_code == 422 and "Receive or observe each item" in words(answer.get_data(as_text=True))
    for source in world.sources(number):
        if source != "owed":
            assert world.send(f"{path}/groups/{source}/answer", answer="received").status_code == 303
    assert world.send(f"{path}/signature").status_code == 303
    world.act_as("guest")
    page = words(world.text(path))
    assert "Closed, signed by both" in page and "Falta el plano." in page and "En la oficina 2." in page
    assert world.state(number) == "closed"
    assert world.signatures(number) == [("outgoing", "manager", True), ("incoming", "manager", True)]
    assert world.events(number)[-1] == "SignedByIncoming"
    for who, verb, values in (
        ("entrante", transferring.answer_item, {"item": first, "answer": "received"}),
        ("permanente", transferring.confirm_item, {"item": first}),
        ("permanente", transferring.sign, {}),
    ):
        with pytest.raises(Refused):
            world.do(who, verb, number, **values)


@pytest.mark.parametrize("who", ["guest", "ciudadana", "vocera", "minero", "guardiana", "verificadora", "operator"])
def test_strangers_do_nothing(own_world: World, who: str) -> None:
    world = own_world
    number = ready(world)
    for today in (BEFORE, AFTER):
        world.today = today
        for verb, values in (
            (transferring.confirm_item, {"item": 1}), (transferring.confirm_all, {"source": "owed"}),
            (transferring.answer_item, {"item": 1, "answer": "received"}), (service.add_custody, CUSTODY),
            (transferring.answer_all, {"source": "owed", "answer": "received"}), (transferring.sign, {}),
        ):  # fmt: skip
            with pytest.raises(Refused):
                world.do(who, verb, number, **values)


def test_a_mandate_that_ended_yesterday_signs_nothing(own_world: World) -> None:
    world = own_world
    number = ready(world)
    world.confirm_everything(number)
    world.today = dt.date(2026, 12, 15)
    world.do("saliente2", transferring.sign, number)
    world.today = dt.date(2026, 12, 16)
    with pytest.raises(Refused, match="under a mandate that is in force"):
        world.do("saliente2", transferring.sign, number)
    world.act_as("saliente2")
    page = words(world.text(f"/handovers/{number}/signature", status=403))
    assert "one that has ended gives nothing, whatever was signed" in page
    assert world.signatures(number) == [("outgoing", "secretary", True)], "what was signed in time stands"


def test_the_last_day_ends_at_midnight_in_lima(own_world: World) -> None:
    """Mandate and term end together, whether or not anything was signed; what nobody answered is orphaned from then on."""
    world = own_world
    number = ready(world)
    world.confirm_everything(number)
    before = dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=clock.LIMA)
    app, database = world.land.app, world.land.database
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        for at, side, over in ((before, "outgoing", False), (before + dt.timedelta(seconds=1), None, True)):
            with clock.frozen(at), database.reading() as unit:
                case = cases.case_of(world.actor("saliente"), unit.get_one(Handover, number))
                row = queries.row(world.actor("guest"), str(number))
                assert (case.side, formulas.is_over(row, clock.today())) == (side, over), at
                (told,) = list(queries.every(world.actor("guest"), {}))
                assert (told["orphaned"] > 0) is over
                assert len(queries.listing(world.actor("guest"), {"orphaned": "1"}).rows) == int(over)
        with clock.frozen(before), database.reading() as unit:
            actor = world.actor("saliente")
            case = cases.case_of(actor, unit.get_one(Handover, number))
        with clock.frozen(before + dt.timedelta(seconds=1)), database.unit_of_work() as unit:
            unit.add(case.handover)
            with pytest.raises(Refused, match="your mandate is in force"):
                transferring.sign(actor, case)  # looked at in time, sent too late
            db.abandon()
    assert world.signatures(number) == []


def test_nothing_that_is_signed_extends_a_mandate(own_world: World) -> None:
    world = own_world
    number = handed(world)
    world.receive_everything(number)
    world.do("entrante", transferring.sign, number)
    with world.reading():
        assert not world.actor("saliente").acts and world.actor("entrante").acts


def test_what_nobody_receives_is_shown_as_orphaned(own_world: World) -> None:
    world = own_world
    number = ready(world)
    world.today = LAST
    world.act_as("guest")
    assert "orphaned item" not in words(world.text(f"/handovers/{number}"))
    world.today = LAST + dt.timedelta(1)
    count = len(world.items(number))
    for path in (f"/handovers/{number}", "/handovers", "/organisations/ministerio"):
        assert f"{count} orphaned items" in words(world.text(path)), path
    page = words(world.text(f"/handovers/{number}"))
    assert "The office that went did not sign." in page and "Being handed over" in page
    world.do("entrante", transferring.answer_all, number, source="owed", answer="received")
    assert f"{count - 1} orphaned items" in words(world.text(f"/handovers/{number}"))
    world.receive_everything(number)
    assert "orphaned item" not in words(world.text("/organisations/ministerio"))
    world.do("entrante", transferring.sign, number)
    assert world.state(number) == "open", "the office that went never signed, and can not any more"


def test_a_change_after_a_signature_voids_it(own_world: World) -> None:
    world = own_world
    number = ready(world)
    world.confirm_everything(number)
    world.do("saliente", transferring.sign, number)
    with pytest.raises(Invalid, match="You have signed it"):
        world.do("saliente", transferring.sign, number)
    world.a_commitment("Reparar la bocatoma del valle")
    assert world.refreshed("saliente", number) == 1
    assert world.signatures(number) == [("outgoing", "manager", False)]
    world.act_as("guest")
    page = words(world.text(f"/handovers/{number}"))
    assert "no longer stands: the inventory was changed after it" in page and "Being prepared" in page
    with pytest.raises(Invalid, match="Confirm each item first"):
        world.do("saliente", transferring.sign, number)
    world.do("saliente", transferring.confirm_all, number, source="owed")
    world.do("saliente", transferring.sign, number)
    assert world.signatures(number) == [("outgoing", "manager", False), ("outgoing", "manager", True)]


def test_an_answer_voids_the_signature_of_those_who_come_and_no_other(own_world: World) -> None:
    world = own_world
    number = ready(world)
    world.confirm_everything(number)
    world.do("saliente2", transferring.sign, number)
    first = world.items(number)[0].number
    world.do("saliente", transferring.confirm_item, number, item=first, note_="Otra nota.")
    world.today = AFTER  # so that the office that goes has no standing signature
    world.receive_everything(number)
    world.do("entrante", transferring.sign, number)
    world.do("entrante2", transferring.answer_item, number, item=first, answer="observed", reason="Falta algo.")
    assert world.signatures(number) == [("outgoing", "secretary", False), ("incoming", "manager", False)]
    world.do("permanente", transferring.sign, number)
    world.do("entrante2", transferring.answer_item, number, item=first, answer="received")
    assert world.signatures(number)[-1] == ("outgoing", "representative", True), "answers are not what it signed"
    world.do("entrante2", transferring.sign, number)
    assert world.state(number) == "closed"


def test_what_was_tampered_with_beside_the_program_is_seen(own_world: World) -> None:
    world = own_world
    number = handed(world)
    with world.unit():
        world.item(number, 1).title = "Otra cosa"
    world.act_as("guest")
    assert "no longer stands" in words(world.text(f"/handovers/{number}"))


def test_two_who_come_answer_at_once(own_world: World) -> None:
    world = own_world
    number = handed(world)
    one, other = world.items(number)[0].id, world.items(number)[1].id
    path = f"/handovers/{number}/items"
    world.act_as("entrante2")
    stale, another = world.form(f"{path}/{one}/answer"), world.form(f"{path}/{other}/answer")
    world.act_as("entrante")
    assert world.send(f"{path}/{one}/answer", answer="received").status_code == 303
    world.act_as("entrante2")
    answer = world.post(f"{path}/{one}/answer", stale | {"answer": "observed", "reason": "Falta el plano."})
    assert answer.status_code == 409, "they answered the same item meanwhile"
    assert world.items(number)[0].answer == "received"
    assert world.post(f"{path}/{other}/answer", another | {"answer": "received"}).status_code == 303, "another item"
    assert world.do("entrante", transferring.answer_all, number, source="mandates", answer="received") >= 1
    with pytest.raises(Invalid, match="Nothing here waits"):
        world.do("entrante2", transferring.answer_all, number, source="mandates", answer="received")


def test_who_signs_sees_what_they_sign(own_world: World) -> None:
    world = own_world
    number = handed(world)
    world.receive_everything(number)
    with world.reading() as unit:
        shown = unit.get_one(Handover, number).version
    world.do("entrante2", transferring.answer_item, number, item=1, answer="observed", reason="Falta algo.")
    with pytest.raises(Stale):
        world.do("entrante", transferring.sign, number, version=shown)
    assert [side for side, _role, _stands in world.signatures(number)] == ["outgoing"]


def test_what_can_not_be_confirmed_takes_a_reason(own_world: World) -> None:
    world = own_world
    number = ready(world)
    with pytest.raises(Invalid) as refused:
        world.do("saliente", transferring.confirm_item, number, item=1, confirmed=False)
    assert refused.value.field == "note_"
    world.do("saliente", transferring.confirm_item, number, item=1, confirmed=False, note_="El expediente no aparece.")
    for source in world.sources(number)[1:]:
        world.do("saliente", transferring.confirm_all, number, source=source)
    world.do("saliente", transferring.sign, number)
    assert world.items(number)[0].confirmed_at is None and world.signatures(number)


def test_what_was_answered_is_not_said_otherwise_afterwards(own_world: World) -> None:
    world = own_world
    number = handed(world)
    world.do("entrante", transferring.answer_item, number, item=1, answer="received")
    with pytest.raises(Invalid, match="has answered this item already"):
        world.do("permanente", transferring.confirm_item, number, item=1, note_="Otra nota.")


@pytest.mark.parametrize(("verb", "values", "field"), [
    (transferring.confirm_item, {"item": 1, "note_": "contraseña: abc"}, "note_"),
    (transferring.confirm_all, {"source": "owed", "note_": "PIN: 1234"}, "note_"),
])  # fmt: skip
def test_a_password_is_refused_in_notes(own_world: World, verb: object, values: dict[str, object], field: str) -> None:
    world = own_world
    number = ready(world)
    with pytest.raises(Invalid) as refused:
        world.do("saliente", verb, number, **values)  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize("values", [
    {"answer": "observed", "reason": "password=abc1"}, {"answer": "observed", "reason": " x "}, {"answer": "lost"},
])  # fmt: skip
def test_an_answer_is_one_of_two_and_observing_takes_a_reason(own_world: World, values: dict[str, str]) -> None:
    world = own_world
    number = handed(world)
    for verb, more in ((transferring.answer_item, {"item": 1}), (transferring.answer_all, {"source": "owed"})):
        with pytest.raises(Invalid):
            world.do("entrante", verb, number, **more, **values)
    assert not any(item.answer for item in world.items(number))


def test_an_item_of_another_handover_or_that_is_hidden_is_not_found(own_world: World) -> None:
    world = own_world
    number = ready(world)
    other = world.opened("vocera")
    theirs = world.items(other)[0].id
    world.a_commitment("Estudiar un camino nuevo al valle", who="alcaldesa", proposed=False)
    assert world.refreshed("saliente", number) == 1
    hidden = world.items(number, "drafts")[0].id
    world.act_as("saliente")
    world.text(f"/handovers/{number}/items/{theirs}/confirmation", status=404)
    world.text(f"/handovers/{number}/items/{hidden}/confirmation")
    world.text(f"/handovers/{number}/groups/nothing/confirmation", status=404)
    world.act_as("vocera")
    world.text(f"/handovers/{number}/items/{hidden}/confirmation", status=404)
    with world.reading() as unit, pytest.raises(NotFound):
        cases.find_item(world.actor("vocera"), unit.get_one(Handover, number), hidden)


def test_what_survived_is_told(own_world: World) -> None:
    """What the office owed at the end of its term, and what became of it since: one advanced, one is late, one was verified
    and one cancelled; what was verified before counts for nothing."""
    world = own_world
    advanced = world.a_commitment("Construir doce kilómetros de canal")
    world.a_commitment("Reparar la bocatoma del valle", due=dt.date(2027, 1, 5))
    kept = world.a_commitment("Techar el mercado de Torata")
    cancelled = world.a_commitment("Pintar el puente de Torata")
    before = world.a_commitment("Limpiar la acequia madre")
    world.verified(before, "alcaldesa")
    world.promise(
        "alcaldesa", reporting.report, advanced, narrative="Empezó la obra del canal.", as_of=BEFORE, percent=10
    )
    world.a_seat()
    number = handed(world)  # with one commitment more
    assert len(world.items(number, "owed")) == 5
    world.promise("entrante", reporting.report, advanced, narrative="Van cuatro kilómetros.", as_of=AFTER, percent=30)
    world.verified(kept, "entrante")
    told = {"kind": "cancellation", "reason": "Ya no hace falta."}
    world.promise("secretaria", decide_in_session, cancelled, **told)
    with world.reading():
        guest = world.actor("guest")
        found = survival(guest, queries.row(guest, str(number)))
    assert (found.commitments, found.open, found.advanced, found.late) == (5, 3, 1, 1)
    assert (found.verified, found.closed) == (1, 1)
    assert (found.seats, found.seats_kept) == (1, 1)
    assert (found.mandates, found.mandates_now) == (4, 4)
    world.act_as("guest")
    assert "Commitments owed and open" in words(world.text(f"/handovers/{number}"))


def test_progress_that_came_with_the_record_of_a_commitment_is_none_since_the_term(own_world: World) -> None:
    world = own_world
    slugs = [
        world.a_commitment(title)
        for title in ("Construir el canal de Yacango", "Techar la posta de Torata", "Cercar el colegio de Tumilaca")
    ]
    with world.unit() as unit:
        ids = unit.scalars(select(Commitment.id).where(Commitment.slug.in_(slugs))).all()
        table = Commitment.__table__
        unit.execute(table.update().where(table.c.id.in_(ids)).values(recorded=True, progress=3000))
    number = handed(world)
    told = {"narrative": "Así está la obra.", "as_of": AFTER}
    for slug, percents in zip(slugs, ((30,), (30, 45), (10, -30)), strict=True):
        for percent in percents:
            if percent < 0:  # the one before was mistaken
                last = select(ProgressUpdate).order_by(ProgressUpdate.id.desc()).limit(1)
                with world.unit() as unit:
                    actor, found = (
                        world.actor("entrante"),
                        unit.scalars(select(Commitment).where(Commitment.slug == slug)).one(),
                    )
                    case = promised.case_of(actor, found).about(unit.scalars(last).one())
                    reporting.supersede(actor, case, **told, percent=-percent, reason="Me equivoqué de obra.")
            else:
                world.promise("entrante", reporting.report, slug, **told, percent=percent)
    with world.reading():
        assert survival(world.actor("guest"), queries.row(world.actor("guest"), str(number))).advanced == 1


def test_an_inventory_holds_only_so_much(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = own_world
    number = world.opened()
    size = len(world.items(number))
    monkeypatch.setattr(service, "MOST_ITEMS", size + 1)
    told = {"kind": "key", "title": "Llaves del depósito"}
    world.do("saliente", service.add_custody, number, **told)
    with pytest.raises(Invalid, match=f"at most {size + 1} items"):
        world.do("saliente", service.add_custody, number, **told)
