"""The minutes of a session, from what was noted down to what is signed and published. Verbs."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable

from sqlalchemy import select

from observatory.kernel import clock, db, printing
from observatory.kernel.cleaning import text
from observatory.kernel.errors import Invalid, Stale
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people.speaking import tell
from observatory.records import note
from observatory.records.models import CHANGED, DRAFT
from observatory.rooms.commitments import service as commitments
from observatory.rooms.commitments.models import Commitment
from observatory.rooms.commitments.models.words import COMPLETION, SIGNATURES
from observatory.rooms.commitments.queries import cases
from observatory.rooms.commitments.service import asking
from observatory.rooms.roundtables import events, policy
from observatory.rooms.roundtables.models import (
    Addendum,
    AgendaItem,
    Amendment,
    Minutes,
    Outcome,
    RoundtableSession,
    Signature,
)
from observatory.rooms.roundtables.models.minutes import digest_of
from observatory.rooms.roundtables.models.words import OPEN, SCORECARD
from observatory.rooms.roundtables.policy import Case
from observatory.rooms.roundtables.queries import meeting
from observatory.rooms.roundtables.queries import minutes as reading
from observatory.rooms.roundtables.service.meeting import held

LONGEST, LEAST = 60, 3
"""Days that minutes may circulate for amendments; and days that whoever was there has at least, for signing what changed."""
LONGEST_TEXT = 20_000


@verb(policy.WRITE_UP)
def write_up(actor: Actor, case: Case, *, item: AgendaItem, discussion: str, before: str | None = None) -> None:
    """Write what the minutes say of what was said on an item; the notes stay as they are.

    `before`: the digest of the text that the form showed; Stale where somebody has written another one since."""
    session = held(case)
    db.session.refresh(item)
    if before is not None and before != digest_of(item.discussion):
        raise Stale(CHANGED, {"discussion": item.discussion})
    item.discussion = text(LONGEST_TEXT)("discussion", discussion)
    note(actor, session, events.MinutesWritten(item=item.title))


@verb(policy.CIRCULATE)
def circulate(actor: Actor, case: Case, *, amend_until: dt.date, version: int | None = None, link: str = "") -> Minutes:
    """Send the minutes to whoever was there, to be amended until a day and signed. The scorecard must be clean."""
    session = held(case, version)
    if db.session.get(Minutes, session.id) is not None:
        raise Invalid(lazy_("Somebody has circulated them already: look at the page again."))
    for row, lacks in meeting.unclean(actor, session.id):
        raise Invalid(
            lazy_(
                "An agreement does not say %(what)s: “%(text)s”. Complete it, or write in public why it is missing.",
                what=SCORECARD[lacks[0]], text=row.text[:80],
            )
        )  # fmt: skip
    if not clock.today() <= amend_until <= clock.today() + dt.timedelta(LONGEST):
        raise Invalid(lazy_("Give a day from today on, at most %(most)s days away.", most=LONGEST), field="amend_until")
    made = Minutes(session_id=session.id, circulated_at=clock.now(), amend_until=amend_until)
    content = reading.content_of(actor, session)
    for told in content["agenda"]:
        if len(told["discussion"]) > LONGEST_TEXT:
            raise Invalid(
                lazy_("The notes on “%(item)s” are too long for minutes: write what was said.", item=told["title"])
            )
    made.hold(content)
    _bind(session, SIGNATURES)
    db.session.add(made)
    db.session.flush()
    note(actor, session, events.MinutesCirculated(digest=made.digest))
    _write(actor, session, link, lambda title: _("To be signed: minutes of %(title)s", title=title))
    return made


@verb(policy.AMEND)
def propose_amendment(actor: Actor, case: Case, *, item: AgendaItem, statement: str) -> Amendment:
    """Propose what the minutes should say instead, for an organisation that was there."""
    session, minutes = held(case), _minutes(case)
    if clock.today() > minutes.amend_until:
        raise Invalid(lazy_("The time for amendments is over: sign the minutes, or do not."))
    statement = text(6000)("statement", statement)
    if len(statement) < 5:
        raise Invalid(lazy_("Write what the minutes should say."), field="statement")
    assert actor.organisation_id is not None
    made = Amendment(
        session_id=session.id, item_id=item.id, organisation_id=actor.organisation_id, person_id=actor.person_id,
        text=statement, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    note(actor, session, events.AmendmentProposed(item=item.title))
    return made


@verb(policy.SETTLE)
def settle_amendment(
    actor: Actor, case: Case, *, amendment: Amendment, taken_in: bool, answer: str, discussion: str = ""
) -> None:
    """Take in what was proposed, with the text that the minutes then have, or not, and say why.

    Whoever had signed signs the new revision again."""
    session, minutes = held(case), _minutes(case)
    db.session.refresh(amendment, with_for_update=True)
    answer = text(1000)("answer", answer)
    if len(answer) < 5:
        raise Invalid(lazy_("Say why: everyone who was there will read it."), field="answer")
    amendment.settle(taken_in=taken_in, answer=answer)
    item = db.session.get_one(AgendaItem, amendment.item_id)
    if taken_in:
        item.discussion = text(LONGEST_TEXT)("discussion", discussion)
        if not item.discussion:
            raise Invalid(lazy_("Write what the minutes should say."), field="discussion")
        content = copy.deepcopy(minutes.content)
        for told in content["agenda"]:
            if told["item"] == item.id:
                told["discussion"] = item.discussion
        minutes.amend(content, until=clock.today() + dt.timedelta(LEAST))
    note(actor, session, events.AmendmentSettled(item=item.title))


@verb(policy.SIGN)
def sign(actor: Actor, case: Case, *, digest: str) -> Signature:
    """Approve the minutes as they are, for the organisation one acts for: `digest` is of the text that one has read."""
    session, minutes = held(case), _minutes(case)
    if digest != minutes.digest:
        raise Invalid(lazy_("The minutes have changed since you opened them: read them again, then sign."))
    assert actor.organisation_id is not None
    same = select(Signature.id).where(
        Signature.session_id == session.id,
        Signature.organisation_id == actor.organisation_id,
        Signature.digest == digest,
    )
    if db.session.scalar(same) is not None:
        raise Invalid(lazy_("Your organisation has signed these minutes already."))
    made = Signature(
        session_id=session.id, organisation_id=actor.organisation_id, person_id=actor.person_id, mandate_id=actor.mandate_id,
        role=actor.role or "", digest=digest, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    note(actor, session, events.MinutesSigned(digest=digest))
    return made


@verb(policy.PUBLISH)
def publish(
    actor: Actor, case: Case, *, unsigned: str = "", version: int | None = None, link: str = "",
    commitment_link: Callable[[str], str] = lambda slug: "",
) -> list[Commitment]:  # fmt: skip
    """Show the minutes to everyone: signed by all who were there, or with the reason why somebody has not.

    The latter once the time for amendments is over. Drafts of commitments that say all they must are proposed; answers those that do not yet."""
    session, minutes = held(case, version), _minutes(case)
    waiting = select(Amendment.id).where(Amendment.session_id == session.id, Amendment.state == OPEN)
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Invalid(lazy_("Answer first what was proposed for them."))
    missing = reading.unsigned(session, minutes)
    unsigned = " ".join(unsigned.split())[:500]
    if any(row.id == session.keeper_id for row in missing):
        raise Invalid(lazy_("Sign them for the roundtable first."))
    first = minutes.circulated_at.astimezone(clock.LIMA).date() + dt.timedelta(LEAST)
    if missing and clock.today() <= max(minutes.amend_until, first):
        raise Invalid(
            lazy_("%(name)s has not signed yet: wait until the time for amendments is over.", name=missing[0].title)
        )
    if missing and len(unsigned) < 5:
        raise Invalid(
            lazy_("Say why %(name)s has not signed: everyone will read it.", name=missing[0].title), field="unsigned"
        )
    minutes.publish(clock.now(), unsigned if missing else "")
    note(actor, session, events.MinutesPublished(digest=minutes.digest))
    printing.want(session.id, reading.PRINTED, minutes.digest)
    _write(actor, session, link, lambda title: _("Published: minutes of %(title)s", title=title))
    _bind(session, COMPLETION)
    _name_verifiers(actor, session, commitment_link)
    return _propose(actor, session, commitment_link)


@verb(policy.ADD)
def add_addendum(actor: Actor, case: Case, *, statement: str) -> Addendum:
    """Add to published minutes; its hash covers what stood before, so that nothing can be put in between."""
    session, minutes = held(case), _minutes(case)
    statement = text(6000)("statement", statement)
    if len(statement) < 5:
        raise Invalid(lazy_("Write what is added."), field="statement")
    before = reading.addenda(session.id)
    at = clock.now()
    told = {
        "after": before[-1].digest if before else minutes.digest,
        "text": statement,
        "at": at.isoformat(timespec="seconds"),
    }
    made = Addendum(
        session_id=session.id, text=statement, digest=digest_of(told), person_id=actor.person_id,
        organisation_id=actor.organisation_id, at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    note(actor, session, events.AddendumAdded(digest=made.digest))
    printing.want(session.id, reading.PRINTED, made.digest)
    return made


def _minutes(case: Case) -> Minutes:
    """The minutes of a case, held until the commit."""
    found = db.session.get_one(Minutes, case.session.id, with_for_update=True, populate_existing=True)
    if found.state != case.minutes.state:
        raise Invalid(lazy_("Somebody has decided on this already: look at the page again."))
    return found


def _bind(session: RoundtableSession, awaits: str) -> None:
    """Say what the drafts that a session agreed wait for."""
    own = select(Commitment).join(Outcome, Outcome.commitment_id == Commitment.id)
    for each in db.session.scalars(own.where(Outcome.session_id == session.id, Outcome.taken_back == "")).all():
        if each.state == DRAFT:
            each.awaits = awaits
    db.session.flush()


def _name_verifiers(actor: Actor, session: RoundtableSession, link: Callable[[str], str]) -> None:
    """Say on each commitment of a session who verifies it: they are written to once it is reported complete."""
    own = (
        select(Commitment, Outcome.verifier_id)
        .join(Outcome, Outcome.commitment_id == Commitment.id)
        .where(Outcome.session_id == session.id, Outcome.taken_back == "", Outcome.verifier_id.is_not(None))
        .order_by(Outcome.id)
    )
    for commitment, verifier_id in db.session.execute(own).all():
        asking.name_verifier(actor, cases.case_of(actor, commitment), verifier_id, link(commitment.slug))


def _propose(actor: Actor, session: RoundtableSession, link: Callable[[str], str]) -> list[Commitment]:
    """Propose the drafts that came of a session; answers those that still lack something."""
    own = (
        select(Commitment)
        .join(Outcome, Outcome.commitment_id == Commitment.id)
        .where(Outcome.session_id == session.id, Outcome.taken_back == "", Commitment.state == DRAFT)
        .order_by(Outcome.id)
    )
    left = []
    for commitment in db.session.scalars(own).all():
        try:
            commitments.check(commitment)
        except Invalid:
            left.append(commitment)
            continue
        commitments.propose(actor, cases.case_of(actor, commitment), link=link(commitment.slug))
    return left


def _write(actor: Actor, session: RoundtableSession, link: str, subject: Callable[[str], str]) -> None:
    """Write to those who speak for whoever has to sign."""
    title = session.title

    def words() -> tuple[str, str]:
        return subject(title), _("Read them: %(link)s", link=link)

    for row in reading.signers(session):
        if not row.gone:
            tell(row.id, words, but=actor.person_id)
