"""Differences: field by field, and word by word in long texts."""

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from observatory.aspects.history.diff import told, word_runs
from observatory.kernel.registry import Field

TEXT = "La empresa explota una unidad de cobre en la sierra sur y mantiene un convenio marco con la provincia. " * 2


def nobody(name: str, value: Any) -> str | None:
    return None


def test_fields_come_in_the_declared_order_with_their_words() -> None:
    fields = {"ruc": Field("RUC"), "sector": Field("Sector", lambda value: value.upper())}
    changes = {"sector": ["company", "state"], "ruc": [None, "20100070970"], "title": ["A", "B"]}
    found = told(changes, fields, nobody)
    assert [(change.label, change.old, change.new) for change in found] == [
        ("Title", "A", "B"),
        ("RUC", "", "20100070970"),
        ("Sector", "COMPANY", "STATE"),
    ]


def test_an_undeclared_field_is_told_too() -> None:
    assert [change.label for change in told({"tile_row": [1, 2]}, {}, nobody)] == ["tile row"]


def test_what_reads_the_same_is_no_change() -> None:
    assert told({"summary": [None, ""], "tags": [[], None]}, {}, nobody) == []


def test_a_reference_is_named_or_withheld() -> None:
    names = {5: "Áncash"}
    found = told({"territory_id": [5, 6]}, {}, lambda name, value: names.get(value))
    assert (found[0].old, found[0].new) == ("Áncash", "something you may not see")


def test_one_word_changed_in_a_long_text_is_shown_alone() -> None:
    runs = word_runs(TEXT, TEXT.replace("cobre", "zinc", 1))
    assert [run for run in runs if run[0] != "same"] == [("del", "cobre"), ("ins", "zinc")]


def test_texts_with_little_in_common_are_set_side_by_side() -> None:
    assert word_runs("uno dos tres " * 20, "Ñ; 123 / " * 30) == []


def test_long_stretches_that_stayed_are_shortened() -> None:
    runs = word_runs(TEXT * 5 + "fin", TEXT * 5 + "final")
    assert "[…]" in runs[0][1] or len(runs[0][1]) < len(TEXT * 5)


@given(st.text(alphabet="abñ \n.", max_size=60), st.text(alphabet="abñ \n.", max_size=60))
def test_short_runs_hold_both_texts_whole(old: str, new: str) -> None:
    runs = word_runs(old, new)
    if runs:
        assert "".join(text for kind, text in runs if kind != "ins") == old
        assert "".join(text for kind, text in runs if kind != "del") == new


def test_a_hostile_text_takes_no_time() -> None:
    began = time.process_time()
    word_runs("a " * 10_000, "b a " * 5_000)
    word_runs("a b " * 700, "b a " * 700)
    assert time.process_time() - began < 3
