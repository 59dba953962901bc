"""A record in other languages, marked when the original has moved on."""

from __future__ import annotations

from tests.land import Land

PATH = "/translations/of/site/alta/en"
WORDS = {"title": "Upper mine", "summary": "Copper in the highlands."}


def test_a_translation_is_shown_and_marked_once_the_original_changes(land: Land) -> None:
    land.act_as("manager")
    assert land.send(PATH, **WORDS).status_code == 303
    land.act_as(None)
    page = land.text("/sites/alta")
    assert "Upper mine" in page and '<div class="prose" lang="en">' in page and "out of date" not in page
    land.act_as("manager")
    assert (
        land.send("/sites/alta/edit", title="Alta", stage="closing", summary="Otro texto", language="es").status_code
        == 303
    )
    assert "out of date: the original has changed since" in land.text("/sites/alta")
    assert (
        land.send(
            PATH,
            **WORDS,
        ).status_code
        == 303
    )
    assert "out of date" not in land.text("/sites/alta")
    assert "Translated" in [entry.event for entry in land.events("alta")]


def test_only_into_another_language_that_is_known(land: Land) -> None:
    land.act_as("steward")
    for language in ("es", "fr"):
        assert land.client.get(f"/translations/of/site/alta/{language}").status_code == 404
    assert land.send("/translations/of/site/alta/qu", title="Hanaq qhuya").status_code == 303
    assert 'lang="qu"' in land.text("/sites/alta")
    assert land.send(PATH, title=" ").status_code == 422


def test_it_is_taken_back_with_a_reason_by_those_who_may(land: Land) -> None:
    land.act_as("manager")
    land.send(PATH, **WORDS)
    land.act_as("stranger")
    assert land.client.get(PATH).status_code == land.client.get(f"{PATH}/removal").status_code == 403
    land.act_as("steward")
    assert land.send(f"{PATH}/removal", reason="It says something else.").status_code == 303
    assert land.client.get(f"{PATH}/removal").status_code == 404
    assert "Upper mine" not in land.text("/sites/alta").partition("In other languages")[2].partition("</section>")[0]
    assert "It says something else." in land.text("/history/site/alta")


def test_two_who_translate_at_once_do_not_overwrite_each_other(land: Land) -> None:
    land.act_as("manager")
    late = land.form(PATH)
    assert land.send(PATH, **WORDS).status_code == 303
    answer = land.client.post(PATH, data=late | {"title": "Another name"})
    assert answer.status_code == 409 and "Upper mine" in answer.text
