"""Running a roundtable: its page, its term, its end. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.cleaning import sane_day
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_, slugify
from observatory.records import given_reason, note
from observatory.records.models import DRAFT, PUBLISHED
from observatory.records.queries import records, visible
from observatory.rooms.commitments.service.parts import settle_place
from observatory.rooms.organisations.models import Organisation
from observatory.rooms.organisations.queries import places
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import Roundtable, RoundtableSession

NAMES = (
    "title", "summary", "language", "form", "founding_act", "founding_url", "founded_on", "expires_on", "quorum_percent",
    "quorum_strict", "decision_rule", "rhythm_days", "site_id",
)  # fmt: skip
_RESERVED = frozenset({"new", "health"})
"""What the addresses of roundtables say of something else."""


def current(roundtable: Roundtable) -> dict[str, object]:
    """The stored values by field name, to set beside what somebody else entered."""
    codes = [place.slug for place in places([roundtable.id]).get(roundtable.id, ())]
    return {name: getattr(roundtable, name) for name in NAMES} | {"place": " ".join(codes)}


@verb(policy.CREATE)
def create(
    actor: Actor, subject: None, *, keeper_id: int | None = None, slug: str | None = None, source_id: int | None = None,
    **values: Any,
) -> Roundtable:  # fmt: skip
    """Draft the page of a roundtable: for the body whose secretary one is; a steward names the body."""
    body = _body(actor, keeper_id)
    roundtable = Roundtable(
        keeper_id=body.id, state=DRAFT, is_demo=body.is_demo, source_id=source_id, slug="", summary="", quorum_strict=True,
    )  # fmt: skip
    _describe(actor, roundtable, {"title": body.title, "form": "other", **values})
    roundtable.slug = _free_slug(slug or slugify(roundtable.title))
    db.session.add(roundtable)
    db.session.flush()
    told = settle_place(roundtable, str(values.get("place") or ""), new=True)
    note(actor, roundtable, events.RoundtableDrafted(), **({"places": told} if told else {}))
    return roundtable


@verb(policy.EDIT)
def edit(actor: Actor, roundtable: Roundtable, *, version: int | None = None, **values: Any) -> Roundtable:
    """Change what a roundtable says of itself. What it is once it was closed stays as it was."""
    locked(roundtable, version, current)
    _describe(actor, roundtable, values)
    changed = db.session.is_modified(roundtable)
    told = settle_place(roundtable, str(values["place"] or "")) if "place" in values else None
    if changed or told:
        note(actor, roundtable, events.RoundtableEdited(), **({"places": told} if told else {}))
    return roundtable


@verb(policy.INSTALL)
def install(actor: Actor, roundtable: Roundtable, *, version: int | None = None) -> None:
    """Publish the page of a roundtable that was founded: from now on it can meet."""
    locked(roundtable, version)
    roundtable.install()
    note(actor, roundtable, events.RoundtableInstalled(act=roundtable.founding_act))


@verb(policy.EXTEND)
def extend(actor: Actor, roundtable: Roundtable, *, until: dt.date, act: str, version: int | None = None) -> None:
    """Set a later end of its term, as an act says."""
    locked(roundtable, version)
    act = " ".join(act.split())[:400]
    if len(act) < 4:
        raise Invalid(lazy_("Name the act that says so."), field="act")
    roundtable.extend(until, today=clock.today())
    note(actor, roundtable, events.RoundtableExtended(until=until.isoformat(), act=act))


@verb(policy.CLOSE)
def close(
    actor: Actor, roundtable: Roundtable, *, reason: str, on: dt.date | None = None, version: int | None = None
) -> None:
    """End a roundtable; what it agreed stays owed."""
    locked(roundtable, version)
    reason = given_reason(reason)
    roundtable.close(sane_day("on", on) or clock.today(), today=clock.today())
    note(actor, roundtable, events.RoundtableClosed(reason=reason))


def locked(roundtable: Roundtable, version: int | None, stored: Any = None) -> None:
    """Hold a roundtable until the commit; Stale where the form showed another version or its state has changed since."""
    seen = roundtable.state
    db.session.refresh(roundtable, with_for_update=True)
    if version is not None and version != roundtable.version:
        roundtable.expect(version, stored(roundtable) if stored else {})
    if roundtable.state != seen:
        roundtable.expect(-1, {})


def hold(session: RoundtableSession, version: int | None = None) -> None:
    """Hold a session until the commit; Stale where its state has changed since, or the form showed another version."""
    seen = session.state
    db.session.refresh(session, with_for_update=True)
    session.expect(version, {})
    if session.state != seen:
        session.expect(-1, {})


def _body(actor: Actor, keeper_id: int | None) -> Organisation:
    """The participation body that a roundtable is."""
    wanted = keeper_id if actor.holds("steward") else actor.organisation_id
    found = db.session.scalars(
        select(Organisation).where(
            Organisation.id == wanted, Organisation.sector == "participation_body", Organisation.state == PUBLISHED,
            visible(actor, Organisation.id),
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Invalid(lazy_("Name a participation body that is published here."), field="keeper_id")
    same = select(records.c.id).where(records.c.kind == "roundtable", records.c.keeper_id == found.id)
    if db.session.scalar(same.limit(1)) is not None:
        raise Invalid(lazy_("This body has the page of its roundtable already."), field="keeper_id")
    return found


def _describe(actor: Actor, roundtable: Roundtable, values: Mapping[str, Any]) -> None:
    if values.get("site_id") is not None:
        found = select(records.c.id).where(
            records.c.id == values["site_id"], records.c.kind == "site", records.c.state == PUBLISHED, visible(actor),
            records.c.is_demo == roundtable.is_demo,
        )  # fmt: skip
        if db.session.scalar(found) is None:
            raise Invalid(lazy_("Choose one from the list."), field="site_id")
    roundtable.describe(values)


def _free_slug(wanted: str) -> str:
    taken = {
        *_RESERVED,
        *db.session.scalars(
            select(records.c.slug).where(
                records.c.kind == "roundtable", records.c.slug.startswith(wanted, autoescape=True)
            )
        ),
    }
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted[:70]}-{number}"
    return slug


__all__ = ["close", "create", "current", "edit", "extend", "hold", "install", "locked"]
