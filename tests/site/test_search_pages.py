"""Search as page, JSON, feed and table; what was asked for stays in the address, what is secret stays inside."""

import csv
import io
import json

import pytest

from observatory.kernel.search import Hit
from observatory.site.asking import _nearest, filters_in
from tests.site.world import SECRET, World

ATOM = "{http://www.w3.org/2005/Atom}"


def test_only_known_filters_with_sensible_values_count() -> None:
    given = {"kind": "site", "place": "x" * 500, "year": "20x6", "evil": "1", "state": "  "}
    assert filters_in(given) == {"kind": "site", "place": "x" * 100}
    assert filters_in({"year": "2026"}) == {"year": "2026"}


def test_the_page_marks_what_was_found_and_carries_the_query_in_its_title(world: World) -> None:
    page = world.text("/search?q=comunidad&lang=en")
    assert "<title>Search: comunidad · " in page
    assert "<mark>comunidades</mark>" in page
    assert "1 result" in page


def test_titles_are_escaped(world: World) -> None:
    page = world.text("/search?q=puna")
    assert "&lt;" in page
    assert "<Alta>" not in page
    assert "<script>alert" not in world.text("/search?q=<script>alert(1)</script>")


def test_a_facet_is_a_link_and_a_filter_is_a_chip(world: World) -> None:
    page = world.text("/search?lang=en")
    assert "sector=company" in page
    chosen = world.text("/search?sector=company&kind=organisation&lang=en")
    assert 'class="chip"' in chosen
    assert 'href="/search?kind=organisation&amp;lang=en"' in chosen
    assert 'type="hidden" name="sector" value="company"' in chosen


def test_nothing_found_helps(world: World) -> None:
    page = world.text("/search?q=qqqqq&kind=organisation&year=1999&lang=en")
    assert "Nothing found" in page
    assert 'href="/search?q=qqqqq&amp;year=1999&amp;lang=en"' in page
    assert "Search without any filter" in page


def test_a_misspelling_is_put_right(world: World) -> None:
    page = world.text("/search?q=comunidadez&lang=en")
    assert "Did you mean" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=*",
        "q=%3F~1",
        "q=%22",
        "q=" + "a" * 10_000,
        "after=rubbish",
        "q=la&after=W10",
        "year=abc",
        "q=" + "a+" * 60,
    ],
)
@pytest.mark.parametrize("form", ["/search", "/search.json", "/search.atom", "/search.csv"])
def test_odd_questions_are_answered(world: World, form: str, query: str) -> None:
    text = world.text(f"{form}?{query}")
    assert len(text) < 100_000


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=" + "a" * 300, "first 200 characters"),
        ("q=" + "uno+" * 20 + "dos", "ten words"),
        ("after=rubbish", "first one"),
    ],
)
def test_what_was_left_out_is_said(world: World, query: str, words: str) -> None:
    assert words in world.text(f"/search?{query}&lang=en")


def test_json_has_the_promised_shape(world: World) -> None:
    found = json.loads(world.text("/search.json?q=comunidades&lang=en"))
    assert {"total", "results", "facets"} <= set(found)
    assert found["total"] == 1
    assert found["results"][0].items() >= {"kind": "organisation", "url": "/organisations/federacion"}.items()
    assert {"title", "snippet"} <= set(found["results"][0])
    assert {"value": "organisation", "label": "Organisations", "count": 1} in found["facets"]["kind"]


def test_nothing_secret_is_told_in_any_form(world: World) -> None:
    for path in ("/search", "/search.json", "/search.atom", "/search.csv"):
        for query in (f"q={SECRET}", "q=", "q=organizacion"):
            page = world.text(f"{path}?{query}")
            assert "secreta" not in page
            assert f"Organización {SECRET}" not in page
    assert json.loads(world.text(f"/search.json?q={SECRET}"))["total"] == 0
    assert json.loads(world.text("/search/suggest.json?q=zari"))["results"] == []


def test_titles_are_offered_while_typing(world: World) -> None:
    found = json.loads(world.text("/search/suggest.json?q=fede"))["results"]
    assert [row["url"] for row in found] == ["/organisations/federacion"]
    assert set(found[0]) == {"title", "url", "note"}
    assert json.loads(world.text("/search/suggest.json?q="))["results"] == []


def test_a_search_can_be_followed_and_taken_along(world: World) -> None:
    root = world.feed("/search.atom?q=comunidades")
    assert len(root.findall(f"{ATOM}entry")) == 1
    rows = list(csv.DictReader(io.StringIO(world.text("/search.csv"))))
    assert [row["kind"] for row in rows] == ["organisation", "organisation"]
    assert all(row["url"].startswith("http://") for row in rows)


def test_what_the_index_still_holds_but_nobody_may_see_is_not_shown(world: World) -> None:
    from sqlalchemy import text

    with world.database.engine.begin() as connection:
        connection.execute(text("UPDATE record_audience SET label = 'public!' WHERE label = 'public'"))
    try:
        assert "federacion" not in world.text("/search?q=comunidades")
        assert json.loads(world.text("/search/suggest.json?q=fede"))["results"] == []
        assert world.text("/search.csv").count("\n") == 1
    finally:
        with world.database.engine.begin() as connection:
            connection.execute(text("UPDATE record_audience SET label = 'public' WHERE label = 'public!'"))


def test_namesakes_are_told_apart_by_the_places_around_them() -> None:
    places = ("pe", "08", "0803", "080301")
    district = Hit(1, "territory", "Anta", "/places/080301", "", None, None, places, None, [], [])
    elsewhere = Hit(2, "organisation", "X", "/organisations/x", "", None, None, ("pe",), None, [], [])
    assert _nearest(district) == ["0803", "08"]
    assert _nearest(elsewhere) == []
