"""Reminding: one message a day to an organisation, of the dates that are near or just over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from observatory.kernel import clock, db
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.drainer import one_by_one
from observatory.kernel.formats import date
from observatory.kernel.policy import Actor
from observatory.kernel.text import _, _n
from observatory.people.speaking import SPEAKERS, speakers, tell
from observatory.records.models import Record
from observatory.rooms.commitments.models import CommitmentReminder
from observatory.rooms.commitments.models.reminder import OWES
from observatory.rooms.commitments.queries import owing, reminding
from observatory.rooms.commitments.queries.reminding import Notice
from observatory.rooms.organisations.models import Organisation

MOST = 40
"""Dates written out in one message."""
OF_BODIES = ("secretary", "manager")
"""Who is written to at the body that posted what is late."""


def remind(database: Database, settings: Settings) -> int:
    """A job of the drainer: write to each organisation about which there is something to say; answers how many. Only of
    what everybody may see."""
    with database.reading():
        wanted = list(reminding.pending(Actor.guest()))
    return one_by_one(wanted, lambda each: _write(database, settings, *each), "reminder_failed")


def _write(database: Database, settings: Settings, organisation_id: int, part: str) -> int:
    """The message of one organisation and the record of its steps, in one transaction: both or neither is kept.

    The organisation is held meanwhile: whoever else reminds at the same moment finds it done.
    """
    roles = SPEAKERS if part == OWES else OF_BODIES
    with database.unit_of_work():
        held = select(Organisation.__table__.c.id).where(Organisation.__table__.c.id == organisation_id)
        db.session.execute(held.with_for_update(key_share=True))
        if reminding.told_today(organisation_id, part) or not speakers(organisation_id, roles, reminding=True):
            return 0
        notices = reminding.pending(Actor.guest(), organisation_id=organisation_id).get((organisation_id, part))
        if not notices:
            return 0
        for notice in notices:
            commitment_id, milestone_id, due_on, step = notice.key
            db.session.add(
                CommitmentReminder(
                    organisation_id=organisation_id, part=part, commitment_id=commitment_id, milestone_id=milestone_id,
                    due_on=due_on, step=step, sent_at=clock.now(),
                )
            )  # fmt: skip
        columns = select(Record.title, Record.slug).where(Record.id == organisation_id)
        title, slug = db.session.execute(columns).one()
        message = _Message(settings.origin, title, slug, part, notices)
        tell(organisation_id, message.to_parties if part == OWES else message.to_body, roles=roles, reminding=True)
        return 1


class _Message:
    """What is written to one organisation, in the language of the moment."""

    def __init__(self, origin: str, title: str, slug: str, part: str, notices: Sequence[Notice]) -> None:
        self.origin, self.title, self.slug, self.part = origin, title, slug, part
        self.late = [notice for notice in notices if notice.days > 0]
        self.coming = [notice for notice in notices if notice.days <= 0]
        keepers = {notice.row.keeper_id for notice in notices if notice.row.keeper_id}
        self.keepers = owing.named(Actor.guest(), keepers)
        self.room = MOST

    def to_parties(self) -> tuple[str, str]:
        """Subject and words for whoever owes the commitments or carries them out."""
        self.room = MOST
        count = len(self.late) + len(self.coming)
        subject = _n(
            "%(num)s due date to look at: %(organisation)s", "%(num)s due dates to look at: %(organisation)s", count,
            organisation=self.title,
        )  # fmt: skip
        parts = [_("What %(organisation)s owes or carries out, and by when.", organisation=self.title)]
        parts += self._listed(_("LATE"), self.late) + self._listed(_("COMING"), self.coming) + self._rest(count)
        parts += [
            _(
                "What you can do:\n"
                "- Report progress, or that it is done, with evidence, at the address given with each date.\n"
                "- If the date can't be kept, ask the body that posted it, before its next session: only its decision "
                "gives a new date."
            ),
            _("Everything by date, with a calendar for your phone: %(link)s", link=self._owed()),
        ]
        return subject, "\n\n".join([*parts, self._off()])

    def to_body(self) -> tuple[str, str]:
        """Subject and words for the body that posted the commitments."""
        self.room = MOST
        count = len(self.late)
        subject = _n(
            "%(num)s commitment became late: %(organisation)s", "%(num)s commitments became late: %(organisation)s", count,
            organisation=self.title,
        )  # fmt: skip
        parts = [_("Of what %(organisation)s posted, this became late.", organisation=self.title)]
        parts += self._listed(_("LATE"), self.late) + self._rest(count)
        parts += [
            _(
                "What you can do:\n"
                "- Put it on the agenda of your next session: it is among the matters that came up.\n"
                "- A new date, a suspension or its end is a decision of your body: record it on the commitment's page."
            ),
            _("All that your body posted and is late: %(link)s",
              link=f"{self.origin}/commitments?late=1&keeper={self.slug}"),
        ]  # fmt: skip
        return subject, "\n\n".join([*parts, self._off()])

    def _listed(self, heading: str, notices: Sequence[Notice]) -> list[str]:
        shown, self.room = notices[: self.room], self.room - min(len(notices), self.room)
        return [heading, *(self._line(notice) for notice in shown)] if shown else []

    def _rest(self, count: int) -> list[str]:
        left = count - MOST
        return [_n("And %(num)s more: see the page.", "And %(num)s more: see the page.", left)] if left > 0 else []

    def _line(self, notice: Notice) -> str:
        row = notice.row
        lines = [f"- {row.title}"]
        if notice.milestone is not None:
            lines.append(_("Milestone: %(title)s", title=notice.milestone.title))
        lines.append(_when(notice))
        if row.accountable and row.accountable != self.title:
            lines.append(_("Owed by %(name)s", name=row.accountable))
        if row.is_demo:
            lines.append(_("Fictitious"))
        page = f"{self.origin}/commitments/{row.slug}"
        lines.append(_("Report progress: %(link)s", link=f"{page}/updates/new") if self.part == OWES else page)
        keeper = self.keepers.get(row.keeper_id)
        if keeper is not None and keeper.slug != self.slug:
            link = f"{self.origin}/organisations/{keeper.slug}"
            lines.append(_("Posted by %(name)s: %(link)s", name=keeper.title, link=link))
        return "\n  ".join(lines)

    def _owed(self) -> str:
        return f"{self.origin}/organisations/{self.slug}/owed"

    def _off(self) -> str:
        return _(
            "You get this because you act for %(organisation)s. To get no reminders, untick them in your account: %(link)s",
            organisation=self.title, link=f"{self.origin}/account",
        )  # fmt: skip


def _when(notice: Notice) -> str:
    if notice.days > 0:
        return _n(
            "%(num)s day late: it was due on %(date)s", "%(num)s days late: it was due on %(date)s", notice.days,
            date=date(notice.due_on),
        )  # fmt: skip
    if notice.days == 0:
        return _("due today")
    return _n(
        "due on %(date)s, in %(num)s day", "due on %(date)s, in %(num)s days", -notice.days, date=date(notice.due_on)
    )
