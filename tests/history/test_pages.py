"""The history of a record, as the public and as insiders see it."""

from typing import Any

import pytest

from observatory.aspects.history import queries
from observatory.kernel.errors import NotFound
from observatory.kernel.policy import Actor
from tests.counting import counted
from tests.site.world import SECRET, World

ATOM = "{http://www.w3.org/2005/Atom}"


def seen_by(world: World, actor: Actor, slug: str) -> list[Any]:
    with world.database.reading():
        record = queries.record_at(actor, "organisation", slug)
        return list(queries.entries_of(actor, record.id).rows)


def test_it_says_who_for_whom_what_and_shows_each_field(world: World) -> None:
    page = world.text(f"/history/organisation/{world.open}?lang=en")
    assert "Rosa Quispe (<a" in page
    assert "Minera Puna &lt;Alta&gt;" in page
    assert "<del>cobre</del><ins>zinc</ins>" in page
    assert "<Alta>" not in page


def test_a_closed_account_is_a_former_member(world: World) -> None:
    assert "A former member of <a" in world.text(f"/history/organisation/{world.published}?lang=en")


def test_a_drafts_past_stays_inside(world: World) -> None:
    assert [row.event for row in seen_by(world, Actor.guest(), world.published)] == ["OrganisationPublished"]
    steward = Actor(person_id=1, labels=frozenset({"public", "stewards"}))
    assert len(seen_by(world, steward, world.published)) == 3
    assert SECRET not in world.text(f"/history/organisation/{world.published}")


def test_a_drafts_history_looks_absent(world: World) -> None:
    world.text(f"/history/organisation/{world.draft}", 404)
    world.text(f"/history/organisation/{world.draft}.atom", 404)
    with world.database.reading(), pytest.raises(NotFound):
        queries.record_at(Actor.guest(), "organisation", world.draft)


def test_an_entry_has_a_permanent_address(world: World) -> None:
    oldest, newest = world.entries(world.open)
    page = world.text(f"/history/organisation/{world.open}?entry={oldest.id}")
    assert f'id="e{oldest.id}"' in page
    assert f'id="e{newest.id}"' not in page
    assert f"entry={oldest.id}#e{oldest.id}" in page


def test_it_pages_by_key_and_rubbish_shows_the_newest(world: World) -> None:
    with world.database.reading():
        record = queries.record_at(Actor.guest(), "organisation", world.open)
        first = queries.entries_of(Actor.guest(), record.id, size=1)
        second = queries.entries_of(Actor.guest(), record.id, size=1, after=first.next_after)
    assert [len(first.rows), len(second.rows)] == [1, 1]
    assert first.rows[0].id > second.rows[0].id
    assert second.next_after is None
    page = world.text(f"/history/organisation/{world.open}?after=rubbish&lang=en")
    assert "could not be found" in page


@pytest.mark.parametrize("query", ["entry=99999999999999999999", "entry=-1", "after=W10"])
def test_odd_addresses_still_answer(world: World, query: str) -> None:
    world.text(f"/history/organisation/{world.open}?{query}")


def test_the_latest_pages_through_everything_once(world: World) -> None:
    found: list[int] = []
    after = None
    with world.database.reading():
        while True:
            part = queries.latest(Actor.guest(), after=after, size=1)
            found += [row.id for row in part.rows]
            after = part.next_after
            if after is None:
                break
        whole = [row.id for row in queries.latest(Actor.guest()).rows]
    assert found == whole
    assert len(whole) == 3


def test_the_feed_has_an_entry_for_each_change(world: World) -> None:
    root = world.feed(f"/history/organisation/{world.open}.atom")
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == 2


def test_the_number_of_statements_does_not_grow_with_the_list(world: World) -> None:
    with world.database.reading():
        record = queries.record_at(Actor.guest(), "organisation", world.open)
        one = queries.entries_of(Actor.guest(), record.id, size=1)
    assert len(one.rows) == 1
    assert count(world, f"/history/organisation/{world.open}") == count(
        world, f"/history/organisation/{world.open}?entry={world.entries(world.open)[0].id}"
    )


def count(world: World, path: str) -> int:
    """How many statements a page takes, uncached."""
    world.app.extensions["observatory.pagecache"].enabled = False
    try:
        with counted(world.database.engine) as told:
            world.text(path)
    finally:
        world.app.extensions["observatory.pagecache"].enabled = True
    return len(told)
