"""What an organisation owes, by when: the groups, their edges at midnight in Lima, and who sees what."""

from __future__ import annotations

import datetime as dt

import pytest

from observatory.kernel import clock
from observatory.kernel.policy import Actor
from observatory.rooms.commitments import formulas, queries
from observatory.rooms.commitments.models.words import HORIZONS
from observatory.rooms.commitments.queries import listing, owing
from observatory.rooms.organisations import queries as organisations
from tests.app import OTHER, OWN, Demo, words
from tests.commitments.conftest import World
from tests.counting import counted

DAY = dt.date(2026, 3, 2)
EDGES = {-1: "late", 0: "soon", 1: "soon", 30: "soon", 31: "later"}


def _of(world: World, who: str, slug: str = "municipalidad", part: str | None = None) -> owing.Owing:
    with world.unit():
        return owing.owing(world.actor(who), world.organisations[slug], part)


def test_the_groups_at_their_edges_in_sql_and_in_python(world: World) -> None:
    slugs = {days: world.accepted(due_on=DAY + dt.timedelta(days=days)) for days in EDGES}
    undated, claimed, suspended = world.accepted(due_on=None), world.claimed(), world.accepted()
    world.decide(suspended, "suspension")
    world.draft()
    world.proposed()
    world.verified()
    found = _of(world, "guest")
    told = {row.slug: name for name, rows in found.rows.items() for row in rows}
    assert told == {slugs[days]: name for days, name in EDGES.items()} | {
        undated: "undated", claimed: "claimed", suspended: "suspended",
    }  # fmt: skip
    assert {row.slug: formulas.horizon(row, DAY) for rows in found.rows.values() for row in rows} == told
    assert found.all == 8 and found.by_part("owes") == 8
    assert [found.by_horizon(name) for name in HORIZONS] == [1, 3, 1, 1, 1, 1]


@pytest.mark.parametrize(("utc", "group"), [("04:59:59", "soon"), ("05:00:00", "late")])
def test_a_day_ends_at_midnight_in_lima(world: World, utc: str, group: str) -> None:
    world.accepted(due_on=DAY)
    moment = dt.datetime.fromisoformat(f"2026-03-03T{utc}+00:00")
    with clock.frozen(moment), world.reading():
        found = owing.owing(Actor.guest(), world.organisations["municipalidad"])
    assert list(found.rows) == [group]


def test_a_suspension_that_is_over_gives_its_days(world: World) -> None:
    slug = world.accepted(due_on=DAY + dt.timedelta(days=25))
    world.decide(slug, "suspension")
    world.today = DAY + dt.timedelta(days=10)
    world.decide(slug, "resumption")
    assert list(_of(world, "guest").rows) == ["soon"]
    world.today = DAY + dt.timedelta(days=35)  # ten days more than it was
    assert list(_of(world, "guest").rows) == ["soon"]
    world.today = DAY + dt.timedelta(days=36)
    assert list(_of(world, "guest").rows) == ["late"]


def test_as_what_an_organisation_takes_part(world: World) -> None:
    ids = world.organisations
    own = world.accepted(responsible=[ids["universidad"]], contributing=[ids["ong"]])
    overseen = world.of_the_company()
    for slug, part, number in (
        ("municipalidad", "owes", own), ("universidad", "carries_out", own), ("ong", "contributes", own),
        ("fiscalizadora", "oversees", overseen), ("minera-alta", "owes", overseen),
    ):  # fmt: skip
        found = _of(world, "guest", slug)
        assert [(row.slug, row.part) for rows in found.rows.values() for row in rows] == [(number, part)], slug
        assert found.by_part(part) == found.all == 1
        assert _of(world, "guest", slug, part).rows and not _of(world, "guest", slug, "nothing").rows
    assert _of(world, "guest", "comite").all == 0


def test_a_draft_is_counted_for_nobody(world: World) -> None:
    world.draft()
    for who in ("guest", "secretaria", "comunera", "alcaldesa"):
        assert _of(world, who).all == 0, who


def test_the_list_is_of_what_a_body_posted(world: World) -> None:
    posted = world.accepted()
    by_committee = world.proposed("secretaria")
    with world.unit():
        for wanted, number in (("comunidad", posted), ("comite", by_committee)):
            rows = queries.listing(Actor.guest(), {"keeper": wanted}).rows
            assert [row.slug for row in rows] == [number]
        assert not queries.listing(Actor.guest(), {"keeper": "nobody"}).rows


def test_the_page_takes_few_statements_whatever_is_on_it(world: World) -> None:
    def taken() -> int:
        with world.unit(), counted(world.land.database.engine) as said:
            row = organisations.row(Actor.guest(), "municipalidad")
            owing.owing(Actor.guest(), row.id)
        return len(said)

    world.accepted()
    few = taken()
    for days in range(12):
        world.accepted(due_on=DAY + dt.timedelta(days=days * 7 - 20))
    assert taken() == few <= 5


def test_the_page(demo: Demo) -> None:
    guest = demo.guest()
    page = words(guest.text(f"/organisations/{OWN}/owed"))
    for part in ("What it owes, by when", "Late (", "Fictitious", "next milestone", "posted by", "As CSV"):
        assert part in page, part
    assert f"/exports/commitments.csv?organisation={OWN}" in guest.text(f"/organisations/{OWN}/owed")
    assert f"/organisations/{OWN}/owed" in guest.text(f"/organisations/{OWN}")
    assert guest.get(f"/organisations/{OWN}/owed?part=nothing").status_code == 200
    assert guest.get(f"/organisations/{OWN}/owed?part=owes").status_code == 200
    assert guest.get("/organisations/nothing/owed").status_code == 404
    assert guest.get("/organisations/nothing/owed.ics").status_code == 404


def test_the_page_of_an_organisation_that_owes_nothing(demo: Demo) -> None:
    assert "Nothing is open." in words(demo.guest().text("/organisations/centro-chaska-verificacion/owed"))


def test_the_menu_leads_to_the_page_of_ones_own_organisation(demo: Demo) -> None:
    for who, slug in (("manager", OWN), ("stranger", OTHER)):
        answer = demo.client_as(who).get("/owed")
        assert (answer.status_code, answer.location) == (302, f"/organisations/{slug}/owed")
    citizen = demo.client_as("citizen")
    assert "ask for a mandate" in words(citizen.text("/owed"))
    assert 'href="/owed"' in citizen.text("/account")
    assert "/sign-in" in demo.guest().get("/owed").location


def test_the_list_shows_exactly_what_a_group_counts(world: World) -> None:
    """Also what is suspended or claimed beside a date, and what an organisation only oversees."""
    for days in EDGES:
        world.accepted(due_on=DAY + dt.timedelta(days=days))
    world.accepted(due_on=None)
    world.claimed()
    world.decide(world.accepted(due_on=DAY + dt.timedelta(5)), "suspension")
    world.accepted(responsible=[world.organisations["universidad"]], due_on=DAY + dt.timedelta(5))
    world.of_the_company()
    world.verified()
    for slug in ("municipalidad", "universidad", "fiscalizadora", "minera-alta"):
        for part in (None, "owes", "carries_out", "oversees", "contributes"):
            found = _of(world, "guest", slug, part)
            for horizon in HORIZONS:
                filters = {"organisation": slug, "horizon": horizon} | ({"part": part} if part else {})
                with world.unit():
                    rows = listing(Actor.guest(), filters).rows
                assert len(rows) == found.by_horizon(horizon), (slug, part, horizon)
    with world.unit():
        for part in ("owes", "contributes", "nothing"):
            assert listing(Actor.guest(), {"part": part}).rows == [], "of whom, nobody says"
