"""The search over real texts: what the constitution says, and where."""

from pathlib import Path
from time import process_time

import pytest

from observatory.kernel.search import Document, Query, Results, WhooshShelf

PUBLIC = frozenset({"public"})


@pytest.fixture(scope="module")
def constitution(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> WhooshShelf:
    """Peru's constitution of 1993, a record for each chapter."""
    shelf = WhooshShelf(tmp_path_factory.mktemp("constitution") / "index")
    folder = real_data / "07-text-search" / "constitucion-peru-1993"
    shelf.rebuild(
        Document(number, "document", path.stem, path.read_text(encoding="utf-8"), url=path.name, labels=PUBLIC)
        for number, path in enumerate(sorted(folder.glob("*.md")))
    )
    return shelf


def ask(shelf: WhooshShelf, text: str) -> Results:
    return shelf.search(Query(text, labels=PUBLIC, size=50))


@pytest.mark.parametrize("text", ["canon", "cánon", "CANON", "canones", '"canon"'])
def test_canon_is_in_two_chapters(constitution: WhooshShelf, text: str) -> None:
    results = ask(constitution, text)
    assert {hit.url for hit in results.hits} == {"titulo-iii__capitulo-iv.md", "titulo-iv__capitulo-xiv.md"}
    assert all(("canon", True) in hit.snippet for hit in results.hits)


def test_accents_change_nothing(constitution: WhooshShelf) -> None:
    for one, other in (("región", "regiones"), ("elección", "elecciones"), ("ley orgánica", "leyes organicas")):
        assert (
            [hit.id for hit in ask(constitution, one).hits] == [hit.id for hit in ask(constitution, other).hits] != []
        )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("constitusion", "constitución"), ("congrso", "congreso"), ("recursos naturalse", "recursos naturales"), ("descentralizasion", "descentralización")],
)  # fmt: skip
def test_did_you_mean(constitution: WhooshShelf, typed: str, meant: str) -> None:
    begin = process_time()
    results = ask(constitution, typed)
    assert process_time() - begin < 0.5
    assert results.total == 0 and results.suggestion == meant
    assert ask(constitution, meant).total > 0
