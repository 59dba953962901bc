"""The commitments of the demonstration, replayed through the services at their own time: real facts, and invented ones."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from observatory.cli.reading import CREATED, OPERATOR, entries_of, ids, moment
from observatory.cli.story import acting
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.kernel.files import Files
from observatory.kernel.policy import Actor
from observatory.rooms.commitments import service
from observatory.rooms.commitments.models import Commitment, Contribution, Dispute
from observatory.rooms.commitments.models.checking import SETTLED
from observatory.rooms.commitments.policy import Case, Sitting
from observatory.rooms.commitments.queries import cases
from observatory.rooms.commitments.queries.page import standing_evidence
from observatory.rooms.commitments.service import checking, deciding, reporting

_SAME = (
    "title", "verbatim", "planned_evidence", "document", "document_url", "phase", "problem", "money", "money_note",
    "currency", "accountable_as_written", "language",
)  # fmt: skip


class Loader:
    """Loads a file of commitments; what is said in one is known to the next by its key."""

    def __init__(self, database: Database, seeds: Path, files: Files, sources: dict[str, int]) -> None:
        self._database, self._files, self._sources = database, files, sources
        self._people = {entry["key"]: entry["email"] for entry in entries_of(seeds / "people" / "people.yaml")}
        self._made: dict[str, str] = {}
        with database.reading():
            self._organisations, self._sites = ids("organisation"), ids("site")

    def load(self, path: Path) -> None:
        """Everything of one file; each act commits by itself, as it would have."""
        for entry in entries_of(path):
            with self._database.unit_of_work():
                slug = self._made[entry["key"]] = self._draft(entry).slug
            for act in entry.get("story") or ():
                with clock.frozen(self._at(act)), self._database.unit_of_work():
                    commitment = db.session.scalars(select(Commitment).where(Commitment.slug == slug)).one()
                    getattr(self, f"_{act['do']}")(self._actor(act), commitment, act)

    @staticmethod
    def _at(act: dict[str, Any]) -> dt.datetime:
        if "on" in act:
            return dt.datetime.combine(dt.date.fromisoformat(str(act["on"])), dt.time(10), clock.LIMA)
        return moment(-float(act["days_ago"]))

    def _actor(self, act: dict[str, Any]) -> Actor:
        return acting(self._people[act["by"]], act.get("as")) if "by" in act else OPERATOR

    def _draft(self, entry: dict[str, Any]) -> Commitment:
        story = entry.get("story") or []
        values = {name: entry[name] for name in _SAME if entry.get(name)}
        if entry.get("result"):
            values["expected_result"] = entry["result"]
        for name, key in (("accountable_id", "accountable"), ("oversight_id", "oversight")):
            if entry.get(key):
                values[name] = self._organisations[entry[key]]
        if entry.get("site"):
            values["site_id"] = self._sites[entry["site"]]
        values |= {
            role: [self._organisations[slug] for slug in entry.get(role) or ()]
            for role in ("responsible", "contributing")
        }
        values |= {"nature": entry.get("kind"), "place": str(entry.get("place") or "")}
        values |= {"promised_on": self._day(entry, "promised"), "due_on": self._day(entry, "due")}
        if entry.get("amount"):
            values["amount"] = Decimal(str(entry["amount"]))
        values["milestones"] = [
            {"title": step["title"], "weight": Decimal(str(step["weight"])), "due_on": self._day(step, "due")}
            for step in entry.get("milestones") or ()
        ]
        begun = self._at(story[0]) - dt.timedelta(days=1) if story else moment(max(CREATED + 6, -20))
        with clock.frozen(begun):
            return service.create(
                OPERATOR, None, is_demo=entry.get("demo", True), covers=entry.get("covers", 1),
                source_id=self._sources.get(entry.get("source", "")),
                keeper_id=self._organisations[entry["keeper"]] if entry.get("keeper") else None, **values,
            )  # fmt: skip

    @staticmethod
    def _day(entry: dict[str, Any], name: str) -> dt.date | None:
        if entry.get(f"{name}_days") is not None:
            return dt.date.today() + dt.timedelta(days=int(entry[f"{name}_days"]))
        value = entry.get(f"{name}_on")
        return dt.date.fromisoformat(str(value)) if value else None

    def _case(self, actor: Actor, commitment: Commitment) -> Case:
        return cases.case_of(actor, commitment)

    def _propose(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        service.propose(actor, self._case(actor, commitment))

    def _accept(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        service.accept(actor, self._case(actor, commitment))

    def _record(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        service.record(
            actor, self._case(actor, commitment), state=act["state"], since=dt.date.fromisoformat(str(act["since"])),
            progress=act.get("progress"),
        )  # fmt: skip

    def _return(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        service.send_back(actor, self._case(actor, commitment), reason=act["reason"])

    def _report(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        reporting.report(
            actor, self._case(actor, commitment), narrative=act["narrative"], as_of=clock.today(),
            percents=act.get("percents"), percent=act.get("percent"), complete=bool(act.get("complete")),
            evidence=act.get("evidence") or (), files=self._files,
        )  # fmt: skip

    def _verify(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        standing = [row.id for row in standing_evidence(actor, commitment.id)]
        judged = {"accepted": standing} if act.get("accepts") else {"rejected": standing}
        checking.verify(
            actor, self._case(actor, commitment), finding=act["finding"], method=act["method"],
            narrative=act["narrative"], looked_on=clock.today(), **judged,
        )  # fmt: skip

    def _dispute(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        checking.dispute(actor, self._case(actor, commitment), words=act["words"])

    def _answer(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        waiting = select(Dispute).where(Dispute.commitment_id == commitment.id, Dispute.state != SETTLED)
        subject = db.session.scalars(waiting.order_by(Dispute.id)).first()
        checking.answer(actor, self._case(actor, commitment).about(subject), words=act["words"])

    def _decide(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        deciding.decide(
            actor, self._case(actor, commitment).about(Sitting(actor.organisation_id, clock.today(), act["document"])),
            kind=act["kind"], reason=act["reason"], due_on=self._day(act, "due"), successor=self._made.get(act.get("successor", ""), ""),
        )  # fmt: skip

    def _pledge(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        deciding.pledge(
            actor, self._case(actor, commitment), form=act["form"], what=act["what"],
            amount=Decimal(str(act["amount"])) if act.get("amount") else None, currency=act.get("currency") or "PEN",
        )  # fmt: skip

    def _deliver(self, actor: Actor, commitment: Commitment, act: dict[str, Any]) -> None:
        pledged = select(Contribution).where(
            Contribution.commitment_id == commitment.id, Contribution.organisation_id == actor.organisation_id,
            Contribution.state == "pledged",
        )  # fmt: skip
        subject = db.session.scalars(pledged.order_by(Contribution.id)).first()
        deciding.deliver(actor, self._case(actor, commitment).about(subject))
