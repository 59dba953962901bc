"""Files of strangers: recognised by content, read within limits, drawn anew, kept by their hash."""

from __future__ import annotations

import io
import os
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from PIL import Image

from observatory.kernel import confined, intake, media, photographs
from observatory.kernel.config import Settings
from observatory.kernel.errors import Invalid
from observatory.kernel.files import Bucket, Files, Folder, Sealed, StoreDown

pytestmark = pytest.mark.usefixtures("app_context")
WORDS = "La garantía del canon ñandú"


def _zip(entries: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as packed:
        for name, body in entries.items():
            packed.writestr(name, body)
    return out.getvalue()


def _docx() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(WORDS)
    document.add_table(1, 1).rows[0].cells[0].text = "una celda"
    document.save(out)
    return out.getvalue()


def _odt() -> bytes:
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    body = f'<office:d xmlns:office="o" xmlns:text="{text}"><text:p>{WORDS}</text:p></office:d>'
    return _zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": body.encode()})


def _xlsx() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Hoja").write(0, 0, WORDS)
    book.close()
    return out.getvalue()


def _pdf() -> bytes:
    stream = b"BT /F1 24 Tf 72 700 Td (La garantia del canon) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % each for each in offsets)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (_docx(), "acta.docx", [WORDS, "una celda"]),
        (_odt(), "acta.odt", [WORDS]),
        (_xlsx(), "cifras.xlsx", ["Hoja", WORDS]),
        (_pdf(), "acta.pdf", ["La garantia del canon"]),
        (WORDS.encode("cp1252"), "nota.txt", [WORDS]),
        (f"<html><body><h1>{WORDS}</h1><script>x()</script></body></html>".encode(), "p.html", [WORDS]),
    ],
)
def test_each_kind_is_recognised_and_read(body: bytes, name: str, words: list[str]) -> None:
    content = intake.receive(body, name)
    text = confined.run("text", content.body, content.media.type).decode()
    assert all(word in text for word in words) and "x()" not in text


BOMB = _zip({"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b"0" * 300_000_000})
HOSTILE = {
    "bomb.xlsx": (BOMB, "unpacks to more"),
    "many.docx": (_zip({f"word/{n}.xml": b"" for n in range(2_100)}), "unpacks to more"),
    "macros.docx": (
        _zip({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}),
        "macros",
    ),
    "archive.docx": (_zip({"setup.exe": b"MZ"}), "Archives are not taken"),
    "cut.xlsx": (_xlsx()[:-40], "damaged"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old program"),
    "script.pdf": (b"#!/bin/sh\nrm -rf /", "This is a program"),
    "phone.jpg": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC"),
    "gifar.jpg": (b"GIF89a" + _zip({"A.class": b"x"}), "not taken"),
    "name.pdf.exe": (_pdf(), "should then end in .pdf"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_at_once(name: str) -> None:
    body, words = HOSTILE[name]
    began = time.monotonic()
    with pytest.raises(Invalid) as refused:
        intake.receive(body, name)
    assert words in str(refused.value.message)
    assert time.monotonic() - began < 5, "a limit far above what it takes"


def test_a_picture_of_too_many_points_or_broken_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    for body, name in ((out.getvalue(), "bomb.png"), (b"\x89PNG\r\n\x1a\n" + b"x" * 500, "broken.png")):
        with pytest.raises(Invalid):
            intake.receive(body, name)


def test_a_reader_that_takes_too_much_is_ended() -> None:
    with pytest.raises(Invalid, match="more than is sensible"):
        confined.run("text", b"%PDF-1.4\n" * 200_000 + _pdf(), "application/pdf", seconds=0)


def test_a_picture_keeps_neither_metadata_nor_what_is_appended() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    exif[0x0112] = 6  # on its side
    out = io.BytesIO()
    Image.effect_noise((300, 200), 50).convert("RGB").save(out, "JPEG", exif=exif, comment=b"SECRET")
    content = intake.receive(out.getvalue() + b"PK\x03\x04 SECRET", "f.jpeg")
    assert b"SECRET" not in content.body + content.preview and b"PK\x03\x04" not in content.body
    assert (content.width, content.height) == (200, 300), "it stands upright now"
    assert intake.Content.unsealed(content.sealed()) == content


def test_transparent_and_other_pictures_become_plain_ones() -> None:
    for mode, kind, name in (
        ("RGBA", "PNG", "a.png"),
        ("P", "PNG", "b.png"),
        ("RGB", "WEBP", "c.webp"),
        ("L", "JPEG", "d.jpg"),
    ):
        out = io.BytesIO()
        Image.new(mode, (50, 40)).save(out, kind)
        content = intake.receive(out.getvalue(), name)
        assert content.name.endswith(content.media.endings) and content.preview.startswith(b"\xff\xd8\xff")


def test_cells_outside_the_grid_are_refused() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200)).save(out, "JPEG")
    content = intake.receive(out.getvalue(), "f.jpg")
    columns, rows = photographs.grid(300, 200)
    with pytest.raises(Invalid):
        intake.cover(content, {columns * rows})


def test_names_are_made_safe() -> None:
    assert media.clean_name("../../etc/passwd") == "passwd"
    assert media.clean_name('C:\\Users\\a\r\nSet-Cookie: x".pdf') == "a_Set-Cookie_ x_.pdf"
    assert media.clean_name("Año ñandú.pdf") == "Año ñandú.pdf"
    assert media.clean_name("...") == "file" and len(media.clean_name("x" * 400 + ".pdf")) < 120


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Files]:
    """Each kind of store; the bucket is of a server on loopback that speaks S3."""
    if request.param == "folder":
        yield Folder(tmp_path / "files")
        return
    from moto.server import ThreadedMotoServer

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    kept = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1",
    }  # fmt: skip
    try:
        import urllib.request

        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/observatory", method="PUT"), timeout=5)
        yield Bucket("s3://observatory/public")
    finally:
        os.environ.clear()
        os.environ |= kept
        server.stop()


def test_a_store_keeps_what_it_is_given(store: Files) -> None:
    one, two = store.put(b"a" * 700_000), store.put(b"b")
    assert store.put(b"b") == two, "the same content once more"
    found = store.read(one)
    assert found is not None and b"".join(found) == b"a" * 700_000
    assert {sha256 for sha256, _age in store.every()} == {one, two}
    store.delete(one)
    store.delete(one)
    assert store.read(one) is None


def test_a_store_that_is_down_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(StoreDown):
        Bucket("s3://observatory").put(b"x")
    settings = Settings.load({"OBSERVATORY_FILES": "ftp://somewhere"}, instance=tmp_path)
    from observatory.kernel import files

    with pytest.raises(ValueError, match="s3://bucket"):
        files.of(settings)


def test_what_is_sealed_opens_with_its_secret_alone(tmp_path: Path) -> None:
    sealed = Sealed(tmp_path / "uploads")
    sealed.keep("a" * 24, "one session", b"PLAIN")
    assert b"PLAIN" not in next((tmp_path / "uploads").iterdir()).read_bytes()
    assert sealed.opened("a" * 24, "one session") == b"PLAIN"
    assert sealed.opened("a" * 24, "another") is None and sealed.opened("b" * 24, "one session") is None
    with pytest.raises(ValueError, match="at random"):
        sealed.opened("../../../etc/passwd-and-more", "x")
    sealed.sweep(-1)
    assert sealed.opened("a" * 24, "one session") is None
