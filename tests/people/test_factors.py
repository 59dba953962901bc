"""The second factor: what the password alone no longer opens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import func, select

from observatory.cli import running
from observatory.kernel import clock
from observatory.people.models import Person, RecoveryCode, SecondFactor, SecurityEvent
from observatory.people.vault import Vault
from tests.app import OWN, PASSWORD, Demo, Visitor, a_demo, address_of
from tests.people.conftest import Post
from tests.services import Homes

PAGE = "/account/second-factor"
STEP = "/sign-in/second-factor"


@pytest.fixture
def strict(homes: Homes, engine_name: str) -> Iterator[Demo]:
    """The same people in an instance that is no demonstration."""
    with a_demo(homes, engine_name, demo=False) as made:
        yield made


def code_of(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + later * 30)


def switch_on(visitor: Visitor, password: str = PASSWORD) -> tuple[str, list[str]]:
    """Switch it on as the page says; the secret and the recovery codes."""
    page = visitor.text(PAGE)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret and "<svg" in page
    key = secret[1].replace(" ", "")
    answer = visitor.send(PAGE, PAGE, current=password, code=code_of(key))
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", answer.text)
    assert len(set(codes)) == 10
    return key, codes


def password_given(demo: Demo, who: str = "manager") -> Visitor:
    visitor = demo.guest()
    answer = visitor.send("/sign-in", "/sign-in", email=address_of(who), password=PASSWORD)
    assert answer.status_code == 303 and answer.location.startswith(STEP)
    return visitor


def test_with_it_the_password_alone_opens_nothing(demo: Demo) -> None:
    secret, _codes = switch_on(demo.client_as("manager"))
    visitor = password_given(demo)
    assert visitor.get("/account").status_code == 303, "not signed in yet"
    assert visitor.get(f"/organisations/{OWN}/edit").status_code == 303
    assert visitor.send(STEP, STEP, code="000000").status_code == 422
    assert visitor.send(STEP, STEP, code=code_of(secret, 1)).status_code == 303
    assert visitor.get("/account").status_code == 200
    assert demo.scalar(
        select(func.count()).select_from(SecurityEvent).where(SecurityEvent.what == "second_factor_failed")
    )


def test_a_code_works_once_also_for_two_at_the_same_moment(demo: Demo) -> None:
    secret, _codes = switch_on(demo.client_as("manager"))
    used = code_of(secret)
    assert password_given(demo).send(STEP, STEP, code=used).status_code == 422, "it switched the factor on"
    fresh = code_of(secret, 1)
    pairs = [(visitor, visitor.form(STEP, "")) for visitor in (password_given(demo), password_given(demo))]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: pair[0].post(STEP, pair[1] | {"code": fresh}).status_code, pairs))
    assert sorted(answers) == [303, 422]
    assert password_given(demo).send(STEP, STEP, code=code_of(secret, 9)).status_code == 422


def test_a_recovery_code_works_once_however_it_is_written(demo: Demo) -> None:
    _secret, codes = switch_on(demo.client_as("manager"))
    assert password_given(demo).send(STEP, STEP, code=codes[0].lower().replace("-", " ")).status_code == 303
    assert password_given(demo).send(STEP, STEP, code=codes[0]).status_code == 422
    visitor = password_given(demo)
    assert visitor.send(STEP, STEP, code=codes[1]).status_code == 303
    assert "8 recovery codes are left" in visitor.text(PAGE)
    renewed = visitor.send(PAGE, f"{PAGE}/codes", current=PASSWORD)
    assert renewed.status_code == 200 and codes[2] not in renewed.text
    assert password_given(demo).send(STEP, STEP, code=codes[2]).status_code == 422


def test_the_step_waits_ten_minutes_and_a_changed_password_ends_it(demo: Demo) -> None:
    secret, _codes = switch_on(demo.client_as("manager"))
    visitor = password_given(demo)
    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        answer = visitor.get(STEP)
        assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert demo.guest().get(STEP).status_code == 303
    visitor = password_given(demo)
    with demo.database.unit_of_work() as unit:
        person = unit.scalar(select(Person.id).where(Person.email == address_of("manager")))
        unit.add(SecurityEvent(person_id=person, what="password_changed"))
    assert visitor.post(STEP, {"csrf_token": "x", "code": code_of(secret, 1)}).status_code in {303, 400}
    assert visitor.get("/account").status_code == 303


def test_guesses_are_counted_for_the_account(demo: Demo) -> None:
    switch_on(demo.client_as("manager"))
    answers = []
    for number in range(7):
        visitor = password_given(demo)
        answers.append(visitor.send(STEP, STEP, code=f"{number:06}").status_code)
    assert answers[:5] == [422] * 5 and answers[-1] == 429


def test_switching_it_off_needs_both_and_is_told(post: Post) -> None:
    manager = post.demo.client_as("manager")
    secret, _codes = switch_on(manager)
    assert "ahora pide" in post.arrived(address_of("manager"))[-1]["Subject"]
    off = f"{PAGE}/removal"
    assert manager.send(PAGE, off, current="wrong", code=code_of(secret, 1)).status_code == 422
    assert manager.send(PAGE, off, current=PASSWORD, code="123456").status_code == 422
    assert manager.send(PAGE, off, current=PASSWORD, code=code_of(secret, 1)).status_code == 303
    assert "ya no pide" in post.arrived(address_of("manager"))[-1]["Subject"]
    assert post.demo.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_an_administrator_switches_off_a_lost_one_with_a_reason_and_never_their_own(post: Post) -> None:
    demo = post.demo
    switch_on(demo.client_as("manager"))
    number = demo.scalar(select(Person.id).where(Person.email == address_of("manager")))
    path = f"/administration/people/{number}/second-factor"
    administrator = demo.client_as("administrator")
    assert demo.client_as("stranger").get(path).status_code == 403
    assert administrator.send(path, reason="Lost phone; called back on the known number.").status_code == 303
    assert "called back" in post.text(address_of("manager"))
    assert demo.guest().send("/sign-in", "/sign-in", email=address_of("manager"), password=PASSWORD).location == "/"
    own = demo.scalar(
        select(Person.id).where(
            Person.email == next(a["email"] for a in demo.accounts() if a["role"] == "administrator")
        )
    )
    assert administrator.send(f"/administration/people/{own}/second-factor", reason="My own.").status_code == 403


def test_a_copy_of_the_table_holds_no_secret(demo: Demo) -> None:
    secret, codes = switch_on(demo.client_as("manager"))
    with demo.database.reading() as unit:
        stored = unit.scalars(select(SecondFactor.secret)).one()
        marks = " ".join(unit.scalars(select(RecoveryCode.code_mark)))
    assert secret not in stored and codes[0].replace("-", "") not in marks
    assert Vault("another key, long enough to be one").unsealed(stored) is None
    assert demo.app.extensions["observatory.vault"].unsealed(stored) == secret


def test_outside_the_demonstration_powerful_mandates_count_only_with_it(strict: Demo) -> None:
    def signed_in(who: str) -> Visitor:
        visitor = strict.guest()
        assert visitor.send("/sign-in", "/sign-in", email=address_of(who), password=PASSWORD).status_code == 303
        return visitor

    manager = signed_in("manager")
    page = manager.text("/")
    assert "counts once you have switched on the second factor" in page
    assert manager.get(f"/organisations/{OWN}/edit").status_code == 403
    assert manager.get("/sites/borrador-propio").status_code == 404, "nor do they see"
    assert "power over other people" in manager.text(PAGE)
    switch_on(manager)
    assert manager.get(f"/organisations/{OWN}/edit").status_code == 200
    citizen = signed_in("citizen")
    assert "counts once" not in citizen.text("/") and citizen.get(PAGE).status_code == 200


def test_the_operator_switches_off_a_lost_one_at_the_command_line(demo: Demo) -> None:
    switch_on(demo.client_as("manager"))
    assert not running.reset_second_factor(demo.settings, "nobody@prueba.example")
    assert running.reset_second_factor(demo.settings, address_of("manager").upper())
    assert demo.guest().send("/sign-in", "/sign-in", email=address_of("manager"), password=PASSWORD).location == "/"
