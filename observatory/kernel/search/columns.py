"""What is known of every record without reading it: filters, facets, order and titles of one segment, held in memory.

Filtering is one `&` of sets of bits and counting a facet value one `bit_count`. A segment never changes, so its columns
are made once; what was deleted since is another set of bits.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from observatory.kernel.search.analysis import fold_word, has_digit, words
from observatory.kernel.search.bits import bits_of, numbers_of

# BM25: how soon more of the same word stops counting, and how much a record longer than usual is held against it. What is
# usual is no mean of what is held: that would tell of records the asker may not see, and change with every commit.
K1 = 1.2
B = 0.6
USUAL_LENGTH = 150


class Placed(NamedTuple):
    """A record's place in the order of browsing: newest year first, then by title; ñ comes after n."""

    year: int
    title: str
    id: int
    number: int


class Columns:
    """The columns of one segment, from the facts written with each of its records."""

    def __init__(self, facts: Iterable[bytes]) -> None:
        groups: dict[str, defaultdict[str, array[int]]] = {
            name: defaultdict(lambda: array("I"))
            for name in ("kind", "sector", "state", "year", "place", "label", "marker", "exact", "word")
        }
        self.ids = array("q")
        self.norms = array("d")
        self.weights = array("d")
        self.titles: list[str] = []
        self.children: defaultdict[str | None, set[str]] = defaultdict(set)
        order: list[Placed] = []
        for number, fact in enumerate(facts):
            identity, kind, sector, state, year, places, labels, weight, marker, length, title, also = json.loads(fact)
            self.ids.append(identity)
            self.norms.append(K1 * (1 - B + B * length / USUAL_LENGTH))
            self.weights.append(weight)
            folded = [fold_word(word) for word in words(title)]
            self.titles.append(" ".join(folded))
            order.append(Placed(-(year or 0), self.titles[-1].replace("ñ", "n~")[:60], identity, number))
            for name, value in (
                ("kind", kind),
                ("sector", sector),
                ("state", state),
                ("year", year),
                ("marker", marker),
            ):
                if value is not None:
                    groups[name][str(value)].append(number)
            for label in labels:
                groups["label"][label].append(number)
            for place in set(places):
                groups["place"][place].append(number)
            self._learn(places)
            for word in {*folded, *(fold_word(word) for name in also for word in words(name))}:
                groups["exact" if has_digit(word) else "word"][word].append(number)
        size = self.size = len(self.ids)
        self.order = sorted(order)
        self.title_words = dict(groups.pop("word"))
        self.title_codes = dict(groups.pop("exact"))
        self.title_list = sorted(self.title_words)
        self._bits = {
            name: {value: bits_of(numbers, size) for value, numbers in values.items()}
            for name, values in groups.items()
        }

    def _learn(self, places: list[str]) -> None:
        """Who is whose child: a code belongs to the nearest before it that it begins with, or else to the country."""
        for position, place in enumerate(places):
            if not place.isdecimal():
                self.children[None].add(place)
                continue
            before = places[position - 1 :: -1] if position else []
            parent = next((other for other in before if place.startswith(other)), None)
            parent = parent or next((other for other in before if not other.isdecimal()), None)
            self.children[parent].add(place)

    def having(self, name: str, value: str) -> int:
        """The records whose facet `name` is, or includes, `value`."""
        return self._bits[name].get(value, 0)

    def having_any(self, name: str, values: Iterable[str]) -> int:
        """The records that share one of `values`."""
        found = 0
        for value in values:
            found |= self.having(name, value)
        return found

    def count(self, name: str, among: int, values: Iterable[str] | None = None) -> dict[str, int]:
        """How many records `among` have each value of the facet `name`; values that none has are left out."""
        known = self._bits[name]
        counts = {value: (known.get(value, 0) & among).bit_count() for value in (known if values is None else values)}
        return {value: count for value, count in counts.items() if count}

    def titled_exactly(self, line: str, among: int) -> list[int]:
        """The records `among` whose whole title is the folded `line`."""
        for word in set(line.split()):
            if not among:
                return []
            among &= bits_of(self.titled(word), self.size)
        return [number for number in numbers_of(among, self.size) if self.titles[number] == line]

    def titled(self, word: str) -> array[int]:
        """The records with the folded `word` in their title or other names, in order."""
        return self.title_words.get(word) or self.title_codes.get(word) or array("I")

    def titled_from(self, prefix: str) -> Iterator[array[int]]:
        """For each word of a title that begins with `prefix`, its records. Codes match only as a whole."""
        if has_digit(prefix):
            yield self.titled(prefix)
            return
        for position in range(bisect_left(self.title_list, prefix), len(self.title_list)):
            word = self.title_list[position]
            if not word.startswith(prefix):
                return
            yield self.title_words[word]
