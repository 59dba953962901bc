"""Taking a register in, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from observatory.aspects.desk import policy
from observatory.aspects.desk.models import ImportBatch
from observatory.kernel import db
from observatory.kernel.desk import CHANGED, NEW, REFUSED, Outcome, Register, counts
from observatory.kernel.errors import Invalid
from observatory.kernel.policy import Actor, verb
from observatory.kernel.text import lazy_


@verb(policy.TAKE_IN)
def take_in(
    actor: Actor, register: Register, *, outcomes: Sequence[Outcome], mapping: Mapping[str, Any], file_name: str,
    sha256: str,
) -> ImportBatch | None:  # fmt: skip
    """Carry out what was planned, in this one unit of work; None where there was nothing to do.

    Raises Invalid if a row is refused, unless the mapping says to leave such rows out.
    """
    told = counts(outcomes)
    if told[REFUSED] and not mapping.get("skip_refused"):
        raise Invalid(lazy_("Some rows are refused, so nothing was written."))
    if not told[NEW] + told[CHANGED]:
        return None
    acting = replace(actor, via="import")
    for outcome in outcomes:
        if outcome.kind in {NEW, CHANGED}:
            register.apply(acting, outcome, mapping=mapping)
    batch = ImportBatch(
        register=register.name, file_name=file_name[:200], sha256=sha256, mapping=dict(mapping), counts=told,
        person_id=actor.person_id, organisation_id=actor.organisation_id,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    return batch
