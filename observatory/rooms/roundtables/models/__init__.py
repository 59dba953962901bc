"""What is kept about roundtables."""

from observatory.rooms.roundtables.models.brief import AgendaDocument, SessionBrief
from observatory.rooms.roundtables.models.meeting import Attendance, NoteEntry, Outcome, Reservation
from observatory.rooms.roundtables.models.minutes import Addendum, Amendment, Minutes, Signature
from observatory.rooms.roundtables.models.roundtable import (
    Commission,
    CommissionMember,
    Constituency,
    Roundtable,
    Seat,
)
from observatory.rooms.roundtables.models.session import AgendaItem, RoundtableSession

__all__ = [
    "Addendum",
    "AgendaDocument",
    "AgendaItem",
    "Amendment",
    "Attendance",
    "Commission",
    "CommissionMember",
    "Constituency",
    "Minutes",
    "NoteEntry",
    "Outcome",
    "Reservation",
    "Roundtable",
    "RoundtableSession",
    "Seat",
    "SessionBrief",
    "Signature",
]
