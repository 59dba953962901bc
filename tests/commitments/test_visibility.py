"""Who sees a commitment: a draft its own organisation alone; what was proposed once, everybody, whatever became of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from observatory.records.models import Record, RecordAudience
from observatory.rooms.commitments.models import Commitment
from tests import promises
from tests.app import Demo

PUBLIC = (promises.PROPOSED, promises.RUNNING, promises.CLAIMED)


@pytest.mark.parametrize("who", ["guest", "stranger", "steward", "moderator", "administrator", "verifier", "secretary"])
def test_a_draft_is_seen_by_nobody_else(shared_demo: Demo, who: str) -> None:
    visitor = shared_demo.once_as(who)
    for path in ("/commitments/{}", "/history/commitment/{}", "/comments/of/commitment/{}", "/files/of/commitment/{}"):
        assert visitor.get(path.format(promises.DRAFT)).status_code == 404, path
    for path in (
        "/commitments?state=draft", "/commitments.csv?state=draft", "/commitments.atom?state=draft", "/commitments.ics",
        "/commitments/mine", "/activity",
    ):  # fmt: skip
        assert promises.DRAFT not in visitor.get(path).get_data(as_text=True), path
    for slug in PUBLIC:
        assert visitor.get(f"/commitments/{slug}").status_code == 200


@pytest.mark.parametrize("who", ["manager", "representative"])
def test_its_own_people_see_a_draft(shared_demo: Demo, who: str) -> None:
    visitor = shared_demo.once_as(who)
    assert visitor.get(f"/commitments/{promises.DRAFT}").status_code == 200
    assert promises.DRAFT in visitor.text("/commitments?state=draft")
    assert promises.DRAFT in visitor.text("/commitments/mine")


def test_a_draft_is_public_only_where_it_was_proposed_before(shared_demo: Demo) -> None:
    statement = (
        select(Commitment.proposed_on, RecordAudience.label)
        .join(RecordAudience, RecordAudience.record_id == Record.id)
        .where(Commitment.state == "draft")
    )
    with shared_demo.database.reading() as unit:
        rows = unit.execute(statement).all()
    assert {row.proposed_on is not None for row in rows if row.label == "public"} == {True}
    assert {row.label for row in rows if row.proposed_on is None and not row.label.startswith("org:")} <= {"stewards"}


def test_what_a_draft_said_before_it_was_proposed_is_nobody_elses_business(demo: Demo) -> None:
    manager = demo.client_as("manager")
    path = f"/commitments/{promises.DRAFT}"
    values = manager.form(path + "/edit")
    secret = "Entregar algo que todavía es un secreto"
    assert manager.post(path + "/edit", values | {"title": secret}).status_code == 303
    values = manager.form(path + "/edit")
    assert manager.post(path + "/edit", values | {"title": "Entregar doce bombas de agua"}).status_code == 303
    assert manager.send(path + "/proposal").status_code == 303
    assert secret not in demo.guest().text(f"/history/commitment/{promises.DRAFT}")
    assert secret not in demo.guest().text("/activity")
    assert secret in manager.text(f"/history/commitment/{promises.DRAFT}")
