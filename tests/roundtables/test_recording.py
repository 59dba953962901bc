"""Past sessions: written down from a document, once, by whoever may; shown as that has it; withdrawn and recorded anew."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel import clock
from observatory.kernel.errors import Invalid, Refused, Stale
from observatory.records.models import Record
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.roundtables import service
from observatory.rooms.roundtables.models import AgendaItem, Outcome, RoundtableSession
from observatory.rooms.roundtables.models.past import Came, Dealt
from observatory.rooms.roundtables.queries import meeting as reading
from observatory.rooms.roundtables.queries import past, sessions
from observatory.rooms.roundtables.service import preparing, recording
from observatory.rooms.roundtables.views.past import dealt
from tests.app import words
from tests.roundtables.world import TODAY, World

DAY = dt.date(2025, 12, 15)
BOOK = "Libro de actas 2025, folio 12"
CANAL = "El ministerio construye doce kilómetros de canal."
ITEMS = [
    Dealt("Canal de riego", "Se pidió en abril.", [Came(text=CANAL, becomes=True, due_on=dt.date(2026, 6, 30))]),
    Dealt("Calidad del agua", "", [Came("deferral")]),
    Dealt("Informe del director", "", [Came("information", "Se presentó el informe anual.")]),
]


def record(world: World, slug: str, who: str = "secretaria", **values: Any) -> int:
    told: dict[str, Any] = {"held_on": DAY, "document": BOOK, "items": ITEMS}
    return int(world.do(who, recording.record_session, slug, **(told | values)))


def refused(world: World, slug: str, **values: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as problem:
        record(world, slug, **values)
    return problem.value.field or "", str(problem.value.message)


def found(world: World, id: int) -> RoundtableSession:
    with world.reading() as unit:
        return unit.get_one(RoundtableSession, id)


def withdraw(world: World, id: int, who: str = "secretaria", reason: str = "Era el acta de otro comité.") -> None:
    with world.unit() as unit:
        recording.withdraw_session(world.actor(who), unit.get_one(RoundtableSession, id), reason=reason)


def test_a_past_session_stands_for_everyone_as_its_document_has_it(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = record(world, slug, number=22, document_url="https://example.org/acta.pdf", venue="Local comunal")
    session = found(world, number)
    noon = dt.datetime(2025, 12, 15, 12, tzinfo=clock.LIMA)
    assert (session.state, session.recorded, session.opened_at, session.quorum_at) == ("held", True, noon, None)
    assert (session.convened_on, session.number, session.title) == (DAY, 22, "Sesión 22, Mesa del Valle")
    world.act_as("guest")
    page = words(world.text(f"/sessions/{number}"))
    for told in (
        "Sesión 22",
        "Dec 15, 2025",
        "Local comunal",
        "It was not run here: what stands on this page comes from a document.",
        BOOK,
        CANAL,
        "Quedó para una sesión posterior.",
    ):
        assert told in page, told
    assert "12:00" not in page and "of 0 seats" not in page and "0 of" not in page
    assert "For your calendar" not in page and "Minutes" not in page
    world.text(f"/sessions/{number}.ics", status=404)
    assert f"session-{number}@" not in world.text(f"/roundtables/{slug}.ics")
    table = words(world.text(f"/roundtables/{slug}"))
    assert "Sesión 22" in table and "Write down a past session" not in table
    assert world.events(slug)[-1] == "RoundtableMet"
    with world.reading():
        assert world.find(slug).state == "active"


def test_its_agreement_becomes_a_draft_of_the_body_and_the_deferred_item_comes_up_again(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    told = Came(text=CANAL, becomes=True, accountable_as_written="MVCS", due_on=dt.date(2026, 6, 30))
    number = record(world, slug, number=4, items=[Dealt("Canal de riego", "", [told]), ITEMS[1]])
    with world.reading() as unit:
        outcome = unit.scalars(select(Outcome).where(Outcome.type == "agreement")).one()
        assert (outcome.present, outcome.seats) == (0, 0)
        draft = unit.get_one(Commitment, outcome.commitment_id)
        assert (draft.state, draft.title, draft.accountable_as_written, draft.accountable_id) == (
            "draft",
            CANAL,
            "MVCS",
            None,
        )
        assert (draft.promised_on, draft.due_original) == (DAY, dt.date(2026, 6, 30))
        assert draft.keeper_id == world.organisations["mesa"]
        assert draft.document == f"{BOOK} · Sesión 4, Mesa del Valle, punto 1"
    world.act_as("guest")
    assert f"/commitments/{draft.slug}" not in world.text(f"/sessions/{number}")  # a draft stays with whoever wrote it
    plan = world.do("secretaria", preparing.plan_session, slug, starts_at=dt.datetime(2026, 4, 1, 9), venue="Coliseo")
    assert found(world, plan).number == 5
    with world.reading():
        offered = sessions.left_over(world.actor("secretaria"), _meeting(found(world, plan)))
    assert [each.title for each in offered] == ["Calidad del agua"]


def _meeting(session: RoundtableSession) -> Any:
    from observatory.kernel.offers import Meeting

    return Meeting(session.keeper_id, session.site_id, None)


def test_an_agreement_may_be_a_commitment_that_stands_here_and_only_one(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    with world.unit():
        stands = commitments.create(world.actor("secretaria"), None, title="Construir doce kilómetros de canal").slug
    named = [Dealt("Canal", "", [Came(text=CANAL, commitment=stands)])]
    number = record(world, slug, items=named)
    with world.reading():
        rows = reading.outcomes_of(world.actor("secretaria"), number)
        assert [row.commitment_slug for every in rows.values() for row in every] == [stands]
    assert "came of another agreement" in refused(world, slug, held_on=DAY + dt.timedelta(1), items=named)[1]
    unknown = [Dealt("Canal", "", [Came(text=CANAL, commitment="987654")])]
    assert "No commitment here has the number 987654" in refused(world, slug, number=9, items=unknown)[1]


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"held_on": TODAY + dt.timedelta(1)}, "held_on", "still to come"),
        ({"held_on": dt.date(2024, 12, 31)}, "held_on", "founded later"),
        ({"held_on": dt.date(205, 12, 15)}, "held_on", "year"),
        ({"held_on": None}, "held_on", "which day"),
        ({"number": 0}, "number", "from 1"),
        ({"number": 10_000}, "number", "to 9999"),
        ({"document": ""}, "document", "characters"),
        ({"document_url": "javascript:alert(1)"}, "document_url", "full address"),
        ({"items": [Dealt("Canal", "", [Came(text="Sí")])]}, "items", "what came of it"),
        ({"items": [Dealt("", "", [])]}, "items", "characters"),
        ({"items": [Dealt("Canal", "", [Came("vote", "Se votó el canal.")])]}, "items", "list"),
        ({"items": [Dealt("Canal", "", [Came(text=CANAL)])], "quorum": False}, "items", "Without a quorum"),
        ({"items": [Dealt(f"Punto {n}") for n in range(101)]}, "items", "as many as"),
        ({"items": [Dealt("Canal", "", [Came(text=CANAL, becomes=True, due_on=dt.date(2025, 1, 1))])]}, "due_on", "due before"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(own_world: World, values: dict[str, Any], field: str, told: str) -> None:
    slug = own_world.a_roundtable(founded_on=dt.date(2025, 1, 1))
    assert refused(own_world, slug, **values)[0] == field
    assert told in refused(own_world, slug, **values)[1]
    with own_world.reading() as unit:
        assert unit.scalars(select(RoundtableSession)).all() == []


def test_a_number_and_without_one_a_day_is_recorded_once(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    record(world, slug, number=3)
    assert refused(world, slug, number=3, held_on=DAY + dt.timedelta(5)) == ("number", "Session 3 is here already.")
    assert refused(world, slug)[0] == "held_on"
    again = record(world, slug, number=4)  # a second one of the same day, as its number says
    by_day = found(world, record(world, slug, held_on=DAY + dt.timedelta(9)))
    assert found(world, again).number == 4
    assert (by_day.number, by_day.title) == (5, "Sesión del 24/12/2025, Mesa del Valle")
    planned = world.do(
        "secretaria", preparing.plan_session, slug, starts_at=dt.datetime(2026, 4, 1, 9), venue="Coliseo"
    )
    assert refused(world, slug, number=found(world, planned).number, held_on=TODAY)[0] == "number"


@pytest.mark.parametrize(
    ("quorum", "state", "has"), [(True, "held", True), (False, "no_quorum", False), (None, "held", False)]
)
def test_a_quorum_is_told_where_the_document_tells_it(
    own_world: World, quorum: bool | None, state: str, has: bool
) -> None:
    slug = own_world.a_roundtable()
    session = found(own_world, record(own_world, slug, quorum=quorum, items=ITEMS[1:]))
    assert (session.state, session.quorum_at is not None) == (state, has)
    assert ("RoundtableMet" in own_world.events(slug)) == (state == "held")


def test_strangers_and_closed_bodies(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    for who in ("guest", "ciudadana", "presidenta", "otra", "alcaldesa", "vocera"):
        with pytest.raises(Refused):
            record(world, slug, who)
    number = record(world, slug, "guardiana")
    for who in ("guest", "ciudadana", "presidenta", "otra"):
        with pytest.raises(Refused):
            withdraw(world, number, who)
    world.do("secretaria", service.close, slug, reason="Cumplió lo que acordó.")
    with pytest.raises(Refused):
        record(world, slug, held_on=TODAY)


def test_what_was_wrong_is_withdrawn_with_a_reason_and_recorded_anew_on_its_page(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = record(world, slug, number=7)
    with pytest.raises(Invalid):
        withdraw(world, number, reason="No")
    withdraw(world, number)
    with pytest.raises(Refused):
        withdraw(world, number)
    world.act_as("guest")
    page = words(world.text(f"/sessions/{number}"))
    assert "Withdrawn" in page and "Era el acta de otro comité." in page and CANAL not in page
    assert f'/sessions/{number}"' not in world.text(f"/roundtables/{slug}") + world.text("/sessions")
    assert CANAL not in world.text("/exports/sessions.csv")
    better = [
        Dealt("Canal mayor", "", [Came(text=CANAL, becomes=True), Came(text="El comité visita la obra.", becomes=True)])
    ]
    assert record(world, slug, number=7, held_on=DAY, items=better) == number
    with world.reading() as unit:
        assert unit.scalars(select(AgendaItem.title)).all() == ["Canal mayor"]
        drafts = unit.scalars(select(Commitment).order_by(Commitment.id)).all()
        assert [each.title for each in drafts] == [
            CANAL,
            "El comité visita la obra.",
        ]  # the first draft was taken up again
        assert set(unit.scalars(select(Outcome.commitment_id))) == {each.id for each in drafts}
    page = words(world.text(f"/sessions/{number}"))
    assert "Withdrawn" not in page and CANAL in page
    assert page.count("Canal mayor") == 1


def test_a_withdrawn_item_that_was_taken_up_since_hinders_nothing(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = record(world, slug, number=7)
    plan = world.do("secretaria", preparing.plan_session, slug, starts_at=dt.datetime(2026, 4, 1, 9), venue="Coliseo")
    with world.unit() as unit:
        actor, session = world.actor("secretaria"), unit.get_one(RoundtableSession, plan)
        left = sessions.left_over(actor, _meeting(session))
        preparing.take_up(actor, session, offered={"x": ("left_over", left[0])}, chosen=["x"])
    withdraw(world, number)
    assert record(world, slug, number=7) == number
    with world.reading() as unit:
        assert unit.scalars(select(AgendaItem.title).where(AgendaItem.session_id == plan)).all() == ["Calidad del agua"]


def test_a_session_that_was_run_here_is_not_withdrawn(own_world: World) -> None:
    from tests.roundtables.meetings import opened

    made = opened(own_world)
    with own_world.unit():
        session = made.find()
        with pytest.raises(Refused):
            recording.withdraw_session(own_world.actor("secretaria"), session, reason="No fue así.")


def test_two_who_withdraw_it_at_once(own_world: World) -> None:
    world = own_world
    number = record(world, world.a_roundtable())
    world.act_as("secretaria")
    form = world.form(f"/sessions/{number}/withdrawal")
    other = world.form(f"/sessions/{number}/withdrawal")
    assert world.post(f"/sessions/{number}/withdrawal", form | {"reason": "Era otra acta."}).status_code == 303
    assert world.post(f"/sessions/{number}/withdrawal", other | {"reason": "Era otra acta."}).status_code == 403

    def once_more() -> None:
        with world.unit() as unit:
            session = unit.get_one(RoundtableSession, number)
            session.state = "held"
            unit.flush()
            recording.withdraw_session(world.actor("secretaria"), session, reason="Otra vez.", version=1)

    with pytest.raises(Stale):
        once_more()


def test_a_secretary_writes_one_down_by_hand(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.act_as("secretaria")
    assert "Write down a past session" in words(world.text(f"/roundtables/{slug}"))
    told = f"Canal de riego\n- {CANAL}\n\nCalidad del agua\n– pendiente\n• Información: se leyó el informe.\n"
    path = f"/roundtables/{slug}/sessions/past"
    values = {"held_on": DAY.isoformat(), "document": BOOK, "items": told, "quorum": "yes"}
    wrong = world.send(path, **(values | {"items": "- Sin punto"}))
    assert wrong.status_code == 422 and "Begin with an item" in words(wrong.get_data(as_text=True))
    assert world.send(path, **(values | {"held_on": "2099-01-01"})).status_code == 422
    answer = world.send(path, **values)
    assert answer.status_code == 303
    page = words(world.text(answer.headers["Location"]))
    assert "Sesión del 15/12/2025" in page and "Información: se leyó" not in page and "se leyó el informe." in page
    yearly = world.send(path, **(values | {"held_on": "2025-11-03", "number": "N.º 004-2025"}))
    assert "Sesión 004-2025" in words(world.text(yearly.headers["Location"]))
    assert world.send(path, **(values | {"held_on": "2025-10-03", "number": "cuarta"})).status_code == 422
    assert "Withdraw what was recorded" in page and "Commitment" in page
    assert world.send(path, **values).status_code == 422  # the same day again
    world.act_as("alcaldesa")
    world.text(path, status=403)


def test_lines_with_a_dash_are_what_came_of_the_item_above() -> None:
    told = dealt("Agua\n - Acuerdo: Medir el río.\n-\n* left for later: falta el informe\nFecha", drafts=True)
    assert told == [
        Dealt("Agua", "", [Came("agreement", "Medir el río.", becomes=True), Came("deferral", "falta el informe")]),
        Dealt("Fecha", "", []),
    ]
    plain = dealt("Agua\n- Ojo: medir el río", drafts=False)[0].came[0]
    assert (plain.text, plain.becomes) == ("Ojo: medir el río", False)


def test_the_list_of_sessions_answers_its_filters_and_is_found(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    number = record(world, slug, number=3)
    later = record(world, slug, held_on=dt.date(2026, 1, 1), items=())
    planned = world.do(
        "secretaria", preparing.plan_session, slug, starts_at=dt.datetime(2026, 4, 1, 9), venue="Coliseo"
    )
    world.act_as("guest")
    for query, numbers in (
        ("", {number, later}), ("year=2025", {number}), ("year=2026", {later}), ("year=x", set()), ("state=held", {number, later}),
        ("state=planned", set()), ("state=club", set()), (f"roundtable={slug}", {number, later}), ("roundtable=otra", set()),
    ):  # fmt: skip
        page = world.text(f"/sessions?{query}")
        assert {each for each in (number, later, planned) if f'href="/sessions/{each}"' in page} == numbers, query
    lines = world.text("/exports/sessions.csv?year=2025").splitlines()
    assert lines[0].startswith("roundtable,session,date,state,quorum") and len(lines) == 4
    assert CANAL in lines[1] and lines[1].startswith(f"{slug},3,2025-12-15,held,,")
    assert "Sesión 3" in world.text("/sessions.atom") or "Sesión 3" in world.text("/feeds/sessions.atom", 404)
    with world.reading() as unit:
        ids = list(unit.scalars(select(Record.id).where(Record.kind == "session", Record.id == number)))
        assert CANAL in next(sessions.documents(ids)).body


def test_the_list_has_the_latest_first_whenever_they_were_recorded_page_by_page(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    days = [dt.date(2025, 1, 1) + dt.timedelta(n * 7 % 30) for n in range(30)]
    for day in days:
        record(world, slug, held_on=day, items=())
    world.act_as("guest")
    page = world.text("/sessions")
    first = re.findall(r"Sesión del (\d\d)/01/2025", page)
    after = re.search(r'"(/sessions\?after=[^"]+)"', page)
    assert after is not None
    second = re.findall(r"Sesión del (\d\d)/01/2025", world.text(after[1].replace("&amp;", "&")))
    assert [int(each) for each in dict.fromkeys([*first, *second])] == list(range(30, 0, -1))


def test_what_a_document_tells_is_public_data(own_world: World) -> None:
    world = own_world
    number = record(world, world.a_roundtable())
    with world.reading() as unit:
        rows = unit.execute(past.public_outcomes(world.actor("guest"))).all()
        assert rows[0].text == CANAL and {row.session_id for row in rows} == {number}
        assert "person_id" not in rows[0]._fields
    withdraw(world, number)
    with world.reading() as unit:
        assert unit.execute(past.public_outcomes(world.actor("guest"))).all() == []
