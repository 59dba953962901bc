"""Writing organisations. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select

from observatory.kernel import db
from observatory.kernel.desk import NEW, Outcome
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_, slugify
from observatory.records import RecordPlace, given_reason, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import find_by_slug, records, titles
from observatory.rooms.organisations import events, policy, queries
from observatory.rooms.organisations.models import HOW, Control, Organisation, Succession, check_period


class Description(TypedDict, total=False):
    """What can be said of an organisation; a field left out stays as it is."""

    title: str
    summary: str
    language: str
    acronym: str
    sector: str
    level: str | None
    ruc: str | None
    website: str
    places: Sequence[str]
    """INEI or country codes of the places where it belongs."""


def current(organisation: Organisation) -> dict[str, object]:
    """The stored values by field name, to set beside what somebody else entered."""
    codes = [place.slug for place in queries.places([organisation.id]).get(organisation.id, ())]
    names = ("title", "summary", "language", "acronym", "sector", "level", "ruc", "website")
    return {name: getattr(organisation, name) for name in names} | {"places": codes}


@verb(policy.CREATE)
def create(
    actor: Actor,
    subject: None,
    *,
    slug: str | None = None,
    publish: bool = False,
    is_demo: bool = False,
    source_id: int | None = None,
    **values: Unpack[Description],
) -> Organisation:
    """Add an organisation, as a draft unless it is published at once."""
    organisation = Organisation(is_demo=is_demo, source_id=source_id, state=PUBLISHED if publish else DRAFT)
    organisation.describe({"title": "", "sector": "", **values})
    organisation.slug = _free_slug(slug or slugify(values.get("acronym") or organisation.title))
    db.session.add(organisation)
    db.session.flush()
    organisation.keeper_id = organisation.id
    if values.get("places"):
        _settle(organisation, values["places"])
    note(actor, organisation, events.OrganisationCreated())
    return organisation


@verb(policy.EDIT)
def edit(
    actor: Actor, organisation: Organisation, *, version: int | None = None, **values: Unpack[Description]
) -> Organisation:
    """Change what is said of an organisation."""
    db.session.refresh(organisation, with_for_update=True)
    if version is not None and version != organisation.version:
        organisation.expect(version, current(organisation))
    organisation.describe(dict(values))
    changed = db.session.is_modified(organisation)  # asked before the next statement flushes it
    places = _settle(organisation, values["places"]) if "places" in values else None
    if places is not None:
        note(actor, organisation, events.OrganisationEdited(), places=places)
    elif changed:
        note(actor, organisation, events.OrganisationEdited())
    return organisation


@verb(policy.PUBLISH)
def publish(actor: Actor, organisation: Organisation, *, version: int | None = None) -> None:
    """Show an organisation to everyone."""
    organisation.expect(version, {})
    organisation.publish()
    note(actor, organisation, events.OrganisationPublished())


@verb(policy.WITHDRAW)
def withdraw(actor: Actor, organisation: Organisation, *, reason: str, version: int | None = None) -> None:
    """Take an organisation out of the lists; its page stays, with the reason."""
    organisation.expect(version, {})
    reason = given_reason(reason)
    organisation.withdraw()
    note(actor, organisation, events.OrganisationWithdrawn(reason=reason))


@verb(policy.CREATE)
def bring(actor: Actor, outcome: Outcome, *, mapping: Mapping[str, Any]) -> Organisation:
    """Carry out what a row of a file was planned to do; what is new is a draft unless its row says "published"."""
    values: Any = {("title" if name == "name" else name): new for name, (_old, new) in outcome.changes.items()}
    if "places" in values:
        values["places"] = list(values["places"])
    if outcome.kind == NEW:
        return create(
            actor, None, slug=str(outcome.plan), publish=outcome.row.values.get("state") == PUBLISHED, **values
        )
    return edit(
        actor, db.session.scalars(select(Organisation).where(Organisation.slug == outcome.plan)).one(), **values
    )


@verb(policy.CREATE)
def give_back(actor: Actor, organisation: Organisation, *, values: Mapping[str, Any] | None, reason: str) -> None:
    """Give an organisation the values it had before a batch; one that the batch made is withdrawn."""
    if values is None:
        withdraw(actor, organisation, reason=reason)
        return
    known = {name: value for name, value in values.items() if name in Description.__annotations__}
    edit(actor, organisation, **known)  # type: ignore[typeddict-item]


@verb(policy.RECORD_REFERENCE)
def record_control(
    actor: Actor,
    organisation: Organisation,
    *,
    parent_id: int,
    from_on: dt.date | None = None,
    to_on: dt.date | None = None,
    source_id: int | None = None,
    version: int | None = None,
) -> Control:
    """Record who controls an organisation and between which dates; the same beginning again corrects the rest."""
    organisation.expect(version, {})
    parent = _visible(actor, parent_id, "parent_id")
    check_period(from_on, to_on)
    if parent.id == organisation.id:
        raise Invalid(lazy_("An organisation can't control itself."), field="parent_id")
    if organisation.id in queries.chain_of_control(parent.id):
        raise Invalid(_("%(name)s is itself controlled by this organisation.", name=parent.title), field="parent_id")
    found = db.session.scalar(
        select(Control).where(
            Control.organisation_id == organisation.id, Control.parent_id == parent.id, Control.from_on == from_on
        )
    )
    before = [parent.title, _day(from_on), _day(found.to_on)] if found else None
    control = found or Control(organisation_id=organisation.id, parent_id=parent.id, from_on=from_on)
    control.to_on, control.source_id = to_on, source_id
    db.session.add(control)
    fact = events.ControlRecorded(parent=parent.title, since=_day(from_on), until=_day(to_on))
    note(actor, organisation, fact, control=(before, [parent.title, _day(from_on), _day(to_on)]))
    return control


@verb(policy.RECORD_REFERENCE)
def record_succession(
    actor: Actor,
    organisation: Organisation,
    *,
    successor_id: int,
    how: str,
    on: dt.date | None = None,
    source_id: int | None = None,
    version: int | None = None,
) -> Succession:
    """Record what an organisation became: renamed, merged or split. Both keep their pages."""
    organisation.expect(version, {})
    successor = _visible(actor, successor_id, "successor_id")
    if successor.id == organisation.id:
        raise Invalid(lazy_("An organisation can't follow itself."), field="successor_id")
    if organisation.state == DRAFT:
        raise Invalid(lazy_("Publish this organisation first: its name would be read on the other's page."))
    if how not in HOW:
        raise Invalid(lazy_("Choose one from the list."), field="how")
    known = select(Succession.id).where(
        Succession.predecessor_id.in_((organisation.id, successor.id)),
        Succession.successor_id.in_((organisation.id, successor.id)),
    )
    if db.session.scalar(known.limit(1)) is not None:
        raise Invalid(lazy_("This succession is recorded already."), field="successor_id")
    succession = Succession(
        predecessor_id=organisation.id, successor_id=successor.id, on=on, how=how, source_id=source_id
    )
    db.session.add(succession)
    fact = events.SuccessionRecorded(predecessor=organisation.title, successor=successor.title)
    note(actor, organisation, fact, successor=(None, successor.title))
    note(actor, successor, fact, predecessor=(None, organisation.title))
    return succession


@verb(policy.RECORD_REFERENCE)
def take_back_control(
    actor: Actor, organisation: Organisation, *, control: Control, reason: str, version: int | None = None
) -> None:
    """Take back a control that was recorded by mistake; one that ended is given its end instead."""
    organisation.expect(version, {})
    parent = titles([control.parent_id]).get(control.parent_id, "")
    said = [parent, _day(control.from_on), _day(control.to_on)]
    note(actor, organisation, events.ControlTakenBack(parent=parent, reason=given_reason(reason)), control=(said, None))
    db.session.delete(control)


@verb(policy.RECORD_REFERENCE)
def take_back_succession(
    actor: Actor, organisation: Organisation, *, succession: Succession, reason: str, version: int | None = None
) -> None:
    """Take back what an organisation was said to have become; told on both."""
    organisation.expect(version, {})
    successor = db.session.get_one(Organisation, succession.successor_id)
    fact = events.SuccessionTakenBack(
        predecessor=organisation.title, successor=successor.title, reason=given_reason(reason)
    )
    note(actor, organisation, fact, successor=(successor.title, None))
    note(actor, successor, fact, predecessor=(organisation.title, None))
    db.session.delete(succession)


def _visible(actor: Actor, id: int, field: str) -> Organisation:
    statement = select(records.c.slug).where(records.c.id == id, records.c.kind == "organisation")
    slug = db.session.scalar(statement)
    if slug is None:
        raise Invalid(lazy_("Choose one from the list."), field=field)
    found = find_by_slug(actor, Organisation, slug)
    if found.state == DRAFT:
        raise Invalid(lazy_("Publish that organisation first: its name would be read here."), field=field)
    return found


def _settle(organisation: Organisation, codes: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Let it belong exactly at these places; answers (old, new) codes, or None when nothing changes."""
    wanted = list(dict.fromkeys(code.strip().lower() for code in codes if code.strip()))[:200]
    had = {place.slug for place in queries.places([organisation.id]).get(organisation.id, ())}
    if had == set(wanted):
        return None
    ids = queries.territory_ids([*wanted, *had])
    unknown = [code for code in wanted if code not in ids]
    if unknown:
        raise Invalid(_("No place has the code %(code)s.", code=", ".join(unknown[:5])), field="places")
    gone = [ids[code] for code in had - set(wanted)]
    if gone:
        db.session.execute(
            delete(RecordPlace).where(RecordPlace.record_id == organisation.id, RecordPlace.territory_id.in_(gone))
        )
    db.session.add_all(
        RecordPlace(record_id=organisation.id, territory_id=ids[code]) for code in wanted if code not in had
    )
    db.session.flush()
    return sorted(had), sorted(wanted)


def _free_slug(wanted: str) -> str:
    alike = select(records.c.slug).where(records.c.kind == "organisation")
    with db.session.no_autoflush:  # what has no number yet was flushed by whoever made it
        if db.session.scalar(alike.where(records.c.slug == wanted)) is None:
            return wanted
        taken = set(db.session.scalars(alike.where(records.c.slug.startswith(wanted))))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _day(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
