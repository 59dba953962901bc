"""Where files are kept: named by the SHA-256 of their content, in a folder of this host or in a bucket.

A file is stored before the row that speaks of it is committed, and stays where the commit fails: `sweep` of whoever
keeps such rows takes away what no row speaks of. What is stored is never changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from observatory.kernel.config import Settings, SettingsError
from observatory.kernel.db import Database
from observatory.kernel.errors import Problem
from observatory.kernel.logs import log
from observatory.kernel.text import lazy_

_CHUNK = 256 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


class StoreDown(Problem):
    """The files can't be reached or written now; nothing was saved."""

    status = 503

    def __init__(self) -> None:
        super().__init__(lazy_("The files can't be reached just now. Nothing was saved: try again in a few minutes."))


class Files(Protocol):
    """A store of files by content."""

    def put(self, data: bytes) -> str:
        """Keep `data`; its SHA-256. Durable when this returns; StoreDown otherwise."""

    def read(self, sha256: str) -> Iterator[bytes] | None:
        """The content in pieces, or None where there is no such file."""

    def delete(self, sha256: str) -> None:
        """Take a file away; nothing where there is none."""

    def every(self) -> Iterator[tuple[str, float]]:
        """Each file's SHA-256, and the seconds since it was put there."""


class Folder:
    """Files in a folder of this host."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise ValueError("a file is named by 64 hexadecimal digits")
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        partial = path.with_name(f"{secrets.token_hex(8)}.partial")
        try:
            if path.exists():
                os.utime(path)  # young again: no sweep takes it before the row that speaks of it is there
                return sha256
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(partial, path)
            _sync(path.parent)
        except OSError as problem:
            partial.unlink(missing_ok=True)
            log.error("file_not_stored", error=problem.strerror)
            raise StoreDown from None
        return sha256

    def read(self, sha256: str) -> Iterator[bytes] | None:
        try:
            handle = self._path(sha256).open("rb")
        except FileNotFoundError:
            return None
        except OSError as problem:
            log.error("file_not_read", error=problem.strerror)
            raise StoreDown from None
        return _Pieces(handle)

    def delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def every(self) -> Iterator[tuple[str, float]]:
        now = time.time()
        for path in sorted(self.folder.glob("??/*")):
            if path.suffix == ".partial":
                if now - path.stat().st_mtime > 3600:
                    path.unlink(missing_ok=True)
            elif _HASH.fullmatch(path.name):
                yield path.name, now - path.stat().st_mtime


class _Pieces:
    """A file in pieces, closed at its end, or when whoever reads it goes away."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._handle.read(_CHUNK)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        self._handle.close()


class Bucket:
    """Files in a bucket that speaks S3. `url` is s3://bucket or s3://bucket/prefix; the address of a server other than
    Amazon's, keys and region come from AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION."""

    def __init__(self, url: str) -> None:
        try:
            import obstore
            from obstore.store import S3Store
        except ImportError:
            raise SettingsError("OBSERVATORY_FILES names a bucket: install observatory[s3] for that.") from None
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        plain = {"allow_http": True} if endpoint.startswith("http://") else {}
        self.obstore = obstore
        retry = {"max_retries": 2, "retry_timeout": _seconds(10)}
        self.store = S3Store.from_url(
            url, client_options={"timeout": "10s", "connect_timeout": "3s", **plain}, retry_config=retry  # type: ignore[arg-type]
        )  # fmt: skip

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self._try(self.obstore.put, sha256, data)
        return sha256

    def read(self, sha256: str) -> Iterator[bytes] | None:
        found = self._try(self.obstore.get, sha256)
        return None if found is None else (bytes(piece) for piece in found.stream(min_chunk_size=_CHUNK))

    def delete(self, sha256: str) -> None:
        self._try(self.obstore.delete, sha256)

    def every(self) -> Iterator[tuple[str, float]]:
        now = time.time()
        for listed in self._try(self.obstore.list):
            for each in listed:
                name = each["path"].rsplit("/", 1)[-1]
                if _HASH.fullmatch(name):
                    yield name, now - each["last_modified"].timestamp()

    def _try(self, call: Any, *arguments: object) -> Any:
        from obstore.exceptions import BaseError, NotFoundError

        try:
            return call(self.store, *arguments)
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as problem:
            log.error("store_down", error=type(problem).__name__)
            raise StoreDown from None


def _seconds(number: int) -> object:
    import datetime as dt

    return dt.timedelta(seconds=number)


Contents = Callable[[Connection], Iterable[str]]
"""The SHA-256 of every file that rows of a room or an aspect speak of."""
ORPHAN = 2 * 24 * 3600.0
"""Seconds after which a file that no row speaks of goes: longer than any request or restore takes."""


def spoken_of(database: Database, contents: Iterable[Contents]) -> set[str]:
    """The files that any row speaks of now."""
    with database.engine.connect().execution_options(observatory_write=False) as connection:
        return {sha256 for each in contents for sha256 in each(connection)}


def sweep(store: Files, spoken: Callable[[], set[str]], *, older: float = ORPHAN) -> None:
    """Delete the files that no row speaks of. A younger one may belong to a row that is just being written."""
    old = [sha256 for sha256, age in store.every() if age > older]
    kept = spoken() if old else set()
    for sha256 in old:
        if sha256 not in kept:
            store.delete(sha256)


def of(settings: Settings) -> Files:
    """The store that the settings name: a bucket, or the folder `files` of the instance."""
    if not settings.files:
        return Folder(settings.instance / "files")
    if urlsplit(settings.files).scheme != "s3":
        raise SettingsError("OBSERVATORY_FILES is empty (a folder of the instance) or an address such as s3://bucket.")
    return Bucket(settings.files)


class Sealed:
    """What was sent and is not published yet: encrypted with a key that only the sender's session can make again.

    The key is never stored, so what is taken out of a photograph before it is published was never readable on disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, id: str, secret: str, data: bytes) -> None:
        """Keep `data` under a random `id`; StoreDown where there is no room."""
        nonce = secrets.token_bytes(12)
        path = self._path(id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(nonce + AESGCM(_key(id, secret)).encrypt(nonce, data, id.encode()))
        except OSError as problem:
            path.unlink(missing_ok=True)
            log.error("upload_not_kept", error=problem.strerror)
            raise StoreDown from None

    def opened(self, id: str, secret: str) -> bytes | None:
        """What is kept under `id`; None where it is gone, or was sealed in another session."""
        try:
            sealed = self._path(id).read_bytes()
            return AESGCM(_key(id, secret)).decrypt(sealed[:12], sealed[12:], id.encode())
        except (FileNotFoundError, InvalidTag):
            return None

    def drop(self, id: str) -> None:
        self._path(id).unlink(missing_ok=True)

    def sweep(self, older: float) -> None:
        """Delete what is older than `older` seconds."""
        for path in self.folder.glob("*"):
            if time.time() - path.stat().st_mtime > older:
                path.unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9_-]{20,64}", id):
            raise ValueError("an upload is named at random")
        return self.folder / id


def _key(id: str, secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"upload {id}".encode()).derive(secret.encode())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
