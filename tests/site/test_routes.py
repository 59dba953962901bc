"""Every route, walked by every kind of visitor, on what is theirs and on what is others'.

Writes are rehearsed: everything happens up to the commit, which is not made, so each visitor finds the same state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from observatory.aspects.attachments.models import Attachment
from observatory.aspects.comments.models import Comment
from observatory.aspects.desk.models import ImportBatch
from observatory.aspects.links.models import RecordLink
from observatory.kernel import clock, db
from observatory.kernel.db import Base
from observatory.kernel.pagecache import ContentVersion
from observatory.people.models import Invitation, Mandate, Person, SessionRow
from observatory.people.sessions import hashed
from observatory.records.models import Contradiction, Fact, Record, Source
from observatory.rooms.commitments.models import Contribution, Dispute, ProgressUpdate
from observatory.rooms.organisations.models import Control, Succession
from observatory.rooms.places.models import SiteDistrict, SiteOperator, Territory
from tests import figures, offices, tables
from tests.app import CAST, DEMO_ROLES, INVITATION, OTHER, PASSWORD, Demo, Visitor, a_demo, address_of
from tests.promises import RUNNING
from tests.services import Homes
from tests.site.route_table import ROWS, SIGN_IN, VISITORS, Answer, Row

BOOKKEEPING = {"sessions", "throttle", "security_log"}
"""What a request may write about itself, in a transaction of its own."""
POSTED = [row for row in ROWS if row.method == "POST"]
ONE_OF_EACH = list({row.endpoint: row for row in reversed(POSTED)}.values())


def each(rows: list[Row]) -> pytest.MarkDecorator:
    """Run a test for each of these rows."""
    names = [str(row) for row in rows]
    return pytest.mark.parametrize(
        "row", rows, ids=[f"{name} {i}" if names.count(name) > 1 else name for i, name in enumerate(names)]
    )


def fingerprint(demo: Demo) -> dict[str, int]:
    """How many rows each table has, and the number of the content's version."""
    tables = [table for name, table in sorted(Base.metadata.tables.items()) if name not in BOOKKEEPING]
    counts = [select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables]
    with demo.database.reading() as unit:
        found = dict(unit.execute(select(*counts)).one()._mapping)
        return found | {"version": unit.scalar(select(ContentVersion.number)) or 0}


@contextmanager
def rehearsal(demo: Demo) -> Iterator[list[str]]:
    """Let units of work end without their commit; gives what each would have kept ("written" or "nothing")."""
    kept: list[str] = []

    def finish(unit: Session) -> None:
        unit.flush()
        for hook in db._before_commit:
            hook(unit)
        kept.append("written" if unit.info.get("written") else "nothing")
        unit.rollback()

    demo.database._finish = finish  # type: ignore[method-assign]
    try:
        yield kept
    finally:
        del demo.database._finish


