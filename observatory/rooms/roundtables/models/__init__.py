"""What is kept about roundtables."""

from observatory.rooms.roundtables.models.roundtable import (
    Commission,
    CommissionMember,
    Constituency,
    Roundtable,
    Seat,
)

__all__ = ["Commission", "CommissionMember", "Constituency", "Roundtable", "Seat"]
