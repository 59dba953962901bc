"""Sessions where the line is bad: their pages without a connection, notes that wait for one, nothing private kept."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect
from sqlalchemy import delete, select

from observatory.kernel import clock
from observatory.people.models import Mandate, Person, SessionRow
from observatory.people.queries import actor_of
from observatory.rooms.roundtables.models import NoteEntry, Roundtable, RoundtableSession
from observatory.rooms.roundtables.models.words import PLANNED
from observatory.rooms.roundtables.queries import meeting as cases
from observatory.rooms.roundtables.service import meeting, preparing
from tests import tables
from tests.app import Demo, a_demo
from tests.browsing import NewPage, axe, serving
from tests.journeys.conftest import PHONE
from tests.services import Homes

SECRETARY = "Roundtable secretary"
ITEMS = ("Turnos de riego", "El puente de Illapunku")


class Line:
    """A line to a server, which can be cut and mended: what goes over it is passed on as it is."""

    def __init__(self, demo: Demo, server: str) -> None:
        self.demo = demo
        self._server = int(server.rsplit(":", 1)[1])
        self._listening: socket.socket | None = None
        self._open: list[socket.socket] = []
        self.address = ""
        self.mend()

    def mend(self) -> None:
        """Let the server be reached, at the same address as before."""
        if self._listening is not None:
            return
        port = int(self.address.rsplit(":", 1)[1]) if self.address else 0
        self._listening = socket.create_server(("127.0.0.1", port), backlog=64)
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """Nobody gets through any more, those neither who were just being answered."""
        for each in (self._listening, *self._open):
            if each is not None:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
        self._listening, self._open = None, []

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = listening.accept()
                far = socket.create_connection(("127.0.0.1", self._server))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65_536):
                other.sendall(piece)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def served(homes: Homes) -> Iterator[Line]:
    with a_demo(homes, "sqlite", page_cache=True) as demo, serving(demo.app) as address:
        line = Line(demo, address)
        yield line
        line.cut()


@pytest.fixture
def line(served: Line) -> Line:
    served.mend()
    return served


@pytest.fixture
def running(line: Line) -> str:
    """The number of a session of this test's own that was just opened."""
    with line.demo.app.test_request_context("/"):
        with line.demo.database.unit_of_work() as unit:
            body = unit.scalars(select(Roundtable).where(Roundtable.slug == tables.RUN)).one()
            of_secretary = (Mandate.organisation_id == body.keeper_id, Mandate.role == "secretary")
            mandate = unit.scalars(select(Mandate).where(*of_secretary)).first()
            assert mandate is not None
            actor = actor_of(unit.get_one(Person, mandate.person_id), mandate_id=mandate.id)
            soon = clock.now() + dt.timedelta(minutes=20)
            number = str(preparing.plan_session(actor, body, starts_at=soon, venue="Local comunal").id)
        for act in (
            *(lambda session, title=title: preparing.add_item(actor, session, title=title) for title in ITEMS),
            lambda session: preparing.convene(actor, session, link="https://x"),
            lambda session: meeting.open_session(actor, cases.case_of(session)),
        ):
            with line.demo.database.unit_of_work() as unit:
                act(unit.scalars(select(RoundtableSession).where(RoundtableSession.slug == number)).one())
    return number


def opened(new_page: NewPage, line: Line, path: str, **options: object) -> Page:
    page = new_page(**{"base_url": line.address, "locale": "en-GB", "viewport": PHONE} | options)
    page.goto(path)
    return page


def secretary(new_page: NewPage, line: Line, path: str, **options: object) -> Page:
    page = opened(new_page, line, "/sign-in", **options)
    page.get_by_role("button", name=SECRETARY).click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(path)
    return page


def eventually(page: Page, question: str, arg: object = None) -> None:
    """Ask the page again and again until it says yes: `question` is a function that may answer later."""
    for _turn in range(100):
        if page.evaluate(question, arg):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {question}")


