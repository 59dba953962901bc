"""What is kept about roundtables."""

from observatory.rooms.roundtables.models.brief import AgendaDocument, SessionBrief
from observatory.rooms.roundtables.models.roundtable import (
    Commission,
    CommissionMember,
    Constituency,
    Roundtable,
    Seat,
)
from observatory.rooms.roundtables.models.session import AgendaItem, RoundtableSession

__all__ = [
    "AgendaDocument",
    "AgendaItem",
    "Commission",
    "CommissionMember",
    "Constituency",
    "Roundtable",
    "RoundtableSession",
    "Seat",
    "SessionBrief",
]
