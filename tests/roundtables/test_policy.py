"""Who may run a roundtable: a table of verbs by actors and states; and who may see its page."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from observatory.app import registry
from observatory.kernel.policy import VERBS, Actor, may, why_not
from observatory.rooms.roundtables import policy

registry()  # whose import knows every verb
BODY, OTHER, SAT = 7, 8, 9


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
    "record_session": (RUNS, STANDS),
}

ITS = {"its secretary"}
SESSIONS: dict[str, tuple[set[str], set[str]]] = {
    "add_item": (ITS, {"draft"}),
    "take_up": (ITS, {"draft"}),
    "set_order": (ITS, {"draft"}),
    "choose_documents": (ITS, {"draft"}),
    "convene": (ITS, {"draft"}),
    "move_session": (ITS, {"draft", "convened"}),
    "cancel_session": (ITS, {"draft", "convened"}),
}


WRITES = {"its secretary", "its manager"}
WRITING, CIRCULATES, PUBLISHED = ("held", None), ("held", "circulated"), ("held", "published")
MOMENTS: dict[str, tuple[str, str | None]] = {
    "planned": ("draft", None),
    "convened": ("convened", None),
    "in session": ("in_session", None),
    "held, being written": WRITING,
    "without quorum, being written": ("no_quorum", None),
    "circulating": CIRCULATES,
    "published": PUBLISHED,
    "cancelled": ("cancelled", None),
}
"""State of the session and of its minutes."""
OVER = {"held, being written", "without quorum, being written"}
MEETINGS: dict[str, tuple[set[str], set[str]]] = {
    "open_session": (ITS, {"convened"}),
    "record_attendance": (WRITES, {"in session"}),
    "add_guest": (WRITES, {"in session"}),
    "remove_guest": (WRITES, {"in session"}),
    "write_note": (WRITES, {"in session", *OVER}),
    "record_information": (ITS, {"in session"}),
    "defer": (ITS, {"in session"}),
    "agree": (ITS, {"in session"}),
    "change_commitment": (ITS, {"in session"}),
    "take_back": (ITS, {"in session"}),
    "complete": (ITS, {"in session", *OVER}),
    "draft_commitment": (ITS, {"in session", *OVER}),
    "end_session": (ITS, {"in session"}),
    "write_up": (ITS, OVER),
    "circulate": (ITS, OVER),
    "propose_amendment": ({"who sat there"}, {"circulating"}),
    "settle_amendment": (ITS, {"circulating"}),
    "sign": ({"who sat there", *ITS}, {"circulating"}),
    "publish": (ITS, {"circulating"}),
    "add_addendum": (ITS, {"published"}),
}


@pytest.mark.parametrize("name", MEETINGS)
@pytest.mark.parametrize("who", [*ACTORS, "who sat there"])
def test_each_may_do_in_a_session_what_the_table_says(who: str, name: str) -> None:
    people, moments = MEETINGS[name]
    actor = ACTORS.get(who) or acting("representative", SAT, "community")
    allowed = set()
    for moment, (state, minutes) in MOMENTS.items():
        session = SimpleNamespace(state=state, keeper_id=BODY, recorded=False)
        case = policy.Case(
            session, SimpleNamespace(state=minutes) if minutes else None, frozenset({SAT}), frozenset({SAT})
        )
        if may(actor, f"roundtables.{name}", case):
            allowed.add(moment)
    assert allowed == (moments if who in people else set())


def test_nothing_is_written_into_a_session_that_was_not_run_here() -> None:
    case = policy.Case(SimpleNamespace(state="held", keeper_id=BODY, recorded=True))
    assert not any(may(ACTORS["its secretary"], f"roundtables.{name}", case) for name in MEETINGS)


@pytest.mark.parametrize(
    ("who", "follows"),
    [("its secretary", True), ("its manager", True), ("steward", True), ("another's secretary", False), ("guest", False),
     ("citizen", False)],
)  # fmt: skip
def test_who_sits_there_follows_it(who: str, follows: bool) -> None:
    case = policy.Case(SimpleNamespace(state="in_session", keeper_id=BODY, recorded=False), sitting=frozenset({SAT}))
    assert policy.FOLLOW.holds(ACTORS[who], case) is follows
    assert policy.FOLLOW.holds(acting("representative", SAT, "community"), case)


@pytest.mark.parametrize("name", SESSIONS)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_to_a_session_what_the_table_says(who: str, name: str) -> None:
    people, states = SESSIONS[name]
    allowed = {
        state for state in ("draft", "convened", "cancelled", "withdrawn")
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


@pytest.mark.parametrize("who", ACTORS)
def test_files_of_past_sessions_are_brought_by_secretaries_and_stewards(who: str) -> None:
    for name in ("bring", "give_back"):
        assert may(ACTORS[who], f"roundtables.{name}") == (who in RUNS | {"another's secretary"})


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("recorded", [True, False])
def test_only_what_was_recorded_from_a_document_is_withdrawn(who: str, recorded: bool) -> None:
    session = SimpleNamespace(state="held", keeper_id=BODY, recorded=recorded)
    assert may(ACTORS[who], "roundtables.withdraw_session", session) == (recorded and who in RUNS)


def test_every_verb_stands_in_the_table() -> None:
    assert {name for name in VERBS if name.startswith("roundtables.")} == {
        f"roundtables.{name}"
        for name in (
            *TABLE,
            *SESSIONS,
            *MEETINGS,
            "create",
            "bring",
            "give_back",
            "withdraw_session",
        )
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
@pytest.mark.parametrize("state", ["draft", "convened", "cancelled"])
def test_a_session_is_public_once_it_was_convened(state: str, convened: dt.date | None, labels: set[str]) -> None:
    found: Any = SimpleNamespace(state=state, keeper_id=BODY, convened_on=convened)
    assert policy.audience_of_session(found) == labels
