"""What must not be lost: the outbox, its drainer, and counters that all workers share."""

import datetime as dt
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from observatory.kernel import clock, outbox, throttle
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.drainer import Drainer, exclusive
from observatory.kernel.errors import Invalid, TooMany
from observatory.kernel.outbox import ATTEMPTS, Outgoing
from observatory.kernel.throttle import Throttle, ThrottleCounter
from tests.services import ROOT, Home, Mailbox, environment

NOW = dt.datetime(2026, 5, 1, 15, tzinfo=dt.UTC)


@pytest.fixture
def mailing(home: Home, smtp_server: Mailbox) -> Settings:
    smtp = {"smtp_host": smtp_server.host, "smtp_port": smtp_server.port, "mail_from": "obs@prueba.example"}
    return Settings.load({}, instance=home.folder, database_url=home.url, **smtp)


def put(database: Database, recipient: str = "rosa@prueba.example", body: str = "Ñandú: https://a.example/x") -> None:
    with database.unit_of_work():
        outbox.send(recipient, "Sesión nueva", body)


def waiting(database: Database) -> dict[str, int]:
    with database.reading():
        return outbox.state()


def test_a_message_goes_out_once_and_its_text_is_forgotten(
    database: Database, mailing: Settings, smtp_server: Mailbox
) -> None:
    put(database)
    assert outbox.drain(database, mailing) == 1
    assert outbox.drain(database, mailing) == 0
    (message,) = smtp_server.messages
    assert (str(message["To"]), str(message["Subject"])) == ("rosa@prueba.example", "Sesión nueva")
    assert "obs@prueba.example" in str(message["From"]) and message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip() == "Ñandú: https://a.example/x"
    assert database.scalar(select(Outgoing.body)) == ""


def test_a_message_of_work_that_was_rolled_back_never_goes_out(database: Database, mailing: Settings) -> None:
    with pytest.raises(LookupError), database.unit_of_work():  # noqa: PT012
        outbox.send("rosa@prueba.example", "s", "b")
        raise LookupError
    assert outbox.drain(database, mailing) == 0


def test_a_server_that_is_away_is_tried_again_later_and_given_up_in_the_end(
    database: Database, mailing: Settings, smtp_server: Mailbox
) -> None:
    smtp_server.answer = "451 try later"
    with clock.frozen(NOW):
        put(database)
        assert outbox.drain(database, mailing) == 0
        assert outbox.drain(database, mailing) == 0, "not at once again"
    assert database.scalar(select(Outgoing.attempts)) == 1
    assert database.scalar(select(Outgoing.body)) != "", "kept for the next try"
    moment = NOW
    for _try in range(ATTEMPTS - 1):
        moment += dt.timedelta(hours=7)
        with clock.frozen(moment):
            outbox.drain(database, mailing)
    assert waiting(database) == {"waiting": 0, "given_up": 1}
    smtp_server.answer = ""
    with clock.frozen(moment + dt.timedelta(days=9)):
        assert outbox.drain(database, mailing) == 0


def test_one_bad_address_does_not_hold_up_the_others(
    database: Database, mailing: Settings, smtp_server: Mailbox
) -> None:
    for recipient in ("sin arroba", "a@b@c", "ñandú@prueba.example", "x" * 300, "rosa@prueba.example"):
        put(database, recipient)
    outbox.drain(database, mailing)
    assert "rosa@prueba.example" in [str(message["To"]) for message in smtp_server.messages]


@pytest.mark.parametrize("recipient", ["a@b.example\r\nBcc: c@d.example", "a@b.example\n", "a\0@b.example"])
def test_an_address_with_a_line_break_is_refused(database: Database, recipient: str, app_context: None) -> None:
    with pytest.raises(Invalid):
        put(database, recipient)
    assert database.scalar(select(func.count()).select_from(Outgoing)) == 0


def test_without_a_server_messages_become_files_that_only_the_owner_reads(database: Database, home: Home) -> None:
    settings = Settings.load({}, instance=home.folder, database_url=home.url)
    put(database)
    assert outbox.drain(database, settings) == 1
    (file,) = settings.mail_folder.glob("*.eml")
    assert b"https://a.example/x" in file.read_bytes() or b"=" in file.read_bytes()
    assert settings.mail_folder.stat().st_mode & 0o077 == 0


HOLD = """
import sys, time
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.drainer import exclusive
settings = Settings.load()
with exclusive(Database(settings.database_url), settings.instance) as mine:
    print(mine is not None, flush=True)
    time.sleep(60)
"""


