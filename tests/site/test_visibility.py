"""Python, SQL and the search index agree on who sees what: for every kind, for many people, drafts and all."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic

from observatory.app import drainer_of
from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.kernel.registry import Registry
from observatory.kernel.search import Query, WhooshShelf
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records import derived, visible
from observatory.records.models import Record
from tests import figures, tables
from tests.app import DRAFT_ORGANISATION, OTHER_DRAFT, OWN_DRAFT, Demo, address_of

ACTORS = (
    "guest", "citizen", "ended", "applicant", "manager", "stranger", "liaison", "steward", "moderator", "administrator",
    "community", "operator",
)  # fmt: skip
OF_STEWARDS = {OWN_DRAFT, OTHER_DRAFT, DRAFT_ORGANISATION, tables.DRAFT}
OF_OWN = {OWN_DRAFT, figures.DRAFT}
DRAFTS = OF_STEWARDS | OF_OWN
SEES = {
    "manager": OF_OWN, "liaison": OF_OWN, "steward": OF_STEWARDS, "administrator": OF_STEWARDS, "operator": OF_STEWARDS,
}  # fmt: skip
"""Who sees which drafts; the others see none."""


@pytest.fixture(scope="module")
def indexed(shared_demo: Demo) -> Demo:
    """With everything that waited written into the index."""
    drainer = drainer_of(shared_demo.settings, shared_demo.database, shelf_of(shared_demo))
    while drainer.run_once():
        pass
    return shared_demo


def shelf_of(demo: Demo) -> WhooshShelf:
    found: WhooshShelf = demo.app.extensions["observatory.shelf"]
    return found


def registry_of(demo: Demo) -> Registry:
    found: Registry = demo.app.extensions["observatory.registry"]
    return found


def actor_named(demo: Demo, name: str) -> Actor:
    """An actor as a request of that person's would have; to be called within a unit of work."""
    if name in {"guest", "operator"}:
        return Actor.guest() if name == "guest" else Actor.operator()
    addresses = {account["role"]: account["email"] for account in demo.accounts()}
    person = db.session.scalars(select(Person).where(Person.email == addresses.get(name, address_of(name)))).one()
    mandate = db.session.scalar(select(Mandate.id).where(Mandate.person_id == person.id).limit(1))
    return actor_of(person, mandate_id=mandate)


def in_python(demo: Demo, kind: str, actor: Actor) -> set[int]:
    declared = registry_of(demo).kinds[kind]
    records = db.session.scalars(
        select(declared.cls).options(selectin_polymorphic(Record, [declared.cls])).execution_options(yield_per=500)
    )
    return {record.id for record in records if declared.audience(record) & actor.labels}


def in_sql(kind: str, actor: Actor) -> set[int]:
    return set(db.session.scalars(select(Record.__table__.c.id).where(Record.kind == kind, visible(actor))))


def in_search(demo: Demo, kind: str, actor: Actor) -> set[int]:
    query, found = Query(kind=kind, labels=actor.labels, size=50), []
    while True:
        results = shelf_of(demo).search(query)
        found += [hit.id for hit in results.hits]
        if results.next_after is None:
            break
        query = replace(query, after=results.next_after)
    assert len(found) == len(set(found)) == results.total
    return set(found)


@pytest.mark.parametrize("name", ACTORS)
def test_three_ways_of_asking_give_one_answer(indexed: Demo, name: str) -> None:
    with indexed.database.reading():
        actor = actor_named(indexed, name)
        for kind in registry_of(indexed).kinds:
            stored = in_sql(kind, actor)
            assert stored, f"nobody sees any {kind}"
            assert in_python(indexed, kind, actor) == stored, kind
            assert in_search(indexed, kind, actor) == stored, kind


@pytest.mark.parametrize("name", ACTORS)
def test_drafts_are_seen_by_their_own_people_and_the_stewards(indexed: Demo, name: str) -> None:
    with indexed.database.reading() as unit:
        actor = actor_named(indexed, name)
        # Commitments and sessions have an audience of their own: tests/commitments/test_visibility.py, tests/roundtables.
        drafts = select(Record.__table__.c.slug).where(
            Record.state == "draft", Record.kind.not_in(("commitment", "session")), visible(actor)
        )
        assert set(unit.scalars(drafts)) == SEES.get(name, set())


@pytest.mark.parametrize("name", ACTORS)
def test_lists_files_and_feeds_hold_nothing_else(indexed: Demo, name: str) -> None:
    with indexed.database.reading() as unit:
        actor = actor_named(indexed, name)
        allowed = set(unit.scalars(select(Record.__table__.c.slug).where(visible(actor))))
        for listing in registry_of(indexed).listings.values():
            rows = [dict(row) if isinstance(row, dict) else row._mapping for row in listing.rows(actor, {})]
            assert {row["slug"] for row in rows} <= allowed, listing.name
            assert {row.slug for row in listing.recent(actor, {}, 500)} <= allowed, listing.name
            for draft in DRAFTS - SEES.get(name, set()):
                assert draft not in str(rows), f"{draft} leaks into {listing.name}"


@pytest.mark.parametrize("name", ["guest", "citizen", "manager", "stranger", "moderator"])
def test_no_page_names_a_draft_of_others(indexed: Demo, name: str) -> None:
    """Nor do counts, suggestions and panels."""
    visitor = indexed.once_as(name)
    words = ["Red de Radios", "Sallqa Verde, ampliación"] + ([] if name == "manager" else ["Borrador propio"])
    pages = (
        "/", "/activity", "/organisations", "/sites", "/organisations/equipo-del-observatorio",
        "/organisations/minera-sallqa-verde", "/organisations/minera-sallqa-verde/records",
        "/organisations/minera-puna-alta/records", "/places/180203", "/places/0605", "/places/pe", "/tags/agua",
        "/tags/participacion", "/search?q=ampliación", "/search?q=radios", "/search?q=borrador", "/search.json?q=radios",
        "/search/suggest.json?q=red", "/search/suggest.json?q=borr", "/search/suggest.json?q=sall",
        "/exports/organisations.csv", "/exports/sites.csv", "/organisations.atom", "/sites.atom", "/activity.atom",
        "/search.csv?q=radios", "/search.atom?q=radios", "/sites?state=draft", "/organisations?state=draft",
    )  # fmt: skip
    for path in pages:
        text = visitor.text(path)
        # What was typed stands in the search box.
        shown = text.replace("q=borrador", "")
        for word in words:
            assert word not in shown, f"{path} names {word}"


def test_a_withdrawn_page_stays_and_says_why_but_leaves_the_lists(demo: Demo) -> None:
    demo.client_as("manager").send("/sites/lomas-de-utaya/withdrawal", reason="The concession was returned.")
    while derived.drain(demo.database, shelf_of(demo)):
        pass
    guest = demo.guest()
    assert "The concession was returned." in guest.text("/sites/lomas-de-utaya")
    assert "lomas-de-utaya" not in guest.text("/sites")
    assert "lomas-de-utaya" not in guest.text("/exports/sites.csv")
    assert "lomas-de-utaya" in guest.text("/sites?state=withdrawn")
