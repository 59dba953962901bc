"""Tags: who may put them on a record, and what their pages show."""

import pytest

from observatory.aspects.tags import service
from observatory.kernel.errors import Refused
from observatory.records.queries import find_record
from tests.land import Land, seeder


@pytest.fixture
def tagged(land: Land) -> Land:
    """The small country with two tags, one of them on a site."""
    with land.app.test_request_context("/"), land.database.unit_of_work():
        water = service.add_tag(seeder(), None, key="agua", label_es="Agua", label_en="Water")
        service.add_tag(seeder(), None, key="canon", label_es="Canon", label_en="Canon")
        service.tag(seeder(), find_record(seeder(), "site", "alta"), tag=water)
        service.tag(seeder(), find_record(seeder(), "organisation", "secreta"), tag=water)
    return land


def test_a_tag_leads_to_what_carries_it_and_leaks_no_draft(tagged: Land) -> None:
    assert "/tags/agua" in tagged.text("/sites/alta")
    page = tagged.text("/tags/agua")
    assert "/sites/alta" in page
    assert "secreta" not in page
    tagged.act_as("steward")
    assert "secreta" in tagged.text("/tags/agua")


def test_its_keeper_chooses_the_tags_and_each_change_is_a_fact(tagged: Land) -> None:
    tagged.act_as("manager")
    assert tagged.send("/tags/of/site/alta", keys=["canon"]).status_code == 303
    events = {entry.event: entry.changes for entry in tagged.events("alta")}
    assert {"Tagged", "Untagged"} <= set(events)
    assert "/tags/agua" not in tagged.text("/sites/alta")


def test_the_same_tag_twice_is_one(tagged: Land) -> None:
    before = len(tagged.events("alta"))
    tagged.act_as("manager")
    assert tagged.send("/tags/of/site/alta", keys=["agua"]).status_code == 303
    assert len(tagged.events("alta")) == before


def test_strangers_may_not_tag(tagged: Land) -> None:
    tagged.act_as("stranger")
    assert tagged.client.get("/tags/of/site/alta").status_code == 403
    assert tagged.client.post("/tags/of/site/alta", data={"keys": "canon"}).status_code == 403
    with tagged.app.test_request_context("/"), tagged.database.unit_of_work():
        record = find_record(seeder(), "site", "alta")
        with pytest.raises(Refused):
            service.retag(tagged.people["stranger"], record, keys=["canon"])


@pytest.mark.parametrize("path", ["/tags/none", "/tags/of/site/none", "/tags/of/organisation/secreta"])
def test_what_nobody_may_see_is_not_found(tagged: Land, path: str) -> None:
    tagged.act_as("manager")
    tagged.text(path, 404)
