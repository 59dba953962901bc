"""Which records answer a question, how well, and how many there are by facet.

Everything is decided on sets of bits before a record is read: first what the asker may see, then the words, then the
filters. Only the records of the page shown are ever read.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import merge, nsmallest
from itertools import chain, compress, islice, repeat
from math import log
from operator import add, mul
from time import monotonic
from typing import NamedTuple

from observatory.kernel.search.analysis import ALL_MARKERS
from observatory.kernel.search.bits import bits_of, flags_of, numbers_of
from observatory.kernel.search.columns import K1
from observatory.kernel.search.packing import Postings
from observatory.kernel.search.query import Key, Query, Question, read
from observatory.kernel.search.segments import Slice, View

TIME_LIMIT = 1.0
FACETS = ("kind", "place", "sector", "state", "year")
_EXACT_TITLE = 2.0
_PLACES = 100

Terms = tuple[tuple[str, int], ...]


class TimedOut(Exception):
    """The question took longer than `TIME_LIMIT`."""


class Deadline:
    """Raises `TimedOut` when called too late."""

    def __init__(self) -> None:
        self.end = monotonic() + TIME_LIMIT

    def __call__(self) -> None:
        if monotonic() > self.end:
            raise TimedOut


class Found(NamedTuple):
    """A record on the page: its place in the order, its slice, its number there, and where it holds the words."""

    key: Key
    slice: Slice
    number: int
    places: list[tuple[int, str]]


class Matches:
    """The records of one view that answer one question, before filters; and what follows from them."""

    def __init__(self, view: View, query: Query, question: Question) -> None:
        self.view = view
        self.query = query
        self.question = question
        self.deadline = Deadline()
        self._lists: dict[tuple[int, str], dict[str, Postings]] = {}
        self.visible = [part.live & part.columns.having_any("label", query.labels) for part in view.slices]
        self.answering = [self._answering(index) for index in range(len(view.slices))]
        self.chosen = [self._filtered(index, None) for index in range(len(view.slices))]

    @classmethod
    def any(cls, view: View, labels: frozenset[str], text: str) -> bool:
        """Whether `text` finds anything at all that holders of `labels` may see."""
        return cls(view, Query(text, labels=labels), read(text)).total > 0

    @property
    def total(self) -> int:
        """How many records match, filters included."""
        return sum(bits.bit_count() for bits in self.chosen)

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """The counts of each facet over the whole set, each leaving out its own filter, most frequent first."""
        return {name: self._facet(name) for name in FACETS}

    def page(self, after: Key | None, size: int) -> list[Found]:
        """The first `size` records after the key, best first; or, without words, newest first."""
        if self.question.wanted:
            return [
                Found((score, identity), self.view.slices[index], number, self._places(index, number))
                for score, identity, index, number in self._best(after, size)
            ]
        return list(islice(self._browse(after), size))

    def _places(self, index: int, number: int) -> list[tuple[int, str]]:
        """The positions in a record of the terms asked for, in order; of each the first few."""
        places: list[tuple[int, str]] = []
        for marker in ALL_MARKERS:
            for term, postings in self._lists.get((index, marker), {}).items():
                if postings.bits >> number & 1:
                    places += [(place, term) for place in postings.positions_in(number)[:_PLACES]]
        return sorted(places)

    def _facet(self, name: str) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for index, part in enumerate(self.view.slices):
            among = self._filtered(index, name)
            values = self.view.children(self.query.place) if name == "place" else None
            counts.update(part.columns.count(name, among, values))
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    def _filtered(self, index: int, without: str | None) -> int:
        """The answering records that pass every filter but `without`."""
        columns, bits = self.view.slices[index].columns, self.answering[index]
        for name in FACETS:
            value = getattr(self.query, name)
            if value is not None and name != without:
                bits &= columns.having(name, str(value))
        return bits

    def _answering(self, index: int) -> int:
        part, visible = self.view.slices[index], self.visible[index]
        if not visible:
            return 0
        bits = visible
        if self.question.wanted:
            bits = 0
            for marker in ALL_MARKERS:
                base = visible & part.columns.having("marker", marker)
                if base:
                    bits |= self._in_language(index, marker, base)
        for clause in self.question.unwanted:
            for marker in ALL_MARKERS:
                base = bits & part.columns.having("marker", marker)
                if base and (terms := clause.sought(marker)) and (found := self._holding(part, [terms], base)):
                    bits &= ~found[0]
        return bits

    def _in_language(self, index: int, marker: str, base: int) -> int:
        """The records of one language with every clause wanted. Only stop words: those with them all in the title."""
        part = self.view.slices[index]
        sought = [terms for clause in self.question.wanted if (terms := clause.sought(marker))]
        if not sought:
            for word in self.question.words:
                base &= bits_of(part.columns.titled(word), part.columns.size)
            return base
        found = self._holding(part, sought, base)
        if found is None:
            return 0
        base, self._lists[index, marker] = found
        return base

    def _holding(self, part: Slice, sought: Sequence[Terms], base: int) -> tuple[int, dict[str, Postings]] | None:
        """The records among `base` with every word and phrase of `sought`, and where its terms stand; None if none."""
        lists: dict[str, Postings] = {}
        for term in {term: None for terms in sought for term, _ in terms}:
            self.deadline()
            postings = part.postings(term)
            if postings is None:
                return None
            lists[term] = postings
            base &= postings.bits
            if not base:
                return None
        for terms in sought:
            if len(terms) > 1 and base:
                base &= self._in_order(terms, lists, flags_of(base, part.columns.size))
        return base, lists

    def _in_order(self, terms: Terms, lists: dict[str, Postings], flags: bytes) -> int:
        """The records, of those flagged, that hold `terms` at their distances from one another."""
        numbers = list(compress(range(len(flags)), flags))
        # One number for each place in each record; the room for a record is no round number, or sets would collide.
        room = 1 | max(max(lists[term].positions) + 1 for term, _ in terms) + terms[-1][1]
        starts: set[int] | None = None
        for term, distance in terms:
            self.deadline()
            counts, places = lists[term].among(flags)
            begins = [number * room - distance for number in numbers]
            here = set(map(add, chain.from_iterable(map(repeat, begins, counts)), places))
            starts = here if starts is None else starts & here
        return bits_of({start // room for start in starts or ()}, len(flags))

    def _best(self, after: Key | None, size: int) -> list[tuple[float, int, int, int]]:
        """(negative score, id, slice, number) of the best `size` chosen records after the key."""
        best: list[tuple[float, int, int, int]] = []
        for index, part in enumerate(self.view.slices):
            for marker in ALL_MARKERS:
                bits = self.chosen[index] & part.columns.having("marker", marker)
                if not bits:
                    continue
                self.deadline()
                numbers, scores = self._scores(index, marker, bits)
                ids = part.columns.ids
                if after:
                    left = [
                        (number, score)
                        for number, score in zip(numbers, scores, strict=True)
                        if (score, ids[number]) > after
                    ]
                    numbers, scores = [number for number, _ in left], [score for _, score in left]
                last = nsmallest(size, scores)[-1] if len(scores) > size else float("inf")
                best += [
                    (score, ids[number], index, number)
                    for number, score in zip(numbers, scores, strict=True)
                    if score <= last
                ]
        return nsmallest(size, best)

    def _scores(self, index: int, marker: str, bits: int) -> tuple[list[int], list[float]]:
        """The records of `bits` in order, and for each how well it answers, as a negative number: BM25 by its weight."""
        columns = self.view.slices[index].columns
        flags = flags_of(bits, columns.size)
        numbers = list(numbers_of(bits, columns.size))
        norms = list(map(columns.norms.__getitem__, numbers))
        scores: list[float] | None = None
        for term, postings in self._lists.get((index, marker), {}).items():
            factor = -self._rarity(marker, term) * (K1 + 1)
            weights = postings.weights_at(numbers, flags)
            these = [factor * weight / (weight + norm) for weight, norm in zip(weights, norms, strict=True)]
            scores = these if scores is None else list(map(add, scores, these))
        if scores is None:
            scores = [-1.0] * len(numbers)
        scores = list(map(mul, scores, map(columns.weights.__getitem__, numbers)))
        for number in columns.titled_exactly(self.question.line, bits):
            scores[bisect_left(numbers, number)] *= _EXACT_TITLE
        return numbers, scores

    def _rarity(self, marker: str, term: str) -> float:
        """How much a term tells: the fewer of the records that the asker may see hold it, the more."""
        records = seen = 0
        for index, part in enumerate(self.view.slices):
            base = self.visible[index] & part.columns.having("marker", marker)
            records += base.bit_count()
            if postings := self._lists.get((index, marker), {}).get(term):
                seen += (postings.bits & base).bit_count()
        return log(1 + (records - seen + 0.5) / (seen + 0.5))

    def _browse(self, after: Key | None) -> Iterator[Found]:
        """The chosen records, newest first, then by title."""

        def ordered(index: int, part: Slice) -> Iterator[tuple[tuple[int, str, int], int, int]]:
            order = part.columns.order
            chosen = flags_of(self.chosen[index], part.columns.size)
            begin = 0 if after is None else bisect_left(order, (*after, part.columns.size))
            for placed in islice(order, begin, None):
                if chosen[placed.number]:
                    yield (placed.year, placed.title, placed.id), index, placed.number

        streams = [ordered(index, part) for index, part in enumerate(self.view.slices) if self.chosen[index]]
        for key, index, number in merge(*streams):
            yield Found(key, self.view.slices[index], number, [])
