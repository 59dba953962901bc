"""Opening a handover and drawing up its inventory. Every function is a verb: its rule is asked before it runs."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence

from flask_babel import force_locale
from sqlalchemy import and_, func, or_, select

from observatory.kernel import clock, db
from observatory.kernel.cleaning import line, text
from observatory.kernel.config import LOCALES
from observatory.kernel.errors import Invalid
from observatory.kernel.offers import Holding, Holdings
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import note
from observatory.rooms.handovers import events, formulas, policy
from observatory.rooms.handovers.models import (
    CUSTODY,
    INCOMING,
    KINDS,
    MOST_ITEMS,
    OPEN,
    OUTGOING,
    Handover,
    HandoverItem,
    HandoverSignature,
)
from observatory.rooms.handovers.policy import Case
from observatory.rooms.handovers.queries import cases, inventory
from observatory.rooms.organisations.models import Organisation

Sources = Mapping[str, Holdings]


@verb(policy.OPEN_IT)
def open_handover(
    actor: Actor, subject: None, *, sources: Sources, term_ends_on: dt.date | None, act: str, proclaimed_by: str
) -> Handover:
    """Open the handover of one's organisation at the end of a term: its inventory is drafted from what the rooms know."""
    organisation = db.session.get_one(Organisation, actor.organisation_id)
    db.session.refresh(organisation, with_for_update=True)  # of two who open one at once, the second finds the first's
    handover = Handover(keeper_id=organisation.id)
    handover.describe(term_ends_on=term_ends_on, act=act, proclaimed_by=proclaimed_by, today=clock.today())
    _check_term(actor, handover)
    drafted = begun(actor, organisation, handover, sources)
    note(actor, handover, events.HandoverOpened(until=handover.term_ends_on.isoformat(), items=len(drafted)))
    return handover


def begun(actor: Actor, organisation: Organisation, handover: Handover, sources: Sources) -> Sequence[HandoverItem]:
    """Put a handover whose term is known beside its organisation, with what the rooms know; answers its items."""
    handover.keeper_id, handover.state, handover.is_demo = organisation.id, OPEN, organisation.is_demo
    handover.language = organisation.language if organisation.language in LOCALES else "es"
    handover.title, handover.slug, handover.summary = _title(organisation.title, handover), secrets.token_hex(16), ""
    db.session.add(handover)
    db.session.flush()
    handover.slug = str(handover.id)
    return _draft(actor, handover, sources)


@verb(policy.EDIT)
def edit(
    actor: Actor, case: Case, *, term_ends_on: dt.date | None, act: str, proclaimed_by: str, version: int | None = None
) -> None:
    """Correct the last day of the term, or the act that proclaims the successors."""
    handover = locked(case, version)
    handover.describe(term_ends_on=term_ends_on, act=act, proclaimed_by=proclaimed_by, today=case.today)
    if db.session.is_modified(handover):
        _check_term(actor, handover)
        title = _title(db.session.get_one(Organisation, handover.keeper_id).title, handover)
        if title != handover.title:
            handover.title = title
        settle(handover)
        note(actor, handover, events.HandoverEdited())


@verb(policy.DRAW_UP)
def refresh(actor: Actor, case: Case, *, sources: Sources, version: int | None = None) -> int:
    """Add to the inventory what came up since; nothing that stands there is lost or changed. Answers how many."""
    handover = locked(case, version)
    drafted = _draft(actor, handover, sources)
    if drafted:
        settle(handover)
        note(actor, handover, events.InventoryRefreshed(items=len(drafted)))
    return len(drafted)


