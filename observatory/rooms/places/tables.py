"""Territories as a register: files of INEI and RENIEC codes go in as they are, and the two are never mixed up."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select

from observatory.kernel import db
from observatory.kernel.desk import CHANGED, NEW, REFUSED, UNCHANGED, Column, Option, Outcome, Problem, Row, whole
from observatory.kernel.desk import number as decimal
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, fold, lazy_
from observatory.records.queries import records
from observatory.rooms.places.models import Territory, code

territories = Territory.__table__
COUNTRY_CODE, COUNTRY_NAME = "pe", "Perú"
_FIELDS = ("name", "reniec", "capital", "population", "latitude", "longitude", "altitude")
_SMALL = {"de", "del", "la", "las", "los", "el", "y"}

COLUMNS = (
    Column("inei", lazy_("INEI code"), code, ("ubigeo inei", "cod ubigeo inei", "codigo inei", "iddist")),
    Column("reniec", lazy_("RENIEC code"), code, ("ubigeo reniec", "cod ubigeo reniec", "codigo reniec")),
    Column("ubigeo", lazy_("Code of a system that the file does not name"), code, ("cod ubigeo", "codigo")),
    Column("level", lazy_("Level"), str, ("nivel",)),
    Column("name", lazy_("Name"), str, ("nombre", "distrito", "desc ubigeo inei", "district")),
    Column("department", lazy_("Department"), str, ("departamento", "desc dep inei", "region")),
    Column("province", lazy_("Province"), str, ("provincia", "desc prov inei")),
    Column("capital", lazy_("Capital"), str, ("capital legal",)),
    Column("population", lazy_("Population"), whole, ("poblacion", "poblacion total")),
    Column("population_source", lazy_("Source of the population"), str),
    Column("latitude", lazy_("Latitude"), decimal, ("latitud",)),
    Column("longitude", lazy_("Longitude"), decimal, ("longitud",)),
    Column("altitude", lazy_("Altitude, in metres"), decimal, ("altitud",)),
)


def questions(mapping: Mapping[str, Any]) -> list[str]:
    """Which code system a bare `ubigeo` is of, and where populations come from: never guessed."""
    columns, found = mapping["columns"], []
    if not {"inei", "reniec", "ubigeo"} & set(columns):
        found.append(_("No column holds codes. Without a code, names alone are ambiguous."))
    if "ubigeo" in columns and "inei" not in columns and mapping.get("system") not in {"inei", "reniec"}:
        found.append(_("Which system are the codes of: say system, either inei or reniec."))
    if "population" in columns and "population_source" not in columns and not mapping.get("source"):
        found.append(_("Where do the populations come from: say source, the title of the document."))
    return found


def plan(actor: Actor, rows: Sequence[Row], mapping: Mapping[str, Any]) -> list[Outcome]:
    """What would become of each row, larger places first, with the departments and provinces that the file implies."""
    stored = _stored()
    by_reniec = {row["reniec"]: slug for slug, row in stored.items() if row["reniec"]}
    system = "inei" if "inei" in mapping["columns"] else mapping.get("system")
    for row in rows:
        _place(row, str(system), mapping, by_reniec)
    _doubt(rows, stored, str(system), mapping)
    implied = _implied(rows, stored) if mapping.get("adds", True) else {}
    outcomes, seen = [], dict[str, Outcome]()
    taken = dict(by_reniec)
    for slug, name in sorted(implied.items(), key=lambda item: (item[0] != COUNTRY_CODE, len(item[0]), item[0])):
        made = Row(0, {}, {"code": slug, "name": name})
        outcomes.append(Outcome(made, NEW, {"name": (None, name)}, slug))
    for row in sorted(rows, key=lambda row: len(row.values.get("code", "")) or 9):
        outcome = _outcome(row, stored, implied, seen, taken, mapping)
        outcomes.append(outcome)
        if outcome.kind != REFUSED:
            seen.setdefault(row.values["code"], outcome)
    return outcomes


def obstacle(territory: Any, made: bool) -> object | None:
    """Why a place can't be given back to what it was before a batch: one that was added stays, since others lie in it."""
    return _("It was added by this file, and places are not taken out: correct it by hand.") if made else None


