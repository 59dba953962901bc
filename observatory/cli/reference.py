"""The demonstration's sources, places, organisations, sites and tags, loaded through the services."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from observatory.cli.reading import (
    CREATED,
    OPERATOR,
    OPERATOR_SLUG,
    day,
    decimal_of,
    entries_of,
    ids,
    moment,
    published_later,
    rows_of,
)
from observatory.kernel import clock, db
from observatory.kernel.config import DATA
from observatory.records import Record, Source

SEEDS = DATA / "seeds"


def load_sources(path: Path) -> dict[str, int]:
    """Source ids by key."""
    for entry in entries_of(path):
        note = entry.get("note") or ""
        db.session.add(
            Source(
                key=entry["key"],
                title=entry["title"],
                publisher=entry.get("publisher") or "",
                url=entry.get("url") or "",
                licence=entry.get("licence") or "",
                as_of=str(entry.get("as_of") or ""),
                note=note.get("es", "") if isinstance(note, dict) else note,
            )
        )
    db.session.flush()
    return {row.key: row.id for row in db.session.execute(select(Source.key, Source.id))}


def load_places(folder: Path, sources: dict[str, int]) -> None:
    """The country, its departments, provinces and districts."""
    from observatory.rooms.places import service

    rows = {name: list(rows_of(folder / f"{name}.csv")) for name in ("departments", "provinces", "districts")}
    total = sum(int(row["population"]) for row in rows["districts"] if row["population"])
    source = sources["inei-2025"]
    with clock.frozen(moment(CREATED - 1)):
        made = {
            "pe": service.add_territory(
                OPERATOR, None, code="pe", title="Perú", capital="Lima", population=total, population_source_id=source
            )
        }
        db.session.flush()
        for name in ("departments", "provinces", "districts"):
            for row in rows[name]:
                made[row["inei"]] = service.add_territory(
                    OPERATOR,
                    None,
                    code=row["inei"],
                    title=row["name"],
                    parent=made[row["parent_inei"]],
                    reniec=row["reniec"] or None,
                    capital=row["capital"],
                    population=int(row["population"]) if row["population"] else None,
                    population_source_id=source if row["population"] else None,
                    position=_position(row),
                )
            db.session.flush()


def _position(row: dict[str, str]) -> dict[str, Any]:
    """Where a territory lies, on the ground and on the tile map."""
    found: dict[str, Any] = {name: decimal_of(row[name]) for name in ("latitude", "longitude", "altitude")}
    if row.get("tile_row"):
        found |= {"tile_row": int(row["tile_row"]), "tile_column": int(row["tile_column"]), "short": row["short"]}
    return found


def load_organisations(entries: list[dict[str, Any]], sources: dict[str, int]) -> None:
    """Organisations of every sector."""
    from observatory.rooms.organisations import service
    from observatory.rooms.organisations.models import Organisation

    made: dict[str, Organisation] = {}
    drafts = published_later(SEEDS, "organisation")
    for number, entry in enumerate(entries):
        with clock.frozen(moment(CREATED, number)):
            made[entry["slug"]] = service.create(
                OPERATOR,
                None,
                slug=entry["slug"],
                publish=entry["slug"] not in drafts,
                is_demo=bool(entry.get("demo")),
                source_id=sources.get(entry.get("source") or ""),
                title=entry["name"],
                summary=entry["summary"]["es"],
                language="es",
                acronym=entry.get("acronym") or "",
                sector=entry["sector"],
                level=entry.get("level"),
                ruc=entry.get("ruc"),
                website=entry.get("website") or "",
                places=entry.get("territories") or (),
            )


def load_relations(entries: list[dict[str, Any]], sources: dict[str, int]) -> None:
    """Who controls whom, and what became of whom."""
    from observatory.rooms.organisations import service
    from observatory.rooms.organisations.models import Organisation

    made = {organisation.slug: organisation for organisation in db.session.scalars(select(Organisation))}
    with clock.frozen(moment(CREATED + 1)):
        for entry in entries:
            for control in entry.get("controlled_by") or ():
                service.record_control(
                    OPERATOR,
                    made[entry["slug"]],
                    parent_id=made[control["organisation"]].id,
                    from_on=day(control, "from"),
                    to_on=day(control, "to"),
                    source_id=sources.get(control.get("source") or ""),
                )
            for earlier in entry.get("predecessors") or ():
                service.record_succession(
                    OPERATOR,
                    made[earlier["organisation"]],
                    successor_id=made[entry["slug"]].id,
                    how=earlier["how"],
                    on=day(earlier, "on"),
                    source_id=sources.get(earlier.get("source") or ""),
                )


def load_sites(folder: Path, sources: dict[str, int]) -> None:
    """Extractive units with operators, districts and sourced facts; contradictions stand side by side."""
    from observatory.aspects.reference import service as facts
    from observatory.rooms.places import service
    from observatory.rooms.places.service import parts

    organisations = ids("organisation")
    drafts = published_later(SEEDS, "site")
    opposed = entries_of(folder / "contradictions.yaml")
    for number, entry in enumerate(entries_of(folder / "sites.yaml")):
        with clock.frozen(moment(CREATED + 2, number)):
            site = service.create_site(
                OPERATOR,
                None,
                slug=entry["slug"],
                publish=entry["slug"] not in drafts,
                is_demo=bool(entry.get("demo")),
                source_id=sources.get(entry.get("stage_source") or ""),
                keeper_id=organisations[entry.get("keeper") or OPERATOR_SLUG],
                title=entry["name"],
                summary=entry["summary"]["es"],
                language="es",
                stage=entry["stage"],
                minerals=entry.get("minerals") or (),
            )
            contradictions = load_contradictions(site, opposed, sources)
            for part in entry.get("operators") or ():
                parts.record_operator(
                    OPERATOR,
                    site,
                    organisation_id=organisations[part["organisation"]],
                    role=part["role"],
                    share=decimal_of(part.get("share")),
                    from_on=day(part, "from"),
                    to_on=day(part, "to"),
                    source_id=sources.get(part.get("source") or ""),
                )
            for part in entry.get("districts") or ():
                basis = part.get("basis") or {}
                parts.record_district(
                    OPERATOR,
                    site,
                    code=part["inei"],
                    share=decimal_of(part.get("share")),
                    basis_es=basis.get("es", ""),
                    basis_en=basis.get("en", ""),
                    contradiction_id=contradictions.get(part.get("contradiction") or ""),
                    source_id=sources.get(part.get("source") or ""),
                )
            for fact in entry.get("facts") or ():
                facts.record_fact(
                    OPERATOR,
                    site,
                    text_es=fact["text"]["es"],
                    text_en=fact["text"].get("en", ""),
                    value=str(fact.get("value") or ""),
                    as_of=str(fact.get("as_of") or day(fact, "as_of") or ""),
                    source_id=sources.get(fact.get("source") or ""),
                    contradiction_id=contradictions.get(fact.get("contradiction") or ""),
                )


def load_contradictions(site: Record, entries: list[dict[str, Any]], sources: dict[str, int]) -> dict[str, int]:
    """Contradiction ids of `site` by key."""
    from observatory.rooms.places.service import parts

    found = {}
    for entry in entries:
        if entry["site"] != site.slug:
            continue
        consequence = entry.get("consequence") or {}
        row = parts.record_contradiction(
            OPERATOR,
            site,
            key=entry["key"],
            question_es=entry["question"]["es"],
            question_en=entry["question"].get("en", ""),
            consequence_es=consequence.get("es", ""),
            consequence_en=consequence.get("en", ""),
            source_id=sources.get(entry.get("consequence_source") or ""),
        )
        found[entry["key"]] = row.id
    return found


def load_tags(seeds: Path, organisations: list[dict[str, Any]]) -> None:
    """The controlled list of tags, and who carries which."""
    from observatory.aspects.tags import service

    tags = {
        entry["key"]: service.add_tag(OPERATOR, None, key=entry["key"], label_es=entry["es"], label_en=entry["en"])
        for entry in entries_of(seeds / "tags.yaml")
    }
    db.session.flush()
    tagged = [("organisation", entry) for entry in organisations]
    tagged += [("site", entry) for entry in entries_of(seeds / "places" / "sites.yaml")]
    known = {kind: ids(kind) for kind in ("organisation", "site")}
    for number, (kind, entry) in enumerate(tagged):
        record = db.session.get(Record, known[kind][entry["slug"]])
        with clock.frozen(moment(CREATED + 3, number)):
            for key in entry.get("tags") or ():
                service.tag(OPERATOR, record, tag=tags[key])
