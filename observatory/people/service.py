"""Accounts: signing up and in, links by mail, password and address, sessions, closing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, update

from observatory.kernel import clock, db, outbox
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import _, lazy_
from observatory.people import links, policy, sessions
from observatory.people.closing import forget, is_last_administrator, tell
from observatory.people.models import Mandate, Person, SecurityEvent, SessionRow
from observatory.people.passwords import Passwords
from observatory.people.queries import live_mandates, person_by_email

WRONG = lazy_("The address or the password is not right, or the address was not confirmed yet.")


def record_security(person_id: int | None, what: str, *, network: str = "", device: str = "") -> None:
    """Write into the security log of the open unit of work."""
    db.session.add(SecurityEvent(person_id=person_id, what=what, network=network, device=device, at=clock.now()))


@verb(policy.is_anyone)
def sign_up(
    actor: Actor, passwords: Passwords, *, name: str, email: str, password: str, language: str, address: Any
) -> None:
    """Open an account; it works once the address is confirmed. The answer never tells whether it was known.

    `address(endpoint, **values)` makes absolute addresses for the message.
    """
    email = _address(email)
    passwords.judge(password, words=(name, email))
    stored = passwords.hash(password)
    known = person_by_email(email)
    if known is not None and known.verified_at is not None:
        outbox.send(
            email,
            _("You already have an account"),
            _(
                "Somebody, probably you, tried to open an account with this address. You have one already: sign in at %(link)s "
                "or ask there for a new password. If it was not you, do nothing.",
                link=address("people.sign_in"),
            ),
        )
        return
    person = known or Person(email=email, name=name.strip(), language=language)
    db.session.add(person)
    db.session.flush()
    # Whoever else signs up with this address gets a link of their own: each brings the password given with it, so
    # that nobody can slip theirs into another's account.
    asked = {"name": name.strip(), "password": stored, "language": language}
    token = links.make(links.VERIFY, person.id, keeps_others=True, **asked)
    outbox.send(
        email,
        _("Confirm your address"),
        _(
            "Open this address within one hour to confirm your account: %(link)s",
            link=address("people.verify", token=token),
        ),
    )


@verb(policy.is_anyone)
def verify(actor: Actor, token: str) -> Person:
    """Confirm an address with the link that was sent to it."""
    link = links.use(links.VERIFY, token)
    person = db.session.get(Person, link.person_id, with_for_update=True)
    if person is None or person.closed_at is not None or person.verified_at is not None:
        raise Invalid(links.BAD_LINK)
    person.name, person.password_hash = link.data["name"], link.data["password"]
    person.language, person.verified_at = link.data["language"], clock.now()
    links.revoke_all(person.id)
    record_security(person.id, "verified")
    return person


@verb(policy.is_anyone)
def sign_in(actor: Actor, passwords: Passwords, *, email: str, password: str) -> Person:
    """The account with this address and password. Every failure gives the same Invalid after the same work."""
    person = person_by_email(email)
    if not passwords.matches(person.password_hash if person else None, password) or person is None:
        raise Invalid(WRONG)
    if not person.may_sign_in():
        raise Invalid(WRONG)
    if person.password_hash and passwords.outdated(person.password_hash):
        person.password_hash = passwords.hash(password)
    return person


@verb(policy.is_anyone)
def open_session(
    actor: Actor, person: Person, *, device: str, network: str, remember: bool, replaces: int | None
) -> str:
    """Begin a session for someone who has just proved who they are; answers the cookie's token."""
    mandates = live_mandates(person.id)
    if any(row.role in {"administrator", "moderator", "steward", "manager"} for row in mandates):
        remember = False
    record_security(person.id, "signed_in", network=network, device=device)
    first = mandates[0].id if mandates else None
    return sessions.begin(person.id, first, device=device, remember=remember, replaces=replaces)


@verb(policy.is_anyone)
def forget_password(actor: Actor, subject: None, *, email: str, address: Any) -> None:
    """Send a link for a new password, if there is such an account; the answer is the same either way."""
    person = person_by_email(email)
    if person is None or not person.may_sign_in():
        return
    token = links.make(links.RESET, person.id)
    outbox.send(
        str(person.email),
        _("A new password"),
        _(
            "Open this address within one hour to choose a new password: %(link)s\n\nIf you did not ask for it, do nothing.",
            link=address("people.reset", token=token),
        ),
    )


@verb(policy.is_anyone)
def reset_password(actor: Actor, passwords: Passwords, *, token: str, password: str) -> None:
    """Set a new password with a link; every open session ends."""
    link = links.use(links.RESET, token)
    person = db.session.get(Person, link.person_id)
    if person is None or person.closed_at is not None:
        raise Invalid(links.BAD_LINK)
    passwords.judge(password, words=(person.name, person.email or ""))
    person.password_hash = passwords.hash(password)
    sessions.end_all(person.id)
    links.revoke_all(person.id)
    record_security(person.id, "password_reset")
    tell(person, lazy_("Your password was changed"), lazy_("If it was not you, ask for a new password at once."))


