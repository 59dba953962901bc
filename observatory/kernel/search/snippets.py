"""The title and a passage of a record, with the words that were asked for marked."""

from collections.abc import Callable
from itertools import islice

from observatory.kernel.search.analysis import fold_word, marker_of, placed_words, terms, words
from observatory.kernel.search.query import Question, Runs

LENGTH = 240
_BEFORE = 60
_WORDS = 24
_LOOKED_AT = 20_000

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
    """How to reduce a word of a title offered while `prefix` is typed, and the reduced words to mark: whole ones and a begun one."""
    typed = [fold_word(match.group()) for match in placed_words(prefix)]
    if not typed:
        return fold_word, frozenset()
    begun = typed[-1]
    return lambda word: begun if fold_word(word).startswith(begun) else fold_word(word), frozenset(typed)


def marked(text: str, reduce: Wanted, sought: frozenset[str]) -> Runs:
    """The whole of `text` in runs."""
    places = [(match.start(), match.end()) for match in placed_words(text) if reduce(match.group()) in sought]
    return _runs(text, 0, len(text), places)


def snippet(body: str, summary: str, reduce: Wanted, sought: frozenset[str]) -> Runs:
    """The passage of `body` that holds most of the words sought, or else of `summary`, or else its beginning."""
    for text in (body, summary):
        if sought and (first := _best_place(text, reduce, sought)) is not None:
            return _passage(text, first, reduce, sought)
    return _passage(summary or body, 0, reduce, frozenset())


def _best_place(text: str, reduce: Wanted, sought: frozenset[str]) -> int | None:
    """Where the best passage of the beginning of `text` has its first word sought: most different ones, then the earliest."""
    listed = words(text[:_LOOKED_AT])
    best = most = 0
    window: list[tuple[int, str]] = []
    for at, term in enumerate(map(reduce, listed)):
        if term in sought:
            window = [place for place in window if at - place[0] <= _WORDS]
            window.append((at, term))
            different = len({place[1] for place in window})
            if different > most:
                most, best = different, window[0][0]
                if different == len(sought):
                    break
    return next(islice(placed_words(text), best, None)).start() if most else None


def _passage(text: str, first: int, reduce: Wanted, sought: frozenset[str]) -> Runs:
    """About `LENGTH` characters of `text` from a little before `first`, cut between words."""
    start = max(0, first - _BEFORE)
    if start:
        start = next((at + 1 for at in range(start, first) if text[at].isspace()), first)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = cut if cut > start else end
    places = [match.span() for match in placed_words(text, start, end) if sought and reduce(match.group()) in sought]
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
