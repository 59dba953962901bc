"""Who may take in a register, and take a batch back: whoever its own rule allows."""

from __future__ import annotations

from typing import Any

from observatory.kernel.policy import Actor, Rule
from observatory.kernel.text import lazy_


def _by_its_own_rule(actor: Actor, register: Any) -> object | None:
    rule = getattr(register, "rule", None)
    return rule.reason(actor, None) if isinstance(rule, Rule) else _NOBODY


_NOBODY = lazy_("there is such a register")
TAKE_IN = Rule(_by_its_own_rule, "the register's own rule allows it")
