"""What the brief of a large session costs: convening it, its page, its PDF.

    python tests/bench/brief.py [--items 60] [--commitments 200] [--entries 40] [--times 100]

An instance with the demonstration and `--commitments` of one body, each with `--entries` of history; a session with `--items`
items, each about one of them. Then: seconds to convene it (frozen in one transaction), statements of that; p50 and p95 of the
brief's page without the page cache, CPU of the WSGI call; seconds until the worker has made the PDF, its pages and bytes.
"""

import argparse
import datetime as dt
import io
import json
import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from _instance import settings_of
from pages import asking, call
from pypdf import PdfReader
from sqlalchemy import event, insert, select

from observatory.app import create_app
from observatory.cli import loading, running
from observatory.cli.story import acting
from observatory.kernel import clock, files, paper
from observatory.kernel.printing import Printing
from observatory.people.models import Mandate, Person
from observatory.records.history import HistoryEntry
from observatory.records.models import Record, RecordAudience
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.roundtables.models import AgendaItem, Roundtable, RoundtableSession, SessionBrief
from observatory.rooms.roundtables.service import preparing

BODY = "mesa-de-desarrollo-puna-alta"


def prepare(count: int, entries: int, items: int) -> tuple[str, str, int]:
    """The commitments with their history, and the session; (e-mail of the secretary, slug of the body, its number)."""
    with db_unit() as unit:
        body = unit.scalars(select(Roundtable).where(Roundtable.slug == BODY)).one()
        keeper = unit.get_one(Record, body.keeper_id)
        holds = select(Person.email).join(Mandate, Mandate.person_id == Person.id)
        email = unit.scalars(holds.where(Mandate.organisation_id == keeper.id, Mandate.role == "secretary")).first()
        owes = unit.scalars(
            select(Record.id).where(
                Record.kind == "organisation", Record.is_demo, Record.state == "published", Record.id != keeper.id
            )
        ).first()
        slug, is_demo = keeper.slug, body.is_demo
    ids = []
    with db_unit() as unit:
        actor = acting(email, slug)
        for number in range(count):
            made = commitments.create(
                actor, None, title=f"Promesa número {number} de la mesa, con su plazo", nature="public_service",
                verbatim="Se construirán doce kilómetros de canal revestido en el sector cuatro. " * 4,
                expected_result="12 km de canal revestido y en uso.", document="Acta 3", accountable_id=owes,
                promised_on=clock.today() - dt.timedelta(400), due_on=clock.today() - dt.timedelta(number % 60),
            )  # fmt: skip
            ids.append(made.id)
    with db_unit() as unit:
        unit.execute(Record.__table__.update().where(Record.id.in_(ids)).values(state="in_progress", is_demo=is_demo))
        unit.execute(
            Commitment.__table__.update().where(Commitment.id.in_(ids)).values(
                proposed_on=clock.today() - dt.timedelta(390), accepted_on=clock.today() - dt.timedelta(380), progress=4_000,
            )
        )  # fmt: skip
        unit.execute(
            insert(HistoryEntry),
            [
                {
                    "record_id": id, "at": clock.now() - dt.timedelta(days=entries - step), "event": "ProgressReported",
                    "facts": {"number": step, "percent": str(step)}, "changes": {"state": ["accepted", "in_progress"]},
                    "version": step + 2, "organisation_id": owes, "via": "web",
                }
                for id in ids for step in range(entries)
            ],
        )  # fmt: skip
        # Who may see a commitment is kept beside it: as after its proposal.
        unit.execute(insert(RecordAudience), [{"record_id": id, "label": "public"} for id in ids])
    with db_unit() as unit:
        actor, body = acting(email, slug), unit.scalars(select(Roundtable).where(Roundtable.slug == BODY)).one()
        soon = clock.now() + dt.timedelta(days=9)
        session = preparing.plan_session(actor, body, starts_at=soon, venue="Local comunal")
        unit.execute(
            insert(AgendaItem),
            [
                {
                    "session_id": session.id, "position": place, "title": f"Punto {place}", "note": "Ver el acta anterior. " * 5,
                    "record_id": id, "matter": "late",
                }
                for place, id in enumerate(ids[:items], 1)
            ],
        )  # fmt: skip
        return email, slug, session.id


db_unit = None


def main() -> None:
    global db_unit
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("items", 60), ("commitments", 200), ("entries", 40), ("times", 100)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of(Path(folder), page_cache=False)
        running.upgrade(settings)
        loading.load_once(settings, say=lambda words: None)
        app = create_app(settings)
        database = app.extensions["observatory.database"]
        db_unit = database.unit_of_work
        with closing(database), app.test_request_context("/"):
            email, slug, number = prepare(asked.commitments, asked.entries, asked.items)
            seen: list[str] = []
            event.listen(database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
            begin = perf_counter()
            with database.unit_of_work() as unit:
                preparing.convene(acting(email, slug), unit.get_one(RoundtableSession, number), link="https://x")
            spent, statements = perf_counter() - begin, len(seen)
            with database.reading() as unit:
                content = json.loads(unit.get_one(SessionBrief, number).content)
            told = sum(len(item["about"]["history"]) for item in content["agenda"] if item["about"])
            print(
                f"convening: {spent:.2f} s, {statements} statements, {len(content['agenda'])} items, {told} entries of history"
            )
            times = []
            asked_for = asking(f"/sessions/{number}/brief")
            for turn in range(asked.times + 3):
                begin = process_time()
                status, body = call(app, next(asked_for))
                if turn >= 3:
                    times.append((process_time() - begin) * 1000)
            assert status.startswith("200"), status
            cut = statistics.quantiles(times, n=20)
            print(f"brief page: p50 {statistics.median(times):.0f} ms, p95 {cut[-1]:.0f} ms, {len(body):,} bytes")
            if not paper.available():
                print("PDF: no WeasyPrint here")
                return
            press = app.extensions["observatory.drainer"].jobs["printing"]
            with database.unit_of_work() as unit:  # those of the demonstration's own sessions are not what is measured
                unit.execute(Printing.__table__.delete().where(Printing.record_id != number))
            begin = perf_counter()
            assert press() == 1
            spent = perf_counter() - begin
            sha256 = database.scalar(select(Printing.sha256).where(Printing.record_id == number))
            pdf = b"".join(files.of(settings).read(sha256) or ())
            print(f"PDF: {spent:.1f} s, {len(PdfReader(io.BytesIO(pdf)).pages)} pages, {len(pdf):,} bytes")


if __name__ == "__main__":
    main()
