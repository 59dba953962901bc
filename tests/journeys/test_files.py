"""Bringing files with a browser: a photograph whose faces are covered, and a spreadsheet that is looked through."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.app import OTHER_SITE
from tests.browsing import axe
from tests.journeys.conftest import PHONE, Visit


def _photograph(folder: Path, width: int = 2_600) -> str:
    path = folder / "la asamblea.jpg"
    Image.effect_noise((width, width * 2 // 3), 80).convert("RGB").save(path, quality=95)
    return str(path)


def _looks_well(page: Page) -> None:
    assert axe(page) == []
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


def test_a_photograph_is_shrunk_covered_and_published_from_a_phone(sign_in: Visit, tmp_path: Path) -> None:
    page = sign_in("community", viewport=PHONE, has_touch=True)
    page.goto(f"/files/of/site/{OTHER_SITE}/new")
    _looks_well(page)
    page.locator("input[type=file]").set_input_files(_photograph(tmp_path))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Cover faces and names")).to_be_visible(timeout=30_000)  # a slow phone may take that long
    _looks_well(page)
    assert page.locator(".cover img").evaluate("(i) => i.naturalWidth") == 2_400
    page.get_by_label("Row 2, column 3", exact=True).tap()
    page.get_by_label("What is it?").fill("La asamblea en la cancha")
    page.get_by_role("button", name="Publish", exact=True).click()
    said = page.get_by_role("status").or_(page.locator(".notice")).first
    expect(said).to_contain_text("La asamblea en la cancha", timeout=30_000)
    page.get_by_role("link", name="La asamblea en la cancha").first.click()
    expect(page.get_by_text("Parts of this photograph were covered")).to_be_visible()
    body = page.request.get(page.locator(".picture img").get_attribute("src") or "").body()
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.convert("L").getpixel((picture.width * 5 // 30, picture.height * 3 // 20)) < 60
    _looks_well(page)


def test_a_photograph_is_covered_without_javascript(sign_in: Visit, tmp_path: Path) -> None:
    page = sign_in("ngo", java_script_enabled=False)
    page.goto(f"/files/of/site/{OTHER_SITE}/new")
    page.locator("input[type=file]").set_input_files(_photograph(tmp_path, 900))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Row 1, column 1", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("What is it?").fill("El canal, sin guion")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("link", name="El canal, sin guion").first).to_be_visible()


def test_a_spreadsheet_is_looked_through_written_and_taken_back(sign_in: Visit, tmp_path: Path) -> None:
    file = tmp_path / "directorio.csv"
    file.write_text(
        "Directorio;;\nNombre;Sector;RUC\nInstituto de la Puna;academia;20100047218\nErrada;nada;1\n", "cp1252"
    )
    page = sign_in("steward", viewport=PHONE)
    page.goto("/desk")
    page.get_by_label("Organisations").check()
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("button", name="Send and look at it").click()
    expect(page.get_by_label("In which row is the header?")).to_have_value("2")
    _looks_well(page)
    page.get_by_role("button", name="Look at what would be done").click()
    expect(page.get_by_role("heading", name="Refused", exact=True)).to_be_visible()
    _looks_well(page)
    page.get_by_role("link", name="Change how it is read").click()
    page.get_by_label("Leave out the rows that can't be taken").check()
    page.get_by_role("button", name="Look at what would be done").click()
    page.get_by_role("button", name="Write 1 row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Batch \d+"))
    expect(page.get_by_role("link", name="Instituto de la Puna")).to_be_visible()
    _looks_well(page)