OPTIONS = (
    Option(
        "system", lazy_("Of which system are the codes?"),
        {"inei": lazy_("INEI: statistics, budgets, canon"), "reniec": lazy_("RENIEC: identity documents, elections")},
        help=lazy_("Only for a column that says neither. The same six digits name different districts in the two."),
    ),
    Option("source", lazy_("Where do the populations come from?"), {}, help=lazy_("The title of the document.")),
    Option("adds", lazy_("Add places that are not here yet"), standard=True),
    Option("renames", lazy_("Let the file's names replace the ones here"), standard=False),
    Option(
        "follow_names", lazy_("Where a code belongs to another place today, follow the name"), standard=False,
        help=lazy_("Only if just one place of that province bears it."),
    ),
)  # fmt: skip


def _stored() -> dict[str, Any]:
    joined = records.join(territories, territories.c.id == records.c.id)
    statement = select(
        records.c.slug, records.c.title.label("name"), territories.c.reniec, territories.c.capital,
        territories.c.population, territories.c.latitude, territories.c.longitude, territories.c.altitude,
    ).select_from(joined)  # fmt: skip
    return {row.slug: row._mapping for row in db.session.execute(statement)}


def _place(row: Row, system: str, mapping: Mapping[str, Any], by_reniec: Mapping[str, str]) -> None:
    """Say by which place's code a row is known, and what the place is called."""
    known = row.values.get("inei")
    if known is None and "ubigeo" in row.values:
        if system == "inei":
            known = row.values["ubigeo"]
        else:
            row.values.setdefault("reniec", row.values["ubigeo"])
    if known is None and "reniec" in row.values:
        known = by_reniec.get(row.values["reniec"])
        if known is None:
            reason = _("No place here has this RENIEC code, and the INEI code can't be derived from it.")
            row.problems.append(Problem("reniec", row.values["reniec"], reason))
    if known is None and fold(row.texts.get("level", "")) in {"country", "pais"}:
        known = COUNTRY_CODE
    if known is None:
        if not row.problems:
            row.problems.append(Problem("", "", _("This row has no code.")))
        return
    row.values["code"] = known
    if "name" not in row.values and len(known) < 6:
        level = "department" if len(known) == 2 else "province"
        if level in row.values:
            row.values["name"] = row.values[level]


def _doubt(rows: Sequence[Row], stored: Mapping[str, Any], system: str, mapping: Mapping[str, Any]) -> None:
    """Refuse all rows when the names say that the codes are of the other system."""
    if "ubigeo" not in mapping["columns"] or "inei" in mapping["columns"]:
        return
    other = "reniec" if system == "inei" else "inei"
    codes = {
        "inei": {slug: slug for slug in stored},
        "reniec": {r["reniec"]: s for s, r in stored.items() if r["reniec"]},
    }
    fits: Counter[str] = Counter()
    for row in rows:
        for each in ("inei", "reniec"):
            slug = codes[each].get(row.values.get("ubigeo", ""))
            if slug and "name" in row.values and fold(stored[slug]["name"]) == fold(row.values["name"]):
                fits[each] += 1
    if fits[other] > 10 and fits[other] > 2 * fits[system]:
        reason = _(
            "The names fit the codes of %(other)s far better than those of %(system)s.",
            other=other.upper(), system=system.upper(),
        )  # fmt: skip
        for row in rows:
            row.problems.append(Problem("ubigeo", row.texts.get("ubigeo", ""), reason, f'"system": "{other}"'))


def _implied(rows: Sequence[Row], stored: Mapping[str, Any]) -> dict[str, str]:
    """The country, departments and provinces that rows lie in and nobody has named yet, by code, as most rows call them."""
    own = {row.values.get("code") for row in rows}
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        known = row.values.get("code", "")
        if row.problems or known in stored:
            continue
        for length, column in ((2, "department"), (4, "province")):
            if len(known) > length and column in row.values:
                said[known[:length]][row.values[column]] += 1
    found = {c: proper(names.most_common(1)[0][0]) for c, names in said.items() if c not in stored and c not in own}
    if COUNTRY_CODE not in stored and any("code" in row.values for row in rows):
        found[COUNTRY_CODE] = COUNTRY_NAME
    return found


