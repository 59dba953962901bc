"""The title and a passage of a record, with the words that were asked for marked."""

from collections.abc import Callable
from itertools import islice

from observatory.kernel.search.analysis import fold_word, marker_of, placed_words, terms
from observatory.kernel.search.entries import Shown
from observatory.kernel.search.query import Question, Runs

LENGTH = 240
_BEFORE = 60
_WORDS = 24

Wanted = Callable[[str], str]


def wanted_in(question: Question, language: str) -> tuple[Wanted, frozenset[str]]:
    """How to reduce a word of a record in `language`, and the reduced words to mark.

    Where all that was asked for are stop words, these are found unstemmed, and marked so.
    """
    marker = marker_of(language)
    sought = frozenset(term for clause in question.wanted for term, _ in clause.sought(marker))
    if sought:
        return terms(marker).__getitem__, sought
    return fold_word, frozenset(question.words)


def typed_in(prefix: str) -> tuple[Wanted, frozenset[str]]:
    """How to reduce a word of a title offered while `prefix` is typed, and the words to mark, the last but begun."""
    typed = [fold_word(match.group()) for match in placed_words(prefix)]
    if not typed:
        return fold_word, frozenset()
    begun = typed[-1]
    return lambda word: begun if fold_word(word).startswith(begun) else fold_word(word), frozenset(typed)


def marked(text: str, reduce: Wanted, sought: frozenset[str]) -> Runs:
    """The whole of `text` in runs."""
    places = [(match.start(), match.end()) for match in placed_words(text) if reduce(match.group()) in sought]
    return _runs(text, 0, len(text), places)


def snippet(shown: Shown, places: list[tuple[int, str]], reduce: Wanted, sought: frozenset[str]) -> Runs:
    """The passage of the body that holds most of the words sought, or else of the summary, or else a beginning.

    `places` are the positions of the words in the record as it was written into the index, so that no text is searched.
    """
    in_body = [(place - shown.body_from, term) for place, term in places if place >= shown.body_from]
    in_summary = [(place - shown.summary_from, term) for place, term in places if place < shown.body_from]
    for text, here in ((shown.body, in_body), (shown.summary, [item for item in in_summary if item[0] >= 0])):
        if here and (word := next(islice(placed_words(text), _best_place(here), None), None)):
            return _passage(text, word.start(), reduce, sought)
    return _passage(shown.summary or shown.body, 0, reduce, sought)


def _best_place(places: list[tuple[int, str]]) -> int:
    """Where the stretch with most different terms begins; the earliest of such."""
    best = most = 0
    window: list[tuple[int, str]] = []
    for at, term in places:
        window = [place for place in window if at - place[0] <= _WORDS]
        window.append((at, term))
        different = len({place[1] for place in window})
        if different > most:
            most, best = different, window[0][0]
    return best


def _passage(text: str, first: int, reduce: Wanted, sought: frozenset[str]) -> Runs:
    """About `LENGTH` characters of `text` from a little before `first`, cut between words."""
    start = max(0, first - _BEFORE)
    if start:
        start = next((at + 1 for at in range(start, first) if text[at].isspace()), first)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = cut if cut > start else end
    places = [match.span() for match in placed_words(text, start, end) if reduce(match.group()) in sought]
    runs = _runs(text, start, end, places)
    if start:
        runs.insert(0, ("… ", False))
    if end < len(text):
        runs.append((" …", False))
    return runs


def _runs(text: str, start: int, end: int, places: list[tuple[int, int]]) -> Runs:
    """`text` from `start` to `end`, cut at `places`, spaces and line ends made single spaces."""
    runs: Runs = []
    at = start
    for begin, finish in places:
        if begin > at:
            runs.append((_single_spaced(text[at:begin]), False))
        runs.append((text[begin:finish], True))
        at = finish
    if at < end:
        runs.append((_single_spaced(text[at:end]), False))
    return runs


def _single_spaced(text: str) -> str:
    words = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if words and text[-1:].isspace() else ""
    return f"{before}{words}{after}"
