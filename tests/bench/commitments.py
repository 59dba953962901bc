"""What commitments cost, beside an empty Flask view, in one instance of 20,000 of them; and what a register of 5,000 takes.

    python tests/bench/commitments.py [--commitments 20000] [--rows 5000] [--rounds 7] [--requests 10] [--explain]

First: CPU of this process around the WSGI call alone, all pages in every round, and the statements of each: a page with
one report and a page with thirty must send the same. A quarter of the commitments is at or below one department, whose
page draws its bar (F12) over them. Then the slowest statements of a page, of the list with and without filters and of
that department's page, with their plans where they take long. Last: a workbook with numbers of another register and two
milestones in each row goes through the command in a process of its own, into the same instance, twice; its memory is
over that of ten rows.

The ratios count, not the milliseconds: other programs on the same machine slow every side alike.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import xlsxwriter
from _instance import build, settings_of
from pages import Side, against, asking, call, empty_flask, measure
from search_speed import vocabulary
from sqlalchemy import Engine, event, func, insert, select

from observatory.app import create_app, open_database, registry
from observatory.aspects.attachments.models import Attachment
from observatory.aspects.comments.models import Comment
from observatory.kernel import clock, db, files
from observatory.kernel.policy import PUBLIC, Actor
from observatory.kernel.text import fold, sort_key
from observatory.people.models import Mandate, Person
from observatory.records.history import HistoryEntry
from observatory.records.models import PUBLISHED, Record, RecordAudience, RecordPlace
from observatory.rooms.commitments.models import (
    NATURES,
    Commitment,
    CommitmentParty,
    Decision,
    Dispute,
    Evidence,
    Finding,
    Milestone,
    ProgressUpdate,
)
from observatory.rooms.commitments.models.words import UNDATED
from observatory.rooms.commitments.queries import sums
from observatory.rooms.organisations.models import LEVELLED, Organisation
from observatory.rooms.places.models import Territory
from tests.counting import counted

PLACE = "18"
"""The department at or below which every fourth commitment belongs."""
ORGANISATIONS, PER_COMMITMENT = 400, 3
FULL, SHORT, LONG = 20, 5, 5
"""So many commitments with six, one and thirty reports; else they have the same: evidence, comments, a dispute and so on."""
REPORTS = {"page, 6 reports": 6, "page, 1 report": 1, "page, 30 reports": 30}
FILTERED = f"/commitments?late=1&kind=public_service&place={PLACE}"
TARGETS = {"page, 6 reports": 0.25, "list of 25": 0.12}
"""At least so many times the empty Flask view's speed."""
MOST_SECONDS, MOST_MEMORY, SLOW = 20, 150, 30
"""Seconds and MB of the import; milliseconds from which a statement is shown with its plan."""
STATES = {
    "in_progress": 35, "accepted": 15, "reported_complete": 15, "verified": 15, "proposed": 8, "suspended": 4,
    "cancelled": 3, "superseded": 2, "withdrawn": 2, "draft": 1,
}  # fmt: skip
_NEVER = ("proposed", "withdrawn", "draft")
_ORDER = (
    Record, Organisation, RecordAudience, RecordPlace, Commitment, CommitmentParty, Milestone, HistoryEntry, ProgressUpdate,
    Comment, Finding, Dispute, Decision, Attachment, Evidence,
)  # fmt: skip
"""What others point at comes first."""
ONE = """
import sys, threading, time
from pathlib import Path
from observatory.cli import exchanging
from observatory.kernel.config import Settings

def kilobytes(name):
    return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name)).split()[1])

def watch():
    while True:
        own.append(kilobytes("RssAnon"))
        time.sleep(0.05)

own = []
threading.Thread(target=watch, daemon=True).start()
begin, cpu = time.perf_counter(), time.process_time()
exchanging.bring(Settings.load(), "commitments", Path(sys.argv[1]), only_propose=False, mapping_file=None, dry_run=False,
                 email=None, organisation=None)
print(time.perf_counter() - begin, time.process_time() - cpu, kilobytes("VmHWM"), max(own), file=sys.stderr)
"""
"""Its memory is not what getrusage tells: that begins with the size of the process that started it, and this one is large."""