@verb(policy.OWN_ACCOUNT)
def change_password(actor: Actor, person: Person, *, passwords: Passwords, current: str, password: str) -> None:
    """Replace the password; all other sessions end."""
    confirm(passwords, person, current)
    passwords.judge(password, words=(person.name, person.email or ""))
    person.password_hash = passwords.hash(password)
    sessions.end_all(person.id, but=actor.session_id)
    links.revoke_all(person.id)
    record_security(person.id, "password_changed")
    tell(person, lazy_("Your password was changed"), lazy_("If it was not you, ask for a new password at once."))


@verb(policy.OWN_ACCOUNT)
def change_profile(
    actor: Actor, person: Person, *, name: str, alias: str, language: str, reminders: bool = True
) -> None:
    """Set the name, the public alias, the language of messages, and whether some of them remind of due dates."""
    person.name, person.alias, person.language = name.strip(), alias.strip() or None, language
    person.reminders = reminders


@verb(policy.OWN_ACCOUNT)
def change_address(
    actor: Actor, person: Person, *, passwords: Passwords, current: str, email: str, address: Any
) -> None:
    """Ask for another address: it counts once the link sent there is opened, and the old one is told."""
    confirm(passwords, person, current)
    email = _address(email)
    if email == person.email:
        raise Invalid(_("This is your address already."), field="email")
    if person_by_email(email) is None:
        token = links.make(links.ADDRESS, person.id, email=email)
        outbox.send(
            email,
            _("Confirm your new address"),
            _("Open this address within one hour: %(link)s", link=address("people.confirm_address", token=token)),
        )
    tell(
        person,
        lazy_("Your address is about to change"),
        lazy_("If you did not ask for this, change your password at once."),
    )


@verb(policy.is_anyone)
def confirm_address(actor: Actor, token: str) -> Person:
    """Take over the new address with the link that was sent to it."""
    link = links.use(links.ADDRESS, token)
    person = db.session.get(Person, link.person_id)
    email = str(link.data.get("email", ""))
    if person is None or person.closed_at is not None or person_by_email(email) is not None:
        raise Invalid(links.BAD_LINK)
    person.email, person.verified_at = email, clock.now()
    sessions.end_all(person.id)
    links.revoke_all(person.id)
    record_security(person.id, "address_changed")
    return person


@verb(policy.OWN_ACCOUNT, conceals=True)
def end_session(actor: Actor, row: SessionRow) -> None:
    """Revoke one session."""
    db.session.execute(delete(SessionRow).where(SessionRow.id == row.id))
    record_security(actor.person_id, "session_ended")


@verb(policy.OWN_ACCOUNT)
def end_other_sessions(actor: Actor, person: Person) -> None:
    """Sign out everywhere but here."""
    sessions.end_all(person.id, but=actor.session_id)
    record_security(person.id, "sessions_ended")


@verb(policy.is_own, conceals=True)
def act_under(actor: Actor, mandate: Mandate) -> None:
    """Choose the mandate to act under in this session."""
    if mandate.state() != "active":
        raise Invalid(_("This mandate is not in force."))
    db.session.execute(update(SessionRow).where(SessionRow.id == actor.session_id).values(mandate_id=mandate.id))


@verb(policy.OWN_ACCOUNT)
def close_account(actor: Actor, person: Person, *, passwords: Passwords, current: str) -> None:
    """Close the account: personal data goes, what was done for organisations stays under the organisation."""
    confirm(passwords, person, current)
    if is_last_administrator(person.id):
        raise Invalid(_("You are the last administrator: give somebody else that mandate first."))
    tell(person, lazy_("Your account is closed"), lazy_("Your personal data was deleted. Thank you for taking part."))
    forget(actor, person)


def confirm(passwords: Passwords, person: Person, current: str) -> None:
    """Raise Invalid unless `current` is the password of the account."""
    if not passwords.matches(person.password_hash, current):
        raise Invalid(_("This is not your current password."), field="current")


def _address(email: str) -> str:
    email = email.strip().lower()
    if any(char in email for char in "\r\n\x00") or len(email) > 320:
        raise Invalid(_("This is not an e-mail address."), field="email")
    return email


@verb(policy.is_anyone)
def keep_login(actor: Actor, token: str, *, data: dict[str, Any]) -> None:
    """Store what the login library keeps in the session that `token` opens."""
    db.session.flush()
    db.session.execute(update(SessionRow).where(SessionRow.token_hash == sessions.hashed(token)).values(data=data))