@verb(policy.DRAW_UP)
def add_custody(
    actor: Actor, case: Case, *, kind: str, title: str, detail: str = "", version: int | None = None
) -> HandoverItem:
    """Add what is in somebody's custody: an account, a seal, a key, an archive. Never the secret itself."""
    handover = locked(case, None)
    if kind not in KINDS:
        raise Invalid(lazy_("Choose one from the list."), field="kind")
    title = without_secret("title", line(300, least=4)("title", title))
    detail = without_secret("detail", text(2000)("detail", detail))
    number = _next(handover)
    _check_size(number)
    item = HandoverItem(
        handover_id=handover.id, number=number, source=CUSTODY, key=f"{CUSTODY}-{number}", title=title, kind=kind,
        detail=detail, language=handover.language,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    settle(handover)
    note(actor, handover, events.CustodyAdded(number=number))
    return item


def locked(case: Case, version: int | None) -> Handover:
    """The handover of a case, held until the commit; Stale where the form showed another version or its state has
    changed since."""
    handover: Handover = case.handover
    seen = handover.state
    db.session.refresh(handover, with_for_update=True)
    current = {name: getattr(handover, name) for name in ("term_ends_on", "act", "proclaimed_by")}
    handover.expect(version, current)
    if handover.state != seen:
        handover.expect(-1, current)
    return handover


def settle(handover: Handover) -> None:
    """Void each signature under which something else stands now than what was signed."""
    db.session.flush()
    standing = select(HandoverSignature).where(
        HandoverSignature.handover_id == handover.id, HandoverSignature.voided_at.is_(None)
    )
    found = list(db.session.scalars(standing))
    if not found:
        return
    now = digests(handover)
    for signature in found:
        if signature.digest != now[signature.side]:
            signature.voided_at = clock.now()


def digests(handover: Handover) -> dict[str, str]:
    """What each side would sign now."""
    items = inventory.all_of(handover.id)
    return {side: formulas.digest(formulas.content(handover, items, side)) for side in (OUTGOING, INCOMING)}


def without_secret(field: str, value: str) -> str:
    """`value`, unless it gives a password away."""
    if formulas.looks_secret(value):
        words = lazy_("This looks like a password. Never write one here: say who has it and where it is kept.")
        raise Invalid(words, field=field)
    return value


def _check_term(actor: Actor, handover: Handover) -> None:
    """Raise Invalid unless the actor is of the outgoing side, and no other handover ends the same term."""
    mandate = cases.mandate_of(actor, handover.keeper_id)
    if mandate is None or mandate.from_on > handover.term_ends_on:
        words = lazy_("Your mandate must begin on the last day of the term or before: the office that goes opens it.")
        raise Invalid(words, field="term_ends_on")
    same = select(Handover.id).where(
        Handover.keeper_id == handover.keeper_id,
        or_(
            Handover.term_ends_on == handover.term_ends_on,
            and_(Handover.state == OPEN, Handover.term_ends_on >= clock.today()),
        ),
    )
    with db.session.no_autoflush:
        there = db.session.scalars(same).all()
    if any(id != handover.id for id in there):
        raise Invalid(
            lazy_(
                "There is a handover of your organisation already: look for it in the list, and correct its day there."
            ),
            field="term_ends_on",
        )


def _check_size(size: int) -> None:
    if size > MOST_ITEMS:
        raise Invalid(lazy_("An inventory holds at most %(most)s items.", most=MOST_ITEMS))


def _draft(actor: Actor, handover: Handover, sources: Sources) -> Sequence[HandoverItem]:
    """Write down what the rooms know of and the inventory lacks; in the language of the organisation."""
    with force_locale(LOCALES[handover.language]):
        offered = inventory.offered(actor, int(handover.keeper_id or 0), sources, but=handover.id)
        offered = [(source, _plain(holding)) for source, holding in offered]
    known = {item.key for item in inventory.all_of(handover.id)}
    fresh = [pair for pair in offered if _key(*pair) not in known]
    _check_size(len(known) + len(fresh))
    number = _next(handover)
    made = [
        HandoverItem(
            handover_id=handover.id, number=number + at, source=source, key=_key(source, holding),
            record_id=holding.record_id, title=holding.title[:300], language=holding.language, url=holding.url[:500],
            why=str(holding.why)[:500],
        )
        for at, (source, holding) in enumerate(fresh)
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return made


def _plain(holding: Holding) -> Holding:
    """With its words as they are now, in this language."""
    return Holding(
        holding.key, holding.record_id, holding.title, holding.language, holding.url, str(holding.why)
    )  # fmt: skip


def _key(source: str, holding: Holding) -> str:
    return f"{source}-{holding.key}"


def _next(handover: Handover) -> int:
    last = select(func.max(HandoverItem.number)).where(HandoverItem.handover_id == handover.id)
    return (db.session.scalar(last) or 0) + 1


def _title(organisation: str, handover: Handover) -> str:
    words = "Handover %s, %s" if handover.language == "en" else "Transferencia de gestión %s, %s"
    return (words % (handover.term_ends_on.year, organisation))[:300]


__all__ = ["add_custody", "begun", "digests", "edit", "locked", "open_handover", "refresh", "settle", "without_secret"]
