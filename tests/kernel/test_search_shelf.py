"""What the shelf finds, counts, offers and keeps to itself."""

import itertools
import random
import stat
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from observatory.kernel.search import Document, Query, Results, WhooshShelf, matching

PUBLIC = frozenset({"public"})
MEMBER = frozenset({"public", "organisation:7"})


@pytest.fixture
def shelf(tmp_path: Path) -> WhooshShelf:
    return WhooshShelf(tmp_path / "index")


def document(number: int, title: str = "", body: str = "", **more: Any) -> Document:
    return Document(**{"id": number, "kind": "site", "title": title, "body": body, "labels": PUBLIC} | more)


def search(shelf: WhooshShelf, text: str = "", labels: Iterable[str] = PUBLIC, **more: Any) -> Results:
    return shelf.search(Query(text, labels=frozenset(labels), **more))


def ids(results: Results) -> list[int]:
    return [hit.id for hit in results.hits]


@pytest.fixture
def places(shelf: WhooshShelf) -> WhooshShelf:
    """A few records of several kinds and places, one of them an organisation's own."""
    shelf.update(
        [
            document(1, "Áncash", kind="territory", places=("pe", "02"), also=("02",), weight=3.0, state="published"),
            document(2, "San Marcos", kind="territory", places=("pe", "02", "0210", "021014"), also=("021014", "030409")),
            document(3, "Antamina", "La mina está en San Marcos.", places=("pe", "02", "0210", "021014"), year=2001),
            document(4, "Las Bambas", "Cobre del Apurímac", places=("pe", "03", "0305", "030506"), year=2016),
            document(5, "Canal de Huari", "agua", kind="work", places=("pe", "02", "0210", "021001"), sector="state", year=2016),
            document(
                6, "Quellavequillo reservado", "agua y cobre", labels=frozenset({"organisation:7"}), sector="company", year=2016,
                places=("pe", "18", "1801", "180107"),
            ),
        ]
    )  # fmt: skip
    return shelf


def test_an_index_that_does_not_exist_yet(shelf: WhooshShelf) -> None:
    assert search(shelf, "agua").total == 0 and search(shelf).hits == []
    assert shelf.suggest("a", PUBLIC) == []
    assert shelf.count() == 0 and shelf.generation() == ""
    assert shelf.check() == "The search index has not been built yet."


def test_accents_plurals_and_codes(places: WhooshShelf) -> None:
    assert ids(search(places, "ancash")) == [1]
    assert ids(search(places, "MINAS")) == [3]
    assert ids(search(places, "021014")) == [2] and ids(search(places, "030409")) == [2]
    assert ids(search(places, "02")) == [1]
    assert ids(search(places, "0210")) == ids(search(places, "03")) == ids(search(places, "0")) == []


def test_the_record_s_language_decides(shelf: WhooshShelf) -> None:
    shelf.update(
        [
            document(1, "Communities and royalties", language="en"),
            document(2, "Comunidades y regalías"),
            document(3, "Ayllukuna allpa", language="qu"),
            document(4, "Notes on the general canon", language="en"),
        ]
    )
    assert ids(search(shelf, "community royalty")) == [1]
    assert ids(search(shelf, "comunidad regalia")) == [2]
    assert ids(search(shelf, "ayllukuna")) == [3] and ids(search(shelf, "ayllu")) == []
    assert ids(search(shelf, "the canon")) == [4]  # a stop word in English only


def test_all_words_phrases_and_exclusions(shelf: WhooshShelf) -> None:
    shelf.update(
        [
            document(1, "Uno", "El canon minero se reparte"),
            document(2, "Dos", "El minero cobra canon y otro minero no"),
            document(3, "Tres", "canon", summary="minero"),
            document(4, "Cuatro", "fondo de desarrollo"),
            document(5, "Cinco", "fondo para el desarrollo"),
        ]
    )
    assert sorted(ids(search(shelf, "canon mineros"))) == [1, 2, 3]
    assert ids(search(shelf, '"canon minero"')) == [1]
    assert ids(search(shelf, "canon -reparto -cobrar")) == [3]
    assert ids(search(shelf, 'minero -"canon minero" -otro')) == [2, 3] or ids(
        search(shelf, 'minero -"canon minero"')
    ) == [3, 2]
    assert ids(search(shelf, '"fondo de desarrollo"')) == [4]
    assert sorted(ids(search(shelf, "-canon"))) == [4, 5]
    assert search(shelf, "canon inexistente").total == 0


