"""People who act for organisations: signing in and out, editing, mandates, drafts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.app import PASSWORD, address_of
from tests.journeys.conftest import Site, Visit

SUMMARY = "What it is and does"


def sign_in_with_password(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("main form.form").get_by_role("button", name="Sign in").click()
    expect(page.locator("header .account")).to_be_visible()


def newest_link(page: Page, kind: str) -> str:
    """The path of the link of `kind` in the newest of the demonstration's messages that has one."""
    for _try in range(40):
        page.goto("/demo/mail")
        links = page.locator(f"main article a[href*='/{kind}/']")
        if links.count():
            return re.sub(r"^https?://[^/]+", "", links.first.get_attribute("href") or "")
        page.wait_for_timeout(250)
    raise AssertionError(f"no message with a link to /{kind}/ came")


def test_an_edit_is_a_sentence_in_the_history(sign_in: Visit) -> None:
    page = sign_in("community")
    expect(page.locator("header .account summary")).to_contain_text("Comunidad Campesina Qantupata")
    page.goto("/organisations/comunidad-campesina-qantupata")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Acronym").fill("CCQ")
    page.get_by_role("button", name="Save").click()

    expect(page).to_have_url(re.compile("/organisations/comunidad-campesina-qantupata$"))
    expect(page.locator("main h1")).to_contain_text("CCQ")
    page.goto("/history/organisation/comunidad-campesina-qantupata")
    newest = page.locator("ol.time > li").first
    expect(newest).to_contain_text("Saturnina Wayhua Condo")
    expect(newest).to_contain_text("edited Comunidad Campesina Qantupata")
    expect(newest.locator(".changes")).to_contain_text("CCQ")


def test_two_editors_at_once_see_each_other_and_lose_nothing(sign_in: Visit) -> None:
    path = "/organisations/asociacion-lupa-andina/edit"
    first, second = sign_in("ngo"), sign_in("ngo", java_script_enabled=False)
    first.goto(path)
    second.goto(path)
    first.get_by_label(SUMMARY).fill("Text of the first editor.")
    second.get_by_label(SUMMARY).fill("Text of the second editor.")
    first.get_by_role("button", name="Save").click()
    expect(first.locator("main")).to_contain_text("Text of the first editor.")

    second.get_by_role("button", name="Save").click()
    both = second.locator(".conflict")
    expect(both).to_contain_text("Text of the first editor.")
    expect(both).to_contain_text("Text of the second editor.")
    expect(second.get_by_label(SUMMARY)).to_have_value("Text of the second editor.")
    second.get_by_label(SUMMARY).fill("Text of both editors.")
    second.get_by_role("button", name="Save").click()
    expect(second.locator("main .prose")).to_have_text("Text of both editors.")
    second.goto("/history/organisation/asociacion-lupa-andina")
    expect(second.locator("main")).to_contain_text("Text of the first editor.")


def test_an_unsent_text_is_offered_again(sign_in: Visit) -> None:
    page = sign_in("officer")
    path = "/organisations/municipalidad-distrital-de-illapampa/edit"
    page.goto(path)
    page.get_by_label(SUMMARY).fill("Written in the bus, never sent.")
    page.wait_for_timeout(1200)  # drafts are kept when the hand rests
    page.goto(path)
    page.get_by_role("button", name="Take up the draft").click()
    expect(page.get_by_label(SUMMARY)).to_have_value("Written in the bus, never sent.")


def test_switching_the_mandate_changes_for_whom_one_acts(sign_in: Visit) -> None:
    page = sign_in("academic")
    menu = page.locator("header .account")
    organisation = menu.locator("summary small")
    before = organisation.inner_text()
    menu.locator("summary").click()
    menu.locator(".acting button[aria-pressed=false]").first.click()
    expect(organisation).not_to_have_text(before)
    expect(organisation).to_have_text(re.compile("Universidad Nacional|Comité de Monitoreo"))


def test_signing_out_ends_the_session(sign_in: Visit, site: Site) -> None:
    page = sign_in("moderator")
    cookie = next(c for c in page.context.cookies() if c["name"] == "obs")
    page.locator("header .account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("header").get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.context.add_cookies([{"name": "obs", "value": cookie["value"], "url": site.address}])
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))  # a kept cookie is worth nothing


def test_the_other_sessions_can_be_ended(sign_in: Visit) -> None:
    here, lost = sign_in("liaison"), sign_in("liaison")
    here.goto("/account")
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.locator("main h1")).to_have_text("Your account")
    expect(here.get_by_role("button", name="Sign out everywhere else")).to_have_count(0)
    lost.goto("/account")
    expect(lost).to_have_url(re.compile("/sign-in"))
    here.reload()
    expect(here.locator("main h1")).to_have_text("Your account")


