"""What administrators do to accounts: seen, told to those concerned, and never to themselves."""

import datetime as dt

from sqlalchemy import func, select, update

from observatory.kernel import clock
from observatory.people import closing
from observatory.people.models import Invitation, MailLink, Mandate, Person, SecurityEvent, SessionRow
from tests.app import OTHER, OWN, Demo, address_of
from tests.people.conftest import Post

REASON = {"reason": "Somebody else opened it with a stolen address."}
FIRST = {"role": "manager", "from_on": "2026-01-01", "appointing_act": "Acta 1"}


def id_of(demo: Demo, who: str) -> int:
    return int(demo.scalar(select(Person.id).where(Person.email == address_of(who))))


def test_the_first_manager_of_an_organisation_is_appointed(demo: Demo) -> None:
    administrator, path = demo.client_as("administrator"), f"/organisations/{OTHER}/mandates/new"
    answer = administrator.send(path, **FIRST, email="nobody@prueba.example")
    assert answer.status_code == 422 and "invite them instead" in answer.text
    assert administrator.send(path, **FIRST, email=address_of("citizen")).status_code == 303
    assert demo.scalar(select(Mandate.role).where(Mandate.person_id == id_of(demo, "citizen"))) == "manager"
    assert "Citizen Prueba" in demo.guest().text(f"/history/organisation/{OTHER}")
    assert demo.client_as("manager").get(f"/organisations/{OWN}/mandates/new").status_code == 403


def test_somebody_is_signed_out_everywhere_with_a_reason(post: Post) -> None:
    demo = post.demo
    citizen, administrator = demo.client_as("citizen"), demo.client_as("administrator")
    path = f"/administration/people/{id_of(demo, 'citizen')}/sessions"
    assert administrator.send(path, reason=" ").status_code == 422
    assert administrator.send(path, **REASON).status_code == 303
    assert citizen.get("/account").status_code == 303
    assert REASON["reason"] in post.text(address_of("citizen"))
    assert "ended all sessions" in administrator.text(f"/administration/people/{id_of(demo, 'citizen')}")


def test_an_account_is_closed_with_a_reason_and_nothing_names_it_any_more(post: Post) -> None:
    demo, email = post.demo, address_of("stranger")
    administrator, number = demo.client_as("administrator"), id_of(post.demo, "stranger")
    demo.client_as("manager").send(
        f"/organisations/{OWN}/invitations/new", f"/organisations/{OWN}/invitations",
        email=email, role="representative", from_on="2026-01-01",
    )  # fmt: skip
    assert administrator.send(f"/administration/people/{number}/closing", **REASON).status_code == 303
    assert REASON["reason"] in post.text(email), "its address is told, and then forgotten"
    assert administrator.get(f"/administration/people/{number}").status_code == 404
    for table in (Invitation, Person):
        assert demo.scalar(select(func.count()).select_from(table).where(table.email == email)) == 0
    assert demo.scalar(select(func.count()).select_from(SessionRow).where(SessionRow.person_id == number)) == 0
    told = demo.guest().text(f"/history/organisation/{OTHER}")
    assert "A mandate for" in told and "Stranger Prueba" not in told


def test_an_administrator_does_not_do_this_to_themselves(demo: Demo) -> None:
    email = next(account["email"] for account in demo.accounts() if account["role"] == "administrator")
    number = demo.scalar(select(Person.id).where(Person.email == email))
    administrator = demo.client_as("administrator")
    for what in ("sessions", "closing"):
        assert administrator.send(f"/administration/people/{number}/{what}", **REASON).status_code == 403
    assert "/closing" not in administrator.text(f"/administration/people/{number}")


def test_the_security_log_is_shown_by_kind(demo: Demo) -> None:
    demo.guest().send("/sign-in", email=address_of("manager"), password="wrong")
    administrator = demo.client_as("administrator")
    failed = administrator.text("/administration/security?what=sign_in_failed")
    assert "10." in failed and "/24" in failed, "the network, shortened"
    assert "A sign-in failed" in failed and "<td>Signed in</td>" not in failed
    assert "Signed in" in administrator.text("/administration/security")
    assert administrator.get("/administration/security?what=rubbish&after=rubbish").status_code == 200


def test_what_ran_out_is_swept(demo: Demo) -> None:
    with demo.database.unit_of_work() as unit:
        unit.add(Person(email="nunca@prueba.example", name="Nunca"))
        unit.execute(update(SecurityEvent).values(at=clock.now() - dt.timedelta(days=366)))
    demo.guest().send("/password/forgotten", email=address_of("manager"))
    assert demo.scalar(select(func.count()).select_from(MailLink)) > 0
    closing.sweep(demo.database)
    nobody = select(func.count()).where(Person.email == "nunca@prueba.example")
    assert demo.scalar(nobody) == 1, "not within the week"
    assert demo.scalar(select(func.count()).select_from(MailLink)) > 0
    assert demo.scalar(select(func.count()).select_from(SecurityEvent)) == 0
    people = demo.scalar(select(func.count()).select_from(Person))
    with clock.frozen(clock.now() + dt.timedelta(days=8)):
        closing.sweep(demo.database)
    assert demo.scalar(nobody) == demo.scalar(select(func.count()).select_from(MailLink)) == 0
    assert demo.scalar(select(func.count()).select_from(Person)) == people - 1
