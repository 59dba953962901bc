"""Handovers that the walk through all routes needs, beside that of the demonstration: of the visitors' own organisation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from observatory.app import create_app, registry
from observatory.cli.story import acting
from observatory.kernel import clock
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.rooms.handovers import service
from observatory.rooms.handovers.models import CUSTODY, Handover, HandoverItem
from observatory.rooms.handovers.queries import cases
from observatory.rooms.handovers.service import transferring

LIAISON = "gonzalo.ferreyra@demo.example"
"""The visitor `representative`, whose mandate is older than that of the visitor `manager`."""
RUNNING, OVER = 30, -500
"""Days from today on which the terms end: for one both visitors go; for the other the manager came since."""


def add_handovers(database: Database, settings: Settings, organisation: str) -> None:
    app = create_app(settings)
    with app.test_request_context("/"):
        for days in (OVER, RUNNING):  # the older first: of two open ones the second would be refused
            last = clock.today() + dt.timedelta(days)
            moment = dt.datetime.combine(min(last, clock.today()), dt.time(1), clock.LIMA)
            with clock.frozen(moment):
                with database.unit_of_work():
                    made = service.open_handover(
                        acting(LIAISON, organisation), None, sources=registry().holdings, term_ends_on=last,
                        act="Resolución de prueba", proclaimed_by="Jurado de prueba",
                    )  # fmt: skip
                with database.unit_of_work() as unit:
                    actor = acting(LIAISON, organisation)
                    case = cases.case_of(actor, unit.get_one(Handover, made.id))
                    service.add_custody(actor, case, kind="key", title="Llaves del depósito", detail="En secretaría.")
                    for item in unit.scalars(select(HandoverItem).where(HandoverItem.handover_id == made.id)).all():
                        if item.source != CUSTODY:  # of what is in custody nothing is said yet
                            transferring.confirm_item(actor, case, item=item, note_="Está en la oficina 2.")
    app.extensions["observatory.database"].close()


def numbers(unit: Session) -> dict[str, Any]:
    """What addresses about these handovers need, by the names under which paths of tests ask for it."""
    found: dict[str, Any] = {"after_next": (clock.today() + dt.timedelta(60)).isoformat()}
    for name, days in (("running", RUNNING), ("past", OVER)):
        last = clock.today() + dt.timedelta(days)
        id = unit.scalars(select(Handover.id).where(Handover.term_ends_on == last)).one()
        item = select(HandoverItem.id).where(HandoverItem.handover_id == id, HandoverItem.source == CUSTODY)
        found |= {f"{name}_handover": id, f"{name}_item": unit.scalars(item).one()}
    return found
