"""How text becomes terms: the one analysis that every shelf and every query shares.

Accents are folded before stemming (folding afterwards loses every sixth accented form), ñ is kept (año is not ano),
Spanish plurals are undone before the stemmer sees them, and figures are kept as they are, so that codes match exactly. A
term carries the marker of its language: a query is analysed in every language and the record's own decides.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import Stemmer

MAX_TERM = 64
_CACHED = 50_000
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_PLURAL_E = re.compile(r"[aeiou][djlnrsxy]es?$")

# Marker by language. Any other, such as Quechua (qu) or Aymara (ay), has no stemmer: its words stay as they are.
MARKERS = {"es": "s", "en": "e"}
UNSTEMMED = "x"
ALL_MARKERS = (*MARKERS.values(), UNSTEMMED)
_STEMMERS = {"s": "spanish", "e": "english"}

STOP_WORDS = {
    "s": frozenset(
        "a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquello aquellos asi aun "
        "aunque cada como con contra cual cuales cualquier cuando cuya cuyas cuyo cuyos de del desde donde dos e "
        "el ella ellas ello ellos en entre era eran eres es esa esas ese eso esos esta estaba estaban estamos "
        "estan estar estas este esto estos estoy fue fueron fuera ha habia habian haber hace hacia han hasta hay "
        "he la las le les lo los mas me mi mientras mis mismo mucho muy nada ni no nos nosotros nuestra nuestras "
        "nuestro nuestros o os otra otras otro otros para pero poco por porque pues que quien quienes se sea sean "
        "ser si sido siendo sin sino sobre sois somos son soy su sus suya suyas suyo suyos tal tales tambien tan "
        "tanto te tiene tienen toda todas todo todos tu tus u un una unas uno unos vosotros y ya yo".split()
    ),
    "e": frozenset(
        "a about above after again all also am an and any are as at be because been before being between both but "
        "by can could did do does doing during each few for from further had has have having he her here hers him "
        "his how i if in into is it its itself just me more most my no nor not of off on once only or other our "
        "ours out over own same she should so some such than that the their theirs them then there these they "
        "this those through to too under until up very was we were what when where which while who whom why will "
        "with would you your yours".split()
    ),
    "x": frozenset(),
}


class _Folding(dict[int, str | None]):
    """The table for `str.translate`, filled as characters are met: the base letter, ñ excepted; loose accents go."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        if char in "’ʼ":
            folded: str | None = "'"
        elif unicodedata.combining(char):
            folded = None
        else:
            folded = char if char == "ñ" else unicodedata.normalize("NFD", char)[0]
        self[code] = folded
        return folded


_FOLDING = _Folding()


def normal(text: str) -> str:
    """`text` with composed characters, as everything stored and everything asked is held."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def fold_word(word: str) -> str:
    """One word in lower case without accents, ñ kept, of at most `MAX_TERM` characters."""
    if word.isascii():
        return word.lower()[:MAX_TERM]
    return word.casefold().translate(_FOLDING)[:MAX_TERM]


def singular(word: str) -> str:
    """A folded Spanish word without its plural, by rules that give a word and its regular plural the same result.

    That sameness is what matters, not that the result is a word: regalias and regalia, intereses and interes, luces and luz,
    inversiones and inversion. The rules repeat until none applies, since an ending may be a plural's or the word's own.
    """
    while len(word) > 3:
        if len(word) > 4 and word.endswith("ces"):
            word = word[:-2]
        elif word.endswith("ce"):
            word = word[:-1]
        elif len(word) > 4 and _PLURAL_E.search(word):
            word = word[: -2 if word.endswith("s") else -1]
        elif word.endswith("s") and not word.endswith("ss"):
            word = word[:-1]
        else:
            break
    return word[:-1] + "c" if word.endswith("z") else word


class _Terms(dict[str, str]):
    """The term of each word as it stands in a text, or "" for a stop word; remembered, since texts repeat words."""

    def __init__(self, marker: str) -> None:
        super().__init__()
        self.marker = marker
        self.stop_words = STOP_WORDS[marker]
        self.stemmer = Stemmer.Stemmer(_STEMMERS[marker], 0) if marker in _STEMMERS else None

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        folded = fold_word(word)
        term = "" if folded in self.stop_words else self.marker + self._stem(folded)
        self[word] = term
        return term

    def _stem(self, folded: str) -> str:
        if self.stemmer is None or _DIGIT.search(folded):
            return folded
        if self.marker == "s":
            stem: str = self.stemmer.stemWord(singular(folded))
            return stem
        return str(self.stemmer.stemWord(folded))


def marker_of(language: str) -> str:
    """The marker that the terms of a record in `language` carry."""
    return MARKERS.get(language, UNSTEMMED)


@cache
def terms(marker: str) -> dict[str, str]:
    """A mapping from any word, as written, to its term in the language of `marker`; "" for a stop word."""
    return _Terms(marker)


def words(text: str) -> list[str]:
    """The words of `text` (which must be `normal`) as written, in order."""
    return _WORD.findall(text)


def placed_words(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """The words of `text` between `start` and `end` as matches, to know where they stand."""
    return _WORD.finditer(text, start, len(text) if end is None else end)


def has_digit(word: str) -> bool:
    """Whether `word` is or contains a figure, as codes do: those match only as a whole."""
    return _DIGIT.search(word) is not None


def is_stop_word(folded: str) -> bool:
    """Whether some language leaves the `folded` word out of questions."""
    return any(folded in listed for listed in STOP_WORDS.values())
