"""Whoever speaks for an organisation, and writing to them."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale
from sqlalchemy import select

from observatory.kernel import clock, db, outbox
from observatory.kernel.config import LOCALES
from observatory.people.models import Mandate, Person

SPEAKERS = ("manager", "representative", "secretary")


def speakers(organisation_id: int, roles: tuple[str, ...] = SPEAKERS, *, reminding: bool = False) -> list[Person]:
    """At most ten people who act for an organisation today and can be written to; `reminding`, only those who did not
    switch reminders off."""
    statement = (
        select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(
            Mandate.organisation_id == organisation_id,
            Mandate.role.in_(roles),
            Mandate.is_live(clock.today()),
            Person.email.is_not(None),
            Person.is_demo.is_(False) | Person.password_hash.is_not(None),
        )
        .distinct()
        .limit(10)
    )
    if reminding:
        statement = statement.where(Person.reminders)
    return list(db.session.scalars(statement))


def tell(
    organisation_id: int | None, words: Callable[[], tuple[str, str]], *, roles: tuple[str, ...] = SPEAKERS,
    but: int | None = None, reminding: bool = False,
) -> None:  # fmt: skip
    """Write to the people of an organisation, each in their own language, but not to the person `but`; what only reminds,
    not to those who switched reminders off.

    `words` answers subject and body, in the language of the moment.
    """
    for person in speakers(organisation_id, roles, reminding=reminding) if organisation_id else ():
        if person.id != but:
            with force_locale(LOCALES[person.language]):
                subject, body = words()
            outbox.send(str(person.email), subject[:250], body)
