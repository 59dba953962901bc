"""Bringing folders of texts into the library at the command line."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from click import ClickException
from flask_babel import force_locale
from sqlalchemy import select

from observatory.app import create_app
from observatory.cli.exchanging import acting, language
from observatory.kernel import confined, db, intake, media
from observatory.kernel.config import Settings
from observatory.kernel.errors import Invalid, Problem
from observatory.kernel.reading import READABLE
from observatory.records.models import Record
from observatory.rooms.library import service
from observatory.rooms.library.models import Written, written

MARKDOWN = {".md", ".markdown"}
_HEADING_LONGEST = 120


def bring(
    settings: Settings, folder: Path, *, place: str | None, about: str | None, email: str | None,
    organisation: str | None, dry_run: bool, **said: Any,
) -> int:  # fmt: skip
    """Take the texts of a folder in, all or none; prints JSON, and what can't be read on standard error."""
    app = create_app(settings)
    database = app.extensions["observatory.database"]
    refused: list[tuple[str, str]] = []
    with app.test_request_context("/"), force_locale(language()), closing(database):
        texts = list(texts_in(folder, refused))
        told: dict[str, Any] = {"new": 0, "changed": 0, "unchanged": 0}
        try:
            if not refused:
                with database.unit_of_work(write=True):
                    actor = acting(email, organisation)
                    work = _work(place, about, actor.organisation_id, said)
                    told = service.bring(actor, None, work=work, texts=texts)
                    if dry_run:
                        db.abandon()
        except Problem as problem:
            raise ClickException(str(problem)) from None
        if told["new"] + told["changed"] and not dry_run:
            database.analyse()
    print(json.dumps({**told, "refused": len(refused)}))
    for name, reason in refused:
        print(f"{name}: {reason}", file=sys.stderr)
    return 1 if refused else 0


def _work(place: str | None, about: str | None, keeper: int | None, said: dict[str, Any]) -> service.Work:
    def one(kind: str, slug: str | None) -> int | None:
        if slug is None:
            return None
        found = db.session.scalar(select(Record.id).where(Record.kind == kind, Record.slug == slug))
        if found is None:
            raise ClickException(f"There is no {kind} at {slug}.")
        return int(found)

    source = {key: said.pop(f"source_{key}") or "" for key in ("title", "publisher", "licence")}
    source["url"] = said.get("url") or ""
    values = {key: value for key, value in said.items() if value}
    return service.Work(
        territory_id=one("territory", place), about_id=one("organisation", about), keeper_id=keeper,
        source=source if source["title"] else {}, **values,
    )  # fmt: skip


def texts_in(folder: Path, refused: list[tuple[str, str]]) -> Iterator[service.Text]:
    """The texts of a folder by name; those that can't be read go to `refused` with the reason."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        try:
            yield service.Text(name[:200], hashlib.sha256(data).hexdigest(), _written(data, path))
        except Invalid as problem:
            refused.append((name, str(problem.message)))


def _written(data: bytes, path: Path) -> Written:
    """A text by what its file is; a first short line is its title where nothing else says it."""
    title = path.stem.replace("_", " ").replace("-", " ").strip().capitalize()
    if len(data) > intake.LARGEST:
        raise Invalid("The file is larger than 10 MB.")
    if path.suffix.lower() in MARKDOWN:
        return written(data.decode("utf-8-sig", "replace"), markdown=True, title=title)
    kind = _kind(data, path)
    text = confined.run("text", data, kind).decode()
    first = text.partition("\n")[0]
    return written(text, markdown=False, title=first if 3 <= len(first) <= _HEADING_LONGEST else title)


def _kind(data: bytes, path: Path) -> str:
    """The media type; a piece of a page without its head is a page too, if its name says so."""
    if path.suffix.lower() in {".html", ".htm"} and b"<" in data[:2_000]:
        return "text/html"
    found = media.sniff(data, path.name).type
    if found not in READABLE:
        raise Invalid("There are no words in a picture.")
    return found
