"""How a record lies in the index: the fields, and what is written into each.

Records are analysed here, not by the library: one field `text` holds the terms of every part of a record, each weighing
what its part weighs, so that a question reads one list of postings for a word and not one for each field.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from whoosh import columns, fields, formats

from observatory.kernel.search.analysis import fold_word, has_digit, marker_of, normal, terms, words
from observatory.kernel.search.query import Document

TITLE_WEIGHT = 4.0
ALSO_WEIGHT = 4.0
SUMMARY_WEIGHT = 1.5
BODY_WEIGHT = 1.0
_GAP = 16


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
    summary_from: int
    body_from: int


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
    begins: list[int] = []
    for text, weight in parts:
        begins.append(place)
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
        *(document.state, document.sector, document.places, document.year, begins[-2], begins[-1]),
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
