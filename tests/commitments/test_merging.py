"""What an organisation owes, carries out and pledged goes along when it goes over into another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from observatory.rooms.commitments.models import CommitmentParty
from observatory.rooms.commitments.service import deciding
from tests.commitments.conftest import World
from tests.commitments.test_evidence import merge


def test_what_was_verified_can_still_be_kept_up_by_the_heir_once_the_verification_falls(world: World) -> None:
    ids = world.organisations
    slug = world.accepted(
        "fiscal", nature="company_obligation", accountable_id=ids["filial"], oversight_id=ids["fiscalizadora"]
    )
    world.report(slug, "gerente de la filial", complete=True)
    world.verify(slug, accepted=world.evidence(slug))
    merge(world, "filial", "minera-alta")
    world.verify(slug, "veedora", "not_confirmed")
    assert world.find(slug).state == "in_progress"
    world.report(slug, "minero", percent=50)


def test_what_an_organisation_pledged_is_delivered_by_its_heir(world: World) -> None:
    slug = world.accepted()
    given = world.do("gerente de la filial", deciding.pledge, slug, form="in_kind", what="Tuberías")
    merge(world, "filial", "minera-alta")
    world.do("minero", deciding.deliver, slug, contribution=given.id)


def test_whoever_owes_a_commitment_is_not_also_named_as_carrying_it_out(world: World) -> None:
    ids = world.organisations
    told: dict[str, Any] = {"nature": "company_obligation", "oversight_id": ids["fiscalizadora"]}
    slug = world.accepted("fiscal", accountable_id=ids["minera-alta"], responsible=[ids["filial"]], **told)
    merge(world, "filial", "minera-alta")
    with world.reading() as unit:
        assert unit.scalars(select(CommitmentParty.organisation_id)).all() == []
    assert world.find(slug).accountable_id == ids["minera-alta"]
