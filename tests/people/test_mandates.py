"""How somebody comes to act for an organisation, and how that ends."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select, update

from observatory.kernel import clock
from observatory.people.models import Mandate, Person
from observatory.records.history import HistoryEntry
from tests.app import OTHER, OWN, Demo, Visitor, address_of
from tests.people.conftest import Post

EDIT = f"/organisations/{OWN}/edit"
ASK = {"role": "representative", "title": "Vocal", "appointing_act": "Acta 7", "message": "Me conocen", "to_on": ""}
REASON = {"reason": "The assembly chose somebody else."}


def mandate_of(demo: Demo, who: str, role: str = "representative") -> Mandate:
    with demo.database.reading() as unit:
        found = select(Mandate).join(Person, Person.id == Mandate.person_id)
        return unit.scalars(found.where(Person.email == address_of(who), Mandate.role == role)).one()


def today() -> str:
    return clock.today().isoformat()


def ask(visitor: Visitor, **values: Any) -> int:
    page, action = f"/organisations/{OWN}/mandate-requests/new", f"/organisations/{OWN}/mandate-requests"
    return visitor.send(page, action, **{**ASK, "from_on": today(), **values}).status_code


def test_an_invited_person_accepts_and_acts(post: Post) -> None:
    manager, citizen = post.demo.client_as("manager"), post.demo.client_as("citizen")
    page, action = f"/organisations/{OWN}/invitations/new", f"/organisations/{OWN}/invitations"
    values = {**ASK, "email": address_of("citizen"), "from_on": today()}
    assert manager.send(page, action, **values).status_code == 303
    link = post.link(address_of("citizen"))
    assert "Minera Puna Alta" in citizen.text(link)
    stranger = post.demo.client_as("stranger")
    assert stranger.send(link).status_code == 422, "who was not invited cannot take the mandate"
    assert citizen.send(link).status_code == 303
    assert citizen.post(link, citizen.form("/account", "/account/profile")).status_code == 422, "a link works once"
    assert citizen.get(EDIT).status_code == 403, "a new mandate must be chosen first"
    choice = {"csrf_token": citizen.token(), "mandate": mandate_of(post.demo, "citizen").id}
    assert citizen.post("/account/act-for", choice).status_code == 303
    assert citizen.send(EDIT, summary="Escrito por la invitada").status_code == 303
    told = post.demo.guest().text(f"/history/organisation/{OWN}")
    assert "Citizen Prueba" in told


def test_an_invitation_is_worth_as_much_as_its_inviter(post: Post) -> None:
    demo = post.demo
    manager, citizen = demo.client_as("manager"), demo.client_as("citizen")
    page, action = f"/organisations/{OWN}/invitations/new", f"/organisations/{OWN}/invitations"
    values = {**ASK, "from_on": today()}
    assert manager.send(page, action, **values, email=address_of("manager")).status_code == 422, "not oneself"
    manager.send(page, action, **values, email=address_of("citizen"))
    link = post.link(address_of("citizen"))
    inviting = mandate_of(demo, "manager", "manager")
    with demo.database.unit_of_work() as unit:
        unit.execute(update(Mandate).where(Mandate.id == inviting.id).values(revoked_at=clock.now()))
    assert citizen.send(link).status_code == 422
    with demo.database.unit_of_work() as unit:
        unit.execute(update(Mandate).where(Mandate.id == inviting.id).values(revoked_at=None))
    assert citizen.send(link).status_code == 303
    given = mandate_of(demo, "citizen")
    with demo.database.reading() as unit:
        told = unit.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc()).limit(1)).one()
    assert (told.event, told.person_id) == ("MandateApproved", inviting.person_id), "who invited gave it"
    assert told.facts["person_id"] == given.person_id


def test_an_invitation_ends_after_two_days(post: Post) -> None:
    manager, citizen = post.demo.client_as("manager"), post.demo.client_as("citizen")
    page, action = f"/organisations/{OWN}/invitations/new", f"/organisations/{OWN}/invitations"
    manager.send(page, action, **{**ASK, "email": address_of("citizen"), "from_on": today()})
    link = post.link(address_of("citizen"))
    form = citizen.form(link)
    with clock.frozen(clock.now() + dt.timedelta(hours=49)):
        again = post.demo.client_as("citizen")
        assert again.get(link).status_code == 422
        assert again.post(link, {**form, "csrf_token": again.token()}).status_code == 422


def test_a_request_is_answered_by_the_manager_and_its_rights_end_with_it(post: Post) -> None:
    demo = post.demo
    citizen, manager = demo.client_as("citizen"), demo.client_as("manager")
    assert ask(citizen) == 303
    assert ask(citizen) == 422, "asked once is enough"
    assert len(post.arrived(address_of("manager"))) == 1
    wanted = mandate_of(demo, "citizen")
    page = f"/mandates/{wanted.id}"
    assert "Citizen Prueba" not in demo.guest().text(f"/organisations/{OWN}"), "a request is nobody else's business"
    assert "Me conocen" in manager.text(page)
    own = citizen.post(f"{page}/approval", {"csrf_token": citizen.token(), "mandate": ""})
    assert own.status_code == 403, "nobody gives a mandate to themself"
    assert manager.send(page, f"{page}/approval").status_code == 303
    assert len(post.arrived(address_of("citizen"))) == 1
    assert "Citizen Prueba" in demo.guest().text(f"/organisations/{OWN}")
    chosen = citizen.post("/account/act-for", {"csrf_token": citizen.token(), "mandate": wanted.id})
    assert chosen.status_code == 303
    opened = citizen.form(EDIT)
    assert manager.send(page, f"{page}/revocation", **REASON).status_code == 303
    assert citizen.get(EDIT).status_code == 403, "its rights end this minute"
    late = citizen.post(EDIT, opened | {"summary": "Demasiado tarde"})
    assert late.status_code == 403
    assert "Demasiado tarde" not in demo.guest().text(f"/organisations/{OWN}")
    assert REASON["reason"] in post.text(address_of("citizen"))


def test_a_refusal_says_why(post: Post) -> None:
    citizen, manager = post.demo.client_as("citizen"), post.demo.client_as("manager")
    ask(citizen)
    page = f"/mandates/{mandate_of(post.demo, 'citizen').id}"
    assert manager.send(page, f"{page}/refusal", reason=" ").status_code == 422
    assert manager.send(page, f"{page}/refusal", **REASON).status_code == 303
    assert REASON["reason"] in citizen.text(page)
    assert REASON["reason"] in post.text(address_of("citizen"))
    assert "Citizen Prueba" not in post.demo.guest().text(f"/organisations/{OWN}")
    answered = manager.post(f"{page}/approval", {"csrf_token": manager.token(), "mandate": ""})
    assert answered.status_code == 422, "it was answered already"


def test_only_an_administrator_gives_the_roles_of_the_operator(demo: Demo) -> None:
    citizen, manager = demo.client_as("citizen"), demo.client_as("manager")
    for role in ("administrator", "moderator", "steward", "king"):
        assert ask(citizen, role=role) == 422
        page, action = f"/organisations/{OWN}/invitations/new", f"/organisations/{OWN}/invitations"
        values = {**ASK, "role": role, "email": "x@prueba.example", "from_on": today()}
        assert manager.send(page, action, **values).status_code == 422


def test_a_mandate_cannot_end_before_it_begins(demo: Demo) -> None:
    assert ask(demo.client_as("citizen"), to_on="2020-01-01") == 422


def test_a_mandate_counts_from_its_first_to_its_last_day_in_lima(demo: Demo) -> None:
    last = clock.today()
    with demo.database.unit_of_work() as unit:
        mandate = mandate_of(demo, "manager", "manager")
        unit.execute(update(Mandate).where(Mandate.id == mandate.id).values(to_on=last))
    midnight = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(0), clock.LIMA)
    with clock.frozen(midnight - dt.timedelta(minutes=1)):
        visitor = demo.client_as("manager")
        assert visitor.get(EDIT).status_code == 200
        opened = visitor.form(EDIT)
    with clock.frozen(midnight):
        assert visitor.get(EDIT).status_code == 403
        assert visitor.post(EDIT, opened).status_code in {403, 409}


def test_the_last_administrator_keeps_the_mandate(demo: Demo) -> None:
    visitor = demo.client_as("administrator")
    live = select(Mandate.id).where(Mandate.role == "administrator", Mandate.is_live(clock.today()))
    with demo.database.reading() as unit:
        page = f"/mandates/{unit.scalars(live).one()}"
    answer = visitor.send(page, f"{page}/revocation", **REASON)
    assert answer.status_code == 422
    assert "last administrator" in answer.text
    assert demo.scalar(select(func.count()).select_from(live.subquery())) == 1


def test_a_manager_deals_with_the_own_organisation_only(demo: Demo) -> None:
    manager = demo.client_as("manager")
    foreign = mandate_of(demo, "outsider")
    for action in ("approval", "refusal", "revocation"):
        values = {"csrf_token": manager.token(), "mandate": "", **REASON}
        assert manager.post(f"/mandates/{foreign.id}/{action}", values).status_code == 404
    assert manager.get(f"/organisations/{OTHER}/invitations/new").status_code == 403