def test_only_stop_words_are_sought_in_titles(shelf: WhooshShelf) -> None:
    shelf.update([document(1, "De la mina a la escuela", "texto"), document(2, "Otra", "de la mina")])
    results = search(shelf, "de la")
    assert ids(results) == [1] and results.suggestion is None
    assert results.hits[0].title_marked[:3] == [("De", True), (" ", False), ("la", True)]


def test_titles_weigh_more_and_the_exact_title_most(shelf: WhooshShelf) -> None:
    shelf.update(
        [
            document(1, "Informe de Moquegua y otras regiones", "Moquegua " * 30),
            document(2, "Moquegua", "Texto largo " * 50, weight=1.0),
            document(3, "Otra cosa", "En Moquegua"),
            document(4, "Moquegua", "Texto largo " * 50, weight=2.0),
        ]
    )
    assert ids(search(shelf, "moquegua"))[:2] == [4, 2] and ids(search(shelf, "moquegua"))[-1] == 3


def test_facets_cover_the_whole_set_and_leave_out_their_own_filter(places: WhooshShelf) -> None:
    facets = search(places, size=1).facets
    assert facets["kind"] == [("site", 2), ("territory", 2), ("work", 1)]
    assert facets["year"] == [("2016", 2), ("2001", 1)]
    assert facets["place"] == [("02", 4), ("03", 1)]
    narrowed = search(places, kind="site", year=2016)
    assert ids(narrowed) == [4]
    assert narrowed.facets["kind"] == [("site", 1), ("work", 1)]
    assert narrowed.facets["year"] == [("2001", 1), ("2016", 1)]
    assert narrowed.facets["place"] == [("03", 1)]
    below = search(places, place="02")
    assert below.total == 4 and below.facets["place"] == [("0210", 3)]
    assert search(places, place="0210").facets["place"] == [("021014", 2), ("021001", 1)]
    assert search(places, place="021014").facets["place"] == [] and search(places, place="021014").total == 2
    assert search(places, place="99").total == 0 and search(places, place="pe").facets["place"] == [
        ("02", 4),
        ("03", 1),
    ]


def test_the_place_facet_of_records_in_several_places(shelf: WhooshShelf) -> None:
    shelf.update([document(1, "Corredor", places=("pe", "03", "0305", "030506", "0306", "030601", "08", "0801")),
                  document(2, "País", places=("pe",)), document(3, "Fuera", places=("cl",))])  # fmt: skip
    assert search(shelf).facets["place"] == [("03", 1), ("08", 1), ("cl", 1)]
    assert search(shelf, place="03").facets["place"] == [("0305", 1), ("0306", 1)]


def test_nothing_leaks_to_those_who_may_not_see_it(places: WhooshShelf) -> None:
    for text in ("quellavequillo", "reservado", '"agua y cobre"'):
        results = search(places, text)
        assert results == Results(0, [], results.facets, None, None, results.terms, None)
        assert not any(results.facets.values())
        assert search(places, text, MEMBER).total == 1
    assert search(places, "quellavequilo").suggestion is None
    assert search(places, "quellavequilo", MEMBER).suggestion == "quellavequillo"
    assert places.suggest("quella", PUBLIC) == [] and [hit.id for hit in places.suggest("quella", MEMBER)] == [6]
    assert search(places).total == 5 and search(places, labels=MEMBER).total == 6
    assert search(places, "cobre").total == 1 and search(places, "cobre", MEMBER).total == 2
    assert "18" not in dict(search(places).facets["place"]) and not search(places, sector="company").total
    assert search(places, labels=()).total == 0 and search(places, "agua", ()).total == 0
    assert places.suggest("a", frozenset()) == []


