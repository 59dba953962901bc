"""The folder of the index: which generation is in use, who may write, and how a commit reaches the disk.

`current` names the generation folder in use; it is only ever replaced whole. A rebuild writes another folder beside it
and then points `current` there, so a crash at any moment leaves the index that was in use. Index files are unpickled
when read: the folder is for its owner alone and must never be uploaded or copied from elsewhere.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from observatory.kernel.search.entries import entry, schema
from observatory.kernel.search.gathering import Gathering
from observatory.kernel.search.packing import INDEX_NAME, PackedCodec, Storage
from observatory.kernel.search.query import Document

# Raised by one whenever fields, analysis or facts change: an index of another format is rebuilt, never read.
FORMAT = 2
LOCK_SECONDS = 30.0
_GENERATION = re.compile(r"v(\d+)-(\d+)")
_TOC = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc")
_TIER = 6
_LARGEST = 10_000


class Busy(Exception):
    """Another process has been writing the index for longer than `LOCK_SECONDS`; try again later."""


class Unreadable(Exception):
    """The index can't be read; the message is a sentence that says why. A rebuild mends it."""


class IndexFolder:
    """Finds and makes generations, and commits to them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._name = ""

    def generation(self) -> str:
        """The generation in use and its last commit, as a text that changes with either; empty while there is none."""
        name = self.name()
        return f"{name}.{_latest_toc(self.path / name)}" if name else ""

    def name(self) -> str:
        """The name of the generation in use; empty if there is none."""
        try:
            stat = os.stat(self.path / "current")
        except FileNotFoundError:
            self._seen, self._name = None, ""
            return ""
        seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            name = self.name_on_disk()
            match = _GENERATION.fullmatch(name)
            if match is None:
                raise Unreadable("The search index does not say which of its folders is in use; it must be rebuilt.")
            if int(match[1]) != FORMAT:
                raise Unreadable("The search index was made by another version of the program and must be rebuilt.")
            self._name, self._seen = name, seen
            return name
        return self._name

    def name_on_disk(self) -> str:
        """What `current` says, be it what it may; empty if it is missing."""
        try:
            return (self.path / "current").read_text().strip()
        except FileNotFoundError:
            return ""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writer's place. The lock ends with the process that holds it, however it ends."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / "writing.lock").open("w") as handle:
            patience = monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if monotonic() > patience:
                        raise Busy from None
                    sleep(0.05)
            yield

    def new_generation(self) -> Path:
        """A new empty index beside the one in use; what earlier crashes left is removed."""
        live = self.name_on_disk()
        taken = [0]
        for path in self.path.iterdir():
            if path.is_dir() and (match := _GENERATION.fullmatch(path.name)):
                taken.append(int(match[2]))
                if path.name != live:
                    shutil.rmtree(path, ignore_errors=True)
        folder = self.path / f"v{FORMAT}-{max(taken) + 1:08d}"
        folder.mkdir(mode=0o700)
        Storage(str(folder)).create_index(schema(), INDEX_NAME)
        return folder

    def point_to(self, folder: Path) -> str:
        """Use the index in `folder` from now on."""
        _make_durable(folder, set())
        aside = self.path / "current.new"
        with aside.open("w") as handle:
            handle.write(folder.name)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(aside, self.path / "current")
        _sync(self.path)
        return folder.name

    def remove(self, name: str) -> None:
        """Delete the generation `name`. Processes that hold it open go on reading it."""
        if _GENERATION.fullmatch(name):
            shutil.rmtree(self.path / name, ignore_errors=True)


def write(folder: Path, documents: Iterable[Document], gone: Iterable[int] = ()) -> int:
    """Commit `documents` to the index in `folder`, without the records `gone`; answers how many were written."""
    for leftover in folder.glob("*.toc.*"):
        leftover.unlink()
    before = set(os.listdir(folder))
    index = FileIndex(Storage(str(folder)), schema=schema(), indexname=INDEX_NAME)
    writer = index.writer(timeout=LOCK_SECONDS, codec=PackedCodec(), compound=False)
    writer.pool = Gathering()
    count = 0
    try:
        searcher = writer.searcher()
        for identity in gone:
            writer.delete_by_term("id", str(identity), searcher=searcher)
        for document in documents:
            writer.add_document(**entry(document))
            count += 1
        writer.commit(mergetype=_tidy)
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise
    _make_durable(folder, before)
    return count


def _latest_toc(folder: Path) -> int:
    try:
        return max((int(match[1]) for name in os.listdir(folder) if (match := _TOC.fullmatch(name))), default=-1)
    except FileNotFoundError:
        return -1


def _tidy(writer: Any, segments: list[Any]) -> list[Any]:
    """Which segments stay as they are; the others are merged into the one being written.

    Six of about the same size become one, so that a record is copied a handful of times in its life; one that is mostly
    deleted is copied without what was deleted. Large ones are left alone, since whoever changed a record is waiting.
    """
    tiers: dict[int, list[Any]] = {}
    merged: list[Any] = []
    kept: list[Any] = []
    for segment in segments:
        live = segment.doc_count()
        if live * 2 < segment.doc_count_all():
            merged.append(segment)
        elif live * _TIER > _LARGEST:
            kept.append(segment)
        else:
            tier = 0
            while live >= _TIER ** (tier + 1):
                tier += 1
            tiers.setdefault(tier, []).append(segment)
    for tier in list(tiers):
        if len(tiers[tier]) >= _TIER:
            merged += tiers.pop(tier)
    for segment in merged:
        if segment.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return kept + [segment for tier in tiers.values() for segment in tier]


def _make_durable(folder: Path, before: set[str]) -> None:
    """Wait until the files of `folder` that are new since `before` are on disk."""
    for name in set(os.listdir(folder)) - before:
        if (folder / name).is_file():
            _sync(folder / name)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
