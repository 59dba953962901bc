"""Who may do what to an indicator and to a delivery: actor × state × verb. Whom the rules refuse, the service refuses too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from observatory.app import registry
from observatory.kernel.errors import NotFound, Refused
from observatory.kernel.policy import VERBS, Actor, may, why_not
from observatory.rooms.indicators import policy, service
from observatory.rooms.indicators.models.words import DELIVERY_STATES, STATES
from observatory.rooms.indicators.policy import Case, Handed
from observatory.rooms.indicators.service import delivering
from tests.indicators.world import World

registry()  # verbs are known once their rooms are
KEEPER, ALLY, NGO, COMPANY, APART, FICTION, TEAM = 1, 2, 3, 4, 5, 6, 7
DRAFTER = 9
"""The person who drafted the indicator and brought the delivery, for the keeper."""
BOUND = frozenset({KEEPER, ALLY})


def acting(role: str, organisation: int, sector: str, person: int, *others: int) -> Actor:
    """Somebody who acts for an organisation, and holds mandates of others beside."""
    return Actor(
        person_id=person, mandate_id=1, organisation_id=organisation, role=role, sector=sector,
        organisation_ids=frozenset({organisation, *others}), roles=frozenset({(organisation, role)}),
    )  # fmt: skip


ACTORS = {
    "guest": Actor.guest(),
    "citizen": Actor(person_id=30),
    "keeper": acting("representative", KEEPER, "state", DRAFTER),
    "its manager": acting("manager", KEEPER, "state", 10),
    "its verifier": acting("verifier", KEEPER, "state", 11),
    "ally": acting("representative", ALLY, "state", 12),
    "ngo": acting("secretary", NGO, "civil_society", 13),
    "company": acting("manager", COMPANY, "company", 14),
    "verifier apart": acting("verifier", APART, "academia", 15),
    "speaker apart": acting("representative", APART, "academia", 16),
    "drafter elsewhere": acting("representative", APART, "academia", DRAFTER),
    "with two mandates": acting("representative", APART, "academia", 17, KEEPER),
    "steward": acting("steward", TEAM, "other", 18),
    "fiction": acting("representative", FICTION, "civil_society", 19),
    "operator": Actor.operator(),
}
CASES = {
    "draft": ("draft", "draft"),
    "proposed": ("proposed", "proposed"),
    "approved": ("published", None),
    "drafted anew": ("published", "draft"),
    "proposed anew": ("published", "proposed"),
    "given up": ("deprecated", None),
}
"""The state of the indicator, and of the version of its definition that is not in force."""
EVERY, DELIVERIES = set(CASES), set(DELIVERY_STATES)
KEEPERS = {"keeper", "its manager", "operator"}
SPEAKERS = set(ACTORS) - {"guest", "citizen", "its verifier", "verifier apart", "steward"}
APPROVERS = {"ngo", "speaker apart", "steward", "operator"}
VALIDATORS = {"ngo", "company", "verifier apart", "speaker apart", "steward", "operator"}
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "create": ((SPEAKERS - {"company"}) | {"steward"}, EVERY),
    "edit": (KEEPERS, {"draft", "drafted anew"}),
    "describe": (KEEPERS, EVERY),
    "propose": (KEEPERS, {"draft", "drafted anew"}),
    "approve": (APPROVERS, {"proposed", "proposed anew"}),
    "send_back": (APPROVERS, {"proposed", "proposed anew"}),
    "redefine": (KEEPERS, {"approved"}),
    "drop": (KEEPERS, {"drafted anew"}),
    "give_up": (KEEPERS | {"steward"}, {"approved"}),
    "set_target": (KEEPERS | {"steward"}, {"approved", "drafted anew", "proposed anew"}),
    "deliver": (SPEAKERS | {"steward"}, EVERY),
    "hand_in": (SPEAKERS | {"steward"}, EVERY),
    "bring": (SPEAKERS | {"steward"}, EVERY),
    "take_back_batch": (SPEAKERS | {"steward"}, EVERY),  # and what it takes back asks the rule of `take_back`
    "deliver_published": ({"steward", "operator"}, EVERY),
}
"""By verb about an indicator: who may, and in which states."""
HANDLING: dict[str, tuple[set[str], set[str]]] = {
    "validate": (VALIDATORS, {"submitted"}),
    "return_delivery": (VALIDATORS, {"submitted", "validated"}),
    "publish": (
        KEEPERS | {"steward", "verifier apart", "speaker apart", "drafter elsewhere", "with two mandates"},
        {"validated"},
    ),
    "withdraw": (KEEPERS, {"submitted", "validated"}),
    "take_back": (KEEPERS | {"steward"}, {"published"}),
}
"""By verb about a delivery: who may, and in which states."""
MEASURING: dict[str, tuple[set[str], set[str]]] = {
    "measure": (KEEPERS | {"steward"}, {"commitment", "site"}),
    "end_measure": (KEEPERS | {"steward"}, {"commitment", "site"}),
}
"""By verb about another record that an indicator measures: who may, and of which kinds."""


def a_case(name: str, actor: Actor, **values: Any) -> Case:
    """An indicator of the keeper as it stands for this actor."""
    state, draft = CASES[name]
    told: dict[str, Any] = {
        "draft": SimpleNamespace(state=draft) if draft else None, "bound": BOUND,
        "drafted": actor.person_id == DRAFTER, "same_world": actor.organisation_id != FICTION,
    }  # fmt: skip
    return Case(SimpleNamespace(state=state, keeper_id=KEEPER), **(told | values))


def a_delivery(state: str, actor: Actor, **values: Any) -> Handed:
    """A delivery of the keeper, which an organisation apart validates, as it stands for this actor."""
    delivery = SimpleNamespace(state=state, organisation_id=KEEPER, person_id=DRAFTER, validated_for_id=APART)
    told: dict[str, Any] = {
        "bound": BOUND, "keeps": actor.organisation_id == KEEPER, "same_world": actor.organisation_id != FICTION,
    }  # fmt: skip
    return Handed(delivery, **(told | values))


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_to_an_indicator_what_the_table_says(who: str, name: str) -> None:
    people, states = TABLE[name]
    actor = ACTORS[who]
    allowed = {state for state in CASES if may(actor, f"indicators.{name}", a_case(state, actor))}
    assert allowed == (states if who in people else set())


@pytest.mark.parametrize("name", HANDLING)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_do_to_a_delivery_what_the_table_says(who: str, name: str) -> None:
    people, states = HANDLING[name]
    actor = ACTORS[who]
    allowed = {state for state in DELIVERIES if may(actor, f"indicators.{name}", a_delivery(state, actor))}
    assert allowed == (states if who in people else set())


@pytest.mark.parametrize("name", MEASURING)
@pytest.mark.parametrize("who", ACTORS)
def test_each_may_say_what_measures_a_record_as_the_table_says(who: str, name: str) -> None:
    people, kinds = MEASURING[name]
    allowed = {
        kind for kind in ("commitment", "site", "indicator", "territory", "organisation")
        if may(ACTORS[who], f"indicators.{name}", SimpleNamespace(kind=kind, keeper_id=KEEPER))
    }  # fmt: skip
    assert allowed == (kinds if who in people else set())


def test_every_verb_stands_in_one_of_the_tables() -> None:
    assert {name for name in VERBS if name.startswith("indicators.")} == {
        f"indicators.{name}" for name in (*TABLE, *HANDLING, *MEASURING)
    }


REASONS = [
    ("approve", "its manager", "proposed", "neither your organisation nor one you hold a mandate of keeps it"),
    ("approve", "with two mandates", "proposed", "neither your organisation nor one you hold a mandate of keeps it"),
    ("approve", "drafter elsewhere", "proposed", "you did not draft it yourself"),
    ("approve", "fiction", "proposed", "as real, or as fictitious"),
    ("approve", "company", "proposed", "an NGO, a university, a public body"),
    ("approve", "ngo", "approved", "a version of it waits for approval"),
    ("edit", "keeper", "proposed", "a version of it is drafted"),
    ("redefine", "keeper", "proposed anew", "no other version of it is drafted or proposed"),
    ("drop", "keeper", "draft", "it is approved"),
    ("give_up", "ngo", "approved", "your organisation keeps it"),
    ("create", "company", "draft", "an NGO, a university, a public body"),
    ("deliver", "citizen", "approved", "as its manager, a representative or its secretary"),
]


@pytest.mark.parametrize(("name", "who", "state", "words"), REASONS)
def test_a_refusal_says_why(name: str, who: str, state: str, words: str, app_context: None) -> None:
    assert words in str(why_not(ACTORS[who], f"indicators.{name}", a_case(state, ACTORS[who])))


@pytest.mark.parametrize(
    ("name", "who", "state", "words"),
    [
        ("validate", "keeper", "submitted", "you did not deliver it yourself"),
        ("validate", "its manager", "submitted", "another organisation than the one that delivered it"),
        ("validate", "ally", "submitted", "another organisation than the one that delivered it"),
        ("validate", "with two mandates", "submitted", "hold no mandate of one allied with it"),
        ("validate", "fiction", "submitted", "as real, or as fictitious"),
        ("validate", "ngo", "published", "it waits to be validated"),
        ("return_delivery", "ngo", "published", "it was not answered or published yet"),
        ("publish", "ngo", "validated", "your organisation validated it"),
        ("take_back", "ngo", "published", "your organisation delivered it"),
    ],
)
def test_a_refused_delivery_says_why(name: str, who: str, state: str, words: str, app_context: None) -> None:
    assert words in str(why_not(ACTORS[who], f"indicators.{name}", a_delivery(state, ACTORS[who])))


@pytest.mark.parametrize("against", [{"bound": frozenset({NGO})}, {"drafted": True}, {"same_world": False}], ids=str)
@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_each_tie_alone_bars_an_approver(name: str, against: dict[str, Any]) -> None:
    ngo = ACTORS["ngo"]
    assert may(ngo, f"indicators.{name}", a_case("proposed", ngo))
    assert not may(ngo, f"indicators.{name}", a_case("proposed", ngo, **against))


def test_a_mandate_of_an_ally_bars_a_validator_too() -> None:
    both = replace(ACTORS["verifier apart"], organisation_ids=frozenset({APART, ALLY}))
    assert not may(both, "indicators.validate", a_delivery("submitted", both))
    assert may(ACTORS["verifier apart"], "indicators.validate", a_delivery("submitted", ACTORS["verifier apart"]))


def test_a_steward_is_barred_by_a_tie_to_whoever_delivered_like_everyone() -> None:
    steward = ACTORS["steward"]
    for actor, allowed in ((steward, True), (replace(steward, organisation_ids=frozenset({TEAM, ALLY})), False)):
        for name in ("validate", "return_delivery"):
            assert may(actor, f"indicators.{name}", a_delivery("submitted", actor)) == allowed


def test_what_was_never_published_is_seen_by_who_brought_it_and_who_may_answer_it() -> None:
    everyone = set(ACTORS)
    answers = everyone - {"guest", "citizen", "fiction"}
    for published, who in ((False, answers), (True, everyone)):
        found = {
            name for name, actor in ACTORS.items()
            if policy.SEE_FIGURES.holds(actor, a_delivery("submitted", actor, ever_published=published))
        }  # fmt: skip
        assert found == who


def test_what_nobody_keeps_is_kept_by_the_stewards() -> None:
    case = a_case("draft", ACTORS["steward"])
    case.indicator.keeper_id = None
    assert {who for who, actor in ACTORS.items() if may(actor, "indicators.edit", case)} == {"steward", "operator"}


def test_a_draft_stays_inside_and_what_was_proposed_once_is_public() -> None:
    def labels(state: str, keeper_id: int | None = 7) -> set[str]:
        return policy.audience(SimpleNamespace(state=state, keeper_id=keeper_id))

    assert labels("draft") == {"org:7"}
    assert labels("draft", None) == {"stewards"}, "not even then everyone's"
    for state in set(STATES) - {"draft"}:
        assert labels(state) == {"org:7", "public"}


ATTEMPTS: list[Callable[[World, str, int], Any]] = [
    lambda world, slug, id: world.do("directora", service.approve, slug),
    lambda world, slug, id: world.do("doble", service.approve, slug),
    lambda world, slug, id: world.do("inventora", service.approve, slug),
    lambda world, slug, id: world.do("minero", service.send_back, slug, reason="No la entiendo."),
    lambda world, slug, id: world.do("guest", service.approve, slug),
    lambda world, slug, id: world.do("vocera", service.give_up, slug, reason="Ya no sirve."),
    lambda world, slug, id: world.handle("jefa", delivering.validate, id),
    lambda world, slug, id: world.handle("directora", delivering.validate, id),
    lambda world, slug, id: world.handle("doble", delivering.validate, id),
    lambda world, slug, id: world.handle("inventora", delivering.validate, id),
    lambda world, slug, id: world.handle("profesora", delivering.publish, id),
    lambda world, slug, id: world.handle("ciudadana", delivering.return_delivery, id, reason="No me gusta."),
    lambda world, slug, id: world.deliver(slug, {"18": {"2024": 1}}, who="ciudadana"),
]


def test_the_service_refuses_whom_the_rules_refuse_and_nothing_changes(world: World) -> None:
    slug = world.an_indicator()
    world.do("analista", service.redefine, slug, reason="Cambió el método.")
    world.do("analista", service.propose, slug, comparable=True)
    id = world.deliver(slug, {"18": {"2024": 40}})
    before = world.find(slug).version, world.events(slug), world.count()
    for attempt in ATTEMPTS:
        with pytest.raises((Refused, NotFound)):
            attempt(world, slug, id)
        assert (world.find(slug).version, world.events(slug), world.count()) == before