def test_ranks_do_not_tell_of_hidden_records(tmp_path: Path) -> None:
    """The key of the next page holds a score: it is the same whether or not hidden records hold the word."""
    keys = []
    for hidden in (0, 40):
        shelf = WhooshShelf(tmp_path / str(hidden))
        shelf.update([document(number, "Mina", "agua " * number, year=2000) for number in range(1, 6)])
        shelf.update(
            [document(100 + n, "Otra", "agua mina", labels=frozenset({"organisation:7"})) for n in range(hidden)]
        )
        keys.append([search(shelf, text, size=2).next_after for text in ("agua", "agua mina", "")])
    assert keys[0] == keys[1] and None not in keys[0]


def test_browsing_and_paging_by_key(shelf: WhooshShelf) -> None:
    titles = ["Nube", "Ñandú", "Oca", "Arequipa", "Árbol", "Naranja"]
    shelf.update([document(number, titles[number % 6], "agua", year=2000 + number % 3) for number in range(60)])
    shelf.update([document(100, "Sin año", "agua"), document(101, "Nuevo", "agua", year=2026)])
    whole = search(shelf, size=50)
    assert whole.hits[0].id == 101
    newest = [hit.title for hit in whole.hits[1:21]]
    assert newest == sorted(newest, key=["Árbol", "Arequipa", "Naranja", "Nube", "Ñandú", "Oca"].index)
    assert len(set(newest)) == 2 and {hit.year for hit in whole.hits[1:21]} == {2002}
    for text in ("", "agua"):
        seen: list[int] = []
        after = None
        while True:
            page = search(shelf, text, size=7, after=after)
            assert page.total == 62 and page.notice is None
            seen += ids(page)
            if (after := page.next_after) is None:
                break
        assert len(seen) == len(set(seen)) == 62
    assert seen[-1] in range(102)


def test_rubbish_for_a_page_is_the_first_page(places: WhooshShelf) -> None:
    for text in ("", "san marcos"):
        for after in ("rubbish", "W10", "ñ", "x" * 5000):
            results = search(places, text, after=after)
            assert results.notice == "bad_page"
            assert ids(results) == ids(search(places, text))
    assert search(places, "agua", after=search(places, size=1).next_after).notice == "bad_page"


def test_size_is_bounded(shelf: WhooshShelf) -> None:
    shelf.update([document(number, "agua") for number in range(70)])
    assert len(search(shelf, "agua", size=5000).hits) == 50 and len(search(shelf, size=-3).hits) == 1


def test_suggestions_of_words(places: WhooshShelf) -> None:
    assert search(places, "antamnia").suggestion == "antamina"
    assert search(places, "bombas cobre").suggestion == "bambas cobre"
    assert search(places, "apurimak").suggestion == "apurímac"
    assert search(places, "cobre zzzzzz").suggestion is None
    assert search(places, "antamina bambas").suggestion is None  # both known, nowhere together
    assert search(places, "antamnia bambas").suggestion is None  # it would find nothing either
    assert search(places, "021015").suggestion is None
    assert search(places, "cobre").suggestion is None


def test_titles_while_typing(places: WhooshShelf) -> None:
    assert [hit.title for hit in places.suggest("an", PUBLIC)] == ["Áncash", "Antamina"]
    assert [hit.id for hit in places.suggest("MARC", PUBLIC)] == [2]
    assert [hit.id for hit in places.suggest("san mar", PUBLIC)] == [2]
    assert [hit.id for hit in places.suggest("021014", PUBLIC)] == [2]
    assert places.suggest("0210", PUBLIC) == [] == places.suggest("", PUBLIC) == places.suggest("*", PUBLIC)
    hit = places.suggest("mar", PUBLIC)[0]
    assert hit.title_marked == [("San ", False), ("Marcos", True)]


