"""A promise in a browser: the form helps as one writes, a phone reports with a photograph, and a lost connection loses nothing."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests import promises
from tests.browsing import axe
from tests.journeys.conftest import PHONE, Visit


def _looks_well(page: Page) -> None:
    assert axe(page) == []
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


def test_the_form_says_what_is_vague_and_what_may_be_the_same_while_one_writes(sign_in: Visit) -> None:
    page = sign_in("liaison")
    page.goto("/commitments/new")
    told = page.locator("[data-advice-here]")
    title = page.get_by_label("The promise, in one sentence")
    title.fill("Promover el desarrollo del distrito")
    expect(told).to_contain_text("can mean anything", timeout=15_000)
    _looks_well(page)
    title.fill("Otorgar 25 becas completas de carrera técnica a jóvenes de Tantarica")
    expect(told).to_contain_text("Is it one of these?", timeout=15_000)
    page.get_by_role("button", name="Save the draft and look at it").click()
    expect(page.get_by_role("heading", name="Before you propose it")).to_be_visible()
    _looks_well(page)


def test_a_draft_survives_a_lost_connection(sign_in: Visit) -> None:
    page = sign_in("liaison")
    page.goto("/commitments/new")
    page.get_by_label("The promise, in one sentence").fill("Reparar cuarenta metros del canal de Soras")
    page.wait_for_timeout(1_500)  # the draft is kept on the device a moment after the last key
    page.context.set_offline(True)
    page.get_by_role("button", name="Save the draft and look at it").click()
    page.context.set_offline(False)
    page.goto("/commitments/new")
    page.get_by_role("button", name="Take up the draft").click()
    kept = page.get_by_label("The promise, in one sentence")
    expect(kept).to_have_value("Reparar cuarenta metros del canal de Soras")


def test_progress_is_reported_from_a_phone_on_one_page_with_a_photograph(sign_in: Visit, tmp_path: Path) -> None:
    photograph = tmp_path / "las bombas.jpg"
    Image.effect_noise((2_600, 1_700), 80).convert("RGB").save(photograph, quality=95)
    page = sign_in("liaison", viewport=PHONE, has_touch=True)
    page.goto(f"/commitments/{promises.RUNNING}/updates/new")
    page.get_by_label("What was done?").fill("Llegaron tres bombas más al caserío.")
    page.get_by_label("Done, in %").fill("60")
    page.locator("input[type=file]").set_input_files(str(photograph))
    page.get_by_label("The photographs show nobody who did not agree to it").check()
    page.get_by_role("button", name="Publish the report").click()
    expect(page.get_by_text("Llegaron tres bombas más al caserío.").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("60 % claimed").first).to_be_visible()
    page.get_by_role("link", name="las bombas").first.click()
    expect(page.locator(".picture img")).to_be_visible()
    assert page.locator(".picture img").evaluate("(i) => i.naturalWidth") <= 2_400
