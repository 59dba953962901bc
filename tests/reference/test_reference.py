"""What stewards state of a record, correct and take back: always with a source, never without a trace."""

from __future__ import annotations

import pytest
from lxml import html
from sqlalchemy import func, select, update

from observatory.aspects.reference.models import SourceChange
from observatory.records import Fact, Record, Source
from observatory.rooms.organisations.models import Control
from observatory.rooms.places.models import SiteDistrict, SiteOperator
from tests.land import Land

FACT = {"text_es": "La planta trata 95 litros por segundo.", "value": "95 l/s", "as_of": "2024-03"}
REASON = {"reason": "The report speaks of another plant."}
NEW = "/reference/site/alta/facts/new"


def source_id(land: Land) -> int:
    return int(land.database.scalar(select(func.min(Source.id))))


def state(land: Land) -> int:
    land.act_as("steward")
    assert land.send(NEW, **FACT, source_id=source_id(land)).status_code == 303
    return int(land.database.scalar(select(func.max(Fact.id))))


def test_a_fact_is_stated_corrected_and_taken_back_and_its_history_keeps_all(land: Land) -> None:
    number = state(land)
    land.act_as(None)
    assert FACT["text_es"] in land.text("/sites/alta")
    assert "For stewards" not in land.text("/sites/alta")
    land.act_as("steward")
    corrected = {**FACT, "value": "59 l/s", "source_id": source_id(land)}
    assert land.send(f"/reference/facts/{number}/edit", **corrected).status_code == 303
    assert land.send(f"/reference/facts/{number}/removal", reason="no").status_code == 422
    assert land.send(f"/reference/facts/{number}/removal", **REASON).status_code == 303
    land.act_as(None)
    assert FACT["text_es"] not in land.text("/sites/alta")
    entries = {entry.event: entry for entry in land.events("alta")}
    assert "95 l/s" in entries["FactRecorded"].changes["fact"][1]
    assert (
        "95 l/s" in entries["FactCorrected"].changes["fact"][0] and "59" in entries["FactCorrected"].changes["fact"][1]
    )
    assert "59 l/s" in entries["FactTakenBack"].changes["fact"][0]
    assert REASON["reason"] in land.text("/history/site/alta")


def test_a_fact_hangs_on_any_record_and_needs_its_source(land: Land) -> None:
    land.act_as("steward")
    for path in ("/reference/organisation/comunidad/facts/new", "/reference/territory/180106/facts/new"):
        assert land.send(path, **FACT, source_id="").status_code == 422
        assert land.send(path, **FACT, source_id=source_id(land)).status_code == 303
    for path in ("/organisations/comunidad", "/places/180106"):
        assert FACT["text_es"] in land.text(path)


def test_a_new_fact_is_never_offered_the_source_of_its_record(land: Land) -> None:
    with land.database.unit_of_work() as unit:
        unit.execute(update(Record).where(Record.slug == "alta").values(source_id=source_id(land)))
    land.act_as("steward")
    page = html.fromstring(land.text(NEW))
    offered = page.xpath("//select[@name='source_id']/option[@selected]/@value")
    assert offered in ([], [""]), "whoever states a figure says where it stands"


def test_two_stewards_at_once_do_not_overwrite_each_other(land: Land) -> None:
    number = state(land)
    late = land.form(f"/reference/facts/{number}/edit")
    land.send(f"/reference/facts/{number}/edit", **{**FACT, "value": "60 l/s", "source_id": source_id(land)})
    assert (
        land.client.post(
            f"/reference/facts/{number}/edit", data=late | {**FACT, "value": "70 l/s", "source_id": source_id(land)}
        ).status_code
        == 409
    )
    assert land.database.scalar(select(Fact.value).where(Fact.id == number)) == "60 l/s"
    path = f"/sources/{source_id(land)}/edit"
    late = land.form(path)
    assert land.send(path, title="Primer título").status_code == 303
    answer = land.client.post(path, data=late | {"title": "Segundo título"})
    assert answer.status_code == 409 and "Primer título" in answer.text