class Walker:
    """Sends the table's requests on behalf of visitors whose sessions stay as they were."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.sessions = {name: self._session(demo.once_as(name)) for name in VISITORS}
        self.shared = self._shared()

    def _session(self, visitor: Visitor) -> dict[str, Any]:
        token = visitor.token()
        found: dict[str, Any] = {"csrf_token": token, "cookie": visitor.cookie(), "session": 0, "mandate": ""}
        with self.demo.database.reading() as unit:
            row = unit.scalar(select(SessionRow).where(SessionRow.token_hash == hashed(found["cookie"])))
        if row is not None:
            found |= {"session": row.id, "mandate": row.mandate_id or ""}
        accounts = {account["role"]: account["password"] for account in self.demo.accounts()}
        password = PASSWORD if visitor.name in CAST else accounts.get(DEMO_ROLES.get(visitor.name, visitor.name), "")
        return found | {"password": password}

    def _shared(self) -> dict[str, Any]:
        with self.demo.database.reading() as unit:

            def mandate(who: str) -> int:
                found = select(Mandate.id).join(Person, Person.id == Mandate.person_id)
                return unit.scalars(found.where(Person.email == address_of(who))).one()

            def first(cls: Any, owner: Any) -> tuple[int, str]:
                """The first entry of its kind, and the address of what it hangs on."""
                public = select(cls.id, Record.slug).join(Record, Record.id == owner).where(Record.state == "published")
                id, slug = unit.execute(public.order_by(cls.id)).first()
                return id, slug

            part, part_site = first(SiteOperator, SiteOperator.site_id)
            district, district_site = first(SiteDistrict, SiteDistrict.site_id)
            question, question_site = first(Contradiction, Contradiction.record_id)
            control, controlled = first(Control, Control.organisation_id)
            succession, preceding = first(Succession, Succession.predecessor_id)
            return {
                "part": part,
                "part_site": part_site,
                "district": district,
                "district_site": district_site,
                "question": question,
                "question_site": question_site,
                "control": control,
                "controlled": controlled,
                "succession": succession,
                "preceding": preceding,
                "source": unit.scalar(select(func.min(Source.id))),
                "fact": unit.scalar(select(func.min(Fact.id))),
                "link": unit.scalar(select(func.min(RecordLink.id))),
                "comment": unit.scalar(select(Comment.id).where(Comment.body == "Esto acaba de decirse.")),
                "error": unit.scalar(select(Comment.id).where(Comment.body == "La superficie no es esa.")),
                "hidden": unit.scalar(select(Comment.id).where(Comment.body == "Esto se va a ocultar.")),
                "batch": unit.scalar(select(func.max(ImportBatch.id))),
                "file": unit.scalar(select(Attachment.id).where(Attachment.file_name == "prueba.txt")),
                "withdrawn_file": unit.scalar(select(Attachment.id).where(Attachment.file_name == "retirado.txt")),
                "picture": unit.scalar(select(Attachment.id).where(Attachment.file_name.like("%.jpg"))),
                "own_request": mandate("applicant"),
                "other_request": mandate("outsider"),
                "own_mandate": self.sessions["representative"]["mandate"],
                "other_mandate": mandate("stranger"),
                "ended_mandate": mandate("ended"),
                "own_invitation": unit.scalar(select(Invitation.id).where(Invitation.token_hash == hashed(INVITATION))),
                "other_person": unit.scalar(select(Person.id).where(Person.email == address_of("outsider"))),
                "other_id": unit.scalar(select(Record.id).where(Record.slug == OTHER)),
                "other_session": unit.scalar(select(func.min(SessionRow.id)).where(SessionRow.person_id.is_(None)))
                or 0,
                "reniec": unit.scalar(select(Territory.reniec).where(Territory.slug == "180106")),
                "today": clock.today().isoformat(),
                "update": unit.scalar(_of_running(ProgressUpdate)),
                "dispute": unit.scalar(_of_running(Dispute)),
                "contribution": unit.scalar(_of_running(Contribution)),
                "verifiers": unit.scalar(select(Record.id).where(Record.slug == "centro-chaska-verificacion")),
                **figures.numbers(unit),
                **tables.numbers(unit),
                **offices.numbers(unit),
                "demo_email": self.demo.accounts()[0]["email"],
            }

    def send(
        self, row: Row, name: str, *, without_token: bool = False, without_version: bool = False, **headers: str
    ) -> TestResponse:
        self.demo.app.extensions["observatory.throttle"].storage.reset()
        session = self.sessions[name]
        facts = {**self.shared, **session}
        client, path = self.demo.app.test_client(use_cookies=False), row.path.format(**facts)
        more: dict[str, Any] = {"headers": {"Cookie": f"obs={session['cookie']}", "Accept-Language": "en", **headers}}
        if row.method == "POST":
            filled = {k: v.format(**facts) if isinstance(v, str) else v for k, v in row.values.items()}
            more["data"] = {"csrf_token": session["csrf_token"], "mandate": session["mandate"], **filled}
            if (
                row.endpoint,
                "GET",
            ) in READ and not without_version:  # what the form there showed, as far as this visitor can open it
                shown = _VERSION.search(client.get(path, headers=more["headers"]).text)
                more["data"] |= {"version": shown[1]} if shown else {}
            if without_token:
                del more["data"]["csrf_token"]
        return client.open(path, method=row.method, buffered=True, **more)


def _of_running(cls: Any) -> Any:
    return select(cls.id).join(Record, Record.id == cls.commitment_id).where(Record.slug == RUNNING)


_VERSION = re.compile(r'name="version"[^>]* value="(\d+)"')
READ = {(row.endpoint, row.method) for row in ROWS if row.method == "GET"}


def told(answer: TestResponse) -> Answer:
    """An answer as the table writes it."""
    asked_in = answer.status_code == 303 and answer.location.partition("?")[0] == "/sign-in"
    return SIGN_IN if asked_in and answer.request.path not in {"/sign-out"} else answer.status_code


@pytest.fixture(scope="module")
def walker(shared_demo: Demo) -> Walker:
    return Walker(shared_demo)


@pytest.fixture(scope="module")
def at_the_door(homes: Homes) -> Iterator[Walker]:
    """For what is refused before any database is asked: one engine is enough."""
    with a_demo(homes, "sqlite") as made:
        yield Walker(made)


def test_every_route_has_a_row(shared_demo: Demo) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in shared_demo.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(row.endpoint, row.method) for row in ROWS}


def test_every_row_is_about_the_route_it_names(walker: Walker) -> None:
    adapter = walker.demo.app.url_map.bind("localhost")
    facts = {**walker.shared, **walker.sessions["manager"]}
    wrong = []
    for row in ROWS:
        found = adapter.match(row.path.format(**facts).partition("?")[0], method=row.method)[0]
        if found != row.endpoint:
            wrong.append((str(row), found))
    assert wrong == []


@each([row for row in ROWS if row.method == "GET"])
def test_reading_a_page_answers_as_the_table_says_and_changes_nothing(walker: Walker, row: Row) -> None:
    before = fingerprint(walker.demo)
    answers = {name: told(walker.send(row, name)) for name in VISITORS}
    assert answers == row.answers
    assert fingerprint(walker.demo) == before


@each(POSTED)
def test_sending_a_form_answers_as_the_table_says_and_writes_only_for_those_who_may(walker: Walker, row: Row) -> None:
    before = fingerprint(walker.demo)
    answers, refused = {}, {}
    for name in VISITORS:
        with rehearsal(walker.demo) as kept:
            answers[name] = told(walker.send(row, name))
        if answers[name] not in {200, 303} and "written" in kept:
            refused[name] = kept
    assert answers == row.answers
    assert refused == {}
    assert fingerprint(walker.demo) == before


@each(ONE_OF_EACH)
def test_a_form_without_its_token_is_refused(at_the_door: Walker, row: Row) -> None:
    for name in ("guest", "manager", "administrator"):
        with rehearsal(at_the_door.demo) as kept:
            answer = at_the_door.send(row, name, without_token=True)
        assert (answer.status_code, kept) == (400, []), name
        assert "can&#39;t be accepted" in answer.text or "can't be accepted" in answer.text


@each(ONE_OF_EACH)
def test_a_form_sent_from_another_sites_page_is_refused(at_the_door: Walker, row: Row) -> None:
    for name in ("guest", "manager", "administrator"):
        for origin in ("cross-site", "same-site"):
            with rehearsal(at_the_door.demo) as kept:
                answer = at_the_door.send(row, name, **{"Sec-Fetch-Site": origin})
            assert (answer.status_code, kept) == (403, []), (name, origin)


def test_a_token_of_another_session_is_refused(at_the_door: Walker) -> None:
    row = next(row for row in POSTED if row.endpoint == "organisations.edit")
    foreign = at_the_door.sessions["stranger"]["csrf_token"]
    mine = at_the_door.sessions["manager"]["csrf_token"]
    at_the_door.sessions["manager"]["csrf_token"] = foreign
    try:
        with rehearsal(at_the_door.demo) as kept:
            answer = at_the_door.send(row, "manager")
    finally:
        at_the_door.sessions["manager"]["csrf_token"] = mine
    assert (answer.status_code, kept) == (400, [])


@each([row for row in POSTED if (row.endpoint, "GET") in READ])
def test_a_form_sent_without_the_version_it_showed_changes_nothing(walker: Walker, row: Row) -> None:
    for name in ("steward", "manager"):
        page = walker.send(replace(row, method="GET"), name)
        if page.status_code != 200 or not _VERSION.search(page.text):
            continue
        with rehearsal(walker.demo) as kept:
            answer = walker.send(row, name, without_version=True)
        assert (answer.status_code, "written" in kept) == (409, False), name
