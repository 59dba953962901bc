"""One state of the index, held open: its segments, what was deleted from each, and what is known of their records."""

import weakref
from collections import deque
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from whoosh.index import TOC
from whoosh.reading import SegmentReader

from observatory.kernel.search.bits import bits_of
from observatory.kernel.search.columns import Columns
from observatory.kernel.search.entries import Shown, schema
from observatory.kernel.search.packing import INDEX_NAME, Postings, Storage, read_postings


class Segment:
    """A segment of the index as written once: its reader, its columns, and its words by first letter."""

    def __init__(self, storage: Storage, segment: Any) -> None:
        self.name: str = segment.segment_id()
        self.reader = SegmentReader(storage, schema(), segment)
        weakref.finalize(self, self.reader.close)
        self.columns = Columns(self.reader.column_reader("facts", translate=False))
        if self.columns.size:
            self.reader.stored_fields(0)  # opens the file now, while no other thread can ask for it
        self._sound = False
        self._words: dict[str, list[tuple[str, int]]] = {}

    def words_from(self, letter: str) -> list[tuple[str, int]]:
        """The words as people wrote them that begin with `letter`, each with the letters in it as bits."""
        known = self._words.get(letter)
        if known is None:
            found = self.reader.expand_prefix("words", letter)
            known = self._words[letter] = [(word, letters(word)) for word in (item.decode() for item in found)]
        return known

    def probe(self) -> None:
        """Read the beginning and the end of every file, once; whatever is raised says that one is damaged."""
        if self._sound:
            return
        for number in {0, self.columns.size - 1} if self.columns.size else ():
            self.reader.stored_fields(number)
        listed = self.reader.all_terms()
        for field, term in chain(islice(listed, 1), deque(listed, maxlen=1)):
            read_postings(self.reader, field, term.decode())
        self._sound = True


class Slice:
    """A segment without what was deleted from it."""

    def __init__(self, segment: Segment, deleted: Iterable[int]) -> None:
        self.segment = segment
        self.columns = segment.columns
        size = self.columns.size
        self.live = ((1 << size) - 1) & ~bits_of(list(deleted), size)

    def postings(self, term: str) -> Postings | None:
        """Where a term stands, deleted records included."""
        return read_postings(self.segment.reader, "text", term)

    def spelled(self, word: str) -> int:
        """The records, deleted ones included, that hold the folded `word` as it is."""
        postings = read_postings(self.segment.reader, "words", word)
        return postings.bits if postings else 0

    def shown(self, number: int) -> Shown:
        """What is kept of a record to show it."""
        return Shown(*self.segment.reader.stored_fields(number)["shown"])


class View:
    """The whole index at one commit. It goes on answering while later commits are made."""

    def __init__(self, generation: str, slices: list[Slice]) -> None:
        self.generation = generation
        self.slices = slices
        self.count = sum(part.live.bit_count() for part in slices)

    @classmethod
    def opened(cls, folder: str, generation: str, before: "View | None") -> "View":
        """The state on disk now; segments that `before` holds open are kept."""
        storage = Storage(folder)
        held = {part.segment.name: part.segment for part in before.slices} if before else {}
        slices = []
        for segment in TOC.read(storage, INDEX_NAME, schema=schema()).segments:
            opened = held.get(segment.segment_id()) or Segment(storage, segment)
            slices.append(Slice(opened, segment.deleted_docs()))
        return cls(generation, slices)

    def children(self, place: str | None) -> set[str]:
        """The places directly below `place`; without one, those directly below each country."""
        below = self._below(place)
        if place is not None:
            return below
        spread: set[str] = set()
        for root in below:
            spread |= (set() if root.isdecimal() else self._below(root)) or {root}
        return spread

    def _below(self, place: str | None) -> set[str]:
        return set().union(*(part.columns.children.get(place, ()) for part in self.slices))


def letters(word: str) -> int:
    """The letters that occur in `word`, as bits; words one edit apart differ in at most two."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 63)
    return bits
