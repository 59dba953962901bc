"""The filled demonstration on a real server, and people who visit it with a browser.

Everybody here reads English: the tests find controls by the words of the source, whatever the catalogues say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import figures, offices, tables
from tests.app import DEMO_ROLES, Demo, a_demo
from tests.browsing import NewPage, serving
from tests.services import Homes

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Site:
    """A demonstration that is served, with its drainer at work."""

    address: str
    demo: Demo

    def at(self, path: str) -> str:
        """A path of tests/journeys/pages.py with the numbers that stand here for its placeholders."""
        return path.format(**self.numbers)

    @cached_property
    def numbers(self) -> dict[str, Any]:
        with self.demo.database.reading() as unit:
            return {**figures.numbers(unit), **tables.numbers(unit), **offices.numbers(unit)}

    def email(self, role: str) -> str:
        """The address of the demonstration's account for `role`."""
        return next(a["email"] for a in self.demo.accounts() if a["role"] == DEMO_ROLES.get(role, role))


@pytest.fixture(scope="session")
def site(homes: Homes) -> Iterator[Site]:
    """One served demonstration for all journeys of a worker: each changes only records that no other looks at."""
    with a_demo(homes, "sqlite", page_cache=True) as demo:
        drainer = demo.app.extensions["observatory.drainer"]
        drainer.start()
        try:
            with serving(demo.app) as address:
                yield Site(address, demo)
        finally:
            drainer.stop()


Visit = Callable[..., Page]


@pytest.fixture
def visit(site: Site, new_page: NewPage) -> Visit:
    """Opens a browser of somebody new at a path: `visit("/places", **options of the browsing context)`."""

    def open_at(path: str = "/", **options: object) -> Page:
        page = new_page(**{"base_url": site.address, "viewport": DESKTOP, "locale": "en-GB"} | options)
        page.goto(path)
        return page

    return open_at


@pytest.fixture
def sign_in(visit: Visit) -> Visit:
    """A browser of somebody who used one of the demonstration's buttons: `sign_in("liaison")`."""

    def signed_in(role: str, **options: object) -> Page:
        page = visit("/sign-in", **options)
        enter(page, role)
        return page

    return signed_in


BUTTONS = {
    "administrator": "Administrator",
    "steward": "Steward of reference data",
    "moderator": "Moderator",
    "liaison": "Company liaison",
    "officer": "Public officer",
    "academic": "Academic",
    "community": "Community member",
    "ngo": "NGO analyst",
}


def enter(page: Page, role: str) -> None:
    """Press the button of the sign-in page that makes the visitor one of the demonstration's people."""
    page.get_by_role("button", name=re.compile(rf"^{BUTTONS[role]}")).click()
    page.wait_for_url(lambda url: "sign-in" not in url)
