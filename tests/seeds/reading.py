"""The seed files as tables and mappings, read once a run."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SEEDS = Path(__file__).parents[2] / "seeds"


@cache
def table(name: str) -> list[dict[str, str]]:
    with (SEEDS / "places" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def document(name: str) -> Any:
    return yaml.safe_load((SEEDS / name).read_text(encoding="utf-8"))


def organisations() -> dict[str, dict[str, Any]]:
    both = document("organisations/public.yaml") + document("organisations/fictitious.yaml")
    found = {organisation["slug"]: organisation for organisation in both}
    assert len(found) == len(both), "a slug stands twice"
    return found


def sites() -> dict[str, dict[str, Any]]:
    return {site["slug"]: site for site in document("places/sites.yaml")}


def people() -> dict[str, dict[str, Any]]:
    return {person["key"]: person for person in document("people/people.yaml")}


def place_codes() -> set[str]:
    return {row["inei"] for name in ("departments.csv", "provinces.csv", "districts.csv") for row in table(name)}


def source_keys() -> set[str]:
    return {s["key"] for name in ("places/sources.yaml", "indicators/sources.yaml") for s in document(name)}


def walk(value: Any) -> list[Any]:
    """Every mapping inside a document."""
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in walk(inner))]
    return [found for inner in value for found in walk(inner)] if isinstance(value, list) else []


def documents() -> dict[str, Any]:
    return {str(path.relative_to(SEEDS)): document(str(path.relative_to(SEEDS))) for path in SEEDS.rglob("*.yaml")}
