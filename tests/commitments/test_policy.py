"""Who may do what to a commitment: actor × state × verb. Whom the rules refuse, the service refuses too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from observatory.kernel.errors import Refused
from observatory.kernel.policy import VERBS, Actor, may
from observatory.rooms.commitments import policy, service
from observatory.rooms.commitments.models import STATES
from observatory.rooms.commitments.policy import Case, Sitting
from observatory.rooms.commitments.service import checking
from tests.commitments.conftest import TODAY, World

OWES, OVERSEES, POSTED, CARRIES, GIVES, APART, BODY = 1, 2, 3, 4, 5, 6, 7
SECTORS = {OWES: "company", CARRIES: "company", GIVES: "civil_society"}


def acting(role: str, organisation: int, sector: str, person: int = 9) -> Actor:
    """Somebody whose only mandate, and the active one, is `role` for `organisation`."""
    return Actor(
        person_id=person, mandate_id=1, organisation_id=organisation, role=role, sector=sector,
        organisation_ids=frozenset({organisation}), roles=frozenset({(organisation, role)}),
    )  # fmt: skip


def a_case(state: str, **values: Any) -> Case:
    """A company's obligation: a community posted it, another company carries it out, an NGO contributes."""
    commitment = SimpleNamespace(
        state=state, keeper_id=POSTED, accountable_id=OWES, accepting_id=lambda: OVERSEES, proposed_on=TODAY, awaits=""
    )
    told: dict[str, Any] = {
        "parties": SECTORS, "responsible": frozenset({CARRIES}), "bound": frozenset(SECTORS), "near": True,
        "keeper": frozenset({POSTED}),
        "subject": SimpleNamespace(state="open", organisation_id=GIVES, person_id=30),
    }  # fmt: skip
    return Case(commitment, **(told | values))


ACTORS = {
    "guest": Actor.guest(),
    "citizen": Actor(person_id=30),
    "who owes it": acting("representative", OWES, "company"),
    "its steward": acting("steward", OWES, "company"),
    "who oversees it": acting("manager", OVERSEES, "oversight"),
    "who posted it": acting("representative", POSTED, "community"),
    "who carries it out": acting("manager", CARRIES, "company"),
    "who contributes": acting("representative", GIVES, "civil_society"),
    "its own verifier": acting("verifier", OWES, "company"),
    "verifier of its sector": acting("verifier", APART, "company"),
    "verifier apart": acting("verifier", APART, "academia"),
    "representative apart": acting("representative", APART, "academia"),
    "secretary": acting("secretary", BODY, "participation_body"),
    "secretary of no body": acting("secretary", APART, "community"),
}
NOBODY: set[str] = set()
SIGNED_IN = {*ACTORS} - {"guest"}
OF_OWES = {"who owes it", "its steward", "its own verifier"}
SPEAKERS = {
    "who owes it", "who oversees it", "who posted it", "who carries it out", "who contributes", "representative apart",
    "secretary", "secretary of no body",
}  # fmt: skip
CAN_BE_CHECKED = {"accepted", "in_progress", "reported_complete", "verified"}
OPEN = {"accepted", "in_progress", "reported_complete", "suspended"}
EVERY = set(STATES)
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "create": (SPEAKERS | {"its steward"}, EVERY),
    "bring": (SPEAKERS | {"its steward"}, EVERY),
    "give_back": (SPEAKERS | {"its steward"}, EVERY),
    "record": (NOBODY, {"draft"}),  # it was proposed before, and a steward did not post it; see below
    "edit": ({"who posted it"}, {"draft"}),
    "propose": ({"who posted it"}, {"draft"}),
    "withdraw": ({"who posted it"}, {"proposed"}),
    "accept": ({"who oversees it"}, {"proposed"}),
    "send_back": ({"who oversees it"}, {"proposed"}),
    "report": ({"who owes it", "who carries it out"}, OPEN),
    "supersede": (NOBODY, OPEN),  # the one who reported it here does not carry it out; see below
    "verify": ({"verifier apart"}, CAN_BE_CHECKED),
    "dispute": (SIGNED_IN - OF_OWES, OPEN | {"verified"}),
    "answer": ({"who owes it"}, EVERY),
    "settle": ({"citizen"}, EVERY),
    "ask_verifier": ({"secretary"}, CAN_BE_CHECKED),
    "decide": ({"secretary"}, OPEN),
    "pledge": (SPEAKERS - OF_OWES, OPEN),
    "deliver": ({"who contributes"}, EVERY),
    "confirm_contribution": ({"verifier apart"}, OPEN | {"verified"}),
    "lapse": ({"who contributes", "secretary"}, EVERY),
}
"""By verb: who may, and in which states."""
SITTING = Sitting(BODY, dt.date(2026, 3, 2), "Acta 15, punto 2")


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_what_the_table_says(who: str, name: str) -> None:
    people, states = TABLE[name]
    about = {"subject": SITTING} if name == "decide" else {}
    allowed = {state for state in STATES if may(ACTORS[who], f"commitments.{name}", a_case(state, **about))}
    assert allowed == (states if who in people else set())


