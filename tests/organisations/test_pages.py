"""The pages of organisations: what they show, to whom, and what their forms do."""

import pytest

from observatory.kernel.errors import Invalid
from observatory.rooms.organisations import service
from observatory.rooms.organisations.queries import find
from tests.counting import counted
from tests.land import Land, seeder


def test_a_draft_is_absent_for_strangers_and_present_for_its_stewards(land: Land) -> None:
    for who in (None, "stranger", "manager"):
        land.act_as(who)
        land.text("/organisations/secreta", 404)
        assert "secreta" not in land.text("/organisations")
        assert "secreta" not in land.text("/places/180106")
        assert "secreta" not in land.text("/exports/organisations.csv")
    land.act_as("steward")
    assert "Organización secreta" in land.text("/organisations/secreta")
    assert "Organización secreta" in land.text("/organisations")


def test_the_place_filter_includes_what_lies_below(land: Land) -> None:
    for code in ("pe", "18", "1801", "180106"):
        assert "Minera Alta" in land.text(f"/organisations?place={code}")
    for code in ("17", "180101", "nowhere", "%", "18%25"):
        assert "Minera Alta" not in land.text(f"/organisations?place={code}")


def test_a_page_that_does_not_exist_answers_with_the_first_one_and_says_so(land: Land) -> None:
    for rubbish in ("rubbish", "W10", "a" * 700):
        assert "does not exist" in land.text(f"/organisations?after={rubbish}")


def test_its_manager_edits_it_and_the_history_tells_each_field(land: Land) -> None:
    land.act_as("manager")
    values = {"title": "Minera Más Alta", "sector": "company", "language": "es", "places": "180106, 1801"}
    answer = land.send("/organisations/minera-alta/edit", **values)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    entry = land.events("minera-alta")[-1]
    assert entry.event == "OrganisationEdited"
    assert entry.changes["title"] == ["Minera Alta", "Minera Más Alta"]
    assert entry.changes["places"] == [["180106"], ["1801", "180106"]]


def test_an_edit_that_changes_nothing_leaves_no_trace(land: Land) -> None:
    land.act_as("manager")
    before = len(land.events("minera-alta"))
    values = {"title": "Minera Alta", "sector": "company", "language": "es", "places": "180106"}
    assert land.send("/organisations/minera-alta/edit", **values).status_code == 303
    assert len(land.events("minera-alta")) == before


def test_two_editors_at_once_see_both_texts(land: Land) -> None:
    land.act_as("manager")
    values = {"sector": "company", "language": "es", "places": "180106"}
    opened = land.form("/organisations/minera-alta/edit")
    assert land.send("/organisations/minera-alta/edit", title="La primera", **values).status_code == 303
    answer = land.client.post("/organisations/minera-alta/edit", data=opened | {"title": "La segunda", **values})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "La primera" in text
    assert "La segunda" in text
    assert land.record("minera-alta").title == "La primera"


def test_the_same_form_sent_twice_is_done_once(land: Land) -> None:
    land.act_as("steward")
    form = land.form("/organisations/new") | {"title": "Nueva", "sector": "academia", "language": "es"}
    first, second = (land.client.post("/organisations/new", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location


@pytest.mark.parametrize("path", ["edit", "publication", "withdrawal", "control", "succession"])
def test_strangers_are_refused_and_guests_are_asked_to_sign_in(land: Land, path: str) -> None:
    for method in (land.client.get, land.client.post):
        land.act_as("stranger")
        assert method(f"/organisations/minera-alta/{path}").status_code == 403
        land.act_as(None)
        answer = method(f"/organisations/minera-alta/{path}")
        assert answer.status_code in {302, 303}
        assert "/sign-in" in answer.location


def test_a_withdrawn_one_leaves_the_list_and_keeps_its_page_with_the_reason(land: Land) -> None:
    land.act_as("manager")
    assert land.send("/organisations/minera-alta/withdrawal", reason="no").status_code == 422
    assert land.send("/organisations/minera-alta/withdrawal", reason="Dejó de existir").status_code == 303
    land.act_as(None)
    assert "Minera Alta" not in land.text("/organisations")
    assert "Dejó de existir" in land.text("/organisations/minera-alta")
    assert "Minera Alta" in land.text("/organisations?state=withdrawn")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ruc", "20131370646"),
        ("website", "javascript:alert(1)"),
        ("website", "https://[bad"),
        ("level", "national"),
        ("sector", "nobility"),
        ("places", "999999"),
        ("title", " "),
    ],
)
def test_bad_values_are_refused_at_their_field(land: Land, field: str, value: str) -> None:
    land.act_as("manager")
    values = {"title": "Minera Alta", "sector": "company", "language": "es", "places": "180106", field: value}
    answer = land.send("/organisations/minera-alta/edit", **values)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert len(land.events("minera-alta")) == 1


def test_control_shows_both_ways_and_never_in_a_circle(land: Land) -> None:
    with land.app.test_request_context("/"), land.database.unit_of_work():
        mine, community = find(land.people["steward"], "minera-alta"), find(land.people["steward"], "comunidad")
        service.record_control(land.people["steward"], mine, parent_id=community.id)
        with pytest.raises(Invalid):
            service.record_control(land.people["steward"], community, parent_id=mine.id)
        with pytest.raises(Invalid):
            service.record_control(land.people["steward"], mine, parent_id=mine.id)
    assert "/organisations/comunidad" in land.text("/organisations/minera-alta")
    assert "/organisations/minera-alta" in land.text("/organisations/comunidad")


def test_a_succession_stands_on_both_pages(land: Land) -> None:
    with land.app.test_request_context("/"), land.database.unit_of_work():
        mine, community = find(land.people["steward"], "minera-alta"), find(land.people["steward"], "comunidad")
        service.record_succession(land.people["steward"], mine, successor_id=community.id, how="renamed")
    assert "Formerly" in land.text("/organisations/comunidad")
    assert "Became" in land.text("/organisations/minera-alta")
    assert land.events("comunidad")[-1].event == "SuccessionRecorded"


def test_a_list_takes_as_many_statements_however_long_it_is(land: Land) -> None:
    with counted(land.database.engine) as few:
        land.text("/organisations")
    with land.app.test_request_context("/"), land.database.unit_of_work():
        for number in range(40):
            values = {"title": f"Otra {number}", "sector": "company", "publish": True, "places": ["18"]}
            service.create(seeder(), None, **values)  # type: ignore[arg-type]
    with counted(land.database.engine) as many:
        land.text("/organisations")
    assert len(many) == len(few)


def test_the_name_of_a_draft_is_not_written_on_the_page_of_another(land: Land) -> None:
    with land.app.test_request_context("/?lang=en"), land.database.unit_of_work():
        draft, public = find(seeder(), "secreta"), find(seeder(), "minera-alta")
        with pytest.raises(Invalid, match="Publish that organisation first"):
            service.record_control(seeder(), public, parent_id=draft.id)
        with pytest.raises(Invalid, match="Publish that organisation first"):
            service.record_succession(seeder(), public, successor_id=draft.id, how="merged")
        with pytest.raises(Invalid, match="Publish this organisation first"):
            service.record_succession(seeder(), draft, successor_id=public.id, how="merged")
