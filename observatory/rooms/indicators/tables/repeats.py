"""Which row said something of a place first: a few bytes for each, since a file may say a million things."""

from __future__ import annotations

from array import array

_FEW = 64


class Seen:
    """The rows that spoke of each place in one series and period.

    `order` numbers the places in the order in which the file names them, and is shared by all periods of it. A few places
    stand in a dictionary; more in an array with four bytes for each place, 0 where nothing was said.
    """

    __slots__ = ("_few", "_many", "_order")

    def __init__(self, order: dict[int, int]) -> None:
        self._order, self._few, self._many = order, dict[int, int](), array("I")

    def first(self, place: int, row: int) -> int:
        """The row that said something of a place before, or 0, and then it is this one."""
        at = self._order.setdefault(place, len(self._order))
        few = self._few
        if not self._many:
            said = few.get(at, 0)
            if not said:
                few[at] = row
                if len(few) > _FEW:
                    self._spread()
            return said
        many = self._many
        if at >= len(many):
            many.extend([0] * (at + 64 - len(many)))
        said = many[at]
        if not said:
            many[at] = row
        return said

    def _spread(self) -> None:
        self._many = array("I", [0] * (max(self._few) + 64))
        for at, row in self._few.items():
            self._many[at] = row
        self._few.clear()
