"""Sentences of the history: who, for whom, what; never markup from a text."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from markupsafe import Markup

from observatory.aspects.history.queries import varied
from observatory.aspects.history.sentences import actor_words, fact_words, fill, sentence


def an_entry(**values: Any) -> Any:
    given = {"person_id": 1, "person_name": "Rosa Quispe", "person_alias": None, "person_closed_at": None}
    return SimpleNamespace(**{**given, "organisation_id": None, **values})


CLOSED = {"person_name": "", "person_closed_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}


@pytest.mark.parametrize(
    ("values", "organisation", "words"),
    [
        ({"organisation_id": 7}, "Minera Puna", "Rosa Quispe (Minera Puna)"),
        ({}, None, "Rosa Quispe"),
        ({"person_alias": "vecina"}, None, "vecina"),
        ({"organisation_id": 7, "person_alias": "vecina"}, "Minera Puna", "Rosa Quispe (Minera Puna)"),
        ({"organisation_id": 7, **CLOSED}, "Minera Puna", "a former member of Minera Puna"),
        (CLOSED, None, "somebody whose account is closed"),
        ({"person_id": None, "person_name": None}, None, "the operator of this Observatory"),
        ({"person_id": None, "person_name": None, "organisation_id": 7}, "Minera Puna", "Minera Puna"),
    ],
)
def test_the_actor_is_named_as_the_public_may_know_them(values: Any, organisation: Any, words: str) -> None:
    assert actor_words(an_entry(**values), organisation) == words


def test_an_organisation_the_reader_may_not_see_is_not_named() -> None:
    assert actor_words(an_entry(organisation_id=7), None) == "Rosa Quispe"


def test_a_sentence_begins_with_a_capital() -> None:
    told = sentence("{actor} published {record}", Markup("a former member of X"), "Y", {})
    assert told == "A former member of X published Y"


def test_texts_are_escaped_and_links_are_kept() -> None:
    told = sentence(
        "{actor} withdrew {record}: {reason}",
        Markup("Rosa"),
        Markup('<a href="/x">X</a>'),
        {"reason": "<script>{actor}</script>"},
    )
    assert told == 'Rosa withdrew <a href="/x">X</a>: &lt;script&gt;{actor}&lt;/script&gt;'


def test_a_missing_fact_and_a_stray_brace_break_nothing() -> None:
    assert fill("{nobody} said {", {}) == "… said {"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("role", "manager", "Manager of the organisation"),
        ("to_on", None, "…"),
        ("n", 3, "3"),
        ("names", ["a", "b"], "a, b"),
    ],
)
def test_facts_are_told_in_words(name: str, value: object, words: str) -> None:
    assert fact_words(name, value) == words


def test_a_load_of_one_kind_does_not_fill_the_home_page() -> None:
    rows = [SimpleNamespace(record_id=n, event="TerritoryCreated") for n in range(50)]
    rows += [SimpleNamespace(record_id=60, event="SiteEdited"), SimpleNamespace(record_id=60, event="SitePublished")]
    found = varied(rows, 8)
    assert [row.event for row in found] == ["TerritoryCreated"] * 3 + ["SiteEdited"]
