"""Asking for a verification: by the secretary of a body, or by the agreement that names who verifies it."""

from __future__ import annotations

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people.speaking import tell
from observatory.records import note
from observatory.records.models import PUBLISHED
from observatory.records.queries import records
from observatory.rooms.commitments import events, policy
from observatory.rooms.commitments.models import Commitment, VerifierAsked
from observatory.rooms.commitments.policy import NEVER_VERIFY, Case
from observatory.rooms.commitments.service import locked
from observatory.rooms.organisations.models import Organisation

_WHO = ("manager", "representative", "verifier")


@verb(policy.ASK_VERIFIER)
def ask_verifier(
    actor: Actor, case: Case, *, organisation_id: int, version: int | None = None, link: str = ""
) -> VerifierAsked:
    """Ask an organisation of another sector to look at a commitment."""
    commitment = locked(case, version)
    title = _could_look(case, organisation_id)
    asked = _asked(commitment, organisation_id)
    if asked is not None and asked.done_at is None and asked.told_at is not None:
        raise Invalid(lazy_("This organisation was asked already."), field="organisation_id")
    asked = asked or VerifierAsked(commitment_id=commitment.id, organisation_id=organisation_id)
    now = clock.now()
    asked.body_id, asked.at, asked.told_at, asked.done_at = actor.organisation_id, now, now, None
    db.session.add(asked)
    note(actor, commitment, events.VerifierWasAsked(verifier=title))
    _write(actor, commitment, organisation_id, link)
    return asked


def name_verifier(actor: Actor, case: Case, organisation_id: int, link: str) -> None:
    """Note whom an agreement names to verify a commitment: it is asked once that is reported complete. Of one that could not
    verify it, say since it was dissolved meanwhile, the body is told instead: its secretary may ask another one.

    No verb: part of the verb that publishes the minutes."""
    commitment = case.commitment
    try:
        title = _could_look(case, organisation_id)
    except Invalid:
        _tell_body(actor.organisation_id, commitment, link)
        return
    if _asked(commitment, organisation_id) is None:
        db.session.add(
            VerifierAsked(
                commitment_id=commitment.id, organisation_id=organisation_id, body_id=actor.organisation_id, agreed=True
            )
        )  # fmt: skip
        note(actor, commitment, events.VerifierWasNamed(verifier=title))


def tell_asked(actor: Actor, case: Case, link: str, *, is_news: bool) -> None:
    """A commitment is reported complete: ask whom its agreement names. Where that `is_news`, whatever they were told before;
    else only who was told nothing yet, or has looked since.

    No verb: part of the verb that reports it."""
    commitment = case.commitment
    every = db.session.scalars(
        select(VerifierAsked).where(VerifierAsked.commitment_id == commitment.id).order_by(VerifierAsked.id)
    ).all()
    for asked in every:
        if not asked.agreed or not (is_news or asked.told_at is None or asked.done_at is not None):
            continue
        try:
            _could_look(case, asked.organisation_id)
        except Invalid:
            if is_news and not any(each.told_at is not None for each in every if each is not asked):
                _tell_body(commitment.keeper_id, commitment, link)
            continue
        asked.told_at, asked.done_at = clock.now(), None
        _write(actor, commitment, asked.organisation_id, link)


def _tell_body(body_id: int | None, commitment: Commitment, link: str) -> None:
    title = commitment.title

    def words() -> tuple[str, str]:
        return _("Nobody can verify: %(title)s", title=title), _(
            "Whoever the agreement names to verify it is a party of it now, belongs to one, or is no more. Ask another "
            "organisation: %(link)s",
            link=link,
        )

    tell(body_id, words)


def _asked(commitment: Commitment, organisation_id: int) -> VerifierAsked | None:
    known = select(VerifierAsked).where(
        VerifierAsked.commitment_id == commitment.id, VerifierAsked.organisation_id == organisation_id
    )
    return db.session.scalars(known).one_or_none()


def _could_look(case: Case, organisation_id: int) -> str:
    """What an organisation is called that could verify the commitment; else raise Invalid."""
    organisation = Organisation.__table__.c
    statement = (
        select(records.c.title, organisation.sector)
        .join(Organisation.__table__, organisation.id == records.c.id)
        .where(
            records.c.id == organisation_id, records.c.state == PUBLISHED,
            records.c.is_demo == case.commitment.is_demo,
        )
    )  # fmt: skip
    wanted = db.session.execute(statement).one_or_none()
    if wanted is None:
        raise Invalid(lazy_("Choose one from the list."), field="organisation_id")
    if organisation_id in case.bound | case.keeper or wanted.sector in {*case.parties.values(), *NEVER_VERIFY}:
        raise Invalid(
            lazy_("Choose an organisation of another sector than every party, and not under the control of one."),
            field="organisation_id",
        )
    title: str = wanted.title
    return title


def _write(actor: Actor, commitment: Commitment, organisation_id: int, link: str) -> None:
    title = commitment.title

    def words() -> tuple[str, str]:
        return _("You are asked to verify: %(title)s", title=title), _("Look at it here: %(link)s", link=link)

    tell(organisation_id, words, roles=_WHO, but=actor.person_id)
