"""What commitments say at a moment, in words: for documents that are frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from observatory.aspects.history import queries as histories
from observatory.aspects.history import story
from observatory.kernel import clock, db
from observatory.kernel.formats import date, number
from observatory.kernel.offers import Dossier, Reading
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, _n
from observatory.records.models import DRAFT, Record
from observatory.records.queries import records, visible
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import STATES, CommitmentParty, Milestone, VerifierAsked
from observatory.rooms.commitments.models.words import (
    ACCEPTED,
    CANCELLED,
    CLAIMED,
    MONEY,
    PROPOSED,
    RESPONSIBLE,
    SUPERSEDED,
    SUSPENDED,
    VERIFIED,
    shift_of,
)
from observatory.rooms.commitments.queries import commitments, rows

MOST_TOLD = 12
_UNTOLD = (
    "CommitmentDrafted",
    "CommitmentEdited",
    "DisputeModerated",
    "Tagged",
    "Untagged",
    "Translated",
    "TranslationTakenBack",
)
_SINCE = {
    PROPOSED: "proposed_on", ACCEPTED: "accepted_on", CLAIMED: "claimed_on", VERIFIED: "verified_on",
    SUSPENDED: "suspended_on", CANCELLED: "closed_on", SUPERSEDED: "closed_on",
}  # fmt: skip
"""Which column says since when it is in a state; of others the history knows it."""
_SYMBOLS = {"PEN": "S/", "USD": "US$", "EUR": "€"}
overseer = aliased(Record.__table__, name="overseer")


def of(actor: Actor, ids: Sequence[int]) -> Mapping[int, Dossier]:
    """The dossiers of those of these commitments that the actor may see, in eight statements and those of the history."""
    today = clock.today()
    found = _rows(actor, ids)
    known = [row.id for row in found]
    parties = _named(actor, CommitmentParty, CommitmentParty.role == RESPONSIBLE, known)
    waits = VerifierAsked.done_at.is_(None)
    asked = _named(actor, VerifierAsked, and_(waits, VerifierAsked.told_at.is_not(None)), known)
    chosen = _named(actor, VerifierAsked, and_(waits, VerifierAsked.told_at.is_(None)), known)
    steps = _steps(known)
    since = histories.state_since(actor, known)
    told = story.plainly(
        actor, histories.of_records(actor, known, MOST_TOLD, but=_UNTOLD), _("this commitment")
    )  # fmt: skip
    return {
        row.id: Dossier(
            facts=[
                (str(label), str(value))
                for label, value in _facts(row, parties.get(row.id, ()), chosen.get(row.id, ()), asked.get(row.id, ()), steps.get(row.id, ()), since, today)
                if value
            ],
            figures=_figures(row),
            history=[(_day(at).isoformat(), words) for at, words in told.get(row.id, ())],
        )
        for row in found
    }  # fmt: skip


def _rows(actor: Actor, ids: Sequence[int]) -> list[Any]:
    statement = rows(
        actor, commitments.c.verbatim, commitments.c.expected_result, commitments.c.document, commitments.c.promised_on,
        commitments.c.amount, commitments.c.currency, commitments.c.money, commitments.c.money_note,
        commitments.c.suspended_on, overseer.c.title.label("overseer"),
    )  # fmt: skip
    joined = statement.get_final_froms()[0].outerjoin(
        overseer, and_(overseer.c.id == commitments.c.oversight_id, overseer.c.state != DRAFT)
    )
    statement = statement.select_from(joined).where(records.c.kind == "commitment", records.c.id.in_(list(ids)))
    return list(db.session.execute(statement)) if ids else []


def _named(actor: Actor, cls: Any, condition: Any, ids: Sequence[int]) -> dict[int, list[str]]:
    """The organisations of a table about these commitments, by commitment, as far as the actor may see them."""
    statement = select(cls.commitment_id, records.c.title).join(records, records.c.id == cls.organisation_id)
    statement = statement.where(cls.commitment_id.in_(list(ids)), condition, visible(actor))
    found: dict[int, list[str]] = {}
    for row in db.session.execute(statement.order_by(cls.id)) if ids else ():
        found.setdefault(row.commitment_id, []).append(row.title)
    return found


def _steps(ids: Sequence[int]) -> dict[int, list[Any]]:
    table = Milestone.__table__
    statement = select(table).where(table.c.commitment_id.in_(list(ids))).order_by(table.c.position, table.c.id)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement) if ids else ():
        found.setdefault(row.commitment_id, []).append(row)
    return found


def _facts(
    row: Any,
    responsible: Sequence[str],
    chosen: Sequence[str],
    asked: Sequence[str],
    steps: Sequence[Any],
    since: Mapping[int, dt.datetime],
    today: dt.date,
) -> list[tuple[object, object]]:
    source = ", ".join(part for part in (row.document, date(row.promised_on) if row.promised_on else "") if part)
    found: list[tuple[object, object]] = [
        (_("The promise, word for word"), row.verbatim or row.title),
        (_("Document"), source),
        (_("What can be measured once it is kept"), row.expected_result),
        (_("Owed by"), row.accountable or row.accountable_as_written),
        (_("Carried out by"), ", ".join(responsible)),
        (_("Overseen by"), row.overseer),
        (_("Verified by"), row.verifier),
        (_("Named to verify"), ", ".join(chosen) if row.state != VERIFIED else ""),
        (_("Asked to verify"), ", ".join(asked) if row.state != VERIFIED else ""),
        (_("State"), _state(row, since)),
        (_("First due date"), date(row.due_original) if row.due_original else _("no date was promised")),
        (_("Due date now"), date(row.due_current) if row.due_current else ""),
        (_("Late"), _late(row, today)),
        (_("At risk"), ", ".join(_RISKS[each]() for each in formulas.risks(row, today))),
        (_("Contested"), _("somebody says that it is not done") if formulas.is_contested(row) else ""),
        (_("Where the money comes from"), ". ".join(str(p) for p in (MONEY.get(row.money), row.money_note) if p)),
    ]  # fmt: skip
    shift = shift_of(row.due_original, row.due_current)
    found += [(_("Milestone: %(title)s", title=step.title), _step(step, shift)) for step in steps]
    return found


def _state(row: Any, since: Mapping[int, dt.datetime]) -> str:
    day = getattr(row, _SINCE[row.state]) if row.state in _SINCE else None
    if day is None and row.id in since:
        day = _day(since[row.id])
    state = str(STATES.get(row.state, row.state))
    return _("%(state)s, since %(date)s", state=state, date=date(day)) if day else state


def _late(row: Any, today: dt.date) -> str:
    days = formulas.days_late_now(row, today) if formulas.is_late(row, today) else None
    return _n("%(num)s day late", "%(num)s days late", days) if days else ""


def _step(step: Any, shift: dt.timedelta) -> str:
    claimed = _("%(percent)s %% claimed", percent=step.claimed)
    return ", ".join((claimed, _("due on %(date)s", date=date(step.due_on + shift)))) if step.due_on else claimed


def _figures(row: Any) -> list[Reading]:
    found = []
    if row.amount is not None:
        value = f"{_SYMBOLS.get(row.currency, row.currency)} {number(row.amount, 2 if row.amount % 1 else 0)}"
        found.append(Reading(_("Amount"), value, date(row.promised_on) if row.promised_on else "", row.document))
    if row.reported_on is not None:  # before, nobody has claimed anything
        said = row.accountable or row.accountable_as_written
        found.append(Reading(_("Claimed progress"), f"{row.progress // 100} %", date(row.reported_on), said))
    return found


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(clock.LIMA).date()


_RISKS = {
    "slow": lambda: _("most of its time is over and little is done"),
    "milestone": lambda: _("the date of a milestone is over"),
    "silent": lambda: _("nobody has reported on it for two months"),
}
