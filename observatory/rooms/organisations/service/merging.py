"""An organisation that goes over into others: its people, its pages and what it controls go along or end with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select

from observatory.aspects.reference import service as reference
from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people import leaving
from observatory.records import given_reason, note
from observatory.records.models import PUBLISHED, Record
from observatory.rooms.organisations import events, policy, queries, service
from observatory.rooms.organisations.models import Control, Organisation, Succession
from observatory.rooms.organisations.queries import succession

MERGED, DUPLICATE, SPLIT = "merged", "duplicate", "split"


@verb(policy.MERGE)
def merge(
    actor: Actor, organisation: Organisation, *, how: str, successors: Sequence[int], on: dt.date | None, reason: str,
    source_id: int | None = None, carried: Collection[int] = (), version: int | None = None,
) -> Organisation:  # fmt: skip
    """Let an organisation go over into others; the first of them gets its pages. Answers that one.

    Live mandates end; those in `carried` become requests to the first successor, whose own manager answers them: no
    steward gives anybody the right to speak for an organisation. Its page stays, with the reason, out of the lists.
    """
    db.session.refresh(organisation, with_for_update=True)
    organisation.expect(version, {})
    reason = given_reason(reason)
    heirs = _heirs(actor, organisation, how, successors)
    day = _day(how, on)
    for heir in heirs:
        db.session.add(
            Succession(predecessor_id=organisation.id, successor_id=heir.id, on=day, how=how, source_id=source_id)
        )
        fact = events.SuccessionRecorded(predecessor=organisation.title, successor=heir.title)
        note(actor, heir, fact, predecessor=(None, [organisation.title, how, day.isoformat()]))
    _hand_over_control(actor, organisation, heirs[0], day, source_id)
    for record in db.session.scalars(
        select(Record).where(Record.keeper_id == organisation.id, Record.id != organisation.id).order_by(Record.id)
    ):
        reference.change_keeper(actor, record, keeper_id=heirs[0].id)
    leaving.leave(actor, organisation, heir=heirs[0], carried=carried, reason=reason)
    organisation.withdraw()
    organisation.keeper_id = heirs[0].id
    named = ", ".join(heir.title for heir in heirs)
    note(actor, organisation, events.OrganisationWentOver(successors=named, how=how, reason=reason))
    return heirs[0]


def _heirs(actor: Actor, organisation: Organisation, how: str, successors: Sequence[int]) -> list[Organisation]:
    wanted = list(dict.fromkeys(successors))
    if how not in {MERGED, DUPLICATE, SPLIT}:
        raise Invalid(lazy_("Choose one from the list."), field="how")
    if how == SPLIT and len(wanted) < 2:
        raise Invalid(lazy_("A split has at least two successors."), field="second_id")
    if how != SPLIT and len(wanted) != 1:
        raise Invalid(lazy_("Name one successor; only a split has several."), field="second_id")
    found = []
    for id in wanted:
        heir = db.session.scalars(select(Organisation).where(Organisation.id == id).with_for_update()).one_or_none()
        if heir is None or heir.state != PUBLISHED:
            raise Invalid(lazy_("The successor must be published."), field="successor_id")
        if heir.id == organisation.id or organisation.id in succession.chain_of_succession(heir.id):
            raise Invalid(
                _("%(name)s can't follow this organisation: it went before it.", name=heir.title), field="successor_id"
            )
        found.append(heir)
    if leaving.runs_the_instance(organisation.id):
        raise Invalid(lazy_("People of this organisation run the Observatory: give their mandates elsewhere first."))
    return found


def _day(how: str, on: dt.date | None) -> dt.date:
    if on is None and how != DUPLICATE:
        raise Invalid(lazy_("Say on which day."), field="on")
    day = on or clock.today()
    if day > clock.today():
        raise Invalid(lazy_("Record it when the day has come."), field="on")
    return day


def _hand_over_control(
    actor: Actor, organisation: Organisation, heir: Organisation, day: dt.date, source_id: int | None
) -> None:
    """What it controlled until that day the first successor controls from then on; who controlled it no longer does."""
    live = select(Control).where(
        (Control.parent_id == organisation.id) | (Control.organisation_id == organisation.id), Control.to_on.is_(None)
    )
    for control in list(db.session.scalars(live)):
        child = db.session.get_one(Organisation, control.organisation_id)
        parent = db.session.get_one(Organisation, control.parent_id)
        if control.from_on is None or control.from_on <= day:
            service.record_control(
                actor, child, parent_id=parent.id, from_on=control.from_on, to_on=day, source_id=control.source_id
            )
        if parent.id == organisation.id and child.id != heir.id and child.id not in queries.chain_of_control(heir.id):
            service.record_control(actor, child, parent_id=heir.id, from_on=day, source_id=source_id)