def test_every_verb_stands_in_the_table() -> None:
    assert {name for name in VERBS if name.startswith("commitments.")} == {f"commitments.{name}" for name in TABLE}


def test_a_steward_records_a_draft_of_theirs_that_was_never_proposed() -> None:
    steward, other = acting("steward", POSTED, "other"), acting("steward", OWES, "company")
    case = a_case("draft")
    assert not may(steward, "commitments.record", case), "whoever would owe it has returned it"
    case.commitment.proposed_on = None
    assert may(steward, "commitments.record", case)
    assert not may(other, "commitments.record", case)


def test_a_delivery_is_verified_by_another_sector_than_its_givers() -> None:
    verifier = acting("verifier", APART, "academia")
    assert may(verifier, "commitments.confirm_contribution", a_case("in_progress", givers={GIVES: "civil_society"}))
    assert not may(verifier, "commitments.confirm_contribution", a_case("in_progress", givers={GIVES: "academia"}))


def test_only_whoever_reported_something_replaces_it_and_only_while_they_carry_it_out() -> None:
    for organisation, allowed in ((CARRIES, {"who carries it out"}), (OWES, {"who owes it"}), (GIVES, set())):
        case = a_case("in_progress").about(SimpleNamespace(organisation_id=organisation))
        assert {who for who in ACTORS if may(ACTORS[who], "commitments.supersede", case)} == allowed


@pytest.mark.parametrize(
    ("state", "answer", "settle"),
    [("open", {"who owes it"}, {"citizen"}), ("answered", set(), {"citizen", "secretary"}), ("settled", set(), set())],
)
def test_only_what_was_answered_is_closed_by_the_body_and_nothing_is_settled_twice(
    state: str, answer: set[str], settle: set[str]
) -> None:
    case = a_case("in_progress", subject=SimpleNamespace(state=state, person_id=30))
    assert {who for who in ACTORS if may(ACTORS[who], "commitments.answer", case)} == answer
    assert {who for who in ACTORS if may(ACTORS[who], "commitments.settle", case)} == settle


@pytest.mark.parametrize(
    "against",
    [{"near": False}, {"bound": frozenset({BODY})}, {"held": frozenset({OWES})}, {"same_world": False}],
    ids=str,
)
def test_a_body_from_elsewhere_or_one_that_takes_part_decides_nothing(against: dict[str, Any]) -> None:
    for name in ("decide", "ask_verifier", "lapse"):
        about = {"subject": SITTING} if name == "decide" else {}
        assert may(ACTORS["secretary"], f"commitments.{name}", a_case("in_progress", **about))
        assert not may(ACTORS["secretary"], f"commitments.{name}", a_case("in_progress", **about, **against))


