"""A real browser, a real server for it to visit, and an accessibility check of what it sees."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import waitress.server
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.loud import skip_loudly

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve a WSGI application on a free port of this machine while the block runs; gives its address, without `/`."""
    server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # In the server's own thread: once nothing is left to listen to, its loop ends by itself.
        server.trigger.pull_trigger(lambda: waitress.wasyncore.close_all(server._map))
        thread.join(timeout=20)
        server.task_dispatcher.shutdown()


@pytest.fixture
def live_server(app: Any) -> Iterator[str]:
    """The address of a server that serves the `app` fixture's application."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; it finds no address but this machine's."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        skip_loudly("browser", "no Chromium: apt-get install chromium")
    arguments = [ONLY_THIS_MACHINE, "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=arguments)
        yield started
        started.close()


NO_LINE = ("Failed to load resource", "An unknown error occurred when fetching the script")
"""How the browser says that something could not be fetched: of a page's parts, and of a service worker's update."""
NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens pages, each in a browsing context of its own (another person, another device): `new_page(**options)`, with
    the options of Playwright's `new_context` (`viewport`, `color_scheme`, `java_script_enabled`, `base_url` …).

    When the test is over, whatever a page complained about (a script's error, something the content security policy
    refused) fails it.
    """
    contexts = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NO_LINE):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "es-PE", "timezone_id": "America/Lima"} | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page in a browser on a desktop (1280 × 800) in Peru. Signed out, no cookies."""
    return new_page(viewport={"width": 1280, "height": 800})


def axe(page: Page, *, ignore: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds wrong with the page as it stands: one line for each rule and place, none when all is well.

    `ignore` names rules (such as "region") that do not apply to this page; say there why.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))  # through the debugger, so the content policy stays in force
    result = page.evaluate(
        """([tags, ignored]) => axe.run(document, {
            runOnly: {type: "tag", values: tags},
            rules: Object.fromEntries(ignored.map(rule => [rule, {enabled: false}])),
            resultTypes: ["violations"],
        })""",
        [STANDARDS, list(ignore)],
    )
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {' '.join(map(str, node['target']))}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
