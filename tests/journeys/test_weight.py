"""No first visit weighs more than a slow phone can wait for: page, style, font and scripts, compressed, images aside."""

from __future__ import annotations

import gzip
import re
import sys

from lxml import html

from tests.app import Visitor
from tests.journeys.conftest import Site
from tests.journeys.pages import PAGES, SIGNED_IN

LIMIT = 60 * 1024


def test_no_first_visit_weighs_more_than_60_kb(site: Site) -> None:
    """Every kind of page, as the person who sees most of it."""
    weights: dict[str, int] = {}
    parts: dict[str, int] = {}
    for visitor, pages in (
        (site.demo.guest(), PAGES),
        *((site.demo.client_as(who), p) for who, p in SIGNED_IN.items()),
    ):
        for path in map(site.at, pages):
            weights[f"{visitor.name} {path}"] = _weight(visitor, path, parts)
    heaviest = sorted(weights.items(), key=lambda pair: -pair[1])
    told = "\n".join(f"  {weight:>7,} bytes  {name}" for name, weight in heaviest[:5])
    sys.stdout.write(f"\nheaviest first visits, compressed:\n{told}\n")
    assert [pair for pair in heaviest if pair[1] >= LIMIT] == []


def _weight(visitor: Visitor, path: str, parts: dict[str, int]) -> int:
    answer = visitor.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code in {200, 404}, f"{path}: {answer.status_code}"
    raw = answer.get_data()
    body = gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw
    page = html.fromstring(body)
    needed = {
        str(address) for address in page.xpath("//link[@rel='stylesheet' or @rel='preload']/@href | //script/@src")
    }
    assert needed, f"{path} has neither style nor script"
    for address in needed:
        if address not in parts:
            parts[address] = _bytes(visitor, address)
            style = visitor.get(address).get_data(as_text=True) if address.endswith(".css") else ""
            fonts = set(re.findall(r"url\(([^)]+\.woff2)\)", style))
            assert all(any(font.strip("\"'").endswith(other.split("/")[-1]) for other in needed) for font in fonts)
    return len(raw) + sum(parts[address] for address in needed)


def _bytes(visitor: Visitor, address: str) -> int:
    return len(visitor.get(address, headers={"Accept-Encoding": "gzip"}).get_data())
