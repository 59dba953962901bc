"""Pages in memory: served only while nothing changed, in the reader's language, and never to whoever has a cookie."""

import datetime as dt
import gzip
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from observatory.kernel import clock
from observatory.kernel.db import Database
from observatory.kernel.pagecache import Freshness, PageCache
from observatory.people.models import Person

LONG = "Una página con bastante texto. " * 40


class Site:
    """A site that counts how often it was asked; `answer(path)` may be replaced."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[str], Response] = lambda path: Response(
            f"{path} {len(self.asked)} {LONG}", mimetype="text/html"
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        self.asked.append(request.full_path)
        return self.answer(request.path)(environ, start_response)


def a_reader(cache: PageCache) -> Client:
    """A browser that sends the cookies that the test names, and keeps none."""
    return Client(cache, use_cookies=False)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def cache(database: Database, site: Site) -> PageCache:
    return PageCache(site, Freshness(database, interval=0.0), private=("obs", "__Host-obs"), skip=("/search",))


def test_the_second_reader_gets_the_first_ones_page(cache: PageCache, site: Site) -> None:
    client = a_reader(cache)
    first, second = client.get("/a"), client.get("/a")
    assert first.text == second.text and len(site.asked) == 1
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get("/b").text != first.text


def test_a_reader_who_has_the_page_gets_no_body(cache: PageCache, site: Site) -> None:
    client = a_reader(cache)
    tag = client.get("/a").headers["ETag"]
    again = client.get("/a", headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
    assert client.get("/a", headers={"If-None-Match": 'W/"another"'}).status_code == 200


def test_a_commit_makes_every_page_anew(cache: PageCache, site: Site, database: Database) -> None:
    client = a_reader(cache)
    before = client.get("/a")
    with database.unit_of_work() as unit:
        unit.add(Person(email="rosa@prueba.example", name="Rosa"))
    after = client.get("/a")
    assert after.text != before.text
    assert after.headers["ETag"] != before.headers["ETag"]
    assert client.get("/a", headers={"If-None-Match": before.headers["ETag"]}).status_code == 200


def test_a_new_day_in_lima_makes_every_page_anew(cache: PageCache, site: Site) -> None:
    evening = dt.datetime(2026, 5, 1, 23, 59, tzinfo=clock.LIMA)
    client = a_reader(cache)
    with clock.frozen(evening):
        tag = client.get("/a").headers["ETag"]
    with clock.frozen(evening + dt.timedelta(minutes=2)):
        assert client.get("/a", headers={"If-None-Match": tag}).status_code == 200
    assert len(site.asked) == 2


def test_each_language_has_a_page_of_its_own(cache: PageCache, site: Site) -> None:
    for headers, query in (
        ({}, ""),
        ({"Accept-Language": "en"}, ""),
        ({}, "?lang=en"),
        ({"Cookie": "obs_lang=en"}, ""),
    ):
        for _ in range(2):
            a_reader(cache).get(f"/a{query}", headers=headers)
    assert len(site.asked) == 3, "Spanish, English, and English by its address"


def test_whoever_has_a_session_is_never_served_from_memory(cache: PageCache, site: Site) -> None:
    a_reader(cache).get("/a")
    for cookie in ("obs=abc", "__Host-obs=abc", "x=1; obs=abc"):
        answer = a_reader(cache).get("/a", headers={"Cookie": cookie})
        assert "ETag" not in answer.headers
    assert len(site.asked) == 4
    assert a_reader(cache).get("/a").text.startswith("/a 1 ")


@pytest.mark.parametrize(
    "answer",
    [
        Response("no", status=404), Response("no", status=500), Response("", status=302, headers={"Location": "/"}),
        Response("mine", headers={"Set-Cookie": "obs=1"}), Response("mine", headers={"Cache-Control": "no-store"}),
        Response("mine", headers={"Cache-Control": "private"}),
    ],
    ids=["absent", "fault", "redirect", "cookie", "no-store", "private"],
)  # fmt: skip
def test_only_public_pages_are_kept(cache: PageCache, site: Site, answer: Response) -> None:
    site.answer = lambda path: answer
    for _ in range(2):
        a_reader(cache).get("/a")
    assert len(site.asked) == 2


def test_writing_and_searching_pass_through(cache: PageCache, site: Site) -> None:
    client = a_reader(cache)
    for _ in range(2):
        client.post("/a")
        client.get("/search?q=agua")
    assert len(site.asked) == 4


def test_the_order_of_a_querys_parts_does_not_matter_but_their_values_do(cache: PageCache, site: Site) -> None:
    client = a_reader(cache)
    for query in ("a=1&b=2", "b=2&a=1", "a=1&b=3", ""):
        client.get(f"/a?{query}")
    assert len(site.asked) == 3


def test_a_hundred_readers_at_once_make_one_page(cache: PageCache, site: Site) -> None:
    def slowly(path: str) -> Response:
        time.sleep(0.2)
        return Response(LONG, mimetype="text/html")

    site.answer = slowly
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(a_reader(cache).get("/a").text)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [LONG] * 20
    assert len(site.asked) == 1


def test_a_fault_while_a_page_is_made_blocks_nobody(cache: PageCache, site: Site) -> None:
    def break_down(path: str) -> Response:
        raise ValueError("broken")

    kept = site.answer
    site.answer = break_down
    with pytest.raises(ValueError, match="broken"):
        a_reader(cache).get("/a")
    site.answer = kept
    assert a_reader(cache).get("/a").status_code == 200


def test_text_is_compressed_for_whoever_can_read_it(cache: PageCache, site: Site) -> None:
    zipped = a_reader(cache).get("/a", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.get_data()).decode().endswith(LONG)
    assert "Content-Encoding" not in a_reader(cache).get("/a").headers
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= set(zipped.headers["Vary"].split(", "))


def test_a_head_request_has_the_headers_and_no_body(cache: PageCache, site: Site) -> None:
    answer = a_reader(cache).head("/a")
    assert (answer.get_data(), answer.status_code) == (b"", 200)
    assert a_reader(cache).get("/a").headers["ETag"] == answer.headers["ETag"]


def test_memory_is_bounded(cache: PageCache, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("observatory.kernel.pagecache._LIMIT_BYTES", 40_000)
    for number in range(100):
        a_reader(cache).get(f"/{number}")
    assert sum(len(entry[2]) for entry in cache._entries.values()) <= 40_000


def test_nothing_is_served_from_memory_while_the_database_is_away(cache: PageCache, site: Site) -> None:
    a_reader(cache).get("/a")
    cache.freshness._sql = "SELECT number FROM nowhere"
    a_reader(cache).get("/a")
    assert len(site.asked) == 2
