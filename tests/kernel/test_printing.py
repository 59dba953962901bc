"""Printed documents: wanted with what freezes them, made once, tried again, given up loudly; nothing is fetched."""

from __future__ import annotations

import builtins
import datetime as dt
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, insert, select
from structlog.testing import capture_logs

from observatory.kernel import clock, paper, printing
from observatory.kernel.db import Base, Database
from observatory.kernel.files import Folder
from observatory.kernel.printing import ATTEMPTS, CLAIM, Press, Printing, contents
from tests.loud import skip_loudly

NOW = dt.datetime(2026, 5, 1, 15, tzinfo=dt.UTC)
PAGE = (
    '<!doctype html><html lang="es"><head><title>Sesión 1, Mesa del Ñandú</title></head>'
    '<body><h1>Sesión 1</h1><p><a href="/sessions/1">su página</a></p></body></html>'
)


@pytest.fixture
def record(database: Database) -> int:
    """A record that documents are about."""
    told: dict[str, Any] = {
        "kind": "session", "slug": "1", "title": "Sesión 1", "sort_title": "sesion 1", "summary": "", "language": "es", "state": "convened",
        "is_demo": False, "version": 1, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    with database.engine.begin() as connection:
        return int(connection.execute(insert(Base.metadata.tables["records"]).values(**told)).inserted_primary_key[0])


@pytest.fixture
def at_noon() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def library() -> None:
    if not paper.available():
        skip_loudly("pdf", "no WeasyPrint, or not the libraries it needs: docs/guide/operate.md")


def press(database: Database, tmp_path: Path, html: Any = lambda record_id, name: PAGE) -> Press:
    return Press(database, Folder(tmp_path / "files"), html, "https://mesa.example")


def want(database: Database, record: int, name: str = "brief", digest: str = "a" * 64) -> None:
    with database.unit_of_work():
        printing.want(record, name, digest)


def made(database: Database, record: int, name: str = "brief", digest: str = "a" * 64) -> printing.Made | None:
    with database.reading():
        return printing.printed(record, name, digest)


def pdf(page: str) -> bytes:
    return paper.pdf_of(page.encode(), ["https://mesa.example"])


def test_what_is_wanted_is_made_once_and_kept(
    database: Database, record: int, tmp_path: Path, library: None, at_noon: None
) -> None:
    want(database, record)
    assert made(database, record) is None
    ours = press(database, tmp_path)
    assert (ours(), ours()) == (1, 0)
    found = made(database, record)
    assert found is not None and made(database, record, "minutes") is None
    stored = b"".join(ours.files.read(found.sha256) or ())
    assert len(stored) == found.size and stored.startswith(b"%PDF-")
    with database.engine.connect() as connection:
        assert list(contents(connection)) == [found.sha256]
    want(database, record)  # the same content again
    assert ours() == 0


def test_it_says_its_title_its_language_and_its_parts_to_screen_readers(library: None) -> None:
    made_of = pdf(PAGE)
    read = PdfReader(io.BytesIO(made_of))
    assert read.metadata is not None and read.metadata.title == "Sesión 1, Mesa del Ñandú"
    catalogue: Any = read.trailer["/Root"]
    assert catalogue["/Lang"] == "es" and catalogue["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in catalogue
    assert "Sesión 1" in read.pages[0].extract_text()
    assert b"https://mesa.example/sessions/1" in b"".join(
        str(each.get_object()).encode() for each in read.pages[0].get("/Annots", ())
    )
    assert pdf(PAGE) == made_of


def test_nothing_is_fetched_and_no_file_of_the_host_gets_into_it(library: None, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("clave-de-la-mesa")
    asked: list[str] = []
    hostile = PAGE.replace(
        "<body>",
        f'<link rel="stylesheet" href="file://{secret}"><link rel="attachment" href="file://{secret}"><body>'
        f'<img src="file://{secret}"><img src="http://127.0.0.1:9/x"><a rel="attachment" href="file://{secret}">x</a>'
        f'<style>@import "file://{secret}"; body {{ background: url(file://{secret}) }}</style>'
        f'<object data="file://{secret}"></object><svg><image href="file://{secret}"/></svg>',
    )
    real = builtins.open

    def seen(file: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(str(file))
        return real(file, *arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(builtins, "open", seen)
        made_of = pdf(hostile)
    read = PdfReader(io.BytesIO(made_of))
    assert not read.attachments and b"clave" not in made_of and str(secret) not in asked
    assert "Sesión 1" in read.pages[0].extract_text()


def test_without_the_library_documents_wait(
    database: Database, record: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(database, record)
    monkeypatch.setattr(printing, "available", lambda: False)
    assert press(database, tmp_path)() == 0
    with database.reading():
        assert printing.state() == {"waiting": 1, "given_up": 0}
    assert database.scalar(select(Printing.attempts)) == 0


@pytest.mark.parametrize("problem", [ImportError, OSError])
def test_a_library_in_c_that_is_missing_counts_like_the_package(
    problem: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def broken(name: str, *arguments: Any) -> Any:
        if name == "weasyprint":
            raise problem("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", broken)
    assert paper.available.__wrapped__() is False


def test_what_can_not_be_made_is_tried_again_then_given_up_loudly_and_stops_no_other(
    database: Database, record: int, tmp_path: Path, library: None
) -> None:
    def html(record_id: int, name: str) -> str:
        if name == "broken":
            raise LookupError("no such part")
        return PAGE

    with clock.frozen(NOW):
        want(database, record, "broken")
        want(database, record)
        ours = press(database, tmp_path, html)
        assert (ours(), ours()) == (1, 0)
    with capture_logs() as logs:
        for day in range(1, ATTEMPTS + 2):
            with clock.frozen(NOW + dt.timedelta(days=day)):
                assert ours() == 0
    given_up = [line for line in logs if line["event"] == "printing_given_up"]
    assert [line["log_level"] for line in given_up] == ["error"]
    with database.reading() as unit:
        row = unit.scalars(select(Printing).where(Printing.name == "broken")).one()
        assert (row.attempts, row.failure) == (ATTEMPTS, "LookupError: no such part")
        assert printing.state() == {"waiting": 0, "given_up": 1}
    with clock.frozen(NOW + dt.timedelta(days=9)):
        want(database, record, "broken")  # frozen anew, it gets its tries anew
        with database.reading():
            assert printing.state() == {"waiting": 1, "given_up": 0}


def test_a_worker_that_was_killed_over_it_is_followed_by_another(
    database: Database, record: int, tmp_path: Path, library: None
) -> None:
    def killed(record_id: int, name: str) -> str:
        raise KeyboardInterrupt

    with clock.frozen(NOW):
        want(database, record)
        with pytest.raises(KeyboardInterrupt):
            press(database, tmp_path, killed)()
        assert press(database, tmp_path)() == 0
    with clock.frozen(NOW + CLAIM):
        assert press(database, tmp_path)() == 1


def test_of_two_at_once_one_makes_it(database: Database, record: int, tmp_path: Path, library: None) -> None:
    want(database, record)
    calls: list[int] = []
    gate = threading.Barrier(2)

    class Together(Press):
        def _claimed(self, row: Printing) -> bool:
            gate.wait(10)
            return super()._claimed(row)

    def html(record_id: int, name: str) -> str:
        calls.append(record_id)
        return PAGE

    def turn(_number: int) -> int:
        return Together(database, Folder(tmp_path / "files"), html, "")()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(turn, range(2))) == [0, 1]
    assert calls == [record]


def test_only_the_latest_content_is_waited_for_and_what_was_made_stays(
    database: Database, record: int, tmp_path: Path, library: None
) -> None:
    want(database, record, digest="a" * 64)
    assert press(database, tmp_path)() == 1
    want(database, record, digest="b" * 64)
    want(database, record, digest="c" * 64)
    assert database.scalar(select(func.count()).select_from(Printing)) == 2
    assert press(database, tmp_path)() == 1
    assert made(database, record, digest="a" * 64) and made(database, record, digest="c" * 64)
    assert made(database, record, digest="b" * 64) is None


def test_what_is_rolled_back_is_not_printed(database: Database, record: int, tmp_path: Path) -> None:
    with pytest.raises(LookupError), database.unit_of_work():  # noqa: PT012
        printing.want(record, "brief", "a" * 64)
        raise LookupError
    with database.reading():
        assert printing.state() == {"waiting": 0, "given_up": 0}
