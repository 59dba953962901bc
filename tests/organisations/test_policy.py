"""Who may do what to an organisation: actor × state × verb."""

from types import SimpleNamespace

import pytest

from observatory.kernel.policy import Actor, may
from observatory.rooms.organisations import policy, service
from observatory.rooms.organisations.service import merging

OWN, OTHER = 7, 8


def acting(role: str, organisation: int = OWN) -> Actor:
    """Somebody whose active mandate is `role` for `organisation`."""
    return Actor(person_id=1, mandate_id=1, organisation_id=organisation, role=role)


def an_organisation(state: str) -> SimpleNamespace:
    return SimpleNamespace(id=OWN, keeper_id=OWN, state=state)


ACTORS = {
    "guest": Actor.guest(),
    "citizen": Actor(person_id=1),
    "its representative": acting("representative"),
    "its manager": acting("manager"),
    "its verifier": acting("verifier"),
    "another's manager": acting("manager", OTHER),
    "steward": acting("steward", OTHER),
    "moderator": acting("moderator", OTHER),
    "administrator": acting("administrator", OTHER),
}
SPEAKS = {"its representative", "its manager", "steward"}
MANAGES = {"its manager", "steward"}
STEWARD = {"steward"}
TABLE = {
    ("create", None): STEWARD,
    ("edit", "draft"): SPEAKS,
    ("edit", "published"): SPEAKS,
    ("edit", "withdrawn"): set(),
    ("publish", "draft"): MANAGES,
    ("publish", "published"): set(),
    ("publish", "withdrawn"): MANAGES,
    ("withdraw", "draft"): set(),
    ("withdraw", "published"): MANAGES,
    ("withdraw", "withdrawn"): set(),
    ("record_control", "published"): STEWARD,
    ("record_succession", "published"): STEWARD,
    ("bring", None): STEWARD,
    ("give_back", "published"): STEWARD,
    ("merge", "draft"): set(),
    ("merge", "published"): STEWARD,
    ("take_back_control", "published"): STEWARD,
    ("take_back_succession", "published"): STEWARD,
}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("what", TABLE, ids=lambda what: f"{what[0]}-{what[1]}")
def test_each_may_do_what_the_table_says(who: str, what: tuple[str, str | None]) -> None:
    name, state = what
    subject = an_organisation(state) if state else None
    assert may(ACTORS[who], f"organisations.{name}", subject) == (who in TABLE[what])


def test_every_verb_stands_in_the_table() -> None:
    everything = {**vars(service), **vars(merging)}
    public = {name for name, value in everything.items() if callable(value) and hasattr(value, "verb")}
    assert public == {name for name, _ in TABLE}


def test_a_mandate_that_is_not_active_gives_no_right() -> None:
    sees = Actor(person_id=1, organisation_ids=frozenset({OWN}), roles=frozenset({(OWN, "manager")}))
    assert not may(sees, "organisations.edit", an_organisation("published"))


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("draft", {"org:7", "stewards"}),
        ("published", {"org:7", "stewards", "public"}),
        ("withdrawn", {"org:7", "stewards", "public"}),
    ],
)
def test_a_draft_stays_between_its_own_people_and_the_stewards(state: str, labels: set[str]) -> None:
    assert policy.audience(an_organisation(state)) == labels
