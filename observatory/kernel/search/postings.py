"""How a record lies in the index: the fields, what is written into each, and the quick way to read postings back.

Records are analysed here, not by the library: one field `text` holds the terms of every part of a record, each weighing what
its part weighs, so that a question reads one list of postings for a word and not one for each field.
"""

from __future__ import annotations

import json
import mmap
import pickle
import struct
import zlib
from array import array
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import accumulate
from typing import Any, NamedTuple

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.reading import TermNotFound

from observatory.kernel.search.analysis import fold_word, has_digit, marker_of, normal, terms, words
from observatory.kernel.search.query import Document

INDEX_NAME = "MAIN"
TITLE_WEIGHT = 4.0
ALSO_WEIGHT = 4.0
SUMMARY_WEIGHT = 1.5
BODY_WEIGHT = 1.0
_GAP = 16
_LENGTH = struct.Struct("!i")


class Postings(NamedTuple):
    """Where a term stands: documents in order, the weight in each, and the packed positions in each."""

    docs: list[int]
    weights: list[float]
    positions: list[bytes]


class Shown(NamedTuple):
    """What is kept of a record to show it among the results."""

    title: str
    summary: str
    body: str
    url: str
    language: str
    kind: str
    state: str | None
    sector: str | None
    places: tuple[str, ...]
    year: int | None


class TermsField(fields.FieldType):  # type: ignore[misc]
    """A field whose value is already analysed: a mapping from term to (weight, packed positions)."""

    def __init__(self) -> None:
        super().__init__(formats.Format(), None)

    def index(
        self, value: dict[str, tuple[float, array[int]]], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The postings of one record, as the library's writer wants them."""
        for term, (weight, positions) in value.items():
            yield term.encode(), len(positions), weight, positions.tobytes()


class WordsField(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a set of words as people write them, only to know which records hold each."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: set[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The postings of one record, as the library's writer wants them."""
        for word in value:
            yield word.encode(), 1, 1.0, b""


def schema() -> fields.Schema:
    """The fields of every record. A change here needs another `FORMAT` in the shelf."""
    return fields.Schema(
        id=fields.ID(unique=True),
        text=TermsField(),
        words=WordsField(),
        facts=fields.COLUMN(columns.VarBytesColumn()),
        shown=fields.STORED(),
    )


def codec() -> W3Codec:
    """Large blocks, since whole lists are read, and no length statistics, since lengths are among the facts."""
    made = W3Codec(blocklimit=4096, compression=1)
    made.length_stats = False
    return made


def entry(document: Document) -> dict[str, Any]:
    """`document` as the values of the fields."""
    title, summary, body = normal(document.title), normal(document.summary), normal(document.body)
    also = [normal(name) for name in document.also]
    marker = marker_of(document.language)
    mapping = terms(marker)
    found: dict[str, tuple[float, array[int]]] = {}
    spelled: set[str] = set()
    place = length = 0
    parts = [
        (title, TITLE_WEIGHT),
        *((name, ALSO_WEIGHT) for name in also),
        (summary, SUMMARY_WEIGHT),
        (body, BODY_WEIGHT),
    ]
    for text, weight in parts:
        listed = words(text)
        spelled.update(listed)
        for position, word in enumerate(listed, place):
            term = mapping[word]
            if not term:
                continue
            if term in found:
                before, positions = found[term]
                positions.append(position)
                found[term] = (before + weight, positions)
            else:
                found[term] = (weight, array("I", (position,)))
        length += len(listed)
        place += len(listed) + _GAP
    shown = Shown(
        *(title, summary, body, document.url, document.language, document.kind),
        *(document.state, document.sector, document.places, document.year),
    )
    facts = [
        *(document.id, document.kind, document.sector, document.state, document.year),
        *(list(document.places), sorted(document.labels), document.weight, marker, length, title, also),
    ]
    return {
        "id": str(document.id),
        "text": found,
        "words": {fold_word(word) for word in spelled if len(word) > 3 and mapping[word] and not has_digit(word)},
        "facts": json.dumps(facts, separators=(",", ":")).encode(),
        "shown": tuple(shown),
    }


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


def read_postings(reader: Any, field: str, term: str, tick: Callable[[], None]) -> Postings | None:
    """The postings of `term`, deleted records included, or None if it is nowhere. `tick` may raise to stop the reading.

    The library's matchers hand out one posting at a time, eight calls for each; here a block is read in one go. That is the
    library's own format, which `tests/kernel/test_search_postings.py` holds against its matchers.
    """
    try:
        start, (length,) = reader._terms.term_info(field, term.encode()).extent()
    except TermNotFound:
        return None
    data = BytesIO(reader._terms._postfile.get(start, length))
    data.seek(4)
    docs: list[int] = []
    weights: list[float] = []
    positions: list[bytes] = []
    last = False
    while not last:
        tick()
        (size,) = _LENGTH.unpack(data.read(4))
        last = size < 0
        end = data.tell() + abs(size)
        count, _, _, compressed, _, _ = pickle.load(data)
        block = data.read(end - data.tell())
        gaps, block_weights, values = pickle.loads(zlib.decompress(block) if compressed else block)
        docs += accumulate(gaps)
        if block_weights is None:
            weights += [1.0] * count
        else:
            weights += [block_weights] * count if isinstance(block_weights, float) else block_weights
        if values is not None:
            positions += values
    return Postings(docs, weights, positions)
