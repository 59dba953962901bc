"""What a document tells of a past session, as it is handed over to be recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from observatory.rooms.roundtables.models.words import AGREEMENT


@dataclass(frozen=True)
class Came:
    """What came of an item, as the document has it. An agreement may be a commitment that stands here, by its number, or
    `becomes` a draft; whoever answers for it and is not here stays as written."""

    type: str = AGREEMENT
    text: str = ""
    commitment: str = ""
    becomes: bool = False
    accountable_id: int | None = None
    accountable_as_written: str = ""
    due_on: dt.date | None = None


@dataclass(frozen=True)
class Dealt:
    """An item of the agenda with what came of it."""

    title: str
    note: str = ""
    came: Sequence[Came] = ()
