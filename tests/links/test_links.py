"""Links between records: named or by address, shown from both ends, never to what is not public."""

from __future__ import annotations

from sqlalchemy import func, select

from observatory.aspects.links.models import RecordLink
from tests.land import Land

NEW = "/links/of/site/alta/new"
VALUES = {"relation": "supports", "why": "Dos documentos dicen lo mismo."}


def number(land: Land) -> int:
    return int(land.database.scalar(select(func.max(RecordLink.id))) or 0)


def test_a_link_is_shown_from_both_ends(land: Land) -> None:
    land.act_as("manager")
    assert land.send(NEW, **VALUES, target="/organisations/comunidad?lang=es").status_code == 303
    land.act_as(None)
    here, there = land.text("/sites/alta"), land.text("/organisations/comunidad")
    assert "Supports" in here and "/organisations/comunidad" in here and VALUES["why"] in here
    assert "Supported by" in there and "/sites/alta" in there
    assert "Linked" in [entry.event for entry in land.events("alta")]


def test_a_name_that_means_several_pages_is_asked_about(land: Land) -> None:
    land.act_as("steward")
    form = land.form(NEW)
    answer = land.client.post(NEW, data=form | {**VALUES, "target": "san juan"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422 and "choose one" in answer.text and answer.text.count('type="radio"') == 2
    chosen = answer.text.partition('name="meant"')[2].partition('value="')[2].partition('"')[0]
    again = land.form(NEW) | {**VALUES, "target": "san juan", "meant": chosen}
    assert land.client.post(NEW, data=again).status_code == 303
    assert land.send(NEW, **VALUES, target="nadie se llama así").status_code == 422
    assert land.send(NEW, **VALUES, target="Torata").status_code == 303


def test_what_is_not_public_is_not_linked_and_not_shown(land: Land) -> None:
    land.act_as("steward")
    assert land.send(NEW, **VALUES, target="/organisations/secreta").status_code == 422
    assert land.send(NEW, **VALUES, target="/sites/alta").status_code == 422, "nor a page to itself"
    assert land.send(NEW, **VALUES, target="/search?q=x").status_code == 422
    assert number(land) == 0


def test_the_same_link_twice_is_refused_and_one_is_taken_back_with_a_reason(land: Land) -> None:
    land.act_as("steward")
    assert land.send(NEW, **VALUES, target="/places/180106").status_code == 303
    assert land.send(NEW, **VALUES, target="/places/180106").status_code == 422
    path = f"/links/{number(land)}/removal"
    land.act_as("stranger")
    assert land.client.get(path).status_code == land.client.get(NEW).status_code == 403
    land.act_as("steward")
    assert land.send(path, reason="It was another district.").status_code == 303
    assert land.client.get(path).status_code == 404
    assert "It was another district." in land.text("/history/site/alta")
