"""What is put on the shelf, what is asked of it and what it answers; and how a line of text becomes a question.

The syntax is small on purpose: words, "phrases" and -exclusions. Everything else that other engines read as an operator
is a plain character and dropped, since a wildcard over twenty thousand records takes most of a minute.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field

from observatory.kernel.search.analysis import fold_word, has_digit, normal, placed_words, terms

MAX_CHARACTERS = 200
MAX_TERMS = 10
MAX_SIZE = 50
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:["“”«»](?P<phrase>[^"“”«»]*)["“”«»]|(?P<plain>[^\s"“”«»]+))')

Runs = list[tuple[str, bool]]
Key = tuple[float | int | str, ...]


@dataclass(frozen=True)
class Document:
    """A record as the shelf needs it. It is found only by askers who share one of its `labels`."""

    id: int
    kind: str
    title: str
    body: str = ""
    summary: str = ""
    language: str = "es"
    labels: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    sector: str | None = None
    state: str | None = None
    year: int | None = None
    url: str = ""
    also: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Query:
    """A question: the line typed, the filters chosen, the asker's audience labels, and where the page begins."""

    text: str = ""
    kind: str | None = None
    place: str | None = None
    sector: str | None = None
    state: str | None = None
    year: int | None = None
    labels: frozenset[str] = frozenset()
    after: str | None = None
    size: int = 20


@dataclass(frozen=True)
class Hit:
    """A record found. Marked texts are runs of (text, is it marked?), so that escaping stays with the template."""

    id: int
    kind: str
    title: str
    url: str
    summary: str
    state: str | None
    sector: str | None
    places: tuple[str, ...]
    year: int | None
    title_marked: Runs
    snippet: Runs


@dataclass(frozen=True)
class Results:
    """A page of hits, and what is true of the whole set. `notice` is the id of a message, not its text."""

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    suggestion: str | None = None
    next_after: str | None = None
    terms: list[str] = field(default_factory=list)
    notice: str | None = None


@dataclass(frozen=True)
class Clause:
    """A word, or the words of a phrase, folded and as written."""

    words: tuple[str, ...]

    def sought(self, marker: str) -> tuple[tuple[str, int], ...]:
        """The terms to look for in one language, each with its distance from the first; stop words leave their gap."""
        mapping = terms(marker)
        found = [(mapping[word], place) for place, word in enumerate(self.words) if mapping[word]]
        return tuple((term, place - found[0][1]) for term, place in found)


@dataclass(frozen=True)
class Question:
    """A typed line, read: what must be there, what must not, and what had to be left out."""

    text: str
    wanted: tuple[Clause, ...] = ()
    unwanted: tuple[Clause, ...] = ()
    places: tuple[tuple[int, int, str], ...] = ()
    notice: str | None = None

    @property
    def line(self) -> str:
        """The words that must be there as one folded line, to compare with titles."""
        return " ".join(word for _, _, word in self.places)

    @property
    def words(self) -> list[str]:
        """Every word that must be there, folded, each once."""
        return list(dict.fromkeys(fold_word(word) for clause in self.wanted for word in clause.words))


def read(text: str) -> Question:
    """`text` as a question. Nothing that can be typed makes it fail."""
    notice = None
    text = normal(text)
    if len(text) > MAX_CHARACTERS:
        text, notice = text[:MAX_CHARACTERS], "too_long"
    wanted: list[Clause] = []
    unwanted: list[Clause] = []
    places: list[tuple[int, int, str]] = []
    left = MAX_TERMS
    for piece in _PIECE.finditer(text):
        group = "phrase" if piece["phrase"] is not None else "plain"
        begin = piece.start(group)
        matches = list(placed_words(piece[group]))
        if len(matches) > left:
            notice = notice or "too_many_terms"
            matches = matches[:left]
        if not matches:
            continue
        left -= len(matches)
        found = tuple(match.group() for match in matches)
        # A code such as 020-2020-EM is one thing although it reads as three words.
        together = group == "phrase" or any(map(has_digit, found))
        clauses = [Clause(found)] if together else [Clause((word,)) for word in found]
        if piece["minus"]:
            unwanted += clauses
        else:
            wanted += clauses
            places += [(begin + match.start(), begin + match.end(), fold_word(match.group())) for match in matches]
    if text.strip() and not wanted and not unwanted:
        notice = notice or "no_words"
    return Question(text, tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)), tuple(places), notice)


def write_key(key: Key) -> str:
    """The place after which the next page begins, as part of an address."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def read_key(after: str, like: tuple[type, ...]) -> Key | None:
    """The key in `after`, or None if it is not one whose parts have the types `like`."""
    if len(after) > 1000:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(key, list) or [type(part) for part in key] != list(like):
        return None
    if any(isinstance(part, float) and part != part for part in key):
        return None
    return tuple(key)
