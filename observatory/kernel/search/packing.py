"""How postings lie in a file: packed arrays, read back whole.

The library hands out one posting at a time, eight calls for each, and keeps the bytes of each as an object of its own,
which makes a common word cost tens of milliseconds. Here a list of postings is a set of bits and three arrays of plain numbers; the codec
below slips them into the library's segments, which otherwise stay as they are.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from io import BytesIO
from itertools import accumulate, chain, compress, repeat
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from observatory.kernel.search.bits import bits_of, flags_of, numbers_of, place_of

INDEX_NAME = "MAIN"
_HEAD = struct.Struct("<??III")
_WORTH_PACKING = 200
_RARE = 64


class Postings:
    """Where a term stands: the records as bits, its weight in each, how often it is there, and all its positions."""

    def __init__(self, bits: int, weights: array[float], counts: array[int], positions: array[int]) -> None:
        self.bits = bits
        self.weights = weights
        self.counts = counts
        self.positions = positions

    def __len__(self) -> int:
        return len(self.weights)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(self.counts))

    def positions_in(self, number: int) -> array[int]:
        """The positions in the record `number`, which must be one of these."""
        place = place_of(number, self.bits)
        end = self._ends[place]
        return self.positions[end - self.counts[place] : end]

    def among(self, flags: bytes) -> tuple[Iterator[int], Iterator[int]]:
        """Of every flagged record: how often the term is there; and all the positions, one record after another."""
        chosen = bytes(compress(flags, flags_of(self.bits, len(flags))))
        return compress(self.counts, chosen), compress(
            self.positions, chain.from_iterable(map(repeat, chosen, self.counts))
        )

    def weights_at(self, numbers: list[int], flags: bytes) -> Iterable[float]:
        """The weight in each of `numbers`, the flagged records, all of which hold the term."""
        if len(numbers) * _RARE < len(self):
            return [self.weights[place_of(number, self.bits)] for number in numbers]
        return compress(self.weights, compress(flags, flags_of(self.bits, len(flags))))

    def packed(self) -> bytes:
        """These postings as bytes: the records as bits if they are many, or else one by one."""
        size = self.bits.bit_length()
        dense = len(self) * 32 > size
        records = (
            self.bits.to_bytes((size + 7) // 8, "little")
            if dense
            else array("I", numbers_of(self.bits, size)).tobytes()
        )
        data = self.weights.tobytes() + self.counts.tobytes() + self.positions.tobytes() + records
        packs = len(data) >= _WORTH_PACKING
        head = _HEAD.pack(packs, dense, size, len(self), len(self.positions))
        return head + (zlib.compress(data, 1) if packs else data)

    @classmethod
    def unpacked(cls, data: bytes) -> Postings:
        """The postings that `packed` made `data` of."""
        packs, dense, size, records, places = _HEAD.unpack_from(data)
        rest = memoryview(zlib.decompress(data[_HEAD.size :]) if packs else data[_HEAD.size :])
        made: list[array[Any]] = []
        for code, count in (("f", records), ("I", records), ("I", places), *((("I", records),) if not dense else ())):
            part: array[Any] = array(code)
            length = count * part.itemsize
            part.frombytes(rest[:length])
            rest = rest[length:]
            made.append(part)
        bits = int.from_bytes(rest, "little") if dense else bits_of(made.pop(), size)
        return cls(bits, *made)


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
        bits = bits_of(self._ids, self._ids[-1] + 1)
        self._postfile.write(Postings(bits, self._weights, counts, positions).packed())
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
        numbers = list(numbers_of(postings.bits, postings.bits.bit_length()))
        values = [postings.positions_in(number).tobytes() for number in numbers]
        return ListMatcher(
            numbers, list(postings.weights), values, format_, scorer=scorer, term=term, terminfo=terminfo
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
