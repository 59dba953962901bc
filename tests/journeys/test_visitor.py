"""Somebody without an account finds their way: with a mouse, with a keyboard, and with JavaScript switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Site, Visit

SCRIPTS = [pytest.param(True, id="script"), pytest.param(False, id="no-script")]


def heading(page: Page) -> str:
    return page.locator("main h1").inner_text()


@pytest.mark.parametrize("script", SCRIPTS)
def test_from_the_home_page_to_the_history_of_an_organisation_and_back(visit: Visit, script: bool) -> None:
    page = visit("/", java_script_enabled=script)
    page.get_by_label("Name of the district, province or region").fill("San Juan Bautista")
    page.get_by_role("button", name="Go").click()

    expect(page.locator("main h1")).to_contain_text("Which “San Juan Bautista”?")
    named = page.locator("main .entry h2")
    assert named.count() > 1, "several districts bear this name"
    assert set(named.all_inner_texts()) == {"San Juan Bautista"}
    page.locator("main .entry", has_text="Huamanga").get_by_role("link").click()

    expect(page).to_have_url(re.compile(r"/places/\d{6}$"))
    expect(page.locator("main")).to_contain_text("Ayacucho")
    expect(page.locator(".figure", has_text="Population").locator(".figure-value")).to_have_text(
        re.compile(r"^[\d,]+$")
    )
    page.locator(".crumbs").get_by_role("link", name="Perú").click()
    assert heading(page) == "Perú"

    page.locator("#organisations").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/organisations/"))
    name = page.locator("main h1").evaluate("h => h.firstChild.textContent.trim()")
    page.locator("main").get_by_role("link", name=re.compile("The whole history|What changed, field by field")).click()
    expect(page.locator("main h1")).to_contain_text(name)
    expect(page.locator("ol.time li").first).to_contain_text(name)

    page.go_back()
    page.go_back()
    assert heading(page) == "Perú"


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_district_only_one_place_bears_is_found_at_once(visit: Visit, script: bool) -> None:
    page = visit("/", java_script_enabled=script, viewport=PHONE)
    page.get_by_label("Name of the district, province or region").fill("NUÑOA")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("main h1")).to_contain_text("Nuñoa")


def test_the_keyboard_reaches_a_suggestion(visit: Visit) -> None:
    page = visit("/organisations")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search the Observatory")
    expect(box).to_be_focused()
    page.keyboard.type("minera puna", delay=20)
    options = page.get_by_role("option")
    expect(options.filter(has_text="Minera Puna Alta").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    assert box.input_value() == "minera puna", "Escape closes the list and keeps what was written"

    page.keyboard.type(" alta", delay=20)
    expect(options.filter(has_text="Minera Puna Alta").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/organisations/minera-puna-alta$"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_filters_are_chips_that_can_be_taken_off(visit: Visit, script: bool) -> None:
    page = visit("/search?q=agua", java_script_enabled=script)
    everything = _count(page)
    page.locator(".facet a", has_text="Organisation").first.click()
    page.locator(".facet a", has_text="Community").first.click()
    chips = page.get_by_role("list", name="Filters in force")
    expect(chips.get_by_role("link")).to_have_count(3)  # two filters, and one link that takes off both
    filtered = _count(page)
    assert 0 < filtered < everything

    chips.get_by_role("link", name=re.compile("Remove the filter .*Community")).click()
    assert filtered <= _count(page) <= everything
    expect(page).to_have_url(re.compile("q=agua"))
    page.get_by_role("list", name="Filters in force").get_by_role("link").click()
    assert _count(page) == everything


def _count(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("main p[role=status]").inner_text().split("result")[0]))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_search_without_results_shows_ways_on(visit: Visit, script: bool) -> None:
    page = visit("/search?q=zzxqwv&kind=organisation", java_script_enabled=script)
    expect(page.locator("main p[role=status]")).to_contain_text("0 results")
    expect(page.get_by_role("link", name="Search without the filter")).to_be_visible()
    page.get_by_label("Or choose your district").fill("Torata")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("main h1")).to_contain_text("Torata")


def test_a_misspelt_name_leads_to_the_right_one(visit: Visit) -> None:
    page = visit("/search?q=moqegua")
    page.get_by_role("link", name="moquegua").first.click()
    expect(page).to_have_url(re.compile("q=moquegua"))
    assert _count(page) > 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_other_language_keeps_page_and_filters(visit: Visit, site: Site, script: bool) -> None:
    page = visit("/organisations?sector=community", java_script_enabled=script)
    assert page.locator("html").get_attribute("lang") == "en"
    names = page.locator(".entry h2").all_inner_texts()
    page.locator("header .tools").get_by_role("link", name="Español").click()

    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page).to_have_url(re.compile("/organisations.*sector=community"))
    assert page.locator(".entry h2").all_inner_texts() == names
    page.locator(".entry h2 a").first.click()  # the links of the page keep the choice
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator("header nav.sections a:visible").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    if script:  # remembered for the addresses that do not say it
        page.goto("/places")
        expect(page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("script", SCRIPTS)
def test_forms_keep_the_language_of_their_page(visit: Visit, script: bool) -> None:
    page = visit("/?lang=es", java_script_enabled=script)
    page.locator("main input[name=q]").fill("agua")
    page.locator("main form[role=search] button").click()
    expect(page).to_have_url(re.compile("q=agua"))
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_the_menu_of_a_phone_opens_without_script_and_closes_with_escape(visit: Visit) -> None:
    plain = visit("/", viewport=PHONE, java_script_enabled=False)
    plain.locator("header details.menu:visible > summary").click()
    plain.locator("header details.menu:visible").get_by_role("link", name="Organisations").click()
    expect(plain.locator("main h1")).to_have_text("Organisations")

    page = visit("/", viewport=PHONE)
    menu = page.locator("header details.menu:visible")
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="Organisations")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Organisations")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_an_address_that_leads_nowhere_says_so_and_helps(visit: Visit) -> None:
    page = visit("/organisations/no-such-organisation")
    assert page.locator("main h1").count() == 1
    page.keyboard.press("/")
    expect(page.locator("input[name=q]:visible").first).to_be_focused()