@pytest.mark.parametrize(
    "subject", [None, SimpleNamespace(body_id=BODY), Sitting(APART, dt.date(2026, 3, 2), "Acta 3")]
)
def test_only_a_session_of_the_secretarys_own_body_decides(subject: Any) -> None:
    assert not may(ACTORS["secretary"], "commitments.decide", a_case("in_progress", subject=subject))


@pytest.mark.parametrize(
    "against",
    [
        {"parties": {8: "academia"}}, {"bound": frozenset({APART})}, {"keeper": frozenset({APART})},
        {"bound": frozenset({8}), "held": frozenset({8})}, {"keeper": frozenset({8}), "held": frozenset({8})},
        {"acted": True}, {"disputes": True}, {"same_world": False},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("name", ["verify", "confirm_contribution"])
def test_each_tie_alone_bars_a_verifier(name: str, against: dict[str, Any]) -> None:
    assert may(ACTORS["verifier apart"], f"commitments.{name}", a_case("reported_complete"))
    assert not may(ACTORS["verifier apart"], f"commitments.{name}", a_case("reported_complete", **against))


def test_a_mandate_beside_the_active_one_bars_a_verifier_too() -> None:
    both = replace(ACTORS["verifier apart"], organisation_ids=frozenset({APART, CARRIES}))
    assert not may(both, "commitments.verify", a_case("reported_complete"))


@pytest.mark.parametrize("sector", ["other", "participation_body"])
@pytest.mark.parametrize("name", ["verify", "confirm_contribution"])
def test_bodies_that_belong_to_all_and_those_of_no_sector_never_verify(sector: str, name: str) -> None:
    assert not may(acting("verifier", APART, sector), f"commitments.{name}", a_case("reported_complete"))


def test_the_operator_at_the_command_line_verifies_and_decides_nothing() -> None:
    case = a_case("reported_complete")
    refused = {name for name in TABLE if not may(Actor.operator(), f"commitments.{name}", case)}
    assert refused >= {"verify", "decide", "ask_verifier", "accept", "report", "answer", "dispute"}


def test_a_draft_stays_inside_and_what_was_proposed_once_stays_public() -> None:
    def labels(state: str, proposed_on: Any = TODAY, keeper_id: int | None = 7) -> set[str]:
        return policy.audience(SimpleNamespace(state=state, proposed_on=proposed_on, keeper_id=keeper_id))

    assert labels("draft", None) == {"org:7"}
    assert labels("draft", None, None) == {"stewards"}, "not even then everyone's"
    assert labels("draft") == {"org:7", "public"}, "returned"
    for state in set(STATES) - {"draft"}:
        assert labels(state) == {"org:7", "public"}


ATTEMPTS: list[Callable[[World, str], Any]] = [
    lambda world, slug: world.verify(slug, "perito municipal", "not_confirmed"),
    lambda world, slug: world.verify(slug, "alcaldesa", accepted=world.evidence(slug)),
    lambda world, slug: world.decide(slug, "cancellation", "alcaldesa"),
    lambda world, slug: world.decide(slug, "due_date", "veedor del comité", due_on=TODAY),
    lambda world, slug: world.report(slug, "minero", complete=True),
    lambda world, slug: world.do("comunera", service.withdraw, slug, reason="Ya no."),
    lambda world, slug: world.do("comunera", service.edit, slug, title="Otra cosa muy distinta"),
    lambda world, slug: world.do("alcaldesa", checking.dispute, slug, words="No está hecho todavía"),
    lambda world, slug: world.do("guest", checking.dispute, slug, words="No está hecho todavía"),
]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_the_service_refuses_whom_the_rules_refuse_and_nothing_changes(
    world: World, attempt: Callable[[World, str], Any]
) -> None:
    slug = world.claimed()
    before = world.find(slug).version, world.events(slug)
    with pytest.raises(Refused):
        attempt(world, slug)
    assert (world.find(slug).version, world.events(slug)) == before
