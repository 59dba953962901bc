"""What the tests of reading files stand on: the places of the seeds, a few indicators, and tables written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from observatory.kernel import sheets
from observatory.kernel.sheets import Line
from observatory.rooms.indicators.tables import Cell, Facts, Known, Place, Places, Refusal, propose, questions, read
from tests.seeds.reading import table

COUNTRIES = {"pe": "Perú", "bo": "Bolivia", "cl": "Chile", "es": "España", "us": "Estados Unidos"}
FACTS = (
    Facts("canon", "Canon minero", "S/", "money", "year"),
    Facts("transfers", "Total de transferencias", "S/", "money", "year"),
    Facts("pim", "PIM", "S/", "money", "year"),
    Facts("devengado", "Devengado", "S/", "money", "year"),
    Facts("gdp", "GDP per capita (current US$)", "US$", "money", "year"),
    Facts("poverty", "Pobreza", "%", "percent", "year"),
    Facts("social", "Gasto social", "%", "percent", "year"),
    Facts("hdi", "Human Development Index", "", "index", "year"),
    Facts("governance", "Gobernanza", "", "index", "year"),
    Facts("ghg", "Emisiones de GEI", "GgCO2eq", "other", "year"),
    Facts("pm10", "PM10", "µg/m³", "other", "day"),
    Facts("workers", "Trabajadores", "personas", "people", "year"),
    Facts("price", "Precio del cobre", "US$/lb", "other", "month"),
    Facts("growth", "Crecimiento", "%", "percent", "quarter"),
    Facts("any", "Cualquier cosa", "", "other", "irregular"),
)
SOURCES = {
    "inei": "inei",
    "world development indicators": "wdi",
    "wdi": "wdi",
    "mef": "mef",
    "ministerio de economia": "mef",
}


@cache
def known() -> Known:
    """Every place of Peru and some countries, the indicators above, three sources."""
    places = [Place(at, slug, title, "country", slug) for at, (slug, title) in enumerate(COUNTRIES.items(), 1)]
    paths = {"pe": "pe"}
    for level in ("department", "province", "district"):
        for row in table(f"{level}s.csv"):
            path = paths[row["inei"]] = f"{paths[row['parent_inei']]}/{row['inei']}"
            place = Place(len(places) + 1, row["inei"], row["name"], level, path, row["inei"], row["reniec"] or None)
            places.append(place)
    return Known(Places(places), {facts.slug: facts for facts in FACTS}, SOURCES)


def place(slug: str) -> int:
    return known().places.by_slug[slug].id


def lines(*rows: Sequence[str]) -> list[Line]:
    """Rows numbered from 1; what is empty is left out, as the reader of files does."""
    return [(number, list(cells)) for number, cells in enumerate(rows, 1) if any(cells)]


def text(content: str, mark: str = ";") -> list[Line]:
    """A table written out, one row a line."""
    return lines(*(row.strip().split(mark) for row in content.strip("\n").splitlines()))


class Read:
    """A file read through what it seems to say and what a person answers."""

    def __init__(self, rows: Sequence[Line], **answers: Any) -> None:
        self.proposed = propose(rows[:200], known())
        self.mapping = {**self.proposed, **answers}
        self.mapping["columns"] = {**self.proposed["columns"], **(answers.get("columns") or {})}
        self.asked = [question.key for question in questions(self.mapping, known())]
        self.left_out: dict[str, int] = {}
        found = list(read(iter(rows), self.mapping, known(), self.left_out))
        self.cells = [each for each in found if isinstance(each, Cell)]
        self.refusals = [each for each in found if isinstance(each, Refusal)]

    def value(self, slug: str, period: str, indicator: str = "", **groups: str) -> Decimal | None:
        return self.cell(slug, period, indicator, **groups).value

    def cell(self, slug: str, period: str, indicator: str = "", **groups: str) -> Cell:
        wanted = tuple(sorted(groups.items()))
        found = [
            cell for cell in self.cells
            if cell.territory == place(slug) and cell.period == period and cell.breakdown == wanted
            and indicator in ("", cell.indicator)
        ]  # fmt: skip
        assert len(found) == 1, found
        return found[0]

    def total(self, period: str, indicator: str = "", inside: str = "") -> Decimal:
        ids = {each.id for slug, each in known().places.by_slug.items() if slug.startswith(inside)}
        return sum(
            (cell.value for cell in self.cells
             if cell.value is not None and cell.period == period and indicator in ("", cell.indicator) and cell.territory in ids),
            Decimal(0),
        )  # fmt: skip


def file(path: Path, number: int = 0) -> list[Line]:
    return sheets.read(path, number).rows
