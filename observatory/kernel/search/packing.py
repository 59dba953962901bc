"""How postings lie in a file: packed arrays, read back whole.

The library hands out one posting at a time, eight calls for each, and keeps the bytes of each as an object of its own,
which makes a common word cost tens of milliseconds. Here a list of postings is four arrays of plain numbers; the codec
below slips them into the library's segments, which otherwise stay as they are.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from array import array
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from itertools import accumulate, chain, repeat
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

INDEX_NAME = "MAIN"
_HEAD = struct.Struct("<?II")
_WORTH_PACKING = 200


class Postings:
    """Where a term stands: the records in order, its weight in each, and its positions there."""

    def __init__(self, docs: array[int], weights: array[float], counts: array[int], positions: array[int]) -> None:
        self.docs = docs
        self.weights = weights
        self.counts = counts
        self.positions = positions

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(self.counts))

    def positions_at(self, index: int) -> array[int]:
        """The positions in the record `docs[index]`."""
        end = self._ends[index]
        return self.positions[end - self.counts[index] : end]

    def doc_of_each_position(self) -> Iterator[int]:
        """The record of each of `positions`."""
        return chain.from_iterable(map(repeat, self.docs, self.counts))

    def packed(self) -> bytes:
        """These postings as bytes."""
        data = self.docs.tobytes() + self.weights.tobytes() + self.counts.tobytes() + self.positions.tobytes()
        packs = len(data) >= _WORTH_PACKING
        head = _HEAD.pack(packs, len(self.docs), len(self.positions))
        return head + (zlib.compress(data, 1) if packs else data)

    @classmethod
    def unpacked(cls, data: bytes) -> Postings:
        """The postings that `packed` made `data` of."""
        packs, records, places = _HEAD.unpack_from(data)
        rest = memoryview(zlib.decompress(data[_HEAD.size :]) if packs else data[_HEAD.size :])
        made: list[array[Any]] = []
        for code, count in (("I", records), ("f", records), ("I", records), ("I", places)):
            part: array[Any] = array(code)
            size = count * part.itemsize
            part.frombytes(rest[:size])
            rest = rest[size:]
            made.append(part)
        return cls(*made)


class _Writer(W3PostingsWriter):  # type: ignore[misc]
    """Gathers all postings of a term and writes them as one block."""

    _maxweight: float

    def add_posting(self, number: int, weight: float, value: bytes, length: int | None = None) -> None:
        """Take one posting; `value` is an array of positions as bytes."""
        self._ids.append(number)
        self._weights.append(weight)
        self._values.append(value)
        if weight > self._maxweight:
            self._maxweight = weight

    def _write_block(self, last: bool = False) -> None:
        self._terminfo.add_block(self)
        positions = array("I")
        positions.frombytes(b"".join(self._values))
        counts = array("I", (len(value) // positions.itemsize for value in self._values))
        self._postfile.write(Postings(self._ids, self._weights, counts, positions).packed())
        self._blockcount += 1
        self._new_block()


class PackedCodec(W3Codec):  # type: ignore[misc]
    """The library's codec with postings packed as above, and without statistics of lengths: those are among the facts."""

    length_stats = False

    def postings_writer(self, dbfile: StructFile, byteids: bool = False) -> _Writer:
        """What writes the postings of one field after another."""
        return _Writer(dbfile, 0, byteids=byteids)

    def postings_reader(
        self, dbfile: StructFile, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """The library's way through postings, which it takes when it merges segments or looks up an id."""
        start, length = terminfo.extent()
        postings = Postings.unpacked(dbfile.get(start, _number(length)))
        values = [postings.positions_at(index).tobytes() for index in range(len(postings.docs))]
        return ListMatcher(
            list(postings.docs), list(postings.weights), values, format_, scorer=scorer, term=term, terminfo=terminfo
        )


class _MappedFile(StructFile):  # type: ignore[misc]
    """A file read through the page cache, which all processes share, instead of a copy in each."""

    def get(self, position: int, length: int) -> bytes:
        """`length` bytes from `position`, without moving: several threads read at once."""
        return bytes(self.file[position : position + length])


class Storage(FileStorage):  # type: ignore[misc]
    """The folder of an index, its files mapped into memory when read."""

    def open_file(self, name: str, **options: Any) -> StructFile:
        """The file `name`, for reading."""
        with open(self._fpath(name), "rb") as handle:
            if handle.seek(0, 2) == 0:
                return StructFile(BytesIO(b""), name=name, **options)
            return _MappedFile(mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ), name=name, **options)


def read_postings(reader: Any, field: str, term: str) -> Postings | None:
    """The postings of `term`, deleted records included, or None if it is nowhere."""
    try:
        start, length = reader._terms.term_info(field, term.encode()).extent()
    except TermNotFound:
        return None
    return Postings.unpacked(reader._terms._postfile.get(start, _number(length)))


def _number(length: int | tuple[int]) -> int:
    """The library reads a length back as a tuple of one."""
    return length[0] if isinstance(length, tuple) else length
