"""What people try by mistake, and what happens elsewhere to what a commitment rests on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel.errors import Invalid, NotFound, Refused, Stale
from observatory.rooms.commitments import service
from observatory.rooms.commitments.models import ProgressUpdate
from observatory.rooms.commitments.service import deciding, reporting
from tests.commitments.conftest import DUE, PROMISED, STEPS, TODAY, World

DAY = dt.timedelta(days=1)


def proposing_fails(world: World, **values: Any) -> Invalid:
    """Why a draft with these values is not proposed; it stays a draft."""
    slug = world.draft(**values)
    with pytest.raises(Invalid) as refused:
        world.do("comunera", service.propose, slug)
    assert world.find(slug).state == "draft" and world.events(slug) == ["CommitmentDrafted"]
    return refused.value


def test_a_joint_promise_that_nobody_alone_owes_is_not_proposed(world: World) -> None:
    told = {"accountable_id": None, "accountable_as_written": "La Municipalidad y Minera Alta"}
    found = proposing_fails(world, **told)
    assert found.field == "accountable_id" and "split a joint promise" in str(found.message)
    assert "Name the one organisation" in str(proposing_fails(world, accountable_id=None).message)


def test_a_public_service_is_not_owed_by_a_company_nor_an_obligation_by_a_public_body(world: World) -> None:
    ids = world.organisations
    found = proposing_fails(world, accountable_id=ids["minera-alta"], contributing=[ids["ong"]])
    assert found.field == "accountable_id" and "owed by a public body" in str(found.message)
    found = proposing_fails(world, nature="company_obligation", oversight_id=ids["fiscalizadora"])
    assert found.field == "accountable_id"
    told = {"nature": "company_obligation", "accountable_id": ids["minera-alta"]}
    assert proposing_fails(world, **told).field == "oversight_id", "nobody would accept it"
    assert proposing_fails(world, **told, oversight_id=ids["ong"]).field == "oversight_id"
    assert proposing_fails(world, nature="civil_society", accountable_id=ids["filial"]).field == "accountable_id"


@pytest.mark.parametrize(
    "missing",
    ["verbatim", "expected_result", "planned_evidence", "document", "promised_on", "money", "place", "nature"],
)
def test_a_draft_may_lack_anything_and_a_proposal_nothing(world: World, missing: str) -> None:
    assert proposing_fails(world, **{missing: None}).field == missing


def test_nothing_is_due_before_the_day_of_its_document_nor_promised_tomorrow(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.draft(due_on=PROMISED - DAY)
    assert refused.value.field == "due_on"
    slug = world.draft(due_on=PROMISED)
    with pytest.raises(Invalid):
        world.do("comunera", service.edit, slug, promised_on=PROMISED + DAY)
    assert world.find(slug).promised_on == PROMISED
    assert proposing_fails(world, promised_on=TODAY + DAY).field == "promised_on"
    world.do("comunera", service.propose, slug)


@pytest.mark.parametrize("weights", [[40, 59], ["33.33", "33.33", "33.33"], [100, "0.01"], [50], ["99.99"]], ids=str)
def test_milestones_that_do_not_add_up_to_the_whole_are_not_proposed(world: World, weights: list[Any]) -> None:
    steps = [{"title": f"Paso {n}", "weight": Decimal(str(w)), "due_on": None} for n, w in enumerate(weights)]
    found = proposing_fails(world, milestones=steps)
    assert found.field == "milestones"


@pytest.mark.parametrize("weight", [0, -10, 101, None], ids=str)
def test_a_milestone_without_a_part_of_the_whole_is_not_even_kept(world: World, weight: Any) -> None:
    weight = Decimal(weight) if weight is not None else None
    with pytest.raises(Invalid) as refused:
        world.draft(milestones=[{"title": "Zanjas", "weight": weight}])
    assert refused.value.field == "milestones"


@pytest.mark.parametrize("day", [DUE + DAY, PROMISED - DAY], ids=["after the whole", "before the promise"])
def test_a_milestone_lies_between_the_promise_and_its_date(world: World, day: dt.date) -> None:
    steps = [{"title": "Zanjas", "weight": Decimal(100), "due_on": day}]
    assert proposing_fails(world, milestones=steps).field == "milestones"


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "1e30", "Infinity"])
def test_an_amount_that_is_no_sum_of_money_is_refused(world: World, amount: str) -> None:
    with pytest.raises(Invalid) as refused:
        world.draft(amount=Decimal(amount))
    assert refused.value.field == "amount"
    slug = world.accepted()
    with pytest.raises(Invalid) as refused:
        world.do("minero", deciding.pledge, slug, form="cash", what="Tuberías", amount=Decimal(amount))
    assert refused.value.field == "amount"


def test_only_organisations_and_sites_that_everyone_sees_are_named(world: World) -> None:
    ids = world.organisations
    for values in (
        {"accountable_id": ids["secreta"]}, {"responsible": [ids["secreta"]]}, {"contributing": [987_654]},
        {"oversight_id": 987_654}, {"site_id": ids["ong"]}, {"accountable_id": -1},
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            world.draft(**values)
        assert refused.value.field == next(iter(values))


def test_a_returned_promise_can_be_changed_and_stays_in_view(world: World) -> None:
    slug = world.proposed()
    with pytest.raises(Invalid):
        world.do("alcaldesa", service.send_back, slug, reason="no")
    world.do("alcaldesa", service.send_back, slug, reason="El plazo no alcanza.")
    with world.reading():
        assert world.case(world.actor("guest"), slug).commitment.state == "draft"
    world.do("comunera", service.edit, slug, due_on=DUE + 90 * DAY)
    world.do("comunera", service.propose, slug)
    found = world.find(slug)
    assert found.due_original == found.due_current == DUE + 90 * DAY
    assert world.events(slug)[-3:] == ["CommitmentReturned", "CommitmentEdited", "CommitmentProposed"]
    with pytest.raises(NotFound):
        world.do("guest", service.propose, world.draft())


def test_two_who_change_it_at_once_do_not_overwrite_each_other(world: World) -> None:
    slug = world.accepted()
    shown = world.find(slug).version
    world.report(slug, percent=20, version=shown)
    for attempt in (
        lambda: world.report(slug, percent=30, version=shown),
        lambda: world.decide(slug, "cancellation", version=shown),
        lambda: world.verify(slug, finding="partly", version=shown),
        lambda: world.do("minero", deciding.pledge, slug, form="cash", what="Tuberías", version=shown),
    ):
        with pytest.raises(Stale) as late:
            attempt()
        assert late.value.version == world.find(slug).version
    assert world.find(slug).progress == 2_000 and world.events(slug).count("ProgressReported") == 1


def test_two_who_edit_a_draft_at_once_see_both_texts(world: World) -> None:
    slug = world.draft()
    shown = world.find(slug).version
    world.do("comunera", service.edit, slug, title="Entregar agua a 350 familias", version=shown)
    with pytest.raises(Stale) as late:
        world.do("comunera", service.edit, slug, title="Entregar agua a 360 familias", version=shown)
    assert late.value.current["title"] == "Entregar agua a 350 familias"
    assert late.value.current["due_on"] == DUE


def test_what_is_below_the_whole_is_not_complete(world: World) -> None:
    plain, stepped = world.accepted(), world.accepted(milestones=STEPS)
    for slug, told in (
        (plain, {"percent": 99}), (stepped, {"percents": [100, 99]}), (stepped, {"percents": [0, 100]}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            world.report(slug, complete=True, **told)
        assert refused.value.field == "complete"
        assert world.find(slug).state == "accepted"
    world.report(stepped, percents=[100, 50])
    found = world.find(stepped)
    assert (found.state, found.progress, found.next_milestone_on) == ("in_progress", 7_000, None)
    world.report(stepped, complete=True)
    assert world.find(stepped).state == "reported_complete"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"percent": None}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"percent": 10, "narrative": "corto"}, "narrative"),
        ({"percent": 10, "as_of": TODAY + DAY}, "as_of"),
        ({"percent": 10, "as_of": PROMISED - DAY}, "as_of"),
        ({"percent": 10, "place": "999999"}, "place"),
        ({"percent": 10, "evidence": [{"url": "ftp://example.org"}]}, "evidence_url"),
        ({"percent": 10, "evidence": [{"attachment_id": 987_654}]}, "attachments"),
    ],
    ids=str,
)
def test_a_report_that_says_too_little_leaves_no_trace(world: World, values: dict[str, Any], field: str) -> None:
    slug = world.accepted()
    with pytest.raises(Invalid) as refused:
        world.report(slug, **values)
    assert refused.value.field == field
    with world.reading() as unit:
        assert unit.scalars(select(ProgressUpdate)).all() == []


def test_only_the_last_report_is_replaced_and_both_stay(world: World) -> None:
    ids = world.organisations
    slug = world.accepted(responsible=[ids["minera-alta"]])
    first, second = world.report(slug, percent=20), world.report(slug, percent=40)
    told: dict[str, Any] = {"narrative": "Contamos mal.", "as_of": TODAY, "percent": 30, "reason": "Error de suma."}
    with pytest.raises(Invalid):
        world.do("alcaldesa", reporting.supersede, slug, update=first.id, **told)
    with pytest.raises(Refused):
        world.do("minero", reporting.supersede, slug, update=second.id, **told)
    with pytest.raises(Invalid):
        world.do("alcaldesa", reporting.supersede, slug, update=second.id, **told | {"reason": "no"})
    third = world.do("alcaldesa", reporting.supersede, slug, update=second.id, **told)
    with pytest.raises(Invalid):
        world.do("alcaldesa", reporting.supersede, slug, update=second.id, **told)
    assert world.find(slug).progress == 3_000
    with world.reading() as unit:
        kept = unit.execute(select(ProgressUpdate.id, ProgressUpdate.percent).order_by(ProgressUpdate.id)).all()
    assert [tuple(row) for row in kept] == [(first.id, 2_000), (second.id, 4_000), (third.id, 3_000)]
    assert world.events(slug)[-2:] == ["ProgressReported", "ReportSuperseded"]
