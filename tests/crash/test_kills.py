"""Processes killed without warning: what was acknowledged is there, and the index catches up.

A sample of a few rounds; `make campaign` runs some hundreds.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from observatory.aspects.desk.models import ImportBatch
from observatory.kernel.search import Query, WhooshShelf
from observatory.records import derived
from observatory.records.derived import SearchQueueRow
from observatory.records.history import HistoryEntry
from observatory.records.models import Record, RecordAudience
from tests.app import OWN, Demo
from tests.services import ROOT, environment

ROUNDS = int(os.environ.get("OBSERVATORY_CRASH_ROUNDS", "2"))
SAVE = """
import sys
from sqlalchemy import select
from observatory.app import open_database, registry
from observatory.kernel.config import Settings
from observatory.kernel.policy import Actor
from observatory.rooms.organisations import service
from observatory.rooms.organisations.models import Organisation
registry()
database = open_database(Settings.load())
number = int(sys.argv[2])
while True:
    number += 1
    with database.unit_of_work() as unit:
        record = unit.scalars(select(Organisation).where(Organisation.slug == sys.argv[1])).one()
        service.edit(Actor.operator(), record, summary=f"corte{number} en la puna")
    print(number, flush=True)
"""
INDEX = """
from observatory.app import open_database, registry
from observatory.kernel.config import Settings
from observatory.kernel.search import WhooshShelf
from observatory.records import derived
registry()
settings = Settings.load()
database, shelf = open_database(settings), WhooshShelf(settings.search_folder)
derived.BATCH = 20
while done := derived.drain(database, shelf):
    print(done, flush=True)
"""
STORE = """
import os
from observatory.kernel import files
from observatory.kernel.config import Settings
store = files.of(Settings.load())
while True:
    print(store.put(os.urandom(300_000)), flush=True)
