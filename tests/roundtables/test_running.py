"""A body's page: drafted, published, who sits there, its term and its end."""

from __future__ import annotations

import datetime as dt

import pytest

from observatory.kernel.errors import Invalid, Refused, Stale
from observatory.kernel.policy import Actor
from observatory.rooms.roundtables import queries, service
from observatory.rooms.roundtables.models import Commission, Seat
from observatory.rooms.roundtables.service import seating
from tests.app import words
from tests.roundtables.world import TODAY, World

GROUPS = {"Comunidades": (1, ("comunidad", "ong")), "Estado": (1, ("ministerio",)), "Empresa": (0, ("minera-alta",))}


def fails(world: World, verb: object, slug: str, **values: object) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        world.do("secretaria", verb, slug, **values)  # type: ignore[arg-type]
    return refused.value.field or "", str(refused.value.message)


def test_a_body_is_written_down_published_and_found(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable(install=False)
    world.act_as("guest")
    world.text(f"/roundtables/{slug}", status=404)
    world.act_as("secretaria")
    assert "Draft" in words(world.text(f"/roundtables/{slug}"))
    assert world.send(f"/roundtables/{slug}/installation").status_code == 303
    world.act_as("guest")
    page = words(world.text(f"/roundtables/{slug}"))
    assert "Resolución 12-2025" in page and "more than 50 % of the seats" in page and "not known" in page
    assert "Mesa del Valle" in world.text("/roundtables") and "Mesa del Valle" in world.text("/roundtables/health")
    assert "Mesa del Valle" in world.text("/places/180106") and "Mesa del Valle" in world.text("/organisations/mesa")
    assert world.events(slug) == ["RoundtableDrafted", "RoundtableInstalled"]


def test_a_body_has_one_page_and_only_a_participation_body_has_one(own_world: World) -> None:
    world = own_world
    world.a_roundtable()
    with pytest.raises(Invalid, match="has the page of its roundtable already"):
        world.a_roundtable()
    with pytest.raises(Refused):
        world.a_roundtable("alcaldesa")
    with pytest.raises(Invalid, match="Name a participation body"):
        world.a_roundtable("guardiana", keeper_id=world.organisations["ministerio"])
    assert world.a_roundtable("guardiana", keeper_id=world.organisations["otra-mesa"], title="Comité de la Cuenca")


def test_without_the_act_that_founded_it_it_is_not_published(own_world: World) -> None:
    slug = own_world.a_roundtable(install=False, founding_act="")
    assert fails(own_world, service.install, slug)[0] == "founding_act"


def test_who_sits_there_is_told_with_since_when_and_for_whom(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    seats = world.seated(slug, GROUPS)
    page = words(world.text(f"/roundtables/{slug}"))
    assert "4 seats · a quorum takes 3 of them" in page and "A quorum needs 1 of their seats." in page
    assert "Minera Alta" in page and "since Jan 1, 2025" in page
    assert "Mesa del Valle" in world.text("/organisations/minera-alta")
    with world.unit():
        seat = world.part(Seat, seats["minera-alta"])
        actor, found = world.actor("secretaria"), world.find(slug)
        seating.end_seat(actor, found, seat=seat, reason="Se retiró de la mesa.", to_on=TODAY - dt.timedelta(1))
    page = words(world.text(f"/roundtables/{slug}"))
    assert "3 seats" in page and "1 seat of before" in page
    assert "Mesa del Valle" not in world.text("/organisations/minera-alta")
    with world.reading():
        assert len(queries.seats(queries.row(Actor.guest(), slug).id, today=dt.date(2026, 1, 1))) == 4, "as it was"
    with pytest.raises(Invalid, match="ended already"), world.unit():
        seating.end_seat(
            world.actor("secretaria"), world.find(slug), seat=world.part(Seat, seats["minera-alta"]), reason="Otra vez."
        )


def test_a_seat_needs_its_group_and_an_organisation_that_is_as_real(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    group = world.do("secretaria", seating.set_constituency, slug, name="Comunidades", needed=1)
    told = {"constituency_id": group, "organisation_id": world.organisations["comunidad"]}
    assert fails(world, seating.give_seat, slug, **{**told, "constituency_id": None})[0] == "constituency_id"
    assert (
        fails(world, seating.give_seat, slug, **{**told, "organisation_id": world.organisations["inventada"]})[0]
        == "organisation_id"
    )
    assert fails(world, seating.give_seat, slug, **told, alternate_id=told["organisation_id"])[0] == "alternate_id"
    world.do("secretaria", seating.give_seat, slug, **told, alternate_id=world.organisations["ong"])
    assert fails(world, seating.give_seat, slug, **told)[0] == "organisation_id"
    assert "in its place: Agua para Todos" in words(world.text(f"/roundtables/{slug}"))
    other = world.a_roundtable("otra", title="Comité de la Cuenca")
    foreign = world.do("otra", seating.set_constituency, other, name="Regantes", needed=0)
    assert fails(world, seating.give_seat, slug, **{**told, "constituency_id": foreign})[0] == "constituency_id"


def test_groups_are_told_apart_by_name_and_may_change_what_they_need(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.do("secretaria", seating.set_constituency, slug, name="Estado", needed=1)
    assert fails(world, seating.set_constituency, slug, name=" Estado ", needed=2) == (
        "name",
        "There is one of this name already.",
    )
    assert fails(world, seating.set_constituency, slug, name="Empresa", needed=-1)[0] == "needed"
    world.act_as("secretaria")
    with world.reading():
        number = queries.constituencies(world.find(slug).id)[0].id
    assert world.send(f"/roundtables/{slug}/constituencies/{number}", name="Estado", needed="3").status_code == 303
    with world.reading():
        assert [each.needed for each in queries.constituencies(world.find(slug).id)] == [3]


def test_commissions_are_formed_of_those_who_sit_there(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.seated(slug, GROUPS)
    members = [world.organisations["comunidad"], world.organisations["minera-alta"]]
    number = world.do(
        "secretaria", seating.form_commission, slug, name="Agua", task="Seguir la calidad.", members=members
    )
    assert fails(world, seating.form_commission, slug, name="Agua")[0] == "name"
    assert (
        fails(world, seating.form_commission, slug, name="Cierre", members=[world.organisations["contraloria"]])[0]
        == "members"
    )
    page = words(world.text(f"/roundtables/{slug}"))
    assert "Agua" in page and "Seguir la calidad." in page
    with world.unit() as unit:
        seating.end_commission(world.actor("secretaria"), world.find(slug), commission=unit.get_one(Commission, number))
    assert "ended on Mar 2, 2026" in words(world.text(f"/roundtables/{slug}"))


def test_its_term_is_extended_by_an_act_and_it_ends_with_a_reason(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable(founded_on=dt.date(2025, 1, 1), expires_on=TODAY + dt.timedelta(30))
    for until in (TODAY, TODAY + dt.timedelta(30)):
        assert fails(world, service.extend, slug, until=until, act="Acta 12")[0] == "until"
    assert fails(world, service.extend, slug, until=dt.date(2027, 1, 1), act="")[0] == "act"
    world.do("secretaria", service.extend, slug, until=dt.date(2027, 1, 1), act="Acta 12, punto 3")
    assert "Jan 1, 2027" in words(world.text(f"/roundtables/{slug}"))
    assert fails(world, service.close, slug, reason="Cumplió.", on=dt.date(2024, 12, 31))[0] == "on"
    assert fails(world, service.close, slug, reason="Cumplió.", on=TODAY + dt.timedelta(1))[0] == "on"
    world.do("secretaria", service.close, slug, reason="Cumplió lo que acordó.", on=TODAY - dt.timedelta(3))
    page = words(world.text(f"/roundtables/{slug}"))
    assert "Since Feb 27, 2026. Cumplió lo que acordó." in page
    with pytest.raises(Refused):
        world.do("secretaria", service.edit, slug, title="Otra cosa")
    assert world.events(slug)[-2:] == ["RoundtableExtended", "RoundtableClosed"]


def test_two_who_change_it_at_once_do_not_overwrite_each_other(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable()
    world.act_as("secretaria")
    form = world.form(f"/roundtables/{slug}/edit")
    world.do("guardiana", service.edit, slug, summary="Para el agua del valle.")
    answer = world.post(f"/roundtables/{slug}/edit", form | {"summary": "Para el riego."})
    assert answer.status_code == 409 and "Para el agua del valle." in words(answer.get_data(as_text=True))
    with pytest.raises(Stale):
        world.do("secretaria", service.close, slug, reason="No más.", version=1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "abc"}, "title"), ({"form": "club"}, "form"), ({"founding_url": "javascript:alert(1)"}, "founding_url"),
        ({"quorum_percent": 0}, "quorum_percent"), ({"quorum_percent": 101}, "quorum_percent"), ({"decision_rule": "lot"}, "decision_rule"),
        ({"rhythm_days": 0}, "rhythm_days"), ({"founded_on": dt.date(1, 1, 1)}, "founded_on"), ({"place": "Ninguna parte"}, "place"),
        ({"founded_on": dt.date(2025, 5, 5), "expires_on": dt.date(2025, 5, 4)}, "expires_on"), ({"site_id": 999}, "site_id"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(own_world: World, values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        own_world.a_roundtable(**values)
    assert refused.value.field == field


def test_the_list_answers_its_filters_and_is_handed_out_as_csv(own_world: World) -> None:
    world = own_world
    slug = world.a_roundtable(form="monitoring")
    world.act_as("guest")
    for query, there in (
        ("form=monitoring", True),
        ("form=council", False),
        ("place=18", True),
        ("place=17", False),
        ("demo=yes", False),
    ):
        assert (f"/roundtables/{slug}" in world.text(f"/roundtables?{query}")) == there, query
    rows = world.text("/exports/roundtables.csv").splitlines()
    assert rows[0].startswith("roundtable,title,form,state") and any(row.startswith(f"{slug},") for row in rows)