class Export(Side):
    """A list as CSV: one whole download is a sample, told for each thousand rows."""

    lines = 0

    def ask(self) -> float:
        """CPU milliseconds for a thousand rows."""
        environ = dict(next(self.environs))
        begin = process_time()
        status, body = call(self.app, environ)
        spent = (process_time() - begin) * 1000
        if not status.startswith(self.status):
            raise SystemExit(f"{self.name} answered {status}")
        self.lines = self.lines or sum(1 for _ in csv.reader(io.StringIO(body.decode()))) - 1
        self.size = len(body) * 1000 // self.lines
        return spent * 1000 / self.lines


class Filling:
    """Made-up commitments with all that stands beside them, as rows for `insert`."""

    def __init__(self, count: int, attached: str) -> None:
        self.rng, self.today, self.now = random.Random(2026), clock.today(), clock.now()
        self.count, self.attached = count, attached
        self.known = vocabulary()
        self.weights = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(self.known))))
        self.rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in _ORDER}
        self.begun: dict[int, int] = {}
        """The first comment on each record."""
        self.slugs: dict[str, list[str]] = {name: [] for name in REPORTS}
        self.person, self.mandate, self.mandated = db.session.execute(
            select(Mandate.person_id, Mandate.id, Mandate.organisation_id).order_by(Mandate.id)
        ).first()
        self.people = list(db.session.scalars(select(Person.id)))
        sector = Organisation.__table__.c
        self.bodies = list(db.session.scalars(select(sector.id).where(sector.sector == "participation_body")))
        found = db.session.execute(select(Territory.__table__.c.id, Territory.__table__.c.path)).all()
        self.here = [row.id for row in found if f"{row.path}/".startswith(f"pe/{PLACE}/")]
        self.elsewhere = [row.id for row in found if row.path.count("/") > 1 and row.id not in self.here]

    def words(self, low: int, high: int) -> str:
        """From `low` to `high` words, common ones more often than rare ones."""
        picked = self.rng.choices(self.known, cum_weights=self.weights, k=self.rng.randint(low, high))
        return " ".join(picked).capitalize()

    def add(self, table: Any, **values: Any) -> int:
        """Another row; answers its id, which counts on from those that are there."""
        rows = self.rows[table]
        if "id" not in values and "id" in table.__table__.c:
            first = rows[0]["id"] if rows else int(db.session.scalar(select(func.max(table.__table__.c.id))) or 0) + 1
            values["id"] = first + len(rows)
        rows.append(values)
        return int(values.get("id", 0))

    def write(self) -> None:
        """Insert what was added."""
        for table, values in self.rows.items():
            for start in range(0, len(values), 5_000):
                db.session.execute(insert(table.__table__), values[start : start + 5_000])
            values.clear()

    def record(self, kind: str, title: str, keeper: int | None, state: str, at: dt.datetime) -> int:
        """What all records have."""
        return self.add(
            Record, kind=kind, slug="", title=title, sort_title=sort_key(title), summary="", language="es", keeper_id=keeper,
            state=state, is_demo=False, created_at=at, updated_at=at, version=1,
        )  # fmt: skip

    def organisations(self) -> list[int]:
        """Whoever owes the commitments."""
        found = []
        for number in range(ORGANISATIONS):
            sector = self.rng.choice(("state", "company", "community", "civil_society", "oversight"))
            id = self.record("organisation", self.words(2, 6), None, PUBLISHED, self.now)
            self.rows[Record][-1]["slug"] = owing(number)
            level = "national" if sector in LEVELLED else None
            self.add(Organisation, id=id, acronym="", sector=sector, level=level, website="")
            self.add(RecordAudience, record_id=id, label=PUBLIC)
            found.append(id)
        self.write()
        return found

    def everything(self) -> None:
        """The organisations, the commitments, then the reports and the comments on them until there are enough."""
        self.owing = self.organisations()
        accepted, every = [], []
        special = [name for name, count in zip(REPORTS, (FULL, SHORT, LONG), strict=True) for _ in range(count)]
        for number in range(self.count):
            name = special[number] if number < len(special) else None
            id = self.commitment(number, name)
            every.append(id)
            if name:
                self.beside(id, name)
            elif self.rows[Record][-1]["state"] not in _NEVER:
                accepted.append(id)
        for table, one, ids in (
            (ProgressUpdate, self.report, accepted),
            (Comment, self.comment, every[len(special) :]),
        ):
            for id in itertools.islice(itertools.cycle(ids), self.count * PER_COMMITMENT - len(self.rows[table])):
                one(id)
        self.write()

    def commitment(self, number: int, special: str | None) -> int:
        """One commitment with its place, parties, milestones and history, in a state and at dates that fit together."""
        rng, today = self.rng, self.today
        state = "in_progress" if special else rng.choices(tuple(STATES), weights=tuple(STATES.values()))[0]
        promised = today - dt.timedelta(days=rng.randint(10, 120) if state == "accepted" else rng.randint(100, 900))
        due = promised + dt.timedelta(days=rng.randint(150, 1_400)) if special or rng.random() < 0.92 else None
        owes, other, third = rng.sample(self.owing, 3)
        was = state not in _NEVER
        accepted = min(today, promised + dt.timedelta(days=rng.randint(5, 60))) if was else None
        lately = max(accepted, today - dt.timedelta(days=rng.randint(1, 80))) if accepted else None
        done = state in ("reported_complete", "verified")
        progress = 10_000 if done else rng.randrange(0, 9_500, 50) if was and state != "accepted" else 0
        middle = promised + (due - promised) / 2 if due else None
        claimed = (min(100, progress // 50), max(0, (progress - 5_000) // 50))
        waiting = [day for day, part in zip((middle, due), claimed, strict=True) if day and part < 100]
        contested = state in ("in_progress", "accepted", "reported_complete") and rng.random() < 0.06
        refuted = state == "in_progress" and rng.random() < 0.04
        title, verbatim, result = self.words(8, 16), self.words(30, 60), self.words(10, 20)
        at = dt.datetime.combine(lately or promised, dt.time(15), dt.UTC)
        id = self.record("commitment", title, owes, state, at)
        self.rows[Record][-1]["slug"] = str(id)
        if special:
            self.slugs[special].append(str(id))
        self.add(
            Commitment, id=id, nature=rng.choice(tuple(NATURES)), verbatim=verbatim, expected_result=result,
            problem=self.words(10, 30), accountable_id=owes, oversight_id=third if special or rng.random() < 0.4 else None,
            document=self.words(4, 8), document_url="https://example.org/acta.pdf", promised_on=promised,
            planned_evidence=self.words(5, 10), money="public_budget", amount=Decimal(rng.randint(1, 10**7)), due_original=due,
            due_current=due, due_key=due.isoformat() if due else UNDATED, accepted_on=accepted, progress=progress,
            proposed_on=None if state == "draft" else promised + dt.timedelta(days=1),
            claimed_on=lately if done else None, verified_on=today if state == "verified" else None,
            closed_on=lately if state in ("cancelled", "superseded") else None,
            reported_on=lately if state in ("in_progress", "reported_complete", "verified", "suspended") else None,
            verifier_id=third if state == "verified" else None, paused="in_progress" if state == "suspended" else None,
            suspended_on=lately if state == "suspended" else None, suspended_days=30 if rng.random() < 0.05 else 0,
            next_milestone_on=min(waiting) if waiting and was else None, open_disputes=int(contested or bool(special)),
            last_finding="confirmed" if state == "verified" else "not_confirmed" if refuted else None,
            words=fold(f"{title} {verbatim} {result}"),
        )  # fmt: skip
        self.add(RecordAudience, record_id=id, label=f"org:{owes}")
        if state != "draft":
            self.add(RecordAudience, record_id=id, label=PUBLIC)
        self.add(RecordPlace, record_id=id, territory_id=rng.choice(self.elsewhere if number % 4 else self.here))
        if special or number % 2:
            self.add(CommitmentParty, commitment_id=id, organisation_id=other, role="responsible")
            self.add(CommitmentParty, commitment_id=id, organisation_id=third, role="contributing")
        for position, day in enumerate((middle, due)):
            self.add(
                Milestone, commitment_id=id, position=position + 1, title=self.words(4, 9), weight=Decimal(50), due_on=day,
                claimed=claimed[position],
            )  # fmt: skip
        for told in ("CommitmentCreated", "CommitmentProposed", "CommitmentAccepted")[: 3 if was else 2]:
            self.add(
                HistoryEntry, record_id=id, at=at, event=told, facts={}, changes={}, version=1, organisation_id=owes, via="web"
            )  # fmt: skip
        return id

    def beside(self, id: int, name: str) -> None:
        """All that the page of a commitment can show; only the number of its reports differs."""
        reports = [self.report(id, words=40) for _ in range(REPORTS[name])]
        for update in reports:
            self.add(
                Evidence, commitment_id=id, update_id=update, attachment_id=None, title=self.words(3, 6),
                url="https://example.org/foto.jpg", state="offered",
            )  # fmt: skip
        file = self.add(
            Attachment, record_id=id, title=self.words(3, 6), file_name="acta.pdf", media_type="application/pdf", size=20_000,
            sha256=self.attached, covered=False, state="shown", reason="", at=self.now, read_at=self.now, version=1,
        )  # fmt: skip
        self.add(
            Evidence, commitment_id=id, update_id=reports[0], attachment_id=file, title="", url="", state="offered"
        )
        for _ in range(9):
            self.comment(id)
        said = self.comment(id, kind="dispute")
        self.add(Dispute, commitment_id=id, comment_id=said, person_id=self.people[0], at=self.now, state="open")
        text = self.words(30, 50)
        self.add(
            Finding, commitment_id=id, finding="partly", method=self.words(5, 9), narrative=text, html=f"<p>{text}</p>",
            looked_on=self.today, person_id=self.person, organisation_id=self.mandated, mandate_id=self.mandate, at=self.now,
        )  # fmt: skip
        self.add(
            Decision, commitment_id=id, body_id=self.bodies[0], kind="due_date", decided_on=self.today,
            document=self.words(4, 8), reason=self.words(8, 15), due_before=self.today, due_on=self.today, at=self.now,
        )  # fmt: skip

    def report(self, id: int, words: int = 12) -> int:
        """A report on a commitment, with a piece of evidence by every third."""
        text = self.words(words, words * 2)
        at = self.now - dt.timedelta(minutes=self.rng.randint(1, 200_000))
        update = self.add(
            ProgressUpdate, commitment_id=id, narrative=text, html=f"<p>{text}</p>", as_of=at.date(), percent=4_000,
            complete=False, person_id=self.person, organisation_id=self.mandated, mandate_id=self.mandate, at=at,
        )  # fmt: skip
        if update % 3 == 0 and words == 12:
            self.add(
                Evidence, commitment_id=id, update_id=update, attachment_id=None, title="Foto",
                url="https://example.org/foto.jpg", state="offered",
            )  # fmt: skip
        return update

    def comment(self, id: int, kind: str = "comment") -> int:
        """What somebody says about it: every third time in answer to the first who did."""
        text, first = self.words(10, 30), self.begun.get(id)
        thread = first if kind == "comment" and self.rng.random() < 0.33 else None
        said = self.add(
            Comment, record_id=id, thread_id=thread, person_id=self.rng.choice(self.people), kind=kind, state="visible", body=text,
            html=f"<p>{text}</p>", at=self.now, version=1,
        )  # fmt: skip
        self.begun.setdefault(id, said)
        return said


def owing(number: int) -> str:
    """The address of a made-up organisation."""
    return f"organizacion-que-debe-{number:03}"


def fill(folder: Path, count: int) -> dict[str, list[str]]:
    """Make the instance; answers the addresses of the pages to measure."""
    build(folder, 0)
    settings = settings_of(folder)
    attached = files.of(settings).put(b"%PDF-1.4 Acta de entrega")
    registry()
    with closing(open_database(settings)) as database:
        with database.unit_of_work():
            filling = Filling(count, attached)
            filling.everything()
        database.analyse()
        with database.reading():
            guest = Actor.guest()
            all_ = dict(sums.tallies(guest))[False]
            here = dict(sums.tallies(guest, sums.at_place(f"pe/{PLACE}")))[False]
            tables = (ProgressUpdate, Comment, Milestone, Evidence)
            totals = {each.__tablename__: db.session.scalar(select(func.count()).select_from(each)) for each in tables}
    for name, tally in (("everywhere", all_), (f"at or below {PLACE}", here)):
        told = ", ".join(f"{count:,} {standing}" for standing, count in sorted(tally.counts.items()))
        print(f"{name}: {sum(tally.counts.values()):,} public ({told}); {tally.contested:,} contested")
    print(", ".join(f"{count:,} {name}" for name, count in totals.items()))
    return filling.slugs


def addresses(slugs: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is measured, with two pages of another room beside it: its name, and the addresses that are asked in turn."""
    return {
        **{name: [f"/commitments/{slug}" for slug in found] for name, found in slugs.items()},
        "list of 25": ["/commitments"],
        "list, three filters": [FILTERED],
        "place with its bar": [f"/places/{PLACE}"],
        "groups": ["/commitments?view=groups"],
        "CSV, 1,000 rows": [f"/commitments.csv?place={PLACE}"],
        "an organisation": ["/organisations/oefa"],
        "organisations": ["/organisations"],
    }


def show(found: list[Side], statements: dict[str, int]) -> None:
    """Print the table."""
    print(
        f"\n{'CPU ms, WSGI call':22}{'median':>9}{'p95':>9}{'bytes':>10}{'statements':>12}{'x empty view':>14}  target"
    )
    for side in found:
        times = sorted(itertools.chain(*side.rounds))
        high = times[min(len(times) - 1, int(len(times) * 0.95))]
        ratio = against(side, found[0])
        line = f"{side.name:22}{statistics.median(times):9.3f}{high:9.3f}{side.size:10,}"
        line += f"{statements.get(side.name, 0):12}{ratio:14.3f}"
        if side.name in TARGETS:
            target = TARGETS[side.name]
            line += f"  >= {target} x empty view: {'reached' if ratio >= target else 'MISSED'}"
        print(line)
    print("CSV: bytes and milliseconds of 1,000 rows, of that department; their statements")
    few, many = statements["page, 1 report"], statements["page, 30 reports"]
    print(f"statements with 1 report {few}, with 30 {many}: {'the same' if few == many else 'NOT THE SAME'}")


def slowest(app: Any, engine: Engine, path: str, *, always: bool) -> None:
    """Print the three slowest statements of a page, with all their rows; and the plan of those that are slow."""
    sent: list[tuple[str, Any]] = []

    def listen(*arguments: Any) -> None:
        sent.append((arguments[2], arguments[3]))

    event.listen(engine, "before_cursor_execute", listen)
    call(app, next(asking(path)))
    event.remove(engine, "before_cursor_execute", listen)
    timed = []
    with engine.connect() as connection:
        for statement, parameters in sent:
            if not statement.lstrip().upper().startswith("SELECT"):
                continue
            spent = []
            for _ in range(7):
                begin = process_time()
                rows = len(connection.exec_driver_sql(statement, parameters).fetchall())
                spent.append((process_time() - begin) * 1000)
            timed.append((statistics.median(spent), rows, " ".join(statement.split()), parameters))
        timed.sort(key=lambda each: -each[0])
        whole = sum(each[0] for each in timed)
        print(f"\nslowest of the {len(timed)} statements of {path}, which take {whole:.1f} ms CPU together:")
        for spent_, rows, statement, parameters in timed[:3]:
            about = statement.partition(" FROM ")[2]
            print(
                f"  {spent_:.1f} ms, {rows} rows: {statement if always else statement[:60] + ' … FROM ' + about[:60] + '…'}"
            )
            if spent_ > SLOW or always:
                for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                    print(f"    {step[0]:>4} {step[1]:>4} {step[3]}")


def write_book(file: Path, rows: int, register: str) -> None:
    """A workbook of promises that another register numbers, each with two milestones."""
    header = ("register", "external_id", "title", "verbatim", "kind", "accountable", "accountable_as_written", "place", "result",
              "document", "promised_on", "due_original", "money", "amount", "milestones")  # fmt: skip
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Compromisos")
        sheet.write_row(0, 0, header)
        for number in range(rows):
            named = number % 2 == 0
            cells = (
                register, f"{register}-{number:05}", f"Entregar la obra número {number} a la comunidad",
                f"La entidad entregará la obra número {number}, con sus pruebas y su acta, a la comunidad.",
                ("public_service", "civil_society")[number % 2], owing(number % ORGANISATIONS) if named else "",
                "" if named else f"Entidad de la fila {number % 50}", f"{PLACE}0101", f"La obra {number} funciona.",
                "Acta de la mesa", "2026-01-15", f"2027-{number % 12 + 1:02}-28", "public_budget", str(1_000 + number),
                f"40 % 2026-06-30 Expediente de la obra {number}\n60 % 2027-01-31 Obra {number} terminada",
            )  # fmt: skip
            sheet.write_row(number + 1, 0, cells)


def brought(folder: Path, file: Path) -> tuple[dict[str, Any], list[float]]:
    """Take a file in, in a process of its own: what it told; its seconds, those of CPU, and the greatest kB it had, with and
    without the pages of the database's file."""
    done = subprocess.run(
        [sys.executable, "-c", ONE, str(file)], env={**os.environ, "OBSERVATORY_INSTANCE": str(folder)}, text=True,
        capture_output=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    return json.loads(done.stdout), [float(each) for each in done.stderr.split()[-4:]]


def bring(folder: Path, rows: int) -> None:
    """Take in ten rows, then `rows` others, then the same once more."""
    few, many = folder / "few.xlsx", folder / "many.xlsx"
    write_book(few, 10, "POCOS")
    write_book(many, rows, "MUCHOS")
    _told, (seconds, _cpu, *idle) = brought(folder, few)
    print(f"\nimport of {rows:,} rows, {many.stat().st_size / 1e6:.1f} MB; ten rows take {seconds:.1f} s and "
          f"{idle[0] / 1024:.0f} MB, {idle[1] / 1024:.0f} of them its own and not the database's pages")  # fmt: skip
    for name, kind in (("first", "new"), ("again", "unchanged")):
        told, (seconds, cpu, *most) = brought(folder, many)
        assert told[kind] == rows, told
        more, own = ((each - small) / 1024 for each, small in zip(most, idle, strict=True))
        good = seconds <= MOST_SECONDS and max(more, own) <= MOST_MEMORY
        print(f"{name}: {told[kind]:,} {kind}, {seconds:.1f} s ({cpu:.1f} s CPU), {rows / seconds:,.0f} rows a second, "
              f"{more:+.0f} MB, its own {own:+.0f} MB")  # fmt: skip
        print(f"       <= {MOST_SECONDS} s and <= {MOST_MEMORY} MB over ten rows: {'reached' if good else 'MISSED'}")


def main() -> None:
    """Build, measure, import, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commitments", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=5_000, help="of the file that is taken in")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=10, help="of each page in each round")
    parser.add_argument("--explain", action="store_true", help="statements in full, and the plans of quick ones")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="commitments-"))
    try:
        began = time.perf_counter()
        slugs = fill(folder, options.commitments)
        print(f"{options.commitments:,} commitments made up in {time.perf_counter() - began:.0f} s")
        app = create_app(settings_of(folder, page_cache=False))
        engine = app.extensions["observatory.database"].engine
        paths = addresses(slugs)
        found = [Side("empty Flask view", empty_flask().wsgi_app, asking("/"))]
        for name, asked in paths.items():
            found.append((Export if name.startswith("CSV") else Side)(name, app.wsgi_app, asking(*asked)))
        statements = {}
        for side in found[1:]:
            side.ask()
            with counted(engine) as said:
                call(app.wsgi_app, next(asking(paths[side.name][0])))
            statements[side.name] = len(said)
        measure(found, options.rounds, options.requests)
        show(found, statements)
        whole = Export("whole CSV", app.wsgi_app, asking("/commitments.csv"))
        each = whole.ask()
        print(
            f"whole CSV, once: {whole.lines:,} rows, {each * whole.lines / 1e6:.1f} s CPU, {each:.0f} ms for 1,000 rows"
        )
        for path in (paths["page, 6 reports"][0], "/commitments", FILTERED, f"/places/{PLACE}"):
            slowest(app.wsgi_app, engine, path, always=options.explain)
        app.extensions["observatory.database"].close()
        bring(folder, options.rows)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
