"""The pages of places and sites: names, codes, shares and who may change them."""

import datetime as dt
from decimal import Decimal

import pytest

from observatory.kernel import clock
from observatory.rooms.places import service
from observatory.rooms.places.queries.sites import find
from observatory.rooms.places.service import parts
from tests.counting import counted
from tests.land import Land, seeder


def test_a_district_shows_both_codes_and_the_way_up(land: Land) -> None:
    page = land.text("/places/180106")
    assert "180106" in page
    assert "170105" in page
    for above in ("/places/pe", "/places/18", "/places/1801"):
        assert f'href="{above}"' in page
    assert "Ubigeo INEI 2025" in page


def test_no_recorded_code_and_no_recorded_population_are_said(land: Land) -> None:
    page = land.text("/places/170106")
    assert "none recorded" in page
    assert "No population is recorded." in page
    assert "No population is recorded." not in land.text("/places/170105"), "nought is a figure"


def test_a_reniec_code_leads_to_the_page_of_the_inei_code(land: Land) -> None:
    answer = land.client.get("/places/reniec/170105")
    assert answer.status_code == 302
    assert answer.location == "/places/180106"
    land.text("/places/reniec/999999", 404)


def test_a_code_that_means_two_districts_asks_which(land: Land) -> None:
    page = land.text("/places/find?name=170105")
    assert "/places/180106" in page
    assert "/places/170105" in page
    assert "differently" in page


@pytest.mark.parametrize("name", ["torata", "TORATA", " Tóráta ", "180106", "tor"])
def test_one_match_goes_straight_to_the_place(land: Land, name: str) -> None:
    answer = land.client.get("/places/find", query_string={"name": name})
    assert answer.status_code == 303
    assert answer.location == "/places/180106"


def test_ñ_is_a_letter_of_its_own(land: Land) -> None:
    assert land.client.get("/places/find", query_string={"name": "ñuñoa"}).location == "/places/170105"
    assert "/places/170105" not in land.text("/places/find?name=nunoa")


def test_names_that_repeat_are_told_apart(land: Land) -> None:
    page = land.text("/places/find?name=San Juan")
    assert "/places/170106" in page
    assert "/places/170107" in page
    assert "Tambopata" in page
    page = land.text("/places/find?name=Moquegua")
    assert "/places/18" in page
    assert "/places/180101" in page


@pytest.mark.parametrize("name", ["", "%", "_", "zzz", "x" * 5000, "'; DROP TABLE", "١٢"])
def test_a_name_that_is_no_place_gets_help(land: Land, name: str) -> None:
    assert land.client.get("/places/find", query_string={"name": name}).status_code == 200


@pytest.mark.parametrize("path", ["/places/find?name=%00", "/places/%00", "/places?level=%00", "/sites?after=%00"])
def test_an_address_that_no_database_could_answer_is_refused(land: Land, path: str) -> None:
    land.text(path, 400)


@pytest.mark.parametrize("path", ["/places/99", "/places/zz", "/places/PE", "/sites/nothing", "/places/18010"])
def test_an_unknown_place_is_not_found(land: Land, path: str) -> None:
    land.text(path, 404)


def test_every_place_stands_in_the_export_with_both_codes(land: Land) -> None:
    lines = land.text("/exports/places.csv").splitlines()
    assert lines[0].startswith("inei,reniec,level,name,parent,department,province,")
    assert any(line.startswith("180106,170105,district,Torata,1801,Moquegua,Mariscal Nieto,") for line in lines)
    assert len(lines) == 11


def test_shares_are_shown_by_date_and_never_guessed(land: Land) -> None:
    ids = {slug: land.record(slug).id for slug in ("comunidad", "minera-alta")}
    day = dt.timedelta(days=1)
    today = clock.today()
    with land.app.test_request_context("/"), land.database.unit_of_work():
        site = find(land.people["steward"], "alta")
        parts.record_operator(seeder(), site, organisation_id=ids["comunidad"], role="owner")
        parts.record_operator(
            seeder(), site, organisation_id=ids["comunidad"], role="operator", to_on=today - day, share=Decimal("12.5")
        )
    page = land.text("/sites/alta")
    assert page.index("Today") < page.index("12.5") > page.index("60")
    assert "some are not known" in page
    assert "until" in page


def test_a_stranger_may_not_change_a_site_and_its_keeper_may(land: Land) -> None:
    land.act_as("stranger")
    assert land.client.get("/sites/alta/edit").status_code == 403
    assert land.client.post("/sites/alta/edit", data={"title": "Mía"}).status_code == 403
    land.act_as("manager")
    values = {"title": "Alta", "stage": "closing", "minerals": ["copper", "gold"], "language": "es"}
    assert land.send("/sites/alta/edit", **values).status_code == 303
    changes = land.events("alta")[-1].changes
    assert changes["stage"] == ["operation", "closing"]
    assert changes["minerals"] == [["copper"], ["copper", "gold"]]


def test_the_keeper_does_not_decide_who_owns_it(land: Land) -> None:
    land.act_as("manager")
    assert land.client.get("/sites/alta/operator").status_code == 403
    land.act_as("steward")
    organisation = str(land.record("comunidad").id)
    values = {"organisation_id": organisation, "role": "owner", "share": "101"}
    assert land.send("/sites/alta/operator", **values).status_code == 422
    assert land.send("/sites/alta/operator", **{**values, "share": "40"}).status_code == 303
    assert land.events("alta")[-1].event == "OperatorRecorded"


def test_only_stewards_correct_a_place(land: Land) -> None:
    for who in ("manager", "stranger"):
        land.act_as(who)
        assert land.client.get("/places/180106/edit").status_code == 403
    land.act_as("steward")
    values = {"title": "Torata", "reniec": "170101", "population": "6658", "population_source_id": "1"}
    answer = land.send("/places/180106/edit", **values)
    assert answer.status_code == 422, "another place has this code"
    assert land.send("/places/180106/edit", **{**values, "reniec": ""}).status_code == 303
    assert land.events("180106")[-1].changes["reniec"] == ["170105", None]


def test_a_population_needs_its_source(land: Land) -> None:
    land.act_as("steward")
    answer = land.send("/places/180106/edit", title="Torata", population="7000", population_source_id="")
    assert answer.status_code == 422
    assert 'id="population_source_id-error"' in answer.get_data(as_text=True)


def test_a_withdrawn_site_leaves_the_place_page(land: Land) -> None:
    land.act_as("manager")
    assert "/sites/alta" in land.text("/places/180106")
    assert land.send("/sites/alta/withdrawal", reason="Nunca se abrió").status_code == 303
    assert 'href="/sites/alta"' not in land.text("/sites")
    assert "Nunca se abrió" in land.text("/sites/alta")


def test_a_place_takes_as_many_statements_however_much_belongs_there(land: Land) -> None:
    with counted(land.database.engine) as few:
        land.text("/places/18")
    with land.app.test_request_context("/"), land.database.unit_of_work():
        for number in range(30):
            site = service.create_site(seeder(), None, title=f"Sitio {number}", stage="operation", publish=True)
            parts.record_district(seeder(), site, code="180106", basis_es="Resolución")
    with counted(land.database.engine) as many:
        land.text("/places/18")
    assert len(many) == len(few)
