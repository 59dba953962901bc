"""A promise made, shown, checked and never lost, in the browser's way: through the pages, by different people."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from icalendar import Calendar
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from observatory.kernel import clock
from observatory.rooms.commitments.models import Commitment
from tests import promises
from tests.app import OWN, Demo, Visitor, words

TODAY = clock.today()
WHOLE = {
    "title": "Instalar 340 conexiones de agua en San Benito", "verbatim": "Se instalarán 340 conexiones de agua.",
    "nature": "public_service", "document": "Acta 30, punto 2", "promised_on": "2026-01-10",
    "due_on": (TODAY + dt.timedelta(days=300)).isoformat(), "place": "060505",
    "expected_result": "340 viviendas con agua.", "planned_evidence": "Acta de recepción.", "money": "public_budget",
    "milestones-0-title": "Red principal", "milestones-0-weight": "60", "milestones-1-title": "Conexiones",
    "milestones-1-weight": "40",
}  # fmt: skip
CLAIMED = f"/commitments/{promises.CLAIMED}"
RUNNING = f"/commitments/{promises.RUNNING}"


def organisation(demo: Demo, slug: str) -> str:
    from observatory.records.models import Record

    return str(demo.scalar(select(Record.id).where(Record.slug == slug)))


def state(demo: Demo, slug: str) -> Any:
    return demo.scalar(select(Commitment.state).where(Commitment.slug == slug))


def a_file(words: bytes = b"Acta de recepcion de la obra.", name: str = "acta.txt") -> FileStorage:
    return FileStorage(io.BytesIO(words), name)


def test_a_promise_goes_from_a_draft_to_verified_through_five_peoples_hands(demo: Demo) -> None:
    liaison, officer = demo.client_as("representative"), demo.client_as("officer")
    answer = liaison.send("/commitments/new", **{k: v for k, v in WHOLE.items() if k != "nature"})
    path = answer.location
    slug = path.rpartition("/")[2]
    assert demo.guest().get(path).status_code == 404
    page = words(liaison.text(path))
    assert "Say what kind of commitment it is." in page and "Name the one organisation that owes it." in page

    # A public service is not owed by a company.
    liaison.send(path + "/edit", **WHOLE, accountable_id=organisation(demo, OWN))
    assert "A public service is owed by a public body" in words(liaison.text(path))
    assert liaison.send(path + "/proposal").status_code == 422
    body = organisation(demo, "municipalidad-distrital-de-illapampa")
    liaison.send(path + "/edit", **WHOLE, accountable_id=body, contributing=[organisation(demo, OWN)])
    assert liaison.send(path + "/proposal").status_code == 303
    assert "Proposed, not accepted" in words(demo.guest().text(path))

    assert liaison.get(path + "/acceptance").status_code == 403
    assert officer.send(path + "/acceptance").status_code == 303
    assert liaison.get(path + "/updates/new").status_code == 403  # a contributor does not report

    report = {"narrative": "La red principal está tendida.", "as_of": TODAY.isoformat()}
    partly = {"percents-0": "100", "percents-1": "20", "place": "060507"}
    answer = officer.send(path + "/updates/new", **report, **partly)
    assert answer.status_code == 303
    assert state(demo, slug) == "in_progress"
    page = words(demo.guest().text(path))
    assert "68 % claimed" in page and "Red principal: 100 %" in page and "Conexiones: 20 %" in page
    assert "/places/060507" in demo.guest().text(path)  # of which place the report speaks
    complete = {"percents-0": "100", "percents-1": "90", "complete": "y"}
    answer = officer.send(path + "/updates/new", **report, **complete)
    assert "It can't be complete while something of it is below 100 %." in words(answer.get_data(as_text=True))
    values = officer.form(path + "/updates/new") | report | {"percents-0": "100", "percents-1": "100", "complete": "y"}
    answer = officer.client.post(path + "/updates/new", data=values | {"files": a_file()}, buffered=True)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert state(demo, slug) == "reported_complete"
    page = words(demo.guest().text(path))
    assert "A verifier of another sector has not confirmed it yet." in page

    verifier = demo.client_as("verifier")
    form = verifier.text(path + "/findings/new")
    piece = html.fromstring(form).xpath("//input[@name='accepted']/@value")[0]
    found = {"finding": "confirmed", "method": "Visita a 40 casas", "narrative": "Hay agua en las 40 casas visitadas.",
             "looked_on": TODAY.isoformat()}  # fmt: skip
    answer = verifier.send(path + "/findings/new", **found)
    assert "To confirm it, accept at least one piece of evidence." in words(answer.get_data(as_text=True))
    assert verifier.send(path + "/findings/new", **found, accepted=[piece]).status_code == 303
    assert state(demo, slug) == "verified"
    assert "Verified by Centro Ch'aska" in words(demo.guest().text(path))
    assert officer.get(path + "/updates/new").status_code == 403

    # The file it rested on is withdrawn: what was verified is a claim again, and the page says so.
    file = re.findall(r"/files/(\d+)", demo.guest().text(path))[0]
    officer.send(f"/files/{file}/withdrawal", reason="Era el acta de otra obra.")
    assert state(demo, slug) == "reported_complete"
    assert "A file that was evidence is gone" in words(demo.guest().text(path))


def test_a_verifier_cannot_judge_what_their_own_sector_has_part_in(demo: Demo) -> None:
    verifier = demo.client_as("verifier")
    page = verifier.get(f"/commitments/{promises.RUNNING}/findings/new")
    assert page.status_code == 200
    mine = verifier.get(f"/commitments/{_owed_by_sector(demo, 'civil_society')}/findings/new")
    assert mine.status_code == 403
    assert "of another sector than every party" in words(mine.get_data(as_text=True))


def _owed_by_sector(demo: Demo, sector: str) -> str:
    from observatory.rooms.organisations.models import Organisation

    owing = select(Organisation.__table__.c.id).where(Organisation.__table__.c.sector == sector)
    statement = select(Commitment.slug).where(
        Commitment.accountable_id.in_(owing), Commitment.state.in_(("in_progress", "accepted", "reported_complete"))
    )
    return str(demo.scalar(statement.limit(1)))


def test_a_citizen_says_that_it_is_not_done_and_is_answered(demo: Demo) -> None:
    citizen, manager = demo.client_as("stranger"), demo.client_as("manager")
    assert citizen.send(CLAIMED + "/disputes/new", words="Faltan cinco bombas de las doce.").status_code == 303
    assert "Contested" in words(demo.guest().text(CLAIMED))
    again = citizen.send(CLAIMED + "/disputes/new", words="Lo digo otra vez, falta todo.")
    assert "You have said so already" in words(again.get_data(as_text=True))
    number = re.findall(r'id="dispute-(\d+)"', demo.guest().text(CLAIMED))[0]
    assert "To answer: somebody says that it is not done" in words(manager.text("/commitments/mine"))
    answer = manager.send(f"{CLAIMED}/disputes/{number}/answer", words="Llegan el lunes en el camión.")
    assert answer.status_code == 303
    assert "Contested" in words(demo.guest().text(CLAIMED))  # its own answer settles nothing
    assert citizen.send(f"{CLAIMED}/disputes/{number}/settlement").status_code == 303
    assert "Contested" not in words(demo.guest().text(CLAIMED))


def test_what_moderators_hide_does_not_contest(demo: Demo) -> None:
    citizen, moderator = demo.client_as("stranger"), demo.client_as("moderator")
    citizen.send(CLAIMED + "/disputes/new", words="Compre zapatos baratos en mi tienda.")
    page = demo.guest().text(CLAIMED)
    comment = re.findall(r"/comments/(\d+)", page)[-1]
    numbers = {int(each) for each in re.findall(r"/comments/(\d+)", page)}
    hidden = max(numbers)
    assert comment
    moderator.send(f"/comments/{hidden}/hiding", reason="spam", words="Es publicidad de una tienda.")
    page = words(demo.guest().text(CLAIMED))
    assert "Contested" not in page and "zapatos" not in page


def test_a_secretary_asks_for_a_verification_which_stands_among_the_verifiers_duties(demo: Demo) -> None:
    secretary = demo.client_as("secretary")
    asked = organisation(demo, "centro-chaska-verificacion")
    assert secretary.send(CLAIMED + "/verifiers/new", organisation_id=asked).status_code == 303
    assert "You are asked to verify" in words(demo.client_as("verifier").text("/commitments/mine"))
    again = secretary.send(CLAIMED + "/verifiers/new", organisation_id=asked)
    assert "was asked already" in words(again.get_data(as_text=True))


def test_a_photograph_needs_the_word_that_it_exposes_nobody(demo: Demo) -> None:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (80, 60), "brown").save(made, "JPEG")
    manager = demo.client_as("manager")
    told = {"narrative": "Se ven dos bombas en la foto.", "as_of": TODAY.isoformat(), "percent": "45"}
    values = manager.form(RUNNING + "/updates/new") | told
    sent = {"files": FileStorage(io.BytesIO(made.getvalue()), "bombas.jpg")}
    answer = manager.client.post(RUNNING + "/updates/new", data=values | sent, buffered=True)
    assert answer.status_code == 422
    assert "nobody who did not agree" in words(answer.get_data(as_text=True))
    values = manager.form(RUNNING + "/updates/new") | told | {"nobody_exposed": "y"}
    sent = {"files": FileStorage(io.BytesIO(made.getvalue()), "bombas.jpg")}
    assert manager.client.post(RUNNING + "/updates/new", data=values | sent, buffered=True).status_code == 303
    assert "bombas" in words(demo.guest().text(RUNNING))


def test_two_reports_at_once_and_the_second_is_told(demo: Demo) -> None:
    manager = demo.client_as("manager")
    told = {"narrative": "Llegaron dos bombas más.", "as_of": TODAY.isoformat(), "percent": "50"}
    one, other = manager.form(RUNNING + "/updates/new"), manager.form(RUNNING + "/updates/new")
    assert manager.post(RUNNING + "/updates/new", one | told).status_code == 303
    answer = manager.post(RUNNING + "/updates/new", other | told)
    assert answer.status_code == 409
    assert "Nothing of yours is lost" in words(answer.get_data(as_text=True))


def test_a_mistaken_report_is_replaced_and_stays_to_be_seen(demo: Demo) -> None:
    manager = demo.client_as("manager")
    number = re.findall(r'id="update-(\d+)"', demo.guest().text(RUNNING))[0]
    told = {"narrative": "Fueron tres bombas, no cinco.", "as_of": TODAY.isoformat(), "percent": "25"}
    answer = manager.send(f"{RUNNING}/updates/{number}/replacement", reason="Se contó mal.", **told)
    assert answer.status_code == 303
    page = words(demo.guest().text(RUNNING))
    assert "Replaced by a later report" in page and "Se contó mal." in page and "primeras bombas" in page
    assert demo.scalar(select(Commitment.progress).where(Commitment.slug == promises.RUNNING)) == 2500


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e30", "0.001", "-5"])
def test_no_amount_breaks_a_page(demo: Demo, amount: str) -> None:
    answer = demo.client_as("manager").send("/commitments/new", **WHOLE, amount=amount)
    assert answer.status_code == 422


def test_a_returned_proposal_stays_to_be_seen_with_its_reason_and_leaves_the_lists(demo: Demo) -> None:
    stranger = demo.client_as("stranger")
    path = f"/commitments/{promises.PROPOSED}"
    assert stranger.send(path + "/return", reason="No dice cuántas bombas son.").status_code == 303
    page = words(demo.guest().text(path))
    assert "Returned: nobody owes this" in page and "No dice cuántas bombas son." in page
    assert "No dice" not in words(demo.guest().text("/commitments?state=proposed"))


def test_lists_filter_by_everything_that_the_bar_counts(demo: Demo) -> None:
    guest = demo.guest()
    page = guest.text("/commitments?demo=yes")
    links = html.fromstring(page).xpath("//ul[@class='share-key']//a")
    assert len(links) >= 6
    for link in links:
        counted = int(re.match(r"\d+", link.text_content().strip())[0])  # type: ignore[index]
        listed = _all(guest, link.get("href"))
        assert listed == counted, link.text_content()


def _all(guest: Visitor, path: str) -> int:
    found = 0
    while path:
        page = html.fromstring(guest.text(path))
        found += len(page.xpath("//main//article"))
        after = page.xpath("//a[@rel='next']/@href")
        path = after[0] if after else ""
    return found


def test_the_csv_of_the_list_is_the_export(demo: Demo) -> None:
    guest = demo.guest()
    short, long = guest.text("/commitments.csv?late=1"), guest.text("/exports/commitments.csv?late=1")
    assert short == long
    assert short.count("\n") > 5
    assert guest.get("/exports/commitments.xlsx?late=1").get_data()[:2] == b"PK"


def test_due_dates_go_into_a_calendar(demo: Demo) -> None:
    made = Calendar.from_ical(demo.guest().text("/commitments.ics?organisation=" + OWN))
    events = made.walk("VEVENT")
    assert len(events) > 5
    assert all(each["dtstart"].dt >= TODAY for each in events if str(each["uid"]).startswith("commitment"))


def test_the_home_page_says_what_was_kept_what_is_late_and_what_is_only_claimed(demo: Demo) -> None:
    page = words(demo.guest().text("/"))
    for part in ("% kept", "claimed, not verified", "Late", "Claimed, and not verified"):
        assert part in page
    assert "Nothing is late." not in page and "Nothing waits for a verifier." not in page


def test_places_sites_and_organisations_show_theirs(demo: Demo) -> None:
    guest = demo.guest()
    for path in ("/places/060505", "/sites/puna-alta", f"/organisations/{OWN}"):
        assert "% kept" in words(guest.text(path)), path
    assert "% kept" not in words(guest.text("/organisations/centro-chaska-verificacion"))


def test_what_is_real_and_what_is_invented_is_never_summed(demo: Demo) -> None:
    bars = html.fromstring(demo.guest().text("/commitments")).xpath("//div[contains(@class, 'kept')]")
    told = [" ".join(bar.text_content().split()) for bar in bars]
    assert len(told) == 2
    assert ["Fictitious" in each for each in told] == [False, True]
