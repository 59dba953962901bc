"""Who an agreement names to verify it is written to once it is reported complete, and not before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment, VerifierAsked
from observatory.rooms.commitments.queries import cases, dossiers, holdings
from observatory.rooms.commitments.service import asking, checking, deciding, reporting
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.service import merging
from observatory.rooms.roundtables.service import meeting, minutes
from tests.app import words
from tests.land import seeder
from tests.roundtables.meetings import DAY, Meeting, opened, whole
from tests.roundtables.test_minutes import signed_by
from tests.roundtables.test_preparing import mails
from tests.roundtables.world import World

SIGNERS = ("secretaria", "comunera", "alcaldesa", "minero")
ASKED = "You are asked to verify"
LINK = "https://obs.example/commitments/1"


def do(world: World, who: str, verb: Any, **values: Any) -> Any:
    """Let somebody do something to the only commitment there is."""
    with world.unit() as unit:
        found = unit.scalars(select(Commitment)).one()
        actor = world.actor(who)
        return verb(actor, cases.case_of(actor, found), **values)


def published(world: World, verifier: str) -> Meeting:
    """A session with one agreement, whose minutes everybody has signed and that are about to be published."""
    made = opened(world)
    told = whole(world) | {"verifier_id": world.organisations[verifier]}
    made.agree("Canal de riego", **told, expected_result="12 km de canal revestido.")
    made.do(meeting.end_session)
    do(world, "secretaria", commitments.edit, planned_evidence="Acta de recepción de la obra.")
    made.do(minutes.circulate, amend_until=DAY + dt.timedelta(7))
    signed_by(made, *SIGNERS)
    return made


def slug_of(world: World) -> str:
    with world.reading() as unit:
        return str(unit.scalars(select(Commitment.slug)).one())


def asked(world: World) -> list[str]:
    """To whom it was written that they are asked to verify something."""
    return [to for to, _subject, body in mails(world) if LINK in body]


def owed(world: World, who: str) -> str:
    world.act_as(who)
    return words(world.text("/commitments/mine"))


def report(world: World, **values: Any) -> None:
    told = {"narrative": "Se revistieron los tramos acordados.", "as_of": world.today, "link": LINK}
    evidence = [{"title": "Acta", "url": "https://example.org/acta"}]
    do(world, "alcaldesa", reporting.report, **told, evidence=evidence, **values)


def test_whom_an_agreement_names_is_asked_once_it_is_reported_complete(own_world: World) -> None:
    world = own_world
    made = published(world, "contraloria")
    made.do(minutes.publish)
    do(world, "alcaldesa", commitments.accept)
    world.act_as("guest")
    page = f"/commitments/{slug_of(world)}"
    assert "named by the agreement: Contraloría de Prueba" in words(world.text(page))
    report(world, percent=50)
    assert asked(world) == [] and ASKED not in owed(world, "auditor"), "there is nothing to look at yet"
    report(world, complete=True)
    assert asked(world) == ["t4@example.org"] and ASKED in owed(world, "auditor")
    world.act_as("guest")
    assert "asked: Contraloría de Prueba, Mar 20, 2026" in words(world.text(page))
    report(world, complete=True)
    assert len(asked(world)) == 1, "it was reported complete already"


@pytest.mark.parametrize("finding", ["not_confirmed", "partly", "cannot_determine"])
def test_who_did_not_confirm_it_is_asked_again_when_it_is_reported_again(own_world: World, finding: str) -> None:
    world = own_world
    made = published(world, "contraloria")
    made.do(minutes.publish)
    do(world, "alcaldesa", commitments.accept)
    report(world, complete=True)
    told = {"method": "Visita", "narrative": "Faltan dos tramos del canal.", "looked_on": world.today}
    do(world, "auditor", checking.verify, finding=finding, **told)
    assert ASKED not in owed(world, "auditor")
    report(world, complete=True)
    assert asked(world) == ["t4@example.org"] * 2 and ASKED in owed(world, "auditor")


def test_who_became_a_party_since_is_not_asked_and_the_body_is_told(own_world: World) -> None:
    world = own_world
    made = published(world, "ong")
    made.do(minutes.publish)
    do(world, "alcaldesa", commitments.accept)
    do(world, "vocera", deciding.pledge, form="in_kind", what="Cemento para el canal")
    report(world, complete=True)
    assert asked(world) == ["t0@example.org", "t1@example.org"], "those who speak for the body"
    assert ASKED not in owed(world, "vocera")
    report(world, complete=True)
    assert len(asked(world)) == 2, "once"
    do(world, "secretaria", asking.ask_verifier, organisation_id=world.organisations["contraloria"], link=LINK)
    with pytest.raises(Invalid, match="was asked already"):
        do(world, "secretaria", asking.ask_verifier, organisation_id=world.organisations["contraloria"])


def test_what_is_only_named_is_not_told_as_asked(own_world: World) -> None:
    """In the dossier of the next brief, and in what an office hands over."""
    world = own_world
    made = published(world, "contraloria")
    made.do(minutes.publish)
    do(world, "alcaldesa", commitments.accept)

    def told() -> tuple[str, str]:
        with world.land.app.test_request_context("/?lang=en"), world.reading() as unit:
            id = unit.scalars(select(Commitment.id)).one()
            facts = dict(dossiers.of(Actor.guest(), [id])[id].facts)
            (held,) = holdings.verifications(Actor.guest(), world.organisations["contraloria"])
            return " ".join(name for name in facts if name.endswith("to verify")), str(held.why)

    assert told() == ("Named to verify", "an agreement names it to verify this")
    report(world, complete=True)
    assert told() == ("Asked to verify", "asked on Mar 20, 2026 to verify it")


def test_a_secretary_may_ask_before_and_then_it_is_asked_at_once(own_world: World) -> None:
    world = own_world
    made = published(world, "contraloria")
    made.do(minutes.publish)
    do(world, "alcaldesa", commitments.accept)
    do(world, "secretaria", asking.ask_verifier, organisation_id=world.organisations["contraloria"], link=LINK)
    assert asked(world) == ["t4@example.org"] and ASKED in owed(world, "auditor")
    report(world, complete=True)
    assert asked(world) == ["t4@example.org"] * 2, "and told that it is reported complete"
    report(world, percent=60)
    report(world, complete=True)
    assert asked(world) == ["t4@example.org"] * 3, "it was taken back meanwhile"


def test_minutes_are_published_though_who_was_named_is_no_more(own_world: World) -> None:
    world = own_world
    made = published(world, "ong")
    with world.unit() as unit:
        found = unit.get_one(Organisation, world.organisations["ong"])
        merging.merge(
            seeder(),
            found,
            how="merged",
            successors=[world.organisations["minera-alta"]],
            on=world.today,
            reason="Se fusionó.",
        )
    made.do(minutes.publish, commitment_link=lambda slug: LINK)
    with world.reading() as unit:
        assert unit.scalars(select(Commitment.state)).one() == "proposed"
        assert unit.scalars(select(VerifierAsked)).all() == []
    assert any(LINK in body for to, _subject, body in mails(world) if to == "t0@example.org"), "the body is told"
