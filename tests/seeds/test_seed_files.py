"""The seed files agree with each other, with the code that reads them, and mark every invention."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import Any

from stdnum.pe import ruc

from observatory.people.models import OPERATOR_ROLES, ROLES
from observatory.rooms.organisations.models import HOW, LEVELLED, LEVELS, SECTORS
from observatory.rooms.places.models import MINERALS, STAGES
from observatory.rooms.places.models import ROLES as PARTS
from tests.seeds.reading import document, documents, organisations, people, place_codes, sites, source_keys, table, walk

DEMO_ROLES = {
    "administrator", "steward", "moderator", "liaison", "officer", "secretary", "verifier", "academic", "community",
    "ngo",
}  # fmt: skip

# References between the files


def test_texts_carry_both_languages() -> None:
    for name, content in documents().items():
        for mapping in walk(content):
            if {"es", "en"} & set(mapping):
                assert {"es", "en"} <= set(mapping), (name, mapping)
                assert set(mapping) <= {"es", "en", "key"}, (name, mapping)
                assert all(isinstance(mapping[language], str) and mapping[language] for language in ("es", "en"))
            assert all(isinstance(key, str) for key in mapping), (name, mapping)


def test_sources_are_declared() -> None:
    known = source_keys()
    for name, content in documents().items():
        for mapping in walk(content):
            for field in ("source", "stage_source", "minerals_source", "consequence_source"):
                assert mapping.get(field, "demo") in known, (name, mapping)
            assert set(mapping.get("also", [])) <= known, (name, mapping)
    limits = {"key": 80, "title": 400, "publisher": 200, "url": 500, "licence": 200, "as_of": 40}
    for source in [*document("places/sources.yaml"), *document("indicators/sources.yaml")]:
        assert all(len(source[field] or "") <= limit for field, limit in limits.items()), source["key"]
        assert {"key", "title", "publisher", "url", "licence", "as_of", "used_for", "note"} <= set(source)


def test_tags_are_controlled() -> None:
    known = {tag["key"] for tag in document("tags.yaml")}
    assert 12 <= len(known) <= 20
    for name, content in documents().items():
        for mapping in walk(content):
            assert set(mapping.get("tags") or []) <= known, (name, mapping)


def test_organisations_are_complete() -> None:
    found = organisations()
    assert len([slug for slug in found if slug.startswith("gobierno-regional-de")]) == 25
    assert {organisation["sector"] for organisation in found.values() if organisation["demo"]} == set(SECTORS)
    for slug, organisation in found.items():
        assert re.fullmatch(r"[a-z0-9-]+", slug)
        assert organisation["sector"] in SECTORS
        public = organisation["sector"] in LEVELLED
        assert (organisation["level"] in LEVELS) if public else (organisation["level"] is None), slug
        assert set(organisation["territories"]) <= place_codes() | {"pe"}, slug
        assert isinstance(organisation["demo"], bool)
        if "ruc" in organisation:
            assert not organisation["demo"]
            assert ruc.is_valid(organisation["ruc"]), slug
        for link in organisation.get("controlled_by", []) + organisation.get("predecessors", []):
            assert link["organisation"] in found, slug
            assert found[link["organisation"]]["demo"] is organisation["demo"], "fact and fiction are linked"
        for link in organisation.get("predecessors", []):
            assert link["how"] in {*HOW, "followed"}
    assert sum(bool(organisation.get("operator")) for organisation in found.values()) == 1


def test_sites_are_complete() -> None:
    found = organisations()
    districts = {row["inei"] for row in table("districts.csv")}
    for slug, site in sites().items():
        assert site["stage"] in STAGES
        assert set(site["minerals"]) <= set(MINERALS)
        assert site["keeper"] in found
        assert {district["inei"] for district in site["districts"]} <= districts
        for operator in site["operators"]:
            assert operator["role"] in PARTS
            assert found[operator["organisation"]]["demo"] is site["demo"], slug
            assert operator["share"] is None or 0 < Decimal(operator["share"]) <= 100
        if site["demo"]:
            assert site["stage_source"] == "demo"
            assert sum(Decimal(district["share"]) for district in site["districts"]) == 100
        for fact in site["facts"]:
            assert isinstance(fact["value"], str)
            assert "as_of" in fact or "as_of_days" in fact


def test_shares_of_fictitious_sites_add_up_every_day() -> None:
    for slug, site in sites().items():
        if not site["demo"]:
            continue
        first = min(operator["from_days"] for operator in site["operators"])
        for day in range(first, 1):
            live = [o for o in site["operators"] if o["from_days"] <= day <= (o["to_days"] or 0)]
            assert sum(Decimal(o["share"]) for o in live) == 100, (slug, day)
            assert sum(o["role"] == "operator" for o in live) == 1, (slug, day)


def test_contradictions_point_both_ways() -> None:
    for contradiction in document("places/contradictions.yaml"):
        rows = [row for row in sites()[contradiction["site"]][contradiction["on"]] if row.get("contradiction")]
        assert {row["contradiction"] for row in rows} == {contradiction["key"]}
        field = "inei" if contradiction["on"] == "districts" else "value"
        assert {claim[field] for claim in contradiction["claims"]} == {row[field] for row in rows}


# People and what they did


def test_people_are_invented_and_complete() -> None:
    everyone = people()
    assert {person["demo_role"] for person in everyone.values()} - {None} == DEMO_ROLES
    assert len({person["email"] for person in everyone.values()}) == len(everyone) >= 22
    roles: Counter[tuple[str, str]] = Counter()
    for key, person in everyone.items():
        assert person["demo"] is True
        assert person["email"].endswith("@demo.example")
        assert person["language"] in {"es", "en"}
        for mandate in person["mandates"]:
            organisation = organisations()[mandate["organisation"]]
            assert organisation["demo"] is True, key
            assert mandate["from_days"] < (mandate["to_days"] or 0) or mandate["to_days"] is None
            assert mandate["from_days"] < 0
            assert mandate["role"] in ROLES
            if mandate["role"] in OPERATOR_ROLES:
                assert organisation.get("operator"), key
            roles[mandate["organisation"], mandate["role"]] += 1
    for slug in {organisation for organisation, _ in roles}:
        assert roles[slug, "manager"], f"{slug} has no manager"


def test_the_demo_shows_ended_ending_and_double_mandates() -> None:
    mandates = [mandate for person in people().values() for mandate in person["mandates"]]
    assert any(mandate["to_days"] is not None and mandate["to_days"] < 0 for mandate in mandates)
    assert any(mandate["to_days"] is not None and 0 < mandate["to_days"] <= 60 for mandate in mandates)
    assert any(
        len({m["organisation"] for m in person["mandates"] if m["to_days"] is None or m["to_days"] > 0}) > 1
        for person in people().values()
    )


def holds(person: dict[str, Any], organisation: str, roles: set[str], days_ago: int) -> bool:
    return any(
        mandate["organisation"] == organisation
        and mandate["role"] in roles
        and mandate["from_days"] <= -days_ago
        and (mandate["to_days"] is None or mandate["to_days"] >= -days_ago)
        for mandate in person["mandates"]
    )


def test_edits_were_allowed_on_their_day() -> None:
    history, found, everyone = document("history/edits.yaml"), organisations(), people()
    edits = history["edits"]
    assert 22 <= len(edits) <= 30
    assert len(history["drafts"]) == 2
    assert [edit["days_ago"] for edit in edits] == sorted((edit["days_ago"] for edit in edits), reverse=True)
    for edit in edits + history["drafts"]:
        assert edit["days_ago"] < history["created_days_ago"]
        person, kind = everyone[edit["by"]], edit["kind"]
        if edit.get("action") == "revoke":
            assert holds(everyone[edit["person"]], edit["organisation"], {edit["role"]}, edit["days_ago"])
            assert holds(person, edit["organisation"], {"manager"}, edit["days_ago"])
        elif found[edit["organisation"]].get("operator"):
            assert holds(person, edit["organisation"], {"steward"}, edit["days_ago"]), edit
        else:
            allowed = {"manager"} if edit["action"] in {"publish", "withdraw"} else {"manager", "representative"}
            keeper = edit["slug"] if kind == "organisation" else sites()[edit["slug"]]["keeper"]
            assert keeper == edit["organisation"], edit
            assert holds(person, edit["organisation"], allowed, edit["days_ago"]), edit


def test_edits_change_fictitious_records_and_really_change_them() -> None:
    history = document("history/edits.yaml")
    records: dict[tuple[str, str], dict[str, Any]] = {("organisation", k): dict(v) for k, v in organisations().items()}
    records |= {("site", slug): dict(site) for slug, site in sites().items()}
    for draft in history["drafts"]:
        assert (draft["kind"], draft["slug"]) not in records
        assert draft["values"]["demo"] is True
    for edit in history["edits"]:
        if edit["kind"] == "mandate":
            continue
        record = records[edit["kind"], edit["slug"]]
        assert record["demo"] is True, edit
        if edit["action"] == "publish":
            assert record.pop("state") == "draft"
        elif edit["action"] == "withdraw":
            assert edit["comment"]
        fields = {"name", "acronym", "summary", "website"} if edit["kind"] == "organisation" else {"stage", "summary"}
        assert set(edit["changes"]) <= fields, edit
        for field, value in edit["changes"].items():
            assert record.get(field) != value, (edit["slug"], field)
            assert field != "stage" or value in STAGES
            record[field] = value
    assert not any(record.get("state") == "draft" for record in records.values())


def test_regional_governments_quote_the_place_tables() -> None:
    for slug, organisation in organisations().items():
        if not slug.startswith("gobierno-regional-de"):
            continue
        codes = tuple(organisation["territories"])
        inside = [row for row in table("districts.csv") if row["inei"].startswith(codes)]
        population = f"{sum(int(row['population']) for row in inside):,}"
        for text in organisation["summary"].values():
            assert f"{population} " in text, slug
            assert f" {len(inside)} distri" in text, slug
