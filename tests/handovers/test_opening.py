"""What nobody opened opens by itself: once, before the last day or shortly after, and only for offices that have terms."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from observatory.app import drainer_of
from observatory.app import registry as registry_of
from observatory.kernel.errors import Invalid
from observatory.kernel.outbox import Outgoing
from observatory.kernel.pages import registry
from observatory.people.models import Mandate, Person
from observatory.rooms.commitments.service import deciding
from observatory.rooms.handovers.models import Handover
from observatory.rooms.handovers.service import opening
from tests.app import words
from tests.handovers.world import AFTER, BEFORE, LAST, World


def due(world: World) -> int:
    with world.moment(), world.request():
        return opening.open_due(
            world.land.database, world.land.app.extensions["observatory.settings"], registry().holdings
        )


def opened(world: World) -> list[tuple[dt.date, str, str]]:
    with world.reading() as unit:
        return [
            (each.term_ends_on, each.act, each.state) for each in unit.scalars(select(Handover).order_by(Handover.id))
        ]


def test_an_office_whose_term_ends_finds_its_inventory_drawn_up(own_world: World) -> None:
    world = own_world
    world.a_commitment()
    world.today = dt.date(2026, 10, 31)
    assert (due(world), opened(world)) == (0, []), "more than sixty days away"
    world.today = dt.date(2026, 11, 1)
    assert due(world) == 1
    assert opened(world) == [(LAST, "", "open")]
    assert due(world) == 0, "once"
    with world.reading() as unit:
        number = unit.scalars(select(Handover.id)).one()
        told = {row.recipient for row in unit.scalars(select(Outgoing)) if f"/handovers/{number}" in row.body}
    assert {"owed", "mandates"} <= set(world.sources(number)) and world.events(number) == ["HandoverOpened"]
    assert told, "its people are written to"
    world.act_as("guest")
    page = words(world.text(f"/handovers/{number}"))
    assert "Construir doce kilómetros de canal" in page
    world.act_as("saliente")
    told_by_act = {"term_ends_on": LAST.isoformat(), "act": "Resolución 1234-2026-JNE", "proclaimed_by": "JNE"}
    assert world.send(f"/handovers/{number}/edit", **told_by_act).status_code == 303, (
        "the act is added when it is known"
    )


def test_what_is_done_every_day_is_found_and_sent_in_the_same_round(own_world: World) -> None:
    extensions = own_world.land.app.extensions
    order = list(
        drainer_of(extensions["observatory.settings"], own_world.land.database, extensions["observatory.shelf"]).jobs
    )
    assert max(map(order.index, registry_of().daily)) < min(order.index("search"), order.index("mail"))


def test_what_no_day_saw_is_opened_after_the_term_and_everything_is_orphaned(own_world: World) -> None:
    world = own_world
    world.a_commitment()
    world.today = AFTER
    assert due(world) == 1
    world.act_as("guest")
    assert "orphaned" in words(world.text("/handovers"))


def test_a_term_that_ended_long_ago_is_left_alone(own_world: World) -> None:
    own_world.today = LAST + dt.timedelta(31)
    assert due(own_world) == 0


def test_whoever_opens_it_first_is_the_one(own_world: World) -> None:
    world = own_world
    world.opened()
    assert due(world) == 0
    with pytest.raises(Invalid, match="handover of your organisation already"):
        world.opened(term_ends_on=LAST + dt.timedelta(30))


@pytest.mark.parametrize("change", ["stays", "revoked", "company"])
def test_who_manages_on_ends_no_term_and_companies_have_none(own_world: World, change: str) -> None:
    world = own_world
    with world.unit() as unit:
        own = select(Mandate).join(Person, Person.id == Mandate.person_id)
        manager = unit.scalars(own.where(Person.name == "saliente")).one()
        if change == "stays":
            unit.scalars(own.where(Person.name == "permanente")).one().role = "manager"
        elif change == "revoked":
            manager.revoked_at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
        else:
            manager.organisation_id = world.organisations["minera-alta"]
    world.today = BEFORE
    assert due(world) == 0


def test_pledges_and_minutes_to_sign_are_handed_over_too(own_world: World) -> None:
    world = own_world
    company = world.organisations["minera-alta"]
    kept = world.a_commitment("Reparar la bocatoma del valle")
    world.promise("vocera", deciding.pledge, kept, form="in_kind", what="Cien sacos de cemento")
    with world.reading():
        actor, ong = world.actor("vocera"), world.organisations["ong"]
        [holding] = registry().holdings["pledged"].offer(actor, ong)
        assert "Cien sacos de cemento" in str(holding.why)
        assert registry().holdings["pledged"].offer(actor, company) == []
