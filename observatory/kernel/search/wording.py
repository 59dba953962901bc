"""Did you mean, and titles while typing: what to offer somebody who has not found the words yet.

Both look only at records that the asker may see, so that neither tells of a record kept from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from heapq import nsmallest
from itertools import islice

from observatory.kernel.search.analysis import fold_word, has_digit, words
from observatory.kernel.search.bits import bits_of, numbers_of
from observatory.kernel.search.entries import Shown
from observatory.kernel.search.matching import Deadline
from observatory.kernel.search.query import Question
from observatory.kernel.search.segments import Slice, View, letters

_SHORTEST = 4
_LOOKED_AT = 12
_READ = 5


def respelled(
    view: View, visible: Sequence[int], question: Question, missing: Sequence[str], tick: Deadline
) -> str | None:
    """The line typed with each `missing` word replaced by the nearest that visible records hold; None if one has none."""
    better: dict[str, str] = {}
    for word in missing:
        nearest = _nearest(view, visible, word, tick)
        if nearest is None:
            return None
        better[word] = nearest
    text = question.text
    for start, end, word in reversed(question.places):
        if word in better:
            text = text[:start] + better[word] + text[end:]
    return " ".join(text.split()) if better else None


def _nearest(view: View, visible: Sequence[int], word: str, tick: Deadline) -> str | None:
    """The word nearest to `word` with the same first letter: fewest edits first, then in most visible records."""
    if len(word) < _SHORTEST or has_digit(word):
        return None
    limit = 1 if len(word) == _SHORTEST else 2
    shape = letters(word)
    near: dict[str, int] = {}
    for part in view.slices:
        tick()
        for candidate, bits in part.segment.words_from(word[0]):
            if (
                (bits ^ shape).bit_count() <= 2 * limit
                and abs(len(candidate) - len(word)) <= limit
                and candidate not in near
            ):
                edits = distance(word, candidate, limit)
                if edits <= limit:
                    near[candidate] = edits
    for edits in range(1, limit + 1):
        candidates = [candidate for candidate, apart in near.items() if apart == edits]
        ranked = sorted(candidates, key=lambda item: (-_frequency(view, item), item))[:_LOOKED_AT]
        counted = [(-_visible_count(view, visible, item), item) for item in ranked]
        counted = [item for item in counted if item[0]]
        if counted:
            return _as_written(view, visible, min(counted)[1])
    return None


def _frequency(view: View, word: str) -> int:
    return sum(part.segment.reader.doc_frequency("words", word) for part in view.slices)


def _visible_count(view: View, visible: Sequence[int], word: str) -> int:
    return sum((part.spelled(word) & seen).bit_count() for part, seen in zip(view.slices, visible, strict=True))


def _as_written(view: View, visible: Sequence[int], word: str) -> str:
    """The folded `word` with its accents, as it stands most often in a few visible records that hold it."""
    forms: Counter[str] = Counter()
    for part, seen in zip(view.slices, visible, strict=True):
        for number in islice(numbers_of(part.spelled(word) & seen, part.columns.size), _READ):
            for text in _texts(part.shown(number)):
                forms.update(found.lower() for found in words(text) if fold_word(found) == word)
        if forms:
            break
    return forms.most_common(1)[0][0] if forms else word


def _texts(shown: Shown) -> tuple[str, str, str]:
    return shown.title, shown.summary, shown.body


def distance(left: str, right: str, limit: int) -> int:
    """The edits (letters changed, added, dropped, or two swapped) between two words; `limit` + 1 if there are more."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def titled(view: View, prefix: str, labels: frozenset[str], size: int) -> list[tuple[Slice, int]]:
    """The visible records whose titles hold every word of `prefix`, the last of them perhaps unfinished.

    Those that begin with it come first, then the weightier, then the shorter.
    """
    typed = [fold_word(word) for word in words(prefix)]
    if not typed:
        return []
    begin = " ".join(typed)
    found: list[tuple[bool, float, int, str, int, int, int]] = []
    for index, part in enumerate(view.slices):
        columns = part.columns
        bits = part.live & columns.having_any("label", labels)
        for word in typed[:-1]:
            bits &= bits_of(columns.titled(word), columns.size)
        if not bits:
            continue
        unfinished = {number for numbers in columns.titled_from(typed[-1]) for number in numbers}
        for number in numbers_of(bits & bits_of(unfinished, columns.size), columns.size):
            title = columns.titles[number]
            starts = not title.startswith(begin)
            found.append((starts, -columns.weights[number], len(title), title, columns.ids[number], index, number))
    return [(view.slices[item[-2]], item[-1]) for item in nsmallest(size, found)]
