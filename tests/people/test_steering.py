"""Settings in the browser, mail that could not be sent, and the public log of both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select, update

from observatory.kernel import clock, outbox
from observatory.kernel.outbox import ATTEMPTS, Outgoing
from observatory.kernel.preferences import KINDS, Preference
from tests.app import Demo, a_demo
from tests.services import Homes

SETTINGS, MAIL = "/administration/settings", "/administration/mail"


@pytest.fixture
def letters(demo: Demo) -> list[int]:
    """Two messages that were given up and one that waits."""
    with demo.database.unit_of_work() as unit:
        for number in range(3):
            outbox.send(f"persona{number}@lejos.example", "Asunto secreto", "Enlace secreto")
        unit.flush()
        ids = list(unit.scalars(select(Outgoing.id).where(Outgoing.recipient.like("persona%")).order_by(Outgoing.id)))
        dead = update(Outgoing).where(Outgoing.id.in_(ids[:2]))
        unit.execute(dead.values(attempts=ATTEMPTS, failure="SMTPRecipientsRefused"))
        later = clock.now() + dt.timedelta(hours=1)
        unit.execute(update(Outgoing).where(Outgoing.id == ids[2]).values(attempts=2, next_try_at=later))
    return ids


def waits(demo: Demo) -> dict[str, Any]:
    with demo.database.reading():
        return outbox.state()


def test_a_setting_holds_at_once_everywhere_and_its_change_is_public(demo: Demo) -> None:
    administrator, guest = demo.client_as("administrator"), demo.guest()
    answer = administrator.send(
        SETTINGS, site_name="Observatorio de la Cuenca", contact="hola@cuenca.example", introduction_es="De la cuenca alta.",
        licence="CC BY-SA 4.0", licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    )  # fmt: skip
    assert answer.status_code == 303
    home = guest.text("/")
    assert "Observatorio de la Cuenca" in home and "De la cuenca alta." in home and 'lang="es"' in home
    assert "hola@cuenca.example" in guest.text("/contact") and "CC BY-SA 4.0" in guest.text("/data-licence")
    assert guest.get("/exports/sites.json").json["dc:rights"] == "CC BY-SA 4.0"
    assert "Observatorio de la Cuenca" in guest.text("/comments.atom")
    with demo.database.unit_of_work():
        outbox.send("alguien@lejos.example", "Hola", "Texto")
    demo.app.extensions["observatory.drainer"].run_once()
    newest = max((demo.home.folder / "mail").glob("*.eml"), key=lambda path: path.name)
    assert b"Observatorio de la Cuenca" in newest.read_bytes()
    log = guest.text("/administration/log")
    assert "Name of this Observatory" in log and "Observatorio de la Cuenca" in log and "Observatorio</" in log


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("site_name", "x", "Use 2 to 60 characters"),
        ("licence_url", "javascript:alert(1)", "begins with https://"),
        ("quota_mb", "0", "whole number from 10"),
        ("quota_mb", "-5", "whole number from 10"),
        ("introduction_es", "x" * 601, "Shorten it"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_would(
    shared_demo: Demo, name: str, value: str, words: str
) -> None:
    answer = shared_demo.once_as("administrator").send(SETTINGS, **{name: value})
    assert answer.status_code == 422 and words in answer.text
    assert shared_demo.scalar(select(func.count()).select_from(Preference)) == 0


def test_hostile_words_run_nowhere(demo: Demo) -> None:
    demo.client_as("administrator").send(
        SETTINGS, introduction_es="<script>alert(1)</script>", site_name="<b>x</b> & y"
    )
    home = demo.guest().text("/")
    assert "<script>alert" not in home and "<b>x</b>" not in home and "&lt;b&gt;x" in home


def test_two_administrators_at_once_are_told(demo: Demo) -> None:
    one, two = demo.client_as("administrator"), demo.client_as("administrator")
    first, second = one.form(SETTINGS), two.form(SETTINGS)
    assert one.post(SETTINGS, first | {"site_name": "De una"}).status_code == 303
    answer = two.post(SETTINGS, second | {"site_name": "De otra"})
    assert answer.status_code == 409 and "De una" in answer.text and "De otra" in answer.text
    assert "De una" in demo.guest().text("/about")


def test_nobody_else_sees_or_changes_them(shared_demo: Demo) -> None:
    for role in ("guest", "citizen", "manager", "steward", "moderator"):
        visitor = shared_demo.once_as(role)
        for path in (SETTINGS, MAIL):
            assert visitor.get(path).status_code in {303, 403}
        for path in (SETTINGS, f"{MAIL}/again"):
            assert visitor.post(path, {"csrf_token": visitor.token(), "site_name": "Tomado"}).status_code in {303, 403}
    assert shared_demo.scalar(select(func.count()).select_from(Preference)) == 0


def test_what_the_environment_says_wins_and_is_shown(homes: Homes, engine_name: str) -> None:
    with a_demo(homes, engine_name, site_name="Del servidor", given=frozenset({"site_name"})) as demo:
        administrator = demo.client_as("administrator")
        page = administrator.text(SETTINGS)
        assert "Del servidor" in page and 'name="site_name"' not in page and "decides these" in page
        administrator.send(SETTINGS, site_name="Otro", contact="hola@aqui.example")
        assert "Del servidor" in demo.guest().text("/about") and "hola@aqui.example" in demo.guest().text("/contact")


def test_other_workers_agree_within_a_moment(demo: Demo) -> None:
    from observatory.app import create_app

    other = create_app(demo.settings)
    other.config.update(TESTING=True)
    assert b"Observatorio" in other.test_client().get("/about").data
    demo.client_as("administrator").send(SETTINGS, site_name="Nombre nuevo")
    other.extensions["observatory.freshness"].forget()
    assert b"Nombre nuevo" in other.test_client().get("/about").data
    other.extensions["observatory.database"].close()


def test_messages_that_could_not_be_sent_are_shown_without_their_words_and_sent_again(
    demo: Demo, letters: list[int]
) -> None:
    administrator = demo.client_as("administrator")
    page = administrator.text(MAIL)
    assert "p…@lejos.example" in page and "SMTPRecipientsRefused" in page and "Given up: decide" in page
    assert "persona0" not in page and "secreto" not in page
    assert waits(demo)["given_up"] == 2
    assert administrator.post(f"{MAIL}/again", administrator.form(MAIL, f"{MAIL}/again")).status_code == 303
    assert waits(demo)["given_up"] == 0
    outbox.drain(demo.database, demo.settings)
    assert waits(demo) == {"waiting": 1, "given_up": 0}, "the one that waits has an hour to go"
    assert "2 messages" in demo.guest().text("/administration/log")


def test_one_is_given_up_with_a_public_reason(demo: Demo, letters: list[int]) -> None:
    administrator = demo.client_as("administrator")
    path = f"{MAIL}/{letters[0]}/giving-up"
    assert demo.client_as("moderator").get(path).status_code == 404
    assert administrator.get(f"{MAIL}/{letters[2]}/giving-up").status_code == 404, "it still waits"
    assert administrator.send(path, reason="La dirección no existe.").status_code == 303
    assert waits(demo)["given_up"] == 1 and administrator.get(path).status_code == 404
    log = demo.guest().text("/administration/log")
    assert "La dirección no existe." in log and "lejos.example" not in log


def test_a_value_that_no_longer_fits_does_not_stop_the_site(demo: Demo) -> None:
    with demo.database.unit_of_work() as unit:
        unit.add(Preference(name="quota_mb", value="mucho"))
        unit.add(Preference(name="of_another_version", value="x"))
    assert demo.guest().get("/").status_code == 200
    assert demo.app.extensions["observatory.preferences"].get("quota_mb") == KINDS["quota_mb"].standard
