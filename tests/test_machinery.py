"""The machinery of the tests does what the tests rely on."""

import smtplib
import socket
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from tests.browsing import axe, serving
from tests.conftest import _remove_if_abandoned
from tests.loud import MARK, loud_lines
from tests.network import OutsideNetwork
from tests.services import Home, Homes, Mailbox


def run(url: str, *statements: str) -> object:
    """Run statements in one transaction; the first value of the last one's answer."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_a_fresh_database_of_either_engine_takes_a_table(engine_url: str) -> None:
    assert run(engine_url, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (7)", "SELECT n FROM t") == 7


def test_a_clone_is_filled_once_and_changes_for_nobody_else(homes: Homes, engine_name: str) -> None:
    filled: list[Path] = []

    def fill(home: Home) -> None:
        filled.append(home.folder)
        (home.folder / "index").mkdir()
        (home.folder / "index" / "segment").write_text("kept")
        run(home.url, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (7)")

    first = homes.clone(engine_name, "machinery", fill)
    second = homes.clone(engine_name, "machinery", fill)
    run(first.url, "UPDATE t SET n = 8")
    assert run(first.url, "SELECT n FROM t") == 8
    assert run(second.url, "SELECT n FROM t") == 7
    assert (second.folder / "index" / "segment").read_text() == "kept"
    assert len(filled) == 1
    homes.discard(first)
    homes.discard(second)
    assert not first.folder.exists()


def test_a_template_that_cannot_be_filled_says_so_every_time(homes: Homes) -> None:
    def fill(home: Home) -> None:
        raise ValueError("no seeds")

    with pytest.raises(ValueError, match="no seeds"):
        homes.clone("sqlite", "broken", fill)
    with pytest.raises(RuntimeError, match="no seeds"):
        homes.clone("sqlite", "broken", fill)


def test_postgresql_knows_accents_as_an_installed_one_does(postgres_url: str) -> None:
    assert run(postgres_url, "SELECT lower('ÑUÑOA')") == "ñuñoa"


def test_mail_reaches_the_mailbox(smtp_server: Mailbox) -> None:
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = "rosa@demo.example", "a@demo.example", "Mañana"
    message.set_content("Sesión a las diez")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.send_message(message)
        smtp_server.answer = "451 try later"
        with pytest.raises(smtplib.SMTPDataError):
            client.send_message(message)
    assert [kept["Subject"] for kept in smtp_server.messages] == ["Mañana"]
    assert "diez" in smtp_server.messages[0].get_content()


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(OutsideNetwork):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideNetwork):
        socket.getaddrinfo("example.org", 80)


def test_what_was_not_run_is_counted_by_its_reason() -> None:
    class Report:
        longrepr = ("file", 1, f"Skipped: {MARK}no Chromium")

    assert loud_lines([Report, Report]) == ["2 tests NOT RUN: no Chromium"]


def small_site(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
    """One page, under a policy that forbids every script."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Security-Policy", "default-src 'none'")])
    return [b'<!doctype html><html lang="es"><title>Casa</title><main><h1>Casa</h1></main></html>']


def test_the_browser_sees_a_page_and_axe_finds_its_fault(page: Page) -> None:
    with serving(small_site) as address:
        page.goto(f"{address}/")
        assert page.locator("h1").inner_text() == "Casa"
        assert axe(page) == []
        page.evaluate("document.querySelector('main').append(new Image())")
        assert [line.split()[0] for line in axe(page)] == ["image-alt"]


def test_what_a_run_that_died_left_behind_is_cleared_without_a_word(tmp_path: Path) -> None:
    """Its server died with the machine: the number in `postmaster.pid` names nobody, or somebody else's program."""
    abandoned = tmp_path / "observatory-tests-died"
    (abandoned / "postgresql").mkdir(parents=True)
    (abandoned / "postgresql" / "postmaster.pid").write_text("4194304\n")
    (abandoned / "lock").touch()
    _remove_if_abandoned(abandoned)
    assert not abandoned.exists()
