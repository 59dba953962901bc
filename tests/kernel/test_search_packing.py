"""Postings packed and read back, and as the library itself reads them when it merges."""

import itertools
from array import array
from pathlib import Path

import pytest
from whoosh.index import FileIndex

from observatory.kernel.search import Document, WhooshShelf
from observatory.kernel.search.bits import bits_of, flags_of, numbers_of, place_of
from observatory.kernel.search.entries import entry, schema
from observatory.kernel.search.gathering import Gathering
from observatory.kernel.search.packing import INDEX_NAME, Postings, Storage, read_postings
from observatory.kernel.search.wording import distance


@pytest.mark.parametrize("size", [1, 3, 5000])
@pytest.mark.parametrize("spread", [1, 3, 100])
def test_postings_come_back(size: int, spread: int) -> None:
    numbers = range(7, 7 + size * spread, spread)
    counts = array("I", (number % 4 for number in range(size)))
    positions = array("I", range(sum(counts)))
    bits = bits_of(numbers, numbers[-1] + 1)
    again = Postings.unpacked(Postings(bits, array("f", [1.5] * size), counts, positions).packed())
    assert (again.bits, again.counts, again.positions) == (bits, counts, positions)
    assert list(again.weights) == [1.5] * size and len(again) == size
    assert [len(again.positions_in(number)) for number in numbers] == list(counts)
    flags = flags_of(bits & ~1 << 7, numbers[-1] + 1)
    assert list(again.weights_at(list(numbers)[1:], flags)) == [1.5] * (size - 1)
    some, places = again.among(flags)
    assert (list(some), list(places)) == (list(counts)[1:], list(positions))


def test_the_library_reads_the_same(tmp_path: Path) -> None:
    shelf = WhooshShelf(tmp_path / "index")
    public = frozenset({"public"})
    shelf.update([Document(number, "site", "Mina", "agua " * (number % 3 + 1), labels=public) for number in range(300)])
    (folder,) = (tmp_path / "index").glob("v*")
    reader = FileIndex(Storage(str(folder)), schema=schema(), indexname=INDEX_NAME).reader()
    terms = list(reader.all_terms())
    assert len(terms) == 300 + 2 + 2
    for field, term in terms:
        postings = read_postings(reader, field, term.decode())
        assert postings is not None
        matcher = reader.postings(field, term)
        for number, weight in zip(numbers_of(postings.bits, 300), postings.weights, strict=True):
            assert (matcher.id(), matcher.weight()) == (number, weight)
            assert matcher.value() == postings.positions_in(number).tobytes()
            matcher.next()
        assert not matcher.is_active()
    assert read_postings(reader, "text", "sinada") is None
    reader.close()


def test_parts_of_a_record_do_not_run_into_each_other() -> None:
    fields = entry(Document(1, "site", "Agua", "minera agua", summary="clara", also=("MINEM",)))
    places = {term: list(positions) for term, (_, positions) in fields["text"].items()}
    starts = sorted(place for listed in places.values() for place in listed)
    assert len(places["sagu"]) == 2 and all(later - earlier > 10 for earlier, later in itertools.pairwise(starts[:4]))
    assert fields["words"] == {"agua", "clara", "minera", "minem"}


def test_gathering_sorts_terms_and_keeps_records_in_order() -> None:
    gathering = Gathering()
    for posting in (
        ("b", b"y", 1, 1.0, b"12345678"),
        ("b", b"x", 1, 2.0, b""),
        ("a", b"z", 1, 1.0, None),
        ("b", b"y", 2, 1.5, b"abcd"),
    ):
        gathering.add(posting)
    assert list(gathering.iter_postings()) == [
        ("a", b"z", 1, 1.0, b""),
        ("b", b"x", 1, 2.0, b""),
        ("b", b"y", 1, 1.0, b"12345678"),
        ("b", b"y", 2, 1.5, b"abcd"),
    ]


def test_bits() -> None:
    numbers = {0, 5, 63, 64, 999}
    bits = bits_of(numbers, 1000)
    assert bits == sum(1 << number for number in numbers)
    assert list(numbers_of(bits, 1000)) == sorted(numbers)
    assert {at for at, flag in enumerate(flags_of(bits, 1000)) if flag} == numbers
    assert [place_of(number, bits) for number in sorted(numbers)] == [0, 1, 2, 3, 4]
    assert list(numbers_of((1 << 1000) - 1, 1000)) == list(range(1000))
    assert bits_of([], 0) == 0 and list(numbers_of(0, 1)) == [] == list(numbers_of(0, 7))


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [
        ("canon", "canon", 0),
        ("cannon", "canon", 1),
        ("cnaon", "canon", 1),
        ("kanon", "canon", 1),
        ("cann", "canon", 1),
        ("cnoan", "canon", 2),
        ("mina", "canon", 3),
        ("", "ab", 2),
    ],
)
def test_edits(left: str, right: str, edits: int) -> None:
    assert distance(left, right, 2) == edits == distance(right, left, 2)