def test_a_source_is_added_corrected_and_shows_what_rests_on_it(land: Land) -> None:
    land.act_as("steward")
    assert land.send("/sources/new", title="Acta de la mesa", url="javascript:alert(1)").status_code == 422
    made = land.send("/sources/new", title="Acta de la mesa", publisher="Mesa", as_of="2024")
    assert made.status_code == 303
    number = int(land.database.scalar(select(func.max(Source.id))))
    land.send(NEW, **FACT, source_id=number)
    assert land.send(f"/sources/{number}/edit", title="Acta segunda de la mesa").status_code == 303
    land.act_as(None)
    page = land.text(f"/sources/{number}")
    assert "Acta segunda de la mesa" in page and "<del>Acta de la mesa</del>" in page and "/sites/alta" in page
    assert "Acta segunda" in land.text("/sources?q=segunda")
    assert "Acta segunda" not in land.text("/sources?q=otra+cosa")
    assert land.database.scalar(select(func.count()).select_from(SourceChange)) == 2


def test_another_organisation_becomes_the_keeper_and_its_people_may_edit(land: Land) -> None:
    community = land.database.scalar(select(Record.id).where(Record.slug == "comunidad"))
    land.act_as("stranger")
    assert land.client.get("/sites/alta/edit").status_code == 403
    land.act_as("steward")
    assert land.send("/reference/site/alta/keeper", keeper_id=community).status_code == 303
    land.act_as("stranger")
    assert land.client.get("/sites/alta/edit").status_code == 200
    land.act_as("manager")
    assert land.client.get("/sites/alta/edit").status_code == 403
    assert any(entry.event == "KeeperChanged" for entry in land.events("alta"))


@pytest.mark.parametrize(
    ("path", "table", "column"),
    [("operators", SiteOperator, SiteOperator.site_id), ("districts", SiteDistrict, SiteDistrict.site_id)],
)
def test_a_part_or_a_district_is_taken_back_with_a_reason(land: Land, path: str, table: type, column: object) -> None:
    site = land.database.scalar(select(Record.id).where(Record.slug == "alta"))
    number = land.database.scalar(select(func.min(table.id)).where(column == site))  # type: ignore[attr-defined]
    assert number, "the site has one"
    address = f"/sites/alta/{path}/{number}/removal"
    land.act_as("manager")
    assert land.client.get(address).status_code == 403
    land.act_as("steward")
    assert land.send(address, **REASON).status_code == 303
    assert land.client.get(address).status_code == 404
    (told,) = [entry for entry in land.events("alta") if entry.event.endswith("TakenBack")]
    change = told.changes["operator" if path == "operators" else "district"]
    assert change[0] and change[1] is None and told.facts["reason"] == REASON["reason"]


def test_a_question_is_recorded_claims_name_it_and_it_is_taken_back(land: Land) -> None:
    land.act_as("steward")
    assert land.send("/sites/alta/contradiction", question_es="¿Cuánto trata la planta?").status_code == 303
    question = land.form(NEW)
    number = land.database.scalar(select(func.max(Fact.id)))
    page = land.text("/sites/alta")
    assert "¿Cuánto trata la planta?" in page
    found = page.partition("/contradictions/")[2].partition("/")[0]
    land.client.post(NEW, data=question | {**FACT, "source_id": source_id(land), "contradiction_id": found})
    assert land.database.scalar(select(func.max(Fact.id))) != number
    other = land.send(
        "/reference/organisation/comunidad/facts/new", **FACT, source_id=source_id(land), contradiction_id=found
    )
    assert other.status_code == 422, "a question about another record"
    assert land.send(f"/sites/alta/contradictions/{found}/removal", **REASON).status_code == 303
    page = land.text("/sites/alta")
    assert f"/contradictions/{found}/" not in page and FACT["text_es"] in page, "what was said stays"


def test_a_control_is_taken_back(land: Land) -> None:
    community = land.database.scalar(select(Record.id).where(Record.slug == "comunidad"))
    land.act_as("steward")
    assert land.send("/organisations/minera-alta/control", parent_id=community).status_code == 303
    number = land.database.scalar(select(func.max(Control.id)))
    assert f"/controls/{number}/removal" in land.text("/organisations/minera-alta")
    assert land.send(f"/organisations/minera-alta/controls/{number}/removal", **REASON).status_code == 303
    assert land.database.scalar(select(func.count()).select_from(Control).where(Control.id == number)) == 0
    assert "took back that" in land.text("/history/organisation/minera-alta")
