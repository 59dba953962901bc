"""Who may state facts, list sources and say who keeps a record: the stewards of reference data."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import Actor, rule
from observatory.kernel.text import lazy_


@rule(lazy_("you act as a steward of reference data"))
def is_steward(actor: Actor, subject: Any) -> bool:
    return actor.holds("steward")


STATE_FACT = is_steward
LIST_SOURCE = is_steward
CHANGE_KEEPER = is_steward
