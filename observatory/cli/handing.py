"""The handovers of the demonstration, replayed through the services at their own time: all of them invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from observatory.app import registry
from observatory.cli.reading import day, entries_of, moment
from observatory.cli.story import acting
from observatory.kernel import clock, db
from observatory.kernel.db import Database
from observatory.rooms.handovers import service
from observatory.rooms.handovers.models import OBSERVED, RECEIVED, Handover, HandoverItem
from observatory.rooms.handovers.policy import Case
from observatory.rooms.handovers.queries import cases
from observatory.rooms.handovers.service import transferring


class Loader:
    """Loads files of handovers."""

    def __init__(self, database: Database, seeds: Path) -> None:
        self._database = database
        self._people = {entry["key"]: entry["email"] for entry in entries_of(seeds / "people" / "people.yaml")}

    def load(self, path: Path) -> None:
        """Everything of one file; each act commits by itself, as it would have."""
        for entry in entries_of(path):
            number = 0
            for minute, act in enumerate(entry["story"]):
                with clock.frozen(moment(-float(act["days_ago"]), minute)), self._database.unit_of_work() as unit:
                    actor = acting(self._people[act["by"]], entry["organisation"])
                    if act["do"] == "open":
                        made = service.open_handover(
                            actor, None, sources=registry().holdings, term_ends_on=day(entry, "term_ends"), act=entry["act"],
                            proclaimed_by=entry["proclaimed_by"],
                        )  # fmt: skip
                        number = made.id
                        continue
                    case = cases.case_of(actor, unit.get_one(Handover, number))
                    _ACTS[act["do"]](actor, case, act)


def _item(case: Case, act: dict[str, Any]) -> HandoverItem:
    """The item that an act is about: the so-manieth of a group."""
    own = select(HandoverItem).where(HandoverItem.handover_id == case.handover.id, HandoverItem.source == act["group"])
    return list(db.session.scalars(own.order_by(HandoverItem.number)))[act["item"] - 1]


def _confirm_rest(actor: Any, case: Case, act: dict[str, Any]) -> None:
    """Whatever nothing is said of yet."""
    own = select(HandoverItem).where(
        HandoverItem.handover_id == case.handover.id, HandoverItem.confirmed_at.is_(None), HandoverItem.note == ""
    )
    for item in list(db.session.scalars(own.order_by(HandoverItem.number))):
        transferring.confirm_item(actor, case, item=item, confirmed=True)


_ACTS: dict[str, Callable[[Any, Case, dict[str, Any]], object]] = {
    "custody": lambda actor, case, act: service.add_custody(
        actor, case, kind=act["kind"], title=act["title"], detail=act["detail"]
    ),
    "refresh": lambda actor, case, act: service.refresh(actor, case, sources=registry().holdings),
    "confirm_all": lambda actor, case, act: transferring.confirm_all(
        actor, case, source=act["group"], note_=act.get("note", "")
    ),
    "confirm_rest": _confirm_rest,
    "confirm": lambda actor, case, act: transferring.confirm_item(
        actor, case, item=_item(case, act), confirmed=True, note_=act.get("note", "")
    ),
    "remark": lambda actor, case, act: transferring.confirm_item(
        actor, case, item=_item(case, act), confirmed=False, note_=act["note"]
    ),
    "receive": lambda actor, case, act: transferring.answer_item(actor, case, item=_item(case, act), answer=RECEIVED),
    "receive_all": lambda actor, case, act: transferring.answer_all(actor, case, source=act["group"], answer=RECEIVED),
    "observe": lambda actor, case, act: transferring.answer_item(
        actor, case, item=_item(case, act), answer=OBSERVED, reason=act["reason"]
    ),
    "sign": lambda actor, case, act: transferring.sign(actor, case),
}
