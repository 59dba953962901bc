"""The roundtables of the demonstration, brought through the services: real bodies as far as known, and invented ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sqlalchemy import select

from observatory.app import registry
from observatory.aspects.reference import service as facts
from observatory.cli.meetings import Run
from observatory.cli.reading import CREATED, OPERATOR, day, entries_of, ids, moment
from observatory.cli.story import acting
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.kernel.policy import Actor
from observatory.records.models import Source
from observatory.rooms.roundtables import service
from observatory.rooms.roundtables.models import Roundtable, RoundtableSession
from observatory.rooms.roundtables.models.past import Came, Dealt
from observatory.rooms.roundtables.queries import sessions
from observatory.rooms.roundtables.service import preparing, recording, seating

_SAME = (
    "title", "summary", "form", "founding_act", "founding_url", "quorum_percent", "quorum_strict", "decision_rule", "rhythm_days",
    "place",
)  # fmt: skip


class Loader:
    """Loads files of roundtables."""

    def __init__(self, database: Database, seeds: Path, sources: dict[str, int]) -> None:
        self._database, self._sources = database, sources
        self._people = {entry["key"]: entry["email"] for entry in entries_of(seeds / "people" / "people.yaml")}
        with database.reading():
            self._organisations, self._sites = ids("organisation"), ids("site")

    def load(self, path: Path) -> None:
        """Everything of one file; each act commits by itself, as it would have."""
        for number, entry in enumerate(entries_of(path)):
            with clock.frozen(moment(CREATED + 20, number)):
                with self._database.unit_of_work():
                    self._draft(entry)
                with self._database.unit_of_work():
                    self._seat(entry)
                with self._database.unit_of_work():
                    service.install(self._actor(entry), self._found(entry))
                if entry.get("closed"):
                    with self._database.unit_of_work():
                        told = entry["closed"]
                        service.close(OPERATOR, self._found(entry), on=day(told, "on"), reason=told["reason"])

            for told in entry.get("past") or ():
                with clock.frozen(moment(-5)), self._database.unit_of_work():
                    self._record(entry, told)
            for number, told in enumerate(entry.get("sessions") or ()):
                convened = min(told["starts_days"] - 10, -4)
                with clock.frozen(moment(convened, number)):
                    made, begins = self._prepare(entry, told)
                if told.get("run"):
                    run = Run(self._database, self._people, self._organisations)
                    run.run(made, entry["body"], entry["by"], told["run"], begins)

    def _record(self, entry: dict[str, Any], told: dict[str, Any]) -> None:
        """A session that is known from a document, with its items and what came of them."""
        source = db.session.get_one(Source, self._sources[told["source"]])
        recording.record_session(
            self._actor(entry), self._found(entry), held_on=day(told, "held_on"), quorum=told.get("quorum"),
            called=told.get("called", ""), document=told["document"], document_url=source.url or "", source_id=source.id,
            items=[
                Dealt(item["title"], item.get("note", ""), [Came(**came) for came in item.get("came", ())])
                for item in told["items"]
            ],
        )  # fmt: skip

    def _prepare(self, entry: dict[str, Any], told: dict[str, Any]) -> tuple[int, dt.datetime]:
        """A session with its agenda, convened where it says so; its number, and when it begins."""
        starts_at = dt.datetime.combine(dt.date.today() + dt.timedelta(told["starts_days"]), dt.time(9, 30), clock.LIMA)
        with self._database.unit_of_work():
            actor = self._actor(entry)
            number = preparing.plan_session(actor, self._found(entry), starts_at=starts_at, venue=told["venue"]).id
        with self._database.unit_of_work() as unit:
            actor, session = self._actor(entry), unit.get_one(RoundtableSession, number)
            offered = {
                key: (source.name, matter)
                for source, every in sessions.offered(actor, session, registry().matters)
                for key, matter in every
                if source.name in told.get("take_up", ())
            }
            if offered:
                preparing.take_up(actor, session, offered=offered, chosen=list(offered)[:3])
            for item in told["items"]:
                preparing.add_item(actor, session, title=item["title"], known=item.get("note", ""))
        if told.get("convened"):
            with self._database.unit_of_work() as unit:
                preparing.convene(
                    self._actor(entry), unit.get_one(RoundtableSession, number), link=f"/sessions/{number}"
                )
        return number, starts_at

    def _actor(self, entry: dict[str, Any]) -> Actor:
        return acting(self._people[entry["by"]], entry["body"]) if entry.get("by") else OPERATOR

    def _found(self, entry: dict[str, Any]) -> Roundtable:
        return db.session.scalars(select(Roundtable).where(Roundtable.slug == entry["slug"])).one()

    def _draft(self, entry: dict[str, Any]) -> None:
        roundtable = service.create(
            self._actor(entry), None, keeper_id=self._organisations[entry["body"]], slug=entry["slug"],
            source_id=self._sources[entry["source"]] if entry.get("source") else None, founded_on=day(entry, "founded"),
            expires_on=day(entry, "expires"), site_id=self._sites.get(entry.get("site") or ""),
            **{name: entry[name] for name in _SAME if name in entry},
        )  # fmt: skip
        for fact in entry.get("facts") or ():
            facts.record_fact(
                OPERATOR, roundtable, text_es=fact["text"]["es"], text_en=fact["text"]["en"], value=str(fact.get("value") or ""),
                as_of=str(fact.get("as_of") or ""), source_id=self._sources[fact["source"]],
            )  # fmt: skip

    def _seat(self, entry: dict[str, Any]) -> None:
        actor, roundtable = self._actor(entry), self._found(entry)
        groups = {
            each["name"]: seating.set_constituency(actor, roundtable, name=each["name"], needed=each["needed"]).id
            for each in entry.get("groups") or ()
        }
        for seat in entry.get("seats") or ():
            seating.give_seat(
                actor, roundtable, constituency_id=groups[seat["group"]],
                organisation_id=self._organisations[seat["organisation"]],
                alternate_id=self._organisations.get(seat.get("alternate") or ""), from_on=day(seat, "from"), act=seat["act"],
            )  # fmt: skip
        for each in entry.get("commissions") or ():
            members = [self._organisations[slug] for slug in each["members"]]
            seating.form_commission(actor, roundtable, name=each["name"], task=each["task"], members=members)