def test_a_new_person_opens_an_account_with_the_mail_page(visit: Visit) -> None:
    page = visit("/sign-in")
    page.get_by_role("link", name="Open an account").click()
    page.get_by_label("Your name").fill("Petronila Quispe Prueba")
    page.get_by_label("E-mail").fill("petronila@prueba.example")
    page.get_by_label("Password").fill("corto")
    page.get_by_role("button", name="Open the account").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Password")
    page.get_by_label("Password").fill("tres ranas cantan en la acequia")
    page.get_by_role("button", name="Open the account").click()
    expect(page.locator("main h1")).to_have_text("Look into your mail")

    page.goto(newest_link(page, "verify"))
    page.get_by_role("button", name="Confirm").click()
    if "/sign-in" in page.url:
        sign_in_with_password(page, "petronila@prueba.example", "tres ranas cantan en la acequia")
    expect(page.locator("header .account summary")).to_contain_text("Petronila Quispe Prueba")


def test_a_mandate_is_asked_for_and_given_by_the_manager(sign_in: Visit, visit: Visit) -> None:
    asking = sign_in("academic")
    asking.goto("/organisations/minera-puna-alta")
    asking.get_by_role("link", name="Ask for a mandate").click()
    asking.get_by_label("Function").fill("Asesora de la planta de agua")
    asking.get_by_label("Message to the organisation").fill("Your manager knows me from the monitoring committee.")
    asking.locator("main form").get_by_role("button").click()
    asking.goto("/organisations/minera-puna-alta")
    expect(asking.locator("#speakers")).not_to_contain_text("Asesora de la planta de agua")

    manager = visit("/sign-in")
    sign_in_with_password(manager, address_of("manager"), PASSWORD)
    manager.goto("/organisations/minera-puna-alta")
    waiting = manager.locator("#speakers li", has_text="Asesora de la planta de agua")
    waiting.get_by_role("link", name="Answer").click()
    expect(manager.locator("main")).to_contain_text("Your manager knows me from the monitoring committee.")
    manager.get_by_role("button", name="Give this mandate").click()

    guest = visit("/organisations/minera-puna-alta")
    expect(guest.locator("#speakers")).to_contain_text("Asesora de la planta de agua")
    asking.reload()
    asking.locator("header .account summary").click()
    asking.locator(".acting").get_by_role("button", name=re.compile("Minera Puna Alta")).first.click()
    asking.goto("/organisations/minera-puna-alta")
    expect(asking.get_by_role("link", name="Edit", exact=True)).to_be_visible()


def test_a_draft_is_seen_by_stewards_and_by_no_guest(sign_in: Visit, visit: Visit, site: Site) -> None:
    steward = sign_in("steward")
    steward.goto("/organisations")
    steward.get_by_role("link", name="Add an organisation").click()
    steward.get_by_label("Name", exact=False).first.fill("Cooperativa Vicuñaqucha")
    steward.get_by_label("Sector").select_option("community")
    steward.get_by_label(SUMMARY).fill("Junta las fibras de vicuñaqucha.")
    steward.locator("main form.form").get_by_role("button").click()
    expect(steward.locator("main h1")).to_contain_text("Cooperativa Vicuñaqucha")
    expect(steward.locator("main .notice", has_text="Draft")).to_be_visible()
    path = steward.url.removeprefix(site.address)
    _until_found(steward, "vicuñaqucha", 1)

    guest = visit(path)
    expect(guest.locator("body")).not_to_contain_text("Vicuñaqucha")
    assert guest.goto(path).status == 404  # type: ignore[union-attr]
    for query in ("/search?q=vicuñaqucha", "/search?q=cooperativa+vicuñaqucha&state=draft"):
        guest.goto(query)
        expect(guest.locator("main p[role=status]")).to_contain_text("0 results")
    guest.goto("/search/suggest.json?q=cooperativa+vicu")
    assert "qucha" not in guest.content()

    steward.goto(path)
    steward.get_by_role("link", name="Publish").click()
    steward.locator("main form.form").get_by_role("button").click()
    _until_found(guest, "vicuñaqucha", 1)


def _until_found(page: Page, query: str, count: int) -> None:
    """Search until the index has caught up."""
    for _try in range(40):
        page.goto(f"/search?q={query}")
        if page.locator("main .entry").count() == count:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{query!r} was not found {count} times within ten seconds")
