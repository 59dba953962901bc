"""Persons, mandates, sessions, single-use links and the security log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from observatory.kernel import clock
from observatory.kernel.db import Base
from observatory.kernel.errors import Invalid
from observatory.kernel.text import lazy_

ROLES = {
    "representative": lazy_("Representative"),
    "manager": lazy_("Manager of the organisation"),
    "secretary": lazy_("Secretary"),
    "verifier": lazy_("Verifier"),
    "steward": lazy_("Steward of reference data"),
    "moderator": lazy_("Moderator"),
    "administrator": lazy_("Administrator"),
}
GUARDED_ROLES = frozenset({"administrator", "moderator", "steward", "manager"})
"""Roles whose mandates count, outside the demo, only for whoever signs in with a second factor."""
OPERATOR_ROLES = ("steward", "moderator", "administrator")
"""Roles that only the organisation which runs this Observatory can give."""

REQUESTED, COMING, ACTIVE, ENDED, REVOKED, DECLINED = (
    "requested",
    "coming",
    "active",
    "ended",
    "revoked",
    "declined",
)
MANDATE_STATES = {
    REQUESTED: lazy_("Requested"),
    COMING: lazy_("Not yet begun"),
    ACTIVE: lazy_("In force"),
    ENDED: lazy_("Ended"),
    REVOKED: lazy_("Revoked"),
    DECLINED: lazy_("Declined"),
}

SECURITY_WORDS = {
    "signed_in": lazy_("Signed in"),
    "verified": lazy_("Address confirmed"),
    "password_reset": lazy_("Password set anew by a link"),
    "password_changed": lazy_("Password changed"),
    "address_changed": lazy_("Address changed"),
    "session_ended": lazy_("A session was ended"),
    "sessions_ended": lazy_("All other sessions were ended"),
    "sign_in_failed": lazy_("A sign-in failed"),
    "second_factor_on": lazy_("Second factor switched on"),
    "second_factor_off": lazy_("Second factor switched off"),
    "second_factor_reset": lazy_("Second factor switched off by an administrator"),
    "second_factor_failed": lazy_("A wrong second code was given"),
    "recovery_codes": lazy_("New recovery codes"),
    "recovery_code_used": lazy_("A recovery code was used"),
    "sessions_ended_by_administrator": lazy_("An administrator ended all sessions"),
    "account_closed_by_administrator": lazy_("An administrator closed an account"),
}


class Person(Base):
    """A natural person with an account. Not a record: what the public sees of them is their mandates."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    """Lower case; null once the account is closed."""
    name: Mapped[str] = mapped_column(String(120))
    alias: Mapped[str | None] = mapped_column(String(60))
    """What the public reads when they act as a citizen; without it, the name."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="es")
    reminders: Mapped[bool] = mapped_column(default=True)
    """Whether messages remind them of the due dates of the organisations they act for."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    verified_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]

    def may_sign_in(self) -> bool:
        """Whether the account is open and its address confirmed."""
        return self.closed_at is None and self.verified_at is not None

    def close(self) -> None:
        """Forget who this was; what they did for organisations stays, by "a former member"."""
        self.email, self.password_hash, self.alias, self.name = None, None, None, ""
        self.closed_at = clock.now()


class Mandate(Base):
    """A person may act for an organisation, in a role, between two dates (inclusive, in Lima), by an appointing act."""

    __tablename__ = "mandates"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(160), default="")
    """The function as the organisation calls it."""
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]
    appointing_act: Mapped[str] = mapped_column(String(300), default="")
    requested_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    message: Mapped[str] = mapped_column(String(1000), default="")
    approved_at: Mapped[dt.datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    declined_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def state(self, today: dt.date | None = None) -> str:
        """requested, coming, active, ended, revoked or declined; computed when read, so that an end needs no one."""
        today = today or clock.today()
        if self.declined_at is not None:
            return DECLINED
        if self.approved_at is None:
            return REQUESTED
        if self.revoked_at is not None:
            return REVOKED
        if today < self.from_on:
            return COMING
        if self.to_on is not None and today > self.to_on:
            return ENDED
        return ACTIVE

    @classmethod
    def is_live(cls, today: dt.date) -> Any:
        """The SQL twin of `state() == "active"`."""
        return and_(
            cls.declined_at.is_(None),
            cls.approved_at.is_not(None),
            cls.revoked_at.is_(None),
            cls.from_on <= today,
            or_(cls.to_on.is_(None), cls.to_on >= today),
        )

    def approve(self, *, by: int | None) -> None:
        if self.state() != REQUESTED:
            raise Invalid(lazy_("This request was already answered."))
        self.approved_at, self.approved_by_id = clock.now(), by

    def decline(self, reason: str) -> None:
        if self.state() != REQUESTED:
            raise Invalid(lazy_("This request was already answered."))
        self.declined_at, self.reason = clock.now(), reason

    def revoke(self, reason: str) -> None:
        """End it this minute."""
        if self.state() not in {ACTIVE, COMING}:
            raise Invalid(lazy_("This mandate is not in force."))
        self.revoked_at, self.reason = clock.now(), reason


class Invitation(Base):
    """An organisation's manager invites an address to act for it."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(160), default="")
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]
    appointing_act: Mapped[str] = mapped_column(String(300), default="")
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    def is_open(self) -> bool:
        """Whether it can still be accepted, as far as time goes."""
        return self.used_at is None and self.expires_at > clock.now()


class MailLink(Base):
    """A single-use link sent by mail, bound to one purpose; only its hash is kept."""

    __tablename__ = "mail_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class SessionRow(Base):
    """A browser's session. The cookie holds a random token, this row its SHA-256: a copy of the table opens nothing."""

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    device: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class SecondFactor(Base):
    """Signing in to this account asks for a code as well. The secret is sealed: see people.vault."""

    __tablename__ = "second_factors"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(400))
    last_step: Mapped[int]
    """The half minute whose code was used last: no earlier one is accepted any more."""
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class RecoveryCode(Base):
    """Stands in for the app once. Only a mark of it is kept."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_mark: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[dt.datetime | None]


class SecurityEvent(Base):
    """What happened to an account: sign-ins, failures, changed passwords. Kept apart from history, for a year."""

    __tablename__ = "security_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(40))
    network: Mapped[str] = mapped_column(String(60), default="")
    device: Mapped[str] = mapped_column(String(80), default="")
    __table_args__ = (Index("ix_security_log_person_id_id", "person_id", "id"),)
