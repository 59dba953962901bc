"""Postings on their way into a segment, gathered by term.

The library's own pool keeps every posting as a tuple, sorts them all and spills them to disk one pickle at a time,
which takes half of an indexing run. Records come in ascending order, so only the terms need sorting, and four packed
arrays for each term hold what it needs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

Posting = tuple[str, bytes, int, float, bytes | None]


class _Gathered(NamedTuple):
    """The postings of a term so far: records, weights, the end of each one's bytes, and all bytes one after another."""

    docs: array[int]
    weights: array[float]
    ends: array[int]
    values: bytearray


class Gathering:
    """Takes the place of a writer's pool."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[bytes, _Gathered]] = {}

    def add(self, posting: Posting) -> None:
        """Take one posting; those of a term must come in the order of their records."""
        field, term, number, weight, value = posting
        terms = self._fields.get(field)
        if terms is None:
            terms = self._fields[field] = {}
        gathered = terms.get(term)
        if gathered is None:
            gathered = terms[term] = _Gathered(array("I"), array("f"), array("I"), bytearray())
        gathered.docs.append(number)
        gathered.weights.append(weight)
        gathered.values.extend(value or b"")
        gathered.ends.append(len(gathered.values))

    def iter_postings(self) -> Iterator[Posting]:
        """Every posting by field, term and record."""
        for field in sorted(self._fields):
            terms = self._fields[field]
            for term in sorted(terms):
                docs, weights, ends, values = terms.pop(term)
                packed = bytes(values)
                start = 0
                for number, weight, end in zip(docs, weights, ends, strict=True):
                    yield field, term, number, weight, packed[start:end]
                    start = end

    def cleanup(self) -> None:
        """Nothing was put on disk."""
