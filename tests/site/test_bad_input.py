"""Addresses, searches and ways back that nobody should be able to misuse."""

from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import func, select

from observatory.kernel.outbox import Outgoing
from observatory.kernel.paging import encode
from observatory.records.history import HistoryEntry
from tests.app import OWN, OWN_SITE, Demo, address_of, form_in

EDIT = f"/organisations/{OWN}/edit"


@pytest.mark.parametrize(
    "path", ["/organisations", "/places", "/sites", "/activity", "/tags/agua", f"/history/site/{OWN_SITE}", "/search"]
)
@pytest.mark.parametrize(
    "after",
    [
        "rubbish",
        "W10",
        "%00",
        encode([10**10]),
        encode(["a", 10**10]),
        encode(["2026-01-01T00:00:00+00:00", 10**10]),
        "a" * 5000,
        "WyIiLC0xXQ",
        "[1,2]",
        "Wy0xLDFd",
    ],
)
def test_an_address_of_a_page_that_never_was_answers_with_the_first(shared_demo: Demo, path: str, after: str) -> None:
    answer = shared_demo.guest().get(path, query_string={"after": after, "q": "agua"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "text", ["*", "a" * 10_000, "* * *", '"', "(((", "AND OR NOT", "agua*~^2", "kind:*", "%", "'; --"]
)
def test_a_search_for_anything_answers(shared_demo: Demo, text: str) -> None:
    guest = shared_demo.guest()
    for path in ("/search", "/search.json", "/search.atom", "/search.csv", "/search/suggest.json"):
        answer = guest.get(path, query_string={"q": text})
        assert answer.status_code == 200, path
        assert len(answer.get_data()) < 400_000


@pytest.mark.parametrize(
    "path",
    ["/organisations/nobody", "/places/000000", "/places/zz", "/sites/none", "/tags/none", "/history/site/none",
     "/history/nothing/none", "/mandates/99999999999999999999", "/mandates/0", "/exports/none.csv", "/none.atom",
     "/places/reniec/000000",  "/organisations/..%2f..%2fetc%2fpasswd", "/static/../app.py", "/" + "a" * 3000],
)  # fmt: skip
def test_what_is_not_there_says_so(shared_demo: Demo, path: str) -> None:
    for visitor in (shared_demo.guest(), shared_demo.once_as("manager")):
        answer = visitor.get(path)
        assert answer.status_code in ({404, 303} if path.startswith("/mandates") else {404}), path


def test_absent_and_forbidden_look_the_same(shared_demo: Demo) -> None:
    guest = shared_demo.guest()
    hidden, absent = "/organisations/red-de-radios-cuenca-alta", "/organisations/nothing-of-this-name"
    pages = [guest.text(path, 404).replace(path, "X") for path in (hidden, absent)]
    assert pages[0] == pages[1]


def test_an_entry_in_the_history_for_each_change_and_none_for_a_refusal(demo: Demo) -> None:
    count = select(func.count()).select_from(HistoryEntry)
    before = demo.scalar(count)
    stranger = demo.client_as("stranger")
    values = {"csrf_token": stranger.token(), "summary": "Intruso", "title": "Intruso", "sector": "company"}
    assert stranger.post(EDIT, values).status_code == 403
    assert demo.scalar(count) == before
    assert demo.client_as("manager").send(EDIT, summary="Con derecho").status_code == 303
    assert demo.scalar(count) == before + 1


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "https:evil.example", "/%0d%0aSet-Cookie:x=1", "http://evil.example@localhost/", "///evil.example", "/\t/evil.example", " //evil.example", "/.//evil.example"])  # fmt: skip
def test_signing_in_leads_nowhere_else(shared_demo: Demo, next: str) -> None:
    guest = shared_demo.guest()
    form = guest.form("/sign-in", "/demo/sign-in")
    answer = guest.client.post("/demo/sign-in", data=form, query_string={"next": next})
    assert answer.status_code == 303
    assert answer.location.startswith("/")
    assert urlsplit(urljoin("http://localhost/sign-in", answer.location.replace("\\", "/"))).netloc == "localhost"
    assert len(answer.headers.getlist("Set-Cookie")) == 1


def test_a_way_back_within_the_site_is_kept(shared_demo: Demo) -> None:
    guest = shared_demo.guest()
    asked = guest.get(f"{EDIT}?lang=en")
    assert asked.status_code == 303
    page = guest.text(asked.location)
    answer = guest.post(asked.location.replace("/sign-in", "/demo/sign-in"), form_in(page, "/demo/sign-in"))
    assert answer.location == f"{EDIT}?lang=en"


def test_an_address_of_a_message_comes_from_the_operator_not_from_the_request(demo: Demo) -> None:
    guest = demo.guest()
    form = guest.form("/password/forgotten") | {"email": address_of("manager")}
    claimed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Cookie": f"obs={guest.cookie()}"}
    answer = demo.app.test_client(use_cookies=False).post("/password/forgotten", data=form, headers=claimed)
    assert answer.status_code == 200
    text = demo.scalar(select(Outgoing.body).order_by(Outgoing.id.desc()).limit(1))
    assert "evil.example" not in text and "http://127.0.0.1:8000/password/" in text


def test_a_zero_byte_in_an_address_is_not_understood(shared_demo: Demo) -> None:
    guest = shared_demo.guest()
    for path in ("/organisations/%00", "/organisations?after=%00", "/search?q=%00", "/search.json?q=a%00b"):
        assert guest.get(path).status_code == 400, path


def test_an_entry_of_the_history_that_never_was_shows_the_history(shared_demo: Demo) -> None:
    for entry in ("9" * 15, "9" * 9, "0", "-1", "x", "²"):
        path = f"/history/site/{OWN_SITE}"
        assert shared_demo.guest().get(path, query_string={"entry": entry}).status_code == 200, entry
