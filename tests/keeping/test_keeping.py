"""Backups that restore, refuse when damaged, and move to another database."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from sqlalchemy import func, select, update

from observatory.aspects.attachments.models import Attachment
from observatory.cli import keeping
from observatory.kernel import archive
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people.models import SessionRow
from observatory.records.history import HistoryEntry
from observatory.records.models import Record
from observatory.rooms.indicators.models import Observation
from observatory.rooms.organisations import service
from observatory.rooms.organisations.models import Organisation
from tests.app import OWN, Demo, settings_of
from tests.services import ROOT, Homes, environment

EDIT = f"/organisations/{OWN}/edit"


def quiet(words: str) -> None:
    """Say nothing."""


def contents(database: Database) -> dict[str, str]:
    connection = archive.snapshot(database)
    try:
        return archive.fingerprint(connection)
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "GRACE", 0.05)


def test_what_was_backed_up_is_restored_and_what_came_later_is_gone(demo: Demo, tmp_path: Path) -> None:
    manager = demo.client_as("manager")
    manager.send(EDIT, summary="Antes de la copia: vicuña")
    before = contents(demo.database)
    file = tmp_path / "copia.tgz"
    assert keeping.backup(demo.settings, file, say=quiet) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    manager.send(EDIT, summary="Después de la copia")
    demo.database.close()
    keeping.restore(demo.settings, file, say=quiet)
    after = contents(demo.database)
    assert {name for name in before if before[name] != after[name]} == {"content_version"}
    assert demo.scalar(select(func.count()).select_from(SessionRow)) == 0
    guest = demo.guest()
    assert "Antes de la copia" in guest.text(f"/organisations/{OWN}")
    assert guest.get("/search.json?q=vicuña").json["total"] == 1
    assert guest.get("/healthz").status_code == 200
    new = demo.once_as("steward")
    made = new.send("/organisations/new", title="Nueva tras restaurar", sector="company", language="es", places="18")
    assert made.status_code == 303, "numbers go on after those that were restored"


def test_a_backup_holds_the_files_and_a_restore_puts_them_back(demo: Demo, tmp_path: Path) -> None:
    store = demo.app.extensions["observatory.files"]
    path = f"/files/{demo.scalar(select(func.min(Attachment.id)))}"
    sha256 = demo.scalar(select(Attachment.sha256).order_by(Attachment.id))
    body = b"".join(store.read(sha256))
    keeping.backup(demo.settings, tmp_path / "copia.tgz", say=quiet)
    shutil.rmtree(demo.home.folder / "files")
    assert demo.guest().get(path).status_code == 200 and store.read(sha256) is None
    with pytest.raises(ClickException, match="missing from the store"):
        keeping.backup(demo.settings, tmp_path / "otra.tgz", say=quiet)
    assert not (tmp_path / "otra.tgz").exists()
    demo.database.close()
    keeping.restore(demo.settings, tmp_path / "copia.tgz", say=quiet)
    assert b"".join(store.read(sha256)) == body


def test_while_it_is_replaced_the_site_says_so_and_goes_on(demo: Demo) -> None:
    guest = demo.guest()
    flag = demo.settings.instance / "maintenance"
    flag.touch()
    answer = guest.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert demo.app.extensions["observatory.drainer"].run_once() >= 0
    flag.unlink()
    assert guest.get("/").status_code == 200


def test_a_backup_made_while_people_save_holds_one_moment(demo: Demo, tmp_path: Path) -> None:
    stop, said = threading.Event(), [0]

    def save() -> None:
        with demo.app.test_request_context("/"):
            while not stop.is_set():
                with demo.database.unit_of_work() as unit:
                    record = unit.scalars(select(Organisation).where(Organisation.slug == OWN)).one()
                    service.edit(Actor.operator(), record, summary=f"corte{said[0] + 1} en la puna")
                said[0] += 1

    edits = select(func.count()).select_from(HistoryEntry).where(HistoryEntry.event == "OrganisationEdited")
    before = demo.scalar(edits)
    saver = threading.Thread(target=save)
    saver.start()
    while not said[0]:
        time.sleep(0.01)
    file = tmp_path / "copia.tgz"
    keeping.backup(demo.settings, file, say=quiet)
    stop.set()
    saver.join()
    demo.database.close()
    keeping.restore(demo.settings, file, say=quiet)
    stored = str(demo.scalar(select(Record.summary).where(Record.slug == OWN)))
    number = int(stored.removeprefix("corte").partition(" ")[0])
    assert 1 <= number <= said[0]
    assert demo.scalar(edits) == before + number, "each change with its entry, and nothing half"


def rewritten(file: Path, change: Any) -> Path:
    """A copy of a backup in which `change(name, body)` altered the parts."""
    made = file.with_name("otra.tgz")
    with tarfile.open(file) as old, tarfile.open(made, "w:gz") as new:
        for entry in old:
            handle = old.extractfile(entry)
            body = change(entry.name, handle.read() if handle else b"")
            if body is not None:
                entry.size = len(body)
                new.addfile(entry, io.BytesIO(body))
    return made


def test_a_damaged_or_strange_backup_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "copia.tgz"
    keeping.backup(demo.settings, file, say=quiet)
    before = contents(demo.database)

    def one_byte(name: str, body: bytes) -> bytes:
        return body.replace(b"Torata", b"Tarato", 1) if name == "tables/records.jsonl" else body

    def missing(name: str, body: bytes) -> bytes | None:
        return None if name == "tables/people.jsonl" else body

    def newer(name: str, body: bytes) -> bytes:
        return json.dumps({**json.loads(body), "revision": "9999"}).encode() if name == "manifest.json" else body

    for change, words in (
        (one_byte, "damaged in the part tables/records.jsonl"),
        (missing, "damaged in the part tables/people.jsonl"),
        (newer, "newer version"),
    ):
        with pytest.raises(ClickException, match=words):
            keeping.restore(demo.settings, rewritten(file, change), say=quiet)
    cut = tmp_path / "cortada.tgz"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    text = tmp_path / "carta.txt"
    text.write_bytes(gzip.compress(b"hola"))
    for bad in (cut, text):
        with pytest.raises(ClickException, match="no whole backup"):
            keeping.restore(demo.settings, bad, say=quiet)
    assert contents(demo.database) == before
    assert demo.guest().get("/").status_code == 200


def test_a_backup_never_writes_over_another_file_and_leaves_nothing_half(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "copia.tgz"
    file.write_text("lo que ya estaba")
    with pytest.raises(ClickException, match="exists already"):
        keeping.backup(demo.settings, file, say=quiet)
    assert file.read_text() == "lo que ya estaba"
    other = tmp_path / "otra.tgz"
    process = subprocess.Popen(
        [sys.executable, "-m", "observatory.cli", "backup", str(other)], env=environment(demo.home, demo=1), cwd=ROOT
    )
    partial = tmp_path / "otra.tgz.partial"
    while process.poll() is None and not partial.exists():
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert not other.exists(), "what was cut short has another name"
    keeping.backup(demo.settings, other, say=quiet)
    assert other.exists() and not partial.exists()


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_an_instance_moves_to_another_database_and_both_hold_the_same(demo: Demo, homes: Homes, other: str) -> None:
    home = homes.fresh(other)
    long, first = Decimal("57.12345678901234567890123456789012345"), select(func.min(Observation.id)).scalar_subquery()
    with demo.database.side_transaction() as unit:
        unit.execute(update(Observation.__table__).where(Observation.id == first).values(value=long))
    before = contents(demo.database)
    keeping.migrate_database(demo.settings, home.url, say=quiet)
    moved = Database(settings_of(home).database_url)
    assert contents(moved) == before
    assert moved.scalar(select(Observation.value).where(Observation.id == first)) == long
    with pytest.raises(ClickException, match="holds records already"):
        keeping.migrate_database(demo.settings, home.url, say=quiet)
    with pytest.raises(ClickException, match="in use"):
        keeping.migrate_database(demo.settings, demo.settings.database_url, say=quiet)
    with moved.unit_of_work() as unit:
        newest = unit.scalar(select(func.max(Record.id)))
        made = Organisation(slug="nueva-aqui", title="Nueva", sector="company")
        unit.add(made)
        unit.flush()
        assert made.id > newest
        unit.info["abandoned"] = True
    moved.close()
    homes.discard(home)


def test_a_full_disk_leaves_nothing_half(demo: Demo, tmp_path: Path) -> None:
    small = tmp_path / "lleno"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        with pytest.raises(ClickException, match="could not be written"):
            keeping.backup(demo.settings, small / "copia.tgz", say=quiet)
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert demo.guest().get("/").status_code == 200