def _outcome(
    row: Row, stored: Mapping[str, Any], implied: Mapping[str, str], seen: Mapping[str, Outcome], taken: dict[str, str],
    mapping: Mapping[str, Any],
) -> Outcome:  # fmt: skip
    if row.problems:
        return Outcome(row, REFUSED)
    known = _meant(row, stored, mapping)
    if known is None:
        return Outcome(row, REFUSED)
    row.values["code"] = known
    before = stored.get(known)
    wanted = {name: row.values[name] for name in _FIELDS if name in row.values}
    if "name" in wanted:
        wanted["name"] = proper(wanted["name"])
        if before is not None and (not mapping.get("renames") or fold(before["name"]) == fold(wanted["name"])):
            del wanted["name"]  # the same name, here with its accents
    if "capital" in wanted and before is not None and fold(before["capital"] or "") == fold(wanted["capital"]):
        del wanted["capital"]
    changes = {
        name: (before[name] if before else None, value)
        for name, value in wanted.items()
        if before is None or not _same(before[name], value)
    }
    twin = seen.get(known)
    if twin is not None:
        same = all(twin.row.values.get(name) == row.values.get(name) for name in _FIELDS)
        if same:
            return Outcome(row, UNCHANGED, {}, known)
        return _refused(
            row, "", known, _("Row %(number)s says something else of the same place.", number=twin.row.number)
        )
    owner = taken.get(wanted.get("reniec", ""))
    if owner is not None and owner != known:
        return _refused(row, "reniec", wanted["reniec"], _("The place %(code)s has this RENIEC code.", code=owner))
    if "reniec" in wanted:
        taken[wanted["reniec"]] = known
    if before is not None:
        return Outcome(row, CHANGED if changes else UNCHANGED, changes, known)
    if not mapping.get("adds", True):
        return _refused(row, "inei", known, _("No place here has this code, and the mapping says that none is added."))
    if "name" not in wanted:
        return _refused(row, "name", "", _("A new place needs its name."))
    parent = known[:-2] or COUNTRY_CODE
    if parent not in stored and parent not in implied and parent not in seen:
        return _refused(row, "inei", known, _("The place %(code)s, in which it lies, is not here.", code=parent))
    return Outcome(row, NEW, changes, known)


def _meant(row: Row, stored: Mapping[str, Any], mapping: Mapping[str, Any]) -> str | None:
    """The code of the place that a row speaks of; None, with the problem told, where its code and its name disagree.

    Codes change: a file of other years gives a code of today's to another district. With `follow_names` the name decides
    where exactly one place of the same province bears it; it is never guessed.
    """
    known, name = str(row.values["code"]), row.values.get("name")
    before = stored.get(known)
    if name is None or mapping.get("renames"):
        return known
    if before is not None and _alike(before["name"], name):
        return known
    called = [c for c, place in stored.items() if c[:-2] == known[:-2] and fold(place["name"]) == fold(name)]
    if len(called) == 1 and mapping.get("follow_names"):
        return called[0]
    if before is None:
        return known
    reason = _(
        "The place %(code)s is called %(name)s here: the file may be of another year.", code=known, name=before["name"]
    )
    row.problems.append(Problem("name", name, reason, called[0] if len(called) == 1 else ""))
    return None


def _alike(one: str, other: str) -> bool:
    """Whether two names are one in two spellings."""
    return fold(one) == fold(other) or SequenceMatcher(None, fold(one), fold(other)).ratio() >= 0.75


def _refused(row: Row, column: str, value: str, reason: str) -> Outcome:
    row.problems.append(Problem(column, value, reason))
    return Outcome(row, REFUSED)


def _same(old: object, new: object) -> bool:
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        return abs(old - new) * 2 <= Decimal(10) ** int(old.as_tuple().exponent)  # as closely as it is kept
    return old == new


def proper(name: str) -> str:
    """A name in capitals as people write it; any other stays."""
    name = re.sub(r"\s+", " ", name).strip()
    if not name.isupper():
        return name
    words = [word if word in _SMALL and at else word.capitalize() for at, word in enumerate(name.lower().split(" "))]
    return " ".join(words)
