"""The indicators of the demonstration, brought through the services: real figures with their sources, and invented ones."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from observatory.cli.reading import CREATED, OPERATOR, entries_of, ids, moment
from observatory.cli.reference import load_sources
from observatory.cli.story import acting
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.kernel.exact import plain
from observatory.kernel.policy import Actor
from observatory.kernel.text import slugify
from observatory.rooms.indicators import service
from observatory.rooms.indicators.models import Definition, Delivery, Indicator, Target
from observatory.rooms.indicators.queries import cases
from observatory.rooms.indicators.service import delivering, targets
from observatory.rooms.indicators.service.writing import Ready

_WORDS = ("title", "summary", "code", "level", "phrase_es", "phrase_en", "language")
_SHEET = (
    "unit", "kind", "currency", "decimals", "direction", "frequency", "release_days", "definition", "method", "limitations",
    "disaggregations", "producer_name", "licence", "reason",
)  # fmt: skip


class Loader:
    """Loads files of indicators; what one defines, the next may be weighted by."""

    def __init__(self, database: Database, seeds: Path, sources: dict[str, int]) -> None:
        self._database, self._folder = database, seeds / "indicators"
        self._people = {entry["key"]: entry["email"] for entry in entries_of(seeds / "people" / "people.yaml")}
        with database.unit_of_work():
            self._sources = {**sources, **load_sources(self._folder / "sources.yaml")}
        with database.reading():
            self._organisations, self._places = ids("organisation"), ids("territory")
        self._year = clock.today().year

    def load(self, path: Path) -> None:
        """Everything of one file; each act commits by itself, as it would have."""
        for entry in entries_of(path):
            self._define(entry)
            if entry.get("draft"):
                continue
            for group in entry.get("series") or ():
                self._deliver(entry, group)
            for target in entry.get("targets") or ():
                self._aim(entry, target)
            if entry.get("given_up"):
                with clock.frozen(moment(-40)), self._database.unit_of_work():
                    actor = self._actor(entry)
                    indicator = self._indicator(entry["key"])
                    successor = entry["given_up"].get("successor")
                    service.give_up(
                        actor, cases.case_of(actor, indicator), reason=entry["given_up"]["reason"],
                        successor_id=self._indicator(successor).id if successor else None,
                    )  # fmt: skip

    def _actor(self, entry: dict[str, Any], by: str = "by", under: str = "as") -> Actor:
        if not entry.get(by):
            return OPERATOR
        if db.in_unit():
            return acting(self._people[entry[by]], entry.get(under))
        with self._database.reading():
            return acting(self._people[entry[by]], entry.get(under))

    def _indicator(self, key: str) -> Indicator:
        return db.session.scalars(select(Indicator).where(Indicator.slug == slugify(key))).one()

    def _define(self, entry: dict[str, Any]) -> None:
        values = {name: entry[name] for name in (*_WORDS, *_SHEET) if entry.get(name) is not None}
        if entry.get("phrase"):
            values["phrase_es"] = entry["phrase"]
        values["over_places"], values["over_periods"] = entry.get("places", "none"), entry.get("periods", "none")
        with clock.frozen(moment(max(CREATED + 8, -300))):
            actor = self._actor(entry)
            with self._database.unit_of_work():
                if entry.get("tolerance") is not None:
                    values["tolerance"] = Decimal(str(entry["tolerance"]))
                for name, key in (("weight_id", "weight"), ("per_head_id", "per_head")):
                    if entry.get(key):
                        values[name] = self._indicator(entry[key]).id
                if entry.get("producer"):
                    values["producer_id"] = self._organisations[entry["producer"]]
                keeper = self._organisations[entry["keeper"]] if entry.get("keeper") else None
                service.create(
                    actor, None, is_demo=bool(entry.get("demo")), keeper_id=keeper, slug=slugify(entry["key"]), **values
                )
            if entry.get("draft"):
                return
            with self._database.unit_of_work():
                service.propose(actor, cases.case_of(actor, self._indicator(entry["key"])))
            if entry.get("proposed"):
                return
            with self._database.unit_of_work():
                checker = self._actor(entry, "approved_by", "approved_as")
                service.approve(checker, cases.case_of(checker, self._indicator(entry["key"])))
        if entry.get("next_version"):
            self._redefine(entry)

    def _redefine(self, entry: dict[str, Any]) -> None:
        more = dict(entry["next_version"])
        comparable = bool(more.pop("comparable", False))
        reason = more.pop("reason")
        with clock.frozen(moment(-120)):
            actor = self._actor(entry)
            with self._database.unit_of_work():
                service.redefine(actor, cases.case_of(actor, self._indicator(entry["key"])), reason=reason)
            with self._database.unit_of_work():
                service.edit(actor, cases.case_of(actor, self._indicator(entry["key"])), **more)
            with self._database.unit_of_work():
                service.propose(actor, cases.case_of(actor, self._indicator(entry["key"])), comparable=comparable)
            with self._database.unit_of_work():
                checker = self._actor(entry, "approved_by", "approved_as")
                service.approve(checker, cases.case_of(checker, self._indicator(entry["key"])))

    def _deliver(self, entry: dict[str, Any], group: dict[str, Any]) -> None:
        at = moment(float(group.get("days_ago", 100)) * -1)
        with clock.frozen(at), self._database.unit_of_work():
            actor = self._actor({**entry, **group}) if entry.get("demo") else OPERATOR
            indicator = self._indicator(entry["key"])
            definition = db.session.get(Definition, indicator.definition_id)
            assert definition is not None
            breakdown = [(slugify(key), key, str(value)) for key, value in (group.get("breakdown") or {}).items()]
            lineage = int(group.get("lineage") or definition.lineage)
            series = delivering.series_for(
                indicator, lineage, breakdown, group.get("scope") or "", group.get("scope_en") or ""
            )
            rows = list(self._rows(group, series.id))
            if entry.get("demo"):
                made = delivering.deliver(actor, None, rows=rows, remark=group.get("remark") or "")
            else:
                made = delivering.deliver_published(actor, None, rows=rows)
            number = made.id
        if entry.get("demo") and not group.get("waits"):
            with clock.frozen(at + dt.timedelta(days=2)), self._database.unit_of_work():
                checker = self._actor({**entry, **group}, "validated_by", "validated_as")
                delivery = db.session.get(Delivery, number)
                assert delivery is not None
                delivering.validate(checker, cases.handed_of(checker, delivery), publish=True)

    def _rows(self, group: dict[str, Any], series_id: int) -> Iterator[Ready]:
        source = self._sources[group["source"]]
        as_of = str(group.get("as_of") or "")
        given = list(group.get("observations") or ())
        if group.get("table"):
            with (self._folder / group["table"]).open(encoding="utf-8", newline="") as handle:
                given += list(csv.DictReader(handle))
        for each in given:
            value = each.get("value")
            told = None if value in (None, "") else plain(Decimal(str(value)))
            status = each.get("status") or ("A" if told is not None else "O")
            place = str(each["place"])
            yield Ready(
                series_id, self._places[place], self._period(str(each["period"])), told, status,
                str(each.get("as_of") or as_of)[:40], str(each.get("note") or "")[:300], source,
            )  # fmt: skip

    def _period(self, text: str) -> str:
        """`{Y-1}` is the year before the one in which the demonstration is loaded."""
        if not text.startswith("{"):
            return text
        inside, _brace, rest = text[1:].partition("}")
        offset = inside.removeprefix("Y") or "0"
        return f"{self._year + int(offset)}{rest}"

    def _aim(self, entry: dict[str, Any], given: dict[str, Any]) -> None:
        baseline = given.get("baseline") or {}
        versions = given.get("versions") or [given]
        made: int | None = None
        for number, version in enumerate(versions):
            ago = version.get("days_ago")
            at = moment(-float(ago)) if ago is not None else _day(version.get("set_on")) or moment(-200 + number * 100)
            with clock.frozen(at), self._database.unit_of_work():
                actor = self._actor({**entry, **version})
                indicator = self._indicator(entry["key"])
                before = db.session.get(Target, made) if made is not None else None
                more: dict[str, Any] = {}
                if before is None and baseline:
                    more = {
                        "baseline_period": self._period(str(baseline["period"])),
                        "baseline_value": Decimal(str(baseline["value"])),
                    }
                source = version.get("source") or given.get("source")
                target = targets.set_target(
                    actor, cases.case_of(actor, indicator), place=str(given["place"]),
                    period=self._period(str(version.get("period") or given["period"])), value=Decimal(str(version["value"])),
                    document=version.get("document") or given.get("document") or "",
                    source_id=self._sources[source] if source else None, reason=version.get("reason") or "", revises=before,
                    **more,
                )  # fmt: skip
                made = target.id


def _day(text: Any) -> dt.datetime | None:
    if not text:
        return None
    return dt.datetime.combine(dt.date.fromisoformat(str(text)), dt.time(10), clock.LIMA)
