"""A session with 60 items, 200 commitments and 120 attendees: its pages, and 40 people who follow it while two take notes.

    python tests/bench/sessions.py [--rounds 40] [--seconds 60] [--followers 40] [--processes 1]

First: how long each page of the session takes, around the WSGI call alone, one request after the other, beside an empty
Flask view; the 95th percentile of them. Then one or several processes of `observatory serve` answer for the instance:
followers, signed in as the demo's community, ask every five seconds whether the live page has changed, as its script
does, while two note takers write a note every two seconds each, every tenth one sent twice. At the end every note that was
acknowledged must stand there once.

The ratios count, not the milliseconds: other programs on the same machine slow every side alike.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from _instance import build, settings_of, slug_of
from pages import asking, call, empty_flask
from sqlalchemy import func, insert, select
from visible_after_save import Worker, ask, form_of

from observatory.app import create_app, open_database, registry
from observatory.cli import running
from observatory.cli.story import acting
from observatory.kernel import clock, db, language
from observatory.kernel.policy import PUBLIC
from observatory.kernel.text import sort_key
from observatory.records.models import Record, RecordAudience
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.models.words import UNDATED
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.roundtables.models import (
    AgendaItem,
    Attendance,
    Constituency,
    NoteEntry,
    Outcome,
    RoundtableSession,
    Seat,
)
from observatory.rooms.roundtables.queries.meeting import case_of
from observatory.rooms.roundtables.service import meeting, minutes

ITEMS, COMMITMENTS, SEATS, NOTES = 60, 200, 120, 3
WORDS = (
    "La comunidad pide que se mida el caudal en la bocatoma y la empresa responde que entregará los datos cada mes. "
)


def grow(folder: Path) -> str:
    """Make the demonstration's session that goes on as large as that; its number."""
    settings = settings_of(folder)
    with closing(open_database(settings)) as database, database.unit_of_work() as unit:
        session = unit.scalars(select(RoundtableSession).where(RoundtableSession.state == "in_session")).one()
        body, day = session.keeper_id, clock.today()
        group = unit.scalars(select(Constituency.id).where(Constituency.roundtable_id == session.roundtable_id)).first()
        own = select(Organisation.id).where(Organisation.slug.in_([slug_of(number) for number in range(SEATS)]))
        for organisation in unit.scalars(own.order_by(Organisation.id).limit(SEATS - 7)):
            seat = Seat(
                roundtable_id=session.roundtable_id,
                constituency_id=group,
                organisation_id=organisation,
                act="",
                from_on=day,
            )
            unit.add(seat)
            unit.flush()
            unit.add(
                Attendance(
                    session_id=session.id, seat_id=seat.id, organisation_id=organisation, name="Persona", sex="f",
                    as_written="", remote=False, arrived_at=clock.now(),
                )
            )  # fmt: skip
        commitments = _commitments(unit, body)
        items = list(unit.scalars(select(AgendaItem).where(AgendaItem.session_id == session.id)))
        for number in range(len(items), ITEMS):
            items.append(
                AgendaItem(
                    session_id=session.id, position=number + 1, title=f"Punto {number + 1} de la agenda", note=WORDS, matter="late",
                    record_id=commitments[number], discussion="",
                )
            )  # fmt: skip
        unit.add_all(items)
        unit.flush()
        for item in items:
            unit.add_all(
                NoteEntry(
                    session_id=session.id, item_id=item.id, key=f"bench-{item.id}-{at}", text=WORDS * 3, html=f"<p>{WORDS * 3}</p>",
                    at=clock.now(),
                )
                for at in range(NOTES)
            )  # fmt: skip
            unit.add(
                Outcome(
                    session_id=session.id, item_id=item.id, type="information", text=WORDS, adopted_at=clock.now(), present=SEATS,
                    seats=SEATS, exceptions={}, taken_back="",
                )
            )  # fmt: skip
        return session.slug