def keeps(page: Page, path: str) -> None:
    """Wait until the browser keeps a copy of a page."""
    eventually(page, "(path) => caches.match(path, {cacheName: 'obs-pages'}).then(Boolean)", path)


def kept(page: Page) -> dict[str, str]:
    """All that the browser keeps of pages: text by address."""
    found: dict[str, str] = page.evaluate(
        """async () => {
            const pages = await caches.open("obs-pages");
            const rows = await Promise.all((await pages.keys()).map(async (key) =>
                [new URL(key.url).pathname, await (await pages.match(key)).text()]));
            return Object.fromEntries(rows);
        }"""
    )
    return found


def written(line: Line, number: str) -> list[str]:
    with line.demo.database.reading() as unit:
        own = select(RoundtableSession.id).where(RoundtableSession.slug == number).scalar_subquery()
        return list(unit.scalars(select(NoteEntry.text).where(NoteEntry.session_id == own).order_by(NoteEntry.id)))


def note(page: Page, text: str, item: int = 0) -> None:
    form = page.locator("form[data-note-form]").nth(item)
    form.locator("textarea").fill(text)
    form.get_by_role("button", name="Add the note").click()


def back_online(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def test_after_one_visit_the_brief_can_be_read_without_a_connection(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = opened(new_page, line, f"/sessions/{running}/brief")
    for path in (f"/sessions/{running}/brief", f"/sessions/{running}"):
        keeps(page, path)
    notice = page.locator("[data-offline]")
    expect(notice).to_be_hidden()
    line.cut()
    page.reload()
    expect(notice).to_contain_text("Without connection: copy of")
    assert str(clock.today().year) in notice.inner_text()
    expect(page.get_by_role("heading", name=ITEMS[0])).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith("Alegreya")
    assert page.evaluate("document.fonts.load('600 20px Alegreya').then((fonts) => fonts.length)") == 1
    assert axe(page) == []
    page.goto(f"/sessions/{running}")
    expect(notice).to_be_visible()
    expect(page.get_by_text(ITEMS[1])).to_be_visible()
    elsewhere = page.context.new_page()
    with pytest.raises(Error):
        elsewhere.goto("/roundtables")  # no page of another section is kept
    line.mend()
    page.goto(f"/sessions/{running}/brief")
    expect(notice).to_be_hidden()


def test_the_copy_says_so_in_the_language_of_the_page(line: Line, running: str, new_page: NewPage) -> None:
    page = opened(new_page, line, f"/sessions/{running}/brief", locale="es-PE")
    keeps(page, f"/sessions/{running}/brief")
    line.cut()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[data-offline]")).to_contain_text("Sin conexión: copia del")


def test_nothing_is_kept_that_not_everybody_may_read_and_signing_out_clears_all(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    planned = line.demo.database.scalar(
        select(RoundtableSession.slug).where(RoundtableSession.state == PLANNED).limit(1)
    )
    keeps(page, f"/sessions/{running}/brief")
    for path in (f"/sessions/{planned}", f"/sessions/{running}/time", "/account", f"/sessions/{running}"):
        page.goto(path)
    keeps(page, f"/sessions/{running}")
    page.wait_for_timeout(300)
    found = kept(page)
    assert set(found) == {f"/sessions/{running}", f"/sessions/{running}/brief"}
    private = ("csrf_token", "sign-out", "menu account", "/account")
    assert not [path for path, text in found.items() if any(words in text for words in private)]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(line.address + "/")
    eventually(page, "() => caches.keys().then((names) => names.length === 0)")


def test_notes_wait_for_a_connection_and_arrive_once_and_in_order(line: Line, running: str, new_page: NewPage) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    note(page, "Con conexión")
    expect(page.locator("[data-live] .note-entry")).to_contain_text("Con conexión")
    expect(page.locator("[data-own]")).to_have_count(0)
    line.cut()
    for number, text in enumerate(("Uno sin conexión", "Dos sin conexión", "Tres sin conexión")):
        note(page, text, number % 2)
        expect(page.locator("form[data-note-form]").nth(number % 2).locator("textarea")).to_have_value("")
    expect(page.locator("[data-queue-state]")).to_have_text("Notes that wait for a connection: 3.")
    expect(page.locator("[data-own]")).to_have_count(3)
    assert axe(page) == []
    assert written(line, running) == ["Con conexión"]
    page.evaluate("navigator.serviceWorker.addEventListener('message', (event) => (window.told = event.data))")
    page.evaluate("navigator.serviceWorker.controller.postMessage({type: 'queue'})")
    page.wait_for_function("window.told?.waiting === 3")
    line.mend()
    back_online(page)
    back_online(page)  # twice at once: still each once
    expect(page.locator("[data-queue-state]")).to_have_text("")
    assert written(line, running) == ["Con conexión", "Uno sin conexión", "Dos sin conexión", "Tres sin conexión"]
    expect(page.locator("[data-own]")).to_have_count(0, timeout=15_000)
    expect(page.locator("[data-live] .note-entry")).to_have_count(4)


def test_notes_survive_that_the_page_is_closed_and_are_sent_from_any_page_of_the_session(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    keeps(page, f"/sessions/{running}/brief")
    line.cut()
    note(page, "Antes de cerrar")
    expect(page.locator("[data-queue-state]")).to_contain_text("1")
    page.goto(f"/sessions/{running}/live")  # without a connection the brief takes its place
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("[data-queue-state]")).to_contain_text("Notes that wait for a connection: 1.")
    context: BrowserContext = page.context
    page.close()
    line.mend()
    again = context.new_page()
    again.goto(f"/sessions/{running}/brief")
    expect(again.locator("[data-queue-state]")).to_have_text("")
    eventually(again, "() => notes.every().then((left) => left.length === 0)")
    assert written(line, running) == ["Antes de cerrar"]


def test_a_note_whose_answer_was_lost_is_sent_again_and_counts_once(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()  # the server has it, and the page does not know
        else:
            route.continue_()

    page.route("**/notes", lose)
    note(page, "Llegó sin respuesta")
    eventually(page, "() => notes.every().then((left) => left.length === 0)")  # by itself: the browser tries again
    expect(page.locator("[data-queue-state]")).to_have_text("")
    assert lost == [201] and written(line, running) == ["Llegó sin respuesta"]


def test_what_is_refused_stays_with_its_reason_until_its_author_removes_it(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    refuse = '{"error": "The minutes circulate already."}'
    page.route("**/notes", lambda route: route.fulfill(status=422, content_type="application/json", body=refuse))
    note(page, "Una nota tardía")
    expect(page.locator("[data-own]")).to_contain_text("Una nota tardía")
    expect(page.locator("[data-own]")).to_contain_text("The minutes circulate already.")
    page.unroute("**/notes")
    page.reload()
    expect(page.locator("[data-own]")).to_contain_text("Una nota tardía")
    expect(page.locator("[data-queue-state]")).to_have_text("Notes that could not be sent: 1.")
    assert axe(page) == []
    page.goto(f"/sessions/{running}/brief")  # where no form is, its author can read it too
    expect(page.locator("[data-own]")).to_contain_text("Una nota tardía")
    page.goto(f"/sessions/{running}/live")
    note(page, "La siguiente llega")  # and holds up nothing
    expect(page.locator("[data-live] .note-entry")).to_contain_text("La siguiente llega")
    page.get_by_role("button", name="Remove this note").click()
    expect(page.locator("[data-queue-state]")).to_have_text("")
    page.reload()
    expect(page.locator("[data-own]")).to_have_count(0)
    assert written(line, running) == ["La siguiente llega"]


def test_whoever_is_signed_out_meanwhile_keeps_the_text_and_nobody_else_sends_it(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    line.cut()
    note(page, "Para cuando vuelva a entrar")
    expect(page.locator("[data-queue-state]")).to_contain_text("1")
    with line.demo.database.side_transaction() as unit:
        unit.execute(delete(SessionRow))
    line.mend()
    back_online(page)
    expect(page.locator("[data-queue-state]")).to_contain_text("Sign in again")
    page.goto("/sign-in")
    page.get_by_role("button", name="Public officer").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"/sessions/{running}/brief")
    page.wait_for_timeout(500)
    assert written(line, running) == []
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name=SECRETARY).click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"/sessions/{running}/live")
    expect(page.locator("[data-live] .note-entry")).to_contain_text("Para cuando vuelva a entrar", timeout=15_000)
    assert written(line, running) == ["Para cuando vuelva a entrar"]


def test_a_note_written_under_a_mandate_that_was_renewed_since_is_sent_under_the_new_one(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    now = page.locator("[data-words]").get_attribute("data-mandate")
    with line.demo.database.side_transaction() as unit:
        mandate = unit.get_one(Mandate, int(now or 0))
        past = {name: getattr(mandate, name) for name in ("person_id", "organisation_id", "role", "approved_at")}
        day = clock.today()
        old = Mandate(**past, from_on=day - dt.timedelta(400), to_on=day - dt.timedelta(1))
        foreign = Mandate(**past | {"person_id": 1}, from_on=old.from_on, to_on=old.to_on)
        unit.add_all((old, foreign))
        unit.flush()
        theirs, others = str(old.id), str(foreign.id)
    line.cut()
    for text in ("Bajo mi mandato anterior", "Bajo el de otra persona"):
        note(page, text)
    expect(page.locator("[data-queue-state]")).to_contain_text("2")
    page.evaluate(
        """async (mandates) => {
            for (const [at, note] of (await notes.every()).entries()) await notes.put({ ...note, mandate: mandates[at] });
        }""",
        [theirs, others],
    )
    line.mend()
    back_online(page)
    expect(page.locator("[data-queue-state]")).to_have_text(
        "Sign in again to send your notes. They are kept on this device: 1."
    )
    assert written(line, running) == ["Bajo mi mandato anterior"]


def test_signing_out_says_first_which_notes_would_be_lost(line: Line, running: str, new_page: NewPage) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live", viewport={"width": 1280, "height": 800})
    page.route("**/notes", lambda route: route.fulfill(status=422, content_type="application/json", body="{}"))
    note(page, "No la pierdan")
    expect(page.locator("[data-own]")).to_contain_text("HTTP 422")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.goto("/account")  # elsewhere, where only the worker can tell
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(f"**/sessions/{running}/live#unsent")
    expect(page.locator("[data-queue-state]")).to_contain_text("copy their text first")
    expect(page.locator("[data-own]")).to_contain_text("No la pierdan")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(line.address + "/")
    assert len(asked) == 1 and "deleted" in asked[0]
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_what_others_write_comes_by_itself_and_leaves_what_one_writes_alone(
    line: Line, running: str, new_page: NewPage
) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live")
    other = secretary(new_page, line, f"/sessions/{running}/live")
    mine = page.locator("form[data-note-form] textarea").first
    mine.click()
    mine.press_sequentially("Estoy escribien")
    note(other, "De otra persona")
    expect(page.locator("[data-live] .note-entry")).to_contain_text("De otra persona", timeout=15_000)
    mine.press_sequentially("do")
    expect(mine).to_have_value("Estoy escribiendo")
    expect(mine).to_be_focused()
    page.reload()  # what was not sent is there again
    expect(mine).to_have_value("Estoy escribiendo")


def test_without_javascript_notes_are_sent_as_any_form(line: Line, running: str, new_page: NewPage) -> None:
    page = secretary(new_page, line, f"/sessions/{running}/live", java_script_enabled=False)
    note(page, "Sin guion")
    expect(page.locator(".note-entry")).to_contain_text("Sin guion")
    assert written(line, running) == ["Sin guion"]