def test_only_one_process_drains_and_the_next_takes_over_when_it_is_killed(database: Database, home: Home) -> None:
    command = [sys.executable, "-c", HOLD]
    holder = subprocess.Popen(command, env=environment(home), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline().strip() == "True"
        with exclusive(database, home.folder) as mine:
            assert mine is None
        assert Drainer(database, home.folder, {"job": lambda: 1}).run_once() == 0
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    deadline = time.monotonic() + 10
    while True:
        with exclusive(database, home.folder) as mine:
            if mine is not None or time.monotonic() > deadline:
                break
        time.sleep(0.05)
    assert mine is not None


def test_a_turn_whose_lock_was_cut_off_is_over(database: Database, home: Home) -> None:
    if database.is_sqlite:
        with exclusive(database, home.folder) as turn:
            assert turn is not None and turn()
        return
    with exclusive(database, home.folder) as turn:
        assert turn is not None and turn()
        with database.engine.connect() as other:
            cut = other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            assert cut.scalar()
        assert not turn()
    with exclusive(database, home.folder) as turn:
        assert turn is not None, "and the lock is free again"


def test_what_another_process_is_sending_is_left_alone(
    database: Database, mailing: Settings, smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database)
    deliver, inside = outbox._deliver, []

    def slowly(*arguments: object) -> None:
        if not inside:
            inside.append(outbox.drain(database, mailing))  # what a second drainer would do in this very moment
        deliver(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "_deliver", slowly)
    assert outbox.drain(database, mailing) == 1
    assert inside == [0]
    assert len(smtp_server.messages) == 1


def test_two_that_read_the_same_message_as_due_send_it_once(
    database: Database, mailing: Settings, smtp_server: Mailbox
) -> None:
    for number in range(12):
        put(database, f"rosa{number}@prueba.example")
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: outbox.drain(database, mailing), range(4)))
    assert sum(sent) == len(smtp_server.messages) == 12


def test_a_message_whose_sender_was_killed_goes_out_once_its_claim_has_run_out(
    database: Database, mailing: Settings, smtp_server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with clock.frozen(NOW):
        put(database)
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "_deliver", killed)
            with pytest.raises(KeyboardInterrupt):
                outbox.drain(database, mailing)
        assert outbox.drain(database, mailing) == 0
    with clock.frozen(NOW + outbox.CLAIM):
        assert outbox.drain(database, mailing) == 1
    assert len(smtp_server.messages) == 1


def test_a_job_that_fails_does_not_stop_the_others(database: Database, home: Home) -> None:
    def break_down() -> int:
        raise ValueError

    done: list[int] = []
    drainer = Drainer(database, home.folder, {"bad": break_down, "good": lambda: done.append(1) or 0}, pause=0.01)
    drainer.start()
    deadline = time.monotonic() + 10
    while len(done) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    drainer.stop()
    assert len(done) >= 3


def test_tries_are_counted_within_their_window(database: Database) -> None:
    counter = Throttle(database)
    with clock.frozen(NOW):
        for _ in range(3):
            counter.hit("sign-in", "3/minute", "rosa")
        with pytest.raises(TooMany) as stopped:
            counter.hit("sign-in", "3/minute", "rosa")
        assert 0 < stopped.value.retry_after <= 60
        counter.hit("sign-in", "3/minute", "ana")
        counter.hit("reset", "3/minute", "rosa")
    with clock.frozen(NOW + dt.timedelta(minutes=2)):
        counter.hit("sign-in", "3/minute", "rosa")
    with clock.frozen(NOW + dt.timedelta(hours=2)):
        throttle.sweep(database)
    assert database.scalar(select(func.count()).select_from(ThrottleCounter)) == 0


def test_a_success_starts_the_count_anew(database: Database) -> None:
    counter = Throttle(database)
    for _ in range(3):
        counter.hit("sign-in", "3/minute", "rosa")
    counter.forget("sign-in", "3/minute", "rosa")
    counter.hit("sign-in", "3/minute", "rosa")


def test_no_try_is_lost_when_many_come_at_once(database: Database) -> None:
    counter, refused = Throttle(database), []

    def attempt() -> None:
        for _ in range(5):
            try:
                counter.hit("sign-in", "20/hour", "rosa")
            except TooMany:
                refused.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 20
    assert database.scalar(select(ThrottleCounter.count)) == 40


def test_counters_keep_no_address(database: Database) -> None:
    Throttle(database).hit("sign-in", "3/minute", "from", "10.1.2.3")
    assert "10.1.2.3" not in str(database.scalar(select(ThrottleCounter.key)))


def test_a_counter_whose_store_fails_lets_nobody_through(database: Database) -> None:
    counter = Throttle(database)
    ThrottleCounter.__table__.drop(database.engine)  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="throttle"):
        counter.hit("sign-in", "3/minute", "rosa")
