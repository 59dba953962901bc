"""How many statements a page takes does not grow with the length of its list. They are the same on both engines."""

from collections.abc import Iterator

import pytest

from observatory.kernel import paging
from tests.app import Demo, a_demo
from tests.counting import counted
from tests.services import Homes

LISTS = (
    "/organisations", "/organisations?place=pe", "/places", "/places?level=district", "/places/pe", "/places/18",
    "/places/find?name=san", "/sites", "/sites?place=pe", "/tags/agua", "/activity", "/search", "/search?q=minera",
    "/search.json?q=minera", "/organisations.atom", "/places.atom", "/sites.atom", "/activity.atom",
    "/history/site/puna-alta", "/organisations/equipo-del-observatorio/records", "/", "/exports/places.csv",
    "/exports/organisations.csv",
)  # fmt: skip
MOST = 35
"""No page takes more statements than this, whatever is on it. A place's page has the most: its key figures, commitments, sites,
organisations, facts and history, each in a fixed number of them."""


@pytest.fixture(scope="module")
def embedded(homes: Homes) -> Iterator[Demo]:
    with a_demo(homes, "sqlite") as made:
        yield made


def cost(demo: Demo, path: str, name: str) -> int:
    visitor = demo.once_as(name)
    with counted(demo.database.engine) as said:
        visitor.text(path)
    return len(said)


@pytest.mark.parametrize("name", ["guest", "steward"])
@pytest.mark.parametrize("path", LISTS)
def test_a_longer_list_takes_no_more_statements(
    embedded: Demo, path: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost(embedded, path, name)  # what is read once for each process is read before
    whole = cost(embedded, path, name)
    shorter = []
    kept = paging.page_of
    for size in (3, 8):
        monkeypatch.setattr(paging, "page_of", lambda s, k, a, *, size=size, n=size: kept(s, k, a, size=n))
        monkeypatch.setattr("observatory.site.search.SIZE", size)
        monkeypatch.setattr("observatory.site.feeds.FEED", size)
        shorter.append(cost(embedded, path, name))
    assert shorter[0] == shorter[1], "the number of rows makes a difference"
    assert whole <= max(shorter) + 1, "the number of rows makes a difference"
    assert whole <= MOST


@pytest.mark.parametrize("path", ["/organisations/minera-puna-alta", "/sites/puna-alta", "/sites/quellaveco", "/places/180106", "/account"])  # fmt: skip
def test_a_page_takes_few_statements(embedded: Demo, path: str) -> None:
    cost(embedded, path, "manager")
    assert cost(embedded, path, "manager") <= MOST
