"""Rules: composed, with reasons, and asked before anything runs."""

import itertools
from typing import Any

import pytest

from observatory.kernel.errors import NotFound, Refused
from observatory.kernel.policy import VERBS, Actor, Rule, may, require, rule, verb, why_not

pytestmark = pytest.mark.usefixtures("app_context")


def a_rule(reason: str, answer: bool) -> Rule:
    return rule(reason)(lambda actor, subject: answer)


@pytest.mark.parametrize(("a", "b"), list(itertools.product([True, False], repeat=2)))
def test_rules_compose_like_words(a: bool, b: bool) -> None:
    left, right, guest = a_rule("left", a), a_rule("right", b), Actor.guest()
    assert (left & right).holds(guest) == (a and b)
    assert (left | right).holds(guest) == (a or b)
    assert (~left).holds(guest) == (not a)
    assert (~(left & right)).holds(guest) == ((~left) | (~right)).holds(guest)


def test_a_refusal_names_the_rule_that_failed() -> None:
    guest = Actor.guest()
    no, nor, yes = a_rule("it is open", False), a_rule("it is yours", False), a_rule("it is late", True)
    assert str((yes & no).reason(guest)) == "it is open"
    assert str((no & nor).reason(guest)) == "it is open"
    assert str((no | nor).reason(guest)) == "it is open, or it is yours"
    assert (no | yes).reason(guest) is None
    assert "it is late" in str((~yes).reason(guest))
    assert (no & yes | nor).words == "(it is open; and it is late, or it is yours)"


@pytest.fixture
def verbs() -> Any:
    before = dict(VERBS)
    yield VERBS
    VERBS.clear()
    VERBS.update(before)


def test_a_verb_refuses_before_anything_runs(verbs: Any) -> None:
    done: list[object] = []

    @verb(a_rule("you may", False))
    def open_it(actor: Actor, subject: object) -> None:
        """Open it."""
        done.append(subject)

    @verb(a_rule("you may", False), conceals=True)
    def hide_it(actor: Actor, subject: object) -> None:
        """Hide it."""
        done.append(subject)

    with pytest.raises(Refused) as refused:
        open_it(Actor.guest(), 1)
    with pytest.raises(NotFound):
        hide_it(Actor.guest(), 1)
    assert str(refused.value.reason) == "you may"
    assert done == []
    names = {name.rsplit(".", 1)[-1]: name for name in VERBS}
    assert not may(Actor.guest(), names["open_it"])
    assert str(why_not(Actor.guest(), names["open_it"])) == "you may"
    with pytest.raises(Refused):
        require(Actor.guest(), names["open_it"])
    with pytest.raises(NotFound):
        require(Actor.guest(), names["hide_it"])


def test_acting_needs_the_active_mandate_and_seeing_does_not() -> None:
    seen = frozenset({"public", "org:1", "org:2"})
    idle = Actor(person_id=1, organisation_ids=frozenset({1, 2}), roles=frozenset({(1, "manager")}), labels=seen)
    assert not idle.acts and not idle.holds("manager")
    acting = Actor(person_id=1, mandate_id=4, organisation_id=2, role="representative", roles=idle.roles, labels=seen)
    assert acting.holds("representative") and not acting.holds("manager")
    assert Actor.guest().labels == {"public"} and Actor.guest().is_guest
    assert Actor.operator().holds("steward") and Actor.operator().acts
