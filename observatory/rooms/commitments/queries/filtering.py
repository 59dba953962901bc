"""The filters of the list of commitments: what stands in an address, as conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock
from observatory.kernel.text import fold
from observatory.records.models import DRAFT, WITHDRAWN, Record
from observatory.records.queries import records
from observatory.rooms.commitments import formulas
from observatory.rooms.commitments.models import STATES, Commitment, CommitmentParty
from observatory.rooms.commitments.models.words import CLAIMED, KEPT_TRACK, OPEN, RESPONSIBLE, VERIFIED
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.queries import at_or_below

FILTERS = (
    "state", "standing", "status", "late", "risk", "undated", "kind", "organisation", "part", "horizon", "accountable", "keeper", "sector", "place", "site", "due_from", "due_to",
    "q", "demo",
)  # fmt: skip
commitments = Commitment.__table__
_organisations = Organisation.__table__


def party_of(organisation_id: int | Select[Any]) -> ColumnElement[bool]:
    """The condition that an organisation owes a commitment, carries it out, contributes to it or oversees it."""
    ids = organisation_id if isinstance(organisation_id, Select) else [organisation_id]
    parties = select(CommitmentParty.commitment_id).where(CommitmentParty.organisation_id.in_(ids))
    return or_(
        commitments.c.accountable_id.in_(ids), commitments.c.oversight_id.in_(ids), commitments.c.id.in_(parties)
    )


def part_sql(organisation_id: int | Select[Any]) -> ColumnElement[str]:
    """As what an organisation has part in a commitment: the heaviest of PARTS."""
    ids = organisation_id if isinstance(organisation_id, Select) else [organisation_id]
    carried = select(CommitmentParty.commitment_id).where(
        CommitmentParty.organisation_id.in_(ids), CommitmentParty.role == RESPONSIBLE
    )
    return case(
        (commitments.c.accountable_id.in_(ids), "owes"),
        (commitments.c.id.in_(carried), "carries_out"),
        (commitments.c.oversight_id.in_(ids), "oversees"),
        else_="contributes",
    )


def filtered(statement: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    """`statement` over rows of commitments under the filters of an address; unknown values find nothing."""
    today = clock.today()
    state = filters.get("state")
    if state is not None:
        statement = statement.where(records.c.state == state if state in STATES else records.c.id.is_(None))
    else:
        statement = statement.where(records.c.state.not_in((DRAFT, WITHDRAWN)))
    for name, condition in _FLAGS.items():
        if filters.get(name) == "1":
            statement = statement.where(condition(today))
    if (status := filters.get("status")) is not None:
        statement = statement.where(_STATUS[status]() if status in _STATUS else records.c.id.is_(None))
    if "standing" in filters:  # exactly what a part of the bar counts
        wanted = formulas.standing_sql(today) == filters["standing"]
        statement = statement.where(wanted, commitments.c.covers == 1)
    if "accountable" in filters:
        statement = statement.where(commitments.c.accountable_id.in_(_organisation(filters["accountable"])))
    if "keeper" in filters:
        statement = statement.where(records.c.keeper_id.in_(_organisation(filters["keeper"])))
    if "kind" in filters:
        statement = statement.where(commitments.c.nature == filters["kind"])
    if "organisation" in filters:
        statement = statement.where(party_of(_organisation(filters["organisation"])))
    if "part" in filters:  # as what: of the organisation that is asked for
        whose = _organisation(filters.get("organisation", ""))
        statement = statement.where(part_sql(whose) == filters["part"], party_of(whose))
    if "horizon" in filters:  # exactly what a group of what an organisation owes counts
        statement = statement.where(formulas.horizon_sql(today) == filters["horizon"], records.c.state.in_(OPEN))
    if "sector" in filters:
        theirs = select(_organisations.c.id).where(_organisations.c.sector == filters["sector"])
        statement = statement.where(commitments.c.accountable_id.in_(theirs))
    if "place" in filters:
        statement = statement.where(at_or_below(filters["place"]))
    if "site" in filters:
        site = aliased(Record.__table__)
        found = select(site.c.id).where(site.c.kind == "site", site.c.slug == filters["site"])
        statement = statement.where(records.c.site_id.in_(found))
    for name, compare in (("due_from", "__ge__"), ("due_to", "__le__")):
        if name in filters:
            day = _date(filters[name])
            column = commitments.c.due_current
            statement = statement.where(getattr(column, compare)(day) if day else records.c.id.is_(None))
    for word in fold(filters.get("q", "")).split()[:8]:
        plain = word.replace("\\", "").replace("%", "").replace("_", " ")
        statement = statement.where(commitments.c.words.like(f"%{plain}%"))
    if "demo" in filters:
        statement = statement.where(records.c.is_demo == (filters["demo"] == "yes"))
    return statement


_FLAGS: dict[str, Any] = {
    "late": formulas.is_late_sql,
    "risk": formulas.is_at_risk_sql,
    "undated": lambda today: and_(
        records.c.state.in_(KEPT_TRACK), commitments.c.due_current.is_(None), commitments.c.covers == 1
    ),
}
_STATUS: dict[str, Any] = {
    "claimed": lambda: records.c.state == CLAIMED,
    "verified": lambda: records.c.state == VERIFIED,
    "contested": lambda: and_(formulas.is_contested_sql(), commitments.c.covers == 1),
}


def _organisation(wanted: str) -> Select[Any]:
    """An organisation by the last part of its address or by its number."""
    found = aliased(Record.__table__)
    named = found.c.slug == wanted
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        named = or_(named, found.c.id == int(wanted))
    return select(found.c.id).where(found.c.kind == "organisation", named)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def conditions(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """What `filtered` adds for these filters, as conditions over the same tables."""
    clause = filtered(select(records.c.id), filters).whereclause
    return [] if clause is None else [clause]
