"""Opening what nobody opened: the handover of an office whose term ends soon, or ended a short time ago."""

from __future__ import annotations

from observatory.kernel import db
from observatory.kernel.config import Settings
from observatory.kernel.db import Database
from observatory.kernel.drainer import one_by_one
from observatory.kernel.formats import date
from observatory.kernel.policy import PUBLIC, Actor
from observatory.kernel.text import _
from observatory.people.speaking import tell
from observatory.records import note
from observatory.rooms.handovers import events
from observatory.rooms.handovers.models import Handover
from observatory.rooms.handovers.queries import terms
from observatory.rooms.handovers.service import Sources, begun
from observatory.rooms.organisations.models import Organisation


def open_due(database: Database, settings: Settings, sources: Sources) -> int:
    """A job of the drainer: open the handover of each office whose term ends in a few weeks and that has none, with its
    inventory, and write to its people; answers how many. Also of those whose term ended lately, if no day saw it before."""
    with database.reading():
        wanted = terms.ending()
    return one_by_one(wanted, lambda term: _open(database, settings, sources, term), "handover_not_opened")


def _open(database: Database, settings: Settings, sources: Sources, term: terms.Term) -> bool:
    """Open one in a transaction of its own; the office is held, so that of two who do it one finds it done."""
    labels = frozenset(
        {PUBLIC, "stewards", f"org:{term.organisation_id}"}
    )  # what the office itself sees is its to hand over
    actor = Actor.operator(via="job", labels=labels)
    with database.unit_of_work():
        organisation = db.session.get_one(Organisation, term.organisation_id, with_for_update={"key_share": True})
        if term not in terms.ending(term.organisation_id):
            return False
        handover = Handover(term_ends_on=term.ends_on, act="", proclaimed_by="")
        drafted = begun(actor, organisation, handover, sources)
        note(actor, handover, events.HandoverOpened(until=term.ends_on.isoformat(), items=len(drafted)))
        link = f"{settings.origin}/handovers/{handover.slug}"
        title, until = organisation.title, term.ends_on

        def words() -> tuple[str, str]:
            return _("Handover of %(name)s", name=title), _(
                "A term ends on %(date)s. What is open is written down here, to be confirmed by those who go and received by "
                "those who come: %(link)s",
                date=date(until), link=link,
            )  # fmt: skip

        tell(organisation.id, words)
    return True
