"""Who may verify a commitment, and who never: by sector, by control, by any mandate since it was proposed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel import clock
from observatory.kernel.errors import Refused
from observatory.kernel.policy import VERBS, Actor
from observatory.people.models import Mandate, Person
from observatory.rooms.commitments import service
from observatory.rooms.commitments.service import checking, deciding
from observatory.rooms.organisations import service as organisations
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.service import merging
from tests.commitments.conftest import PEOPLE, TODAY, World, give
from tests.land import seeder


def refusal(world: World, slug: str, who: str, under: str | None = None) -> str:
    """Why somebody may not verify a commitment; empty where they may."""
    with world.unit():
        actor = world.actor(who, under)
        reason = VERBS["commitments.verify"].rule.reason(actor, world.case(actor, slug))
        return str(reason or "")


ROLE, SECTOR, TIES, STATE = "act as a verifier", "another sector", "under the same control", "suspended nor closed"


def test_who_may_verify_what_a_company_owes(world: World) -> None:
    slug = world.of_the_company()
    expected = {
        **dict.fromkeys(PEOPLE, ROLE),
        "perito municipal": "", "veedora": "", "profesor": "",
        "perito minero": SECTOR, "veedor del comité": SECTOR, "perito sin sector": SECTOR, "perita comunal": TIES,
        "perita de la fundación": TIES, "perito del instituto": TIES, "doble": TIES,
    }  # fmt: skip
    for who, why in expected.items():
        found = refusal(world, slug, who)
        assert (why in found) if why else (found == ""), (who, found)
    assert ROLE in refusal(world, slug, "doble", "minera-alta")


def test_independent_sisters_of_the_party_verify_what_another_owes(world: World) -> None:
    slug = world.claimed()
    assert {who for who in PEOPLE if not refusal(world, slug, who)} == {
        "profesor", "veedora", "perito minero", "perita de la fundación", "perito del instituto", "doble",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("owing", "verifier"),
    [
        ("minera-alta", "perita de la fundación"),
        ("filial", "perita de la fundación"),
        ("filial", "perito del instituto"),
    ],
    ids=["child", "sister", "sister of another sector"],
)
def test_whoever_is_under_the_control_of_a_party_or_of_its_parent_never_verifies(
    world: World, owing: str, verifier: str
) -> None:
    ids = world.organisations
    slug = world.accepted(
        "fiscal", nature="company_obligation", accountable_id=ids[owing], oversight_id=ids["fiscalizadora"]
    )
    assert TIES in refusal(world, slug, verifier)
    assert not refusal(world, slug, "veedora") and not refusal(world, slug, "profesor")


def control(world: World, child: str, parent: str, **when: Any) -> None:
    with world.unit() as unit:
        found = unit.get_one(Organisation, world.organisations[child])
        organisations.record_control(seeder(), found, parent_id=world.organisations[parent], **when)


def test_whoever_controls_a_party_never_verifies_from_far_above_either(world: World) -> None:
    slug = world.of_the_company()
    assert not refusal(world, slug, "profesor")
    control(world, "minera-alta", "sinsector")
    control(world, "sinsector", "universidad")
    assert TIES in refusal(world, slug, "profesor"), "the parent of its parent"
    ids = world.organisations
    theirs = world.accepted(
        "fiscal", nature="company_obligation", accountable_id=ids["filial"], oversight_id=ids["fiscalizadora"]
    )
    assert TIES in refusal(world, theirs, "profesor"), "three steps up"


@pytest.mark.parametrize(("days", "tied"), [(-1, False), (0, True), (1, True)])
def test_control_counts_from_the_day_of_the_proposal_even_when_it_ended(world: World, days: int, tied: bool) -> None:
    slug = world.of_the_company()
    control(world, "ong", "minera-alta", to_on=TODAY + dt.timedelta(days=days))
    world.today += dt.timedelta(days=30)
    assert bool(refusal(world, slug, "veedora")) == tied


MOMENT = dt.datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=clock.LIMA)
BEFORE, AFTER = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
MANDATES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"to_on": AFTER}, True),
    ({"to_on": TODAY}, True),
    ({"to_on": BEFORE}, False),
    ({"revoked_at": MOMENT + dt.timedelta(days=5)}, True),
    ({"revoked_at": MOMENT}, True),
    ({"revoked_at": MOMENT - dt.timedelta(seconds=1)}, False),
    ({"from_on": AFTER}, True),
    ({"approved_at": None}, False),
    ({"approved_at": None, "declined_at": MOMENT}, False),
]
"""A mandate of a party, and whether it bars from verifying what was proposed today."""


def test_who_had_any_mandate_of_a_party_since_it_was_proposed_never_verifies(world: World) -> None:
    slug = world.of_the_company(contributing=[world.organisations["fundacion"]])
    tried = [(party, *each) for party in ("minera-alta", "comunidad", "fundacion", "filial") for each in MANDATES]
    for number, (party, when, _tied) in enumerate(tried):
        with world.unit() as unit:
            person = Person(email=f"more{number}@example.org", name=f"perito {number}")
            unit.add(person)
            unit.flush()
            verifies = give(unit, person.id, world.organisations["universidad"], "verifier")
            world.mandates[person.name, "universidad"] = verifies.id
            give(unit, person.id, world.organisations[party], "representative", **when)
    world.today += dt.timedelta(days=40)
    for number, (party, when, tied) in enumerate(tried):
        found = refusal(world, slug, f"perito {number}", "universidad")
        assert (TIES in found) == tied, (party, when, found)
    assert not refusal(world, slug, "profesor"), "their colleagues may"


def test_a_party_of_any_kind_bars_its_whole_sector(world: World) -> None:
    ids = world.organisations
    slug = world.accepted(responsible=[ids["minera-alta"]], contributing=[ids["universidad"]])
    assert {who for who in PEOPLE if not refusal(world, slug, who)} == {"veedora"}


def test_whoever_pledged_never_verifies_not_even_when_nothing_came_of_it(world: World) -> None:
    slug = world.accepted()
    given = world.do("vocera de la ong", deciding.pledge, slug, form="cash", what="Tuberías", amount=Decimal("100"))
    assert TIES in refusal(world, slug, "veedora")
    world.do("vocera de la ong", deciding.lapse, slug, contribution=given.id, reason="No llegó el dinero.")
    assert TIES in refusal(world, slug, "veedora")


def test_a_contribution_bars_a_whole_sector_once_somebody_saw_it_handed_over(world: World) -> None:
    slug = world.accepted()
    given = world.do("rectora", deciding.pledge, slug, form="expertise", what="Estudio del agua")
    assert TIES in refusal(world, slug, "profesor") and not refusal(world, slug, "perito del instituto")
    world.do("rectora", deciding.deliver, slug, contribution=given.id)
    with pytest.raises(Refused):
        world.do("profesor", deciding.confirm_contribution, slug, contribution=given.id)
    world.do("veedora", deciding.confirm_contribution, slug, contribution=given.id)
    assert SECTOR in refusal(world, slug, "perito del instituto")


def test_whoever_took_part_for_a_body_that_is_no_party_does_not_verify_either(world: World) -> None:
    slug = world.of_the_company()
    with world.unit() as unit:
        person = unit.scalars(select(Person.id).where(Person.name == "fiscal")).one()
        world.mandates["fiscal", "universidad"] = give(unit, person, world.organisations["universidad"], "verifier").id
    assert "anything in it yourself" in refusal(world, slug, "fiscal", "universidad")
    assert not refusal(world, world.claimed(), "fiscal", "universidad")


@pytest.mark.parametrize("who", ["profesor", "rectora"])
def test_whoever_says_that_it_is_not_done_does_not_also_judge_it_until_that_is_settled(world: World, who: str) -> None:
    slug = world.claimed()
    said = world.do(who, checking.dispute, slug, words="No llega agua a Yacango")
    assert "not done" in refusal(world, slug, "profesor"), "nor does anybody of the same house"
    assert not refusal(world, slug, "veedora")
    world.do(who, checking.settle, slug, dispute=said.id)
    assert not refusal(world, slug, "profesor")


def test_what_became_of_a_party_and_whoever_spoke_for_it_before_never_verify(world: World) -> None:
    ids = world.organisations
    slug = world.claimed(contributing=[ids["fundacion"]])
    with world.unit() as unit:
        person = unit.scalars(select(Person.id).where(Person.name == "profesor")).one()
        give(unit, person, ids["fundacion"], "representative")
        stays = unit.get_one(Organisation, ids["fundacion"])
        told: dict[str, Any] = {"on": TODAY, "reason": "Se fusionaron las dos."}
        merging.merge(seeder(), stays, how="merged", successors=[ids["ong"]], **told)
    assert refusal(world, slug, "veedora"), "the heir"
    assert TIES in refusal(world, slug, "profesor"), "who spoke for what it was"


def test_only_a_commitment_that_was_accepted_and_is_not_closed_is_verified(world: World) -> None:
    slug = world.proposed()
    assert STATE in refusal(world, slug, "profesor")
    world.do("alcaldesa", service.accept, slug)
    assert not refusal(world, slug, "profesor")
    world.decide(slug, "suspension")
    assert STATE in refusal(world, slug, "profesor")
    world.decide(slug, "resumption")
    world.decide(slug, "cancellation")
    assert STATE in refusal(world, slug, "profesor")


def test_nobody_verifies_under_a_mandate_that_is_over(world: World) -> None:
    slug = world.claimed()
    with world.unit() as unit:
        unit.get_one(Mandate, world.mandates["profesor", "universidad"]).revoke("Se fue.")
    assert ROLE in refusal(world, slug, "profesor")
    with pytest.raises(Refused):
        world.verify(slug, "profesor", accepted=world.evidence(slug))


def test_the_parties_of_a_case_are_whoever_owes_carries_out_or_contributes_and_apart_who_posted_it(
    world: World,
) -> None:
    ids = world.organisations
    slug = world.accepted(responsible=[ids["ong"]], contributing=[ids["universidad"], ids["filial"]])
    with world.unit():
        case = world.case(Actor.guest(), slug)
        named = {"municipalidad", "ong", "universidad", "filial"}
        assert set(case.parties) == {ids[each] for each in named}
        assert case.responsible == {ids["ong"]}
        assert case.bound == {ids[each] for each in (*named, "minera-alta", "fundacion", "instituto")}
        assert case.keeper == {ids["comunidad"]}
