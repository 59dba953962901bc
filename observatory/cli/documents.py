"""Pages of documentation that are written by the program from what it does."""

from __future__ import annotations

from observatory.app import registry
from observatory.kernel.policy import VERBS

_HEAD = """# Who may do what

Written by `observatory permissions` from the rules in the code; a change of a rule shows here as a diff.
Everything not listed can only be read. A refusal always says its reason. "You" is whoever acts under the active mandate.

| verb | what it does | you may when |
|---|---|---|
"""


def permissions() -> str:
    """docs/permissions.md."""
    registry()
    rows = []
    for name in sorted(VERBS):
        verb = VERBS[name]
        purpose = verb.purpose.replace("|", "\\|")
        rows.append(
            f"| `{name}` | {purpose} | {verb.rule.words}{' (otherwise it looks absent)' if verb.conceals else ''} |"
        )
    return _HEAD + "\n".join(rows) + "\n"
