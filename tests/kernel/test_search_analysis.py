"""How words become terms: accents, plurals, ñ, figures and languages."""

import json
import re
from pathlib import Path

import pytest

from observatory.kernel.search.analysis import fold_word, is_stop_word, marker_of, normal, singular, terms, words
from observatory.kernel.text import fold

_PLAIN = re.compile(r"[a-zñ]*[aeiou][a-zñ]*")


def term(word: str, language: str = "es") -> str:
    return terms(marker_of(language))[word]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("regalías", "regalias"),
        ("regalía", "regalías"),
        ("evaluación", "evaluacion"),
        ("evaluación", "evaluaciones"),
        ("evaluacion", "EVALUACIONES"),
        ("inversiones", "inversión"),
        ("distritos", "distrito"),
        ("interés", "intereses"),
        ("lugar", "lugares"),
        ("mes", "meses"),
        ("luz", "luces"),
        ("índice", "índices"),
        ("eje", "ejes"),
        ("orden", "órdenes"),
        ("país", "países"),
        ("ley", "leyes"),
        ("responsable", "responsables"),
        ("autobús", "autobuses"),
        ("cigüeña", "cigüeñas"),
    ],
)
def test_forms_of_a_word_agree(one: str, other: str) -> None:
    assert term(one) == term(other)


@pytest.mark.parametrize(("one", "other"), [("año", "ano"), ("peña", "pena"), ("caña", "cana"), ("mina", "mineral")])
def test_different_words_differ(one: str, other: str) -> None:
    assert term(one) != term(other)


def test_accents_typed_as_two_characters() -> None:
    assert words(normal("evaluacio\u0301n an\u0303o")) == ["evaluación", "año"]


def test_the_language_of_the_record_decides() -> None:
    assert term("communities", "en") == term("community", "en")
    assert term("canon", "en") != term(
        "canon", "es"
    )  # the marker: the same letters in another language are another term
    for language in ("qu", "ay", "de", ""):
        assert term("Runakunaqa", language) == "xrunakunaqa"
    assert term("ch’aki", "qu") == term("ch'aki", "qu") == "xch'aki"


def test_stop_words_by_language() -> None:
    assert term("LAS") == "" and term("the", "en") == "" and term("más") == ""
    assert term("the") and term("las", "en") and term("las", "qu")
    assert is_stop_word("de") and not is_stop_word("estado")


@pytest.mark.parametrize("code", ["021014", "02", "PE-021014", "2023-2026"])
def test_figures_stay(code: str) -> None:
    assert [term(word)[1:] for word in words(code)] == re.split("-", code.lower())


def test_very_long_words_are_cut_alike() -> None:
    assert term("a" * 5000) == term("a" * 64 + "b" * 5000)


@pytest.fixture(scope="module")
def vocabulary(real_data: Path) -> set[str]:
    """The words of the constitution, of a regional plan and of encyclopaedia articles."""
    folder = real_data / "07-text-search"
    texts = [path.read_text(encoding="utf-8") for path in (folder / "constitucion-peru-1993").glob("*.md")]
    texts.append((folder / "PEI-GORESAM_anexos-y-secciones-adicionales.md").read_text(encoding="utf-8"))
    articles = json.loads((folder / "squad-es" / "dev-v2.0-es_small.json").read_text(encoding="utf-8"))["data"]
    texts += [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    return {word.casefold() for text in texts for word in words(normal(text))}


def test_folding_agrees_with_the_rest_of_the_house(vocabulary: set[str]) -> None:
    assert [word for word in vocabulary if len(word) < 60 and fold_word(word) != fold(word).replace("’", "'")] == []


def test_accented_and_unaccented_agree(vocabulary: set[str]) -> None:
    accented = {word for word in vocabulary if fold_word(word) != word}
    assert len(accented) > 2000
    assert [word for word in accented if term(word) != term(fold_word(word))] == []


def test_singular_and_plural_agree(vocabulary: set[str]) -> None:
    """Every word whose regular plural is in the texts too, and the plural that any word would have."""
    folded = {word for word in map(fold_word, vocabulary) if len(word) > 2 and _PLAIN.fullmatch(word)}
    pairs = {(word, plural) for word in folded for plural in plurals(word) if term(word) and term(plural)}
    both = {(one, many) for one, many in pairs if many in folded}
    assert len(both) > 1500 and len(pairs) > 9000
    assert [pair for pair in pairs if term(pair[0]) != term(pair[1])] == []


def plurals(word: str) -> set[str]:
    """The regular plurals of a folded Spanish word."""
    if word[-1] in "aeiou":
        return {word + "s"}
    if word[-1] == "z":
        return {word[:-1] + "ces"}
    return {word + "es"} if re.search("[aeiou][djlnrsxy]$", word) and not word.endswith("s") else set()


def test_words_ending_in_s(vocabulary: set[str]) -> None:
    known = {fold_word(word) for word in vocabulary}
    pairs = [(word, word + "es") for word in known if word.endswith("s") and word + "es" in known and len(word) > 2]
    assert pairs
    assert [pair for pair in pairs if term(pair[0]) != term(pair[1])] == []


def test_singular_ends_for_any_word() -> None:
    for word in ("s" * 50, "ses" * 20, "zzz", "ces", "ceces", "eses", "", "ñ"):
        assert singular(singular(word)) == singular(word)
