"""Who may translate a record: its keeper's people and the stewards."""

from __future__ import annotations

from observatory.aspects.tags.policy import is_not_withdrawn, is_steward, speaks_for_its_keeper

TRANSLATE = (speaks_for_its_keeper | is_steward) & is_not_withdrawn