def _commitments(unit: Any, body: int | None) -> list[int]:
    """Commitments that the body keeps, accepted; their numbers."""
    first = int(unit.scalar(select(func.max(Record.__table__.c.id))) or 0) + 1
    owes, now, rows = unit.scalars(select(Organisation.id).limit(1)).one(), clock.now(), []
    for id in range(first, first + COMMITMENTS):
        title = f"Compromiso {id} de la mesa: doce kilómetros de canal"
        rows.append((id, title))
    record = {
        "kind": "commitment", "summary": "", "language": "es", "state": "in_progress", "is_demo": True, "version": 1,
        "keeper_id": body, "created_at": now, "updated_at": now,
    }  # fmt: skip
    unit.execute(
        insert(Record.__table__),
        [{"id": id, "slug": str(id), "title": title, "sort_title": sort_key(title)} | record for id, title in rows],
    )
    empty = dict.fromkeys(
        ("verbatim", "problem", "expected_result", "accountable_as_written", "document", "document_url", "planned_evidence",
         "money_note", "register", "external_id", "awaits"), "",
    )  # fmt: skip
    told = {
        "accountable_id": owes, "currency": "PEN", "due_key": UNDATED, "accepted_on": clock.today(), "suspended_days": 0,
        "grace_days": 0, "progress": 0, "open_disputes": 0, "covers": 1, "recorded": False, "words": "",
    }  # fmt: skip
    unit.execute(insert(Commitment.__table__), [{"id": id} | empty | told for id, _title in rows])
    unit.execute(insert(RecordAudience.__table__), [{"record_id": id, "label": PUBLIC} for id, _title in rows])
    return [id for id, _title in rows]


def pages(folder: Path, number: str, rounds: int) -> None:
    """The 95th percentile of each page of the session, in milliseconds and as a multiple of an empty view's."""
    app = create_app(settings_of(folder, page_cache=False))
    accounts = {each["role"]: each["email"] for each in json.loads((folder / "demo-accounts.json").read_text())}

    def secretary() -> Any:
        return acting(accounts["secretary"], "mesa-de-desarrollo-puna-alta")

    app.extensions["observatory.actor"] = secretary
    app.config["LOGIN_DISABLED"] = True  # who asks is said here
    running.settle()  # as `observatory serve` does
    empty = _times(empty_flask(), "/", rounds)
    print(f"{'page':<28}{'p95 ms':>8}{'median':>8}{'× empty view':>14}{'KB gzip':>9}")
    whole = {
        "session": f"/sessions/{number}",
        "live": f"/sessions/{number}/live",
        "attendance": f"/sessions/{number}/attendance",
    }
    for name, path in whole.items():
        _line(name, app, path, rounds, empty)
    with closing(open_database(settings_of(folder))) as database:
        for carry_out in (
            lambda case: meeting.end_session(secretary(), case),
            lambda case: minutes.circulate(secretary(), case, amend_until=clock.today()),
        ):
            with language.alone().app_context(), database.unit_of_work() as unit:
                found = unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one()
                carry_out(case_of(found))
    _line("minutes", app, f"/sessions/{number}/minutes", rounds, empty)
    _line("roundtable", app, "/roundtables/mesa-de-desarrollo-puna-alta", rounds, empty)
    _line("follow-up", app, "/roundtables/mesa-de-desarrollo-puna-alta/follow-up", rounds, empty)


def _times(app: Any, path: str, rounds: int) -> list[float]:
    spent, environs = [], asking(path, Accept_Encoding="gzip")
    for _ in range(rounds + 3):
        environ = dict(next(environs))
        begin = time.perf_counter()
        status, _body = call(app, environ)
        spent.append((time.perf_counter() - begin) * 1000)
        if not status.startswith("200"):
            raise SystemExit(f"{path} answered {status}")
    return spent[3:]


def _line(name: str, app: Any, path: str, rounds: int, empty: list[float]) -> None:
    spent = _times(app, path, rounds)
    size = len(call(app, dict(next(asking(path, Accept_Encoding="gzip"))))[1]) / 1024
    print(
        f"{name:<28}{_p95(spent):>8.1f}{statistics.median(spent):>8.1f}{statistics.median(spent) / statistics.median(empty):>14.0f}{size:>9.1f}"
    )


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


