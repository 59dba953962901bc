"""Who may run a roundtable: a table of verbs by actors and states; and who may see its page."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from observatory.kernel.policy import VERBS, Actor, may, why_not
from observatory.rooms.roundtables import policy

BODY, OTHER = 7, 8


def acting(role: str, organisation: int = BODY, sector: str = "participation_body") -> Actor:
    return Actor(
        person_id=3, name="x", mandate_id=5, organisation_id=organisation, role=role, sector=sector,
        organisation_ids=frozenset({organisation}), labels=frozenset({"public", f"org:{organisation}"}),
    )  # fmt: skip


ACTORS = {
    "guest": Actor.guest(),
    "citizen": Actor(person_id=4, name="y"),
    "its secretary": acting("secretary"),
    "its manager": acting("manager"),
    "another's secretary": acting("secretary", OTHER),
    "secretary of a company": acting("secretary", OTHER, "company"),
    "steward": acting("steward", OTHER, "other"),
    "operator": Actor.operator(),
}
STANDS = {"installed", "active", "extended"}
LASTS = {"draft", *STANDS}
RUNS = {"its secretary", "steward", "operator"}
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "edit": (RUNS, LASTS),
    "install": (RUNS, {"draft"}),
    "extend": (RUNS, STANDS),
    "close": (RUNS, STANDS),
    "set_constituency": (RUNS, LASTS),
    "give_seat": (RUNS, LASTS),
    "end_seat": (RUNS, LASTS),
    "form_commission": (RUNS, LASTS),
    "end_commission": (RUNS, LASTS),
    "plan_session": ({"its secretary"}, STANDS),
}

ITS = {"its secretary"}
SESSIONS: dict[str, tuple[set[str], set[str]]] = {
    "add_item": (ITS, {"planned"}),
    "take_up": (ITS, {"planned"}),
    "set_order": (ITS, {"planned"}),
    "choose_documents": (ITS, {"planned"}),
    "convene": (ITS, {"planned"}),
    "move_session": (ITS, {"planned", "convened"}),
    "cancel_session": (ITS, {"planned", "convened"}),
}


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_to_a_session_what_the_table_says(who: str, name: str) -> None:
    people, states = SESSIONS[name]
    allowed = {
        state for state in ("planned", "convened", "cancelled", "withdrawn")
        if may(ACTORS[who], f"roundtables.{name}", SimpleNamespace(state=state, keeper_id=BODY))
    }  # fmt: skip
    assert allowed == (states if who in people else set())


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_what_the_table_says(who: str, name: str) -> None:
    people, states = TABLE[name]
    allowed = {
        state for state in (*LASTS, "closed", "withdrawn")
        if may(ACTORS[who], f"roundtables.{name}", SimpleNamespace(state=state, keeper_id=BODY))
    }  # fmt: skip
    assert allowed == (states if who in people else set())


@pytest.mark.parametrize("who", ACTORS)
def test_secretaries_of_participation_bodies_and_stewards_add_one(who: str) -> None:
    assert may(ACTORS[who], "roundtables.create") == (who in RUNS | {"another's secretary"})


def test_every_verb_stands_in_the_table() -> None:
    assert {name for name in VERBS if name.startswith("roundtables.")} == {
        f"roundtables.{name}" for name in (*TABLE, *SESSIONS, "create")
    }


def test_a_refusal_says_why() -> None:
    table = SimpleNamespace(state="active", keeper_id=BODY)
    assert "the secretary of this roundtable" in str(why_not(ACTORS["another's secretary"], "roundtables.edit", table))


@pytest.mark.parametrize(
    ("state", "labels"), [("draft", {"stewards", "org:7"}), ("installed", {"public"}), ("closed", {"public"})]
)
def test_a_draft_stays_with_the_body_and_the_stewards(state: str, labels: set[str]) -> None:
    found: Any = SimpleNamespace(state=state, keeper_id=BODY)
    assert policy.audience(found) == labels


@pytest.mark.parametrize(("convened", "labels"), [(None, {"stewards", "org:7"}), (dt.date(2026, 3, 1), {"public"})])
@pytest.mark.parametrize("state", ["planned", "convened", "cancelled"])
def test_a_session_is_public_once_it_was_convened(state: str, convened: dt.date | None, labels: set[str]) -> None:
    found: Any = SimpleNamespace(state=state, keeper_id=BODY, convened_on=convened)
    assert policy.audience_of_session(found) == labels
