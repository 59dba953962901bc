"""All that is public, as a folder of plain files: for whoever wants to carry on elsewhere, or to keep it safe."""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from click import ClickException
from sqlalchemy import Select, inspect, select

from observatory import __version__
from observatory.app import create_app
from observatory.kernel import clock, db, files
from observatory.kernel.config import Settings
from observatory.kernel.exact import plain
from observatory.kernel.pages import registry, settings
from observatory.kernel.policy import Actor
from observatory.kernel.registry import Kind
from observatory.kernel.tables import csv_parts
from observatory.records.queries import visible

Say = Callable[[str], None]
MANIFEST = "manifest.json"
_README = """Todo lo público de {name}, tal como estaba el {date}.

tables/  una línea JSON por fila: los registros de cada tipo, su historia, enlaces, comentarios, fuentes y demás. Los números
         (record_id, organisation_id…) son los de tables/records-*.jsonl.
lists/   las listas del sitio en CSV, como las descarga cualquiera.
files/   los documentos y fotografías, con su SHA-256 por nombre; tables/attachments.jsonl dice qué es cada uno.
manifest.json   la licencia, la fecha y, de cada archivo, su tamaño y su SHA-256.

Lo que no es público no está aquí: borradores, cuentas, direcciones, denuncias, ni el texto de lo que se ocultó.

All that is public of {name}, as it was on {date}.

tables/  one line of JSON for each row: the records of each kind, their history, links, comments, sources and the rest. Numbers
         (record_id, organisation_id…) are those of tables/records-*.jsonl.
lists/   the lists of the site as CSV, as anybody downloads them.
files/   documents and photographs, named by their SHA-256; tables/attachments.jsonl says what each is.
manifest.json   the licence, the date and, of each file, its size and its SHA-256.

What is not public is not here: drafts, accounts, addresses, reports, or the words of what was hidden.

{licence} · {licence_url}
"""


def export(given: Settings, folder: Path, *, say: Say) -> None:
    """Write everything that is public into `folder`, which must be new; whole or not at all."""
    if folder.exists():
        raise ClickException(f"{folder} exists already: name another folder, nothing was written.")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    app = create_app(given)
    database = app.extensions["observatory.database"]
    try:
        partial.mkdir(parents=True)
        with app.test_request_context("/"), closing(database), database.reading():
            parts = _write(partial, app.extensions["observatory.files"], say)
            _finish(partial, parts)
        os.rename(partial, folder)
    except files.StoreDown:
        raise ClickException("The store of files can't be reached: nothing was written.") from None
    except OSError as problem:
        raise ClickException(f"The export could not be written ({problem.strerror}); nothing was left.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    say(f"{folder} holds all that is public: {len(parts):,} files.")


def verify(folder: Path) -> str:
    """Say that `folder` is whole; raises ClickException naming the first thing that is not."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        parts: dict[str, dict[str, Any]] = manifest["files"]
    except (OSError, ValueError, KeyError):
        raise ClickException(f"{folder} has no manifest that can be read.") from None
    for name, told in sorted(parts.items()):
        path = folder / name
        if not path.is_file():
            raise ClickException(f"{name} is missing.")
        with path.open("rb") as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != told["sha256"]:
                raise ClickException(f"{name} is not as the manifest says.")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    if more := sorted(there - set(parts)):
        raise ClickException(f"{more[0]} is not in the manifest.")
    return f"{folder} is whole: {len(parts):,} files, made on {manifest['made'][:10]} by version {manifest['version']}."


def _write(folder: Path, store: files.Files, say: Say) -> dict[str, dict[str, Any]]:
    guest, found = Actor.guest(), registry()
    parts: dict[str, dict[str, Any]] = {}

    def put(name: str, pieces: Iterator[bytes]) -> None:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        parts[name] = {"bytes": size, "sha256": digest.hexdigest()}

    say("Writing tables …")
    for kind in found.kinds.values():
        put(f"tables/records-{kind.name}.jsonl", _lines(_records(guest, kind)))
    for table in found.public.values():
        put(f"tables/{table.name}.jsonl", _lines(table.statement(guest)))
    say("Writing lists …")
    for listing in found.listings.values():
        columns = [(column.key, column.value) for column in listing.columns]
        put(f"lists/{listing.name}.csv", (part.encode() for part in csv_parts(listing.rows(guest, {}), columns)))
    say("Writing files …")
    for room in found.rooms:
        for sha256 in room.public_files(guest) if room.public_files else ():
            pieces = store.read(sha256)
            if pieces is None:
                raise ClickException(f"The file {sha256} is missing from the store: the export would not be whole.")
            put(f"files/{sha256}", pieces)
    return parts


def _finish(folder: Path, parts: dict[str, dict[str, Any]]) -> None:
    now, own = clock.now(), settings()
    words = {"name": own.site_name, "licence": own.licence, "licence_url": own.licence_url}
    readme = _README.format(date=now.date().isoformat(), **words).encode()
    (folder / "README.txt").write_bytes(readme)
    parts["README.txt"] = {"bytes": len(readme), "sha256": hashlib.sha256(readme).hexdigest()}
    manifest = {
        "made": now.isoformat(timespec="seconds"), "version": __version__, **words, "address": own.public_url or None,
        "files": parts,
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def _records(actor: Actor, kind: Kind) -> Select[Any]:
    """The records of a kind that the actor may see, with the fields that its room names and those that all have."""
    named = {column.key for column in inspect(kind.cls).column_attrs} & (set(kind.fields) | _COMMON)
    attributes = [getattr(kind.cls, name) for name in sorted(named)]
    return select(*attributes).where(visible(actor, kind.cls.id)).order_by(kind.cls.id)


_COMMON = {
    "id", "slug", "title", "summary", "language", "keeper_id", "territory_id", "site_id", "source_id", "state", "is_demo",
    "created_at", "updated_at", "version",
}  # fmt: skip


def _lines(statement: Select[Any]) -> Iterator[bytes]:
    for row in db.session.execute(statement.execution_options(yield_per=500)):
        told = {name: _plain(value) for name, value in row._mapping.items()}
        yield json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return plain(value)
    return bool(value) if isinstance(value, bool) else value
