"""What administrators set while the program runs. What the environment says wins, and can't be changed here."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.db import Base, Database
from observatory.kernel.errors import Invalid
from observatory.kernel.logs import log
from observatory.kernel.text import _, lazy_


class Preference(Base):
    """A setting that was given another value than the program's own."""

    __tablename__ = "preferences"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class AdministrationAct(Base):
    """Something an administrator did to the instance: public, append-only."""

    __tablename__ = "administration_acts"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    act: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))


@dataclass(frozen=True)
class Kind:
    """A setting: what it is called and does, and `read`, which makes a checked value of a text or raises Invalid."""

    label: object
    help: object
    read: Callable[[str], Any]
    standard: Any
    is_long: bool = False


def _text(most: int, least: int = 0) -> Callable[[str], str]:
    def read(text: str) -> str:
        text = " ".join(text.split())
        if not least <= len(text) <= most:
            raise Invalid(_("Use %(least)s to %(most)s characters.", least=least, most=most))
        return text

    return read


def _paragraphs(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > 600:
        raise Invalid(lazy_("Shorten it to 600 characters."))
    return text


def _address(text: str) -> str:
    text = text.strip()
    if not re.fullmatch(r"https?://[^\s<>\"']{3,300}", text):
        raise Invalid(lazy_("Give a whole address that begins with https://."))
    return text


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text.strip()) or not least <= int(text) <= most:
            raise Invalid(_("Give a whole number from %(least)s to %(most)s.", least=least, most=most))
        return int(text)

    return read


KINDS: Mapping[str, Kind] = {
    "site_name": Kind(lazy_("Name of this Observatory"), lazy_("It stands on every page and in every message."), _text(60, 2), "Observatorio"),
    "introduction_es": Kind(
        lazy_("Introduction on the home page, in Spanish"), lazy_("Of which region this is and who runs it; empty for none."),
        _paragraphs, "", is_long=True,
    ),
    "introduction_en": Kind(
        lazy_("Introduction on the home page, in English"), lazy_("Empty: the Spanish one is shown."), _paragraphs, "", is_long=True
    ),
    "contact": Kind(lazy_("Contact"), lazy_("An e-mail address or a sentence; it stands on the page “Contact”."), _text(200), ""),
    "licence": Kind(lazy_("Licence of the data"), lazy_("It stands in every export."), _text(100, 2), "CC BY 4.0"),
    "licence_url": Kind(
        lazy_("Address of the licence"), lazy_("Where its words can be read."), _address, "https://creativecommons.org/licenses/by/4.0/"
    ),
    "quota_mb": Kind(
        lazy_("Megabytes of files that one organisation may keep"), lazy_("From 10 to 100,000."), _whole(10, 100_000), 500
    ),
}  # fmt: skip


def stored() -> dict[str, Any]:
    """The settings in force by name, in the open unit of work; a stored value that no longer fits is left out."""
    found = {name: kind.standard for name, kind in KINDS.items()}
    for name, value in db.session.execute(select(Preference.name, Preference.value)).all():
        found |= _read(name, value)
    return found


def _read(name: str, value: str) -> dict[str, Any]:
    try:
        return {name: KINDS[name].read(value)} if name in KINDS else {}
    except Invalid:
        log.warning("preference_unfit", name=name)
        return {}


class Preferences:
    """The settings of a running app: what the environment says, over what was set here, over the program's own.

    Read anew when the content version has changed, so that all workers agree within a moment.
    """

    def __init__(self, settings: Settings, database: Database, version: Callable[[], int]) -> None:
        self.settings = settings
        self.database = database
        self.version = version
        self._seen = -2
        self._now = settings
        self._set: Mapping[str, Any] = {name: kind.standard for name, kind in KINDS.items()}
        self._lock = threading.Lock()

    def current(self) -> Settings:
        """The settings with what was set here."""
        self._refresh()
        return self._now

    def get(self, name: str) -> Any:
        """One of KINDS, also those that are no setting of the environment."""
        self._refresh()
        return getattr(self._now, name) if name in self.settings.given else self._set[name]

    def _refresh(self) -> None:
        version = self.version()
        if version == self._seen or version < 0:
            return
        with self._lock:
            try:
                with self.database.engine.connect().execution_options(observatory_write=False) as connection:
                    rows = connection.execute(select(Preference.name, Preference.value)).all()
            except db.UNAVAILABLE:  # the last ones hold
                return
            told = {name: kind.standard for name, kind in KINDS.items()}
            for name, value in rows:
                told |= _read(name, value)
            own = {n: v for n, v in told.items() if n not in self.settings.given and n in Settings.__dataclass_fields__}
            self._now, self._set, self._seen = replace(self.settings, **own), told, version
