"""How a typed line becomes a question, and how the place of the next page is written."""

import base64

import pytest

from observatory.kernel.search.query import Question, read, read_key, write_key


def wanted(line: str) -> list[tuple[str, ...]]:
    return [clause.words for clause in read(line).wanted]


def test_words_phrases_and_exclusions() -> None:
    question = read('canon "obras por impuestos" -minero -"agua potable" Moquegua')
    assert [clause.words for clause in question.wanted] == [("canon",), ("obras", "por", "impuestos"), ("Moquegua",)]
    assert [clause.words for clause in question.unwanted] == [("minero",), ("agua", "potable")]
    assert question.line == "canon obras por impuestos moquegua"
    assert question.notice is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("can*n", [("can",), ("n",)]),
        ("canon*", [("canon",)]),
        ("canon~3 agua^2", [("canon", "3"), ("agua", "2")]),
        ("title:canon", [("title",), ("canon",)]),
        ("[a TO b]", [("a",), ("TO",), ("b",)]),
        ("(canon OR agua)", [("canon",), ("OR",), ("agua",)]),
        ("Arequipa-Moquegua", [("Arequipa",), ("Moquegua",)]),
        ("D.S. 020-2020-EM", [("D",), ("S",), ("020", "2020", "EM")]),
        ('"canon minero', [("canon",), ("minero",)]),
        ("«canon minero» “agua clara”", [("canon", "minero"), ("agua", "clara")]),
        ("canon canon", [("canon",)]),
        ("a\x00b\ud800c", [("a",), ("b",), ("c",)]),
    ],
)
def test_no_other_character_means_anything(line: str, expected: list[tuple[str, ...]]) -> None:
    assert wanted(line) == expected


@pytest.mark.parametrize("line", ["*", "???", '""', '"', "-", "--", "~ ^ []", "-*", "🙂"])
def test_nothing_to_look_for(line: str) -> None:
    assert read(line).notice == "no_words"
    assert wanted(line) == []


def test_blank_is_no_question() -> None:
    assert read("") == Question("") and read("  ").notice is None


def test_length_and_number_are_bounded() -> None:
    assert read("a" * 10_000).notice == "too_long"
    assert read("agua " * 3000).notice == "too_long"
    many = read(" ".join(f"palabra{chr(97 + number)}" for number in range(15)))
    assert many.notice == "too_many_terms" and len(many.wanted) == 10
    assert read('"' + "a b c d e f g h i j k l m n" + '"').notice == "too_many_terms"


def test_keys_come_back() -> None:
    for key in ((-12.345678901234567, 17), (-2024, "peña n~", 3)):
        types = tuple(type(part) for part in key)
        assert read_key(write_key(key), types) == key


@pytest.mark.parametrize(
    "rubbish",
    ["rubbish", "", "ñ", "....", "W10", "bnVsbA", "[" * 900, "A" * 5000, base64.urlsafe_b64encode(b"[" * 700).decode()]
    + [write_key(key) for key in ((1, 2, 3), ("a", "b"), (True, 1), (float("nan"), 1), (1.5,))],
)
def test_anything_else_is_no_key(rubbish: str) -> None:
    assert read_key(rubbish, (float, int)) is None
