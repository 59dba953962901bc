"""Keys of pages: what was not made here is told apart, and never breaks anything."""

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from observatory.kernel.paging import decode, encode

INTEGERS = st.integers(min_value=-(2**31) + 1, max_value=2**31 - 1)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)  # fmt: skip


@given(TEXTS, INTEGERS)
def test_what_was_encoded_comes_back(text: str, number: int) -> None:
    assert decode(encode([text, number]), (str, int)) == [text, number]


@given(st.text(max_size=700))
def test_any_text_is_answered(text: str) -> None:
    found = decode(text, (str, int))
    assert found is None or (isinstance(found[0], str) and isinstance(found[1], int))


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(raw: bytes) -> None:
    decode(base64.urlsafe_b64encode(raw).decode(), (str, int))


@given(JSON)
def test_other_values_than_the_expected_ones_are_no_key(value: Any) -> None:
    after = base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    found = decode(after, (str, int))
    assert found is None or (type(found[0]), type(found[1])) == (str, int)


def test_numbers_that_no_database_holds_are_no_key() -> None:
    assert decode(encode([2**31]), (int,)) is None
    assert decode(encode([-(2**63)]), (int,)) is None
    assert decode(encode([True]), (int,)) is None
    assert decode(encode(["a\0b"]), (str,)) is None
    assert decode("W" * 601, (str,)) is None
