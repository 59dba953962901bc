"""What an indicator means: drafted by one, approved by another, never edited, and changed only in a new version."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from observatory.kernel.errors import Invalid, NotFound, Refused, Stale
from observatory.records.models import Record
from observatory.rooms.indicators import service
from observatory.rooms.indicators.models import Series
from tests.app import words
from tests.indicators.world import SHEET, World


def test_one_organisation_drafts_and_proposes_and_another_approves(world: World) -> None:
    slug = world.draft()
    assert world.find(slug).state == "draft"
    world.do("jefa", service.propose, slug)
    with pytest.raises(Refused):
        world.do("directora", service.approve, slug)
    world.do("rectora", service.approve, slug)
    found, (definition,) = world.find(slug), world.definitions(slug)
    assert (found.state, found.definition_id) == ("published", definition.id)
    assert (definition.state, definition.number, definition.lineage) == ("in_force", 1, 1)
    assert definition.approved_by_id == world.organisations["universidad"]
    assert (definition.proposed_on, definition.approved_on) == (world.today, world.today)
    assert world.events(slug) == ["IndicatorDrafted", "DefinitionProposed", "DefinitionApproved"]


def test_what_was_proposed_is_not_edited_but_its_words_may_be(world: World) -> None:
    for slug in (world.proposed(), world.an_indicator()):
        with pytest.raises(Refused):
            world.do("analista", service.edit, slug, unit="soles")
        world.do("analista", service.describe, slug, title="Canon gastado", phrase_es="se gastó el {value} del canon")
        assert (world.find(slug).title, world.definitions(slug)[0].unit) == ("Canon gastado", "%")
        assert world.find(slug).slug == slug, "its address stays"
        with pytest.raises(Invalid):
            world.definitions(slug)[0].describe({"unit": "soles"})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"definition": "Muy corta."}, "definition"), ({"unit": ""}, "unit"), ({"producer_name": ""}, "producer_name"),
        ({"kind": "money", "currency": ""}, "currency"), ({"over_places": "weighted"}, "weight_id"),
        ({"direction": "maintain"}, "tolerance"),
    ],
)  # fmt: skip
def test_a_draft_may_lack_anything_and_a_proposal_nothing(one_world: World, values: dict[str, Any], field: str) -> None:
    slug = one_world.draft(**values)
    with pytest.raises(Invalid) as refused:
        one_world.do("analista", service.propose, slug)
    assert refused.value.field == field
    assert (one_world.find(slug).state, one_world.events(slug)) == ("draft", ["IndicatorDrafted"])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "No"}, "title"), ({"title": "x" * 201}, "title"), ({"kind": "nada"}, "kind"),
        ({"kind": "money", "currency": "XXX"}, "currency"), ({"direction": "up"}, "direction"), ({"level": "x"}, "level"),
        ({"frequency": "siempre"}, "frequency"), ({"decimals": 7}, "decimals"), ({"decimals": -1}, "decimals"),
        ({"release_days": -1}, "release_days"), ({"release_days": 4000}, "release_days"), ({"over_places": "mean"}, "over_places"),
        ({"weight_id": 987_654, "over_places": "weighted"}, "weight_id"), ({"per_head_id": 987_654}, "per_head_id"),
        ({"producer_id": 987_654}, "producer_id"), ({"phrase_es": "sin cifra"}, "phrase_es"),
        ({"phrase_en": "{value} and {value}"}, "phrase_en"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_not_even_kept(one_world: World, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        one_world.draft(**values)
    assert refused.value.field == field


def test_an_indicator_is_not_weighted_by_itself_nor_by_what_one_may_not_see(one_world: World) -> None:
    hidden = one_world.find(one_world.draft("vocera")).id
    slug = one_world.draft()
    for id in (hidden, one_world.find(slug).id):
        with pytest.raises(Invalid) as refused:
            one_world.do("analista", service.edit, slug, over_places="weighted", weight_id=id)
        assert refused.value.field == "weight_id"


def test_it_is_returned_with_a_reason_mended_and_proposed_again(world: World) -> None:
    slug = world.proposed()
    with pytest.raises(Invalid):
        world.do("vocera", service.send_back, slug, reason="no")
    world.do("vocera", service.send_back, slug, reason="Falta decir qué gasto cuenta.")
    assert world.definitions(slug)[0].state == "draft"
    world.act_as("analista")
    assert "Falta decir qué gasto cuenta." in words(world.text(f"/indicators/{slug}"))
    world.do("analista", service.edit, slug, method="Se cuenta el gasto devengado.")
    world.do("analista", service.propose, slug)
    world.do("rectora", service.approve, slug)
    assert world.events(slug)[1:] == [
        "DefinitionProposed", "DefinitionReturned", "IndicatorEdited", "DefinitionProposed", "DefinitionApproved",
    ]  # fmt: skip


def test_a_new_version_that_can_be_compared_carries_its_series_on(world: World) -> None:
    slug = world.an_indicator()
    world.figures(slug, {"18": {"2023": 40}})
    world.redefined(slug, comparable=True, unit="por ciento")
    first, second = world.definitions(slug)
    assert (first.state, second.state, second.number, second.lineage) == ("superseded", "in_force", 2, 1)
    assert (second.reason, second.definition) == ("Cambió el método de cálculo.", SHEET["definition"])
    world.figures(slug, {"18": {"2024": 45}})
    assert world.shown(slug, place="18") == {"Moquegua": {"2023": "40", "2024": "45"}}


def test_a_new_version_that_cannot_be_compared_begins_new_series_and_the_old_ones_stay(world: World) -> None:
    slug = world.an_indicator()
    edition = world.figures(slug, {"18": {"2023": 40}})
    world.redefined(slug, comparable=False)
    assert world.definitions(slug)[1].lineage == 2
    assert world.shown(slug) == {}
    world.figures(slug, {"18": {"2023": 70}})
    assert world.shown(slug, place="18") == {"Moquegua": {"2023": "70"}}
    assert world.shown(slug, place="18", version="1") == {"Moquegua": {"2023": "40"}}
    assert world.shown(slug, place="18", version="1", edition=str(edition)) == {"Moquegua": {"2023": "40"}}
    with world.reading() as unit:
        own = select(Series.lineage).where(Series.indicator_id == world.find(slug).id).order_by(Series.id)
        assert list(unit.scalars(own)) == [1, 2]


def test_whether_it_can_be_compared_must_be_said_and_what_is_proposed_holds_only_once_approved(world: World) -> None:
    slug = world.an_indicator()
    world.do("analista", service.redefine, slug, reason="Cambió el método.")
    world.do("analista", service.edit, slug, unit="soles")
    world.act_as("guest")
    assert world.get(f"/indicators/{slug}/versions/2").status_code == 404, "a draft is nobody else's"
    with pytest.raises(Invalid) as refused:
        world.do("analista", service.propose, slug)
    assert refused.value.field == "comparable"
    world.do("analista", service.propose, slug, comparable=True)
    assert "soles" in words(world.text(f"/indicators/{slug}/versions/2"))
    assert "Version 2 of what it means is proposed and not approved." in words(world.text(f"/indicators/{slug}"))
    assert [each.state for each in world.definitions(slug)] == ["in_force", "proposed"]
    with pytest.raises(Refused):
        world.do("analista", service.redefine, slug, reason="Otra vez distinto.")
    world.do("vocera", service.send_back, slug, reason="Los soles no son un porcentaje.")
    world.do("analista", service.drop, slug)
    assert [each.number for each in world.definitions(slug)] == [1]
    assert world.find(slug).state == "published"


def test_it_is_given_up_in_favour_of_another_and_its_figures_stay(world: World) -> None:
    slug, other = world.an_indicator(), world.an_indicator(title="Canon ejecutado")
    world.figures(slug, {"18": {"2024": 40}})
    with pytest.raises(Invalid):
        world.do("jefa", service.give_up, slug, reason="Otro lo reemplaza.", successor_id=world.find(slug).id)
    world.do("jefa", service.give_up, slug, reason="Otro lo reemplaza.", successor_id=world.find(other).id)
    world.act_as("guest")
    page = world.text(f"/indicators/{slug}")
    assert "No longer kept" in words(page) and f'href="/indicators/{other}"' in page
    assert world.value(slug, "18", "2024") == 40
    with pytest.raises(Invalid, match="is not approved"):
        world.figures(slug, {"18": {"2025": 41}})
    with pytest.raises(Refused):
        world.do("jefa", service.redefine, slug, reason="Se retoma la medición.")


def test_nothing_is_given_up_while_a_new_version_waits_which_would_bring_it_back(world: World) -> None:
    slug = world.an_indicator()
    world.do("analista", service.redefine, slug, reason="Cambió el método.")
    with pytest.raises(Refused):
        world.do("jefa", service.give_up, slug, reason="Otro lo reemplaza.")


def test_two_who_edit_at_once_do_not_overwrite_each_other(world: World) -> None:
    slug = world.draft()
    shown = world.find(slug).version
    world.do("analista", service.edit, slug, unit="soles", version=shown)
    with pytest.raises(Stale) as late:
        world.do("jefa", service.edit, slug, unit="dólares", version=shown)
    assert late.value.current["unit"] == "soles"
    for verb in (service.propose, service.describe):
        with pytest.raises(Stale):
            world.do("jefa", verb, slug, version=shown)
    world.do("analista", service.propose, slug)
    shown = world.find(slug).version
    world.do("vocera", service.send_back, slug, reason="Falta el método.")
    with pytest.raises((Stale, Refused)):
        world.do("rectora", service.approve, slug, version=shown)
    assert world.definitions(slug)[0].unit == "soles"


def test_a_form_opened_before_somebody_else_edited_shows_both_texts(one_world: World) -> None:
    world, slug = one_world, one_world.draft()
    world.act_as("jefa")
    form = world.form(f"/indicators/{slug}/edit")
    world.do("analista", service.edit, slug, unit="soles")
    answer = world.post(f"/indicators/{slug}/edit", form | {"unit": "dólares"})
    assert answer.status_code == 409
    assert "soles" in answer.get_data(as_text=True) and "dólares" in answer.get_data(as_text=True)
    assert world.definitions(slug)[0].unit == "soles"


def test_a_draft_is_nobodys_but_its_organisations_and_public_once_proposed(world: World) -> None:
    slug = world.draft(title="Cosa por medir")
    for who in ("vocera", "directora", "ciudadana", "guest", "guardiana"):
        world.act_as(who)
        for path in ("", "/edit", "/versions/1", "/proposal"):
            assert world.get(f"/indicators/{slug}{path}").status_code == 404, (who, path)
        assert "Cosa por medir" not in world.text("/indicators?state=draft")
        with pytest.raises(NotFound):
            world.do(who, service.propose, slug)
    world.act_as("jefa")
    assert "Only the organisation that wrote it sees this page." in words(world.text(f"/indicators/{slug}"))
    world.do("analista", service.propose, slug)
    world.act_as("guest")
    assert "Proposed, not approved" in words(world.text(f"/indicators/{slug}"))
    assert "Cosa por medir" in world.text("/indicators")


@pytest.mark.parametrize("title", ["Coverage", "New", "Deliveries"])
def test_no_indicator_takes_the_address_of_another_page(one_world: World, title: str) -> None:
    slug = one_world.draft(title=title)
    assert slug == f"{title.lower()}-2"


def test_indicators_of_one_name_have_addresses_of_their_own(world: World) -> None:
    slugs = [world.draft(title="Ñandú: % de ejecución (2024)") for _each in range(3)]
    assert len(set(slugs)) == 3
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)
    long = world.draft(title="muy largo " * 19), world.draft(title="muy largo " * 19)
    with world.reading() as unit:
        assert len(set(unit.scalars(select(Record.slug).where(Record.slug.in_(long))))) == 2


def test_through_the_pages_too(world: World) -> None:
    world.act_as("analista")
    told = {name: str(value) for name, value in SHEET.items()}
    answer = world.send("/indicators/new", **told)
    assert answer.status_code == 303, words(answer.get_data(as_text=True))
    path = answer.location
    page = words(world.text(path))
    assert "Draft" in page and "Before you propose it" not in page
    assert world.send(f"{path}/edit", unit="").status_code == 303
    assert "Name the unit." in words(world.text(path))
    assert world.send(f"{path}/proposal").status_code == 422
    world.send(f"{path}/edit", unit="%")
    assert world.send(f"{path}/proposal").status_code == 303
    assert world.get(f"{path}/approval").status_code == 403
    world.act_as("rectora")
    assert world.send(f"{path}/approval").status_code == 303
    page = words(world.text(path))
    assert "Approved definition" in page and "(Universidad del Sur)" in page
    world.act_as("analista")
    assert world.send(f"{path}/new-version", reason="Cambió el método.").location.endswith("/edit")
    assert world.send(f"{path}/proposal").status_code == 422, "whether it can be compared"
    assert world.send(f"{path}/proposal", comparable="no").status_code == 303
    world.act_as("vocera")
    assert world.send(f"{path}/return", reason="No se entiende.").status_code == 303
    world.act_as("analista")
    assert "No se entiende." in words(world.text(path))
    assert world.send(f"{path}/drop").status_code == 303
    assert world.send(f"{path}/words", title="Canon que se gastó").status_code == 303
    assert world.send(f"{path}/end", reason="Nadie lo mide ya.").status_code == 303
    assert "No longer kept" in words(world.text(path))
