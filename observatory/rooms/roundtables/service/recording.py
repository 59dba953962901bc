"""Past sessions: what a document tells of a session that was not run here, and taking that back. Verbs."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from observatory.kernel import clock, db
from observatory.kernel.cleaning import line, sane_day, text, web_address
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.records import given_reason, note
from observatory.records.models import DRAFT, WITHDRAWN
from observatory.records.queries import visible
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import AgendaItem, Outcome, Roundtable, RoundtableSession
from observatory.rooms.roundtables.models.past import Came, Dealt
from observatory.rooms.roundtables.models.session import must_have_been
from observatory.rooms.roundtables.models.words import (
    AGREEMENT,
    CANCELLED,
    DEFERRAL,
    HELD,
    MOST_ITEMS,
    MOST_NUMBER,
    MOST_OUTCOMES,
    NO_QUORUM,
    OUTCOMES,
)
from observatory.rooms.roundtables.service import locked
from observatory.rooms.roundtables.service.meeting import met
from observatory.rooms.roundtables.service.outcomes import cited, draft_of


@verb(policy.RECORD_SESSION)
def record_session(
    actor: Actor, roundtable: Roundtable, *, held_on: dt.date | None, document: str, items: Sequence[Dealt] = (),
    number: int | None = None, called: str | None = None, venue: str = "", document_url: str = "", quorum: bool | None = None,
    source_id: int | None = None,
) -> RoundtableSession:  # fmt: skip
    """Write down a session that is known from a document and was not run here, with its items and what came of each.

    `number` as the document has it, or the next free one; `called`: what the document calls it where that is not its number
    (005-2025), empty where it has none. `quorum` None: the document does not say. A number that a withdrawn session has is
    recorded anew on the same page.
    """
    db.session.flush()  # of a file's other sessions, what the one before made of the roundtable
    locked(roundtable, None)
    if held_on is None:
        raise Invalid(lazy_("Say on which day it was."), field="held_on")
    must_have_been(held_on, roundtable.founded_on, clock.today())
    session = _place(roundtable, held_on, number)
    session.title = _title(roundtable, str(number or "") if called is None else line(20)("number", called), held_on)
    session.language, session.site_id, session.source_id = roundtable.language, roundtable.site_id, source_id
    session.venue = line(300)("venue", venue)
    session.document = line(400, least=4)("document", document)
    session.document_url = web_address("document_url", document_url)
    session.met(held_on, quorum=quorum)
    db.session.add(session)
    db.session.flush()
    session.slug = str(session.id)
    told = {"agenda": [each.title for each in items], "outcomes": _agree(actor, session, items)}
    fact = events.SessionRecorded(document=session.document)
    note(actor, session, fact, **{name: (None, words) for name, words in told.items() if words})
    if session.state == HELD:
        met(actor, roundtable, session)
    return session


@verb(policy.WITHDRAW_SESSION)
def withdraw_session(actor: Actor, session: RoundtableSession, *, reason: str, version: int | None = None) -> None:
    """Withdraw what was recorded of a session by mistake; its page stays, and so do commitments that it became."""
    db.session.refresh(session, with_for_update=True)
    session.expect(version, {})
    reason = given_reason(reason)
    session.withdraw()
    standing = list(db.session.scalars(select(Outcome).where(Outcome.session_id == session.id)))
    for outcome in standing:  # what it named may be named anew
        outcome.taken_back, outcome.commitment_id = reason, None
    words = [outcome.text for outcome in standing]
    note(actor, session, events.SessionWithdrawn(reason=reason), **({"outcomes": (words, None)} if words else {}))


def _place(roundtable: Roundtable, day: dt.date, number: int | None) -> RoundtableSession:
    """A session with this number, or with the next free one: new, or one that was withdrawn, cleared."""
    own = select(RoundtableSession).where(RoundtableSession.roundtable_id == roundtable.id)
    if number is not None:
        if not 1 <= number <= MOST_NUMBER:
            raise Invalid(lazy_("Give a number from %(least)s to %(most)s.", least=1, most=MOST_NUMBER), field="number")
        known = db.session.scalars(own.where(RoundtableSession.number == number)).one_or_none()
        taken = lazy_("Session %(number)s is here already.", number=number)
    else:
        known = _of_day(own, day)
        taken = lazy_("A session of that day is here already. If there were two, give the number of this one.")
    if known is None:
        last = db.session.scalar(
            select(func.max(RoundtableSession.number)).where(RoundtableSession.roundtable_id == roundtable.id)
        )
        return RoundtableSession(
            roundtable_id=roundtable.id, number=number or (last or 0) + 1, keeper_id=roundtable.keeper_id,
            is_demo=roundtable.is_demo, slug=secrets.token_hex(16), summary="", online_url="", venue="",
        )  # fmt: skip
    if not (known.recorded and known.state == WITHDRAWN):
        raise Invalid(taken, field="held_on" if number is None else "number")
    old = select(AgendaItem.id).where(AgendaItem.session_id == known.id)
    db.session.execute(update(AgendaItem).where(AgendaItem.origin_id.in_(old)).values(origin_id=None))
    db.session.execute(delete(Outcome).where(Outcome.session_id == known.id))
    db.session.execute(delete(AgendaItem).where(AgendaItem.session_id == known.id))
    return known


def _of_day(own: Any, day: dt.date) -> RoundtableSession | None:
    begins = dt.datetime.combine(day, dt.time(), clock.LIMA)
    on_it = own.where(
        RoundtableSession.starts_at >= begins, RoundtableSession.starts_at < begins + dt.timedelta(1),
        RoundtableSession.state != CANCELLED,
    )  # fmt: skip
    every = list(db.session.scalars(on_it.order_by(RoundtableSession.id)))
    return next((each for each in every if each.state != WITHDRAWN), every[0] if every else None)


def _agree(actor: Actor, session: RoundtableSession, items: Sequence[Dealt]) -> list[str]:
    """Write down the items and what came of them; answers that, as the history tells it."""
    if len(items) > MOST_ITEMS or sum(len(each.came) for each in items) > MOST_OUTCOMES:
        raise Invalid(lazy_("There are as many as a session can have."), field="items")
    drafts = _drafts(actor, session, items)
    told = []
    for position, each in enumerate(items, 1):
        item = AgendaItem(
            session_id=session.id, position=position, title=line(300, least=2)("items", each.title),
            note=text(4000)("items", each.note),
        )  # fmt: skip
        db.session.add(item)
        db.session.flush()
        for came in each.came:
            outcome = _outcome(actor, session, item, came)
            if came.commitment.strip():
                outcome.commitment_id = _commitment(actor, session, came.commitment.strip())
            elif came.becomes and came.type == AGREEMENT:
                known = drafts.get(outcome.text, [])
                outcome.commitment_id = known.pop(0) if known else _draft(actor, session, item, outcome, came)
            db.session.flush()
            told.append(outcome.text)
    return told


def _outcome(actor: Actor, session: RoundtableSession, item: AgendaItem, came: Came) -> Outcome:
    if came.type not in OUTCOMES:
        raise Invalid(lazy_("Choose one from the list."), field="items")
    if came.type == AGREEMENT and session.state == NO_QUORUM:
        raise Invalid(lazy_("Without a quorum nothing was agreed: write it as information."), field="items")
    words = text(6000)("items", came.text)
    if came.type == DEFERRAL and not words:
        words = "It was left for a later session." if session.language == "en" else "Quedó para una sesión posterior."
    if len(words) < 5:
        raise Invalid(lazy_("Write what came of it."), field="items")
    sane_day("items", came.due_on)
    outcome = Outcome(
        session_id=session.id, item_id=item.id, type=came.type, text=words, adopted_at=session.opened_at or session.starts_at,
        present=0, seats=0, exceptions={}, person_id=actor.person_id,
    )  # fmt: skip
    db.session.add(outcome)
    db.session.flush()
    return outcome


def _commitment(actor: Actor, session: RoundtableSession, number: str) -> int:
    """The commitment that an agreement is, by the number under which it stands here."""
    found = db.session.scalars(
        select(Commitment).where(
            Commitment.slug == number, Commitment.is_demo == session.is_demo, visible(actor, Commitment.id)
        )
    ).one_or_none()
    if found is None:
        raise Invalid(lazy_("No commitment here has the number %(number)s.", number=number), field="items")
    if db.session.scalar(select(Outcome.id).where(Outcome.commitment_id == found.id)) is not None:
        raise Invalid(lazy_("Commitment %(number)s came of another agreement.", number=number), field="items")
    return found.id


def _draft(actor: Actor, session: RoundtableSession, item: AgendaItem, outcome: Outcome, came: Came) -> int:
    named = f"{session.document} · {cited(session, item)}"[:400]
    told = {
        "accountable_id": came.accountable_id, "accountable_as_written": came.accountable_as_written, "due_on": came.due_on,
        "document": named, "keeper_id": session.keeper_id,
    }  # fmt: skip
    return draft_of(actor, session, item, outcome, session.document_url, told).id


def _drafts(actor: Actor, session: RoundtableSession, items: Sequence[Dealt]) -> dict[str, list[int]]:
    """Drafts that these agreements became before, when the session was recorded and withdrawn: by their words."""
    texts = {text(6000)("items", came.text) for each in items for came in each.came if came.becomes}
    if not texts:
        return {}
    keeper = actor.organisation_id if not actor.is_operator else session.keeper_id
    taken = select(Outcome.id).where(Outcome.commitment_id == Commitment.id)
    statement = select(Commitment.id, Commitment.verbatim).where(
        Commitment.state == DRAFT, Commitment.keeper_id == keeper, Commitment.promised_on == session.day,
        Commitment.is_demo == session.is_demo, ~taken.exists(), visible(actor, Commitment.id),
    )  # fmt: skip
    found: dict[str, list[int]] = {}
    for row in db.session.execute(statement.order_by(Commitment.id)):
        if row.verbatim in texts:
            found.setdefault(row.verbatim, []).append(row.id)
    return found


def _title(roundtable: Roundtable, called: str, day: dt.date) -> str:
    """In the language of the body; by its day where the document has no number."""
    english = roundtable.language == "en"
    if called:
        words = f"Session {called}" if english else f"Sesión {called}"
    else:
        words = f"Session of {day.isoformat()}" if english else f"Sesión del {day:%d/%m/%Y}"
    return f"{words}, {roundtable.title}"[:300]
