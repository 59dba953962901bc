"""Home, feeds, exports, health and the footer's pages."""

import csv
import io
import json
import re
from typing import Any

import pytest

from observatory.kernel.preferences import Preferences
from observatory.kernel.registry import HOME, ManifestError, Panel, Registry, Room
from tests.site.world import SECRET, World

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_panel_may_stand_on_the_home_page_and_one_for_every_kind_does_not() -> None:
    here = Panel((HOME,), "a.html", lambda actor, row: {})
    everywhere = Panel(("*",), "b.html", lambda actor, row: {})
    registry = Registry([Room("r", panels=(here, everywhere))])
    assert registry.panels(HOME) == [here]
    with pytest.raises(ManifestError):
        Registry([Room("r", panels=(Panel(("hme",), "a.html", lambda actor, row: {}),))])


def test_home_tells_what_changed_and_what_is_here(world: World) -> None:
    page = world.text("/?lang=en")
    assert "What was promised" in page
    assert "published <a" in page
    assert "What is here" in page
    assert SECRET not in page
    assert page.count('id="q"') == 1


@pytest.mark.parametrize(
    "path",
    ["/", "/search", "/activity", "/about", "/privacy", "/accessibility", "/contact", "/data-licence", "/styleguide"],
)
def test_pages_for_guests_carry_no_cookie_and_no_token(world: World, path: str) -> None:
    for query in ("", "?lang=en", "?lang=es"):
        answer = world.client.get(path + query)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "csrf_token" not in answer.get_data(as_text=True)


def test_the_style_page_is_for_demonstrations_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    extensions = world.app.extensions
    settings = dataclasses.replace(extensions["observatory.settings"], demo=False)
    version = extensions["observatory.freshness"].number
    preferences = Preferences(settings, extensions["observatory.database"], version)
    monkeypatch.setitem(extensions, "observatory.preferences", preferences)
    world.text("/styleguide?fresh=1", 404)


def test_all_that_happened_can_be_read_by_kind_and_followed(world: World) -> None:
    assert "published <a" in world.text("/activity?kind=organisation&lang=en")
    assert "could not be found" in world.text("/activity?after=rubbish&lang=en")
    world.text("/activity?kind=nonsense")
    root = world.feed("/activity.atom")
    assert len(root.findall(f"{ATOM}entry")) == 3
    assert SECRET not in world.text("/activity.atom")


def test_every_list_has_a_feed_under_its_filters(world: World) -> None:
    for name, listing in world.app.extensions["observatory.registry"].listings.items():
        root = world.feed(f"/{name}.atom")
        assert root.findtext(f"{ATOM}id") == f"http://localhost/{name}.atom"
        assert listing.columns
    root = world.feed("/organisations.atom?sector=company&evil=1")
    assert [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")] == ["Minera Puna <Alta>"]
    assert root.findtext(f"{ATOM}id") == "http://localhost/organisations.atom?sector=company"
    world.text("/nothing.atom", 404)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_export_is_clean_and_its_terms_are_beside_it(world: World) -> None:
    answer = world.client.get("/exports/organisations.csv?sector=company")
    text = answer.get_data(as_text=True)
    assert [row["name"] for row in rows_of(text)] == ["Minera Puna <Alta>"]
    links = answer.headers.getlist("Link")
    assert any('rel="license"' in link for link in links)
    described = next(link for link in links if "describedby" in link)
    path = described.partition("http://localhost")[2].partition(">")[0]
    metadata = json.loads(world.text(path))
    assert [column["name"] for column in metadata["tableSchema"]["columns"]] == text.splitlines()[0].split(",")
    assert metadata["filters"] == {"sector": "company"}
    assert metadata["dc:license"].startswith("https://creativecommons.org/")
    assert metadata["dc:source"] == "http://localhost/organisations?sector=company"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="organisations-20')


def test_an_export_holds_what_the_asker_may_see(world: World) -> None:
    assert SECRET not in world.text("/exports/organisations.csv")
    assert world.text("/exports/organisations.csv?bom=1").startswith("\ufeff")
    assert not world.text("/exports/organisations.csv").startswith("\ufeff")
    world.text("/exports/nothing.csv", 404)
    world.text("/exports/nothing.json", 404)


def test_health_is_said_in_json(world: World) -> None:
    answer = world.client.get("/healthz")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.data)
    assert found["status"] == found["database"]["status"] == found["index"]["status"] == "ok"
    assert found["queues"]["search"] == {"waiting": 0}
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_says_which_part_is_down_and_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def check(self) -> str:
            return "the folder /srv/secret is gone"

    monkeypatch.setitem(world.app.extensions, "observatory.shelf", Broken())
    answer = world.client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.data)["index"]["status"] == "down"
    assert b"secret" not in answer.data


def test_health_answers_without_a_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from observatory.kernel.db import Database

    gone = Database("sqlite:////nonexistent/folder/observatory.db")
    monkeypatch.setitem(world.app.extensions, "observatory.database", gone)
    answer = world.client.get("/healthz")
    assert answer.status_code == 503
    found = json.loads(answer.data)
    assert found["database"]["status"] == "down"
    assert found["queues"] is None
    assert b"nonexistent" not in answer.data
    gone.close()


def test_crawlers_are_told_what_not_to_read(world: World) -> None:
    text = world.text("/robots.txt")
    assert "Disallow: /search" in text
    assert "Disallow: /\n" not in text


def test_a_missing_page_offers_a_search(world: World) -> None:
    page = world.text("/no/such/page?lang=en", 404)
    assert 'role="search"' in page
    assert "There is no such page" in page


def test_one_section_is_current_that_of_the_address(world: World) -> None:
    def current(path: str) -> list[str]:
        nav = world.text(path).partition('<nav class="sections')[2].partition("</nav>")[0]
        return re.findall(r'aria-current="page">([^<]+)<', nav)

    organisation = world.text("/organisations").partition('href="/organisations/')[2].partition('"')[0]
    assert current("/organisations?lang=en") == ["Organisations"]
    assert current(f"/organisations/{organisation.partition('?')[0]}/owed?lang=en") == ["Organisations"], (
        "of another room"
    )
    assert current("/?lang=en") == []
