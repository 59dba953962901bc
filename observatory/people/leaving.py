"""Mandates when an organisation goes over into another: they end there, and may be asked for anew at its successor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _
from observatory.people import policy
from observatory.people.events import MandateRevoked
from observatory.people.giving import tell_managers, tell_person
from observatory.people.models import OPERATOR_ROLES, Mandate, Person
from observatory.records.history import note
from observatory.records.models import Record


def live(actor: Actor, organisation_id: int) -> list[Any]:
    """The live mandates of an organisation with whose they are, as rows (id, role, title, name)."""
    statement = (
        select(Mandate.id, Mandate.role, Mandate.title, Person.name)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.organisation_id == organisation_id, Mandate.is_live(clock.today()))
    )
    return list(db.session.execute(statement.order_by(Mandate.role, Person.name)))


def runs_the_instance(organisation_id: int) -> bool:
    """Whether a live mandate of this organisation gives power over the instance."""
    found = select(Mandate.id).where(
        Mandate.organisation_id == organisation_id, Mandate.role.in_(OPERATOR_ROLES), Mandate.is_live(clock.today())
    )
    return db.session.scalar(found.limit(1)) is not None


@verb(policy.is_steward)
def leave(actor: Actor, organisation: Record, *, heir: Record, carried: Collection[int], reason: str) -> None:
    """End the live mandates of an organisation that went over; those in `carried` become requests to its heir."""
    mandates = select(Mandate).where(Mandate.organisation_id == organisation.id, Mandate.is_live(clock.today()))
    asked = False
    for mandate in list(db.session.scalars(mandates.order_by(Mandate.id))):
        mandate.revoke(reason)
        fact = MandateRevoked(person_id=mandate.person_id, role=mandate.role, reason=reason)
        note(actor, organisation, fact)
        tell_person(mandate, lambda title: _("Your mandate for %(organisation)s was ended", organisation=title))
        if mandate.id in carried and not _has(mandate, heir.id):
            db.session.add(
                Mandate(
                    person_id=mandate.person_id, organisation_id=heir.id, role=mandate.role, title=mandate.title,
                    from_on=clock.today(), to_on=mandate.to_on, appointing_act=mandate.appointing_act,
                    message=f"{organisation.title}: {reason}"[:1000],
                )
            )  # fmt: skip
            asked = True
    if asked:
        tell_managers(heir)


def _has(mandate: Mandate, heir_id: int) -> bool:
    same = select(Mandate).where(
        Mandate.person_id == mandate.person_id, Mandate.organisation_id == heir_id, Mandate.role == mandate.role
    )
    return any(each.state() in {"requested", "active", "coming"} for each in db.session.scalars(same))