"""
BRING = """
import json, sys
from pathlib import Path
from observatory.cli import exchanging
from observatory.kernel.config import Settings
print("begun", flush=True)
exchanging.bring(
    Settings.load(), sys.argv[2], Path(sys.argv[1]), only_propose=False, mapping_file=None, dry_run=False, email=None,
    organisation=None,
)
"""
pytestmark = pytest.mark.slow


@contextmanager
def killed(demo: Demo, program: str, *arguments: str, after: float) -> Iterator[list[str]]:
    """What `program` said before it was killed, `after` seconds after its first word."""
    said: list[str] = []
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=environment(demo.home, demo=1), cwd=ROOT, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    lines = process.stdout
    said.append(lines.readline().strip())
    reader = threading.Thread(target=lambda: said.extend(line.strip() for line in lines if line.endswith("\n")))
    reader.start()
    time.sleep(after)
    process.kill()
    process.wait()
    reader.join()
    lines.close()
    yield said


def catch_up(demo: Demo) -> WhooshShelf:
    shelf = WhooshShelf(demo.settings.search_folder)
    while derived.drain(demo.database, shelf):
        pass
    assert shelf.check() is None
    return shelf


def test_nothing_that_was_acknowledged_is_lost_when_the_saver_is_killed(demo: Demo) -> None:
    chance, last = random.Random(7), 0
    edits = select(func.count()).select_from(HistoryEntry).where(HistoryEntry.event == "OrganisationEdited")
    before = demo.scalar(edits)
    for _round in range(ROUNDS):
        with killed(demo, SAVE, OWN, str(last), after=chance.uniform(0.05, 0.6)) as said:
            acknowledged = int(said[-1])
        assert [int(word) for word in said] == list(range(last + 1, acknowledged + 1))
        stored = str(demo.scalar(select(Record.summary).where(Record.slug == OWN)))
        last = int(stored.removeprefix("corte").partition(" ")[0])
        assert last in {acknowledged, acknowledged + 1}, "the last one may have been kept without a word"
        assert demo.scalar(edits) == before + last, "each change has its entry, and no entry is without its change"
        found = catch_up(demo).search(Query(text=f"corte{last}", labels=frozenset({"public"})))
        assert [hit.url for hit in found.hits] == [f"/organisations/{OWN}"]
    if demo.database.is_sqlite:
        assert demo.scalar(text("PRAGMA integrity_check")) == "ok"


def queue_some(demo: Demo) -> None:
    """Let 400 records wait to be indexed, unless enough do."""
    if demo.scalar(select(func.count()).select_from(SearchQueueRow)) > 200:
        return
    with demo.database.unit_of_work() as unit:
        ids = list(unit.scalars(select(Record.__table__.c.id).order_by(Record.__table__.c.id).limit(400)))
        rows = select(Record.__table__.c.id, Record.__table__.c.updated_at).where(Record.__table__.c.id.in_(ids))
        unit.execute(insert(SearchQueueRow).from_select(["record_id", "at"], rows))


def test_the_index_converges_when_the_indexer_is_killed(demo: Demo) -> None:
    chance = random.Random(11)
    catch_up(demo)
    total = demo.scalar(select(func.count()).select_from(Record.__table__))
    for _round in range(ROUNDS):
        queue_some(demo)
        with killed(demo, INDEX, after=chance.uniform(0.0, 0.25)):
            pass
        shelf = WhooshShelf(demo.settings.search_folder)
        assert shelf.check() is None, "whatever moment it was killed at, the index can be read"
        assert shelf.search(Query(text="agua", labels=frozenset({"public"}))).total > 0
    shelf = catch_up(demo)
    assert demo.scalar(select(func.count()).select_from(SearchQueueRow)) == 0
    assert shelf.count() == total
    with demo.database.reading() as unit:
        everybody = frozenset(unit.scalars(select(RecordAudience.label).distinct()))
    query, found = Query(labels=everybody, size=50), set()
    while True:
        results = shelf.search(query)
        found |= {hit.id for hit in results.hits}
        if results.next_after is None:
            break
        query = replace(query, after=results.next_after)
    with demo.database.reading() as unit:
        assert found == set(unit.scalars(select(Record.__table__.c.id)))


def test_a_new_index_that_is_cut_short_leaves_the_old_one(demo: Demo) -> None:
    program = (
        "from observatory.cli import running\nfrom observatory.kernel.config import Settings\n"
        "print('begun', flush=True)\nrunning.reindex(Settings.load(), say=print)\n"
    )
    before = catch_up(demo).count()
    with killed(demo, program, after=0.4):
        pass
    shelf = WhooshShelf(demo.settings.search_folder)
    assert shelf.check() is None
    assert shelf.count() == before
    assert catch_up(demo).count() == before


REGISTERS = {
    "organisations": ("slug;nombre;sector;estado\n", "caida-{0}-{1};Caída {0} número {1};company;published\n"),
    "commitments": ("promesa;responsable;hitos\n", 'Caída {0} número {1};Municipalidad;"40 % Compra\n60 % Entrega"\n'),
}


@pytest.mark.parametrize("register", REGISTERS)
def test_a_file_is_taken_in_whole_or_not_at_all_when_the_importer_is_killed(
    demo: Demo, tmp_path: Path, register: str
) -> None:
    """Killed at any moment, a file of 150 rows is in the database with its batch, or nothing of it is."""
    chance, kept = random.Random(13), 0
    head, line = REGISTERS[register]
    batches = select(func.max(ImportBatch.id))
    before = demo.scalar(batches) or 0
    for number in range(ROUNDS):
        file = tmp_path / f"archivo{number}.csv"
        file.write_text(head + "".join(line.format(number, n) for n in range(150)))
        with killed(demo, BRING, str(file), register, after=chance.uniform(0.3, 4.0)) as said:
            acknowledged = [json.loads(word) for word in said if word.startswith("{")]
        named = Record.title.startswith(f"Caída {number} número ")
        made = demo.scalar(select(func.count()).select_from(Record.__table__).where(named))
        after = demo.scalar(batches) or 0
        assert made in {0, 150} and (after > before) == (made == 150), "all or nothing, with the batch"
        if acknowledged:
            assert made == 150 and acknowledged[0]["batch"] == after
            kept += 1
        before = after
        entries = select(func.count()).select_from(HistoryEntry).where(HistoryEntry.batch_id == after)
        assert made == 0 or demo.scalar(entries) == 150
    assert kept <= ROUNDS
    if demo.database.is_sqlite:
        assert demo.scalar(text("PRAGMA integrity_check")) == "ok"


def test_an_upload_that_is_killed_leaves_nothing_half(demo: Demo) -> None:
    """Files killed while they are stored: each that was acknowledged is whole, and no other has a name."""
    chance = random.Random(17)
    for _round in range(ROUNDS):
        with killed(demo, STORE, after=chance.uniform(0.0, 0.4)) as said:
            acknowledged = [word for word in said if len(word) == 64]
        store = demo.app.extensions["observatory.files"]
        for sha256, _age in store.every():
            assert hashlib.sha256(b"".join(store.read(sha256))).hexdigest() == sha256
        assert all(len(b"".join(store.read(sha256))) == 300_000 for sha256 in acknowledged)
