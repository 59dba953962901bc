"""What a file's texts come to, each worked out once however often a file says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

MOST_KEPT = 50_000


class Problem(NamedTuple):
    """Why every row that says this is refused."""

    column: str
    value: str
    reason: str
    suggestion: str


class LeftOut(NamedTuple):
    """Why every row that says this is not read, by no fault of its own: "only", "totals" or "blank"."""

    why: str


class Kept(dict[Any, Any]):
    """Answers by what they were worked out of; forgotten when they grow beyond what a file in order has."""

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: Any) -> Any:
        if len(self) >= MOST_KEPT:
            self.clear()
        answer = self[key] = self._work_out(key)
        return answer
