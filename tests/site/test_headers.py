"""The security headers of every kind of answer, to the letter."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from tests.app import OWN, Demo, Visitor, a_demo
from tests.services import Homes

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
}
KINDS = {
    "page": ("GET", "/", 200),
    "absent": ("GET", "/nothing", 404),
    "redirect": ("GET", "/account", 303),
    "moved": ("GET", "/places/reniec/170105", None),
    "without token": ("POST", "/sign-in", 400),
    "wrong method": ("DELETE", "/", 405),
    "json": ("GET", "/search.json?q=agua", 200),
    "csv": ("GET", "/exports/sites.csv", 200),
    "feed": ("GET", "/activity.atom", 200),
    "style": ("GET", "/static/site.css", 200),
    "health": ("GET", "/healthz", 200),
    "robots": ("GET", "/robots.txt", 200),
    "options": ("OPTIONS", "/", 200),
    "head": ("HEAD", "/organisations", 200),
}


def protected(answer: object) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in ALWAYS}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_carries_them(shared_demo: Demo, kind: str) -> None:
    method, path, status = KINDS[kind]
    for visitor in (shared_demo.guest(), shared_demo.once_as("manager")):
        answer = visitor.client.open(path, method=method, buffered=True)
        if kind != "redirect" or visitor.name == "guest":
            assert status in {None, answer.status_code}
        assert protected(answer) == ALWAYS
        assert "Strict-Transport-Security" not in answer.headers, "only where visitors come over HTTPS"
        assert "Server" not in answer.headers


@pytest.fixture
def behind_tls(homes: Homes) -> Iterator[Demo]:
    with a_demo(homes, "sqlite", public_url="https://observatorio.example", proxies=1) as made:
        yield made


def test_over_https_the_cookie_is_bound_to_the_host_and_browsers_are_told_to_stay(behind_tls: Demo) -> None:
    client = behind_tls.app.test_client()
    tls = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9", "X-Forwarded-Host": "localhost"}
    answer = client.get("/sign-in", headers=tls)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-obs"
    assert rest.partition(";")[2].strip() == "Secure; HttpOnly; Path=/; SameSite=Lax"


def test_a_form_over_https_needs_a_referrer_of_this_site(behind_tls: Demo) -> None:
    visitor = Visitor(behind_tls.app)
    form = visitor.form("/sign-in", "/demo/sign-in")
    tls = {"X-Forwarded-Proto": "https", "Cookie": f"__Host-obs={visitor.cookie('__Host-obs')}"}
    client = behind_tls.app.test_client(use_cookies=False)
    for referrer, status in (("", 400), ("https://evil.example/", 400), ("https://localhost/sign-in", 303)):
        answer = client.post("/demo/sign-in", data=form, headers={**tls, "Referer": referrer})
        assert answer.status_code == status, referrer


def test_a_personal_page_is_kept_by_no_cache_and_a_public_one_is_asked_for_again(shared_demo: Demo) -> None:
    assert shared_demo.guest().get("/organisations").headers["Cache-Control"] == "no-cache"
    for path in ("/", "/account", "/organisations", "/nothing"):
        assert shared_demo.once_as("manager").get(path).headers["Cache-Control"] == "no-store", path
    assert shared_demo.guest().get("/sign-in").headers["Cache-Control"] == "no-store"


def test_a_host_that_is_not_ours_is_refused(homes: Homes) -> None:
    with a_demo(homes, "sqlite", trusted_hosts=("localhost",)) as made:
        assert made.guest().get("/").status_code == 200
        for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example"):
            answer = made.guest().get("/", headers={"Host": host})
            assert answer.status_code == 400
            assert "evil" not in answer.text
            assert protected(answer) == ALWAYS


def test_a_fault_of_ours_tells_nothing_and_carries_them(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.app.config["PROPAGATE"] = False
    demo.app.config["PROPAGATE_EXCEPTIONS"] = False

    def break_down(*_: object, **__: object) -> None:
        raise ValueError("a secret in the words of an error")

    monkeypatch.setitem(demo.app.view_functions, "site.about", break_down)
    answer = demo.guest().get("/about")
    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert "on our side" in answer.text
    assert protected(answer) == ALWAYS


def test_a_database_that_does_not_answer_is_said_plainly(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("password=hunter2 host=db.internal"))

    monkeypatch.setitem(demo.app.view_functions, "organisations.show", break_down)
    answer = demo.guest().get(f"/organisations/{OWN}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "hunter2" not in answer.text and "internal" not in answer.text
    assert protected(answer) == ALWAYS
