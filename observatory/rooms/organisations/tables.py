"""Organisations as a register: what the list's CSV holds goes in again, and other people's lists of organisations do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from stdnum.pe import ruc as ruc_numbers

from observatory.kernel import db
from observatory.kernel.desk import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    Column,
    Outcome,
    Problem,
    Row,
    one_of,
)
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, lazy_, slugify
from observatory.records.models import DRAFT, LANGUAGES, PUBLISHED, WITHDRAWN
from observatory.records.queries import records
from observatory.rooms.organisations import queries
from observatory.rooms.organisations.models import LEVELS, SECTORS, Organisation

organisations = Organisation.__table__
_FIELDS = ("name", "acronym", "sector", "level", "ruc", "website", "places", "summary", "language")


def ruc(text: str) -> str:
    """A taxpayer number, checked."""
    digits = re.sub(r"\D", "", text)
    if not ruc_numbers.is_valid(digits):
        raise ValueError(_("This is no RUC: it has 11 digits, of which the last checks the others."))
    return digits


def codes(text: str) -> tuple[str, ...]:
    """INEI codes of places, divided by spaces, commas or semicolons."""
    return tuple(sorted({part.lower() for part in re.split(r"[\s,;]+", text.strip()) if part}))


COLUMNS = (
    Column("slug", lazy_("Address of the page"), str),
    Column("name", lazy_("Name"), str, ("nombre", "razon social", "organizacion", "title", "titulo")),
    Column("acronym", lazy_("Acronym"), str, ("sigla", "siglas")),
    Column("sector", lazy_("Sector"), one_of(SECTORS)),
    Column("level", lazy_("Level of government"), one_of(LEVELS), ("nivel", "nivel de gobierno")),
    Column("ruc", lazy_("RUC"), ruc, ("numero de ruc", "ruc 11")),
    Column("website", lazy_("Website"), str, ("web", "pagina web", "sitio web", "url")),
    Column("places", lazy_("Places where it belongs"), codes, ("lugares", "ubigeos", "ubigeo inei")),
    Column(
        "state", lazy_("State"), one_of({PUBLISHED: PUBLISHED, DRAFT: DRAFT, "withdrawn": "withdrawn"}), ("estado",)
    ),
    Column("summary", lazy_("What it is and does"), str, ("resumen", "descripcion")),
    Column("language", lazy_("Language of the name and text"), one_of(LANGUAGES), ("idioma",)),
)


def questions(mapping: Mapping[str, Any]) -> list[str]:
    """By what an organisation is known: its name alone is not enough, since two may share one."""
    columns = mapping["columns"]
    if not {"slug", "ruc"} & set(columns):
        return [
            _("No column says which organisation is meant: one with the RUC or the last part of the address is needed.")
        ]
    return []


def plan(actor: Actor, rows: Sequence[Row], mapping: Mapping[str, Any]) -> list[Outcome]:
    """What would become of each row, in the order of the file."""
    stored, by_ruc = _stored()
    mentioned = {place for row in rows for place in row.values.get("places", ())}
    known_places = set(queries.territory_ids(mentioned))
    outcomes: list[Outcome] = []
    seen: dict[str, Row] = {}
    for row in rows:
        outcomes.append(_outcome(row, stored, by_ruc, known_places, seen))
    return outcomes


def obstacle(organisation: Any, made: bool) -> object | None:
    """Why an organisation can't be given back to what it was before a batch."""
    if not made:
        return _("It has been withdrawn.") if organisation.state == WITHDRAWN else None
    if organisation.state == DRAFT:
        return _("It is a draft, which only its own people and the stewards see: it stays.")
    return _("It has been withdrawn already.") if organisation.state == WITHDRAWN else None


def _stored() -> tuple[dict[str, Any], dict[str, str]]:
    joined = records.join(organisations, organisations.c.id == records.c.id)
    statement = select(
        records.c.id, records.c.slug, records.c.title.label("name"), records.c.summary, records.c.language,
        records.c.state, organisations.c.acronym, organisations.c.sector, organisations.c.level, organisations.c.ruc,
        organisations.c.website,
    ).select_from(joined)  # fmt: skip
    rows = db.session.execute(statement).all()
    belongs = queries.places([row.id for row in rows])
    found = {
        row.slug: {**row._mapping, "places": tuple(sorted(place.slug for place in belongs.get(row.id, ())))}
        for row in rows
    }
    return found, {row.ruc: row.slug for row in rows if row.ruc}


def _outcome(
    row: Row, stored: Mapping[str, Any], by_ruc: Mapping[str, str], known_places: set[str], seen: dict[str, Row]
) -> Outcome:
    slug = row.values.get("slug")
    owner = by_ruc.get(row.values.get("ruc", ""))
    if slug is None:
        slug = owner or (slugify(row.values["name"]) if "name" in row.values else None)
    elif owner is not None and owner != slug and not row.problems:
        row.problems.append(Problem("ruc", row.values["ruc"], _("The organisation %(slug)s has this RUC.", slug=owner)))
    unknown = [place for place in row.values.get("places", ()) if place not in known_places]
    if unknown:
        row.problems.append(
            Problem("places", row.texts["places"], _("No place has the code %(code)s.", code=unknown[0]))
        )
    before = stored.get(slug or "")
    if before is None and not row.problems and not {"slug", "ruc"} & set(row.values):
        row.problems.append(Problem("", "", _("This row says neither a RUC nor an address: which organisation is it?")))
    if before is None and not {"name", "sector"} <= set(row.values):
        row.problems.append(Problem("", "", _("A new organisation needs its name and its sector.")))
    if slug in seen and not row.problems:
        same = all(seen[slug].values.get(name) == row.values.get(name) for name in _FIELDS)
        if not same:
            reason = _("Row %(number)s says something else of the same organisation.", number=seen[slug].number)
            row.problems.append(Problem("slug", str(slug), reason))
        else:
            return Outcome(row, UNCHANGED, {}, slug)
    if row.problems or slug is None:
        return Outcome(row, REFUSED)
    seen[slug] = row
    changes = {
        name: (before[name] if before else None, row.values[name])
        for name in _FIELDS
        if name in row.values and (before is None or (before[name] or "") != row.values[name])
    }
    if before is None:
        return Outcome(row, NEW, changes, slug)
    return Outcome(row, CHANGED if changes else UNCHANGED, changes, slug)
