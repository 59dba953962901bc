"""Opening an account, the password, the address, taking one's data and leaving: with a real mail server."""

import datetime as dt

import pytest
from sqlalchemy import select

from observatory.kernel import clock
from observatory.people.models import Person, SessionRow
from tests.app import PASSWORD, Demo, Visitor, address_of
from tests.people.conftest import Post

NEW = "otra llama azul vuela lejos"
NEWCOMER = {"name": "Nueva Vecina", "email": "nueva@prueba.example", "password": NEW, "language": "es"}


def signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account").status_code == 200


def sign_in(visitor: Visitor, email: str, password: str) -> int:
    return visitor.send("/sign-in", "/sign-in", email=email, password=password).status_code


def wrong_words(visitor: Visitor, email: str, password: str) -> str:
    answer = visitor.send("/sign-in", "/sign-in", email=email, password=password)
    assert answer.status_code == 422
    return answer.text.partition('role="alert"')[2].partition("</ul>")[0]


def test_a_newcomer_confirms_the_address_and_is_signed_in(post: Post) -> None:
    visitor = post.demo.guest()
    assert visitor.send("/sign-up", **NEWCOMER).status_code == 200
    assert not signed_in(visitor)
    assert sign_in(visitor, "nueva@prueba.example", NEW) == 422
    link = post.link("nueva@prueba.example")
    assert visitor.get(link).status_code == 200
    assert not signed_in(visitor), "opening the link alone does nothing: mail scanners open links"
    assert visitor.send(link).status_code == 303
    assert signed_in(visitor)
    other = post.demo.guest()
    assert sign_in(other, "NUEVA@prueba.example", NEW) == 303
    assert signed_in(other)


def test_whoever_signs_up_with_my_unconfirmed_address_gets_nothing_of_mine(post: Post) -> None:
    mine, theirs = post.demo.guest(), post.demo.guest()
    mine.send("/sign-up", **NEWCOMER)
    my_link = post.link("nueva@prueba.example")
    theirs.send("/sign-up", **{**NEWCOMER, "name": "Otra", "password": "un burro verde canta tarde"})
    their_link = post.link("nueva@prueba.example")
    assert my_link != their_link
    assert mine.send(my_link).status_code == 303
    assert theirs.send(their_link).status_code == 422, "once confirmed, no other link counts"
    assert sign_in(post.demo.guest(), "nueva@prueba.example", "un burro verde canta tarde") == 422
    assert sign_in(post.demo.guest(), "nueva@prueba.example", NEW) == 303


def test_a_changed_password_makes_open_links_worthless(post: Post) -> None:
    visitor = post.demo.guest()
    visitor.send("/sign-up", **NEWCOMER)
    visitor.send(post.link("nueva@prueba.example"))
    visitor.send("/account", "/account/address", email="ajena@prueba.example", current=NEW)
    link = post.link("ajena@prueba.example")
    changed = visitor.send("/account", "/account/password", current=NEW, password="un burro verde canta tarde")
    assert changed.status_code == 303
    assert visitor.send(link).status_code == 422


def test_a_link_works_once_within_an_hour_and_for_its_purpose_only(post: Post) -> None:
    visitor = post.demo.guest()
    visitor.send("/sign-up", **NEWCOMER)
    link = post.link("nueva@prueba.example")
    token = link.rsplit("/", 1)[-1]
    assert visitor.send(f"/password/{token}", password=NEW).status_code == 422
    assert visitor.send(f"/account/address/{token}").status_code == 422
    assert visitor.send(f"/verify/{token[:-1]}x").status_code == 422
    with clock.frozen(clock.now() + dt.timedelta(minutes=61)):
        late = visitor.send(link)
        assert late.status_code == 422
        assert "expired or was used already" in late.text
    assert visitor.send(link).status_code == 303
    again = post.demo.guest().send(link)
    assert again.status_code == 422
    assert "expired or was used already" in again.text


def test_nobody_learns_whether_an_address_is_known(post: Post) -> None:
    known, unknown = address_of("manager"), "nadie@prueba.example"
    pages = []
    for email in (known, unknown):
        visitor = post.demo.guest()
        told = (
            visitor.send("/sign-up", **{**NEWCOMER, "email": email}),
            visitor.send("/password/forgotten", email=email),
        )
        assert [answer.status_code for answer in told] == [200, 200]
        pages.append([answer.text.replace(email, "X") for answer in told])
    assert pages[0] == pages[1]
    assert "already" in post.arrived(known)[0]["Subject"] or "Ya" in post.arrived(known)[0]["Subject"]
    assert sign_in(post.demo.guest(), known, PASSWORD) == 303, "the account stays as it was"
    words = {wrong_words(post.demo.guest(), email, "wrong") for email in (known, "otro@prueba.example", unknown)}
    assert len(words) == 1, "wrong, unknown and unconfirmed read the same"


