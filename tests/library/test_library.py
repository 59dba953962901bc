"""The library: folders of texts go in whole, are read in light pages, and their words are found."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from sqlalchemy import func, select

from observatory.cli import texts
from observatory.kernel.errors import Invalid, Refused
from observatory.records import derived
from observatory.records.models import Record
from observatory.rooms.library import service
from observatory.rooms.library.models import PART, Document, written
from tests.app import OWN, Demo

_UNSAID = dict.fromkeys(
    ("author", "issued", "url", "source_title", "source_publisher", "source_licence", "email", "organisation")
)


def bring(demo: Demo, folder: Path, capsys: pytest.CaptureFixture[str], **said: Any) -> dict[str, Any]:
    values = {
        "collection": "Obra de prueba",
        "place": "pe",
        "about": None,
        "language": "es",
        "dry_run": False,
        **_UNSAID,
    }
    code = texts.bring(demo.settings, folder, **(values | said))
    out = capsys.readouterr()
    return {**json.loads(out.out), "code": code, "said": out.err}


def index(demo: Demo) -> None:
    while derived.drain(demo.database, demo.app.extensions["observatory.shelf"]):
        pass


def results(demo: Demo, question: str) -> list[str]:
    found = demo.guest().get(f"/search.json?kind=document&q={question}").json
    return [row["url"] for row in found["results"]]


def test_the_constitution_goes_in_and_canon_finds_its_two_chapters(
    demo: Demo, real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = real_data / "07-text-search" / "constitucion-peru-1993"
    told = bring(
        demo, folder, capsys, collection="Constitución", source_title="Constitución de 1993", source_licence="CC0"
    )
    assert (told["new"], told["refused"], told["code"]) == (36, 0, 0)
    index(demo)
    found = {url for url in results(demo, "canon") if "/constitucion-" in url}
    assert found == {"/library/constitucion-titulo-iii-capitulo-iv", "/library/constitucion-titulo-iv-capitulo-xiv"}
    page = demo.guest().text("/library/constitucion-titulo-iii-capitulo-iv")
    assert "en calidad de canon" in page and "ARTICULO 77" in page and "CC0" in page
    assert "Constitución" in demo.guest().text("/places/pe") and "36 texts" in demo.guest().text("/places/pe")
    assert bring(demo, folder, capsys, collection="Constitución")["unchanged"] == 36


def test_pages_of_the_web_go_in_as_words(demo: Demo, real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = bring(
        demo, real_data / "07-text-search" / "eiti-peru-portal", capsys, collection="Portal EITI", place=None, about=OWN
    )
    assert told["new"] == 11
    index(demo)
    assert results(demo, "cotejador") == ["/library/portal-eiti-glosario-index"]
    page = demo.guest().text("/library/portal-eiti-glosario-index")
    assert "Cotejador" in page and "<script" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Portal EITI" in demo.guest().text(f"/organisations/{OWN}")


def test_a_long_plan_is_read_in_parts_that_stay_light(
    demo: Demo, real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = next((real_data / "07-text-search").glob("PEI-*.md"))
    (tmp_path / "plan.md").write_bytes(source.read_bytes())
    assert bring(demo, tmp_path, capsys, collection="Plan", place="22")["new"] == 1
    with demo.database.reading() as unit:
        document = unit.scalars(select(Document).where(Document.file_name == "plan.md")).one()
        numbers = unit.execute(
            select(func.count())
            .select_from(service.DocumentPart)
            .where(service.DocumentPart.document_id == document.id)
        ).scalar()
    assert numbers > 10
    for part in (1, 7, numbers):
        page = demo.guest().get(f"/library/{document.slug}?part={part}")
        assert page.status_code == 200 and len(gzip.compress(page.data)) < 30_000
    for part in ("0", "999", "x", "-1"):
        assert demo.guest().get(f"/library/{document.slug}?part={part}").status_code == 404


def test_a_changed_file_replaces_its_words_and_history_says_so(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "uno.md").write_text("# Uno\n\nHabla de guanacos.\n")
    (tmp_path / "dos.txt").write_text("Dos\n\nHabla de tarucas.\n")
    assert bring(demo, tmp_path, capsys)["new"] == 2
    (tmp_path / "uno.md").write_text("# Uno, corregido\n\nHabla de vizcachas.\n")
    assert bring(demo, tmp_path, capsys, dry_run=True)["changed"] == 1
    told = bring(demo, tmp_path, capsys)
    assert (told["changed"], told["unchanged"]) == (1, 1)
    index(demo)
    assert results(demo, "guanacos") == [] and results(demo, "vizcachas") == ["/library/obra-de-prueba-uno"]
    assert "replaced the text" in demo.guest().text("/history/document/obra-de-prueba-uno")


def test_one_file_that_can_not_be_read_and_nothing_goes_in(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bien.md").write_text("# Bien\n\nPalabras.\n")
    (tmp_path / "mal.pdf").write_bytes(b"MZ program")
    before = demo.scalar(select(func.count()).select_from(Document))
    told = bring(demo, tmp_path, capsys)
    assert told["code"] == 1 and told["refused"] == 1 and "mal.pdf: " in told["said"] and "program" in told["said"]
    assert demo.scalar(select(func.count()).select_from(Document)) == before
    (tmp_path / "mal.pdf").unlink()
    with pytest.raises(ClickException, match="no territory at 999999"):
        bring(demo, tmp_path, capsys, place="999999")
    with pytest.raises(ClickException, match="Say which place"):
        bring(demo, tmp_path, capsys, place=None)


def test_hostile_words_run_nowhere(demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text(
        "# <script>alert(1)</script>\n\n<img src=x onerror=alert(2)> [x](javascript:alert(3))\n" + "[" * 3_000
    )
    (tmp_path / "b.txt").write_text("Uno\n\n<script>alert(4)</script>\n\n<body onload=alert(5)>")
    assert bring(demo, tmp_path, capsys)["new"] == 2
    for slug in ("obra-de-prueba-a", "obra-de-prueba-b"):
        main = demo.guest().text(f"/library/{slug}").partition('<div class="two">')[2].partition("</main>")[0]
        assert (
            "<script" not in main
            and "<img" not in main
            and "<body onload" not in main
            and 'href="javascript' not in main
        )


def test_withdrawn_it_stays_with_its_reason(demo: Demo) -> None:
    steward, guest = demo.client_as("steward"), demo.guest()
    slug = demo.scalar(select(Record.slug).where(Record.kind == "document").order_by(Record.id))
    for visitor in (demo.client_as("manager"), demo.client_as("citizen")):
        assert visitor.get(f"/library/{slug}/withdrawal").status_code == 403
    assert steward.send(f"/library/{slug}/withdrawal", reason="Hay una versión mejor.").status_code == 303
    assert "Hay una versión mejor." in guest.text(f"/library/{slug}")
    assert f"/library/{slug}" not in guest.text("/library").partition("<main")[2]


def test_only_a_steward_brings(demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("# A\n\nPalabras.\n")
    with pytest.raises(ClickException, match="steward"):
        bring(demo, tmp_path, capsys, email="manager@prueba.example", organisation=OWN)
    assert issubclass(Refused, Exception)


def test_a_text_is_cut_at_headings_and_never_too_long() -> None:
    found = written(
        "# Título\n" + "".join(f"## Artículo {n}\n{'palabra ' * 400}\n\n" for n in range(30)), markdown=True, title="x"
    )
    assert found.title == "Título" and len(found.parts) > 3
    assert all(len(words) <= PART + 200 for _heading, _html, words in found.parts)
    assert all(heading.startswith("Artículo") for heading, _html, _words in found.parts)
    whole = written("x" * (PART * 3), markdown=False, title="Sin título")
    assert whole.title == "Sin título" and len(whole.parts) == 3
    with pytest.raises(Invalid):
        written("\n \n", markdown=True, title="x")
