"""Sessions: they end when they should, and a cookie that was copied is then worth nothing."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from observatory.kernel import clock
from observatory.people.models import Person, SessionRow
from tests.app import PASSWORD, Demo, Visitor, address_of

NEW = "otra llama azul vuela lejos"


def replayed(demo: Demo, cookie: str) -> int:
    """What a copy of the cookie gets at the account's page: 303 is the way to the sign-in page."""
    client = demo.app.test_client(use_cookies=False)
    return client.get("/account", headers={"Cookie": f"obs={cookie}"}).status_code


def _signs_out(demo: Demo, visitor: Visitor) -> None:
    visitor.post("/sign-out", {"csrf_token": visitor.token()})


def _changes_the_password_elsewhere(demo: Demo, visitor: Visitor) -> None:
    demo.client_as("manager").send("/account", "/account/password", current=PASSWORD, password=NEW)


def _ends_others_elsewhere(demo: Demo, visitor: Visitor) -> None:
    demo.client_as("manager").send("/account", "/account/sessions/end-others")


def _ends_it_elsewhere(demo: Demo, visitor: Visitor) -> None:
    other = demo.client_as("manager")
    with demo.database.reading() as unit:
        mine = select(func.min(SessionRow.id)).join(Person, Person.id == SessionRow.person_id)
        row = unit.scalar(mine.where(Person.email == address_of("manager")))
    other.send("/account", f"/account/sessions/{row}/end")


def _closes_the_account(demo: Demo, visitor: Visitor) -> None:
    visitor.send("/account", "/account/closing", current=PASSWORD)


def _signs_in_again(demo: Demo, visitor: Visitor) -> None:
    visitor.send("/sign-in", "/sign-in", email=address_of("manager"), password=PASSWORD)


@pytest.mark.parametrize(
    "how",
    [
        _signs_out, _changes_the_password_elsewhere, _ends_others_elsewhere, _ends_it_elsewhere, _closes_the_account,
        _signs_in_again,
    ],
    ids=lambda how: how.__name__.strip("_"),
)  # fmt: skip
def test_a_copied_cookie_is_worth_nothing_once_its_owner(demo: Demo, how: Callable[[Demo, Visitor], None]) -> None:
    visitor = demo.client_as("manager")
    copied = visitor.cookie()
    assert replayed(demo, copied) == 200
    how(demo, visitor)
    assert replayed(demo, copied) == 303


@pytest.mark.parametrize(
    ("role", "idle"), [("citizen", 121), ("administrator", 31), ("steward", 31), ("moderator", 31)]
)
def test_a_session_left_alone_ends_and_a_reload_does_not_wake_it(demo: Demo, role: str, idle: int) -> None:
    now = clock.now()
    visitor = demo.client_as(role)
    cookie = visitor.cookie()
    with clock.frozen(now + dt.timedelta(minutes=idle - 3)):
        assert visitor.get("/account").status_code == 200
    late = now + dt.timedelta(minutes=idle - 3 + idle)
    with clock.frozen(late):
        assert replayed(demo, cookie) == 303
        assert replayed(demo, cookie) == 303
        assert visitor.get("/").status_code == 200
        assert visitor.get("/account").status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(demo: Demo) -> None:
    now = clock.now()
    visitor = demo.client_as("manager")
    for hour in range(1, 12):
        with clock.frozen(now + dt.timedelta(hours=hour)):
            assert visitor.get("/account").status_code == 200
    with clock.frozen(now + dt.timedelta(hours=12, minutes=1)):
        assert visitor.get("/account").status_code == 303


def test_a_device_is_remembered_for_thirty_days_but_never_one_of_those_who_may_much(demo: Demo) -> None:
    now = clock.now()
    keeps = {}
    for name in ("citizen", "manager"):
        visitor = demo.guest()
        values = {"email": address_of(name), "password": PASSWORD, "remember": "y"}
        assert visitor.send("/sign-in", "/sign-in", **values).status_code == 303
        with clock.frozen(now + dt.timedelta(days=5)):
            keeps[name] = visitor.get("/account").status_code == 200
    assert keeps == {"citizen": True, "manager": False}


def test_the_database_holds_nothing_that_opens_a_session(demo: Demo) -> None:
    cookie = demo.client_as("manager").cookie()
    with demo.database.reading() as unit:
        rows = [str(dict(row._mapping)) for row in unit.execute(select(SessionRow.__table__))]
    assert len(cookie) >= 43
    assert not any(cookie in row for row in rows)


def test_signing_in_gives_a_new_cookie_that_scripts_cannot_read(demo: Demo) -> None:
    guest = demo.guest()
    form = guest.form("/sign-in", "/sign-in")
    before = guest.cookie()
    answer = guest.post("/sign-in", form | {"email": address_of("manager"), "password": PASSWORD})
    header = answer.headers["Set-Cookie"]
    assert guest.cookie() not in {"", before}
    assert header.partition(";")[2].strip() == "HttpOnly; Path=/; SameSite=Lax"


def test_a_reader_without_an_account_gets_no_cookie(demo: Demo) -> None:
    guest = demo.guest()
    for path in ("/", "/organisations", "/places/180106", "/search?q=agua", "/sites/puna-alta"):
        assert "Set-Cookie" not in guest.get(path).headers, path


def test_a_closed_or_unconfirmed_account_opens_nothing(demo: Demo) -> None:
    visitor = demo.client_as("manager")
    with demo.database.unit_of_work() as unit:
        unit.execute(update(Person).where(Person.email == address_of("manager")).values(verified_at=None))
    assert visitor.get("/account").status_code == 303


def test_ten_wrong_passwords_stop_the_account_and_the_network_for_a_while(demo: Demo) -> None:
    now = clock.now().replace(minute=0, second=1)
    wrong = {"email": address_of("manager"), "password": "wrong"}
    with clock.frozen(now):
        guesser = demo.guest()
        answers = [guesser.send("/sign-in", "/sign-in", **wrong).status_code for _ in range(10)]
        assert answers == [422] * 10
        stopped = guesser.send("/sign-in", "/sign-in", **wrong)
        assert stopped.status_code == 429
        assert 0 < int(stopped.headers["Retry-After"]) <= 300
        assert "Wait" in stopped.text
        elsewhere = demo.guest()
        assert elsewhere.send("/sign-in", "/sign-in", **wrong).status_code == 429, "the account is stopped everywhere"
        other = {"email": address_of("stranger"), "password": PASSWORD}
        assert guesser.send("/sign-in", "/sign-in", **other).status_code == 429, "the network for all accounts"
        assert elsewhere.send("/sign-in", "/sign-in", **other).status_code == 303
    with clock.frozen(now + dt.timedelta(minutes=6)):
        assert guesser.send("/sign-in", "/sign-in", **{**wrong, "password": PASSWORD}).status_code == 303
