"""Minutes as they are handed out: to everyone once they are published, and to whoever had part in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from observatory.kernel import db
from observatory.kernel.policy import Actor
from observatory.people.models import Mandate
from observatory.records.queries import visible
from observatory.rooms.roundtables.models import Addendum, Amendment, Attendance, Minutes, NoteEntry, Signature
from observatory.rooms.roundtables.models.words import PUBLISHED
from observatory.rooms.roundtables.queries.minutes import moment


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The actor's own part in sessions, for the file of their data: attendance, notes, amendments, signatures."""
    there, mandate = Attendance.__table__, Mandate.__table__
    attended = (
        select(there.c.session_id, there.c.arrived_at, there.c.left_at, there.c.remote, there.c.sex)
        .join(mandate, mandate.c.id == there.c.mandate_id)
        .where(mandate.c.person_id == actor.person_id)
        .order_by(there.c.id)
    )
    told = [
        {"session": row.session_id, "attended": moment(row.arrived_at), "left": moment(row.left_at), "sex": row.sex}
        for row in db.session.execute(attended)
    ]
    for name, cls, words in (
        ("note", NoteEntry, True),
        ("amendment", Amendment, True),
        ("signature", Signature, False),
    ):
        table = cls.__table__
        own = select(table).where(table.c.person_id == actor.person_id).order_by(table.c.id)
        told += [
            {"session": row.session_id, name: row.text if words else row.digest, "at": moment(row.at)}
            for row in db.session.execute(own)
        ]
    return told


def _published(actor: Actor, table: Any, *columns: Any) -> Select[Any]:
    """Rows about sessions whose minutes are published, of those that the actor may see."""
    joined = table.join(Minutes.__table__, Minutes.__table__.c.session_id == table.c.session_id)
    own = columns or [column for column in table.c if column.name not in ("person_id", "mandate_id")]
    statement = select(*own).select_from(joined)
    return statement.where(visible(actor, table.c.session_id), Minutes.__table__.c.state == PUBLISHED).order_by(
        table.c.id
    )


def public_signatures(actor: Actor) -> Select[Any]:
    """Who approved published minutes: the organisations, their people's names aside."""
    return _published(actor, Signature.__table__)


def public_addenda(actor: Actor) -> Select[Any]:
    """What was added to published minutes."""
    return _published(actor, Addendum.__table__)


def public_minutes(actor: Actor) -> Select[Any]:
    """Published minutes of the sessions that the actor may see."""
    table = Minutes.__table__
    columns = (
        table.c.session_id,
        table.c.content,
        table.c.digest,
        table.c.revision,
        table.c.published_at,
        table.c.unsigned,
    )
    return (
        select(*columns)
        .where(visible(actor, table.c.session_id), table.c.state == PUBLISHED)
        .order_by(table.c.session_id)
    )
