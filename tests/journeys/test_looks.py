"""Every kind of page, seen by a real browser: accessible, quiet, within its window, in light and dark."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select
from werkzeug.routing import Map

from observatory.records.models import Source
from tests.app import OWN
from tests.browsing import axe
from tests.journeys.conftest import DESKTOP, PHONE, Site
from tests.journeys.pages import FAMILIES, NOT_PAGES, PAGES, SIGNED_IN

NARROWEST = {"width": 320, "height": 700}
LOOKS = [
    ("phone, light", PHONE, "light"),
    ("desk, dark", DESKTOP, "dark"),
    ("phone, dark", PHONE, "dark"),
    ("desk, light", DESKTOP, "light"),
]
SEEN_MOST = {"/", "/places/180106", "/organisations/" + OWN, "/organisations/" + OWN + "/edit", "/search?q=agua"}
"""Checked in every look; other pages, made of the same components, in one look each, in turn."""

WIDER = """() => [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .vh, .skip, [hidden], pre"))
    .slice(0, 3).map(e => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)"""
INLINE = """() => [...document.querySelectorAll("[style], style, script:not([src]), a[href^='javascript:']"),
    ...[...document.querySelectorAll("*")].filter(e => [...e.attributes].some(a => a.name.startsWith("on")))]
    .map(e => e.outerHTML.slice(0, 80))"""


def test_every_address_without_arguments_is_visited(site: Site) -> None:
    """A new page fails here until it stands in tests/journeys/pages.py."""
    addresses: Map = site.demo.app.url_map
    readable = [rule for rule in addresses.iter_rules() if "GET" in (rule.methods or ())]
    visited = {path.partition("?")[0] for path in [*PAGES, *(path for paths in SIGNED_IN.values() for path in paths)]}
    missing = {rule.rule for rule in readable if not rule.arguments} - visited - NOT_PAGES.keys()
    for rule in readable:
        if rule.arguments and rule.rule not in FAMILIES:
            pattern = re.compile(re.sub(r"<[^>]+>", r"[^/]+", rule.rule) + "$")
            if not any(pattern.match(path) for path in visited):
                missing.add(rule.rule)
    assert missing == set()


def _faults(page: Page, path: str, number: int) -> list[str]:
    """What is wrong with a page: how it fits on phones, what it carries inline, and how accessible it is."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(path)
    found = [f"inline: {fault}" for fault in page.evaluate(INLINE)]
    if page.locator("h1:not(.prose h1)").count() != 1:
        found.append("it has not exactly one heading of the first level")
    for size in (NARROWEST, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            found.append(f"wider than {size['width']} px: {page.evaluate(WIDER)}")
    # The style guide shows components out of their order, headings included.
    ignored = ("heading-order", "page-has-heading-one") if path == "/styleguide" else ()
    for name, size, scheme in LOOKS if path in SEEN_MOST else [LOOKS[number % len(LOOKS)]]:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{name}: {fault}" for fault in axe(page, ignore=ignored)]
    return [f"{path}: {fault}" for fault in found]


def _visit_all(context: BrowserContext, paths: list[str]) -> list[str]:
    complaints: list[str] = []
    here = {"path": ""}

    def listen(text: str) -> None:
        if not text.startswith("Failed to load resource"):
            complaints.append(f"{here['path']}: {text}")

    context.on("console", lambda message: listen(message.text) if message.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: listen(str(error.error)))
    page = context.new_page()
    found = []
    for number, path in enumerate(paths):
        here["path"] = path
        found += _faults(page, path, number)
    return found + complaints


def _context(browser: Browser, site: Site, language: str) -> BrowserContext:
    return browser.new_context(base_url=site.address, locale=language, timezone_id="America/Lima")


@pytest.mark.parametrize("part", range(4))
def test_pages_that_anybody_sees(browser: Browser, site: Site, part: int) -> None:
    context = _context(browser, site, ("es-PE", "en-GB")[part % 2])
    assert _visit_all(context, [site.at(path) for path in PAGES[part::4]]) == []
    context.close()


@pytest.mark.parametrize("who", SIGNED_IN)
def test_pages_of_people_who_signed_in(browser: Browser, site: Site, who: str) -> None:
    context = _context(browser, site, "es-PE")
    context.add_cookies([{"name": "obs", "value": site.demo.client_as(who).cookie(), "url": site.address}])
    assert _visit_all(context, [site.at(path) for path in SIGNED_IN[who]]) == []
    context.close()


DESK = {
    "organisations": "Nombre;Sector;RUC\nCentro de Estudios del Ande;civil_society;20100047218\nErrada;state;1\n",
    "observations": "ubigeo;indicador;2023;2024\n18;prueba-aprobado;51;54\n02;prueba-aprobado;1,5;900\n99;nada;1;2\n",
}
"""What is sent to the desk: each leads to a page on how it is read, and to one on what it would do."""


@pytest.mark.parametrize("register", DESK)
def test_the_pages_of_the_desk(browser: Browser, site: Site, register: str) -> None:
    steward = site.demo.client_as("steward")
    context = _context(browser, site, "es-PE")
    context.add_cookies([{"name": "obs", "value": steward.cookie(), "url": site.address}])
    file = (io.BytesIO(DESK[register].encode()), "prueba.csv")
    sent = steward.post("/desk", steward.form("/desk", "/desk") | {"register": register, "file": file})
    assert sent.status_code == 303, sent.text
    path = sent.location.partition("?")[0]
    answers = {"codes": "inei", "source": site.demo.scalar(select(func.min(Source.key))), "as_of": "2025-03-31"}
    looked = steward.post(path, steward.form(path) | answers)
    assert looked.status_code == 303, looked.text
    kinds = ("new", "changed", "refused")
    assert _visit_all(context, [path, f"{path}/preview", *(f"{path}/preview?kind={kind}" for kind in kinds)]) == []
    steward.post(f"{path}/discard", steward.form(path))
    context.close()
