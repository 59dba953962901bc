"""The invented people of the demonstration and what they did, replayed through the services at its own time."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from observatory.cli.reading import CREATED, OPERATOR, day, entries_of, ids, moment
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.people import mandates
from observatory.people.models import Mandate, Person
from observatory.people.passwords import Passwords
from observatory.people.queries import actor_of
from observatory.records import Record


def load_people(seeds: Path, passwords: Passwords) -> list[dict[str, str]]:
    """Invented people with their mandates; answers the demo accounts with their random passwords."""
    accounts = []
    organisations = ids("organisation")
    titles = {row.id: row.title for row in db.session.execute(select(Record.__table__.c.id, Record.__table__.c.title))}
    for entry in entries_of(seeds / "people" / "people.yaml"):
        person = Person(email=entry["email"], name=entry["name"], language=entry["language"], is_demo=True)
        person.created_at = person.verified_at = moment(CREATED + 4)
        db.session.add(person)
        db.session.flush()
        for mandate in entry["mandates"]:
            record = db.session.get(Record, organisations[mandate["organisation"]])
            started = clock.today() + dt.timedelta(days=mandate["from_days"])
            with clock.frozen(moment(max(mandate["from_days"], CREATED + 5))):
                mandates.appoint(
                    OPERATOR,
                    record,
                    person=person,
                    role=mandate["role"],
                    from_on=started,
                    to_on=day(mandate, "to"),
                    title=mandate["title"]["es"],
                    appointing_act=mandate.get("appointing_act") or "",
                )
        if entry.get("demo_role"):
            password = f"{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
            person.password_hash = passwords.hash(password)
            first = titles[organisations[entry["mandates"][0]["organisation"]]] if entry["mandates"] else ""
            accounts.append(
                {"role": entry["demo_role"], "email": entry["email"], "password": password, "organisation": first}
            )
    return accounts


def replay(database: Database, seeds: Path) -> None:
    """The edits of seeds/history, each under a mandate that was live then; then the drafts. Each commits by itself,
    as it would have."""
    story = yaml.safe_load((seeds / "history" / "edits.yaml").read_text(encoding="utf-8"))
    people = {entry["key"]: entry["email"] for entry in entries_of(seeds / "people" / "people.yaml")}
    edits = sorted(story["edits"], key=lambda entry: -float(entry["days_ago"]))
    for entry in [*edits, *story["drafts"]]:
        with clock.frozen(moment(-float(entry["days_ago"]))), database.unit_of_work():
            actor = acting(people[entry["by"]], entry["organisation"])
            if "values" in entry:
                _draft(actor, entry)
            elif entry["kind"] == "mandate":
                _revoke(actor, people[entry["person"]], entry)
            else:
                _edit(actor, entry)


def _edit(actor: Actor, entry: dict[str, Any]) -> None:
    from observatory.rooms.organisations import service as organisations
    from observatory.rooms.organisations.models import Organisation
    from observatory.rooms.places import service as places
    from observatory.rooms.places.models import Site

    verbs: dict[tuple[str, str], Callable[..., Any]] = {
        ("organisation", "edit"): organisations.edit,
        ("organisation", "publish"): organisations.publish,
        ("organisation", "withdraw"): organisations.withdraw,
        ("site", "edit"): places.edit_site,
        ("site", "publish"): places.publish_site,
        ("site", "withdraw"): places.withdraw_site,
    }
    classes: dict[str, type[Record]] = {"organisation": Organisation, "site": Site}
    cls = classes[entry["kind"]]
    record = db.session.scalars(select(cls).where(cls.slug == entry["slug"])).one()
    values = {"reason": entry["comment"]} if entry["action"] == "withdraw" else _values(entry.get("changes") or {})
    verbs[entry["kind"], entry["action"]](actor, record, **values)


def _values(changes: dict[str, Any]) -> dict[str, Any]:
    """Seeds' names as the verbs', texts in the language of the record."""
    names = {"name": "title", "territories": "places"}
    known = {"title", "summary", "acronym", "sector", "level", "website", "stage", "minerals", "places"}
    found = {names.get(key, key): v["es"] if isinstance(v, dict) else v for key, v in changes.items()}
    return {key: value for key, value in found.items() if key in known}


def _revoke(actor: Actor, email: str, entry: dict[str, Any]) -> None:
    organisation = ids("organisation")[entry["organisation"]]
    mandate = db.session.scalars(
        select(Mandate)
        .join(Person, Person.id == Mandate.person_id)
        .where(Person.email == email, Mandate.organisation_id == organisation, Mandate.is_live(clock.today()))
    ).one()
    mandates.revoke(actor, mandate, reason=entry["comment"])


def _draft(actor: Actor, entry: dict[str, Any]) -> None:
    from observatory.rooms.organisations import service as organisations
    from observatory.rooms.places import service as places
    from observatory.rooms.places.service import parts

    values = _values(entry["values"])
    if entry["kind"] == "organisation":
        values.pop("stage", None)
        organisations.create(actor, None, slug=entry["slug"], is_demo=True, **values)
    else:
        said = entry["values"]
        keeper = ids("organisation")[said.get("keeper") or entry["organisation"]]
        site = places.create_site(actor, None, slug=entry["slug"], is_demo=True, keeper_id=keeper, **values)
        db.session.flush()
        for part in said.get("operators") or ():
            parts.record_operator(
                actor,
                site,
                organisation_id=ids("organisation")[part["organisation"]],
                role=part["role"],
                share=Decimal(part["share"]) if part.get("share") else None,
                from_on=day(part, "from"),
            )
        for part in said.get("districts") or ():
            basis = part["basis"]
            parts.record_district(actor, site, code=part["inei"], basis_es=basis["es"], basis_en=basis["en"])


def acting(email: str, organisation: str | None) -> Actor:
    """The person under a mandate for the organisation that is live now, the most powerful first; without one, as a
    citizen."""
    person = db.session.scalars(select(Person).where(Person.email == email)).one()
    if organisation is None:
        return actor_of(person, mandate_id=None, via="seed")
    live = db.session.scalars(
        select(Mandate).where(
            Mandate.person_id == person.id,
            Mandate.organisation_id == ids("organisation")[organisation],
            Mandate.is_live(clock.today()),
        )
    ).all()
    if not live:
        raise ValueError(f"seeds: {email} has no mandate for {organisation} on {clock.today()}")
    best = min(live, key=lambda mandate: mandate.role not in {"steward", "manager"})
    return actor_of(person, mandate_id=best.id, via="seed")