class Crowd:
    """Those who follow a session, and those who take notes in it."""

    def __init__(self, folder: Path, number: str, followers: int, processes: int, seconds: float) -> None:
        self.folder, self.number, self.page = folder, number, f"/sessions/{number}/live"
        self.workers = [Worker(folder) for _ in range(processes)]
        for worker in self.workers:
            worker.wait()
        self.followers, self.until = followers, time.monotonic() + seconds
        self.asked: list[float] = []
        self.written: list[float] = []
        self.acknowledged: list[str] = []
        self.changed = 0
        self.refused: list[int] = []
        self.cookies = {role: self.sign_in(role) for role in ("community", "secretary")}
        self.token = json.loads(ask(self.workers[0].port, "GET", f"{self.page}?token=1", self.cookies["secretary"])[2])

    def sign_in(self, role: str) -> str:
        """The cookie of a session of one of the demo's people."""
        accounts = json.loads((self.folder / "demo-accounts.json").read_text())
        email = next(account["email"] for account in accounts if account["role"] == role)
        port = self.workers[0].port
        _, headers, page = ask(port, "GET", "/sign-in")
        cookie = headers["Set-Cookie"].partition(";")[0]
        values = {"csrf_token": form_of(page, "csrf_token")["csrf_token"], "email": email}
        status, headers, _ = ask(port, "POST", "/demo/sign-in", cookie, values)
        if status != 303:
            raise SystemExit(f"{role} could not sign in: {status}")
        return str(headers["Set-Cookie"] or cookie).partition(";")[0]

    def follow(self, which: int) -> None:
        """Ask every five seconds what has changed."""
        tag, port = "", self.workers[which % len(self.workers)].port
        time.sleep(5 * which / self.followers)
        while time.monotonic() < self.until:
            begin = time.perf_counter()
            status, headers, _ = asking_with(port, f"{self.page}?part=1", self.cookies["community"], tag)
            self.asked.append((time.perf_counter() - begin) * 1000)
            if status not in (200, 304):
                self.refused.append(status)
            self.changed += status == 200
            tag = headers.get("ETag") or tag
            time.sleep(max(0.0, 5 - (time.perf_counter() - begin)))

    def write(self, which: int, items: list[int]) -> None:
        """Write a note every two seconds; every tenth one is sent twice, as where the answer was lost."""
        port, at = self.workers[which % len(self.workers)].port, 0
        token, cookie = self.token, self.cookies["secretary"]
        while time.monotonic() < self.until:
            key = f"bench-writer-{which}-{at:05}"
            values = token | {"key": key, "text": f"{WORDS} ({key})"}
            for _ in range(2 if at % 10 == 0 else 1):
                begin = time.perf_counter()
                path = f"/sessions/{self.number}/items/{items[at % len(items)]}/notes"
                status, _, _ = ask(port, "POST", path, cookie, values)
                self.written.append((time.perf_counter() - begin) * 1000)
                if status not in (201, 303):
                    self.refused.append(status)
            if status in (201, 303):
                self.acknowledged.append(key)
            at += 1
            time.sleep(2)

    def run(self, items: list[int]) -> None:
        threads = [threading.Thread(target=self.follow, args=(which,)) for which in range(self.followers)]
        threads += [threading.Thread(target=self.write, args=(which, items)) for which in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for worker in self.workers:
            worker.process.terminate()
            worker.process.wait()

    def tell(self) -> None:
        with closing(open_database(settings_of(self.folder))) as database, database.reading() as unit:
            kept = list(unit.scalars(select(NoteEntry.key).where(NoteEntry.key.startswith("bench-writer-"))))
        lost = set(self.acknowledged) - set(kept)
        print(
            f"{self.followers} followers, {len(self.workers)} processes: {len(self.asked)} asked, {self.changed} changed, p95"
            f" {_p95(self.asked):.0f} ms, median {statistics.median(self.asked):.0f} ms; {len(self.written)} notes sent, p95"
            f" {_p95(self.written):.0f} ms; {len(self.acknowledged)} acknowledged, {len(lost)} lost, {len(kept) - len(set(kept))}"
            f" twice; refused: {self.refused or 'none'}"
        )
        if lost or len(kept) != len(set(kept)):
            raise SystemExit("a note was lost, or stands there twice")


def asking_with(port: int, path: str, cookie: str, tag: str) -> tuple[int, Any, str]:
    """One question whether a page has changed, on a connection of its own."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip"} | ({"If-None-Match": tag} if tag else {})
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers, ""
    finally:
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--followers", type=int, default=40)
    parser.add_argument("--processes", type=int, default=1)
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="observatory-bench-"))
    try:
        registry()
        build(folder, 3600)
        number = grow(folder)
        crowd = Crowd(folder, number, told.followers, told.processes, told.seconds)
        with closing(open_database(settings_of(folder))) as database, database.reading():
            own = select(AgendaItem.id).join(RoundtableSession, RoundtableSession.id == AgendaItem.session_id)
            items = list(db.session.scalars(own.where(RoundtableSession.slug == number)))
        crowd.run(items)
        crowd.tell()
        pages(folder, number, told.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
