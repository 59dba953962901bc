"""Reading minutes: what they say, who signed them, what was proposed for them and added to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import aliased

from observatory.kernel import clock, db
from observatory.kernel.policy import Actor
from observatory.people.models import Person
from observatory.records.models import DRAFT, Record
from observatory.records.models import PUBLISHED as STANDS
from observatory.records.queries import one_or_404, records, visible
from observatory.rooms.organisations.models import Succession
from observatory.rooms.roundtables.models import (
    Addendum,
    AgendaItem,
    Amendment,
    Attendance,
    Minutes,
    Outcome,
    Roundtable,
    RoundtableSession,
    Seat,
    Signature,
)
from observatory.rooms.roundtables.models.words import SEXES
from observatory.rooms.roundtables.queries import meeting, quorum, sessions

FORMAT, PRINTED = "observatory-minutes/1", "minutes"
FEWEST = 5
"""Smaller groups of people are not counted in public."""


def content_of(actor: Actor, session: RoundtableSession) -> dict[str, Any]:
    """Everything that the minutes of a session say, as the secretary sees it now: what is signed and hashed.

    Moments are in Lima, as ISO 8601 with their offset. Names of people are not in it; organisations are named as they are
    called now. A count of people below five is null.
    """
    roundtable = db.session.get_one(Roundtable, session.roundtable_id)
    there = _attended(session.id)
    groups = quorum.groups(session.roundtable_id)
    return {
        "format": FORMAT,
        "roundtable": {"name": roundtable.title, "address": roundtable.slug},
        "session": session.number,
        "title": session.title,
        "number": session.slug,
        "language": session.language,
        "fictitious": session.is_demo,
        "began": moment(session.opened_at),
        "ended": moment(session.ended_at),
        "where": session.venue,
        "address": session.online_url,
        "state": session.state,
        "quorum": session.quorum and {**session.quorum, "reached": session.quorum_at is not None},
        "attendance": [
            {
                "organisation": row.title, "address": row.slug, "group": groups.get(row.constituency_id, ""),
                "instead_of": row.instead_of, "remote": row.remote, "arrived": moment(row.arrived_at), "left": moment(row.left_at),
            }
            for row in there if row.seat_id is not None
        ],
        "guests": [{"from": row.as_written, "remote": row.remote} for row in there if row.seat_id is None],
        "people": _people(there),
        "agenda": _agenda(actor, session),
    }  # fmt: skip


def _agenda(actor: Actor, session: RoundtableSession) -> list[dict[str, Any]]:
    notes, outcomes = meeting.notes_of(session.id), meeting.outcomes_of(actor, session.id, standing=True)
    reservations = meeting.reservations_of(session.id)
    return [
        {
            "item": item.id, "number": number, "title": item.title, "note": item.note,
            "about": {"kind": item.about_kind, "number": item.about_slug} if item.about_slug else None,
            "discussion": item.discussion or "\n\n".join(entry.text for entry in notes.get(item.id, ())),
            "outcomes": [_told(row, reservations.get(row.id, ())) for row in outcomes.get(item.id, ())],
        }
        for number, item in enumerate(sessions.agenda(actor, session.id), 1)
    ]  # fmt: skip


def _told(row: Any, reservations: Sequence[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": row.type, "text": row.text, "adopted": moment(row.adopted_at), "present": row.present, "seats": row.seats,
        "reservations": [{"organisation": each.title, "text": each.text} for each in reservations],
    }  # fmt: skip
    if row.change:
        told["change"] = {
            "commitment": row.changed, "number": row.changed_slug, "kind": row.change, "reason": row.reason,
            "due_before": _day(row.due_before), "due": _day(row.due_on),
        }  # fmt: skip
    elif row.type == "agreement":
        told["promise"] = {
            "number": row.commitment_slug, "accountable": row.accountable,
            "due": _day(row.due_original), "verifier": row.verifier, "money": row.money, "exceptions": row.exceptions,
        }  # fmt: skip
    return told


def _attended(session_id: int) -> list[Any]:
    """Everybody who was there, in the order in which they came; nobody's name."""
    table, seat = Attendance.__table__, Seat.__table__
    own = aliased(Record.__table__, name="own")
    statement = (
        select(
            table.c.id, table.c.seat_id, table.c.organisation_id, table.c.as_written, table.c.sex, table.c.remote, table.c.arrived_at,
            table.c.left_at, table.c.mandate_id, table.c.name, seat.c.constituency_id, records.c.title, records.c.slug,
            case((seat.c.organisation_id != table.c.organisation_id, own.c.title)).label("instead_of"),
        )
        .select_from(
            table.outerjoin(seat, seat.c.id == table.c.seat_id)
            .outerjoin(records, records.c.id == table.c.organisation_id)
            .outerjoin(own, own.c.id == seat.c.organisation_id)
        )
        .where(table.c.session_id == session_id)
        .order_by(seat.c.constituency_id, records.c.sort_title, table.c.arrived_at, table.c.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def _people(there: Sequence[Any]) -> dict[str, int | None]:
    """How many were there by sex, whoever came back counted once; all null where any group is of fewer than five."""
    persons = {(row.seat_id, row.mandate_id, row.name) if row.seat_id else row.id: row.sex for row in there}
    counts = {name: sum(sex == name for sex in persons.values()) for name in SEXES}
    counts |= {"not_said": sum(sex is None for sex in persons.values())}
    if any(0 < count < FEWEST for count in counts.values()):  # one that is left out follows from the others
        return dict.fromkeys(counts)
    return {name: count or None for name, count in counts.items()}


def signatures(session_id: int) -> list[Any]:
    """Who signed the minutes of a session already shown, revision by revision; a closed account has no name."""
    signature, person = Signature.__table__, Person.__table__
    statement = (
        select(signature, records.c.title, records.c.slug, records.c.language, person.c.name)
        .select_from(
            signature.join(records, records.c.id == signature.c.organisation_id).outerjoin(
                person, person.c.id == signature.c.person_id
            )
        )
        .where(signature.c.session_id == session_id)
        .order_by(signature.c.id)
    )
    return list(db.session.execute(statement))


def signers(session: Any) -> list[Any]:
    """Who has to sign: the body, and each organisation that took a seat; `gone` where it is none any more."""
    table, succession = Attendance.__table__, Succession.__table__
    there = select(table.c.organisation_id).where(table.c.session_id == session.id, table.c.seat_id.is_not(None))
    over = (
        select(succession.c.id)
        .where(
            succession.c.predecessor_id == records.c.id,
            or_(succession.c.happened_on.is_(None), succession.c.happened_on <= clock.today()),
        )
        .exists()
    )
    statement = select(
        records.c.id,
        records.c.title,
        records.c.slug,
        records.c.language,
        ((records.c.state != STANDS) | over).label("gone"),
    ).where(or_(records.c.id == session.keeper_id, records.c.id.in_(there)))
    return list(db.session.execute(statement.order_by(records.c.id != session.keeper_id, records.c.sort_title)))


def unsigned(session: Any, minutes: Minutes) -> list[Any]:
    """Who still has to sign this revision; whoever is no more does not have to."""
    signed = {row.organisation_id for row in signatures(session.id) if row.digest == minutes.digest}
    return [row for row in signers(session) if row.id not in signed and not row.gone]


def amendments(session_id: int) -> list[Any]:
    """What was proposed for the minutes of a session already shown."""
    table = Amendment.__table__
    statement = (
        select(table, records.c.title, records.c.slug, records.c.language, AgendaItem.title.label("item"))
        .join(records, records.c.id == table.c.organisation_id)
        .join(AgendaItem, AgendaItem.id == table.c.item_id)
        .where(table.c.session_id == session_id)
        .order_by(table.c.id)
    )
    return list(db.session.execute(statement))


def addenda(session_id: int) -> list[Any]:
    """What was added to the minutes of a session already shown."""
    table = Addendum.__table__
    return list(db.session.execute(select(table).where(table.c.session_id == session_id).order_by(table.c.id)))


def last_digest(minutes: Minutes) -> str:
    """The hash that covers all that minutes say, what was added to them included."""
    added = addenda(minutes.session_id)
    return added[-1].digest if added else minutes.digest


def find_amendment(actor: Actor, session: RoundtableSession, id: int) -> Amendment:
    """What was proposed for the minutes of a session that the actor may see, as an entity."""
    found = select(Amendment).where(
        Amendment.id == id, Amendment.session_id == session.id, visible(actor, Amendment.session_id)
    )
    return one_or_404(found)  # type: ignore[no-any-return]


def seen(actor: Actor, content: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Which records that minutes speak of the actor may see: (kind, address)."""
    named = {(each["about"]["kind"], each["about"]["number"]) for each in content["agenda"] if each["about"]}
    for each in content["agenda"]:
        for row in each["outcomes"]:
            for told in (row.get("change"), row.get("promise")):
                if told and told["number"]:
                    named.add(("commitment", told["number"]))
    addresses = {address for _kind, address in named}
    statement = select(records.c.kind, records.c.slug).where(records.c.slug.in_(addresses), visible(actor))
    found = {(row.kind, row.slug) for row in db.session.execute(statement)} if addresses else set()
    return frozenset(named & found)


def left(actor: Actor, session_id: int) -> list[Any]:
    """The drafts that a session already shown agreed and that still lack something to be proposed, as far as the actor may
    see them."""
    outcome = Outcome.__table__
    statement = (
        select(records.c.slug, records.c.title, records.c.language)
        .join(outcome, outcome.c.commitment_id == records.c.id)
        .where(outcome.c.session_id == session_id, outcome.c.taken_back == "", records.c.state == DRAFT, visible(actor))
    )
    return list(db.session.execute(statement.order_by(outcome.c.id)))


def moment(value: dt.datetime | None) -> str | None:
    """In Lima, as the canonical content of minutes has it."""
    return value.astimezone(clock.LIMA).isoformat(timespec="minutes") if value is not None else None


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value is not None else None
