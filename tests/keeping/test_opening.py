"""All that is public, in one folder: whole, the same each time and from either database, and nothing private in it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from sqlalchemy import select

from observatory.aspects.attachments.models import Attachment
from observatory.aspects.comments.models import Comment
from observatory.cli import keeping, opening
from observatory.kernel.policy import Actor
from observatory.people.models import Person
from observatory.records.models import Record
from observatory.records.queries import visible
from tests import figures
from tests.app import DRAFT_ORGANISATION, OWN_DRAFT, OWN_SITE, Demo, settings_of
from tests.services import Homes


def quiet(words: str) -> None:
    """Say nothing."""


def export(demo: Demo, folder: Path, **more: Any) -> Path:
    opening.export(more.get("settings", demo.settings), folder, say=quiet)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "tables" / f"{name}.jsonl").read_text().splitlines()]


def everything(folder: Path) -> str:
    return "\n".join(path.read_text(errors="replace") for path in sorted(folder.rglob("*")) if path.is_file())


def test_it_is_whole_checked_and_the_same_each_time(demo: Demo, tmp_path: Path) -> None:
    one, two = export(demo, tmp_path / "uno"), export(demo, tmp_path / "dos")
    assert "is whole" in opening.verify(one)
    names = {path.relative_to(one) for path in one.rglob("*") if path.is_file()} - {Path("manifest.json")}
    assert names == {path.relative_to(two) for path in two.rglob("*") if path.is_file()} - {Path("manifest.json")}
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)
    manifest = json.loads((one / "manifest.json").read_text())
    assert manifest["licence"] == "CC BY 4.0" and manifest["files"]["README.txt"]["bytes"] > 0
    sites = {row["slug"] for row in rows(one, "records-site")}
    assert OWN_SITE in sites and OWN_DRAFT not in sites
    assert {row["event"] for row in rows(one, "history")} >= {"SiteCreated", "FileAttached"}
    assert (one / "lists" / "places.csv").read_text().startswith("inei,reniec")
    for row in rows(one, "attachments"):
        if row["is_open"]:
            assert hashlib.sha256((one / "files" / row["sha256"]).read_bytes()).hexdigest() == row["sha256"]
    with pytest.raises(ClickException, match="exists already"):
        export(demo, one)


def test_nothing_private_is_in_it(demo: Demo, tmp_path: Path) -> None:
    manager = demo.client_as("manager")
    manager.send(f"/sites/{OWN_DRAFT}/edit", title="TITULO-DEL-BORRADOR")
    with demo.database.unit_of_work() as unit:
        hidden = unit.scalars(select(Comment).where(Comment.body == "Esto se va a ocultar.")).one()
        hidden.body = hidden.html = "TEXTO-OCULTO"
        file = unit.scalars(select(Attachment).where(Attachment.file_name == "retirado.txt")).one()
        file.title, file.sha256 = "TITULO-RETIRADO", "f" * 64
        citizen = unit.scalars(select(Person).where(Person.email.like("citizen@%"))).one()
        citizen.name = "NOMBRE-DEL-CIUDADANO"
    folder = export(demo, tmp_path / "todo")
    told = everything(folder)
    for secret in (
        "TITULO-DEL-BORRADOR",
        "TEXTO-OCULTO",
        "TITULO-RETIRADO",
        "NOMBRE-DEL-CIUDADANO",
        "@prueba.example",
        "argon2",
    ):
        assert secret not in told
    assert DRAFT_ORGANISATION not in {row["slug"] for row in rows(folder, "records-organisation")}
    assert not (folder / "files" / ("f" * 64)).exists()
    public = {
        row["id"]
        for name in (
            "organisation",
            "site",
            "territory",
            "document",
            "commitment",
            "indicator",
            "roundtable",
            "session",
            "handover",
        )
        for row in rows(folder, f"records-{name}")
    }
    with demo.database.reading() as unit:
        drafts = set(unit.scalars(select(Record.id).where(Record.state == "draft", ~visible(Actor.guest(), Record.id))))
    assert not drafts & public
    for name in ("history", "comments", "tags", "facts", "attachments", "record_places", "translations", "measures"):
        assert {row["record_id"] for row in rows(folder, name)} <= public, name
    for name in ("indicator_definitions", "indicator_series", "indicator_targets", "measures"):
        assert {row["indicator_id"] for row in rows(folder, name)} <= public, name
    assert figures.DRAFT not in told and figures.WAITS not in told
    assert {row["published_id"] is None for row in rows(folder, "observations")} == {False}


def test_a_changed_a_missing_and_a_strange_file_are_named(demo: Demo, tmp_path: Path) -> None:
    folder = export(demo, tmp_path / "todo")
    for change, words in (
        (lambda: (folder / "lists" / "sites.csv").write_text("otra cosa"), "sites.csv is not as"),
        (lambda: (folder / "lists" / "sites.csv").unlink(), "sites.csv is missing"),
    ):
        change()
        with pytest.raises(ClickException, match=words):
            opening.verify(folder)
    (tmp_path / "vacia").mkdir()
    with pytest.raises(ClickException, match="no manifest"):
        opening.verify(tmp_path / "vacia")


def test_a_missing_file_of_the_store_stops_it_and_leaves_nothing(demo: Demo, tmp_path: Path) -> None:
    for path in (demo.home.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(ClickException, match="missing from the store"):
        export(demo, tmp_path / "todo")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_both_databases_say_the_same(demo: Demo, homes: Homes, other: str, tmp_path: Path) -> None:
    home = homes.clone(other, "empty", lambda home: None)
    keeping.migrate_database(demo.settings, home.url, say=quiet)
    one = export(demo, tmp_path / "uno")
    two = export(demo, tmp_path / "dos", settings=settings_of(demo.home, database_url=home.url))
    for path in (one / "tables").iterdir():
        assert path.read_bytes() == (two / "tables" / path.name).read_bytes(), path.name
    homes.discard(home)
