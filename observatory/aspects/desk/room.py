"""What the desk contributes to the rest: its table of batches. The command line reaches it; pages follow with the first
register that people other than operators bring."""

from __future__ import annotations

from observatory.aspects.desk import service
from observatory.kernel.registry import Room

room = Room(name="desk")

__all__ = ["room", "service"]