def test_marks(shelf: WhooshShelf) -> None:
    shelf.update(
        [document(1, "Obras & <b>regalías</b>", "relleno " * 200 + "la regalía\n\nminera, sí. " + "fin " * 100)]
    )
    hit = search(shelf, "regalias mineras").hits[0]
    assert ("regalías", True) in hit.title_marked and "".join(text for text, _ in hit.title_marked) == hit.title
    assert [text for text, mark in hit.snippet if mark] == ["regalía", "minera"]
    text = "".join(text for text, _ in hit.snippet)
    assert (
        text.startswith("… relleno") and "la regalía minera, sí." in text and text.endswith("fin …") and len(text) < 260
    )


def test_marks_deep_in_a_long_text_and_in_the_summary(shelf: WhooshShelf) -> None:
    shelf.update(
        [
            document(1, "Largo", "palabra " * 60_000 + "yacimiento hallado", summary="resumen"),
            document(2, "Breve", "nada", summary="Un yacimiento en resumen"),
        ]
    )
    for hit in search(shelf, "yacimientos").hits:
        assert ("yacimiento", True) in hit.snippet
    assert search(shelf, "largo").hits[0].snippet == [("resumen", False)]


def test_updates_replace_by_id_and_can_be_repeated(shelf: WhooshShelf) -> None:
    for _ in range(3):
        shelf.update([document(1, "Uno"), document(2, "Dos"), document(1, "Primero")], delete=[3, 2])
        assert shelf.count() == 2 and ids(search(shelf, "primero")) == [1] and search(shelf, "uno").total == 0
    before = shelf.generation()
    shelf.update([], [])
    assert shelf.generation() == before
    shelf.update([], [2, 99])
    assert shelf.count() == 1 and shelf.generation() != before and search(shelf, "dos").total == 0


def test_a_failing_document_changes_nothing(shelf: WhooshShelf) -> None:
    shelf.update([document(1, "Uno")])
    broken: Any = document(2, "Dos", weight=object())
    with pytest.raises(TypeError):
        shelf.update([document(1, "Otro"), broken])
    assert ids(search(shelf, "uno")) == [1] and shelf.check() is None
    shelf.update([document(1, "Otro")])
    assert ids(search(shelf, "otro")) == [1]


def test_rebuilding(shelf: WhooshShelf, tmp_path: Path) -> None:
    shelf.update([document(1, "Viejo")])
    heard: list[int] = []
    assert shelf.rebuild((document(number, "Nuevo") for number in range(250)), heard.append) == 250
    assert heard == [100, 200, 250]
    assert shelf.count() == 250 and search(shelf, "viejo").total == 0 and shelf.check() is None
    assert len(list((tmp_path / "index").glob("v*"))) == 1
    for folder in (tmp_path / "index", *(tmp_path / "index").glob("v*")):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert shelf.rebuild([]) == 0 and shelf.count() == 0 and search(shelf).hits == []


def test_other_readers_follow(shelf: WhooshShelf, tmp_path: Path) -> None:
    reader = WhooshShelf(tmp_path / "index")
    assert reader.count() == 0
    shelf.update([document(1, "Uno")])
    assert reader.count() == 1
    shelf.rebuild([document(2, "Dos"), document(3, "Tres")])
    assert ids(search(reader, "dos")) == [2] and reader.generation() == shelf.generation()


