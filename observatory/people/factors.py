"""The second factor: a code of six digits from an app (TOTP, RFC 6238), and ten recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import secrets

import pyotp
from sqlalchemy import delete, select, update

from observatory.kernel import clock, db
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_
from observatory.people import policy, sessions
from observatory.people.closing import tell
from observatory.people.giving import required_reason
from observatory.people.models import Person, RecoveryCode, SecondFactor
from observatory.people.passwords import Passwords
from observatory.people.service import confirm, record_security
from observatory.people.vault import Vault

CODES = 10
STEP = 30
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
WRONG = lazy_("This code is not right, or was used already. Wait for the next one and try again.")


def new_secret() -> str:
    """A random secret for an authenticator app."""
    return pyotp.random_base32()


def address(secret: str, *, account: str, site: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def has_factor(person_id: int) -> bool:
    """Whether the account asks for a second factor."""
    return db.session.get(SecondFactor, person_id) is not None


def codes_left(actor: Actor) -> int:
    """How many of the actor's recovery codes are unused."""
    unused = select(RecoveryCode.id).where(RecoveryCode.person_id == actor.person_id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())


@verb(policy.OWN_ACCOUNT)
def enable(
    actor: Actor, person: Person, *, passwords: Passwords, vault: Vault, secret: str, current: str, code: str
) -> list[str]:
    """Ask for a second factor from now on; answers the recovery codes, which are shown once."""
    confirm(passwords, person, current)
    if has_factor(person.id):
        raise Invalid(lazy_("The second factor is switched on already."))
    step = _step_of(secret, code, after=0)
    if step is None:
        raise Invalid(WRONG, field="code")
    db.session.add(SecondFactor(person_id=person.id, secret=vault.seal(secret), last_step=step))
    sessions.end_all(person.id, but=actor.session_id)
    record_security(person.id, "second_factor_on")
    tell(person, lazy_("Your account now asks for a second factor"), _IF_NOT_YOU)
    return _new_codes(person, vault)


@verb(policy.OWN_ACCOUNT)
def disable(actor: Actor, person: Person, *, passwords: Passwords, vault: Vault, current: str, code: str) -> None:
    """Ask for the password alone again; needs the password and a code."""
    confirm(passwords, person, current)
    check(actor, person, vault=vault, code=code)
    _forget(person)
    record_security(person.id, "second_factor_off")
    tell(person, lazy_("Your account no longer asks for a second factor"), _IF_NOT_YOU)


@verb(policy.OWN_ACCOUNT)
def renew_codes(actor: Actor, person: Person, *, passwords: Passwords, vault: Vault, current: str) -> list[str]:
    """Make new recovery codes; the former ones stop working."""
    confirm(passwords, person, current)
    if not has_factor(person.id):
        raise Invalid(lazy_("The second factor is not switched on."))
    record_security(person.id, "recovery_codes")
    return _new_codes(person, vault)


@verb(policy.MODERATE_ACCOUNT)
def reset(actor: Actor, person: Person, *, reason: str) -> None:
    """Switch off the second factor of somebody who lost it, and tell them why."""
    reason = required_reason(reason)
    _forget(person)
    sessions.end_all(person.id)
    record_security(person.id, "second_factor_reset")
    tell(person, lazy_("An administrator switched off your second factor"), reason)


@verb(policy.is_anyone)
def check(actor: Actor, person: Person, *, vault: Vault, code: str) -> None:
    """Spend a code of the app, or a recovery code; each works once. Raises Invalid on any other."""
    factor = db.session.get(SecondFactor, person.id)
    entered = "".join(code.upper().split()).replace("-", "")
    if factor is None:
        raise Invalid(WRONG, field="code")
    if len(entered) > 6:
        used = update(RecoveryCode).where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_mark == vault.mark(entered),
            RecoveryCode.used_at.is_(None),
        )
        if db.session.execute(used.values(used_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
            raise Invalid(WRONG, field="code")
        record_security(person.id, "recovery_code_used")
        return
    step = _step_of(vault.unsealed(factor.secret) or "", entered, after=factor.last_step)
    later = update(SecondFactor).where(SecondFactor.person_id == person.id, SecondFactor.last_step < (step or 0))
    # In one statement: of two who send the same code at the same moment, one is told that it was used.
    if step is None or db.session.execute(later.values(last_step=step)).rowcount != 1:  # type: ignore[attr-defined]
        raise Invalid(WRONG, field="code")


_IF_NOT_YOU = lazy_("If it was not you, change your password at once and write to the administrators.")


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The moment, in steps of half a minute, whose code this is: now or one to either side, and later than `after`."""
    if not secret or len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    now = int(clock.now().timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(totp.at(step * STEP), code):
            return step
    return None


def _new_codes(person: Person, vault: Vault) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(person_id=person.id, code_mark=vault.mark(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _forget(person: Person) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
