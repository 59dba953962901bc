"""What kinds of file are taken, known by their content: an allow-list, and a reason for everything else."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from observatory.kernel.errors import Invalid
from observatory.kernel.text import _, lazy_

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200_000_000
MOST_RATIO = 200
_SAMPLE = 4_096
_MARKUP = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_VECTOR = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_NAME = re.compile(r"[^\w.()+,' -]+")


@dataclass(frozen=True)
class Media:
    """A kind of file: its media type, how its name may end (the first is the proper one) and its name for people."""

    type: str
    endings: tuple[str, ...]
    label: object
    is_image: bool = False

    @property
    def served_as(self) -> str:
        """The type it is sent with: a page is sent as bytes, so that no browser opens it as one."""
        return "application/octet-stream" if self.type == "text/html" else self.type


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MEDIA = {
    media.type: media
    for media in (
        Media("application/pdf", (".pdf",), "PDF"),
        Media("image/jpeg", (".jpg", ".jpeg"), lazy_("Photograph"), is_image=True),
        Media("image/png", (".png",), lazy_("Picture"), is_image=True),
        Media("image/webp", (".webp",), lazy_("Picture"), is_image=True),
        Media(f"{_OFFICE}wordprocessingml.document", (".docx",), lazy_("Word document")),
        Media(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), lazy_("Excel workbook")),
        Media(f"{_OPEN}text", (".odt",), lazy_("OpenDocument text")),
        Media(f"{_OPEN}spreadsheet", (".ods",), lazy_("OpenDocument spreadsheet")),
        Media("text/html", (".html", ".htm"), lazy_("Web page")),
        Media("text/plain", (".txt", ".csv", ".md", ".tsv", ".text"), lazy_("Text")),
    )
}
ENDINGS = tuple(ending for media in MEDIA.values() for ending in media.endings)
"""What a file input offers to choose from."""


def sniff(data: bytes, name: str) -> Media:
    """The kind of file that `data` is; raises Invalid, saying what to send instead, unless `name` agrees and it is
    one of MEDIA."""
    if not data:
        raise Invalid(lazy_("This file is empty."))
    found = _recognised(data)
    ending = PurePosixPath(name.lower()).suffix
    if ending not in found.endings:
        expected = ", ".join(found.endings)
        raise Invalid(
            _("By its content this file is: %(kind)s; its name should then end in %(endings)s. Check that it is the "
              "file you mean, and rename it.", kind=str(found.label), endings=expected)
        )  # fmt: skip
    return found


def clean_name(name: str) -> str:
    """A file's name as it may stand in a header and on any disk; never empty, its ending kept."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = _NAME.sub("_", plain).strip(" ._") or "file"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot and stem else plain[:110]


def _recognised(data: bytes) -> Media:
    if data.startswith(b"%PDF-"):
        return MEDIA["application/pdf"]
    if data.startswith(b"\xff\xd8\xff"):
        return MEDIA["image/jpeg"]
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return MEDIA["image/png"]
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return MEDIA["image/webp"]
    if data.startswith(b"PK"):
        return _packed(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(lazy_("This is a document of an old program: save it as PDF, DOCX or XLSX and send that."))
    if data.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        raise Invalid(lazy_("This is a program, whatever its name says. Programs are not taken."))
    head = data[:_SAMPLE]
    if b"ftyp" in head[:16]:
        raise Invalid(
            lazy_("Photographs in this format (HEIC) and films are not taken: save it as JPEG and send that.")
        )
    if _VECTOR.search(head) and not _MARKUP.match(data):
        raise Invalid(lazy_("A drawing in SVG may hold a program: save it as PNG and send that."))
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(
            lazy_("This kind of file is not taken. Send PDF, DOCX, XLSX, ODT, ODS, TXT, HTML, JPEG, PNG or WebP.")
        )
    return MEDIA["text/html"] if _MARKUP.match(data.lstrip(b"\xef\xbb\xbf")) else MEDIA["text/plain"]


def _packed(data: bytes) -> Media:
    """Which kind of office file a ZIP archive is; nothing of it is unpacked before its sizes are known."""
    damaged = Invalid(lazy_("This file is damaged: open it, save it anew and send that."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            too_much = unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(data) + 1_000_000
            if len(entries) > MOST_ENTRIES or too_much:
                raise Invalid(lazy_("This file unpacks to more than is sensible: save it as PDF and send that."))
            names = {entry.filename for entry in entries}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Invalid(lazy_("This document holds a program (macros): save it without and send that."))
            said = packed.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in names else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError):
        raise damaged from None
    if said in MEDIA:
        return MEDIA[said]
    if "[Content_Types].xml" in names:
        for part, kind in (
            ("word/document.xml", "wordprocessingml.document"),
            ("xl/workbook.xml", "spreadsheetml.sheet"),
        ):
            if part in names:
                return MEDIA[_OFFICE + kind]
    raise Invalid(lazy_("Archives are not taken: send the documents one by one."))
