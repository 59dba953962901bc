"""Who may do what to a handover: a table of verbs by sides and states; and who may see it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from observatory.kernel.policy import VERBS, Actor, may, why_not
from observatory.rooms.handovers import policy
from observatory.rooms.handovers.policy import Case
from tests.handovers.world import AFTER, BEFORE, LAST

OFFICE, OTHER = 7, 8


def acting(role: str, organisation: int = OFFICE) -> Actor:
    return Actor(
        person_id=3, name="x", mandate_id=5, organisation_id=organisation, role=role, sector="state",
        organisation_ids=frozenset({organisation}), labels=frozenset({"public", f"org:{organisation}"}),
    )  # fmt: skip


ACTORS: dict[str, tuple[Actor, str | None]] = {
    "guest": (Actor.guest(), None),
    "citizen": (Actor(person_id=4, name="y"), None),
    "outgoing manager": (acting("manager"), "outgoing"),
    "outgoing representative": (acting("representative"), "outgoing"),
    "outgoing secretary": (acting("secretary"), "outgoing"),
    "incoming manager": (acting("manager"), "incoming"),
    "incoming representative": (acting("representative"), "incoming"),
    "its verifier": (acting("verifier"), None),
    "mandate ended": (acting("manager"), None),
    "another's manager": (acting("manager", OTHER), None),
    "steward": (acting("steward", OTHER), None),
    "operator": (Actor.operator(), None),
}
"""With the side that their mandate gives them."""
GO = {"outgoing manager", "outgoing representative", "outgoing secretary"}
COME = {"incoming manager", "incoming representative"}
STATES = ("open", "closed", "withdrawn")
TABLE: dict[str, tuple[set[str], bool]] = {
    "edit": (GO, False),
    "refresh": (GO, False),
    "add_custody": (GO, False),
    "confirm_item": (GO, True),
    "confirm_all": (GO, True),
    "answer_item": (COME, True),
    "answer_all": (COME, True),
    "sign": (GO | COME, True),
}
"""Who may while it is open, and whether also once the last day of the term is over."""


def case(side: str | None, state: str = "open", today: dt.date = BEFORE) -> Any:
    return Case(SimpleNamespace(state=state, keeper_id=OFFICE, term_ends_on=LAST), side, today)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_what_the_table_says(who: str, name: str) -> None:
    actor, side = ACTORS[who]
    people, afterwards = TABLE[name]
    for today in (BEFORE, LAST, LAST + dt.timedelta(1), AFTER):
        allowed = {state for state in STATES if may(actor, f"handovers.{name}", case(side, state, today))}
        assert allowed == ({"open"} if who in people and (afterwards or today <= LAST) else set()), today


@pytest.mark.parametrize("who", ACTORS)
def test_whoever_speaks_for_an_organisation_opens_one(who: str) -> None:
    speaks = GO | COME | {"mandate ended", "another's manager"}  # whose mandate has ended acts under none: see below
    assert may(ACTORS[who][0], "handovers.open_handover") == (who in speaks)


def test_every_verb_stands_in_the_table() -> None:
    assert {name for name in VERBS if name.startswith("handovers.")} == {
        f"handovers.{name}" for name in (*TABLE, "open_handover")
    }


def test_a_refusal_says_that_a_mandate_has_ended() -> None:
    assert "a mandate that is in force" in str(why_not(acting("manager"), "handovers.sign", case(None)))


def test_it_is_public_from_the_day_on_which_it_is_opened() -> None:
    found: Any = SimpleNamespace(state="open", keeper_id=OFFICE)
    assert policy.audience(found) == {"public"}