def test_a_forgotten_password_is_replaced_and_every_session_ends(post: Post) -> None:
    inside = post.demo.client_as("manager")
    guest = post.demo.guest()
    guest.send("/password/forgotten", email=address_of("manager"))
    link = post.link(address_of("manager"))
    weak = guest.send(link, password="corta")
    assert weak.status_code == 422
    assert "15 characters" in weak.text
    assert guest.send(link, password=NEW).status_code == 303
    assert guest.send(link, password=NEW).status_code == 422
    assert not signed_in(inside)
    assert sign_in(guest, address_of("manager"), PASSWORD) == 422
    assert sign_in(guest, address_of("manager"), NEW) == 303
    assert len(post.arrived(address_of("manager"))) == 2, "the person is told that it was changed"


def test_a_changed_password_ends_the_other_sessions(demo: Demo) -> None:
    here, there = demo.client_as("manager"), demo.client_as("manager")
    wrong = here.send("/account", "/account/password", current="wrong", password=NEW)
    assert wrong.status_code == 422
    assert signed_in(there)
    assert here.send("/account", "/account/password", current=PASSWORD, password=NEW).status_code == 303
    assert signed_in(here)
    assert not signed_in(there)
    assert sign_in(demo.guest(), address_of("manager"), PASSWORD) == 422


def test_a_new_address_counts_once_its_link_is_opened_and_the_old_one_is_told(post: Post) -> None:
    visitor = post.demo.client_as("manager")
    values = {"email": "nuevo@prueba.example", "current": PASSWORD}
    assert visitor.send("/account", "/account/address", **{**values, "current": "x"}).status_code == 422
    assert visitor.send("/account", "/account/address", **values).status_code == 303
    assert sign_in(post.demo.guest(), "nuevo@prueba.example", PASSWORD) == 422
    assert len(post.arrived(address_of("manager"))) == 1
    assert post.demo.guest().send(post.link("nuevo@prueba.example")).status_code == 303
    assert sign_in(post.demo.guest(), "nuevo@prueba.example", PASSWORD) == 303
    assert sign_in(post.demo.guest(), address_of("manager"), PASSWORD) == 422


def test_an_address_that_somebody_has_cannot_be_taken_and_nobody_learns_it(post: Post) -> None:
    visitor = post.demo.client_as("manager")
    answers = [
        visitor.send("/account", "/account/address", email=email, current=PASSWORD)
        for email in (address_of("stranger"), "libre@prueba.example")
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert post.arrived(address_of("stranger")) == []
    assert len(post.arrived("libre@prueba.example")) == 1


def test_a_person_takes_along_all_that_is_stored_about_them_and_nothing_of_others(demo: Demo) -> None:
    found = demo.client_as("manager").get("/account/data.json")
    assert found.headers["Content-Disposition"].startswith("attachment")
    data = found.get_json()
    assert set(data) == {"account", "mandates", "sessions", "security_log", "acts", "comments", "files", "roundtables"}
    assert data["account"]["email"] == address_of("manager")
    assert [mandate["role"] for mandate in data["mandates"]] == ["manager"]
    assert [entry["what"] for entry in data["security_log"]] == ["signed_in"]
    assert len(data["sessions"]) == 1
    for other in ("stranger", "citizen", "applicant"):
        assert address_of(other) not in found.text
    assert "argon2" not in found.text


def test_a_closed_account_leaves_acts_without_a_name(demo: Demo) -> None:
    visitor = demo.client_as("manager")
    visitor.send("/organisations/minera-puna-alta/edit", summary="Texto del gerente que se va")
    assert "Manager Prueba" in demo.guest().text("/history/organisation/minera-puna-alta")
    assert visitor.send("/account", "/account/closing", current="wrong").status_code == 422
    closing = visitor.send("/account", "/account/closing", current=PASSWORD)
    assert (closing.status_code, closing.location) == (303, "/")
    assert not signed_in(visitor)
    assert sign_in(demo.guest(), address_of("manager"), PASSWORD) == 422
    told = demo.guest().text("/history/organisation/minera-puna-alta")
    assert "Manager Prueba" not in told
    assert "former member" in told
    with demo.database.reading() as unit:
        person = unit.scalars(select(Person).where(Person.closed_at.is_not(None), Person.name == "")).one()
        assert (person.email, person.password_hash, person.alias) == (None, None, None)
        assert unit.scalars(select(SessionRow).where(SessionRow.person_id == person.id)).all() == []


def test_the_last_administrator_cannot_close_the_account(demo: Demo) -> None:
    visitor = demo.client_as("administrator")
    password = next(a["password"] for a in demo.accounts() if a["role"] == "administrator")
    answer = visitor.send("/account", "/account/closing", current=password)
    assert answer.status_code == 422
    assert "last administrator" in answer.text
    assert signed_in(visitor)


@pytest.mark.parametrize(
    "email", ["a@b.example\r\nBcc: x@y.example", "a@b.example\nX: y", "no address", "@", "a@b@c", ""]
)
def test_an_address_that_could_smuggle_a_header_is_refused(shared_demo: Demo, email: str) -> None:
    visitor = shared_demo.guest()
    assert visitor.send("/sign-up", **{**NEWCOMER, "email": email}).status_code == 422
    assert visitor.send("/password/forgotten", email=email).status_code == 422
