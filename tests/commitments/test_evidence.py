"""What a verification rests on: without accepted evidence there is none, and when the evidence goes, it falls."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from observatory.aspects.attachments import service as attachments
from observatory.aspects.attachments.models import Attachment
from observatory.aspects.comments import service as comments
from observatory.aspects.comments.models import Comment
from observatory.kernel.errors import Invalid
from observatory.records.models import Record
from observatory.rooms.commitments.models import CommitmentParty, Evidence, Finding
from observatory.rooms.commitments.service import asking, checking, reporting
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.service import merging
from tests.commitments.conftest import PAGE, TODAY, World
from tests.land import seeder


def test_nothing_is_confirmed_without_evidence_that_the_verifier_accepts(world: World) -> None:
    slug = world.claimed()
    piece = world.evidence(slug)
    for told in ({}, {"rejected": piece}, {"accepted": [987_654]}, {"accepted": piece, "rejected": piece}):
        with pytest.raises(Invalid) as refused:
            world.verify(slug, **told)
        assert refused.value.field in {"accepted", "rejected"}
    with world.reading() as unit:
        assert unit.scalars(select(Finding)).all() == [], "what failed left nothing"
        assert unit.scalars(select(Evidence.state)).all() == ["offered"]
    world.verify(slug, accepted=piece)
    assert world.find(slug).state == "verified"


def test_what_is_not_reported_complete_is_not_confirmed(world: World) -> None:
    slug = world.accepted()
    world.report(slug, percent=100)
    with pytest.raises(Invalid) as refused:
        world.verify(slug, accepted=world.evidence(slug))
    assert refused.value.field == "finding"
    world.verify(slug, finding="partly", accepted=world.evidence(slug))
    assert world.find(slug).state == "in_progress"


def test_evidence_of_another_commitment_or_of_a_replaced_report_counts_for_nothing(world: World) -> None:
    other, slug = world.claimed(), world.claimed()
    with pytest.raises(Invalid):
        world.verify(slug, accepted=world.evidence(other))
    old = world.evidence(slug)
    with world.reading() as unit:
        last = unit.scalars(select(Evidence.update_id).where(Evidence.id == old[0])).one()
    told: dict[str, Any] = {"reason": "Era otra acta.", "narrative": "La obra está completa.", "as_of": TODAY}
    world.do("alcaldesa", reporting.supersede, slug, update=last, complete=True, **told)
    assert world.evidence(slug) == []
    with pytest.raises(Invalid):
        world.verify(slug, accepted=old)


def with_a_file(world: World, **more: Any) -> tuple[str, int]:
    """A commitment that was verified by a file alone, and the number of that file."""
    slug = world.accepted(**more)
    world.report(slug, complete=True, evidence=[world.file()], files=world.files)
    world.verify(slug, accepted=world.evidence(slug))
    assert world.find(slug).state == "verified"
    with world.reading() as unit:
        return slug, unit.scalars(select(Attachment.id)).one()


def on_file(world: World, who: str, verb: Any, number: int, **values: Any) -> None:
    with world.unit() as unit:
        file = unit.get_one(Attachment, number)
        unit.refresh(file, ["record"])
        verb(world.actor(who), file, **values)


def test_a_verification_falls_with_the_file_that_it_rests_on(world: World) -> None:
    slug, number = with_a_file(world)
    claimed_on = world.find(slug).claimed_on
    on_file(world, "alcaldesa", attachments.withdraw, number, reason="Contenía nombres.")
    found = world.find(slug)
    assert (found.state, found.verified_on, found.claimed_on) == ("reported_complete", None, claimed_on)
    assert world.events(slug)[-2:] == ["FileWithdrawn", "EvidenceLost"]
    assert world.evidence(slug) == []
    on_file(world, "alcaldesa", attachments.bring_back, number)
    assert world.find(slug).state == "reported_complete", "nobody has looked at it anew"
    world.verify(slug, "veedora", accepted=world.evidence(slug))
    assert world.find(slug).state == "verified"


def test_a_file_that_was_erased_is_lost_too_and_withdrawing_it_first_is_told_once(world: World) -> None:
    slug, number = with_a_file(world)
    on_file(world, "alcaldesa", attachments.withdraw, number, reason="Contenía nombres.")
    on_file(world, "alcaldesa", attachments.erase, number, reason="Contenía nombres.", drop=lambda contents: None)
    assert world.find(slug).state == "reported_complete"
    assert world.events(slug).count("EvidenceLost") == 1


def test_a_file_that_moderators_hide_is_lost_too(world: World) -> None:
    slug, number = with_a_file(world)
    with world.unit() as unit:
        file = unit.get_one(Attachment, number)
        comment = unit.get_one(Comment, file.comment_id)
        unit.refresh(comment, ["record"])
        comments.hide(world.actor("moderadora"), comment, reason="private", words="Muestra un documento.")
    assert world.find(slug).state == "reported_complete"
    assert "EvidenceLost" in world.events(slug)


def test_a_verification_that_rests_on_more_than_the_file_stands(world: World) -> None:
    slug = world.accepted()
    world.report(slug, complete=True, evidence=[world.file(), PAGE], files=world.files)
    world.verify(slug, accepted=world.evidence(slug))
    with world.reading() as unit:
        number = unit.scalars(select(Attachment.id)).one()
    on_file(world, "alcaldesa", attachments.withdraw, number, reason="Contenía nombres.")
    assert world.find(slug).state == "verified"


@pytest.mark.parametrize("finding", ["partly", "cannot_determine", "not_confirmed"])
def test_a_later_finding_that_rejects_the_only_evidence_ends_the_verification(world: World, finding: str) -> None:
    slug = world.verified()
    world.verify(slug, "veedora", finding, rejected=world.evidence(slug))
    found = world.find(slug)
    assert found.state == ("in_progress" if finding == "not_confirmed" else "reported_complete")
    assert found.verified_on is None


def test_a_refutation_settles_what_was_said_and_only_a_confirmation_clears_it(world: World) -> None:
    slug = world.claimed()
    world.do("ciudadana", checking.dispute, slug, words="No llega agua a Yacango")
    with pytest.raises(Invalid):
        world.do("ciudadana", checking.dispute, slug, words="Sigue sin llegar agua")
    assert world.find(slug).open_disputes == 1
    world.verify(slug, finding="not_confirmed")
    found = world.find(slug)
    assert (found.state, found.claimed_on, found.open_disputes) == ("in_progress", None, 0)
    world.report(slug, complete=True)
    world.verify(slug, "veedora", "cannot_determine")
    assert world.find(slug).last_finding == "not_confirmed"
    world.verify(slug, accepted=world.evidence(slug))
    assert (world.find(slug).state, world.find(slug).last_finding) == ("verified", "confirmed")


def test_the_body_asks_a_verifier_who_could_look_once_until_it_has_looked(world: World) -> None:
    slug, ids = world.claimed(), world.organisations
    for never in ("municipalidad", "comunidad", "comite", "sinsector", "secreta"):
        with pytest.raises(Invalid):
            world.do("secretaria", asking.ask_verifier, slug, organisation_id=ids[never])
    world.do("secretaria", asking.ask_verifier, slug, organisation_id=ids["universidad"])
    with pytest.raises(Invalid):
        world.do("secretaria", asking.ask_verifier, slug, organisation_id=ids["universidad"])
    world.verify(slug, finding="cannot_determine")
    world.do("secretaria", asking.ask_verifier, slug, organisation_id=ids["universidad"])
    assert world.events(slug).count("VerifierWasAsked") == 2


def merge(world: World, old: str, heir: str) -> None:
    with world.unit() as unit:
        found = unit.get_one(Organisation, world.organisations[old])
        told: dict[str, Any] = {"on": TODAY, "reason": "Se fusionaron las dos."}
        merging.merge(seeder(), found, how="merged", successors=[world.organisations[heir]], **told)


def test_what_an_organisation_owes_goes_along_when_it_is_merged(world: World) -> None:
    ids = world.organisations
    told: dict[str, Any] = {"nature": "company_obligation", "accountable_id": ids["filial"]}
    both = [ids["minera-alta"], ids["ong"]]
    open_ = world.accepted("fiscal", oversight_id=ids["fiscalizadora"], responsible=[ids["ong"]], **told)
    helps = world.accepted(responsible=[ids["filial"]], contributing=[*both, ids["filial"]])
    draft = world.draft(**told, oversight_id=ids["fiscalizadora"])
    closed = world.accepted("fiscal", oversight_id=ids["fiscalizadora"], **told)
    world.decide(closed, "cancellation")
    merge(world, "filial", "minera-alta")
    for slug in (open_, draft):
        assert world.find(slug).accountable_id == ids["minera-alta"]
    for slug in (open_, helps, draft):
        assert world.events(slug)[-1] == "DutyPassed"
    assert world.find(closed).accountable_id == ids["filial"], "what was closed is told as it was"
    with world.reading() as unit:
        parties = select(CommitmentParty.role, CommitmentParty.organisation_id)
        found = {tuple(row) for row in unit.execute(parties.join(Record, Record.id == CommitmentParty.commitment_id)
                                                    .where(Record.slug == helps))}  # fmt: skip
    assert found == {("responsible", both[0]), ("contributing", both[0]), ("contributing", both[1])}
    world.report(open_, "minero", percent=10)
    with pytest.raises(Invalid):
        world.decide(open_, "due_date")