def test_what_is_wrong_is_said(shelf: WhooshShelf, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shelf.update([document(number, "Uno", "texto") for number in range(50)])
    assert shelf.check() is None
    current = (folder / "current").read_text()
    (folder / "current").write_text("v0-00000001")
    assert "another version" in (WhooshShelf(folder).check() or "")
    (folder / "current").write_text("../../etc")
    assert "which of its folders" in (WhooshShelf(folder).check() or "")
    (folder / "current").write_text(current)
    for name in ("*.pst", "*.trm", "*.col", "*.toc"):
        for path in folder.glob(f"v*/{name}"):
            held = path.read_bytes()
            path.write_bytes(held[: len(held) // 3])
            assert "must be rebuilt" in (WhooshShelf(folder).check() or ""), name
            path.write_bytes(held)
    assert WhooshShelf(folder).check() is None
    (folder / "current").write_text("rubbish")
    broken = WhooshShelf(folder)
    assert broken.rebuild([document(1, "Uno")]) == 1 and broken.check() is None and broken.count() == 1


def test_against_a_plain_model(shelf: WhooshShelf) -> None:
    """Hundreds of small commits, merged along the way, leave just what a dictionary holds."""
    rng = random.Random(5)
    vocabulary = "agua canon obra mina cobre escuela camino puente salud riego tierra bosque".split()
    held: dict[int, list[str]] = {}
    for _ in range(50):
        changed = {rng.randrange(60): rng.choices(vocabulary, k=rng.randint(3, 30)) for _ in range(rng.randint(0, 9))}
        gone = [number for number in rng.sample(range(60), 3) if number not in changed]
        shelf.update([document(number, "Título", " ".join(listed)) for number, listed in changed.items()], gone)
        held = {number: listed for number, listed in (held | changed).items() if number not in gone}
    assert shelf.count() == len(held) and shelf.check() is None
    for one in vocabulary:
        expected = {number for number, listed in held.items() if one in listed}
        assert set(ids(search(shelf, one, size=50))) == expected and search(shelf, one).total == len(expected)
        for two in vocabulary:
            expected = {number for number, listed in held.items() if (one, two) in itertools.pairwise(listed)}
            assert set(ids(search(shelf, f'"{one} {two}"', size=50))) == expected
            expected = {number for number, listed in held.items() if one in listed and two not in listed}
            assert set(ids(search(shelf, f"{one} -{two}", size=50))) == expected


def test_time_is_limited(places: WhooshShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "TIME_LIMIT", -1.0)
    results = search(places, "agua")
    assert results.notice == "timed_out" and results.total == 0 and results.terms == ["agua"]


HOSTILE = [
    "*", "?", "~", "\"", "'", "\\", "/", "-", "--", "- -", "+", "&&", "||", "!", "(", ")", "((((", "[", "]", "{", "}", "^", ":",
    "a*", "*a", "c*n*n", "canon~", "canon~3", "canon~99999", "canon^1000", "title:canon", "id:[0 TO 9]", "[a TO z]", "{a TO z}",
    "AND", "OR", "NOT", "AND OR NOT", "canon AND", "NOT canon", "canon OR OR", '"', '""', '"""', '"canon', 'canon"', '"a" "b',
    "-canon", "-*", '-"', "a b c d e f g h i j k l m n", "\x00", "\x00canon\x1f", "\u202ecanon", "\ufeff", "\ud800", "🙂🙂",
    "a" * 10_000, "* " * 5000, "a* " * 3000, '"' * 3000, "(" * 5000, "-a " * 2000, "ñ" * 3000, "é\u0301" * 3000, "1" * 5000,
    "<script>alert(1)</script>", "'; DROP TABLE record; --", "../../etc/passwd", "%00%ff", "${7*7}", "{{7*7}}", "__import__('os')",
    "١٢٣", "ＣＡＮＯＮ", "İstanbul ß ﬁ", "de la el en", "a\tb\nc\r\n",
]  # fmt: skip


def test_hostile_questions(shelf: WhooshShelf) -> None:
    rng = random.Random(3)
    known = [first + second for first in "bcdfgjlmnprst" for second in ("a", "ena", "osa", "ante", "ura", "ino")]
    shelf.update([document(number, rng.choice(known), " ".join(rng.choices(known, k=80))) for number in range(1500)])
    assert len(HOSTILE) >= 60
    for text in HOSTILE:
        begin = perf_counter()
        results = search(shelf, text)
        shelf.suggest(text, PUBLIC)
        assert perf_counter() - begin < 1.0, text[:40]
        assert results.total <= 1500 and results.notice in (None, "too_long", "too_many_terms", "no_words")
    assert search(shelf, "*").notice == "no_words" and search(shelf, "a" * 10_000).notice == "too_long"
